/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The UEFI environment, as the firmware's own code uses it: the same services
 * that loaded software calls, called directly, so that nobody who replaces an
 * entry of a table (shim does) comes between.
 */
#ifndef FW_EFI_H
#define FW_EFI_H

#include <fw/memmap.h>
#include <fw/ucs2.h>
#include <spec/efi/boot_services.h>
#include <spec/efi/device_path.h>
#include <spec/efi/guids.h>
#include <spec/efi/runtime_services.h>
#include <spec/efi/system_table.h>

/* The tables. Writable; the system table and its strings are runtime data. */
extern struct efi_system_table *efi_system_table;
extern struct efi_boot_services efi_boot_services;

/** efi_system_table_changed() - make its checksum right again */
void efi_system_table_changed(void);

/* The firmware itself, as an agent that opens protocols. */
extern efi_handle_t efi_firmware_handle;

/** efi_guid_equal() - whether two names are the same; either may be unaligned */
bool efi_guid_equal(const struct efi_guid *a, const struct efi_guid *b);

/** efi_status() - what a border function returns for 0 or -Exxx */
efi_status_t efi_status(int rc);

/* 7.1: efi/loader/event.c, timer.c */
efi_tpl_t EFIAPI efi_raise_tpl(efi_tpl_t tpl);
void EFIAPI efi_restore_tpl(efi_tpl_t tpl);

static inline void efi_tpl_unguard(const efi_tpl_t *before)
{
	efi_restore_tpl(*before);
}

/**
 * EFI_TPL_GUARD() - raise the level until the end of the block
 *
 * What a protocol keeps is not for two calls at once, and the second one may come
 * from a notification function.
 */
#define EFI_TPL_GUARD(tpl)						\
	efi_tpl_t tpl_before_ __unused __attribute__((cleanup(efi_tpl_unguard))) = \
		efi_raise_tpl(tpl)

efi_status_t EFIAPI efi_create_event(u32 type, efi_tpl_t tpl, efi_event_notify_t notify,
				     void *context, efi_event_t *event);
efi_status_t EFIAPI efi_create_event_ex(u32 type, efi_tpl_t tpl, efi_event_notify_t notify,
					const void *context, const struct efi_guid *group,
					efi_event_t *event);
efi_status_t EFIAPI efi_set_timer(efi_event_t event, u32 how, u64 time_100ns);
efi_status_t EFIAPI efi_wait_for_event(efi_uintn_t count, efi_event_t *events,
				       efi_uintn_t *index);
efi_status_t EFIAPI efi_signal_event(efi_event_t event);
efi_status_t EFIAPI efi_close_event(efi_event_t event);
efi_status_t EFIAPI efi_check_event(efi_event_t event);
efi_status_t EFIAPI efi_stall(efi_uintn_t microseconds);
efi_status_t EFIAPI efi_set_watchdog_timer(efi_uintn_t seconds, u64 code, efi_uintn_t size,
					   efi_char16_t *data);

/** efi_signal_group() - signal every event of a group */
void efi_signal_group(const struct efi_guid *group);

/** efi_time_100ns() - time since start in units of 100 ns; never goes back */
u64 efi_time_100ns(void);

/* 7.2: efi/loader/pages.c, pool.c */
efi_status_t EFIAPI efi_allocate_pages(u32 how, u32 type, efi_uintn_t pages, u64 *address);
efi_status_t EFIAPI efi_free_pages(u64 address, efi_uintn_t pages);
efi_status_t EFIAPI efi_get_memory_map(efi_uintn_t *size, void *map, efi_uintn_t *key,
				       efi_uintn_t *descriptor_size, u32 *version);
efi_status_t EFIAPI efi_allocate_pool(u32 type, efi_uintn_t size, void **buffer);
efi_status_t EFIAPI efi_free_pool(void *buffer);

/**
 * efi_memory_accept() - have RAM accepted that is not yet
 * @base: page-aligned
 * @size: multiple of the page size
 *
 * Return: EFI_SUCCESS, EFI_INVALID_PARAMETER if not all of it was RAM at start, or
 * EFI_DEVICE_ERROR.
 */
efi_status_t efi_memory_accept(u64 base, u64 size);

/**
 * efi_memory_attributes_changed() - pages may be mapped otherwise than their type says
 *
 * From now on pages get their usual mapping back when they are freed.
 */
void efi_memory_attributes_changed(void);

/** efi_zalloc() - zeroed pool of boot services data, or NULL */
void *efi_zalloc(size_t size) __must_check;

/* 7.3: efi/loader/handle.c, protocol.c, open.c, locate.c, connect.c */
efi_status_t EFIAPI efi_install_protocol_interface(efi_handle_t *handle,
						   const struct efi_guid *protocol, u32 type,
						   void *interface);
efi_status_t EFIAPI efi_reinstall_protocol_interface(efi_handle_t handle,
						     const struct efi_guid *protocol,
						     void *old, void *new);
efi_status_t EFIAPI efi_uninstall_protocol_interface(efi_handle_t handle,
						     const struct efi_guid *protocol,
						     void *interface);
efi_status_t EFIAPI efi_install_multiple_protocol_interfaces(efi_handle_t *handle, ...);
efi_status_t EFIAPI efi_uninstall_multiple_protocol_interfaces(efi_handle_t handle, ...);
efi_status_t EFIAPI efi_handle_protocol(efi_handle_t handle, const struct efi_guid *protocol,
					void **interface);
efi_status_t EFIAPI efi_open_protocol(efi_handle_t handle, const struct efi_guid *protocol,
				      void **interface, efi_handle_t agent,
				      efi_handle_t controller, u32 attributes);
