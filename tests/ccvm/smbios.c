/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * QEMU's SMBIOS tables, made to tell how much RAM the guest has.
 * Document: SMBIOS reference specification (DSP0134), 3.6.0, sections 5.2
 * (entry points), 6.1 (structures), 7.17, 7.18 and 7.20 (memory).
 */
#include <fw/byteorder.h>
#include <fw/errno.h>
#include <fw/string.h>

#include "smbios.h"

#define KIB		1024ull
#define MIB		(1024 * KIB)
#define HIGH_START	0x100000000ull

enum {
	TYPE_ARRAY = 16,
	TYPE_DEVICE = 17,
	TYPE_RANGE = 19,
};

/* Where a size does not fit, and its extended field counts. */
#define ARRAY_EXTENDED	0x80000000u	/* KiB */
#define DEVICE_EXTENDED	0x7fffu		/* MiB */
#define RANGE_EXTENDED	0xffffffffu	/* KiB */

/* Lengths of structures that have the extended fields. */
#define ARRAY_LENGTH	0x17
#define DEVICE_LENGTH	0x20
#define RANGE_LENGTH	0x1f

/* What QEMU's memory devices hold at most. */
#define DEVICE_MOST	(16 * 1024 * MIB)

#define HEADER_SIZE	4
#define ENTRY21_SIZE	31
#define ENTRY30_SIZE	24

/**
 * struct state - how far the tables have been gone through
 * @low, @high: the guest's RAM
 * @left:	of it, what no memory device has been given yet
 * @count, @largest: structures that stay, and bytes of the largest one
 */
struct state {
	u64 low, high, left;
	u32 count, largest;
};

/* Bytes of a structure with its strings; 0 if it does not end. */
static u32 structure_size(const u8 *p, u32 left)
{
	u32 i;

	if (left < HEADER_SIZE + 2u || p[1] < HEADER_SIZE)
		return 0;
	for (i = p[1]; i + 2 <= left; i++) {
		if (p[i] == 0 && p[i + 1] == 0)
			return i + 2;
	}
	return 0;
}

static u32 device_count(u64 ram)
{
	return (u32)((ram + DEVICE_MOST - 1) / DEVICE_MOST);
}

static bool set_array(u8 *p, struct state *s)
{
	u64 kib = (s->low + s->high) / KIB;

	put_le32(kib < ARRAY_EXTENDED ? (u32)kib : ARRAY_EXTENDED, p + 0x07);
	put_le16((u16)device_count(s->low + s->high), p + 0x0d);
	put_le64(kib < ARRAY_EXTENDED ? 0 : kib * KIB, p + 0x0f);
	return true;
}

static bool set_device(u8 *p, struct state *s)
{
	u64 size = MIN(s->left, DEVICE_MOST), mib = size / MIB;

	s->left -= size;
	put_le16(mib < DEVICE_EXTENDED ? (u16)mib : DEVICE_EXTENDED, p + 0x0c);
	put_le32(mib < DEVICE_EXTENDED ? 0 : (u32)mib, p + 0x1c);
	return size > 0;
}

static bool set_range(u8 *p, struct state *s)
{
	u32 kib = get_le32(p + 0x04);
	u64 start = kib != RANGE_EXTENDED ? kib * KIB : get_le64(p + 0x0f);
	u64 size = start < HIGH_START ? s->low : s->high;
	u64 last = start + size - 1;
	bool fits = last / KIB < RANGE_EXTENDED;

	put_le32(fits ? (u32)(start / KIB) : RANGE_EXTENDED, p + 0x04);
	put_le32(fits ? (u32)(last / KIB) : RANGE_EXTENDED, p + 0x08);
	put_le64(fits ? 0 : start, p + 0x0f);
	put_le64(fits ? 0 : last, p + 0x17);
	return size > 0;
}

/* Whether the structure stays. */
static bool change(u8 *p, struct state *s)
{
	static const struct {
		u8 type, length;
		bool (*set)(u8 *p, struct state *s);
	} kinds[] = {
		{ TYPE_ARRAY, ARRAY_LENGTH, set_array },
		{ TYPE_DEVICE, DEVICE_LENGTH, set_device },
		{ TYPE_RANGE, RANGE_LENGTH, set_range },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (p[0] == kinds[i].type && p[1] >= kinds[i].length)
			return kinds[i].set(p, s);
	}
	return true;
}

static void set_checksum(u8 *sum, const u8 *p, u32 size)
{
	u8 total = 0;

	*sum = 0;
	while (size-- > 0)
		total = (u8)(total + *p++);
	*sum = (u8)-total;
}

static int set_anchor(u8 *p, u32 size, u32 table_size, const struct state *s)
{
	if (size >= ENTRY30_SIZE && memcmp(p, "_SM3_", 5) == 0 && p[6] == ENTRY30_SIZE) {
		put_le32(table_size, p + 0x0c);
		set_checksum(p + 0x05, p, ENTRY30_SIZE);
		return 0;
	}
	if (size < ENTRY21_SIZE || memcmp(p, "_SM_", 4) != 0 || p[5] != ENTRY21_SIZE ||
	    memcmp(p + 0x10, "_DMI_", 5) != 0)
		return -EINVAL;
	put_le16((u16)s->largest, p + 0x08);
	put_le16((u16)table_size, p + 0x16);
	put_le16((u16)s->count, p + 0x1c);
	set_checksum(p + 0x15, p + 0x10, ENTRY21_SIZE - 0x10);
	set_checksum(p + 0x04, p, ENTRY21_SIZE);
	return 0;
}

int smbios_set_ram(u8 *table, u32 *size, u8 *anchor, u32 anchor_size, u64 low, u64 high)
{
	struct state s = { .low = low, .high = high, .left = low + high };
	u32 from = 0, to = 0;

	while (from < *size) {
		u32 n = structure_size(table + from, *size - from);

		if (n == 0)
			return -EINVAL;
		memmove(table + to, table + from, n);
		from += n;
		if (!change(table + to, &s))
			continue;
		to += n;
		s.count++;
		s.largest = MAX(s.largest, n);
	}
	*size = to;
	return set_anchor(anchor, anchor_size, to, &s);
}
