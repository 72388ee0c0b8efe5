/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * HLT TDVMCALL. A guest asks for it with interrupts off and wants to wake when
 * one is pending, so the processor sleeps in a guest of its own that an
 * interrupt ends but does not reach.
 * Document: AMD64 APM volume 2, sections 15.13.1 and 15.21.1.
 */
#include <fw/string.h>

#include "smp.h"
#include "tdx.h"

#define INTERCEPT_INTR		(1u << 0)	/* exit code 0x60 */
#define INTERCEPT_NMI		(1u << 1)
#define INTERCEPT_SHUTDOWN	(1u << 31)
#define INTERCEPT_VMRUN		(1u << 0)	/* exit code 0x80; VMRUN demands it */
#define V_INTR_MASKING		(1ull << 24)
#define SEG_CODE32		0xc9b
#define SEG_DATA32		0xc93

static struct vmcb sleepers[MAX_CPUS];

static void set_up(struct vmcb *v)
{
	static const struct vmcb_seg data = { 0, SEG_DATA32, 0xffffffff, 0 };
	struct vmcb_save *s = &v->save;

	memset(v, 0, sizeof(*v));
	v->control.asid = 1;
	v->control.tlb_control = TLB_FLUSH_ALL;
	v->control.int_ctl = V_INTR_MASKING;
	v->control.intercept_low = INTERCEPT_INTR | INTERCEPT_NMI | INTERCEPT_SHUTDOWN;
	v->control.intercept_high = INTERCEPT_VMRUN;
	s->cs = (struct vmcb_seg){ 0, SEG_CODE32, 0xffffffff, 0 };
	s->ds = s->es = s->ss = data;
	s->cr0 = CR0_PE | CR0_ET;
	s->efer = EFER_SVME;
	s->dr6 = 0xffff0ff0;
	s->dr7 = 0x400;
	s->rflags = RFLAGS_FIXED;
	s->rip = (u64)(uintptr_t)td_sleep_code;
}

void td_halt(struct cpu *cpu, bool interrupts_blocked)
{
	struct vmcb *v = &sleepers[cpu->id];

	ccvm_unlock();
	if (interrupts_blocked) {
		/* Only an NMI would end it, and ccvm never sends one. */
		cpu_halt();
	}
	set_up(v);
	td_sleep((u64)(uintptr_t)v);
	ccvm_lock();
}
