/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The clock's rate and the timer of the local APIC, on a machine that is simulated:
 * an 8254, a local APIC in either mode, and CPUID leaves that are there or not.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <asm/cpu.h>
#include <asm/io.h>
#include <asm/msr.h>
#include <asm/timer.h>
#include <fw/types.h>

#include "apic.h"
#include "child.h"
#include "support.h"

#define PIT_HZ		1193182

/* The machine. */
static u64 now, true_hz, exit_ticks;
static bool has_pit, has_deadline, has_hypervisor, is_x2apic;
static struct cpuid_regs leaf15, leaf_hv;
static u64 pit_start;
static u32 gate = 0x22;
static unsigned int pit_latched, pit_bytes;
static u64 apic_base = 0xfee00900;
static u64 apic_hz, apic_started;
static u32 apic_initial, apic_lvt, apic_svr, apic_divide;
static u64 tsc_deadline;
static unsigned int eois, exits;
static bool irqs;

u64 timer_ticks(void)
{
	return now += 20;
}

static void leave(void)
{
	now += exit_ticks;
	exits++;
}

void irq_disable(void)
{
	irqs = false;
}

struct cpuid_regs mock_cpuid(u32 leaf, u32 subleaf __unused)
{
	leave();
	switch (leaf) {
	case 0:
		return (struct cpuid_regs){ .eax = leaf15.eax ? 0x16 : 0xd };
	case 1:
		return (struct cpuid_regs){ .ecx = (has_deadline ? 1u << 24 : 0) |
						   (has_hypervisor ? 1u << 31 : 0) };
	case 0x15:
		return leaf15;
	case 0x40000000:
		return (struct cpuid_regs){ .eax = leaf_hv.eax ? 0x40000010 : 0x40000001 };
	case 0x40000010:
		assert_true(leaf_hv.eax != 0);
		return leaf_hv;
	}
	fail();
	return leaf15;
}

u32 mock_io_read(u16 port, unsigned int width)
{
	assert_int_equal(width, 1);
	leave();
	if (port == 0x61)
		return gate;
	assert_int_equal(port, 0x42);
	if (!has_pit)
		return 0xff;
	return pit_bytes++ % 2 ? pit_latched >> 8 & 0xff : pit_latched & 0xff;
}

void mock_io_write(u16 port, u32 value, unsigned int width)
{
	assert_int_equal(width, 1);
	leave();
	if (port == 0x61) {
		assert_int_equal(value, gate == 0x22 ? 0x21 : 0x22);
		gate = value;
	} else if (port == 0x43 && value == 0x80) {
		pit_latched = (u16)(0xffff - (now - pit_start) * PIT_HZ / true_hz);
		pit_bytes = 0;
	} else if (port == 0x43) {
		assert_int_equal(value, 0xb0);
	} else {
		assert_int_equal(port, 0x42);
		assert_int_equal(value, 0xff);
		pit_start = now;
	}
}

static u32 apic_count(void)
{
	u64 gone = (now - apic_started) * (apic_hz / 1000) / (true_hz / 1000);

	return gone > apic_initial ? 0 : apic_initial - (u32)gone;
}

static void apic_set(u32 reg, u32 value)
{
	leave();
	switch (reg) {
	case 0x0b0:
		eois++;
		break;
	case 0x0f0:
		apic_svr = value;
		break;
	case 0x320:
		apic_lvt = value;
		break;
	case 0x380:
		apic_initial = value;
		apic_started = now;
		break;
	case 0x3e0:
		apic_divide = value;
		break;
	default:
		fail();
	}
}

u32 mock_mmio_read(phys_addr_t addr, unsigned int width)
{
	assert_false(is_x2apic);
	assert_int_equal(width, 4);
	assert_int_equal(addr, 0xfee00390);
	leave();
	return apic_count();
}

void mock_mmio_write(phys_addr_t addr, u32 value, unsigned int width)
{
	assert_false(is_x2apic);
	assert_int_equal(width, 4);
	assert_int_equal(addr & ~0xfffull, 0xfee00000);
	apic_set(addr & 0xfff, value);
}

u64 mock_rdmsr(u32 msr)
{
	leave();
	if (msr == 0x1b)
		return apic_base | (is_x2apic ? 0x400 : 0);
	assert_true(is_x2apic);
	assert_int_equal(msr, 0x839);
	return apic_count();
}

void mock_wrmsr(u32 msr, u64 value)
{
	if (msr == 0x1b) {
		leave();
		apic_base = value;
		return;
	}
	if (msr == 0x6e0) {
		assert_true(has_deadline);
		leave();
		tsc_deadline = value;
		return;
	}
	assert_true(is_x2apic && msr >= 0x800 && msr < 0x840);
	apic_set((msr - 0x800) << 4, (u32)value);
}

static void machine(u64 hz)
{
	true_hz = hz;
	apic_hz = 1000000000;
	exit_ticks = hz / 500000;	/* 2 microseconds */
	has_pit = true;
	now = 123456789;
	irqs = true;
}

static void assert_close(u64 value, u64 wanted, unsigned int percent)
{
	assert_true(value > wanted - wanted / 100 * percent);
	assert_true(value < wanted + wanted / 100 * percent);
}

