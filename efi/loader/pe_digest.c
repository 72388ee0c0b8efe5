/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The digest of an image, as it is signed: of the file without the places that a
 * signature changes. All that is loaded of it is covered: the headers, and each
 * section's data as far as the file has them.
 * Document: Microsoft, Windows Authenticode Portable Executable Signature Format
 * (21 March 2008), "Calculating the PE Image Hash".
 */
#include <fw/digest.h>
#include <fw/efi_image.h>
#include <fw/errno.h>
#include <spec/pe.h>

#include "pe.h"

/* Pieces that do not follow each other in the file. Usual images have four. */
#define PARTS_MAX	48
#define SECTIONS_MAX	1024

struct parts {
	struct digest_part part[PARTS_MAX];
	size_t count;
	bool too_many;
};

static void add_part(struct parts *p, const u8 *data, u64 len)
{
	struct digest_part *last = p->count != 0 ? &p->part[p->count - 1] : NULL;

	if (len == 0)
		return;
	if (last != NULL && (const u8 *)last->data + last->len == data) {
		last->len += len;
		return;
	}
	if (p->count == PARTS_MAX) {
		p->too_many = true;
		return;
	}
	p->part[p->count++] = (struct digest_part) { data, len };
}

static const struct pe_optional *optional_header(const struct pe_image *pe)
{
	return (const void *)(pe->file + get_le32(pe->file + PE_DOS_LFANEW) +
			      sizeof(struct pe_header));
}

/* Its entry in the headers, or NULL: then nothing is left out. */
static const struct pe_directory *certificates(const struct pe_image *pe)
{
	const struct pe_optional *opt = optional_header(pe);

	if (le32_to_cpu(opt->directories) <= PE_DIRECTORY_CERTIFICATES)
		return NULL;
	return &opt->directory[PE_DIRECTORY_CERTIFICATES];
}

static void add_headers(struct parts *p, const struct pe_image *pe)
{
	const struct pe_directory *table = certificates(pe);
	const u8 *checksum = (const u8 *)&optional_header(pe)->checksum;
	const u8 *end = pe->file + pe->headers_size;
	const u8 *next = checksum + sizeof(optional_header(pe)->checksum);

	add_part(p, pe->file, (u64)(checksum - pe->file));
	if (table != NULL) {
		add_part(p, next, (u64)((const u8 *)table - next));
		next = (const u8 *)(table + 1);
	}
	add_part(p, next, (u64)(end - next));
}

static const struct pe_section *section_at(const struct pe_image *pe, u32 i)
{
	return (const void *)(pe->file + pe->sections + i * sizeof(struct pe_section));
}

/*
 * The section whose data come after those of section @last at @from, in the order
 * of the file; sections at one place are in the order of the table.
 */
static u32 next_section(const struct pe_image *pe, u32 from, u32 last)
{
	u32 i, at, best = pe->section_count, best_at = 0;

	for (i = 0; i < pe->section_count; i++) {
		at = le32_to_cpu(section_at(pe, i)->raw_offset);
		if (at < from || (at == from && last != pe->section_count && i <= last))
			continue;
		if (best == pe->section_count || at < best_at) {
			best = i;
			best_at = at;
		}
	}
	return best;
}

/* Return: bytes hashed. */
static u64 add_sections(struct parts *p, const struct pe_image *pe)
{
	u32 i, at = 0, last = pe->section_count;
	u64 len, sum = 0;

	for (i = 0; i < pe->section_count; i++) {
		last = next_section(pe, at, last);
		if (last == pe->section_count)
			break;
		at = le32_to_cpu(section_at(pe, last)->raw_offset);
		if (at >= pe->file_size)
			break;
		len = MIN((u64)le32_to_cpu(section_at(pe, last)->raw_size),
			  (u64)(pe->file_size - at));
		add_part(p, pe->file + at, len);
		sum += len;
	}
	return sum;
}

/* What comes behind everything: the certificates, and before them maybe more. */
static int add_rest(struct parts *p, const struct pe_image *pe, u64 from, const char **why)
{
	const struct pe_directory *table = certificates(pe);
	u64 end = pe->file_size;

	if (table != NULL && le32_to_cpu(table->size) != 0) {
		*why = "its certificates are not at its end";
		if ((u64)le32_to_cpu(table->rva) + le32_to_cpu(table->size) != end)
			return -EBADMSG;
		end = le32_to_cpu(table->rva);
		*why = "its certificates are where its sections are";
		if (from > end)
			return -EBADMSG;
	}
	if (from < end)
		add_part(p, pe->file + from, end - from);
	return 0;
}

int pe_digest(const struct pe_image *pe, u8 out[SHA384_SIZE], const char **why)
{
	struct parts p = { .count = 0 };
	u64 sum = pe->headers_size;
	int rc;

	*why = "it has too many sections to be measured";
	if (pe->section_count > SECTIONS_MAX)
		return -EBADMSG;
	add_headers(&p, pe);
	sum += add_sections(&p, pe);
	if (p.too_many)
		return -EBADMSG;
	rc = add_rest(&p, pe, sum, why);
	if (rc)
		return rc;
	*why = "it has too many sections to be measured";
	if (p.too_many)
		return -EBADMSG;
	digest_sha384(p.part, p.count, out);
	return 0;
}

int efi_image_digest(const void *file, size_t size, u8 out[SHA384_SIZE], const char **why)
{
	struct pe_image pe;
	int rc = pe_parse(&pe, file, size, why);

	return rc ? rc : pe_digest(&pe, out, why);
}
