/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Metadata fields that a trust domain may read and write: of itself, of the
 * virtual processor that asks, and of the module.
 *
 * Document: Intel TDX module ABI specification (348551), "Metadata Access
 * (MD_FIELD_ID)" and the published tables of fields of module 1.5.01.
 */
#include <fw/byteorder.h>
#include <fw/string.h>

#include "tdx.h"

/* Class code in 61:56, field code in 23:0; size, context and flags are not looked at. */
#define KEY(id)			((u32)((id) >> 56 & 0x3f) << 24 | (u32)((id) & 0xffffff))

/* Bits of an id that no single element has: reserved, and those of a list's sequences. */
#define ID_NOT_SINGLE		0x4083fffcff000000ull
#define ID_CONTEXT		0x0070000000000000ull
#define ID_CONTEXT_SHIFT	52
#define SEQUENCE_LAST_SHIFT	38	/* number of fields less one */

#define TSC_STEP_MHZ		25

/* TDX_FEATURES0: TDG.VP.RD and WR, guest control of CPUID, local attestation. */
#define FEATURES		(1ull << 3 | 1ull << 5 | 1ull << 8)

/**
 * struct field - one field, or an array of them
 * @id:		of the first element
 * @count:	elements of eight bytes
 * @value:	where they are; NULL: at @offset in the processor's struct td_vcpu
 * @writable:	bits that the guest may write
 */
struct field {
	u64 id;
	u32 count;
	u64 *value;
	size_t offset;
	u64 writable;
};

/* Keys of fields that are there, and not for guests. */
struct hidden {
	u32 first, last;
};

/* Fields in the order of enumeration. */
struct context {
	u64 code;
	const struct field *fields;
	size_t count;
	const struct hidden *hidden;
	size_t hidden_count;
};

/* A member of TDINFO: its quadwords, and where they begin. */
#define INFO(member)							\
	sizeof(td.info.member) / 8,					\
	(u64 *)(void *)((u8 *)&td.info + offsetof(struct tdinfo, member)), 0
#define VCPU(member)							\
	sizeof(((struct td_vcpu *)NULL)->member) / 8, NULL, offsetof(struct td_vcpu, member)

static u64 gpaw_52, vcpu_count, tsc_steps;
static u64 nothing[16];		/* TD_UUID, nested guests, service TDs */

static const struct field td_fields[] = {
	{ 0x8010000300000020ull, 4, nothing, 0, 0 },		/* TD_UUID */
	{ 0x9010000200000001ull, 1, &vcpu_count, 0, 0 },
	{ 0x9010000100000005ull, 1, nothing, 0, 0 },		/* NUM_L2_VMS */
	{ 0x1110000300000000ull, INFO(attributes), 0 },
	{ 0x1110000300000001ull, INFO(xfam), 0 },
	{ 0x1110000200000002ull, 1, &vcpu_count, 0, 0 },	/* MAX_VCPUS */
	{ 0x1110000000000003ull, 1, &gpaw_52, 0, 0 },
	{ 0x111000010000000cull, 1, &tsc_steps, 0, 0 },
	{ 0x9110000300000010ull, 1, &td.notify_enables, 0, 1 },
	{ 0x1110000300000016ull, 1, &td.config_flags, 0, 0 },
	{ 0x1110000300000017ull, 1, &td.td_ctls, 0, TD_CTLS_PENDING_VE_OFF },
	{ 0x1310000300000000ull, INFO(mrtd), 0 },
	{ 0x1310000300000010ull, INFO(mrconfigid), 0 },
	{ 0x1310000300000018ull, INFO(mrowner), 0 },
	{ 0x1310000300000020ull, INFO(mrownerconfig), 0 },
	{ 0x1310000300000040ull, INFO(rtmr), 0 },
	{ 0x9810000300000040ull, 4, nothing, 0, 0 },		/* PRE_IMPORT_UUID */
	{ 0x9910000300000000ull, INFO(servtd_hash), 0 },
	{ 0x9910000100000006ull, 1, nothing, 0, 0 },		/* SERVTD_NUM */
	{ 0x9910000300000080ull, 16, nothing, 0, 0 },		/* SERVTD_BINDINGS_TABLE */
};

