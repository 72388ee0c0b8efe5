/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * What a guest kind is: tables and operations. Common files never ask which
 * kind they serve; they ask the mode.
 */
#ifndef CCVM_MODE_H
#define CCVM_MODE_H

#include <fw/types.h>

struct cpu;
struct cpuid_rule;
struct handover;
struct io_rule;
struct msr_rule;

/** enum access - why a guest-physical address is looked at */
enum access {
	ACCESS_READ,
	ACCESS_WRITE,
	ACCESS_FETCH,	/* of an instruction */
	ACCESS_WALK,	/* of a page table */
};

/** struct exit_handler - who deals with an exit code; unlisted codes are fatal */
struct exit_handler {
	u32 code;
	void (*handle)(struct cpu *cpu);
};

/**
 * struct ccvm_mode - a guest kind
 * @name:	as in the file opt/org.cloister/ccvm/mode
 * @address_bit: the bit of a guest-physical address that selects the view of a
 *		page (C-bit or shared bit), 0 if there is none
 * @build:	nested page tables and other structures; once, before @launch
 * @launch:	image and initial pages, as the host's launch sequence makes them
 * @reset:	additions to the architectural reset state of a processor
 * @intercepts:	additions to the common intercepts
 * @nested_root: the nested page table for the state that the guest is in
 * @paging_changed: the guest switched paging on or off; may be NULL
 * @translate:	host-physical address behind a guest-physical one (with
 *		@address_bit as in page tables), or MEM_NONE
 * @host_may_access: whether host and devices can access a page of RAM; NULL: all
 * @handover:	count RAM as the system takes over from firmware; NULL: nothing to count
 * @accepted:	pages of RAM that are validated or accepted; NULL: none has to be
 * @ap_init:	another processor sends INIT to @cpu; NULL: it has no effect
 * @ap_sipi:	and SIPI
 * @exits:	handlers that replace or extend the common ones
 * @cpuid:	rules applied after the common ones
 * @msrs:	rules that come before the common ones
 * @msr_event:	what an access to an MSR that no rule names does; NULL: such MSRs
 *		are not intercepted
 * @io_event:	what port I/O does; NULL: only filtered ports are intercepted
 */
struct ccvm_mode {
	const char *name;
	u64 address_bit;
	void (*build)(void);
	void (*launch)(struct cpu *bsp);
	void (*reset)(struct cpu *cpu);
	void (*intercepts)(struct cpu *cpu);
	u64 (*nested_root)(const struct cpu *cpu);
	void (*paging_changed)(struct cpu *cpu);
	u64 (*translate)(const struct cpu *cpu, u64 gpa, enum access access);
	bool (*host_may_access)(u64 gpa);
	void (*handover)(const struct cpu *cpu, struct handover *h);
	u64 (*accepted)(void);
	void (*ap_init)(struct cpu *cpu);
	void (*ap_sipi)(struct cpu *cpu, u8 vector);
	const struct exit_handler *exits;
	size_t exit_count;
	const struct cpuid_rule *cpuid;
	size_t cpuid_count;
	const struct msr_rule *msrs;
	size_t msr_count;
	void (*msr_event)(struct cpu *cpu);
	void (*io_event)(struct cpu *cpu);
};

/* The one that this machine is; set by mode_select(), before anything uses it. */
extern const struct ccvm_mode *mode;

extern const struct ccvm_mode mode_plain, mode_sev, mode_es, mode_snp, mode_tdx;

/** mode_select() - choose by name; fatal if there is none of that name */
void mode_select(const char *name);

#endif
