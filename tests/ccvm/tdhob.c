/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * HOB list that a trust domain gets from its launcher.
 *
 * Document: UEFI PI specification 1.8, volume 3, section 5; contents as
 * QEMU 10.2, hw/i386/tdvf-hob.c, has them.
 */
#include <fw/compiler.h>
#include <fw/errno.h>
#include <fw/string.h>

#include "tdhob.h"

#define HOB_HANDOFF	0x0001
#define HOB_RESOURCE	0x0003
#define HOB_END		0xffff

struct hob_header {
	u16 type;
	u16 length;
	u32 reserved;
} __packed;

struct hob_handoff {
	struct hob_header header;
	u32 version;
	u32 boot_mode;
	u64 memory_top, memory_bottom;
	u64 free_top, free_bottom;
	u64 end_of_list;
} __packed;

struct hob_resource {
	struct hob_header header;
	u8 owner[16];
	u32 type;
	u32 attributes;
	u64 start;
	u64 length;
} __packed;

_Static_assert(sizeof(struct hob_handoff) == 56, "PHIT HOB");
_Static_assert(sizeof(struct hob_resource) == 48, "resource HOB");

#define HANDOFF_VERSION		9
#define RESOURCE_SYSTEM_MEMORY	0
#define RESOURCE_UNACCEPTED	7
/* Present, initialized, tested. */
#define RESOURCE_ATTRIBUTES	7

struct writer {
	u8 *buf;
	size_t size;
	size_t used;
};

static int put(struct writer *w, const void *hob, size_t len)
{
	if (len > w->size - w->used)
		return -ENOSPC;
	memcpy(w->buf + w->used, hob, len);
	w->used += len;
	return 0;
}

static int put_resource(struct writer *w, u32 type, u64 start, u64 end)
{
	struct hob_resource hob = {
		.header = { .type = HOB_RESOURCE, .length = sizeof(hob) },
		.type = type,
		.attributes = RESOURCE_ATTRIBUTES,
		.start = start,
		.length = end - start,
	};

	return start < end ? put(w, &hob, sizeof(hob)) : 0;
}

static bool is_added(const struct tdvf_section *s)
{
	return (s->type == TDVF_TD_HOB || s->type == TDVF_TEMP_MEM) && s->mem_size != 0;
}

/* Lowest section that was added from @from on and ends by @end. */
static const struct tdvf_section *next_added(const struct tdvf *tdvf, u64 from, u64 end)
{
	const struct tdvf_section *s, *best = NULL;
	u32 i;

	for (i = 0; i < tdvf->count; i++) {
		s = &tdvf->section[i];
		if (!is_added(s) || s->gpa < from || s->gpa >= end || s->mem_size > end - s->gpa)
			continue;
		if (!best || s->gpa < best->gpa)
			best = s;
	}
	return best;
}

/* Return: number of added sections in the range, or a negative error. */
static int put_range(struct writer *w, const struct tdvf *tdvf, const struct tdhob_range *range)
{
	u64 pos = range->base, end = range->base + range->size;
	const struct tdvf_section *s;
	int err, found = 0;

	for (s = next_added(tdvf, pos, end); s; s = next_added(tdvf, pos, end)) {
		err = put_resource(w, RESOURCE_UNACCEPTED, pos, s->gpa);
		if (!err)
			err = put_resource(w, RESOURCE_SYSTEM_MEMORY, s->gpa, s->gpa + s->mem_size);
		if (err)
			return err;
		pos = s->gpa + s->mem_size;
		found++;
	}
	err = put_resource(w, RESOURCE_UNACCEPTED, pos, end);
	return err ? err : found;
}

static int put_ranges(struct writer *w, const struct tdvf *tdvf, const struct tdhob_range *ram,
		      u32 count)
{
	int err, missing = 0;
	u32 i;

	for (i = 0; i < tdvf->count; i++)
		missing += is_added(&tdvf->section[i]);
	for (i = 0; i < count; i++) {
		err = put_range(w, tdvf, &ram[i]);
		if (err < 0)
			return err;
		missing -= err;
	}
	/* One that overlaps another, or is not in RAM, was never found. */
	return missing ? -EINVAL : 0;
}

int tdhob_build(u8 *buf, size_t size, const struct tdvf *tdvf, const struct tdhob_range *ram,
		u32 count)
{
	const struct tdvf_section *section = tdvf_hob(tdvf);
	struct hob_handoff handoff = {
		.header = { .type = HOB_HANDOFF, .length = sizeof(handoff) },
		.version = HANDOFF_VERSION,
	};
	struct hob_header end = { .type = HOB_END, .length = sizeof(end) };
	struct writer w = { .buf = buf, .size = size };
	int err;

	if (!section)
		return -EINVAL;
	memset(buf, 0, size);
	err = put(&w, &handoff, sizeof(handoff));
	if (!err)
		err = put_ranges(&w, tdvf, ram, count);
	if (!err)
		err = put(&w, &end, sizeof(end));
	if (err)
		return err;
	handoff.end_of_list = section->gpa + w.used;
	memcpy(buf, &handoff, sizeof(handoff));
	return (int)w.used;
}
