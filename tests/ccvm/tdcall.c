/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Leaves of TDCALL. Each returns RAX and changes only its documented outputs.
 * Document: Intel TDX module ABI specification (348551), TDG.* leaf functions.
 */
#define pr_fmt(fmt) "tdx: " fmt

#include <fw/errno.h>
#include <fw/log.h>
#include <fw/string.h>

#include "handover.h"
#include "hex.h"
#include "measure.h"
#include "memory.h"
#include "stats.h"
#include "stop.h"
#include "tdx.h"
#include "trace.h"

#define LEAF(rax)		((rax) & 0xffff)
#define VERSION(rax)		((rax) >> 16 & 0xff)
#define RESERVED(rax)		((rax) >> 24)
#define LEAF_VM_RD		7
#define LEAF_SERVTD_RD		18

#define PAGE_SIZE		0x1000ull
#define GPA_LEVEL		7ull
#define SYS_RD_SUPPORTED	1
#define RTMR_ALIGN		64
#define REPORT_ALIGN		1024
#define REPORTDATA_SIZE		64
#define MACSTRUCT_SIZE		256
#define ENTER_STATE_ALIGN	256
#define SERVTD_SLOT		0xfffull

static u64 bad_operand(u32 which)
{
	return TDX_OPERAND_INVALID | which;
}

static u64 vp_info(struct cpu *cpu)
{
	cpu->gpr[RCX] = TDX_GPAW;
	cpu->gpr[RDX] = td.info.attributes;
	cpu->gpr[R8] = cpu_count | (u64)cpu_count << 32;
	cpu->gpr[R9] = cpu->id;
	cpu->gpr[R10] = SYS_RD_SUPPORTED;
	cpu->gpr[R11] = 0;
	return TDX_SUCCESS;
}

static u64 rtmr_extend_leaf(struct cpu *cpu)
{
	u64 gpa = cpu->gpr[RCX], index = cpu->gpr[RDX];
	char text[2 * SHA384_SIZE + 1];
	const void *value;

	if (!IS_ALIGNED(gpa, RTMR_ALIGN) || gpa >= TDX_SHARED)
		return bad_operand(TDX_OPERAND_RCX);
	value = td_buffer(cpu, gpa, SHA384_SIZE);
	if (value == NULL)
		return bad_operand(TDX_OPERAND_RCX);
	if (index >= TD_RTMRS)
		return bad_operand(TDX_OPERAND_RDX);
	rtmr_extend(td.info.rtmr[index], value);
	hex_string(td.info.rtmr[index], SHA384_SIZE, text);
	pr_info("RTMR%llu is %s", (unsigned long long)index, text);
	return TDX_SUCCESS;
}

static u64 veinfo_get(struct cpu *cpu)
{
	struct ve_info info = ve_take(cpu);

	cpu->gpr[RCX] = info.reason;
	cpu->gpr[RDX] = info.qualification;
	cpu->gpr[R8] = info.gla;
	cpu->gpr[R9] = info.gpa;
	cpu->gpr[R10] = info.length;
	return info.valid ? TDX_SUCCESS : TDX_NO_VALID_VE_INFO;
}

/* A buffer of TDG.MR.REPORT may be shared, too. */
static void *any_buffer(struct cpu *cpu, u64 gpa, size_t len)
{
	if (gpa & TDX_SHARED)
		return mem_shared_ptr(gpa & ~TDX_SHARED, len);
	return td_buffer(cpu, gpa, len);
}

static u64 report(struct cpu *cpu)
{
	u64 out = cpu->gpr[RCX], data = cpu->gpr[RDX];
	u8 reportdata[REPORTDATA_SIZE];
	void *to;
	const void *from;

	if (!IS_ALIGNED(out, REPORT_ALIGN) || out >> TDX_GPAW)
		return bad_operand(TDX_OPERAND_RCX);
	if (!IS_ALIGNED(data, REPORTDATA_SIZE) || data >> TDX_GPAW)
		return bad_operand(TDX_OPERAND_RDX);
	if (cpu->gpr[R8] != 0)
		return bad_operand(TDX_OPERAND_R8);
	to = any_buffer(cpu, out, TDREPORT_SIZE);
	from = any_buffer(cpu, data, REPORTDATA_SIZE);
	if (to == NULL || from == NULL)
		return bad_operand(to == NULL ? TDX_OPERAND_RCX : TDX_OPERAND_RDX);
	memcpy(reportdata, from, sizeof(reportdata));
	tdreport_build(to, &td.info, reportdata);
	return TDX_SUCCESS;
}

