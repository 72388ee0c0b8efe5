/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Reverse map of an SNP guest.
 *
 * Document: AMD64 APM volume 2 (24593), section 15.36, and volume 3 (24594),
 * PVALIDATE, PSMASH, RMPADJUST, RMPQUERY and RMPUPDATE.
 *
 * An entry is a state, its page size, and four permission bits for each of
 * VMPL 1 to 3. All 512 pages of a 2 MiB entry carry the same value, so that
 * splitting one is clearing a bit.
 */
#include <fw/compiler.h>
#include <fw/errno.h>

#include "rmp.h"

#define STATE_MASK	0x0007
#define SIZE_2M		0x0008
#define PERM_SHIFT(vmpl)	(4 * (vmpl))
#define PERM_MASK(vmpl)	(RMP_ALL << PERM_SHIFT(vmpl))

#define VMPL_COUNT	4

/* RDX of RMPADJUST. */
#define ADJUST_VMPL	0xffull
#define ADJUST_PERMS	8
#define ADJUST_VMSA	(1ull << 16)
#define ADJUST_DEFINED	(ADJUST_VMPL | (u64)RMP_ALL << ADJUST_PERMS | ADJUST_VMSA)

static u16 entry(const struct rmp *rmp, u64 gfn)
{
	return gfn < rmp->pages ? rmp->entry[gfn] : RMP_HYPERVISOR;
}

static enum rmp_state state_of(u16 e)
{
	return (enum rmp_state)(e & STATE_MASK);
}

enum rmp_state rmp_state(const struct rmp *rmp, u64 gfn)
{
	return state_of(entry(rmp, gfn));
}

bool rmp_size_2m(const struct rmp *rmp, u64 gfn)
{
	return entry(rmp, gfn) & SIZE_2M;
}

u32 rmp_perms(const struct rmp *rmp, u64 gfn, u32 vmpl)
{
	if (vmpl == 0)
		return RMP_ALL;
	return vmpl < VMPL_COUNT ? entry(rmp, gfn) >> PERM_SHIFT(vmpl) & RMP_ALL : 0;
}

static bool is_guest(enum rmp_state state)
{
	return state == RMP_GUEST_INVALID || state == RMP_GUEST_VALID || state == RMP_VMSA;
}

static bool is_valid(enum rmp_state state)
{
	return state == RMP_GUEST_VALID || state == RMP_VMSA;
}

static u64 span(bool size_2m)
{
	return size_2m ? RMP_PAGES_2M : 1;
}

static bool range_ok(const struct rmp *rmp, u64 gfn, bool size_2m)
{
	u64 count = span(size_2m);

	return IS_ALIGNED(gfn, count) && gfn < rmp->pages && count <= rmp->pages - gfn;
}

static void fill(struct rmp *rmp, u64 gfn, bool size_2m, u16 e)
{
	u64 i, count = span(size_2m);

	if (size_2m)
		e |= SIZE_2M;
	for (i = 0; i < count; i++)
		rmp->entry[gfn + i] = e;
}

enum rmp_fault rmp_check(const struct rmp *rmp, u64 gfn, bool private, u32 access, u32 vmpl)
{
	enum rmp_state state = rmp_state(rmp, gfn);

	if (!private)
		return state == RMP_HYPERVISOR ? RMP_OK : RMP_FAULT_ASSIGNED;
	if (state == RMP_HYPERVISOR || state == RMP_FIRMWARE)
		return RMP_FAULT_UNASSIGNED;
	if (state == RMP_PRE_GUEST)
		return RMP_FAULT_IMMUTABLE;
	if (!is_valid(state))
		return RMP_FAULT_NOT_VALID;
	return access & ~rmp_perms(rmp, gfn, vmpl) ? RMP_FAULT_VMPL : RMP_OK;
}

/* An entry may only replace one of its own size, or what is not assigned. */
static bool overlaps(const struct rmp *rmp, u64 gfn, bool size_2m)
{
	u64 i, count = span(size_2m);

	for (i = gfn; i < gfn + count; i++) {
		if (rmp_state(rmp, i) != RMP_HYPERVISOR && rmp_size_2m(rmp, i) != size_2m)
			return true;
	}
	return false;
}

static void set_effect(struct rmp_effect *effect, u64 gfn, u64 count, u32 todo)
{
	*effect = (struct rmp_effect){ .gfn = gfn, .count = count, .todo = todo };
}

static bool any_locked(const struct rmp *rmp, u64 gfn, u64 count, bool vmsa)
{
	enum rmp_state state;
	u64 i;

	for (i = 0; i < count; i++) {
		state = rmp_state(rmp, gfn + i);
		if (state == RMP_PRE_GUEST || state == RMP_FIRMWARE || (vmsa && state == RMP_VMSA))
			return true;
	}
	return false;
}

