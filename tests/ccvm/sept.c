/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Secure EPT of a trust domain.
 *
 * Documents: Intel TDX module ABI specification (348551), TDG.MEM.PAGE.ACCEPT,
 * TDH.MEM.PAGE.*, TDH.MEM.RANGE.*; Guest-Host Communication Interface (348552),
 * TDG.VP.VMCALL<MapGPA>, in the order of checks that Linux,
 * arch/x86/kvm/vmx/tdx.c, has.
 *
 * An entry is a state and a level. All 512 pages of a 2 MiB entry carry the
 * same value, so that demoting one is clearing a bit.
 */
#include <fw/compiler.h>
#include <fw/errno.h>

#include "sept.h"

#define STATE_MASK	0x07
#define LEVEL_2M	0x08
#define PAGE_SHIFT	12

/* RCX of TDG.MEM.PAGE.ACCEPT. */
#define ACCEPT_LEVEL	0x7ull
#define ACCEPT_RESERVED	0xfff0000000000ff8ull

static u8 entry(const struct sept *sept, u64 gfn)
{
	return gfn < sept->pages ? sept->entry[gfn] : SEPT_FREE;
}

enum sept_state sept_state(const struct sept *sept, u64 gfn)
{
	return (enum sept_state)(entry(sept, gfn) & STATE_MASK);
}

u32 sept_level(const struct sept *sept, u64 gfn)
{
	return entry(sept, gfn) & LEVEL_2M ? SEPT_2M : SEPT_4K;
}

static u64 span(u32 level)
{
	return level == SEPT_2M ? SEPT_PAGES_2M : 1;
}

static bool range_ok(const struct sept *sept, u64 gfn, u32 level)
{
	u64 count = span(level);

	return level <= SEPT_2M && IS_ALIGNED(gfn, count) && gfn < sept->pages &&
	       count <= sept->pages - gfn;
}

static void fill(struct sept *sept, u64 gfn, u32 level, enum sept_state state)
{
	u8 e = (u8)(state | (level == SEPT_2M ? LEVEL_2M : 0));
	u64 i, count = span(level);

	for (i = 0; i < count; i++)
		sept->entry[gfn + i] = e;
}

static void set_effect(struct sept_effect *effect, u64 gfn, u64 count, u32 todo)
{
	*effect = (struct sept_effect){ .gfn = gfn, .count = count, .todo = todo };
}

enum sept_exit sept_check(const struct sept *sept, u64 gfn, bool pending_ve)
{
	switch (sept_state(sept, gfn)) {
	case SEPT_MAPPED:
		return SEPT_OK;
	case SEPT_PENDING:
		return pending_ve ? SEPT_VE : SEPT_EXIT_PENDING;
	case SEPT_BLOCKED:
	case SEPT_PENDING_BLOCKED:
		return SEPT_EXIT_BLOCKED;
	case SEPT_SHARED:
		return SEPT_EXIT_SHARED;
	default:
		return SEPT_EXIT_FREE;
	}
}

static void result_exit(struct sept_result *r, enum sept_exit exit)
{
	*r = (struct sept_result){ .exit = exit };
}

static void result_status(struct sept_result *r, u64 status)
{
	*r = (struct sept_result){ .exit = SEPT_OK, .status = status };
}

/* An accept that finds an entry of the level it asks for. */
static void accept_entry(struct sept *sept, u64 gfn, u32 level, struct sept_result *r)
{
	enum sept_exit exit;

	switch (sept_state(sept, gfn)) {
	case SEPT_PENDING:
		fill(sept, gfn, level, SEPT_MAPPED);
		result_status(r, TDX_SUCCESS);
		set_effect(&r->effect, gfn, span(level), SEPT_ALLOW_PRIVATE | SEPT_ZERO);
		return;
	case SEPT_MAPPED:
		result_status(r, TDX_PAGE_ALREADY_ACCEPTED | level);
		return;
	default:
		exit = sept_check(sept, gfn, false);
		result_exit(r, exit);
	}
}

