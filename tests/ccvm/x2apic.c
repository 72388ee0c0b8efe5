/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The x2APIC that a trust domain has, on top of the xAPIC that QEMU 7.2 has.
 * Document: Intel SDM volume 3, section 11.12.
 */
#include <asm/io.h>
#include <fw/errno.h>

#include "apic.h"
#include "tdx.h"

#define MSR_FIRST	0x800
#define MSR_ID		0x802
#define MSR_LDR		0x80d
#define MSR_EOI		0x80b
#define MSR_ICR		0x830
#define MSR_SELF_IPI	0x83f

#define ICR_LOGICAL	0x00800
#define ICR_SHORTHAND	0xc0000
#define ICR_SELF	0x40000
#define ID_SHIFT	24
#define XAPIC_BROADCAST	0xff
#define X2APIC_ALL	0xffffffffu

enum { READ = 1, WRITE = 2 };

static const struct {
	u32 first, last;
	u8 access;
} registers[] = {
	{ 0x802, 0x803, READ },		/* ID, version */
	{ 0x808, 0x808, READ | WRITE },	/* TPR */
	{ 0x80a, 0x80a, READ },		/* PPR */
	{ 0x80b, 0x80b, WRITE },	/* EOI */
	{ 0x80d, 0x80d, READ },		/* LDR */
	{ 0x80f, 0x80f, READ | WRITE },	/* spurious vector */
	{ 0x810, 0x827, READ },		/* ISR, TMR, IRR */
	{ 0x828, 0x828, READ | WRITE },	/* error status */
	{ 0x830, 0x830, READ | WRITE },	/* ICR */
	{ 0x832, 0x838, READ | WRITE },	/* LVT, initial count */
	{ 0x839, 0x839, READ },		/* current count */
	{ 0x83e, 0x83e, READ | WRITE },	/* divide */
	{ 0x83f, 0x83f, WRITE },	/* self IPI */
};

static bool allowed(u32 msr, u8 access)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(registers); i++) {
		if (msr >= registers[i].first && msr <= registers[i].last)
			return registers[i].access & access;
	}
	return false;
}

static void __iomem *address(u32 msr)
{
	return mmio(APIC_BASE + (u64)(msr - MSR_FIRST) * 16);
}

/* Clusters of 16 processors, a bit for each. */
static u32 logical_id(u32 id)
{
	return id / 16 << 16 | 1u << id % 16;
}

static void send(u32 destination, u32 icr)
{
	writel(destination << ID_SHIFT, mmio(APIC_BASE + APIC_ICR_HIGH));
	apic_write_icr(icr);
}

static void write_icr(u64 value)
{
	u32 destination = (u32)(value >> 32), icr = (u32)value, i;

	if (!(icr & ICR_LOGICAL) || icr & ICR_SHORTHAND) {
		send(destination == X2APIC_ALL ? XAPIC_BROADCAST : destination, icr);
		return;
	}
	for (i = 0; i < cpu_count; i++) {
		u32 logical = logical_id(i);

		if (destination == X2APIC_ALL ||
		    (destination >> 16 == logical >> 16 && destination & logical & 0xffff))
			send(i, icr & ~(u32)ICR_LOGICAL);
	}
}

int x2apic_read(struct cpu *cpu, u32 msr, u64 *value)
{
	if (!allowed(msr, READ))
		return -EINVAL;
	switch (msr) {
	case MSR_ID:
		*value = cpu->id;
		break;
	case MSR_LDR:
		*value = logical_id(cpu->id);
		break;
	case MSR_ICR:
		*value = td_vcpu(cpu)->icr;
		break;
	default:
		*value = readl(address(msr));
		break;
	}
	return 0;
}

int x2apic_write(struct cpu *cpu, u32 msr, u64 value)
{
	if (!allowed(msr, WRITE) || (msr != MSR_ICR && value >> 32) ||
	    (msr == MSR_EOI && value != 0))
		return -EINVAL;
	switch (msr) {
	case MSR_ICR:
		td_vcpu(cpu)->icr = value;
		write_icr(value);
		break;
	case MSR_SELF_IPI:
		x2apic_notify((u8)value);
		break;
	default:
		writel((u32)value, address(msr));
		break;
	}
	return 0;
}

void x2apic_notify(u8 vector)
{
	writel(ICR_SELF | vector, mmio(APIC_BASE + APIC_ICR_LOW));
}
