/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* What the parts of the runtime image share. */
#ifndef EFI_RUNTIME_RUNTIME_H
#define EFI_RUNTIME_RUNTIME_H

#include <asm/native.h>
#include <fw/efi_runtime.h>

#include "io.h"

/**
 * struct runtime - the image's state
 * @at_runtime:	boot services have ended
 * @virtual:	SetVirtualAddressMap has been called
 * @no_set_variable: once boot services have ended, variables cannot be changed
 * @image:	where the image was loaded
 * @system_table: virtual after SetVirtualAddressMap, like every pointer
 * @high_count: the last upper half of the monotonic counter, 0 if nobody has asked
 * @power:	registers
 * @reset_at:	where the one for resets is, if it is memory
 * @poweroff_at: and the other one
 */
struct runtime {
	bool at_runtime;
	bool virtual;
	bool no_set_variable;
	u64 image;
	struct efi_system_table *system_table;
	struct board_power power;
	u32 high_count;
	struct efi_runtime_mmio reset_at, poweroff_at;
};

extern struct runtime runtime;
extern struct efi_runtime_services runtime_services;

/* From the linker script: offsets, and the list of pointers. */
extern const struct efi_runtime_header runtime_header;
extern const struct efi_runtime_reloc runtime_relocs_start[], runtime_relocs_end[];

/**
 * runtime_convert() - make a pointer virtual
 * @pointer: variable of any pointer type
 *
 * Return: EFI_SUCCESS, or EFI_NOT_FOUND and the pointer is as it was.
 * Context: only from the functions of virtual.c.
 */
efi_status_t runtime_convert(void *pointer);

/* virtual.c */
efi_status_t EFIAPI runtime_set_virtual_address_map(efi_uintn_t size,
						    efi_uintn_t descriptor_size, u32 version,
						    struct efi_memory_descriptor *map);
efi_status_t EFIAPI runtime_convert_pointer(efi_uintn_t disposition, void **address);
efi_status_t runtime_add_notify(efi_event_t event, efi_event_notify_t notify, void *context);
void runtime_remove_notify(efi_event_t event);

/* rtc.c */
efi_status_t EFIAPI runtime_get_time(struct efi_time *time,
				     struct efi_time_capabilities *capabilities);
efi_status_t EFIAPI runtime_set_time(struct efi_time *time);
efi_status_t EFIAPI runtime_get_wakeup_time(efi_bool_t *enabled, efi_bool_t *pending,
					    struct efi_time *time);
efi_status_t EFIAPI runtime_set_wakeup_time(efi_bool_t enable, struct efi_time *time);

/* reset.c */
void EFIAPI runtime_reset_system(u32 type, efi_status_t status, efi_uintn_t size,
				 const void *data);

/* misc.c */
efi_status_t EFIAPI runtime_get_next_high_monotonic_count(u32 *count);
efi_status_t EFIAPI runtime_update_capsule(struct efi_capsule_header **capsules,
					   efi_uintn_t count, u64 scatter_gather);
efi_status_t EFIAPI runtime_query_capsule_capabilities(struct efi_capsule_header **capsules,
						       efi_uintn_t count, u64 *size_max,
						       u32 *reset_type);

/* variable.c */
efi_status_t EFIAPI runtime_get_variable(const efi_char16_t *name,
					 const struct efi_guid *vendor, u32 *attributes,
					 efi_uintn_t *size, void *data);
efi_status_t EFIAPI runtime_get_next_variable_name(efi_uintn_t *size, efi_char16_t *name,
						   struct efi_guid *vendor);
efi_status_t EFIAPI runtime_set_variable(const efi_char16_t *name,
					 const struct efi_guid *vendor, u32 attributes,
					 efi_uintn_t size, const void *data);
efi_status_t EFIAPI runtime_query_variable_info(u32 attributes, u64 *storage_max,
						u64 *storage_left, u64 *size_max);

/**
 * runtime_set_own_variable() - as SetVariable, also for what is read-only
 *
 * The firmware's, at boot.
 */
efi_status_t EFIAPI runtime_set_own_variable(const efi_char16_t *name,
					     const struct efi_guid *vendor, u32 attributes,
					     efi_uintn_t size, const void *data);

/** variable_convert() - pointers become virtual */
void variable_convert(void);

/** variable_start() - read the store; fills in @boot's answers */
void variable_start(struct efi_runtime_boot *boot);

/*
 * Services are not reentered: an event's function could call one while another
 * is at work. The OS sees to that itself.
 */
static inline u64 runtime_enter(void)
{
	io_begin();
	return runtime.at_runtime ? 0 : native_irq_save();
}

/* Whether the services that promise something to last are there. */
static inline bool runtime_may_keep(void)
{
	return !runtime.at_runtime || !runtime.no_set_variable;
}

static inline void runtime_leave(u64 flags)
{
	if (!runtime.at_runtime)
		native_irq_restore(flags);
}

static inline bool guid_equal(const struct efi_guid *a, const struct efi_guid *b)
{
	u64 p[2], q[2];

	/* Callers' may be at any address. */
	__builtin_memcpy(p, a, sizeof(p));
	__builtin_memcpy(q, b, sizeof(q));
	return p[0] == q[0] && p[1] == q[1];
}

#endif
