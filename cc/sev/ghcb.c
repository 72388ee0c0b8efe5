/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Requests to the host through the GHCB MSR and the GHCB page. All answers are
 * checked here; a host that breaks the protocol ends the boot, since nothing
 * that it is asked for can be relied on then.
 * Document: GHCB specification (AMD 56421, revision 2.03), sections 2.3 and 4.1.
 */
#include <asm/irq.h>
#include <asm/native.h>
#include <asm/vmgexit.h>
#include <fw/byteorder.h>
#include <fw/host_input.h>
#include <fw/string.h>

#include "sev.h"

HOST_INPUT_OTHER(ghcb_replies, sev, CHECKED, 0, 0, "GHCB: replies in the page and the MSR");

#define VECTOR_UD	6
#define VECTOR_GP	13

/* Of the MSR's answers. */
#define SEV_INFO_MAX(v)		((u16)((v) >> 48))
#define SEV_INFO_MIN(v)		((u16)((v) >> 32))

static u64 msr_call(u64 request, u32 info)
{
	u64 answer;

	native_wrmsr(MSR_GHCB, request);
	vmgexit();
	answer = native_rdmsr(MSR_GHCB);
	/* A host that does not know a request leaves it as it was. */
	if ((answer & GHCB_MSR_INFO) != info)
		sev_terminate(GHCB_TERMINATE_GENERAL);
	return answer;
}

u16 ghcb_negotiate(u16 min)
{
	u64 info = msr_call(GHCB_MSR_SEV_INFO_REQ, GHCB_MSR_SEV_INFO);

	if (SEV_INFO_MAX(info) < min || SEV_INFO_MIN(info) > GHCB_VERSION_MAX ||
	    SEV_INFO_MIN(info) > SEV_INFO_MAX(info))
		sev_terminate(GHCB_TERMINATE_PROTOCOL);
	return MIN(SEV_INFO_MAX(info), (u16)GHCB_VERSION_MAX);
}

u64 ghcb_msr_features(void)
{
	return msr_call(GHCB_MSR_FEATURES_REQ, GHCB_MSR_FEATURES) >> 12;
}

u32 ghcb_msr_cpuid(u32 leaf, unsigned int reg)
{
	u64 before = native_rdmsr(MSR_GHCB);
	u64 request = (u64)leaf << 32 | GHCB_MSR_CPUID_REG(reg);
	u64 answer = msr_call(request | GHCB_MSR_CPUID_REQ, GHCB_MSR_CPUID);

	native_wrmsr(MSR_GHCB, before);
	if ((answer & GHCB_MSR_CPUID_MASK) != (GHCB_MSR_CPUID_REG(reg) | GHCB_MSR_CPUID))
		sev_terminate(GHCB_TERMINATE_GENERAL);
	return (u32)(answer >> 32);
}

void ghcb_msr_page_state(phys_addr_t page, unsigned int operation)
{
	u64 answer = msr_call(PSC_OPERATION(operation) | page | GHCB_MSR_PSC_REQ, GHCB_MSR_PSC);

	if (answer != GHCB_MSR_PSC)
		sev_terminate(GHCB_TERMINATE_GENERAL);
}

void ghcb_msr_register(phys_addr_t page)
{
	u64 answer = msr_call(page | GHCB_MSR_REGISTER_REQ, GHCB_MSR_REGISTER);

	if (answer != (page | GHCB_MSR_REGISTER))
		sev_terminate(GHCB_TERMINATE_GENERAL);
}

/* Fields of a request that are registers. */
static const struct field {
	u32 bit;
	u16 page;		/* offset in struct ghcb */
	u16 request;		/* offset in struct ghcb_request */
} fields[] = {
	{ GHCB_RAX, offsetof(struct ghcb, rax), offsetof(struct ghcb_request, rax) },
	{ GHCB_RBX, offsetof(struct ghcb, rbx), offsetof(struct ghcb_request, rbx) },
	{ GHCB_RCX, offsetof(struct ghcb, rcx), offsetof(struct ghcb_request, rcx) },
	{ GHCB_RDX, offsetof(struct ghcb, rdx), offsetof(struct ghcb_request, rdx) },
	{ GHCB_XCR0, offsetof(struct ghcb, xcr0), offsetof(struct ghcb_request, xcr0) },
};

