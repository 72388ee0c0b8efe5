/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * #VC of software that the firmware has started: what its instruction needs is
 * asked of the host. The firmware's own code takes none. The host can raise #VC
 * with any code at any time, so the instruction must be the one that the code
 * stands for (CVE-2024-25742); everything else is refused.
 * Documents: GHCB specification (AMD 56421, revision 2.03), section 4.1; AMD64
 * APM volume 2 (24593, revision 3.41), section 15.35.4.
 */
#define pr_fmt(fmt) "sev: " fmt

#include <asm/exception.h>
#include <fw/cc_insn.h>
#include <fw/log.h>
#include <fw/string.h>

#include "cpuid.h"
#include "sev.h"

#define VECTOR_VC	29
#define CPL_MASK	3
#define DR7_RESET	0x400

#define HOST_REFUSES	"the host refuses it"

/* Debug registers are of no use here; what was written is read again. */
static u64 dr7_shadow = DR7_RESET;

static const char *ask(struct ghcb_request *request)
{
	return ghcb_call(sev_channel(), request) == 0 ? NULL : HOST_REFUSES;
}

static const char *do_cpuid(struct exception_frame *frame, const struct insn *insn __unused)
{
	struct cpuid_regs r = sev_cpuid((u32)frame->rax, (u32)frame->rcx);

	frame->rax = r.eax;
	frame->rbx = r.ebx;
	frame->rcx = r.ecx;
	frame->rdx = r.edx;
	return NULL;
}

/* What the host may know and answer: time, APIC, memory types. */
static bool msr_is_allowed(u32 msr)
{
	return msr == 0x10 || msr == 0x1b || msr == 0xfe || (msr >= 0x200 && msr <= 0x2ff) ||
	       (msr >= 0x800 && msr <= 0x8ff);
}

static const char *do_msr(struct exception_frame *frame, const struct insn *insn)
{
	bool write = insn->opcode == 0x0f30;
	struct ghcb_request request = {
		.code = EXIT_MSR,
		.info1 = write ? MSR_EVENT_WRITE : 0,
		.in = GHCB_RCX | (write ? GHCB_RAX | GHCB_RDX : 0),
		.out = write ? 0 : GHCB_RAX | GHCB_RDX,
		.rax = (u32)frame->rax,
		.rcx = (u32)frame->rcx,
		.rdx = (u32)frame->rdx,
	};
	const char *why;

	if (!msr_is_allowed((u32)frame->rcx))
		return "an MSR that is not the host's business";
	why = ask(&request);
	if (why == NULL && !write) {
		frame->rax = (u32)request.rax;
		frame->rdx = (u32)request.rdx;
	}
	return why;
}

static const char *do_counter(struct exception_frame *frame, const struct insn *insn)
{
	bool rdtscp = insn->opcode == 0x0f01f9, rdpmc = insn->opcode == 0x0f33;
	struct ghcb_request request = {
		.code = rdtscp ? EXIT_RDTSCP : rdpmc ? EXIT_RDPMC : EXIT_RDTSC,
		.in = rdpmc ? GHCB_RCX : 0,
		.out = GHCB_RAX | GHCB_RDX | (rdtscp ? GHCB_RCX : 0),
		.rcx = (u32)frame->rcx,
	};
	const char *why;

	if (!rdpmc && sev_work()->status & SEV_STATUS_SECURE_TSC)
		return "the time stamp counter is the processor's own";
	why = ask(&request);
	if (why != NULL)
		return why;
	frame->rax = (u32)request.rax;
	frame->rdx = (u32)request.rdx;
	if (rdtscp)
		frame->rcx = (u32)request.rcx;
	return NULL;
}

static const char *do_wbinvd(struct exception_frame *frame __unused,
			     const struct insn *insn __unused)
{
	struct ghcb_request request = { .code = EXIT_WBINVD };

	return ask(&request);
}

static const char *do_vmmcall(struct exception_frame *frame, const struct insn *insn __unused)
{
	struct ghcb_request request = {
		.code = EXIT_VMMCALL,
		.in = GHCB_RAX | GHCB_CPL,
		.out = GHCB_RAX,
		.rax = frame->rax,
	};
	const char *why = ask(&request);

	if (why == NULL)
		frame->rax = request.rax;
	return why;
}

/* MONITOR would tell the host an address, and MWAIT may return at once. */
static const char *do_nothing(struct exception_frame *frame __unused,
			      const struct insn *insn __unused)
{
	return NULL;
}

static const char *do_dr7(struct exception_frame *frame, const struct insn *insn)
{
	u64 *reg = insn_register(frame, insn->rm);

	if (insn->reg != 7)
		return "a debug register other than DR7";
	if (sev_work()->status & SEV_STATUS_DEBUG_SWAP)
		return "debug registers are the processor's own";
	if (insn->opcode == 0x0f21)
		*reg = dr7_shadow;
	else
		dr7_shadow = *reg | DR7_RESET;
	return NULL;
}

static u64 io_info(const struct port_io *io)
{
	return IOIO_PORT(io->port) | IOIO_ADDRESS_64 | IOIO_SIZE(io->size) |
	       (io->in ? IOIO_IN : 0);
}

