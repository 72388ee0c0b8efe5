/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The local APIC and its timer, in whichever of its two modes it is.
 * Document: Intel SDM volume 3, sections 11.4 (local APIC), 11.5.4 (timer) and
 * 11.12 (x2APIC).
 */
#include <asm/io.h>
#include <asm/msr.h>

#include "apic.h"

#define MSR_APIC_BASE		0x1b
#define  APIC_BASE_X2		((u64)1 << 10)
#define  APIC_BASE_ENABLE	((u64)1 << 11)
#define  APIC_BASE_ADDR		((u64)0xfffff000)
#define APIC_REGISTERS		((u64)0xfee00000)
#define MSR_TSC_DEADLINE	0x6e0
#define MSR_X2APIC(reg)		(0x800 + ((reg) >> 4))

#define APIC_EOI		0x0b0
#define APIC_SPURIOUS		0x0f0
#define  APIC_SOFTWARE_ENABLE	0x100
#define APIC_LVT_TIMER		0x320
#define  LVT_MASKED		0x10000
#define  LVT_TSC_DEADLINE	0x40000
#define APIC_INITIAL_COUNT	0x380
#define APIC_CURRENT_COUNT	0x390
#define APIC_DIVIDE		0x3e0
#define  APIC_DIVIDE_BY_1	0xb

static bool is_x2apic;

static void apic_write(u32 reg, u32 value)
{
	if (is_x2apic)
		wrmsr(MSR_X2APIC(reg), value);
	else
		writel(value, mmio(APIC_REGISTERS + reg));
}

static u32 apic_read(u32 reg)
{
	if (is_x2apic)
		return (u32)rdmsr(MSR_X2APIC(reg));
	return readl(mmio(APIC_REGISTERS + reg));
}

void apic_timer_init(bool deadline)
{
	u64 value = rdmsr(MSR_APIC_BASE), wanted;

	is_x2apic = value & APIC_BASE_X2;
	/* In some guests the host answers: it does not choose where we write. */
	wanted = (value & ~APIC_BASE_ADDR) | APIC_REGISTERS | APIC_BASE_ENABLE;
	if (wanted != value)
		wrmsr(MSR_APIC_BASE, wanted);
	apic_write(APIC_SPURIOUS, APIC_SOFTWARE_ENABLE | VECTOR_SPURIOUS);
	if (!deadline)
		apic_write(APIC_DIVIDE, APIC_DIVIDE_BY_1);
	apic_write(APIC_LVT_TIMER, VECTOR_TIMER | (deadline ? LVT_TSC_DEADLINE : 0));
	/* The mode is in force before the deadline is written (11.5.4.1). */
	if (deadline && !is_x2apic)
		__asm__ volatile("mfence" ::: "memory");
}

void apic_timer_count(u32 count)
{
	apic_write(APIC_INITIAL_COUNT, count);
}

u32 apic_timer_left(void)
{
	return apic_read(APIC_CURRENT_COUNT);
}

void apic_timer_deadline(u64 tsc)
{
	wrmsr(MSR_TSC_DEADLINE, tsc);
}

void apic_timer_mask(void)
{
	apic_write(APIC_LVT_TIMER, LVT_MASKED | VECTOR_TIMER);
}

void apic_end_of_interrupt(void)
{
	apic_write(APIC_EOI, 0);
}