efi_status_t EFIAPI efi_close_protocol(efi_handle_t handle, const struct efi_guid *protocol,
				       efi_handle_t agent, efi_handle_t controller);
efi_status_t EFIAPI efi_open_protocol_information(efi_handle_t handle,
				const struct efi_guid *protocol,
				struct efi_open_protocol_information **entries,
				efi_uintn_t *count);
efi_status_t EFIAPI efi_protocols_per_handle(efi_handle_t handle, struct efi_guid ***protocols,
					     efi_uintn_t *count);
efi_status_t EFIAPI efi_register_protocol_notify(const struct efi_guid *protocol,
						 efi_event_t event, void **registration);
efi_status_t EFIAPI efi_locate_handle(u32 how, const struct efi_guid *protocol, void *key,
				      efi_uintn_t *size, efi_handle_t *buffer);
efi_status_t EFIAPI efi_locate_handle_buffer(u32 how, const struct efi_guid *protocol,
					     void *key, efi_uintn_t *count,
					     efi_handle_t **buffer);
efi_status_t EFIAPI efi_locate_protocol(const struct efi_guid *protocol, void *registration,
					void **interface);
efi_status_t EFIAPI efi_locate_device_path(const struct efi_guid *protocol,
					   struct efi_device_path **path,
					   efi_handle_t *handle);
efi_status_t EFIAPI efi_connect_controller(efi_handle_t controller, efi_handle_t *drivers,
					   struct efi_device_path *remaining,
					   efi_bool_t recursive);
efi_status_t EFIAPI efi_disconnect_controller(efi_handle_t controller, efi_handle_t driver,
					      efi_handle_t child);
efi_status_t EFIAPI efi_install_configuration_table(const struct efi_guid *guid, void *table);

/* 7.4: efi/loader/image.c, exit.c */
efi_status_t EFIAPI efi_load_image(efi_bool_t boot_policy, efi_handle_t parent,
				   struct efi_device_path *path, void *source,
				   efi_uintn_t size, efi_handle_t *image);
efi_status_t EFIAPI efi_start_image(efi_handle_t image, efi_uintn_t *exit_data_size,
				    efi_char16_t **exit_data);
efi_status_t EFIAPI efi_exit(efi_handle_t image, efi_status_t status,
			     efi_uintn_t exit_data_size, efi_char16_t *exit_data);
efi_status_t EFIAPI efi_unload_image(efi_handle_t image);
efi_status_t EFIAPI efi_exit_boot_services(efi_handle_t image, efi_uintn_t key);

/* 8: variables before ExitBootServices, by the runtime image (efi/loader/runtime.c) */
efi_status_t efi_get_variable(const efi_char16_t *name, const struct efi_guid *vendor,
			      u32 *attributes, efi_uintn_t *size, void *data);
efi_status_t efi_get_next_variable_name(efi_uintn_t *size, efi_char16_t *name,
					struct efi_guid *vendor);

/**
 * efi_set_variable() - as SetVariable, with the firmware's own right to write
 * variables that are read-only for others
 */
efi_status_t efi_set_variable(const efi_char16_t *name, const struct efi_guid *vendor,
			      u32 attributes, efi_uintn_t size, const void *data);

/**
 * efi_virtual_add_notify() - call a function when addresses become virtual
 * @event:   for efi_virtual_remove_notify()
 * @notify:  code that stays: it is called after ExitBootServices
 * @context: runtime data
 *
 * Return: EFI_SUCCESS or EFI_OUT_OF_RESOURCES.
 * Context: after hook efi/60, until ExitBootServices.
 */
efi_status_t efi_virtual_add_notify(efi_event_t event, efi_event_notify_t notify,
				    void *context);
void efi_virtual_remove_notify(efi_event_t event);

/* Device paths: efi/loader/device_path.c */

/** efi_dp_next() - the node after @node; not asked for the end node */
struct efi_device_path *efi_dp_next(const struct efi_device_path *node);

/** efi_dp_is_end() - whether @node ends the whole path */
bool efi_dp_is_end(const struct efi_device_path *node);

/** efi_dp_node_size() - its length field; below 4 is malformed */
size_t efi_dp_node_size(const struct efi_device_path *node);

/**
 * efi_dp_size() - bytes of a path, its end node included
 * @path: path
 * @max:  bytes that may be read
 *
 * Return: the size, or 0 if the path is malformed or longer than @max.
 */
size_t efi_dp_size(const struct efi_device_path *path, size_t max);

/* Bound of a path that loaded software hands over, whose size nobody says. */
#define EFI_DP_MAX	KiB(64)

/* Each returns new pool, or NULL; a NULL path counts as empty. */
struct efi_device_path *efi_dp_duplicate(const struct efi_device_path *path);
struct efi_device_path *efi_dp_append_node(const struct efi_device_path *path,
					   const struct efi_device_path *node);
struct efi_device_path *efi_dp_append(const struct efi_device_path *first,
				      const struct efi_device_path *second);

struct pci_dev;

/** efi_dp_pci() - the path of a PCI function: PciRoot(0x0)/Pci(...)/... */
struct efi_device_path *efi_dp_pci(const struct pci_dev *dev);

/** efi_pci_handle() - the handle of a PCI function, with PciIo and its path */
efi_handle_t efi_pci_handle(const struct pci_dev *dev);

/** efi_dp_to_text() - pool with the path's text form (10.6.1.6), or NULL */
efi_char16_t *efi_dp_to_text(const struct efi_device_path *path, bool display_only,
			     bool shortcuts);

#endif
