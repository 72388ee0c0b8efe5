/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Secure EPT of a trust domain, one byte for each 4 KiB page, and what the
 * TDX module and KVM make of a guest's requests.
 *
 * Documents: Intel TDX module ABI specification (348551), TDG.MEM.PAGE.ACCEPT,
 * TDH.MEM.*; Guest-Host Communication Interface (348552), MapGPA.
 */
#ifndef CCVM_SEPT_H
#define CCVM_SEPT_H

#include <fw/types.h>

/*
 * BLOCKED remembers what it was, since unblocking brings it back. SHARED is
 * the host's note that the guest wants the page shared: no page in the secure
 * EPT. The zero of a cleared array is FREE.
 */
enum sept_state {
	SEPT_FREE,
	SEPT_PENDING,
	SEPT_MAPPED,
	SEPT_BLOCKED,		/* was MAPPED */
	SEPT_PENDING_BLOCKED,
	SEPT_SHARED,
};

#define SEPT_4K		0
#define SEPT_2M		1
#define SEPT_PAGES_2M	512

/**
 * struct sept - table
 * @entry: one for each page, zeroed by the caller before first use
 * @pages: how many; what lies beyond has no private page
 * @gpaw:  guest physical address width; the shared bit is gpaw - 1
 */
struct sept {
	u8 *entry;
	u64 pages;
	u32 gpaw;
};

/* Status in RAX, of which the low word is set by whoever returns it. */
#define TDX_SUCCESS			0ull
#define TDX_OPERAND_BUSY		0x8000020000000000ull
#define TDX_OPERAND_INVALID		0xc000010000000000ull
#define TDX_PAGE_ALREADY_ACCEPTED	0x00000b0a00000000ull
#define TDX_PAGE_SIZE_MISMATCH		0xc0000b0b00000000ull
#define TDX_OPERAND_RCX			1

/* Status of a TDVMCALL, in R10. */
#define TDVMCALL_SUCCESS		0ull
#define TDVMCALL_RETRY			1ull
#define TDVMCALL_OPERAND_INVALID	0x8000000000000000ull
#define TDVMCALL_GPA_INUSE		0x8000000000000001ull
#define TDVMCALL_ALIGN_ERROR		0x8000000000000002ull

/* What the hypervisor has to do to its mappings of [gfn, gfn + count). */
#define SEPT_UNMAP_PRIVATE	0x1
#define SEPT_UNMAP_SHARED	0x2
#define SEPT_ALLOW_PRIVATE	0x4
#define SEPT_ALLOW_SHARED	0x8
#define SEPT_ZERO		0x10	/* private bytes are zero from now on */

struct sept_effect {
	u64 gfn;
	u64 count;
	u32 todo;
};

enum sept_state sept_state(const struct sept *sept, u64 gfn);

/** sept_level() - SEPT_4K or SEPT_2M, the level of the page's entry */
u32 sept_level(const struct sept *sept, u64 gfn);

/* What happens to a guest's private access, or to an accept. */
enum sept_exit {
	SEPT_OK,
	SEPT_VE,		/* #VE, exit reason 48: page is pending */
	SEPT_EXIT_PENDING,	/* TD exit: pending, and #VE for that is off */
	SEPT_EXIT_FREE,		/* TD exit: host may add a page, then it restarts */
	SEPT_EXIT_DEMOTE,	/* TD exit: host must split the entry, then it restarts */
	SEPT_EXIT_BLOCKED,	/* TD exit: host must unblock */
	SEPT_EXIT_SHARED,	/* TD exit: guest asked for the page to be shared */
};

/**
 * sept_check() - may the guest access this page through its private address?
 * @pending_ve: TD_CTLS.PENDING_VE_DISABLE is clear
 */
enum sept_exit sept_check(const struct sept *sept, u64 gfn, bool pending_ve);

/** struct sept_result - outcome of an accept */
struct sept_result {
	enum sept_exit exit;	/* not SEPT_OK: the guest does not see a result, RIP stays */
	u64 status;		/* RAX */
	struct sept_effect effect;
};

/** sept_accept() - TDG.MEM.PAGE.ACCEPT with @rcx */
void sept_accept(struct sept *sept, u64 rcx, struct sept_result *r);

/*
 * The host's side; each returns 0, -EINVAL for what is misaligned or not in
 * the table, or -EEXIST, -ENOENT if the entry is not in the state it must be in.
 */
/** sept_add() - TDH.MEM.PAGE.ADD while the guest is built: mapped, 4 KiB */
int sept_add(struct sept *sept, u64 gfn);
/** sept_aug() - TDH.MEM.PAGE.AUG: a free page, or 512, becomes pending */
int sept_aug(struct sept *sept, u64 gfn, u32 level);
/** sept_demote() - TDH.MEM.PAGE.DEMOTE: a 2 MiB entry becomes 512 */
int sept_demote(struct sept *sept, u64 gfn);
/** sept_block() - TDH.MEM.RANGE.BLOCK of the entry that @gfn belongs to */
int sept_block(struct sept *sept, u64 gfn, struct sept_effect *effect);
int sept_unblock(struct sept *sept, u64 gfn, struct sept_effect *effect);
/** sept_remove() - TDH.MEM.PAGE.REMOVE of a blocked entry: free */
int sept_remove(struct sept *sept, u64 gfn);

/** struct sept_map_gpa - a MapGPA request and its outcome */
struct sept_map_gpa {
	u64 gpa;		/* R12: the shared bit is the wanted state */
	u64 size;		/* R13 */
	u64 budget;		/* pages that may be done before RETRY; 0: all */
	u64 status;		/* out: R10 */
	u64 next;		/* out: R11 where to go on (RETRY) or what failed */
	struct sept_effect effect;
};

/**
 * sept_map_gpa() - MapGPA as KVM does it
 *
 * To shared, private pages are removed; to private, they become free, and the
 * guest's accept lets the host add one. Pages that the table does not cover
 * are done without effect: a device has no private page.
 */
void sept_map_gpa(struct sept *sept, struct sept_map_gpa *call);

#endif
