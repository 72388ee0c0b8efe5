/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Metadata fields that a trust domain may read and write.
 *
 * Document: Intel TDX module ABI specification (348551), "Metadata Access
 * (MD_FIELD_ID)" and the published tables of fields of module 1.5.01.
 */
#include <fw/byteorder.h>
#include <fw/errno.h>
#include <fw/string.h>

#include "tdx.h"

/* Class code in 61:56, field code in 23:0; size, context and flags are not looked at. */
#define KEY(class, field)	((u32)(class) << 24 | (field))
#define KEY_OF(id)		KEY((id) >> 56 & 0x3f, (id) & 0xffffff)

#define MODULE_MAJOR		1
#define MODULE_MINOR		5
#define TSC_STEP_MHZ		25

/**
 * struct field - one field, or an array of them
 * @key:	class and code of the first element
 * @count:	elements of eight bytes
 * @value:	where they are
 * @writable:	bits that the guest may write
 */
struct field {
	u32 key;
	u32 count;
	u64 *value;
	u64 writable;
};

/* A member of TDINFO: its quadwords, and where they begin. */
#define INFO(member)							\
	sizeof(td.info.member) / 8,					\
	(u64 *)(void *)((u8 *)&td.info + offsetof(struct tdinfo, member))

static u64 gpaw_52, max_vcpus, vcpu_count, tsc_steps, uuid[4];

static const struct field td_fields[] = {
	{ KEY(0x11, 0x00), INFO(attributes), 0 },
	{ KEY(0x11, 0x01), INFO(xfam), 0 },
	{ KEY(0x11, 0x02), 1, &max_vcpus, 0 },
	{ KEY(0x11, 0x03), 1, &gpaw_52, 0 },
	{ KEY(0x11, 0x0c), 1, &tsc_steps, 0 },
	{ KEY(0x11, 0x10), 1, &td.notify_enables, 1 },
	{ KEY(0x11, 0x16), 1, &td.config_flags, 0 },
	{ KEY(0x11, 0x17), 1, &td.td_ctls, TD_CTLS_PENDING_VE_OFF },
	{ KEY(0x10, 0x01), 1, &vcpu_count, 0 },
	{ KEY(0x13, 0x00), INFO(mrtd), 0 },
	{ KEY(0x13, 0x10), INFO(mrconfigid), 0 },
	{ KEY(0x13, 0x18), INFO(mrowner), 0 },
	{ KEY(0x13, 0x20), INFO(mrownerconfig), 0 },
	{ KEY(0x13, 0x40), INFO(rtmr), 0 },
	{ KEY(0x00, 0x20), 4, uuid, 0 },
};

static u64 *find(u64 id, u64 *writable)
{
	u32 key = KEY_OF(id);
	size_t i;

	vcpu_count = cpu_count;
	max_vcpus = cpu_count;
	tsc_steps = td.tsc_mhz / TSC_STEP_MHZ;
	for (i = 0; i < ARRAY_SIZE(td_fields); i++) {
		const struct field *f = &td_fields[i];

		if (key >= f->key && key - f->key < f->count) {
			*writable = f->writable;
			return f->value + (key - f->key);
		}
	}
	return NULL;
}

u64 td_field_read(struct cpu *cpu __unused, u64 id, u64 *value)
{
	u64 writable, *field = find(id, &writable);

	if (field == NULL)
		return TDX_FIELD_ID_INCORRECT | TDX_OPERAND_RDX;
	*value = *field;
	return TDX_SUCCESS;
}

u64 td_field_write(u64 id, u64 value, u64 mask, u64 *old)
{
	u64 writable, *field = find(id, &writable), changed;

	if (field == NULL)
		return TDX_FIELD_ID_INCORRECT | TDX_OPERAND_RDX;
	if (writable == 0)
		return TDX_FIELD_NOT_WRITABLE | TDX_OPERAND_RDX;
	changed = (*field ^ value) & mask;
	if (changed & ~writable)
		return TDX_FIELD_NOT_VALID | TDX_OPERAND_RDX;
	/* Without FLEXIBLE_PENDING_VE the attribute decides for good. */
	if (field == &td.td_ctls && changed && !(td.config_flags & TD_FLEXIBLE_PENDING_VE))
		return TDX_FIELD_NOT_VALID | TDX_OPERAND_RDX;
	*old = *field;
	*field ^= changed;
	return TDX_SUCCESS;
}

#define VP_INDEX		KEY(0x20, 0x02)
#define VP_CPUID_SUPERVISOR_VE	KEY(0x20, 0x07)
#define VP_CPUID_USER_VE	KEY(0x20, 0x08)