static u64 cpuidve_set(struct cpu *cpu)
{
	if (cpu->gpr[RCX] & ~3ull)
		return bad_operand(TDX_OPERAND_RCX);
	td_vcpu(cpu)->cpuid_ve[0] = cpu->gpr[RCX] & 1;
	td_vcpu(cpu)->cpuid_ve[1] = cpu->gpr[RCX] >> 1;
	return TDX_SUCCESS;
}

static u64 page_accept(struct cpu *cpu)
{
	return td_accept(cpu, cpu->gpr[RCX]);
}

/* Version 0 does not say which field is the next one. */
static u64 vm_rd(struct cpu *cpu)
{
	u64 version = VERSION(cpu->vmcb.save.rax), id = cpu->gpr[RDX], status;

	cpu->gpr[R8] = 0;
	if (version > 0)
		cpu->gpr[RDX] = TD_NO_FIELD;
	if (version > 1)
		return bad_operand(TDX_OPERAND_RAX);
	if (cpu->gpr[RCX] != 0)
		return bad_operand(TDX_OPERAND_RCX);
	if (version > 0) {
		cpu->gpr[RDX] = id;
		return td_field_read(cpu, TD_CONTEXT_TD, &cpu->gpr[RDX], &cpu->gpr[R8]);
	}
	status = td_field_read(cpu, TD_CONTEXT_TD, &id, &cpu->gpr[R8]);
	return status == TDX_FIRST_FIELD_ID ? TDX_FIELD_ID_INCORRECT : status;
}

static u64 field_write(struct cpu *cpu, enum td_context context)
{
	u64 old = 0, status = bad_operand(TDX_OPERAND_RCX);

	if (cpu->gpr[RCX] == 0)
		status = td_field_write(cpu, context, cpu->gpr[RDX], cpu->gpr[R8], cpu->gpr[R9],
					&old);
	cpu->gpr[R8] = old;
	return status;
}

static u64 vm_wr(struct cpu *cpu)
{
	return field_write(cpu, TD_CONTEXT_TD);
}

static u64 vp_rd(struct cpu *cpu)
{
	if (cpu->gpr[RCX] == 0)
		return td_field_read(cpu, TD_CONTEXT_VP, &cpu->gpr[RDX], &cpu->gpr[R8]);
	cpu->gpr[RDX] = TD_NO_FIELD;
	cpu->gpr[R8] = 0;
	return bad_operand(TDX_OPERAND_RCX);
}

static u64 vp_wr(struct cpu *cpu)
{
	return field_write(cpu, TD_CONTEXT_VP);
}

static u64 sys_rd(struct cpu *cpu)
{
	return td_field_read(cpu, TD_CONTEXT_SYS, &cpu->gpr[RDX], &cpu->gpr[R8]);
}

static u64 sys_rdall(struct cpu *cpu)
{
	u64 gpa = cpu->gpr[RDX], id = cpu->gpr[R8];
	void *list;

	cpu->gpr[R8] = TD_NO_FIELD;
	if (!IS_ALIGNED(gpa, PAGE_SIZE) || gpa >= TDX_SHARED)
		return bad_operand(TDX_OPERAND_RDX);
	list = td_buffer(cpu, gpa, PAGE_SIZE);
	if (list == NULL)
		return bad_operand(TDX_OPERAND_RDX);
	cpu->gpr[R8] = id;
	return td_sys_fields_list(&cpu->gpr[R8], list);
}

static u64 page_attr_rd(struct cpu *cpu)
{
	u64 gpa = cpu->gpr[RCX];

	cpu->gpr[RCX] = 0;
	cpu->gpr[RDX] = 0;	/* there are no attributes but those for nested guests */
	if (gpa >= TDX_SHARED)
		return bad_operand(TDX_OPERAND_RCX);
	return td_page_attr(cpu, gpa, TD_ANY_LEVEL, &cpu->gpr[RCX]);
}

