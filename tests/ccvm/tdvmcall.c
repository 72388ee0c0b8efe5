/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * TDG.VP.VMCALL: what the host does for a trust domain.
 *
 * Documents: Guest-Host Communication Interface for TDX (348552), chapter 3;
 * answers of the host as Linux, arch/x86/kvm/vmx/tdx.c, and QEMU,
 * target/i386/kvm/tdx.c, have them.
 */
#define pr_fmt(fmt) "tdx: " fmt

#include <fw/errno.h>
#include <fw/log.h>
#include <fw/string.h>

#include "check.h"
#include "io.h"
#include "memory.h"
#include "mmio.h"
#include "stats.h"
#include "stop.h"
#include "tdx.h"
#include "trace.h"

/* RCX: registers that go to the host and back. */
#define MASK_GPR		0xffffull
#define MASK_BAD		(0xffffffff00000000ull | 1u << RAX | 1u << RCX | 1u << RSP)

#define KVM_ENOSYS		((u64)-1000)

#define PAGE_SIZE		0x1000ull
#define APIC_PAGE		0xfee00000ull

/**
 * struct call - a call as the host sees it
 * @cpu:	whose
 * @r:		the exposed registers; the others are zero
 */
struct call {
	struct cpu *cpu;
	u64 r[16];
};

static u64 host_cpuid(struct call *c)
{
	struct cpuid_regs r = td_host_cpuid(c->cpu, (u32)c->r[R12], (u32)c->r[R13]);

	c->r[R12] = r.eax;
	c->r[R13] = r.ebx;
	c->r[R14] = r.ecx;
	c->r[R15] = r.edx;
	return TDVMCALL_SUCCESS;
}

static u64 hlt(struct call *c)
{
	td_halt(c->cpu, c->r[R12] & 1);
	return TDVMCALL_SUCCESS;
}

static u64 port_io(struct call *c)
{
	u64 size = c->r[R12], write = c->r[R13], port = c->r[R14];

	if ((size != 1 && size != 2 && size != 4) || write > 1 || port > 0xffff)
		return TDVMCALL_OPERAND_INVALID;
	if (write)
		io_write((u16)port, (unsigned int)size, (u32)c->r[R15]);
	else
		c->r[R11] = io_read((u16)port, (unsigned int)size);
	return TDVMCALL_SUCCESS;
}

static u64 read_msr(struct call *c)
{
	u64 value = 0;

	if (td_host_msr(c->cpu, false, (u32)c->r[R12], &value) < 0)
		return TDVMCALL_OPERAND_INVALID;
	c->r[R11] = value;
	return TDVMCALL_SUCCESS;
}

static u64 write_msr(struct call *c)
{
	if (td_host_msr(c->cpu, true, (u32)c->r[R12], &c->r[R13]) < 0)
		return TDVMCALL_OPERAND_INVALID;
	return TDVMCALL_SUCCESS;
}

/* The host can also reach shared memory by this call. */
static bool memory_access(struct call *c, u64 gpa, u64 size, bool write)
{
	void *p = gpa - 0xa0000 < 0x20000 ? NULL : mem_shared_ptr(gpa, size);

	if (p == NULL)
		return false;
	if (sept_state(&td.sept, gpa / PAGE_SIZE) == SEPT_MAPPED)
		check_failed(CHECK_HOST_PRIVATE, "MMIO at %llx", (unsigned long long)gpa);
	if (write)
		memcpy(p, &c->r[R15], size);
	else
		memcpy(&c->r[R11], p, size);
	return true;
}

static u64 mem_io(struct call *c)
{
	u64 size = c->r[R12], write = c->r[R13], gpa = c->r[R14], last = gpa + size - 1;

	if ((size != 1 && size != 2 && size != 4 && size != 8) || write > 1 ||
	    !(gpa & last & TDX_SHARED) || (gpa | last) >> TDX_GPAW)
		return TDVMCALL_OPERAND_INVALID;
	gpa &= ~TDX_SHARED;
	c->r[R11] = 0;
	if (memory_access(c, gpa, size, write))
		return TDVMCALL_SUCCESS;
	/* The xAPIC's page is disabled in x2APIC mode. */
	if (ALIGN_DOWN(gpa, PAGE_SIZE) == APIC_PAGE)
		c->r[R11] = size == 8 ? ~0ull : (1ull << 8 * size) - 1;
	else if (write)
		mmio_write(gpa, (unsigned int)size, c->r[R15]);
	else
		c->r[R11] = mmio_read(gpa, (unsigned int)size);
	return TDVMCALL_SUCCESS;
}

