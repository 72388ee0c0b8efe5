/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The time stamp counter as the clock, and the timer of the local APIC.
 * Documents: Intel SDM volume 2, CPUID leaf 15H; volume 3, section 18.7.3 (rate
 * of the time stamp counter); Linux, Documentation/virt/kvm/x86/cpuid.rst, and
 * VMware's "Mechanisms to determine if software is running in a VMware virtual
 * machine" (leaf 40000010H); ACPI 6.5, sections 4.8.3.3 (power management timer)
 * and 5.2.9 (FADT); data sheet of the 8254.
 */
#define pr_fmt(fmt) "timer: " fmt

#include <asm/cpu.h>
#include <asm/io.h>
#include <asm/irq.h>
#include <asm/timer.h>
#include <fw/host_input.h>
#include <fw/log.h>

#include "apic.h"

#define CPUID_1_ECX_DEADLINE	(1u << 24)
#define CPUID_1_ECX_HYPERVISOR	(1u << 31)
#define CPUID_TSC		0x15
#define CPUID_HV		0x40000000
#define CPUID_HV_TIMING		0x40000010

HOST_INPUT_OTHER(pit, common, CHECKED, 0, 0, "8254 timer");

/* Of the 8254, whose channel 2 nobody waits for; its gate is at port 0x61. */
#define PIT_HZ			1193182
#define PIT_DATA2		0x42
#define PIT_COMMAND		0x43
#define  PIT_CHANNEL2_MODE0	0xb0	/* low byte, then high byte, of a count */
#define  PIT_LATCH2		0x80
#define PIT_GATE		0x61
#define  PIT_GATE_ON		0x01
#define  PIT_SPEAKER		0x02

/*
 * A measurement takes this many ticks, 0.1 ms or more of any processor, and not
 * so many that the count of 16 bits can end.
 */
#define MEASURE_TICKS		(1u << 18)
/* Turns of the loop, for a counter that stands still. */
#define MEASURE_TURNS		(1u << 20)
#define MEASURE_TRIES		4

/* What a rate must be in to be one. */
#define HZ_MIN			1000000u
#define HZ_MAX			((u64)100000000000)
/* Used if there is nothing to measure with: times are wrong, and nothing hangs. */
#define HZ_FALLBACK		1000000000u

static u64 tsc_hz, count_hz;
static u64 armed;		/* the deadline, 0 if there is none */
static bool is_ready, is_stopped, has_deadline;

static bool is_plausible(u64 hz)
{
	return hz >= HZ_MIN && hz <= HZ_MAX;
}

/* What the processor says, or the hypervisor; 0 if neither does. */
static u64 ask_frequency(u32 features)
{
	struct cpuid_regs r = cpuid(0, 0);

	if (r.eax >= CPUID_TSC) {
		r = cpuid(CPUID_TSC, 0);
		if (r.eax != 0 && r.ebx != 0 && r.ecx != 0)
			return (u64)r.ecx * r.ebx / r.eax;
	}
	if (!(features & CPUID_1_ECX_HYPERVISOR))
		return 0;
	r = cpuid(CPUID_HV, 0);
	if (r.eax < CPUID_HV_TIMING || r.eax > CPUID_HV + 0xffff)
		return 0;
	return (u64)cpuid(CPUID_HV_TIMING, 0).eax * 1000;
}

static void pit_start(u8 gate)
{
	outb((gate & (u8)~PIT_SPEAKER) | PIT_GATE_ON, PIT_GATE);
	outb(PIT_CHANNEL2_MODE0, PIT_COMMAND);
	outb(0xff, PIT_DATA2);
	outb(0xff, PIT_DATA2);
}

/* The count at one moment, which lies in the exit that latches it. */
static u16 pit_read(u64 *before, u64 *after)
{
	u8 low;

	*before = timer_ticks();
	outb(PIT_LATCH2, PIT_COMMAND);
	*after = timer_ticks();
	low = inb(PIT_DATA2);
	return (u16)(low | inb(PIT_DATA2) << 8);
}

static void spin(u64 ticks)
{
	u64 start = timer_ticks();
	u32 i;

	for (i = 0; i < MEASURE_TURNS && timer_ticks() - start < ticks; i++)
		cpu_relax();
}