/* For each machine, since it has one clock, whose rate is found out once. */
static void measured(void)
{
	machine(2600000000);
	assert_close(timer_frequency(), 2600000000, 2);
	assert_true(exits < 40);
	assert_int_equal(gate, 0x22);
	exits = 0;
	timer_frequency();
	assert_int_equal(exits, 0);
}
CHILD(measured)

static void measured_slow(void)
{
	machine(1000000000);
	has_hypervisor = true;
	assert_close(timer_frequency(), 1000000000, 2);
}
CHILD(measured_slow)

static void from_processor(void)
{
	machine(2500000000);
	leaf15 = (struct cpuid_regs){ .eax = 2, .ebx = 200, .ecx = 25000000 };
	assert_true(timer_frequency() == 2500000000);
	assert_int_equal(exits, 3);
}
CHILD(from_processor)

/* Some processors have the leaf and not the crystal's rate in it. */
static void from_hypervisor(void)
{
	machine(2100000000);
	has_hypervisor = true;
	leaf15 = (struct cpuid_regs){ .eax = 2, .ebx = 200 };
	leaf_hv = (struct cpuid_regs){ .eax = 2100000, .ebx = 1000000 };
	assert_true(timer_frequency() == 2100000000);
}
CHILD(from_hypervisor)

static void nonsense_from_hypervisor(void)
{
	machine(2100000000);
	has_hypervisor = true;
	leaf_hv = (struct cpuid_regs){ .eax = 1 };
	assert_close(timer_frequency(), 2100000000, 2);
}
CHILD(nonsense_from_hypervisor)

static void nothing_to_measure_with(void)
{
	machine(2600000000);
	has_pit = false;
	assert_true(timer_frequency() == 1000000000);
	assert_true(mock_log_has("nothing tells"));
}
CHILD(nothing_to_measure_with)

/* When the interrupt comes, as a time of the clock. */
static u64 fires_at(void)
{
	assert_int_equal(apic_svr, 0x100 | VECTOR_SPURIOUS);
	if (has_deadline) {
		assert_int_equal(apic_lvt, 0x40000 | VECTOR_TIMER);
		return tsc_deadline;
	}
	assert_int_equal(apic_lvt, VECTOR_TIMER);
	assert_int_equal(apic_divide, 0xb);
	assert_true(apic_initial != 0);
	return apic_started + apic_initial * (true_hz / 1000000) / (apic_hz / 1000000);
}

static void arms(void)
{
	u64 at;

	timer_arm(now + true_hz / 100);
	assert_close(fires_at() - now, true_hz / 100, 4);
	/* Nothing is done for a deadline that is armed. */
	at = now + true_hz;
	timer_arm(at);
	assert_close(fires_at() - now, true_hz, 4);
	exits = 0;
	timer_arm(at);
	assert_int_equal(exits, 0);
	/* One that has passed, or that is for ever away. */
	timer_arm(now - 1000);
	assert_true(has_deadline ? tsc_deadline < now : apic_initial == 1);
	timer_arm(~(u64)0 >> 1);
	if (!has_deadline)
		assert_int_equal(apic_initial, 0xffffffff);
	exits = 0;
	timer_disarm();
	assert_true(exits == 1 && (has_deadline ? tsc_deadline : apic_initial) == 0);
	timer_disarm();
	assert_int_equal(exits, 1);
	/* After an interrupt the same deadline can be armed again. */
	at = now + 1000;
	timer_arm(at);
	assert_true(timer_take_interrupt());
	exits = 0;
	timer_arm(at);
	assert_int_equal(exits, 1);
	timer_stop();
	assert_false(irqs);
	assert_int_equal(apic_lvt & 0x10000, 0x10000);
	assert_true((has_deadline ? tsc_deadline : apic_initial) == 0);
	timer_arm(now + 1000);
	assert_true((has_deadline ? tsc_deadline : apic_initial) == 0);
	assert_false(timer_take_interrupt());
	apic_end_of_interrupt();
	assert_int_equal(eois, 1);
}

static void counts_down(void)
{
	machine(2600000000);
	arms();
}
CHILD(counts_down)

/* The registers are at their place even if the host says that they are in memory. */
static void base_elsewhere(void)
{
	machine(2600000000);
	apic_base = 0x12345100;
	arms();
	assert_true(apic_base == 0xfee00900);
}
CHILD(base_elsewhere)

static void counts_down_slowly(void)
{
	machine(3000000000);
	apic_hz = 25000000;
	is_x2apic = true;
	arms();
}
CHILD(counts_down_slowly)

static void compares(void)
{
	machine(2600000000);
	has_deadline = true;
	arms();
}
CHILD(compares)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(measured_run),
		cmocka_unit_test(measured_slow_run),
		cmocka_unit_test(from_processor_run),
		cmocka_unit_test(from_hypervisor_run),
		cmocka_unit_test(nonsense_from_hypervisor_run),
		cmocka_unit_test(nothing_to_measure_with_run),
		cmocka_unit_test(counts_down_run),
		cmocka_unit_test(base_elsewhere_run),
		cmocka_unit_test(counts_down_slowly_run),
		cmocka_unit_test(compares_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
