/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The boot services table.
 * Document: UEFI 2.10, sections 4.4 (table) and 7 (services).
 */
#ifndef SPEC_EFI_BOOT_SERVICES_H
#define SPEC_EFI_BOOT_SERVICES_H

#include <spec/efi/types.h>

struct efi_device_path;

#define EFI_BOOT_SERVICES_SIGNATURE	0x56524553544f4f42

/* 7.1: task priority levels and events */
#define TPL_APPLICATION		4
#define TPL_CALLBACK		8
#define TPL_NOTIFY		16
#define TPL_HIGH_LEVEL		31

#define EVT_TIMER			0x80000000
#define EVT_RUNTIME			0x40000000
#define EVT_NOTIFY_WAIT			0x00000100
#define EVT_NOTIFY_SIGNAL		0x00000200
#define EVT_SIGNAL_EXIT_BOOT_SERVICES	0x00000201
#define EVT_SIGNAL_VIRTUAL_ADDRESS_CHANGE 0x60000202

enum efi_timer_delay {
	EFI_TIMER_CANCEL,
	EFI_TIMER_PERIODIC,
	EFI_TIMER_RELATIVE,
};

typedef void (EFIAPI *efi_event_notify_t)(efi_event_t event, void *context);

/* 7.2: memory */
enum efi_allocate_type {
	EFI_ALLOCATE_ANY_PAGES,
	EFI_ALLOCATE_MAX_ADDRESS,
	EFI_ALLOCATE_ADDRESS,
	EFI_MAX_ALLOCATE_TYPE,
};

/* 7.3: protocol handlers */
enum efi_interface_type {
	EFI_NATIVE_INTERFACE,
};

enum efi_locate_search_type {
	EFI_LOCATE_ALL_HANDLES,
	EFI_LOCATE_BY_REGISTER_NOTIFY,
	EFI_LOCATE_BY_PROTOCOL,
};

#define EFI_OPEN_BY_HANDLE_PROTOCOL	0x01
#define EFI_OPEN_GET_PROTOCOL		0x02
#define EFI_OPEN_TEST_PROTOCOL		0x04
#define EFI_OPEN_BY_CHILD_CONTROLLER	0x08
#define EFI_OPEN_BY_DRIVER		0x10
#define EFI_OPEN_EXCLUSIVE		0x20

struct efi_open_protocol_information {
	efi_handle_t agent;
	efi_handle_t controller;
	u32 attributes;
	u32 open_count;
};

/** struct efi_boot_services - in the order of the specification; writable RAM */
struct efi_boot_services {
	struct efi_table_header header;

	efi_tpl_t (EFIAPI *raise_tpl)(efi_tpl_t tpl);
	void (EFIAPI *restore_tpl)(efi_tpl_t tpl);

	efi_status_t (EFIAPI *allocate_pages)(u32 how, u32 type, efi_uintn_t pages, u64 *address);
	efi_status_t (EFIAPI *free_pages)(u64 address, efi_uintn_t pages);
	efi_status_t (EFIAPI *get_memory_map)(efi_uintn_t *size, void *map, efi_uintn_t *key,
					      efi_uintn_t *descriptor_size, u32 *version);
	efi_status_t (EFIAPI *allocate_pool)(u32 type, efi_uintn_t size, void **buffer);
	efi_status_t (EFIAPI *free_pool)(void *buffer);

	efi_status_t (EFIAPI *create_event)(u32 type, efi_tpl_t tpl, efi_event_notify_t notify,
					    void *context, efi_event_t *event);
	efi_status_t (EFIAPI *set_timer)(efi_event_t event, u32 how, u64 time_100ns);
	efi_status_t (EFIAPI *wait_for_event)(efi_uintn_t count, efi_event_t *events,
					      efi_uintn_t *index);
	efi_status_t (EFIAPI *signal_event)(efi_event_t event);
	efi_status_t (EFIAPI *close_event)(efi_event_t event);
	efi_status_t (EFIAPI *check_event)(efi_event_t event);

