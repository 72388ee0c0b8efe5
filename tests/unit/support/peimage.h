/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* A small PE32+ image, laid out as common linkers do, for tests that damage it. */
#ifndef UNIT_PEIMAGE_H
#define UNIT_PEIMAGE_H

#include <string.h>

#include <spec/pe.h>

#define PE_TEST_LFANEW		0x80
#define PE_TEST_HEADERS		0x400
#define PE_TEST_TEXT		0x1000		/* offsets in the image */
#define PE_TEST_DATA		0x2000
#define PE_TEST_RELOC		0x4000
#define PE_TEST_SIZE		0x5000
#define PE_TEST_FILE		0xa00
#define PE_TEST_BASE		0x140000000ull

struct pe_test {
	u8 dos[PE_TEST_LFANEW];
	struct pe_header header;
	struct pe_optional optional;
	struct pe_directory directory[16];
	struct pe_section text, data, reloc;
	u8 pad[PE_TEST_HEADERS - PE_TEST_LFANEW - sizeof(struct pe_header) -
	       sizeof(struct pe_optional) - 16 * sizeof(struct pe_directory) -
	       3 * sizeof(struct pe_section)];
	u8 text_bytes[0x200];
	u8 data_bytes[0x200];
	struct pe_reloc_block block;
	le16 fixup[0xfc];
} __packed;

_Static_assert(sizeof(struct pe_test) == PE_TEST_FILE, "");

static inline void pe_test_section(struct pe_section *s, u32 rva, u32 size, u32 offset,
				   u32 flags)
{
	s->rva = cpu_to_le32(rva);
	s->virtual_size = cpu_to_le32(size);
	s->raw_offset = cpu_to_le32(offset);
	s->raw_size = cpu_to_le32(0x200);
	s->characteristics = cpu_to_le32(flags);
}

/* Code and data of 0x200 bytes; data is longer in memory; a fixup at PE_TEST_DATA + 8. */
static inline void pe_test_make(struct pe_test *pe)
{
	struct pe_optional *opt = &pe->optional;

	memset(pe, 0, sizeof(*pe));
	memcpy(pe->dos, "MZ", 2);
	pe->dos[PE_DOS_LFANEW] = PE_TEST_LFANEW;
	pe->header.magic = cpu_to_le32(PE_MAGIC);
	pe->header.machine = cpu_to_le16(PE_MACHINE_X64);
	pe->header.sections = cpu_to_le16(3);
	pe->header.optional_size = cpu_to_le16(sizeof(*opt) + sizeof(pe->directory));
	pe->header.characteristics = cpu_to_le16(0x022e);
	opt->magic = cpu_to_le16(PE_OPTIONAL_PE32_PLUS);
	opt->entry = cpu_to_le32(PE_TEST_TEXT);
	opt->image_base = cpu_to_le64(PE_TEST_BASE);
	opt->section_alignment = cpu_to_le32(0x1000);
	opt->file_alignment = cpu_to_le32(0x200);
	opt->image_size = cpu_to_le32(PE_TEST_SIZE);
	opt->headers_size = cpu_to_le32(PE_TEST_HEADERS);
	opt->subsystem = cpu_to_le16(PE_SUBSYSTEM_APPLICATION);
	opt->dll_characteristics = cpu_to_le16(PE_DLL_NX_COMPAT);
	opt->directories = cpu_to_le32(16);
	pe->directory[PE_DIRECTORY_RELOC].rva = cpu_to_le32(PE_TEST_RELOC);
	pe->directory[PE_DIRECTORY_RELOC].size = cpu_to_le32(sizeof(pe->block) + 4);
	pe_test_section(&pe->text, PE_TEST_TEXT, 0x180, 0x400, PE_SECTION_EXECUTE);
	pe_test_section(&pe->data, PE_TEST_DATA, 0x1800, 0x600, PE_SECTION_WRITE);
	pe_test_section(&pe->reloc, PE_TEST_RELOC, 12, 0x800, 0);
	memset(pe->text_bytes, 0xc3, sizeof(pe->text_bytes));
	memset(pe->data_bytes, 0xda, sizeof(pe->data_bytes));
	memcpy(pe->data_bytes + 8, "\x10\x20\x00\x40\x01\x00\x00\x00", 8);
	pe->block.rva = cpu_to_le32(PE_TEST_DATA);
	pe->block.size = cpu_to_le32(sizeof(pe->block) + 4);
	pe->fixup[0] = cpu_to_le16(PE_RELOC_DIR64 << 12 | 8);
	pe->fixup[1] = cpu_to_le16(0);
}

#endif
