/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Trace of exits. */
#include "trace.h"
#include "vcpu.h"

u32 trace_level;

void trace_exit(const struct cpu *cpu)
{
	const struct vmcb_control *c = &cpu->vmcb.control;

	trace(3, "trace: cpu %u exit %llx info %llx %llx rip %llx rax %llx rcx %llx", cpu->id,
	      (unsigned long long)c->exit_code, (unsigned long long)c->exit_info1,
	      (unsigned long long)c->exit_info2, (unsigned long long)vcpu_linear_ip(cpu),
	      (unsigned long long)cpu->vmcb.save.rax, (unsigned long long)cpu->gpr[RCX]);
}
