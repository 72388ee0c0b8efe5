/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Files. Document: UEFI 2.10, sections 13.4 (simple file system) and 13.5 (file). */
#ifndef SPEC_EFI_SIMPLE_FILE_SYSTEM_H
#define SPEC_EFI_SIMPLE_FILE_SYSTEM_H

#include <spec/efi/types.h>

#define EFI_FILE_REVISION	0x00010000
#define EFI_FILE_SYSTEM_REVISION 0x00010000

#define EFI_FILE_MODE_READ	((u64)1)
#define EFI_FILE_MODE_WRITE	((u64)2)
#define EFI_FILE_MODE_CREATE	((u64)1 << 63)

#define EFI_FILE_READ_ONLY	((u64)0x01)
#define EFI_FILE_HIDDEN		((u64)0x02)
#define EFI_FILE_SYSTEM		((u64)0x04)
#define EFI_FILE_DIRECTORY	((u64)0x10)
#define EFI_FILE_ARCHIVE	((u64)0x20)
#define EFI_FILE_VALID_ATTR	((u64)0x37)

#define EFI_FILE_POSITION_END	(~(u64)0)

struct efi_file {
	u64 revision;
	efi_status_t (EFIAPI *open)(struct efi_file *this, struct efi_file **file,
				    efi_char16_t *name, u64 mode, u64 attributes);
	efi_status_t (EFIAPI *close)(struct efi_file *this);
	efi_status_t (EFIAPI *delete)(struct efi_file *this);
	efi_status_t (EFIAPI *read)(struct efi_file *this, efi_uintn_t *size, void *buffer);
	efi_status_t (EFIAPI *write)(struct efi_file *this, efi_uintn_t *size, void *buffer);
	efi_status_t (EFIAPI *get_position)(struct efi_file *this, u64 *position);
	efi_status_t (EFIAPI *set_position)(struct efi_file *this, u64 position);
	efi_status_t (EFIAPI *get_info)(struct efi_file *this, const struct efi_guid *type,
					efi_uintn_t *size, void *buffer);
	efi_status_t (EFIAPI *set_info)(struct efi_file *this, const struct efi_guid *type,
					efi_uintn_t size, void *buffer);
	efi_status_t (EFIAPI *flush)(struct efi_file *this);
};

struct efi_simple_file_system {
	u64 revision;
	efi_status_t (EFIAPI *open_volume)(struct efi_simple_file_system *this,
					   struct efi_file **root);
};

struct efi_file_info {
	u64 size;		/* of this structure with the name */
	u64 file_size;
	u64 physical_size;
	struct efi_time create_time;
	struct efi_time access_time;
	struct efi_time modify_time;
	u64 attributes;
	efi_char16_t name[];
};

struct efi_file_system_info {
	u64 size;
	efi_bool_t read_only;
	u64 volume_size;
	u64 free_space;
	u32 block_size;
	efi_char16_t label[];
};

struct efi_file_system_label {
	efi_char16_t label[1];
};

#endif