static void accept_4k(struct sept *sept, u64 gfn, struct sept_result *r)
{
	if (sept_level(sept, gfn) == SEPT_4K)
		accept_entry(sept, gfn, SEPT_4K, r);
	else if (sept_state(sept, gfn) == SEPT_PENDING)
		result_exit(r, SEPT_EXIT_DEMOTE);
	else
		accept_entry(sept, gfn, SEPT_2M, r);
}

/*
 * Whether there is a table of 4 KiB entries. A range of which a part is
 * shared has one: that is all the host can add there.
 */
static bool has_table(const struct sept *sept, u64 gfn)
{
	u64 i;

	for (i = 0; i < SEPT_PAGES_2M; i++) {
		if (sept_state(sept, gfn + i) != SEPT_FREE)
			return true;
	}
	return false;
}

static void accept_2m(struct sept *sept, u64 gfn, struct sept_result *r)
{
	if (!range_ok(sept, gfn, SEPT_2M))
		result_exit(r, SEPT_EXIT_FREE);
	else if (sept_level(sept, gfn) == SEPT_2M)
		accept_entry(sept, gfn, SEPT_2M, r);
	else if (sept_state(sept, gfn) == SEPT_SHARED)
		result_exit(r, SEPT_EXIT_SHARED);
	else if (has_table(sept, gfn))
		result_status(r, TDX_PAGE_SIZE_MISMATCH | SEPT_2M);
	else
		result_exit(r, SEPT_EXIT_FREE);
}

void sept_accept(struct sept *sept, u64 rcx, struct sept_result *r)
{
	u64 level = rcx & ACCEPT_LEVEL, gpa = rcx & ~ACCEPT_LEVEL, gfn = gpa >> PAGE_SHIFT;

	if (rcx & ACCEPT_RESERVED || level > SEPT_2M || gpa >> (sept->gpaw - 1) ||
	    !IS_ALIGNED(gfn, span((u32)level))) {
		result_status(r, TDX_OPERAND_INVALID | TDX_OPERAND_RCX);
		return;
	}
	if (level == SEPT_2M)
		accept_2m(sept, gfn, r);
	else
		accept_4k(sept, gfn, r);
}

int sept_add(struct sept *sept, u64 gfn)
{
	if (!range_ok(sept, gfn, SEPT_4K))
		return -EINVAL;
	if (sept_state(sept, gfn) != SEPT_FREE)
		return -EEXIST;
	fill(sept, gfn, SEPT_4K, SEPT_MAPPED);
	return 0;
}

int sept_aug(struct sept *sept, u64 gfn, u32 level)
{
	if (!range_ok(sept, gfn, level))
		return -EINVAL;
	if (level == SEPT_2M ? has_table(sept, gfn) : sept_state(sept, gfn) != SEPT_FREE)
		return -EEXIST;
	fill(sept, gfn, level, SEPT_PENDING);
	return 0;
}

int sept_demote(struct sept *sept, u64 gfn)
{
	u64 i;

	gfn = ALIGN_DOWN(gfn, (u64)SEPT_PAGES_2M);
	if (!range_ok(sept, gfn, SEPT_2M))
		return -EINVAL;
	if (sept_level(sept, gfn) != SEPT_2M)
		return -ENOENT;
	for (i = 0; i < SEPT_PAGES_2M; i++)
		sept->entry[gfn + i] &= (u8)~LEVEL_2M;
	return 0;
}

/* Move the entry that @gfn belongs to from one of two states to its other. */
static int change_entry(struct sept *sept, u64 gfn, const enum sept_state from[2],
			const enum sept_state to[2], struct sept_effect *effect)
{
	enum sept_state state = sept_state(sept, gfn);
	u32 level = sept_level(sept, gfn);

	set_effect(effect, 0, 0, 0);
	if (gfn >= sept->pages)
		return -EINVAL;
	if (state != from[0] && state != from[1])
		return -ENOENT;
	gfn = ALIGN_DOWN(gfn, span(level));
	fill(sept, gfn, level, state == from[0] ? to[0] : to[1]);
	set_effect(effect, gfn, span(level), 0);
	return 0;
}