u32 rmp_update(struct rmp *rmp, u64 gfn, const struct rmp_new *new, struct rmp_effect *effect)
{
	u64 count = span(new->size_2m);

	set_effect(effect, 0, 0, 0);
	if (!range_ok(rmp, gfn, new->size_2m) || (new->immutable && !new->assigned))
		return RMP_FAIL_INPUT;
	if (any_locked(rmp, gfn, count, false))
		return RMP_FAIL_PERMISSION;
	if (overlaps(rmp, gfn, new->size_2m))
		return RMP_FAIL_OVERLAP;
	if (!new->assigned) {
		/* What is shared has no size. */
		fill(rmp, gfn, new->size_2m, RMP_HYPERVISOR);
		rmp_psmash(rmp, gfn);
		set_effect(effect, gfn, count, RMP_UNMAP_PRIVATE | RMP_ALLOW_SHARED);
		return RMP_SUCCESS;
	}
	fill(rmp, gfn, new->size_2m, new->immutable ? RMP_PRE_GUEST : RMP_GUEST_INVALID);
	set_effect(effect, gfn, count, RMP_UNMAP_PRIVATE | RMP_UNMAP_SHARED | RMP_NEW_CONTENT);
	return RMP_SUCCESS;
}

u32 rmp_psmash(struct rmp *rmp, u64 gfn)
{
	u64 i;

	if (!range_ok(rmp, gfn, true) || !rmp_size_2m(rmp, gfn))
		return RMP_FAIL_INPUT;
	for (i = 0; i < RMP_PAGES_2M; i++)
		rmp->entry[gfn + i] &= (u16)~SIZE_2M;
	return RMP_SUCCESS;
}

static u64 count_assigned(const struct rmp *rmp, u64 gfn, u64 count)
{
	u64 i, n = 0;

	for (i = 0; i < count; i++)
		n += rmp_state(rmp, gfn + i) != RMP_HYPERVISOR;
	return n;
}

int rmp_set_private(struct rmp *rmp, u64 gfn, bool size_2m, struct rmp_effect *effect)
{
	u64 i, assigned, count = span(size_2m);

	set_effect(effect, 0, 0, 0);
	if (!range_ok(rmp, gfn, size_2m))
		return -EINVAL;
	if (any_locked(rmp, gfn, count, false))
		return -EPROTO;
	assigned = count_assigned(rmp, gfn, count);
	if (assigned == count)
		return 0;
	/* A page that was private keeps its bytes: then not all content is new. */
	set_effect(effect, gfn, count,
		   RMP_UNMAP_SHARED | (assigned ? 0 : RMP_UNMAP_PRIVATE | RMP_NEW_CONTENT));
	if (!assigned) {
		fill(rmp, gfn, size_2m, RMP_GUEST_INVALID);
		return 0;
	}
	for (i = 0; i < count; i++) {
		if (rmp_state(rmp, gfn + i) == RMP_HYPERVISOR)
			fill(rmp, gfn + i, false, RMP_GUEST_INVALID);
	}
	return 0;
}

int rmp_set_shared(struct rmp *rmp, u64 gfn, bool size_2m, struct rmp_effect *effect)
{
	u64 i, count = span(size_2m);

	set_effect(effect, 0, 0, 0);
	if (!range_ok(rmp, gfn, size_2m))
		return -EINVAL;
	if (any_locked(rmp, gfn, count, true))
		return -EPROTO;
	if (!size_2m && rmp_size_2m(rmp, gfn))
		rmp_psmash(rmp, ALIGN_DOWN(gfn, (u64)RMP_PAGES_2M));
	for (i = 0; i < count; i++)
		rmp->entry[gfn + i] = RMP_HYPERVISOR;
	set_effect(effect, gfn, count, RMP_UNMAP_PRIVATE | RMP_ALLOW_SHARED);
	return 0;
}

int rmp_launch_page(struct rmp *rmp, u64 gfn, bool vmsa)
{
	if (gfn >= rmp->pages)
		return -EINVAL;
	if (rmp_state(rmp, gfn) != RMP_HYPERVISOR)
		return -EEXIST;
	fill(rmp, gfn, false, vmsa ? RMP_VMSA : RMP_GUEST_VALID);
	return 0;
}

static void result_fault(struct rmp_result *r, enum rmp_fault fault)
{
	*r = (struct rmp_result){ .fault = fault };
}

static void result_eax(struct rmp_result *r, u32 eax)
{
	*r = (struct rmp_result){ .fault = RMP_OK, .eax = eax };
}

