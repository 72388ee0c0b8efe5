/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * SEV-SNP: the pages' states and the mappings that follow from them.
 * Document: AMD64 APM volume 2, section 15.36.
 */
#ifndef CCVM_SNP_H
#define CCVM_SNP_H

#include <fw/types.h>

#include "mode.h"
#include "rmp.h"

struct cpu;
struct ghcb;

/* GHCB operations of a page state change */
#define PSC_PRIVATE	1
#define PSC_SHARED	2
#define PSC_PSMASH	3
#define PSC_UNSMASH	4

/* The table's index is the page number of mem_page_number(). */
extern struct rmp snp_rmp;

/** snp_pages_init() - all pages shared */
void snp_pages_init(void);

/** snp_apply() - make the nested tables follow a change of the page states */
void snp_apply(const struct rmp_effect *effect);

/** snp_npf() - nested page fault */
void snp_npf(struct cpu *cpu);

u64 snp_translate(const struct cpu *cpu, u64 gpa, enum access access);

/** snp_host_may_access() - whether a page is shared, so that the host can use it */
bool snp_host_may_access(u64 gpa);

/**
 * snp_page_state() - one page of a page state change request
 *
 * Return: 0, or -EINVAL if the page or the operation is impossible.
 */
int snp_page_state(u64 gpa, u32 operation, bool large);

/** snp_take_page() - an attack: another page, which the guest did not validate */
void snp_take_page(u64 number);

/** snp_note_request() - called before each request: whose code it is that makes it */
void snp_note_request(struct cpu *cpu);

/**
 * snp_handover() - pages that are shared when an operating system takes over
 *
 * Registered GHCB pages stay as they are: processors may be waiting for their answers.
 */
void snp_handover(const struct cpu *cpu, struct handover *h);

/** snp_accepted() - how many pages of RAM are validated */
u64 snp_accepted(void);

/** snp_undefined() - #UD exit: PVALIDATE, RMPADJUST, RMPQUERY, or a real #UD */
void snp_undefined(struct cpu *cpu);

/* GHCB events of SNP guests. */
void snp_do_page_state(struct ghcb *ghcb);
void snp_do_guest_request(struct ghcb *ghcb);
void snp_do_ap_creation(struct ghcb *ghcb);

/** snp_launch() - launch sequence, with measurement */
void snp_launch(struct cpu *bsp);

/** snp_build_cpuid_page() - CPUID page; number of entries or -ENOSPC */
int snp_build_cpuid_page(void *page);

/** snp_cpuid() - what the CPUID page says: as at reset, without a processor */
void snp_cpuid(u32 leaf, u32 subleaf, u32 regs[4]);

/** snp_messages_init() - the PSP's side of guest messages, for this launch digest */
void snp_messages_init(const u8 keys[4][32], const u8 measurement[48]);

#endif
