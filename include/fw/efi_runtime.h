/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Between the firmware and its runtime image (efi/runtime), which is linked on
 * its own, embedded in the firmware, and all that stays after ExitBootServices.
 */
#ifndef FW_EFI_RUNTIME_H
#define FW_EFI_RUNTIME_H

#include <fw/board.h>
#include <spec/efi/boot_services.h>
#include <spec/efi/runtime_services.h>
#include <spec/efi/system_table.h>

#define EFI_RUNTIME_MAGIC	0x4d495452	/* "RTIM" */

/**
 * struct efi_runtime_header - the first bytes of the image, written by its
 * linker script; offsets from its start
 * @entry:    an efi_runtime_entry_t
 * @rodata:   code ends here; a page boundary, as the next two are
 * @data:     constants end here
 * @end:      the end in memory
 * @file_end: the end of what is embedded; up to @bss_end memory is zero
 * @bss_end:  from here on contents do not matter
 * @relocs:   Elf64_Rela, all of them relative, all of their targets in data
 * @relocs_end: end of them
 */
struct efi_runtime_header {
	u32 magic;
	u32 entry;
	u32 rodata;
	u32 data;
	u32 end;
	u32 file_end;
	u32 bss_end;
	u32 relocs;
	u32 relocs_end;
};

/* One Elf64_Rela (System V ABI, AMD64 supplement, section 4.4). */
struct efi_runtime_reloc {
	u64 offset;
	u64 info;
	s64 addend;
};

#define EFI_RUNTIME_RELATIVE	8	/* R_X86_64_RELATIVE */

/** enum efi_store_found - what was found when the flash was read */
enum efi_store_found {
	EFI_STORE_RECOVERED	= 1 << 0,	/* a write that had been cut off was completed */
	EFI_STORE_DAMAGED	= 1 << 1,	/* parts of it are not variables */
	EFI_STORE_REBUILT	= 1 << 2,	/* and it was written anew */
	EFI_STORE_FOREIGN	= 1 << 3,	/* no store that can be used; left alone */
	EFI_STORE_FAILED	= 1 << 4,	/* the flash reports an error */
};

/**
 * struct efi_runtime_boot - the one call from the firmware into the image
 * @system_table: runtime data
 * @power:	how to reset and to switch off
 * @flash:	where variables are kept, or 0
 * @flash_size:	its bytes
 * @flash_writable: else its variables are read, and changes are in memory only
 * @no_set_variable: once boot services have ended, variables cannot be changed:
 *		in this kind of guest nothing of them would last
 * @io:		code of the way to devices (fw/efi_runtime_io.h)
 * @io_data:	for it
 * @services:	out: the table
 * @set_variable: out: as SetVariable, for the firmware's own use
 * @add_notify:	out: notify function of an event that tells of virtual
 *		addresses; it and @context are runtime code and data.
 *		OUT_OF_RESOURCES if there are too many
 * @remove_notify: out: by event; no error if it is not there
 * @exit_boot:	out: boot services end
 * @store_found: out: EFI_STORE_*
 * @store_kept:	out: variables that were read
 * @high_count:	out: what GetNextHighMonotonicCount() has returned last, or 0
 * @has_mmio:	out: whether registers in memory are used
 * @supported:	out: EFI_RT_SUPPORTED_*, once boot services have ended
 */
struct efi_runtime_boot {
	struct efi_system_table *system_table;
	struct board_power power;
	phys_addr_t flash;
	u32 flash_size;
	bool flash_writable;
	bool no_set_variable;
	u32 io;
	u64 io_data;

	struct efi_runtime_services *services;
	efi_status_t (EFIAPI *set_variable)(const efi_char16_t *name,
					    const struct efi_guid *vendor, u32 attributes,
					    efi_uintn_t size, const void *data);
	efi_status_t (*add_notify)(efi_event_t event, efi_event_notify_t notify, void *context);
	void (*remove_notify)(efi_event_t event);
	void (*exit_boot)(void);
	u32 store_found;
	u32 store_kept;
	const u32 *high_count;
	bool has_mmio;
	u32 supported;
};

/* 0, or -ENOENT if the image has not the way to devices that is asked for. */
typedef int (*efi_runtime_entry_t)(struct efi_runtime_boot *boot);

/**
 * efi_runtime_use_io() - choose how the runtime image reaches devices
 * @code: of a struct efi_runtime_io
 * @data: for its start()
 *
 * Context: a guest kind's hook at the point efi_pre; else instructions are used.
 */
void efi_runtime_use_io(u32 code, u64 data);

#endif
