/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Virtualization exceptions of loaded software; the firmware itself causes none.
 * Why there was one, the module says; what the instruction wants to know, the
 * host, and each answer is one that it may give.
 * Documents: Intel TDX Module 1.5 Base Specification (348549), "Virtualization
 * Exception (#VE)"; Guest-Host Communication Interface 1.5 (348552), section 2.4.
 */
#define pr_fmt(fmt) "tdx: " fmt

#include <asm/exception.h>
#include <asm/native.h>
#include <fw/errno.h>
#include <fw/log.h>
#include <fw/memmap.h>
#include <fw/string.h>
#include <spec/tdx.h>

#include "mmio.h"
#include "tdx.h"

#define VECTOR_VE	20

#define RFLAGS_IF	((u64)1 << 9)
#define RFLAGS_DF	((u64)1 << 10)
#define RFLAGS_RF	((u64)1 << 16)

/* What TDG.VP.VEINFO.GET says. */
struct ve_info {
	u32 reason;
	u64 qualification;
	phys_addr_t gpa;
	u32 length;
};

/* MSRs whose values are the host's business alone. */
static const struct {
	u32 first, last;
} host_msrs[] = {
	{ 0x01b, 0x01b },	/* APIC base */
	{ 0x03a, 0x03b },	/* FEATURE_CONTROL, TSC_ADJUST */
	{ 0x08b, 0x08b },	/* microcode revision */
	{ 0x0ce, 0x0ce },	/* PLATFORM_INFO */
	{ 0x0fe, 0x0fe },	/* MTRRs */
	{ 0x179, 0x17a },	/* machine check */
	{ 0x1a0, 0x1a0 },	/* MISC_ENABLE */
	{ 0x200, 0x2ff },	/* MTRRs */
	{ 0x6e0, 0x6e0 },	/* TSC deadline */
	{ 0x800, 0x8ff },	/* x2APIC */
};

static bool msr_is_host(u32 msr)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(host_msrs); i++) {
		if (msr >= host_msrs[i].first && msr <= host_msrs[i].last)
			return true;
	}
	return false;
}

static int handle_cpuid(struct exception_frame *f)
{
	struct cpuid_regs r = tdx_cpuid((u32)f->rax, (u32)f->rcx);

	f->rax = r.eax;
	f->rbx = r.ebx;
	f->rcx = r.ecx;
	f->rdx = r.edx;
	return 0;
}

static int handle_rdmsr(struct exception_frame *f)
{
	u64 value;

	if (!msr_is_host((u32)f->rcx) ||
	    tdvmcall_rdmsr((u32)f->rcx, &value) != TDVMCALL_SUCCESS)
		return -EOPNOTSUPP;
	f->rax = (u32)value;
	f->rdx = value >> 32;
	return 0;
}

static int handle_wrmsr(const struct exception_frame *f)
{
	u64 value = (u32)f->rax | f->rdx << 32;

	if (!msr_is_host((u32)f->rcx) ||
	    tdvmcall_wrmsr((u32)f->rcx, value) != TDVMCALL_SUCCESS)
		return -EOPNOTSUPP;
	return 0;
}

static int port_in(u16 port, unsigned int size, u32 *value)
{
	return tdvmcall_io_read(port, size, value) == TDVMCALL_SUCCESS ? 0 : -EOPNOTSUPP;
}

static int port_out(u16 port, unsigned int size, u32 value)
{
	return tdvmcall_io_write(port, size, value) == TDVMCALL_SUCCESS ? 0 : -EOPNOTSUPP;
}

/* A segment other than the flat ones, or 32-bit addresses. */
static bool has_odd_prefix(const u8 *code, u32 length)
{
	u32 i;

	for (i = 0; i + 1 < length; i++) {
		if (code[i] == 0x64 || code[i] == 0x65 || code[i] == 0x67)
			return true;
	}
	return false;
}

/*
 * One element of INS or OUTS. With a count left, RIP stays, and the processor
 * comes again for the next one.
 */
static int handle_string(struct exception_frame *f, struct ve_info *info, unsigned int size)
{
	bool in = info->qualification & TDX_IO_IN;
	u64 *pointer = in ? &f->rdi : &f->rsi;
	u16 port = TDX_IO_PORT(info->qualification);
	u32 value = 0;
	int rc;

	if (has_odd_prefix((const u8 *)(uintptr_t)f->rip, info->length))
		return -EOPNOTSUPP;
	if ((info->qualification & TDX_IO_REP) && f->rcx == 0)
		return 0;
	if (in) {
		rc = port_in(port, size, &value);
		if (rc == 0)
			memcpy((void *)(uintptr_t)*pointer, &value, size);
	} else {
		memcpy(&value, (const void *)(uintptr_t)*pointer, size);
		rc = port_out(port, size, value);
	}
	if (rc != 0)
		return rc;
	*pointer += f->rflags & RFLAGS_DF ? -(u64)size : size;
	if ((info->qualification & TDX_IO_REP) && --f->rcx != 0)
		info->length = 0;
	return 0;
}