static const char *transfer_register(const struct port_io *io, void *data)
{
	struct ghcb_request request = {
		.code = EXIT_IOIO,
		.info1 = io_info(io),
		.in = io->in ? 0 : GHCB_RAX,
		.out = io->in ? GHCB_RAX : 0,
	};
	const char *why;

	if (!io->in)
		memcpy(&request.rax, data, io->size);
	why = ask(&request);
	if (why == NULL && io->in)
		memcpy(data, &request.rax, io->size);
	return why;
}

static const char *transfer_port(const struct port_io *io, void *data, unsigned int count)
{
	u8 *buffer = sev_channel()->page->buffer;
	struct ghcb_request request = {
		.code = EXIT_IOIO,
		.info1 = io_info(io) | IOIO_STRING | (io->rep ? IOIO_REP : 0) |
			 (io->in ? 0 : IOIO_SEGMENT(3)),
		.info2 = count,
		.in = GHCB_SCRATCH,
	};
	const char *why;

	if (!io->string)
		return transfer_register(io, data);
	if (!io->in)
		memcpy(buffer, data, count * io->size);
	why = ask(&request);
	if (why == NULL && io->in)
		memcpy(data, buffer, count * io->size);
	return why;
}

static const char *do_io(struct exception_frame *frame, const struct insn *insn)
{
	return port_io_emulate(frame, insn, transfer_port);
}

/* Nobody to be trusted says which address it is. */
static const char *do_mmio(struct exception_frame *frame, const struct insn *insn)
{
	return mmio_emulate(frame, insn, NULL);
}

/* Exit codes, and which instructions can have them. */
static const struct event {
	u16 code;
	u32 first, last;	/* opcodes, as in struct insn */
	const char *(*handle)(struct exception_frame *frame, const struct insn *insn);
} events[] = {
	{ EXIT_READ_DR7, 0x0f21, 0x0f21, do_dr7 },
	{ EXIT_WRITE_DR7, 0x0f23, 0x0f23, do_dr7 },
	{ EXIT_RDTSC, 0x0f31, 0x0f31, do_counter },
	{ EXIT_RDPMC, 0x0f33, 0x0f33, do_counter },
	{ EXIT_CPUID, 0x0fa2, 0x0fa2, do_cpuid },
	{ EXIT_IOIO, 0x6c, 0x6f, do_io },
	{ EXIT_IOIO, 0xe4, 0xe7, do_io },
	{ EXIT_IOIO, 0xec, 0xef, do_io },
	{ EXIT_MSR, 0x0f30, 0x0f30, do_msr },
	{ EXIT_MSR, 0x0f32, 0x0f32, do_msr },
	{ EXIT_VMMCALL, 0x0f01d9, 0x0f01d9, do_vmmcall },
	{ EXIT_RDTSCP, 0x0f01f9, 0x0f01f9, do_counter },
	{ EXIT_WBINVD, 0x0f09, 0x0f09, do_wbinvd },
	{ EXIT_MONITOR, 0x0f01c8, 0x0f01c8, do_nothing },
	{ EXIT_MONITOR, 0x0f01fa, 0x0f01fa, do_nothing },
	{ EXIT_MWAIT, 0x0f01c9, 0x0f01c9, do_nothing },
	{ EXIT_MWAIT, 0x0f01fb, 0x0f01fb, do_nothing },
	{ EXIT_NPF, 0x88, 0x8b, do_mmio },
	{ EXIT_NPF, 0xa0, 0xa5, do_mmio },
	{ EXIT_NPF, 0xc6, 0xc7, do_mmio },
	{ EXIT_NPF, 0x0fb6, 0x0fb7, do_mmio },
	{ EXIT_NPF, 0x0fbe, 0x0fbf, do_mmio },
};

static const struct event *find_event(u64 code, u32 opcode)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(events); i++) {
		if (events[i].code == code && opcode >= events[i].first &&
		    opcode <= events[i].last)
			return &events[i];
	}
	return NULL;
}

static const char *handle(struct exception_frame *frame, const u8 *bytes, size_t count)
{
	const struct event *event;
	struct insn insn;

	if (frame->cs & CPL_MASK)
		return "it is not the kernel's";
	if (insn_decode(&insn, bytes, count, frame) != 0)
		return "the instruction is not one that is known";
	event = find_event(frame->error, insn.opcode);
	if (event == NULL)
		return "the instruction does not fit the code";
	frame->rip += insn.length;
	return event->handle(frame, &insn);
}

bool sev_exception(struct exception_frame *frame)
{
	u8 bytes[INSN_MAX];
	u64 rip = frame->rip;
	const char *why;

	if (frame->vector != VECTOR_VC)
		return false;
	/* In the middle of a request: not our doing. */
	if (!sev_is_es() || sev_channel()->busy)
		sev_terminate(GHCB_TERMINATE_GENERAL);
	/* Until the OS has handlers of its own, it looks at the processor and no more. */
	if (sev_channel()->page == NULL && frame->error != EXIT_CPUID)
		sev_terminate(GHCB_TERMINATE_GENERAL);
	why = handle(frame, bytes, insn_fetch(rip, bytes));
	if (why == NULL)
		return true;
	frame->rip = rip;
	pr_err("#VC %llx refused: %s; at 0x%llx, bytes %016llx",
	       (unsigned long long)frame->error, why, (unsigned long long)rip,
	       (unsigned long long)insn_show(bytes));
	return false;
}