static const enum sept_state unblocked[2] = { SEPT_MAPPED, SEPT_PENDING };
static const enum sept_state blocked[2] = { SEPT_BLOCKED, SEPT_PENDING_BLOCKED };

int sept_block(struct sept *sept, u64 gfn, struct sept_effect *effect)
{
	int err = change_entry(sept, gfn, unblocked, blocked, effect);

	if (!err)
		effect->todo = SEPT_UNMAP_PRIVATE;
	return err;
}

int sept_unblock(struct sept *sept, u64 gfn, struct sept_effect *effect)
{
	int err = change_entry(sept, gfn, blocked, unblocked, effect);

	if (!err && sept_state(sept, gfn) == SEPT_MAPPED)
		effect->todo = SEPT_ALLOW_PRIVATE;
	return err;
}

int sept_remove(struct sept *sept, u64 gfn)
{
	static const enum sept_state free[2] = { SEPT_FREE, SEPT_FREE };
	struct sept_effect effect;
	int err = change_entry(sept, gfn, blocked, free, &effect);

	/* What is free has no level. */
	if (!err && effect.count > 1)
		err = sept_demote(sept, effect.gfn);
	return err;
}

static u64 check_map_gpa(const struct sept *sept, const struct sept_map_gpa *call)
{
	u64 shared_bit = 1ull << (sept->gpaw - 1), last = call->gpa + call->size - 1;

	/* Nothing, or around the end of the address space. */
	if (call->gpa + call->size <= call->gpa)
		return TDVMCALL_OPERAND_INVALID;
	if (call->gpa >> sept->gpaw || last >> sept->gpaw)
		return TDVMCALL_OPERAND_INVALID;
	if ((call->gpa ^ last) & shared_bit)
		return TDVMCALL_OPERAND_INVALID;
	if (!IS_ALIGNED(call->gpa | call->size, 1ull << PAGE_SHIFT))
		return TDVMCALL_ALIGN_ERROR;
	return TDVMCALL_SUCCESS;
}

static void convert_page(struct sept *sept, u64 gfn, bool shared)
{
	if (!shared) {
		if (sept_state(sept, gfn) == SEPT_SHARED)
			fill(sept, gfn, SEPT_4K, SEPT_FREE);
		return;
	}
	/* The host splits what it removes a part of. */
	if (sept_level(sept, gfn) == SEPT_2M)
		sept_demote(sept, gfn);
	fill(sept, gfn, SEPT_4K, SEPT_SHARED);
}

void sept_map_gpa(struct sept *sept, struct sept_map_gpa *call)
{
	u64 shared_bit = 1ull << (sept->gpaw - 1);
	bool shared = call->gpa & shared_bit;
	u64 start = (call->gpa & ~shared_bit) >> PAGE_SHIFT, gfn, end, limit;

	call->next = call->gpa;
	set_effect(&call->effect, 0, 0, 0);
	call->status = check_map_gpa(sept, call);
	if (call->status)
		return;
	end = MIN(start + (call->size >> PAGE_SHIFT), sept->pages);
	limit = end;
	if (call->budget && start < end && call->budget < end - start)
		limit = start + call->budget;
	for (gfn = start; gfn < limit; gfn++)
		convert_page(sept, gfn, shared);
	if (gfn > start)
		set_effect(&call->effect, start, gfn - start,
			   shared ? SEPT_UNMAP_PRIVATE | SEPT_ALLOW_SHARED : SEPT_UNMAP_SHARED);
	if (limit < end) {
		call->status = TDVMCALL_RETRY;
		call->next = limit << PAGE_SHIFT | (shared ? shared_bit : 0);
	}
}