static const struct hidden td_hidden[] = {
	{ 0x00000001, 0x00000002 }, { 0x00000004, 0x00000005 }, { 0x00000010, 0x00000018 },
	{ 0x01000001, 0x01000002 }, { 0x02000000, 0x02000005 }, { 0x10000002, 0x10000002 },
	{ 0x10000004, 0x10000004 }, { 0x11000004, 0x11000004 }, { 0x1100000a, 0x1100000b },
	{ 0x1100000d, 0x1100000f }, { 0x11000011, 0x11000015 }, { 0x11000080, 0x110000cf },
	{ 0x11000800, 0x11000812 }, { 0x12000000, 0x12000002 }, { 0x14000000, 0x1401ffff },
	{ 0x1600010a, 0x1600010a }, { 0x16000480, 0x16000480 }, { 0x16000485, 0x16000489 },
	{ 0x1600048b, 0x16000493 }, { 0x18000001, 0x18000006 }, { 0x18000010, 0x18000021 },
	{ 0x18000030, 0x18000032 }, { 0x18000034, 0x18000034 }, { 0x1a000000, 0x1a0001ff },
	{ 0x20000000, 0x200001ff }, { 0x21000000, 0x210001ff },
};

static const struct field vp_fields[] = {
	{ 0xa020000200000002ull, VCPU(index), 0 },
	{ 0xa020000000000007ull, VCPU(cpuid_ve), 0xff },	/* supervisor's, user's */
	{ 0xa020000300000050ull, VCPU(nested_ctls), 7 },
	{ 0xa020000300000058ull, VCPU(nested_deadline), ~0ull },
	{ 0xa120000000000000ull, VCPU(cpuid_control), 3 },
};

/* Not those of the VMCS: they are no fields here. */
static const struct hidden vp_hidden[] = {
	{ 0x01000000, 0x0100007f }, { 0x02000000, 0x02000005 }, { 0x02000010, 0x02000011 },
	{ 0x10000000, 0x1000000f }, { 0x11000000, 0x11000003 }, { 0x11000006, 0x11000006 },
	{ 0x11000020, 0x11000020 }, { 0x11000028, 0x11000028 }, { 0x11000100, 0x11000100 },
	{ 0x12000000, 0x120005ff }, { 0x13000048, 0x13000048 }, { 0x130000e1, 0x130000e1 },
	{ 0x13000122, 0x13000122 }, { 0x13000186, 0x1300018d }, { 0x130001a6, 0x130001a7 },
	{ 0x130001c4, 0x130001c5 }, { 0x13000309, 0x1300030f }, { 0x13000329, 0x13000329 },
	{ 0x1300038d, 0x1300038e }, { 0x130003f1, 0x130003f2 }, { 0x130003f6, 0x130003f7 },
	{ 0x130004c1, 0x130004c8 }, { 0x13000600, 0x13000600 }, { 0x13000da0, 0x13000da0 },
	{ 0x130014cf, 0x130014cf }, { 0x13001b01, 0x13001b01 }, { 0x13002081, 0x13002082 },
	{ 0x13002084, 0x13002084 }, { 0x13002102, 0x13002103 }, { 0x20000000, 0x20000000 },
	{ 0x20000003, 0x20000004 }, { 0x20000006, 0x20000006 }, { 0x2000000a, 0x2000001e },
	{ 0x20000030, 0x20000032 }, { 0x20000040, 0x20000042 }, { 0x20000044, 0x2000004f },
	{ 0x20000054, 0x20000057 }, { 0x2000005c, 0x2000005f }, { 0x20000080, 0x2000009f },
	{ 0x200000a4, 0x200000b7 }, { 0x20000100, 0x20000117 }, { 0x22000200, 0x2200021f },
};

