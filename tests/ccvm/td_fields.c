/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Metadata fields that a trust domain may read and write.
 *
 * Document: Intel TDX module ABI specification (348551), "Metadata Access
 * (MD_FIELD_ID)" and the published tables of fields of module 1.5.01.
 */
#include <fw/errno.h>

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

u64 td_sys_field_read(u64 id, u64 *value)
{
	switch (KEY_OF(id)) {
	case KEY(0x08, 0x03):
		*value = MODULE_MINOR;
		break;
	case KEY(0x08, 0x04):
		*value = MODULE_MAJOR;
		break;
	case KEY(0x0a, 0x08):		/* TDX_FEATURES0: none of the later ones */
		*value = 0;
		break;
	default:
		return TDX_FIELD_ID_INCORRECT | TDX_OPERAND_RDX;
	}
	return TDX_SUCCESS;
}
