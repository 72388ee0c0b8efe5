/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Reverse map of an SNP guest: one entry for each 4 KiB page of its physical
 * address space, and what host and guest instructions make of it.
 *
 * Document: AMD64 APM volume 2 (24593), section 15.36, and volume 3 (24594),
 * PVALIDATE, PSMASH, RMPADJUST, RMPQUERY and RMPUPDATE.
 *
 * Hardware's table is indexed by system-physical page. Here each
 * guest-physical page has one private backing page for life, so that the
 * guest-physical page can be the index; swapping a page's backing is the
 * attack RMPUPDATE to assigned again, which leaves it not validated.
 */
#ifndef CCVM_RMP_H
#define CCVM_RMP_H

#include <fw/types.h>

/* States that APM table 15-36 gives names; the zero of a cleared array is the first. */
enum rmp_state {
	RMP_HYPERVISOR,		/* not assigned: shared */
	RMP_PRE_GUEST,		/* assigned and immutable, during launch */
	RMP_GUEST_INVALID,	/* assigned, not validated */
	RMP_GUEST_VALID,
	RMP_VMSA,		/* validated, and VMSA set */
	RMP_FIRMWARE,		/* the PSP's; no guest's */
};

/**
 * struct rmp - table
 * @entry: one for each page, zeroed by the caller before first use
 * @pages: how many; a page beyond them is not assigned and cannot be
 */
struct rmp {
	u16 *entry;
	u64 pages;
};

#define RMP_PAGES_2M	512

/* What a nested page table walk or an instruction runs into. */
enum rmp_fault {
	RMP_OK,
	RMP_FAULT_UNASSIGNED,	/* private access, page is not the guest's: #NPF(RMP) */
	RMP_FAULT_ASSIGNED,	/* shared access to an assigned page: #NPF(RMP) */
	RMP_FAULT_NOT_VALID,	/* #VC, error code 0x404 */
	RMP_FAULT_SIZE,		/* 4 KiB operation on a 2 MiB entry: #NPF(RMP, SIZEM) */
	RMP_FAULT_VMPL,		/* #NPF(VMPL) */
	RMP_FAULT_IMMUTABLE,	/* #NPF(RMP) */
};

/* Permission bits, as RMPADJUST has them in RDX[11:8]. */
#define RMP_READ	0x1
#define RMP_WRITE	0x2
#define RMP_EXEC_USER	0x4
#define RMP_EXEC_SUPER	0x8
#define RMP_ALL		0xf

/* What the hypervisor has to do to its mappings of [gfn, gfn + count). */
#define RMP_UNMAP_PRIVATE	0x1
#define RMP_UNMAP_SHARED	0x2
#define RMP_ALLOW_PRIVATE	0x4	/* may be mapped from now on */
#define RMP_ALLOW_SHARED	0x8
#define RMP_NEW_CONTENT		0x10	/* private bytes are undefined from now on */

struct rmp_effect {
	u64 gfn;
	u64 count;
	u32 todo;
};

/* Results of the instructions, in EAX. */
#define RMP_SUCCESS		0
#define RMP_FAIL_INPUT		1
#define RMP_FAIL_PERMISSION	2
#define RMP_FAIL_INUSE		3
#define RMP_FAIL_OVERLAP	4
#define RMP_FAIL_SIZEMISMATCH	6

enum rmp_state rmp_state(const struct rmp *rmp, u64 gfn);

/** rmp_size_2m() - whether the page belongs to a 2 MiB entry */
bool rmp_size_2m(const struct rmp *rmp, u64 gfn);

/** rmp_perms() - permissions of a VMPL, of which 0 has all */
u32 rmp_perms(const struct rmp *rmp, u64 gfn, u32 vmpl);

/**
 * rmp_check() - may the guest do this access?
 * @private: C-bit set, or any page walk, or paging off
 * @access:  RMP_* permission bits that are needed
 */
enum rmp_fault rmp_check(const struct rmp *rmp, u64 gfn, bool private, u32 access, u32 vmpl);

/** struct rmp_new - new state of an entry for RMPUPDATE */
struct rmp_new {
	bool assigned;
	bool size_2m;
	bool immutable;
};

/**
 * rmp_update() - RMPUPDATE, the host's instruction
 *
 * Whatever is assigned again is no longer validated.
 *
 * Return: RMP_SUCCESS or RMP_FAIL_*; @effect is zero on failure.
 */
u32 rmp_update(struct rmp *rmp, u64 gfn, const struct rmp_new *new, struct rmp_effect *effect);

/** rmp_psmash() - PSMASH: split a 2 MiB entry; RMP_FAIL_INPUT if it is none */
u32 rmp_psmash(struct rmp *rmp, u64 gfn);

/**
 * rmp_set_private(), rmp_set_shared() - what a host does for a page state change
 * @gfn:     first page
 * @size_2m: size that the guest asked for; @gfn must then be aligned
 *
 * A 2 MiB request makes one 2 MiB entry if nothing of the range is assigned,
 * else the pages that are not are assigned one by one: what is assigned
 * already stays as it is, and so do its bytes: @effect then does not say
 * RMP_NEW_CONTENT. A 4 KiB request to share a page of a 2 MiB entry splits it.
 *
 * Return: 0, -EINVAL if the range is not aligned or not in the table, -EPROTO
 * if a page is not the guest's to change (launch or firmware page, VMSA).
 */
int rmp_set_private(struct rmp *rmp, u64 gfn, bool size_2m, struct rmp_effect *effect);
int rmp_set_shared(struct rmp *rmp, u64 gfn, bool size_2m, struct rmp_effect *effect);

/**
 * rmp_launch_page() - SNP_LAUNCH_UPDATE's effect on a page: assigned and validated
 * @vmsa: the page is a VMSA
 *
 * Return: 0, -EINVAL if not in the table, -EEXIST if the page is assigned.
 */
int rmp_launch_page(struct rmp *rmp, u64 gfn, bool vmsa);

/** struct rmp_result - outcome of a guest's instruction */
struct rmp_result {
	enum rmp_fault fault;	/* not RMP_OK: nothing below counts, RIP stays */
	u32 eax;
	bool carry;		/* PVALIDATE: page was in that state already */
	struct rmp_effect effect;
};

/**
 * rmp_pvalidate() - PVALIDATE at VMPL 0
 * @gfn: page that RAX translates to
 * @ecx: page size operand
 * @edx: bit 0: validate
 */
void rmp_pvalidate(struct rmp *rmp, u64 gfn, u32 ecx, u32 edx, struct rmp_result *r);

/**
 * rmp_adjust() - RMPADJUST
 * @gfn:  page that RAX translates to
 * @rcx:  page size operand
 * @rdx:  target VMPL, permissions, VMSA
 * @vmpl: the caller's
 */
void rmp_adjust(struct rmp *rmp, u64 gfn, u64 rcx, u64 rdx, u32 vmpl, struct rmp_result *r);

/** rmp_query() - RMPQUERY of the VMPL in RDX[7:0]; results in @rcx and @rdx */
void rmp_query(const struct rmp *rmp, u64 gfn, u64 *rcx, u64 *rdx, u32 vmpl,
	       struct rmp_result *r);

#endif