static u64 vendor = 0x8086, minor = 5, major = 1, one = 1, features = FEATURES;
static u64 nested_page_attributes = 0x807f;

static const struct field sys_fields[] = {
	{ 0x0800000200000000ull, 1, &vendor, 0, 0 },
	{ 0x0800000100000003ull, 1, &minor, 0, 0 },
	{ 0x0800000100000004ull, 1, &major, 0, 0 },
	{ 0x0a00000200000000ull, 1, nothing, 0, 0 },		/* SYS_ATTRIBUTES */
	{ 0x0a00000000000001ull, 1, &one, 0, 0 },		/* NUM_TDX_FEATURES */
	{ 0x0a00000300000008ull, 1, &features, 0, 0 },
	{ 0xa000000300000000ull, 1, nothing, 0, 0 },		/* MIG_ATTRIBUTES */
	{ 0x2000000100000001ull, 1, nothing, 0, 0 },		/* MIN, MAX_EXPORT_VERSION */
	{ 0x2000000100000002ull, 1, nothing, 0, 0 },
	{ 0x2000000100000003ull, 1, nothing, 0, 0 },		/* MIN, MAX_IMPORT_VERSION */
	{ 0x2000000100000004ull, 1, nothing, 0, 0 },
	{ 0xa200000100000000ull, 1, &nested_page_attributes, 0, 0 },
};

static const struct hidden sys_hidden[] = {
	{ 0x00000000, 0x00000008 }, { 0x08000001, 0x08000002 }, { 0x08000005, 0x08000006 },
	{ 0x09000000, 0x09000006 }, { 0x10000000, 0x10000000 }, { 0x10000080, 0x1000009f },
	{ 0x10000100, 0x1000011f }, { 0x11000008, 0x11000009 }, { 0x11000010, 0x11000012 },
	{ 0x18000000, 0x18000000 }, { 0x18000100, 0x18000101 }, { 0x18000200, 0x18000201 },
	{ 0x19000000, 0x19000004 }, { 0x19000006, 0x19000007 }, { 0x19000400, 0x1900041f },
	{ 0x19000500, 0x1900053f }, { 0x19000600, 0x19000600 }, { 0x19000800, 0x19000801 },
	{ 0x19000810, 0x1900088f }, { 0x20000010, 0x20000010 }, { 0x20000020, 0x20000022 },
	{ 0x21000000, 0x21000002 }, { 0x22000001, 0x22000006 },
};

