/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * PVALIDATE, RMPADJUST and RMPQUERY, which this processor does not know.
 * Document: AMD64 APM volume 3 (24594).
 */
#define pr_fmt(fmt) "snp: " fmt

#include <fw/log.h>

#include "attack.h"
#include "check.h"
#include "config.h"
#include "exits.h"
#include "gpaccess.h"
#include "inject.h"
#include "insn.h"
#include "memory.h"
#include "sev.h"
#include "snp.h"
#include "stats.h"
#include "trace.h"
#include "vcpu.h"

#define VECTOR_PF	14
#define PAGE_SIZE	0x1000ull

/* Flags as after a comparison of EAX with zero; CF is the instruction's own. */
static void set_flags(struct cpu *cpu, u32 eax, bool carry)
{
	u64 *rflags = &cpu->vmcb.save.rflags;

	*rflags &= ~RFLAGS_ARITH;
	if (eax == 0)
		*rflags |= RFLAGS_ZF;
	if (carry)
		*rflags |= RFLAGS_CF;
}

/* The host splits its page and lets the guest try again. */
static bool size_fault(const struct rmp_result *r, u64 number)
{
	if (r->fault != RMP_FAULT_SIZE)
		return false;
	rmp_psmash(&snp_rmp, ALIGN_DOWN(number, (u64)RMP_PAGES_2M));
	return true;
}

static void pvalidate(struct cpu *cpu, u64 gpa, u64 number, struct rmp_result *r)
{
	u32 ecx = (u32)cpu->gpr[RCX], edx = (u32)cpu->gpr[RDX];

	stats_count(STAT_pvalidate);
	rmp_pvalidate(&snp_rmp, number, ecx, edx, r);
	if (size_fault(r, number))
		rmp_pvalidate(&snp_rmp, number, ecx, edx, r);
	if (r->fault == RMP_FAULT_UNASSIGNED)
		check_failed(CHECK_VALIDATE_SHARED, "page %llx", (unsigned long long)gpa);
	if (r->carry && edx & 1)
		check_failed(CHECK_DOUBLE_VALIDATE, "page %llx", (unsigned long long)gpa);
	if (r->fault != RMP_OK || r->eax != RMP_SUCCESS || r->carry)
		return;
	snp_apply(&r->effect);
	if (edx & 1 && ecx == 0 && attack_page_validated(gpa))
		snp_take_page(number);
}

static void do_instruction(struct cpu *cpu, const struct insn *insn, u64 gpa)
{
	struct rmp_result r = { .fault = RMP_OK };
	u64 number = mem_page_number(gpa);
	u8 opcode = insn_opcode(insn)[2];

	trace(2, "snp: %02x of %llx, rcx %llx rdx %llx", opcode, (unsigned long long)gpa,
	      (unsigned long long)cpu->gpr[RCX], (unsigned long long)cpu->gpr[RDX]);
	if (number == MEM_NONE) {
		r.eax = RMP_FAIL_INPUT;
	} else if (opcode == 0xff) {
		pvalidate(cpu, gpa, number, &r);
	} else if (opcode == 0xfe) {
		stats_count(STAT_rmpadjust);
		rmp_adjust(&snp_rmp, number, cpu->gpr[RCX], cpu->gpr[RDX], config.snp_vmpl,
			   &r);
		if (size_fault(&r, number))
			rmp_adjust(&snp_rmp, number, cpu->gpr[RCX], cpu->gpr[RDX],
				   config.snp_vmpl, &r);
	} else {
		rmp_query(&snp_rmp, number, &cpu->gpr[RCX], &cpu->gpr[RDX], config.snp_vmpl,
			  &r);
	}
	if (r.fault != RMP_OK && r.fault != RMP_FAULT_UNASSIGNED)
		check_failed(CHECK_UNVALIDATED, "page %llx, instruction 0f 01 %02x",
			     (unsigned long long)gpa, opcode);
	if (r.fault != RMP_OK)
		r.eax = RMP_FAIL_INPUT;
	cpu->vmcb.save.rax = r.eax;
	set_flags(cpu, r.eax, r.carry);
	cpu->vmcb.save.rip += insn->prefixes + 3u;
}

static bool is_snp_instruction(const struct insn *insn)
{
	const u8 *op = insn_opcode(insn);

	if (op[0] != 0x0f || op[1] != 0x01)
		return false;
	return (insn->rep == 0xf2 && op[2] == 0xff) ||
	       (insn->rep == 0xf3 && (op[2] == 0xfe || op[2] == 0xfd));
}

void snp_undefined(struct cpu *cpu)
{
	struct insn insn;
	u64 gva, gpa;

	insn_fetch(cpu, &insn);
	if (!is_snp_instruction(&insn)) {
		exit_undefined(cpu);
		return;
	}
	/* Of the three, PVALIDATE is the most privileged level's alone. */
	if (cpu->vmcb.save.cpl > 0 || (config.snp_vmpl > 0 && insn_opcode(&insn)[2] == 0xff)) {
		inject_error(cpu, VECTOR_GP, 0);
		return;
	}
	gva = cpu->vmcb.save.rax & insn_address_mask(cpu, &insn);
	if (gva_to_gpa(cpu, gva, &gpa) < 0) {
		cpu->vmcb.save.cr2 = gva;
		inject_error(cpu, VECTOR_PF, 0);
		return;
	}
	do_instruction(cpu, &insn, ALIGN_DOWN(gpa & ~C_BIT, PAGE_SIZE));
}