static void set_valid(struct ghcb *page, size_t offset)
{
	page->valid[offset / 64] |= (u8)(1u << offset / 8 % 8);
}

static bool is_valid(const struct ghcb *page, size_t offset)
{
	return page->valid[offset / 64] >> offset / 8 % 8 & 1;
}

static void put_field(struct ghcb *page, size_t offset, u64 value)
{
	put_le64(value, (u8 *)page + offset);
	set_valid(page, offset);
}

static void put_request(struct ghcb *page, const struct ghcb_request *request)
{
	const struct field *f;

	memset(page->valid, 0, sizeof(page->valid));
	put_field(page, offsetof(struct ghcb, exit_code), request->code);
	put_field(page, offsetof(struct ghcb, exit_info1), request->info1);
	put_field(page, offsetof(struct ghcb, exit_info2), request->info2);
	for (f = fields; f < fields + ARRAY_SIZE(fields); f++) {
		if (request->in & f->bit)
			put_field(page, f->page, get_le64((const u8 *)request + f->request));
	}
	if (request->in & GHCB_CPL) {
		page->cpl = 0;
		set_valid(page, offsetof(struct ghcb, cpl));
	}
	if (request->in & GHCB_SCRATCH)
		put_field(page, offsetof(struct ghcb, scratch),
			  (u64)(uintptr_t)page + offsetof(struct ghcb, buffer));
}

/* Each field is read once: the host can change the page all the time. */
static void get_answer(const struct ghcb *page, struct ghcb_request *request)
{
	const struct field *f;

	for (f = fields; f < fields + ARRAY_SIZE(fields); f++) {
		if (!(request->out & f->bit))
			continue;
		if (!is_valid(page, f->page))
			sev_terminate(GHCB_TERMINATE_GENERAL);
		put_le64(get_le64((const u8 *)page + f->page), (u8 *)request + f->request);
	}
}

/* Only what an instruction could have raised itself; never a page fault or the like. */
static unsigned int exception_vector(u64 info)
{
	u32 vector = INJECT_VECTOR(info);

	if (!(info & INJECT_VALID) || INJECT_TYPE(info) != INJECT_TYPE_EXCEPTION ||
	    (vector != VECTOR_UD && vector != VECTOR_GP))
		sev_terminate(GHCB_TERMINATE_GENERAL);
	return vector;
}

unsigned int ghcb_call(struct ghcb_channel *channel, struct ghcb_request *request)
{
	struct ghcb *page = channel->page;
	unsigned int vector = 0;
	u64 flags;
	u32 result;

	/* The timer's interrupt has requests of its own. */
	flags = irq_save();
	/* A second request while one is made: the host has interrupted us. */
	if (page == NULL || channel->busy)
		sev_terminate(GHCB_TERMINATE_GENERAL);
	channel->busy = true;
	put_request(page, request);
	page->version = cpu_to_le16(channel->version);
	page->usage = cpu_to_le32(0);
	native_wrmsr(MSR_GHCB, (u64)(uintptr_t)page);
	vmgexit();

	result = (u32)le64_to_cpu(page->exit_info1);
	request->info2 = le64_to_cpu(page->exit_info2);
	if (result == GHCB_OK)
		get_answer(page, request);
	else if (result == GHCB_INJECT)
		vector = exception_vector(request->info2);
	else if (result == GHCB_BAD_INPUT && request->in & GHCB_MAY_FAIL)
		vector = GHCB_REFUSED;
	else
		sev_terminate(GHCB_TERMINATE_GENERAL);
	/* Nothing is left in it that a stray exit could ask for. */
	memset(page->valid, 0, sizeof(page->valid));
	channel->busy = false;
	irq_restore(flags);
	return vector;
}

void ghcb_call_or_stop(struct ghcb_channel *channel, struct ghcb_request *request)
{
	if (ghcb_call(channel, request) != 0)
		sev_terminate(GHCB_TERMINATE_GENERAL);
}
