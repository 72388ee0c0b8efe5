/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Checks and loads PE32+ images. A file comes from a disk or from loaded software
 * and may say anything; all arithmetic with what it says is in 64 bits.
 *
 * What makes no difference is not asked for: there are loaders in use whose
 * sections begin in the headers, are not aligned, or end behind the raw data.
 * Document: Microsoft PE Format (learn.microsoft.com, revision 11).
 */
#include <asm/paging.h>
#include <fw/errno.h>
#include <fw/memmap.h>
#include <fw/string.h>
#include <spec/pe.h>

#include "pe.h"

/* Alignments beyond this one have no use, and memory is aligned by asking for more. */
#define ALIGNMENT_MAX	MiB(64)

static const struct pe_section *section_at(const struct pe_image *pe, u32 i)
{
	return (const void *)(pe->file + pe->sections + i * sizeof(struct pe_section));
}

/* Bytes of a section in memory; old linkers leave the virtual size at 0. */
static u32 section_size(const struct pe_section *s)
{
	return le32_to_cpu(s->virtual_size) ? le32_to_cpu(s->virtual_size) :
					      le32_to_cpu(s->raw_size);
}

/* Bytes of it in the file; they are padded to its own alignment there. */
static u32 section_data(const struct pe_section *s)
{
	if (le32_to_cpu(s->raw_offset) == 0)
		return 0;
	return MIN(le32_to_cpu(s->raw_size), section_size(s));
}

/* The headers before the optional one: whether this is an image at all. */
static int find_header(const u8 *file, size_t size, const struct pe_header **header,
		       const char **why)
{
	u64 at;

	*why = "it is not an EFI image";
	if (size < PE_DOS_SIZE || get_le16(file) != PE_DOS_MAGIC)
		return -EOPNOTSUPP;
	at = get_le32(file + PE_DOS_LFANEW);
	if (at + sizeof(**header) > size)
		return -EOPNOTSUPP;
	*header = (const void *)(file + at);
	if (le32_to_cpu((*header)->magic) != PE_MAGIC)
		return -EOPNOTSUPP;
	*why = "it is for another processor";
	if (le16_to_cpu((*header)->machine) != PE_MACHINE_X64)
		return -EOPNOTSUPP;
	return 0;
}

static int check_optional(struct pe_image *pe, const struct pe_optional *opt, u32 opt_size,
			  const char **why)
{
	u32 directories;

	*why = "its optional header is not in the file";
	if (opt_size < sizeof(*opt) ||
	    opt_size > pe->file_size - (size_t)((const u8 *)opt - pe->file))
		return -EBADMSG;
	*why = "it is not a 64-bit image";
	if (le16_to_cpu(opt->magic) != PE_OPTIONAL_PE32_PLUS)
		return -EOPNOTSUPP;
	*why = "its subsystem is not an EFI one";
	pe->subsystem = le16_to_cpu(opt->subsystem);
	if (pe->subsystem < PE_SUBSYSTEM_APPLICATION ||
	    pe->subsystem > PE_SUBSYSTEM_RUNTIME_DRIVER)
		return -EOPNOTSUPP;
	*why = "its directories are not in the optional header";
	directories = MIN(le32_to_cpu(opt->directories), (u32)PE_DIRECTORIES_MAX);
	if (opt_size < sizeof(*opt) + directories * sizeof(opt->directory[0]))
		return -EBADMSG;
	pe->base = le64_to_cpu(opt->image_base);
	pe->size = le32_to_cpu(opt->image_size);
	pe->headers_size = le32_to_cpu(opt->headers_size);
	pe->entry = le32_to_cpu(opt->entry);
	pe->alignment = le32_to_cpu(opt->section_alignment);
	pe->is_nx = le16_to_cpu(opt->dll_characteristics) & PE_DLL_NX_COMPAT;
	if (directories > PE_DIRECTORY_RELOC) {
		pe->reloc = le32_to_cpu(opt->directory[PE_DIRECTORY_RELOC].rva);
		pe->reloc_size = le32_to_cpu(opt->directory[PE_DIRECTORY_RELOC].size);
	}
	return 0;
}

static int check_sizes(const struct pe_image *pe, const char **why)
{
	*why = "its section alignment is not a power of two";
	if (pe->alignment & (pe->alignment - 1))
		return -EBADMSG;
	*why = "its section alignment is more than 64 MiB";
	if (pe->alignment > ALIGNMENT_MAX)
		return -EBADMSG;
	*why = "its headers are larger than the file or the image";
	if (pe->headers_size > pe->file_size || pe->headers_size > pe->size)
		return -EBADMSG;
	*why = "its section table is not in its headers";
	if ((u64)pe->sections + (u64)pe->section_count * sizeof(struct pe_section) >
	    pe->headers_size)
		return -EBADMSG;
	*why = "its entry point is not in the image";
	if (pe->entry == 0 || pe->entry >= pe->size)
		return -EBADMSG;
	*why = "its relocations are not in the image";
	if ((u64)pe->reloc + pe->reloc_size > pe->size)
		return -EBADMSG;
	return 0;
}