#define CONTEXT(code, name)						\
	{ (u64)(code) << ID_CONTEXT_SHIFT, name##_fields, ARRAY_SIZE(name##_fields), \
	  name##_hidden, ARRAY_SIZE(name##_hidden) }

static const struct context contexts[] = {
	[TD_CONTEXT_SYS] = CONTEXT(0, sys),
	[TD_CONTEXT_TD] = CONTEXT(1, td),
	[TD_CONTEXT_VP] = CONTEXT(2, vp),
};

static bool is_hidden(const struct context *c, u32 key)
{
	size_t i;

	for (i = 0; i < c->hidden_count; i++) {
		if (key >= c->hidden[i].first && key <= c->hidden[i].last)
			return true;
	}
	return false;
}

/* Index of the field that an element belongs to, or the number of fields. */
static size_t find(const struct context *c, u64 id)
{
	u32 key = KEY(id);
	size_t i;

	if (id & ID_NOT_SINGLE)
		return c->count;
	for (i = 0; i < c->count; i++) {
		u32 first = KEY(c->fields[i].id);

		if (key >= first && key - first < c->fields[i].count)
			break;
	}
	return i;
}

static u64 *element(const struct cpu *cpu, const struct field *f, u64 id)
{
	u64 *first = f->value;

	if (first == NULL)
		first = (u64 *)(void *)((u8 *)td_vcpu(cpu) + f->offset);
	return first + (KEY(id) - KEY(f->id));
}

static u64 id_of(const struct context *c, size_t i)
{
	return i < c->count ? c->fields[i].id : TD_NO_FIELD;
}

/* The next element of an array has the flags of the id that was asked for. */
static u64 next_id(const struct context *c, size_t i, u64 id)
{
	if (KEY(id) - KEY(c->fields[i].id) + 1 < c->fields[i].count)
		return (id & ~ID_CONTEXT) + c->code + 1;
	return id_of(c, i + 1);
}

static void refresh(void)
{
	vcpu_count = cpu_count;
	tsc_steps = td.tsc_mhz / TSC_STEP_MHZ;
}

u64 td_field_read(struct cpu *cpu, enum td_context context, u64 *id, u64 *value)
{
	const struct context *c = &contexts[context];
	u64 wanted = *id;
	size_t i = find(c, wanted);

	*value = 0;
	*id = TD_NO_FIELD;
	if ((wanted | ID_CONTEXT) == TD_NO_FIELD) {
		*id = id_of(c, 0);
		return TDX_FIRST_FIELD_ID;
	}
	if (i == c->count)
		return !(wanted & ID_NOT_SINGLE) && is_hidden(c, KEY(wanted)) ?
		       TDX_FIELD_NOT_READABLE : TDX_FIELD_ID_INCORRECT;
	refresh();
	*value = *element(cpu, &c->fields[i], wanted);
	*id = next_id(c, i, wanted);
	return TDX_SUCCESS;
}

u64 td_field_write(struct cpu *cpu, enum td_context context, u64 id, u64 value, u64 mask, u64 *old)
{
	const struct context *c = &contexts[context];
	size_t i = find(c, id);
	u64 *at, changed;

	if (i == c->count)
		return !(id & ID_NOT_SINGLE) && is_hidden(c, KEY(id)) ?
		       TDX_FIELD_NOT_WRITABLE : TDX_FIELD_ID_INCORRECT;
	if (!(c->fields[i].writable & mask))
		return TDX_FIELD_NOT_WRITABLE;
	refresh();
	at = element(cpu, &c->fields[i], id);
	changed = (*at ^ value) & mask;
	if (changed & ~c->fields[i].writable)
		return TDX_FIELD_NOT_VALID;
	/* Without FLEXIBLE_PENDING_VE the attribute decides for good. */
	if (at == &td.td_ctls && changed && !(td.config_flags & TD_FLEXIBLE_PENDING_VE))
		return TDX_FIELD_NOT_VALID;
	*old = *at;
	*at ^= changed;
	return TDX_SUCCESS;
}

/* Fields of the module that follow each other share a sequence: their ids differ by one. */
static size_t sequence_end(size_t i)
{
	size_t end = i + 1;

	while (end < ARRAY_SIZE(sys_fields) && sys_fields[end].id == sys_fields[i].id + (end - i))
		end++;
	return end;
}

u64 td_sys_fields_list(u64 *id, void *list)
{
	struct {
		u16 size, sequences;
		u32 reserved;
	} header = { .size = sizeof(header) };
	const struct context *c = &contexts[TD_CONTEXT_SYS];
	size_t i = (*id | ID_CONTEXT) == TD_NO_FIELD ? 0 : find(c, *id), end;
	u8 *to = list;

	*id = TD_NO_FIELD;
	if (i == c->count)
		return TDX_FIELD_ID_INCORRECT;
	/* All of it fits into a page. */
	for (; i < c->count; header.sequences++) {
		end = sequence_end(i);
		put_le64(sys_fields[i].id | (u64)(end - i - 1) << SEQUENCE_LAST_SHIFT,
			 to + header.size);
		header.size += 8;
		for (; i < end; i++, header.size += 8)
			put_le64(*sys_fields[i].value, to + header.size);
	}
	memcpy(to, &header, sizeof(header));
	return TDX_SUCCESS;
}