	efi_status_t (EFIAPI *install_protocol_interface)(efi_handle_t *handle,
							  const struct efi_guid *protocol,
							  u32 type, void *interface);
	efi_status_t (EFIAPI *reinstall_protocol_interface)(efi_handle_t handle,
							    const struct efi_guid *protocol,
							    void *old, void *new);
	efi_status_t (EFIAPI *uninstall_protocol_interface)(efi_handle_t handle,
							    const struct efi_guid *protocol,
							    void *interface);
	efi_status_t (EFIAPI *handle_protocol)(efi_handle_t handle,
					       const struct efi_guid *protocol, void **interface);
	void *reserved;
	efi_status_t (EFIAPI *register_protocol_notify)(const struct efi_guid *protocol,
							efi_event_t event, void **registration);
	efi_status_t (EFIAPI *locate_handle)(u32 how, const struct efi_guid *protocol, void *key,
					     efi_uintn_t *size, efi_handle_t *buffer);
	efi_status_t (EFIAPI *locate_device_path)(const struct efi_guid *protocol,
						  struct efi_device_path **path,
						  efi_handle_t *handle);
	efi_status_t (EFIAPI *install_configuration_table)(const struct efi_guid *guid,
							   void *table);

	efi_status_t (EFIAPI *load_image)(efi_bool_t boot_policy, efi_handle_t parent,
					  struct efi_device_path *path, void *source,
					  efi_uintn_t size, efi_handle_t *image);
	efi_status_t (EFIAPI *start_image)(efi_handle_t image, efi_uintn_t *exit_data_size,
					   efi_char16_t **exit_data);
	efi_status_t (EFIAPI *exit)(efi_handle_t image, efi_status_t status,
				    efi_uintn_t exit_data_size, efi_char16_t *exit_data);
	efi_status_t (EFIAPI *unload_image)(efi_handle_t image);
	efi_status_t (EFIAPI *exit_boot_services)(efi_handle_t image, efi_uintn_t key);

	efi_status_t (EFIAPI *get_next_monotonic_count)(u64 *count);
	efi_status_t (EFIAPI *stall)(efi_uintn_t microseconds);
	efi_status_t (EFIAPI *set_watchdog_timer)(efi_uintn_t seconds, u64 code,
						  efi_uintn_t size, efi_char16_t *data);

	efi_status_t (EFIAPI *connect_controller)(efi_handle_t controller, efi_handle_t *drivers,
						  struct efi_device_path *remaining,
						  efi_bool_t recursive);
	efi_status_t (EFIAPI *disconnect_controller)(efi_handle_t controller,
						     efi_handle_t driver, efi_handle_t child);

	efi_status_t (EFIAPI *open_protocol)(efi_handle_t handle,
					     const struct efi_guid *protocol, void **interface,
					     efi_handle_t agent, efi_handle_t controller,
					     u32 attributes);
	efi_status_t (EFIAPI *close_protocol)(efi_handle_t handle,
					      const struct efi_guid *protocol,
					      efi_handle_t agent, efi_handle_t controller);
	efi_status_t (EFIAPI *open_protocol_information)(efi_handle_t handle,
				const struct efi_guid *protocol,
				struct efi_open_protocol_information **entries,
				efi_uintn_t *count);

	efi_status_t (EFIAPI *protocols_per_handle)(efi_handle_t handle,
						    struct efi_guid ***protocols,
						    efi_uintn_t *count);
	efi_status_t (EFIAPI *locate_handle_buffer)(u32 how, const struct efi_guid *protocol,
						    void *key, efi_uintn_t *count,
						    efi_handle_t **buffer);
	efi_status_t (EFIAPI *locate_protocol)(const struct efi_guid *protocol,
					       void *registration, void **interface);
	efi_status_t (EFIAPI *install_multiple_protocol_interfaces)(efi_handle_t *handle, ...);
	efi_status_t (EFIAPI *uninstall_multiple_protocol_interfaces)(efi_handle_t handle, ...);

	efi_status_t (EFIAPI *calculate_crc32)(void *data, efi_uintn_t size, u32 *crc32);
	void (EFIAPI *copy_mem)(void *to, void *from, efi_uintn_t size);
	void (EFIAPI *set_mem)(void *buffer, efi_uintn_t size, u8 value);
	efi_status_t (EFIAPI *create_event_ex)(u32 type, efi_tpl_t tpl, efi_event_notify_t notify,
					       const void *context, const struct efi_guid *group,
					       efi_event_t *event);
};

#endif
