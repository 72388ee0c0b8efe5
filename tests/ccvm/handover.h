/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The hand-over from firmware to an operating system, which no processor knows of. It is
 * taken to be the first of these:
 *
 *	- the boot processor loads CR3 in code that is not the firmware's own, if it was said
 *	  where that is (config.code): the system's page tables replace the firmware's;
 *	- a request to the host or to the TDX module from the upper half of the address
 *	  space, where kernels are.
 */
#ifndef CCVM_HANDOVER_H
#define CCVM_HANDOVER_H

#include <fw/types.h>

struct cpu;

/**
 * struct handover - RAM at that moment, in pages of 4 KiB
 * @shared:	pages that the firmware left shared
 * @first:	address of the first one
 * @accepted:	pages that are validated or accepted; 0 where nothing has to be
 */
struct handover {
	u64 shared;
	u64 first;
	u64 accepted;
};

/** handover_add_shared() - one more shared page */
void handover_add_shared(struct handover *h, u64 gpa);

/** handover_watch() - have @cpu's loads of CR3 looked at, if it is the boot processor */
void handover_watch(struct cpu *cpu);

/** handover_cr3_exit() - MOV to CR3 */
void handover_cr3_exit(struct cpu *cpu);

/** handover_request() - a request to the host or the module; called before each */
void handover_request(struct cpu *cpu);

#endif
