/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The disk I/O protocol. Document: UEFI 2.10, section 13.7. */
#ifndef SPEC_EFI_DISK_IO_H
#define SPEC_EFI_DISK_IO_H

#include <spec/efi/types.h>

#define EFI_DISK_IO_REVISION	0x00010000

struct efi_disk_io {
	u64 revision;
	efi_status_t (EFIAPI *read_disk)(struct efi_disk_io *this, u32 media_id, u64 offset,
					 efi_uintn_t size, void *buffer);
	efi_status_t (EFIAPI *write_disk)(struct efi_disk_io *this, u32 media_id, u64 offset,
					  efi_uintn_t size, const void *buffer);
};

#endif
