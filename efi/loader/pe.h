/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* PE32+ images: a checked description of a file, and its way into memory. */
#ifndef LOADER_PE_H
#define LOADER_PE_H

#include <fw/types.h>

/**
 * struct pe_image - what a checked header says
 * @file:         the whole file
 * @file_size:    its size
 * @base:         the address that it was linked for
 * @size:         bytes of memory that it needs
 * @headers_size: bytes at the beginning that are loaded as they are
 * @entry:        offset of its entry point
 * @alignment:    of its sections, and so of the image; a power of two
 * @sections:     offset of the section table, all of it in the headers
 * @section_count: number of sections
 * @reloc:        offset of the base relocations in the image, all of them in it
 * @reloc_size:   bytes of them
 * @subsystem:    PE_SUBSYSTEM_*
 * @is_fixed:     it can be at @base only
 * @is_nx:        its maker says that it never needs memory to be writable and
 *                executable at once, and its sections can be mapped so
 *
 * Numbers are in range; sections may overlap each other and the headers.
 */
struct pe_image {
	const u8 *file;
	size_t file_size;
	u64 base;
	u32 size;
	u32 headers_size;
	u32 entry;
	u32 alignment;
	u32 sections;
	u32 section_count;
	u32 reloc;
	u32 reloc_size;
	u16 subsystem;
	bool is_fixed;
	bool is_nx;
};

/**
 * pe_parse() - check an image
 * @pe:   description
 * @file: file, in private memory; it must stay as it is while @pe is in use
 * @size: bytes
 *
 * Return: 0; -EOPNOTSUPP if it is no image, or one for other machines or
 * purposes; -EBADMSG if it is damaged. *@why is set on an error.
 */
int pe_parse(struct pe_image *pe, const void *file, size_t size, const char **why);

/**
 * pe_load() - lay an image out in memory and relocate it
 * @pe:     checked image
 * @memory: @pe->size bytes; all of them are written
 *
 * Return: 0, or -EBADMSG if its relocations are damaged, with *@why set.
 */
int pe_load(const struct pe_image *pe, u8 *memory, const char **why);

/**
 * pe_section_map() - what a section, or the headers, may be used for
 * @pe:    checked image that is @is_nx
 * @index: from 0 for the headers to @section_count
 * @base:  offset of its first byte in the image, a multiple of pages
 * @size:  bytes, a multiple of pages but for the image's end; may be 0
 *
 * Return: MAP_RO, MAP_RW or MAP_RX of asm/paging.h.
 */
u64 pe_section_map(const struct pe_image *pe, u32 index, u32 *base, u32 *size);

/**
 * pe_digest() - the SHA-384 digest of an image, as it is signed
 * @pe:  checked image
 * @out: where to put it
 *
 * Return: 0, or -EBADMSG with *@why set.
 */
int pe_digest(const struct pe_image *pe, u8 out[48], const char **why);

#endif
