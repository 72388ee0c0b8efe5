/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Accesses of the firmware: what the module virtualizes is done with the
 * instruction, everything else is asked of the host in so many words, so that
 * no exception is needed.
 * Documents: Intel TDX Module 1.5 Base Specification (348549), "CPUID
 * Virtualization" and "MSR Handling"; Guest-Host Communication Interface
 * (348552), chapter 3.
 */
#include <asm/cpu_ops.h>
#include <asm/flags.h>
#include <asm/native.h>
#include <spec/tdx.h>

#include "tdx.h"

#define CPUID_HV_FIRST	0x40000000
#define CPUID_HV_LAST	0x4fffffff
#define CPUID_ADDRESS	0x80000008

/* Ranges of numbers; the last subleaf is only looked at for CPUID. */
struct range {
	u32 first, last;
	u32 last_subleaf;
};

#define ANY	0xffffffff

/* Leaves that the module answers. */
static const struct range module_leaves[] = {
	{ 0x00, 0x01, ANY }, { 0x03, 0x03, ANY }, { 0x04, 0x04, 4 }, { 0x05, 0x05, ANY },
	{ 0x07, 0x07, 2 }, { 0x08, 0x08, ANY }, { 0x0a, 0x0a, ANY }, { 0x0d, 0x0d, 0x12 },
	{ 0x0e, 0x0e, ANY }, { 0x11, 0x15, ANY }, { 0x19, 0x19, ANY }, { 0x1c, 0x1e, ANY },
	{ 0x20, 0x20, ANY }, { 0x21, 0x21, 0 }, { 0x22, 0x22, ANY }, { 0x23, 0x23, 3 },
	{ 0x80000000, 0x80000001, ANY }, { 0x80000007, CPUID_ADDRESS, ANY },
};

/* MSRs that are the processor's own, to read and to write. */
static const struct range module_msrs[] = {
	{ 0x00000048, 0x00000049, 0 },	/* SPEC_CTRL, PRED_CMD */
	{ 0x00000174, 0x00000176, 0 },	/* SYSENTER */
	{ 0x00000277, 0x00000277, 0 },	/* PAT */
	{ 0x00000808, 0x00000808, 0 },	/* x2APIC: TPR */
	{ 0x0000080a, 0x0000080b, 0 },	/* PPR, EOI */
	{ 0x00000810, 0x00000827, 0 },	/* ISR, TMR, IRR */
	{ 0x0000083f, 0x0000083f, 0 },	/* self IPI */
	{ 0xc0000080, 0xc0000082, 0 },	/* EFER, STAR, LSTAR */
	{ 0xc0000084, 0xc0000084, 0 },	/* FMASK */
	{ 0xc0000100, 0xc0000103, 0 },	/* FS, GS, kernel GS, TSC_AUX */
};

static const struct range *find(const struct range *ranges, size_t count, u32 number)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (number >= ranges[i].first && number <= ranges[i].last)
			return &ranges[i];
	}
	return NULL;
}

/* A host that cannot do what every host can is not one to go on with. */
static void check(u64 status)
{
	if (status != TDVMCALL_SUCCESS)
		tdx_terminate("the host refuses an access that it must provide");
}

static u32 io_read(u16 port, unsigned int width)
{
	u32 value;

	check(tdvmcall_io_read(port, width, &value));
	return value;
}

static void io_write(u16 port, u32 value, unsigned int width)
{
	check(tdvmcall_io_write(port, width, value));
}

static u64 mmio_read(phys_addr_t addr, unsigned int width)
{
	u64 value;

	check(tdvmcall_mmio_read(addr, width, &value));
	return value;
}

static void mmio_write(phys_addr_t addr, u64 value, unsigned int width)
{
	check(tdvmcall_mmio_write(addr, width, value));
}

/* Of the host only what hypervisors say of themselves: the rest could mislead. */
static struct cpuid_regs host_cpuid(u32 leaf, u32 subleaf)
{
	struct tdcall_regs r = { .r12 = leaf, .r13 = subleaf };

	if (leaf < CPUID_HV_FIRST || leaf > CPUID_HV_LAST)
		return (struct cpuid_regs){ 0, 0, 0, 0 };
	check(tdvmcall(&r, TDX_REASON_CPUID, TDVMCALL_R(12) | TDVMCALL_R(13) | TDVMCALL_R(14) |
		       TDVMCALL_R(15)));
	return (struct cpuid_regs){ (u32)r.r12, (u32)r.r13, (u32)r.r14, (u32)r.r15 };
}

struct cpuid_regs tdx_cpuid(u32 leaf, u32 subleaf)
{
	const struct range *range = find(module_leaves, ARRAY_SIZE(module_leaves), leaf);
	u32 bits = (u32)__builtin_ctzll(tdx_shared(0));
	struct cpuid_regs r;

	if (range == NULL || subleaf > range->last_subleaf)
		return host_cpuid(leaf, subleaf);
	r = native_cpuid(leaf, subleaf);
	/* The module says 52 whatever the shared bit is; above it there is no address. */
	if (leaf == CPUID_ADDRESS)
		r.eax = (r.eax & ~0xffu) | MIN(r.eax & 0xff, bits);
	return r;
}

static u64 ops_rdmsr(u32 msr)
{
	u64 value;

	if (find(module_msrs, ARRAY_SIZE(module_msrs), msr) != NULL)
		return native_rdmsr(msr);
	check(tdvmcall_rdmsr(msr, &value));
	return value;
}

static void ops_wrmsr(u32 msr, u64 value)
{
	if (find(module_msrs, ARRAY_SIZE(module_msrs), msr) != NULL)
		native_wrmsr(msr, value);
	else
		check(tdvmcall_wrmsr(msr, value));
}

static void ops_halt(void)
{
	u64 rflags;

	__asm__ volatile("pushfq; popq %0" : "=r"(rflags));
	/* Whatever the answer is: a caller that waits looks again. */
	tdvmcall_halt(!(rflags & RFLAGS_IF));
}

static const struct cpu_ops tdx_ops = {
	.io_read = io_read,
	.io_write = io_write,
	.mmio_read = mmio_read,
	.mmio_write = mmio_write,
	.cpuid = tdx_cpuid,
	.rdmsr = ops_rdmsr,
	.wrmsr = ops_wrmsr,
	.halt = ops_halt,
};

void tdx_ops_install(void)
{
	cpu_ops = &tdx_ops;
}