static u64 page_attr_wr(struct cpu *cpu)
{
	u64 rcx = cpu->gpr[RCX], attributes = cpu->gpr[RDX], level = rcx & GPA_LEVEL;
	u64 gpa = rcx & ~GPA_LEVEL;

	cpu->gpr[RCX] = 0;
	cpu->gpr[RDX] = 0;
	if (attributes != 0)
		return bad_operand(TDX_OPERAND_RDX);
	if (cpu->gpr[R8] != 0)
		return bad_operand(TDX_OPERAND_R8);
	if (level > SEPT_2M || gpa >= TDX_SHARED ||
	    !IS_ALIGNED(gpa, level == SEPT_2M ? MiB(2) : PAGE_SIZE))
		return bad_operand(TDX_OPERAND_RCX);
	return td_page_attr(cpu, gpa, (u32)level, &cpu->gpr[RCX]);
}

/*
 * Another trust domain's field, by the handle of a binding: TD_UUID is added to
 * it, and ours is zero. There is one slot. A handle that could be right makes
 * the module look at a page of the host's, and the host decides what then.
 */
static u64 servtd(struct cpu *cpu)
{
	if (LEAF(cpu->vmcb.save.rax) == LEAF_SERVTD_RD)
		cpu->gpr[RDX] = TD_NO_FIELD;
	cpu->gpr[R8] = 0;
	if ((cpu->gpr[RCX] & SERVTD_SLOT) != 0)
		return bad_operand(TDX_OPERAND_RCX);
	ccvm_stop(STOP_ERROR, "TDX: binding handle %llx: the trust domain exits to the host",
		  (unsigned long long)cpu->gpr[RCX]);
}

/* There are no nested guests, whatever RCX says. */
static u64 vp_enter(struct cpu *cpu)
{
	u64 state = cpu->gpr[RDX];

	if (!IS_ALIGNED(state, ENTER_STATE_ALIGN) || state >= TDX_SHARED)
		return bad_operand(TDX_OPERAND_RDX);
	return bad_operand(TDX_OPERAND_RCX);
}

/* RCX is a mask of nested guests; that none is to be flushed is no mistake. */
static u64 vp_invept(struct cpu *cpu)
{
	return cpu->gpr[RCX] == 0 ? TDX_SUCCESS : bad_operand(TDX_OPERAND_RCX);
}

static u64 vp_invgla(struct cpu *cpu __unused)
{
	return bad_operand(TDX_OPERAND_RCX);
}

static u64 verify_report(struct cpu *cpu)
{
	u64 gpa = cpu->gpr[RCX];
	const void *macstruct;

	if (!IS_ALIGNED(gpa, MACSTRUCT_SIZE) || gpa >= TDX_SHARED)
		return bad_operand(TDX_OPERAND_RCX);
	macstruct = td_buffer(cpu, gpa, MACSTRUCT_SIZE);
	if (macstruct == NULL)
		return bad_operand(TDX_OPERAND_RCX);
	return tdreport_check_mac(macstruct) ? TDX_SUCCESS : TDX_INVALID_REPORTMAC;
}

static u64 (*const leaves[])(struct cpu *cpu) = {
	[0] = tdvmcall,
	[1] = vp_info,
	[2] = rtmr_extend_leaf,
	[3] = veinfo_get,
	[4] = report,
	[5] = cpuidve_set,
	[6] = page_accept,
	[LEAF_VM_RD] = vm_rd,
	[8] = vm_wr,
	[9] = vp_rd,
	[10] = vp_wr,
	[11] = sys_rd,
	[12] = sys_rdall,
	[LEAF_SERVTD_RD] = servtd,
	[20] = servtd,
	[22] = verify_report,
	[23] = page_attr_rd,
	[24] = page_attr_wr,
	[25] = vp_enter,
	[26] = vp_invept,
	[27] = vp_invgla,
};

void tdcall(struct cpu *cpu)
{
	u64 rax = cpu->vmcb.save.rax, leaf = LEAF(rax);

	stats_count(STAT_tdcall);
	handover_request(cpu);
	if (RESERVED(rax) || leaf >= ARRAY_SIZE(leaves) || leaves[leaf] == NULL ||
	    (VERSION(rax) && leaf != LEAF_VM_RD)) {
		pr_warn("cpu %u: TDCALL with RAX %llx before %llx", cpu->id,
			(unsigned long long)rax, (unsigned long long)vcpu_linear_ip(cpu));
		cpu->vmcb.save.rax = bad_operand(TDX_OPERAND_RAX);
		return;
	}
	cpu->vmcb.save.rax = leaves[leaf](cpu);
	if (leaf != 0)
		trace(1, "tdx: cpu %u: TDCALL %llu: %llx", cpu->id, (unsigned long long)leaf,
		      (unsigned long long)cpu->vmcb.save.rax);
}