/* One measurement, and by how many ticks it may be wrong. */
static u64 pit_measure(u64 *error)
{
	u64 before[2], after[2], ticks;
	u16 count[2];

	count[0] = pit_read(&before[0], &after[0]);
	spin(MEASURE_TICKS);
	count[1] = pit_read(&before[1], &after[1]);
	ticks = (before[1] + after[1] - before[0] - after[0]) / 2;
	*error = (after[0] - before[0] + after[1] - before[1]) / 2;
	if (count[1] >= count[0] || ticks == 0)
		return 0;
	return ticks * PIT_HZ / (u16)(count[0] - count[1]);
}

/* The best of a few: whatever else the host does in between only adds time. */
static u64 measure_frequency(void)
{
	u64 best = ~(u64)0, hz = 0;
	u8 gate = inb(PIT_GATE);
	unsigned int i;

	pit_start(gate);
	for (i = 0; i < MEASURE_TRIES && best > MEASURE_TICKS / 32; i++) {
		u64 error, found = pit_measure(&error);

		if (is_plausible(found) && error < best) {
			best = error;
			hz = found;
		}
	}
	outb(gate, PIT_GATE);
	return hz;
}

u64 timer_frequency(void)
{
	if (tsc_hz != 0)
		return tsc_hz;
	tsc_hz = ask_frequency(cpuid(1, 0).ecx);
	if (!is_plausible(tsc_hz))
		tsc_hz = measure_frequency();
	if (tsc_hz == 0) {
		pr_warn("nothing tells how fast the time stamp counter is");
		tsc_hz = HZ_FALLBACK;
	}
	pr_debug("%llu Hz", (unsigned long long)tsc_hz);
	return tsc_hz;
}

/* How fast the local APIC counts, against the clock that is known. */
static u64 measure_count(void)
{
	u64 start, ticks;
	u32 left;

	apic_timer_mask();
	apic_timer_count(~0u);
	start = timer_ticks();
	spin(MEASURE_TICKS);
	left = apic_timer_left();
	ticks = timer_ticks() - start;
	apic_timer_count(0);
	if (ticks == 0)
		return 0;
	return (u64)(~0u - left) * (timer_frequency() / 1000) / ticks * 1000;
}

static void get_ready(void)
{
	is_ready = true;
	has_deadline = cpuid(1, 0).ecx & CPUID_1_ECX_DEADLINE;
	apic_timer_init(has_deadline);
	if (has_deadline)
		return;
	count_hz = measure_count();
	if (!is_plausible(count_hz))
		count_hz = HZ_FALLBACK;
	apic_timer_init(false);
}

/* From ticks of the clock to counts of the timer, at least one. */
static u32 count_for(u64 ticks)
{
	u64 max = ~0u, seconds = ticks / tsc_hz;
	u64 count;

	if (seconds > max / count_hz)
		return (u32)max;
	/* Rounded down before: no product comes close to 64 bits. */
	count = seconds * count_hz + ticks % tsc_hz / 1000 * (count_hz / 1000) / (tsc_hz / 1000000);
	return (u32)MIN(MAX(count, (u64)1), max);
}

void timer_arm(u64 deadline)
{
	u64 flags, now;

	if (is_stopped)
		return;
	flags = irq_save();
	if (!is_ready)
		get_ready();
	if (deadline != armed) {
		now = timer_ticks();
		armed = MAX(deadline, (u64)1);
		if (has_deadline)
			apic_timer_deadline(armed);
		else
			apic_timer_count(count_for(deadline > now ? deadline - now : 0));
	}
	irq_restore(flags);
}

void timer_disarm(void)
{
	u64 flags;

	if (armed == 0)
		return;
	flags = irq_save();
	armed = 0;
	if (has_deadline)
		apic_timer_deadline(0);
	else
		apic_timer_count(0);
	irq_restore(flags);
}

void timer_stop(void)
{
	irq_disable();
	timer_disarm();
	if (is_ready && !is_stopped)
		apic_timer_mask();
	is_stopped = true;
}

bool timer_take_interrupt(void)
{
	armed = 0;
	return !is_stopped;
}
