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
#include <asm/flags.h>
#include <asm/native.h>
#include <fw/cc_insn.h>
#include <fw/log.h>
#include <fw/string.h>
#include <spec/tdx.h>

#include "tdx.h"

#define VECTOR_VE	20
#define CPL_MASK	3

#define HOST_REFUSES	"the host refuses it"

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

static const char *answer(u64 status)
{
	return status == TDVMCALL_SUCCESS ? NULL : HOST_REFUSES;
}

static const char *handle_cpuid(struct exception_frame *f)
{
	struct cpuid_regs r = tdx_cpuid((u32)f->rax, (u32)f->rcx);

	f->rax = r.eax;
	f->rbx = r.ebx;
	f->rcx = r.ecx;
	f->rdx = r.edx;
	return NULL;
}

static const char *handle_msr(struct exception_frame *f, bool write)
{
	u32 msr = (u32)f->rcx;
	u64 value = (u32)f->rax | f->rdx << 32;
	const char *why;

	if (!msr_is_host(msr))
		return "an MSR that is not the host's business";
	if (write)
		return answer(tdvmcall_wrmsr(msr, value));
	why = answer(tdvmcall_rdmsr(msr, &value));
	if (why == NULL) {
		f->rax = (u32)value;
		f->rdx = value >> 32;
	}
	return why;
}

static const char *transfer_port(const struct port_io *io, void *data, unsigned int count)
{
	const char *why = NULL;
	u8 *at = data;
	u32 value;

	for (; count > 0 && why == NULL; count--, at += io->size) {
		value = 0;
		if (io->in) {
			why = answer(tdvmcall_io_read(io->port, io->size, &value));
			memcpy(at, &value, io->size);
		} else {
			memcpy(&value, at, io->size);
			why = answer(tdvmcall_io_write(io->port, io->size, value));
		}
	}
	return why;
}

/* The module's word of the instruction, which has to agree with our own. */
static bool io_fits(const struct port_io *io, u64 qualification)
{
	return io->port == TDX_IO_PORT(qualification) &&
	       io->size == TDX_IO_SIZE(qualification) &&
	       io->in == !!(qualification & TDX_IO_IN) &&
	       io->string == !!(qualification & TDX_IO_STRING) &&
	       io->rep == !!(qualification & TDX_IO_REP);
}

static bool is_port_io(u32 opcode)
{
	return (opcode >= 0x6c && opcode <= 0x6f) || (opcode >= 0xe4 && opcode <= 0xe7) ||
	       (opcode >= 0xec && opcode <= 0xef);
}

static const char *handle_io(struct exception_frame *f, const struct ve_info *info,
			     const struct insn *insn)
{
	struct port_io io;

	if (!is_port_io(insn->opcode) || insn->length != info->length)
		return "the instruction does not fit the reason";
	io = port_io_decode(f, insn);
	if (!io_fits(&io, info->qualification))
		return "the instruction does not fit the reason";
	return port_io_emulate(f, insn, transfer_port);
}

/*
 * Only devices' memory, which is shared: an exception for a private page would
 * mean that the host has taken the page away.
 */
static const char *handle_mmio(struct exception_frame *f, const struct ve_info *info,
			       const struct insn *insn)
{
	phys_addr_t addr = info->gpa & ~tdx_shared(0);

	if (addr == info->gpa)
		return "a page that is private";
	return mmio_emulate(f, insn, &addr);
}

/* What the module does not say enough about. */
static const char *handle_decoded(struct exception_frame *f, const struct ve_info *info,
				  const u8 *bytes, size_t count)
{
	struct insn insn;

	if (insn_decode(&insn, bytes, count, f) != 0)
		return "the instruction is not one that is known";
	f->rip += insn.length;
	if (info->reason == TDX_REASON_IO)
		return handle_io(f, info, &insn);
	return handle_mmio(f, info, &insn);
}

static const char *handle(struct exception_frame *f, const struct ve_info *info,
			  const u8 *bytes, size_t count)
{
	/* User code has no business with the host. */
	if (f->cs & CPL_MASK)
		return "it is not the kernel's";
	if (info->reason == TDX_REASON_EPT_VIOLATION || info->reason == TDX_REASON_IO)
		return handle_decoded(f, info, bytes, count);
	if (info->length == 0 || info->length > INSN_MAX)
		return "the instruction has no length that is known";
	f->rip += info->length;
	switch (info->reason) {
	case TDX_REASON_CPUID:
		return handle_cpuid(f);
	case TDX_REASON_HLT:
		return answer(tdvmcall_halt(!(f->rflags & RFLAGS_IF)));
	case TDX_REASON_RDMSR:
		return handle_msr(f, false);
	case TDX_REASON_WRMSR:
		return handle_msr(f, true);
	case TDX_REASON_WBINVD:
	case TDX_REASON_MONITOR:
	case TDX_REASON_MWAIT:
		/* Memory is coherent, and waiting may end at any time. */
		return NULL;
	}
	return "not a reason that is known";
}

bool tdx_exception(struct exception_frame *frame)
{
	struct tdcall_regs r = { .rax = TDG_VP_VEINFO_GET };
	u64 rip = frame->rip;
	struct ve_info info;
	u8 bytes[INSN_MAX];
	const char *why;

	if (frame->vector != VECTOR_VE)
		return false;
	/* First of all: until then another such exception would be the end. */
	if (tdcall(&r) != TDX_SUCCESS)
		return false;
	info.reason = (u32)r.rcx;
	info.qualification = r.rdx;
	info.gpa = r.r9;
	info.length = (u32)r.r10;
	why = handle(frame, &info, bytes, insn_fetch(rip, bytes));
	if (why == NULL) {
		frame->rflags &= ~RFLAGS_RF;
		return true;
	}
	frame->rip = rip;
	pr_err("#VE %u refused: %s; at 0x%llx, bytes %016llx, qualification 0x%llx, "
	       "address 0x%llx", info.reason, why, (unsigned long long)rip,
	       (unsigned long long)insn_show(bytes), (unsigned long long)info.qualification,
	       (unsigned long long)info.gpa);
	return false;
}