static int handle_io(struct exception_frame *f, struct ve_info *info)
{
	unsigned int size = TDX_IO_SIZE(info->qualification);
	u16 port = TDX_IO_PORT(info->qualification);
	u32 value;
	int rc;

	if (size != 1 && size != 2 && size != 4)
		return -EOPNOTSUPP;
	if (info->qualification & TDX_IO_STRING)
		return handle_string(f, info, size);
	if (!(info->qualification & TDX_IO_IN))
		return port_out(port, size, (u32)f->rax);
	rc = port_in(port, size, &value);
	if (rc == 0 && size == 4)
		f->rax = value;
	else if (rc == 0)
		f->rax = (f->rax & ~(((u64)1 << 8 * size) - 1)) | value;
	return rc;
}

/*
 * Only devices' memory, which is shared: an exception for a private page would
 * mean that the host has taken the page away. The module knows the address; the
 * instruction must agree, as addresses are what they are in the tables.
 */
static int handle_mmio(struct exception_frame *f, struct ve_info *info)
{
	phys_addr_t addr = info->gpa & ~tdx_shared(0);
	struct mmio_insn insn;
	u64 value, status;

	if (addr == info->gpa ||
	    mmio_decode(&insn, (const u8 *)(uintptr_t)f->rip, f) != 0 || insn.addr != addr ||
	    ALIGN_DOWN(addr, PAGE_SIZE) != ALIGN_DOWN(addr + insn.width - 1, PAGE_SIZE))
		return -EOPNOTSUPP;
	if (insn.write)
		status = tdvmcall_mmio_write(addr, insn.width, insn.value);
	else
		status = tdvmcall_mmio_read(addr, insn.width, &value);
	if (status != TDVMCALL_SUCCESS)
		return -EOPNOTSUPP;
	if (!insn.write)
		mmio_store(&insn, f, value);
	info->length = insn.length;
	return 0;
}

static int handle(struct exception_frame *f, struct ve_info *info)
{
	/* User code has no business with the host. */
	if (f->cs & 3)
		return -EOPNOTSUPP;
	if (info->reason != TDX_REASON_EPT_VIOLATION &&
	    (info->length == 0 || info->length > INSN_MAX))
		return -EOPNOTSUPP;
	switch (info->reason) {
	case TDX_REASON_CPUID:
		return handle_cpuid(f);
	case TDX_REASON_HLT:
		return tdvmcall_halt(!(f->rflags & RFLAGS_IF)) == TDVMCALL_SUCCESS ?
		       0 : -EOPNOTSUPP;
	case TDX_REASON_IO:
		return handle_io(f, info);
	case TDX_REASON_RDMSR:
		return handle_rdmsr(f);
	case TDX_REASON_WRMSR:
		return handle_wrmsr(f);
	case TDX_REASON_EPT_VIOLATION:
		return handle_mmio(f, info);
	case TDX_REASON_WBINVD:
	case TDX_REASON_MONITOR:
	case TDX_REASON_MWAIT:
		/* Memory is coherent, and waiting may end at any time. */
		return 0;
	}
	return -EOPNOTSUPP;
}

/* The bytes at RIP, first byte lowest; none of the next page. */
static u64 code_at(u64 rip)
{
	u64 code = 0;

	memcpy(&code, (const void *)(uintptr_t)rip,
	       MIN(sizeof(code), (size_t)(PAGE_SIZE - rip % PAGE_SIZE)));
	return code;
}

bool tdx_exception(struct exception_frame *frame)
{
	struct tdcall_regs r = { .rax = TDG_VP_VEINFO_GET };
	struct ve_info info;

	if (frame->vector != VECTOR_VE)
		return false;
	/* First of all: until then another such exception would be the end. */
	if (tdcall(&r) != TDX_SUCCESS)
		return false;
	info.reason = (u32)r.rcx;
	info.qualification = r.rdx;
	info.gpa = r.r9;
	info.length = (u32)r.r10;
	if (handle(frame, &info) == 0) {
		frame->rip += info.length;
		frame->rflags &= ~RFLAGS_RF;
		return true;
	}
	pr_err("exit reason %u, qualification 0x%llx, address 0x%llx, code %016llx at 0x%llx",
	       info.reason, (unsigned long long)info.qualification,
	       (unsigned long long)info.gpa, (unsigned long long)code_at(frame->rip),
	       (unsigned long long)frame->rip);
	return false;
}
