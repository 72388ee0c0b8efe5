/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The page in which the other processors of a trust domain look for work: its
 * first half is the OS's mailbox, the second half the firmware's own.
 * Document: ACPI 6.5, section 5.2.12.19 (multiprocessor wakeup structure).
 */
#ifndef TDX_MAILBOX_H
#define TDX_MAILBOX_H

#include <fw/types.h>

/**
 * struct tdx_job - what every other processor is to do once
 * @function:	called with @argument, unless it is 0
 * @stacks:	where stacks begin, one for each processor but the first
 * @cr3:	page tables for the job and from then on
 */
struct tdx_job {
	u64 function;
	u64 argument;
	u64 stacks;
	u64 cr3;
};

/**
 * struct tdx_mailbox - see cc/tdx/mailbox.inc, too
 * @command, @apic_id, @vector: the OS's, as ACPI says
 * @reset_cr3:	page tables of the reset vector, 0 until they can be used
 * @reset_cr4:	CR4.LA57, if these tables need it
 * @jobs:	number of the last job; a new one begins when it changes
 * @job:	that job
 * @done:	how many processors are through with it
 */
struct tdx_mailbox {
	u16 command;
	u16 reserved;
	u32 apic_id;
	u64 vector;
	u8 os[2032];
	u64 reset_cr3;
	u32 reset_cr4;
	u32 jobs;
	struct tdx_job job;
	u32 done;
};

_Static_assert(offsetof(struct tdx_mailbox, reset_cr3) == 0x800, "mailbox.inc");
_Static_assert(offsetof(struct tdx_mailbox, jobs) == 0x80c, "mailbox.inc");
_Static_assert(offsetof(struct tdx_mailbox, job.cr3) == 0x828, "mailbox.inc");
_Static_assert(offsetof(struct tdx_mailbox, done) == 0x830, "mailbox.inc");

#define TDX_STACK_SHIFT	13

#endif
