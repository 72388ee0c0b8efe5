/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The timer's interrupt, and the absence of all others. The interrupt controllers
 * of the PC start unmasked, with vectors of exceptions.
 * Documents: Intel SDM volume 3, section 6.14; data sheet of the 8259A.
 */
#include <asm/exception.h>
#include <asm/io.h>
#include <asm/irq.h>
#include <asm/timer.h>
#include <fw/cc.h>
#include <fw/hooks.h>

#include "apic.h"

#define PIC1_MASK	0x21
#define PIC2_MASK	0xa1
#define PIC_ALL		0xff

/* What the processor pushes, and two registers; see irq_entry.asm. */
#define STACK_SIZE	64

extern const u8 irq_timer_entry[], irq_spurious_entry[];

static u8 stack[STACK_SIZE] __aligned(16);

void irq_handle_timer(void)
{
	apic_end_of_interrupt();
	if (timer_take_interrupt())
		efi_timer_interrupt();
	irq_disable();
}

void irq_wait(void)
{
	/* STI takes effect after the next instruction. */
	if (!cc_has(CC_ATTR_STATE_ENCRYPT)) {
		__asm__ volatile("sti; hlt; cli" ::: "memory");
		return;
	}
	/* Here the host is asked to halt, and an interrupt could come just before. */
	irq_enable();
	cpu_relax();
	irq_disable();
}

/* Before anybody turns interrupts on. */
static int irq_init(void)
{
	interrupt_set_gate(VECTOR_TIMER, irq_timer_entry, stack + sizeof(stack));
	interrupt_set_gate(VECTOR_SPURIOUS, irq_spurious_entry, stack + sizeof(stack));
	outb(PIC_ALL, PIC1_MASK);
	outb(PIC_ALL, PIC2_MASK);
	return 0;
}

HOOK(efi_pre, 05, common, irq_init);
