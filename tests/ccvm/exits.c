/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Exits. Document: AMD64 APM volume 2, appendix C and section 15.8. */
#define pr_fmt(fmt) "exit: " fmt

#include <fw/log.h>

#include "cpuid.h"
#include "exits.h"
#include "handover.h"
#include "inject.h"
#include "insn.h"
#include "io.h"
#include "mode.h"
#include "msr.h"
#include "stats.h"
#include "stop.h"
#include "trace.h"
#include "vcpu.h"

#define FAULTS_MAX	1000

static void (*handlers[EXIT_CODES])(struct cpu *cpu);

void exit_cpuid(struct cpu *cpu)
{
	struct cpuid_regs r = cpuid_guest(cpu, (u32)cpu->vmcb.save.rax, (u32)cpu->gpr[RCX]);

	cpu->vmcb.save.rax = r.eax;
	cpu->gpr[RBX] = r.ebx;
	cpu->gpr[RCX] = r.ecx;
	cpu->gpr[RDX] = r.edx;
	insn_skip(cpu, 2);
}

void exit_undefined(struct cpu *cpu)
{
	inject_exception(cpu, VECTOR_UD);
}

void exit_skip_2(struct cpu *cpu)
{
	insn_skip(cpu, 2);
}

void exit_skip_3(struct cpu *cpu)
{
	insn_skip(cpu, 3);
}

static void exit_shutdown(struct cpu *cpu)
{
	ccvm_stop(STOP_SHUTDOWN, "cpu %u at %llx", cpu->id,
		  (unsigned long long)vcpu_linear_ip(cpu));
}

void cr0_written(struct cpu *cpu, u64 value)
{
	struct vmcb_save *save = &cpu->vmcb.save;
	u64 old = save->cr0;

	save->cr0 = value | CR0_ET;
	if (value & CR0_PG && save->efer & EFER_LME_BIT)
		save->efer |= EFER_LMA;
	if (!(value & CR0_PG))
		save->efer &= ~EFER_LMA;
	/*
	 * IRET in real mode pops with a 16-bit SP in QEMU 7.2, whatever SS.B
	 * says, so leave no more than 16 bits in the stack pointer.
	 */
	if (old & CR0_PE && !(value & CR0_PE) && save->ss.base == 0 && save->rsp > 0xffff) {
		save->ss.base = save->rsp & 0xffff0000;
		save->rsp &= 0xffff;
	}
	cpu->vmcb.control.ncr3 = mode->nested_root(cpu);
	if ((old ^ value) & CR0_PG && mode->paging_changed != NULL)
		mode->paging_changed(cpu);
}

/* MOV to CR0, LMSW and CLTS; no decode assists tell which. */
void exit_cr0_write(struct cpu *cpu)
{
	struct insn insn;
	const u8 *op;
	u64 value;

	insn_fetch(cpu, &insn);
	op = insn_opcode(&insn);
	if (op[0] == 0x0f && op[1] == 0x22 && (op[2] >> 3 & 7) == 0) {
		value = *vcpu_reg(cpu, (enum gpr)((op[2] & 7) | (insn.rex & 1 ? 8 : 0)));
		cr0_written(cpu, vcpu_in_64bit(cpu) ? value : (u32)value);
	} else if (op[0] == 0x0f && op[1] == 0x01 && (op[2] & 0xf8) == 0xf0) {
		value = *vcpu_reg(cpu, (enum gpr)((op[2] & 7) | (insn.rex & 1 ? 8 : 0)));
		cr0_written(cpu, (cpu->vmcb.save.cr0 & ~0xeull) | (value & 0xf));
	} else {
		ccvm_stop(STOP_ERROR, "cannot decode the instruction that writes CR0");
	}
	cpu->vmcb.save.rip += insn.prefixes + 3;
}

static void exit_vmmcall(struct cpu *cpu)
{
	cpu->vmcb.save.rax = (u64)-1000;	/* no such hypercall, as KVM says it */
	insn_skip(cpu, 3);
}

static const struct exit_handler common[] = {
	{ EXIT_CPUID, exit_cpuid },
	{ EXIT_MSR, msr_exit },
	{ EXIT_IOIO, io_exit },
	{ EXIT_CR0_SEL_WRITE, exit_cr0_write },
	{ EXIT_CR_WRITE(3), handover_cr3_exit },
	{ EXIT_SHUTDOWN, exit_shutdown },
	{ EXIT_VMMCALL, exit_vmmcall },
	{ EXIT_VMRUN, exit_undefined },
	{ EXIT_VMLOAD, exit_undefined },
	{ EXIT_VMSAVE, exit_undefined },
	{ EXIT_STGI, exit_undefined },
	{ EXIT_CLGI, exit_undefined },
	{ EXIT_SKINIT, exit_undefined },
	{ EXIT_INVLPGA, exit_undefined },
};

static void add(const struct exit_handler *table, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		handlers[table[i].code] = table[i].handle;
}

void exits_init(void)
{
	add(common, ARRAY_SIZE(common));
	add(mode->exits, mode->exit_count);
}

/* A nested page fault that its handler does not resolve would go on for ever. */
static void watch_progress(struct cpu *cpu, u64 code, u64 rip)
{
	if (code != EXIT_NPF || rip != cpu->vmcb.save.rip ||
	    cpu->last_fault != cpu->vmcb.control.exit_info2) {
		cpu->faults = 0;
		cpu->last_fault = cpu->vmcb.control.exit_info2;
		return;
	}
	if (++cpu->faults > FAULTS_MAX)
		ccvm_stop(STOP_ERROR, "no end of faults at %llx",
			  (unsigned long long)cpu->last_fault);
}

void exits_handle(struct cpu *cpu)
{
	u64 code = cpu->vmcb.control.exit_code;
	u64 rip = cpu->vmcb.save.rip;

	cpu->exits++;
	cpu->vmcb.control.tlb_control = 0;
	cpu->vmcb.control.event_inj = 0;
	stats_exit(code);
	trace_exit(cpu);
	inject_again(cpu);
	if (code >= EXIT_CODES || handlers[code] == NULL)
		ccvm_stop(STOP_ERROR, "unexpected exit %llx", (unsigned long long)code);
	handlers[code](cpu);
	watch_progress(cpu, code, rip);
}
