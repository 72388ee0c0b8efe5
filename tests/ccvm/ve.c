/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Virtualization exceptions of a trust domain, and the instructions that
 * raise them.
 *
 * Documents: Intel TDX module base specification (348549), "Virtualization
 * Exception (#VE)"; Intel SDM volume 3, section 28.2.1 (exit qualifications).
 */
#define pr_fmt(fmt) "tdx: " fmt

#include <fw/log.h>

#include "check.h"
#include "config.h"
#include "inject.h"
#include "insn.h"
#include "insn_operand.h"
#include "memory.h"
#include "stats.h"
#include "tdx.h"
#include "trace.h"

#define VECTOR_DF	8
#define OPCODE_INVD	0x08	/* after 0F */

/* Exit qualification of an EPT violation. */
#define EPT_READ	(1u << 0)
#define EPT_WRITE	(1u << 1)
#define EPT_FETCH	(1u << 2)
#define EPT_GLA_VALID	(1u << 7)
#define EPT_FINAL	(1u << 8)

/* And of an I/O instruction. */
#define IO_IN		(1u << 3)
#define IO_STRING	(1u << 4)
#define IO_REP		(1u << 5)

static void check_paravirt(const struct cpu *cpu, const struct ve_info *info)
{
	u64 ip = vcpu_linear_ip(cpu);

	if (config.paravirt_only && config_is_own_code(cpu))
		check_failed(CHECK_PARAVIRT, "#VE at %llx, reason %u",
			     (unsigned long long)ip, info->reason);
}

void ve_inject(struct cpu *cpu, const struct ve_info *info)
{
	struct ve_info *ve = &td_vcpu(cpu)->ve;

	stats_count(STAT_ve);
	trace(2, "tdx: cpu %u: #VE %u at %llx, qualification %llx, gpa %llx", cpu->id,
	      info->reason, (unsigned long long)vcpu_linear_ip(cpu),
	      (unsigned long long)info->qualification, (unsigned long long)info->gpa);
	check_paravirt(cpu, info);
	if (ve->valid) {
		pr_warn("cpu %u: #VE %u at %llx before the information of the last one was taken",
			cpu->id, info->reason, (unsigned long long)vcpu_linear_ip(cpu));
		inject_error(cpu, VECTOR_DF, 0);
		return;
	}
	*ve = *info;
	ve->valid = true;
	cpu->vmcb.save.rflags |= RFLAGS_RF;
	inject_exception(cpu, VECTOR_VE);
}

struct ve_info ve_take(struct cpu *cpu)
{
	struct ve_info *ve = &td_vcpu(cpu)->ve, info = *ve;

	*ve = (struct ve_info){ .valid = false };
	return info;
}

void ve_instruction(struct cpu *cpu, enum vmx_reason reason, u64 qualification,
		    unsigned int opcode_len)
{
	struct ve_info info = { .reason = reason, .qualification = qualification };
	struct insn insn;

	insn_fetch(cpu, &insn);
	info.length = insn.prefixes + opcode_len;
	ve_inject(cpu, &info);
}

void ve_mmio(struct cpu *cpu, u64 gpa, u64 npf_info)
{
	struct ve_info info = { .reason = REASON_EPT_VIOLATION, .gpa = gpa };

	if (npf_info & NPF_FETCH)
		info.qualification = EPT_FETCH;
	else
		info.qualification = npf_info & NPF_WRITE ? EPT_WRITE : EPT_READ;
	info.qualification |= EPT_FINAL;
	/* QEMU's #VMEXIT has no linear address; the operand does. */
	if (insn_operand_at(cpu, gpa, &info.gla) == 0)
		info.qualification |= EPT_GLA_VALID;
	else
		pr_warn("cpu %u: no operand of the instruction at %llx is at %llx", cpu->id,
			(unsigned long long)vcpu_linear_ip(cpu), (unsigned long long)gpa);
	ve_inject(cpu, &info);
}

void td_event_io(struct cpu *cpu)
{
	u64 io = cpu->vmcb.control.exit_info1;
	struct ve_info info = {
		.reason = REASON_IO,
		.length = (u32)(cpu->vmcb.control.exit_info2 - cpu->vmcb.save.rip),
		.qualification = (IOIO_SIZE(io) - 1) | (u64)IOIO_PORT(io) << 16,
	};

	if (io & IOIO_IN)
		info.qualification |= IO_IN;
	if (io & IOIO_STRING)
		info.qualification |= IO_STRING;
	if (io & IOIO_REP)
		info.qualification |= IO_REP;
	ve_inject(cpu, &info);
}

void td_exit_hlt(struct cpu *cpu)
{
	ve_instruction(cpu, REASON_HLT, 0, 1);
}

/* QEMU 7.2 has the exit code of WBINVD for INVD, too. */
void td_exit_wbinvd(struct cpu *cpu)
{
	struct insn insn;

	insn_fetch(cpu, &insn);
	ve_instruction(cpu, insn_opcode(&insn)[1] == OPCODE_INVD ? REASON_INVD : REASON_WBINVD,
		       0, 2);
}

void td_exit_monitor(struct cpu *cpu)
{
	ve_instruction(cpu, REASON_MONITOR, 0, 3);
}

void td_exit_mwait(struct cpu *cpu)
{
	ve_instruction(cpu, REASON_MWAIT, 0, 3);
}

/* There is no performance monitoring without the attribute PERFMON. */
void td_exit_rdpmc(struct cpu *cpu)
{
	inject_error(cpu, VECTOR_GP, 0);
}

/*
 * Instructions of 0F 01 /r that QEMU's processor does not have. Everything
 * else that it finds undefined is undefined in a trust domain, too.
 */
void td_exit_ud(struct cpu *cpu)
{
	struct insn insn;
	const u8 *op;

	insn_fetch(cpu, &insn);
	op = insn_opcode(&insn);
	if (op[0] != 0x0f || op[1] != 0x01) {
		inject_exception(cpu, VECTOR_UD);
		return;
	}
	if (op[2] == 0xcc && insn.op_size) {
		if (!vcpu_in_64bit(cpu) || cpu->vmcb.save.cpl > 0) {
			inject_error(cpu, VECTOR_GP, 0);
			return;
		}
		cpu->vmcb.save.rip += insn.prefixes + 3u;
		tdcall(cpu);
	} else if (op[2] == 0xc1) {
		ve_instruction(cpu, REASON_VMCALL, 0, 3);
	} else if (op[2] == 0xc5) {
		ve_instruction(cpu, REASON_PCONFIG, 0, 3);
	} else {
		inject_exception(cpu, VECTOR_UD);
	}
}