static u64 nothing(struct call *c __unused)
{
	return TDVMCALL_SUCCESS;
}

/* Leaf 0: all base calls exist. Leaf 1: which optional ones do. */
static u64 get_info(struct call *c)
{
	u64 leaf = c->r[R12];

	if (leaf > 1)
		return TDVMCALL_OPERAND_INVALID;
	c->r[R11] = leaf == 1 ? 3 : 0;	/* GetQuote, SetupEventNotifyInterrupt */
	c->r[R12] = 0;
	c->r[R13] = 0;
	c->r[R14] = 0;
	return TDVMCALL_SUCCESS;
}

static u64 map_gpa(struct call *c)
{
	return td_map_gpa(c->r[R12], c->r[R13], &c->r[R11]);
}

static u64 setup_event(struct call *c)
{
	if (c->r[R12] < 32 || c->r[R12] > 255)
		return TDVMCALL_OPERAND_INVALID;
	td_vcpu(c->cpu)->notify_vector = (u8)c->r[R12];
	return TDVMCALL_SUCCESS;
}

static u64 get_quote(struct call *c)
{
	u64 gpa = c->r[R12], size = c->r[R13];

	if (!(gpa & TDX_SHARED) || gpa >> TDX_GPAW || !IS_ALIGNED(gpa | size, PAGE_SIZE) ||
	    size == 0)
		return TDVMCALL_OPERAND_INVALID;
	if (td_quote(gpa & ~TDX_SHARED, size) < 0)
		return TDVMCALL_OPERAND_INVALID;
	if (td_vcpu(c->cpu)->notify_vector)
		x2apic_notify(td_vcpu(c->cpu)->notify_vector);
	return TDVMCALL_SUCCESS;
}

static u64 fatal_error(struct call *c)
{
	static const enum gpr order[] = { R14, R15, RBX, RDI, RSI, R8, R9, RDX };
	char text[sizeof(order) / sizeof(order[0]) * 8 + 1];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(order); i++)
		memcpy(text + 8 * i, &c->r[order[i]], 8);
	text[sizeof(text) - 1] = '\0';
	for (i = 0; text[i] != '\0'; i++) {
		if (text[i] < ' ' || text[i] > '~')
			text[i] = '?';
	}
	ccvm_stop(STOP_TERMINATED, "ReportFatalError %llx: %s", (unsigned long long)c->r[R12],
		  text);
}

static const struct {
	u64 number;
	u64 (*call)(struct call *c);
} calls[] = {
	{ REASON_CPUID, host_cpuid },
	{ REASON_HLT, hlt },
	{ REASON_IO, port_io },
	{ REASON_RDMSR, read_msr },
	{ REASON_WRMSR, write_msr },
	{ REASON_EPT_VIOLATION, mem_io },
	{ REASON_WBINVD, nothing },
	{ 0x10000, get_info },
	{ 0x10001, map_gpa },
	{ 0x10002, get_quote },
	{ 0x10003, fatal_error },
	{ 0x10004, setup_event },
};

static u64 dispatch(struct call *c)
{
	u64 number = c->r[R11];
	size_t i;

	if (c->r[R10] != 0)
		return KVM_ENOSYS;	/* a hypercall of KVM's: there are none */
	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		if (calls[i].number == number)
			return calls[i].call(c);
	}
	pr_info("cpu %u: TDVMCALL %llx is not known", c->cpu->id, (unsigned long long)number);
	return TDVMCALL_UNSUPPORTED;
}

u64 tdvmcall(struct cpu *cpu)
{
	struct call c = { .cpu = cpu };
	u64 mask = cpu->gpr[RCX], number, status;
	unsigned int i;

	if (mask & MASK_BAD)
		return TDX_OPERAND_INVALID | TDX_OPERAND_RCX;
	for (i = 0; i < ARRAY_SIZE(c.r); i++) {
		if (mask >> i & 1)
			c.r[i] = cpu->gpr[i];
	}
	stats_count(STAT_tdvmcall);
	number = c.r[R11];
	trace(1, "tdx: cpu %u: TDVMCALL %llx: %llx %llx %llx %llx", cpu->id,
	      (unsigned long long)number, (unsigned long long)c.r[R12],
	      (unsigned long long)c.r[R13], (unsigned long long)c.r[R14],
	      (unsigned long long)c.r[R15]);
	status = dispatch(&c);
	c.r[R10] = status;
	for (i = 0; i < ARRAY_SIZE(c.r); i++) {
		if (mask >> i & 1)
			cpu->gpr[i] = c.r[i];
	}
	return TDX_SUCCESS;
}