/*
 * What PVALIDATE and RMPADJUST check of their operands and of the entry.
 * Return: whether the instruction may go on; else @r is its outcome.
 */
static bool operands_ok(const struct rmp *rmp, u64 gfn, u64 size, struct rmp_result *r)
{
	enum rmp_state state = rmp_state(rmp, gfn);
	bool big = size == 1;

	if (size > 1 || !IS_ALIGNED(gfn, span(big)))
		result_eax(r, RMP_FAIL_INPUT);
	else if (state == RMP_PRE_GUEST)
		result_fault(r, RMP_FAULT_IMMUTABLE);
	else if (!is_guest(state))
		result_fault(r, RMP_FAULT_UNASSIGNED);
	else if (!big && rmp_size_2m(rmp, gfn))
		result_fault(r, RMP_FAULT_SIZE);
	else if (big && !rmp_size_2m(rmp, gfn))
		result_eax(r, RMP_FAIL_SIZEMISMATCH);
	else
		return true;
	return false;
}

void rmp_pvalidate(struct rmp *rmp, u64 gfn, u32 ecx, u32 edx, struct rmp_result *r)
{
	bool validate = edx & 1;

	if (!operands_ok(rmp, gfn, ecx, r))
		return;
	result_eax(r, RMP_SUCCESS);
	if (is_valid(rmp_state(rmp, gfn)) == validate) {
		r->carry = true;
		return;
	}
	/* Lower privileged levels start without any right, and lose it again. */
	fill(rmp, gfn, ecx == 1, validate ? RMP_GUEST_VALID : RMP_GUEST_INVALID);
	set_effect(&r->effect, gfn, span(ecx == 1),
		   validate ? RMP_ALLOW_PRIVATE : RMP_UNMAP_PRIVATE);
}

/* Return: EAX for what is wrong with RDX, or RMP_SUCCESS. */
static u32 check_adjust(u64 rcx, u64 rdx, u32 vmpl)
{
	u64 target = rdx & ADJUST_VMPL;

	if (rdx & ~ADJUST_DEFINED || target >= VMPL_COUNT)
		return RMP_FAIL_INPUT;
	if (target <= vmpl || (rdx & ADJUST_VMSA && vmpl != 0))
		return RMP_FAIL_PERMISSION;
	/* A VMSA is one 4 KiB page. */
	if (rdx & ADJUST_VMSA && rcx == 1)
		return RMP_FAIL_INPUT;
	return RMP_SUCCESS;
}

void rmp_adjust(struct rmp *rmp, u64 gfn, u64 rcx, u64 rdx, u32 vmpl, struct rmp_result *r)
{
	u32 target = rdx & ADJUST_VMPL, perms = rdx >> ADJUST_PERMS & RMP_ALL;
	u32 eax = check_adjust(rcx, rdx, vmpl);
	u16 e;

	if (eax) {
		result_eax(r, eax);
		return;
	}
	if (!operands_ok(rmp, gfn, rcx, r))
		return;
	if (!is_valid(rmp_state(rmp, gfn))) {
		result_fault(r, RMP_FAULT_NOT_VALID);
		return;
	}
	/* Nobody can give what he does not have. */
	if (perms & ~rmp_perms(rmp, gfn, vmpl)) {
		result_eax(r, RMP_FAIL_PERMISSION);
		return;
	}
	e = (u16)(rmp->entry[gfn] & ~(PERM_MASK(target) | STATE_MASK | SIZE_2M));
	e |= (u16)(perms << PERM_SHIFT(target));
	e |= rdx & ADJUST_VMSA ? RMP_VMSA : RMP_GUEST_VALID;
	fill(rmp, gfn, rcx == 1, e);
	result_eax(r, RMP_SUCCESS);
}

void rmp_query(const struct rmp *rmp, u64 gfn, u64 *rcx, u64 *rdx, u32 vmpl,
	       struct rmp_result *r)
{
	enum rmp_state state = rmp_state(rmp, gfn);
	u32 target = *rdx & ADJUST_VMPL;

	if (target >= VMPL_COUNT) {
		result_eax(r, RMP_FAIL_INPUT);
		return;
	}
	if (target < vmpl) {
		result_eax(r, RMP_FAIL_PERMISSION);
		return;
	}
	if (!is_valid(state)) {
		result_fault(r, rmp_check(rmp, gfn, true, 0, 0));
		return;
	}
	*rcx = rmp_size_2m(rmp, gfn);
	*rdx = target | (u64)rmp_perms(rmp, gfn, target) << ADJUST_PERMS;
	if (state == RMP_VMSA)
		*rdx |= ADJUST_VMSA;
	result_eax(r, RMP_SUCCESS);
}
