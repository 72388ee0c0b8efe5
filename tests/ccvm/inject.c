/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Event injection.
 * Document: AMD64 APM volume 2, sections 8.7 to 8.9 and 15.20.
 */
#define pr_fmt(fmt) "inject: " fmt

#include <fw/log.h>

#include "gpaccess.h"
#include "inject.h"
#include "memory.h"
#include "stop.h"
#include "vcpu.h"

#define GATE_PRESENT	0x80
#define GATE_TYPE	0x0f
#define GATE_INTERRUPT	0x0e

#define TSS64_RSP0	4
#define TSS64_IST1	0x24

void inject_exception(struct cpu *cpu, unsigned int vector)
{
	cpu->vmcb.control.event_inj = vector | EVENT_TYPE_EXCEPTION | EVENT_VALID;
}

void inject_error(struct cpu *cpu, unsigned int vector, u32 error)
{
	cpu->vmcb.control.event_inj = (u64)error << 32 | EVENT_VALID | EVENT_HAS_ERROR |
				      EVENT_TYPE_EXCEPTION | vector;
}

/* Code segment and entry flags as a gate sets them. */
static void enter_handler(struct cpu *cpu, u16 selector, u64 entry, unsigned int type)
{
	struct vmcb_save *save = &cpu->vmcb.save;
	u64 descriptor;

	if (gva_read(cpu, save->gdtr.base + (selector & ~7u), &descriptor, 8) < 0)
		ccvm_stop(STOP_ERROR, "gate's code segment %x is not mapped", selector);
	save->cs.selector = selector & ~3u;
	save->cs.attrib = (descriptor >> 40 & 0xff) | (descriptor >> 44 & 0xf00);
	save->cs.base = (descriptor >> 16 & 0xffffff) | (descriptor >> 32 & 0xff000000);
	save->cs.limit = (u32)((descriptor & 0xffff) | (descriptor >> 32 & 0xf0000));
	if (save->cs.attrib & SEG_G)
		save->cs.limit = save->cs.limit << 12 | 0xfff;
	save->rip = entry;
	save->cpl = 0;
	if ((type & GATE_TYPE) == GATE_INTERRUPT)
		save->rflags &= ~RFLAGS_IF;
	save->rflags &= ~(RFLAGS_TF | RFLAGS_NT | RFLAGS_RF | RFLAGS_VM);
}

/* The stack pointer before anything is pushed. */
static u64 handler_stack(struct cpu *cpu, unsigned int ist)
{
	struct vmcb_save *save = &cpu->vmcb.save;
	u64 stack = save->rsp;

	if (ist > 0 || save->cpl > 0) {
		u64 slot = ist > 0 ? TSS64_IST1 + 8 * (ist - 1) : TSS64_RSP0;

		/* TR is not part of what #VMEXIT stores. */
		svm_vmsave((u64)(uintptr_t)&cpu->scratch);
		if (gva_read(cpu, cpu->scratch.save.tr.base + slot, &stack, 8) < 0)
			ccvm_stop(STOP_ERROR, "task state segment is not mapped");
	}
	return stack & ~15ull;
}

static void by_hand_64(struct cpu *cpu, unsigned int vector, u32 error)
{
	struct vmcb_save *save = &cpu->vmcb.save;
	u64 gate[2], stack;
	u64 frame[6] = { error, save->rip, save->cs.selector, save->rflags, save->rsp,
			 save->ss.selector };

	if (save->idtr.limit < vector * 16 + 15 ||
	    gva_read(cpu, save->idtr.base + vector * 16, gate, sizeof(gate)) < 0 ||
	    !(gate[0] >> 40 & GATE_PRESENT))
		ccvm_stop(STOP_SHUTDOWN, "vector %u, error code %x, has no gate", vector, error);
	stack = handler_stack(cpu, gate[0] >> 32 & 7);
	if (gva_write(cpu, stack - sizeof(frame), frame, sizeof(frame)) < 0)
		ccvm_stop(STOP_SHUTDOWN, "vector %u has no stack, %llx", vector,
			  (unsigned long long)stack);
	if (save->cpl > 0) {
		save->ss.selector = 0;
		save->ss.attrib = 0;
	}
	save->rsp = stack - sizeof(frame);
	enter_handler(cpu, (u16)(gate[0] >> 16),
		      (gate[0] & 0xffff) | (gate[0] >> 32 & 0xffff0000) | gate[1] << 32,
		      gate[0] >> 40 & 0xff);
	save->cs.limit = 0xffffffff;
	save->cs.base = 0;
}

static void by_hand_32(struct cpu *cpu, unsigned int vector, u32 error)
{
	struct vmcb_save *save = &cpu->vmcb.save;
	u32 frame[4] = { error, (u32)save->rip, save->cs.selector, (u32)save->rflags };
	u64 gate, sp = (u32)(save->rsp - sizeof(frame));

	if (save->idtr.limit < vector * 8 + 7 ||
	    gva_read(cpu, save->idtr.base + vector * 8, &gate, sizeof(gate)) < 0 ||
	    !(gate >> 40 & GATE_PRESENT) || save->cpl > 0)
		ccvm_stop(STOP_SHUTDOWN, "vector %u, error code %x, has no gate", vector, error);
	if (gva_write(cpu, save->ss.base + sp, frame, sizeof(frame)) < 0)
		ccvm_stop(STOP_SHUTDOWN, "vector %u has no stack, %llx", vector,
			  (unsigned long long)sp);
	save->rsp = sp;
	enter_handler(cpu, (u16)(gate >> 16), (gate & 0xffff) | (gate >> 32 & 0xffff0000),
		      gate >> 40 & 0xff);
}

void inject_by_hand(struct cpu *cpu, unsigned int vector, u32 error)
{
	if (!(cpu->vmcb.save.cr0 & CR0_PE))
		ccvm_stop(STOP_SHUTDOWN, "vector %u, error code %x, in real mode", vector, error);
	if (vcpu_in_long_mode(cpu))
		by_hand_64(cpu, vector, error);
	else
		by_hand_32(cpu, vector, error);
}

void inject_again(struct cpu *cpu)
{
	struct vmcb_control *control = &cpu->vmcb.control;
	u64 event = control->exit_int_info;

	if (!(event & EVENT_VALID) || control->event_inj & EVENT_VALID)
		return;
	/* QEMU reports hardware interrupts as exceptions, which VMRUN refuses. */
	if ((event & EVENT_TYPE) == EVENT_TYPE_EXCEPTION && (event & EVENT_VECTOR) >= 32)
		event &= ~(u64)EVENT_TYPE;
	control->event_inj = event;
}