u64 td_vp_field_read(struct cpu *cpu, u64 id, u64 *value)
{
	switch (KEY_OF(id)) {
	case VP_INDEX:
		*value = cpu->id;
		break;
	case VP_CPUID_SUPERVISOR_VE:
		*value = td_vcpu(cpu)->cpuid_ve & 1;
		break;
	case VP_CPUID_USER_VE:
		*value = td_vcpu(cpu)->cpuid_ve >> 1;
		break;
	default:
		return TDX_FIELD_ID_INCORRECT | TDX_OPERAND_RDX;
	}
	return TDX_SUCCESS;
}

u64 td_vp_field_write(struct cpu *cpu, u64 id, u64 value, u64 mask, u64 *old)
{
	u64 status = td_vp_field_read(cpu, id, old), bit;

	if (status)
		return status;
	if (KEY_OF(id) == VP_INDEX)
		return TDX_FIELD_NOT_WRITABLE | TDX_OPERAND_RDX;
	value = (value & mask) | (*old & ~mask);
	if (value > 1)
		return TDX_FIELD_NOT_VALID | TDX_OPERAND_RDX;
	bit = KEY_OF(id) == VP_CPUID_USER_VE ? 2 : 1;
	td_vcpu(cpu)->cpuid_ve = (td_vcpu(cpu)->cpuid_ve & ~bit) | (value ? bit : 0);
	return TDX_SUCCESS;
}

/* What a guest may read of the module itself, in the order of enumeration. */
static const struct {
	u64 id;
	u64 value;
} sys_fields[] = {
	{ 0x0800000100000003ull, MODULE_MINOR },
	{ 0x0800000100000004ull, MODULE_MAJOR },
	{ 0x0a00000300000008ull, 0 },	/* TDX_FEATURES0: none of the later ones */
};

/* Bits of an id that only a list's sequences have, or nobody. */
#define ID_RESERVED	0x40837fc0ff000000ull
#define ID_LAST_ELEMENT	0x0000003c00000000ull
#define SEQUENCE_LAST_SHIFT	38	/* number of fields less one */
#define SEQUENCE_LAST	(0x1ffull << SEQUENCE_LAST_SHIFT)

static size_t find_sys(u64 id)
{
	size_t i;

	if (id & (ID_RESERVED | ID_LAST_ELEMENT | SEQUENCE_LAST))
		return ARRAY_SIZE(sys_fields);
	for (i = 0; i < ARRAY_SIZE(sys_fields); i++) {
		if (KEY_OF(sys_fields[i].id) == KEY_OF(id))
			break;
	}
	return i;
}

static u64 sys_id(size_t i)
{
	return i < ARRAY_SIZE(sys_fields) ? sys_fields[i].id : TD_NO_FIELD;
}

u64 td_sys_field_read(u64 *id, u64 *value)
{
	size_t i = find_sys(*id);
	u64 wanted = *id;

	*value = 0;
	*id = TD_NO_FIELD;
	if (wanted == TD_NO_FIELD) {
		*id = sys_id(0);
		return TDX_FIRST_FIELD_ID;
	}
	if (i == ARRAY_SIZE(sys_fields))
		return TDX_FIELD_ID_INCORRECT;
	*value = sys_fields[i].value;
	*id = sys_id(i + 1);
	return TDX_SUCCESS;
}

/* Fields that follow each other share a sequence: their ids differ by one. */
static size_t sequence_end(size_t i)
{
	size_t end = i + 1;

	while (end < ARRAY_SIZE(sys_fields) &&
	       sys_fields[end].id == sys_fields[i].id + (end - i))
		end++;
	return end;
}

u64 td_sys_fields_list(u64 *id, void *list)
{
	struct {
		u16 size, sequences;
		u32 reserved;
	} header = { .size = sizeof(header) };
	size_t i = *id == TD_NO_FIELD ? 0 : find_sys(*id), end;
	u8 *to = list;

	*id = TD_NO_FIELD;
	if (i == ARRAY_SIZE(sys_fields))
		return TDX_FIELD_ID_INCORRECT;
	/* All of it fits into a page. */
	for (; i < ARRAY_SIZE(sys_fields); header.sequences++) {
		end = sequence_end(i);
		put_le64(sys_fields[i].id | (u64)(end - i - 1) << SEQUENCE_LAST_SHIFT,
			 to + header.size);
		header.size += 8;
		for (; i < end; i++, header.size += 8)
			put_le64(sys_fields[i].value, to + header.size);
	}
	memcpy(to, &header, sizeof(header));
	return TDX_SUCCESS;
}