static int check_sections(struct pe_image *pe, const char **why)
{
	u32 i;

	for (i = 0; i < pe->section_count; i++) {
		const struct pe_section *s = section_at(pe, i);
		u32 flags = le32_to_cpu(s->characteristics);

		*why = "a section's data is not in the file";
		if (section_data(s) != 0 &&
		    (u64)le32_to_cpu(s->raw_offset) + section_data(s) > pe->file_size)
			return -EBADMSG;
		*why = "a section is not in the image";
		if ((u64)le32_to_cpu(s->rva) + section_size(s) > pe->size)
			return -EBADMSG;
		if ((flags & PE_SECTION_WRITE && flags & PE_SECTION_EXECUTE) ||
		    !IS_ALIGNED((u64)le32_to_cpu(s->rva), PAGE_SIZE))
			pe->is_nx = false;
	}
	return 0;
}

int pe_parse(struct pe_image *pe, const void *file, size_t size, const char **why)
{
	const struct pe_header *header;
	const struct pe_optional *opt;
	int rc;

	memset(pe, 0, sizeof(*pe));
	pe->file = file;
	pe->file_size = size;
	rc = find_header(file, size, &header, why);
	if (rc)
		return rc;
	opt = (const void *)(header + 1);
	rc = check_optional(pe, opt, le16_to_cpu(header->optional_size), why);
	if (rc)
		return rc;
	pe->is_fixed = le16_to_cpu(header->characteristics) & PE_FILE_RELOCS_STRIPPED;
	pe->section_count = le16_to_cpu(header->sections);
	pe->sections = (u32)((const u8 *)opt - pe->file) + le16_to_cpu(header->optional_size);
	rc = check_sizes(pe, why);
	if (rc)
		return rc;
	pe->alignment = MAX(pe->alignment, (u32)1);
	if (pe->alignment < PAGE_SIZE)
		pe->is_nx = false;
	return check_sections(pe, why);
}

/* One fixup, at @rva, for an image that is @delta away from where it was linked. */
static int fix_up(const struct pe_image *pe, u8 *memory, u16 entry, u32 page, u64 delta)
{
	u64 at = (u64)page + (entry & 0xfff);
	u32 width = 0;

	switch (entry >> 12) {
	case PE_RELOC_ABSOLUTE:
		return 0;
	case PE_RELOC_HIGH:
	case PE_RELOC_LOW:
		width = 2;
		break;
	case PE_RELOC_HIGHLOW:
		width = 4;
		break;
	case PE_RELOC_DIR64:
		width = 8;
		break;
	default:
		return -EBADMSG;
	}
	if (at + width > pe->size)
		return -EBADMSG;
	memory += at;
	switch (entry >> 12) {
	case PE_RELOC_HIGH:
		put_le16((u16)(get_le16(memory) + ((u32)delta >> 16)), memory);
		break;
	case PE_RELOC_LOW:
		put_le16((u16)(get_le16(memory) + delta), memory);
		break;
	case PE_RELOC_HIGHLOW:
		put_le32((u32)(get_le32(memory) + delta), memory);
		break;
	default:
		put_le64(get_le64(memory) + delta, memory);
		break;
	}
	return 0;
}

/*
 * The blocks are read out of the image, where a fixup could change them: each is
 * checked as it is read. What is shorter than a block at the end is padding.
 */
static int relocate(const struct pe_image *pe, u8 *memory, const char **why)
{
	u64 delta = (u64)(uintptr_t)memory - pe->base;
	u32 left = pe->reloc_size, at = pe->reloc;

	while (left >= sizeof(struct pe_reloc_block)) {
		u32 page = get_le32(memory + at), size = get_le32(memory + at + 4);
		u32 i;

		*why = "a block of its relocations has a wrong size";
		if (size < sizeof(struct pe_reloc_block) || size > left)
			return -EBADMSG;
		*why = "a relocation is of an unknown type, or not for the image";
		for (i = sizeof(struct pe_reloc_block); i + 2 <= size; i += 2) {
			if (fix_up(pe, memory, get_le16(memory + at + i), page, delta) != 0)
				return -EBADMSG;
		}
		at += size;
		left -= size;
	}
	return 0;
}

int pe_load(const struct pe_image *pe, u8 *memory, const char **why)
{
	u32 done = pe->headers_size;	/* everything below has been written */
	u32 i;

	memcpy(memory, pe->file, pe->headers_size);
	for (i = 0; i < pe->section_count; i++) {
		const struct pe_section *s = section_at(pe, i);
		u32 rva = le32_to_cpu(s->rva), data = section_data(s);

		if (rva > done)
			memset(memory + done, 0, rva - done);
		done = MAX(done, rva);
		if (data != 0)
			memcpy(memory + rva, pe->file + le32_to_cpu(s->raw_offset), data);
		done = MAX(done, rva + data);
	}
	memset(memory + done, 0, pe->size - done);
	/* Images without relocations find their way, or must not be moved at all. */
	if ((u64)(uintptr_t)memory == pe->base)
		return 0;
	return relocate(pe, memory, why);
}

u64 pe_section_map(const struct pe_image *pe, u32 index, u32 *base, u32 *size)
{
	const struct pe_section *s;
	u32 flags;

	if (index == 0) {
		*base = 0;
		*size = ALIGN_UP(pe->headers_size, PAGE_SIZE);
		return MAP_RO;
	}
	s = section_at(pe, index - 1);
	flags = le32_to_cpu(s->characteristics);
	*base = le32_to_cpu(s->rva);
	*size = ALIGN_UP(section_size(s), PAGE_SIZE);
	if (flags & PE_SECTION_WRITE)
		return MAP_RW;
	return flags & PE_SECTION_EXECUTE ? MAP_RX : MAP_RO;
}
