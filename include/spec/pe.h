/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * PE32+ images.
 * Document: Microsoft PE Format (learn.microsoft.com, revision 11), sections 2
 * (headers), 3 (section table) and 5.6 (base relocations).
 */
#ifndef SPEC_PE_H
#define SPEC_PE_H

#include <fw/byteorder.h>

#define PE_DOS_MAGIC		0x5a4d		/* "MZ" */
#define PE_DOS_LFANEW		0x3c		/* le32: offset of the PE header */
#define PE_DOS_SIZE		0x40
#define PE_MAGIC		0x00004550	/* "PE\0\0" */
#define PE_MACHINE_X64		0x8664
#define PE_OPTIONAL_PE32_PLUS	0x20b

#define PE_FILE_RELOCS_STRIPPED	0x0001

#define PE_SUBSYSTEM_APPLICATION	10
#define PE_SUBSYSTEM_BOOT_DRIVER	11
#define PE_SUBSYSTEM_RUNTIME_DRIVER	12

#define PE_DLL_NX_COMPAT	0x0100

struct pe_header {
	le32 magic;
	le16 machine;
	le16 sections;
	le32 time;
	le32 symbols;
	le32 symbol_count;
	le16 optional_size;
	le16 characteristics;
} __packed;

struct pe_directory {
	le32 rva;
	le32 size;
} __packed;

#define PE_DIRECTORIES_MAX	16
#define PE_DIRECTORY_CERTIFICATES 4	/* its address is one in the file */
#define PE_DIRECTORY_RELOC	5

struct pe_optional {
	le16 magic;
	u8 linker[2];
	le32 code_size;
	le32 data_size;
	le32 bss_size;
	le32 entry;
	le32 code_base;
	le64 image_base;
	le32 section_alignment;
	le32 file_alignment;
	le16 os_version[2];
	le16 image_version[2];
	le16 subsystem_version[2];
	le32 win32_version;
	le32 image_size;
	le32 headers_size;
	le32 checksum;
	le16 subsystem;
	le16 dll_characteristics;
	le64 stack_reserve;
	le64 stack_commit;
	le64 heap_reserve;
	le64 heap_commit;
	le32 loader_flags;
	le32 directories;
	struct pe_directory directory[];
} __packed;

struct pe_section {
	char name[8];
	le32 virtual_size;
	le32 rva;
	le32 raw_size;
	le32 raw_offset;
	le32 reloc_offset;
	le32 lines_offset;
	le16 relocs;
	le16 lines;
	le32 characteristics;
} __packed;

#define PE_SECTION_EXECUTE	0x20000000u
#define PE_SECTION_WRITE	0x80000000u

struct pe_reloc_block {
	le32 rva;
	le32 size;		/* bytes, with this head */
} __packed;

#define PE_RELOC_ABSOLUTE	0
#define PE_RELOC_HIGH		1
#define PE_RELOC_LOW		2
#define PE_RELOC_HIGHLOW	3
#define PE_RELOC_DIR64		10

_Static_assert(sizeof(struct pe_header) == 24, "");
_Static_assert(sizeof(struct pe_optional) == 112, "");
_Static_assert(sizeof(struct pe_section) == 40, "");

#endif
