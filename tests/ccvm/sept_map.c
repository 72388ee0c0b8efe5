/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Page states of a trust domain joined with the memory behind them: what the
 * host does for an accept or a MapGPA, and what a fault of the guest means.
 *
 * Documents: Intel TDX module ABI specification (348551), TDG.MEM.PAGE.ACCEPT,
 * TDH.MEM.PAGE.AUG; Guest-Host Communication Interface (348552), MapGPA.
 */
#define pr_fmt(fmt) "tdx: " fmt

#include <fw/errno.h>
#include <fw/log.h>
#include <fw/string.h>

#include "attack.h"
#include "check.h"
#include "config.h"
#include "handover.h"
#include "memory.h"
#include "mode.h"
#include "npt.h"
#include "stats.h"
#include "stop.h"
#include "tdx.h"
#include "trace.h"

#define PAGE_SHIFT	12
#define PAGE_SIZE	0x1000ull

/* Of a page's mapping, as TDG.MEM.PAGE.ATTR.RD returns it. */
#define MAPPING_PENDING	(1ull << 62)

/* Video memory: devices, although the memory map calls it RAM. */
#define VGA_BASE	0xa0000ull
#define VGA_SIZE	0x20000ull

/* An exit that the host can resolve is followed by another try. */
#define ACCEPT_TRIES	8

/* Pages that have had contents, so that "accepted as zero" means writing zeros. */
static u8 *used;

void td_build(void)
{
	struct sept *sept = &td.sept;

	sept->gpaw = TDX_GPAW;
	sept->pages = (HIGH_RAM + guest.high) >> PAGE_SHIFT;
	sept->entry = mem_alloc(sept->pages);
	used = mem_alloc(mem_page_count() / 8 + 1);
	td.root = npt_new();
}

static bool test_and_set_used(u64 gpa)
{
	u64 n = mem_page_number(gpa);
	u8 bit = (u8)(1u << n % 8);
	bool was = used[n / 8] & bit;

	used[n / 8] |= bit;
	/* The image was read to where its private pages are. */
	return was || mem_is_firmware(gpa);
}

static void zero_page(u64 gpa)
{
	if (test_and_set_used(gpa))
		memset(host_ptr(mem_private(gpa)), 0, PAGE_SIZE);
}

static bool has_memory(u64 gpa, u64 size)
{
	return mem_private(gpa) != MEM_NONE && mem_private(gpa + size - 1) != MEM_NONE &&
	       mem_private(gpa + size - 1) - mem_private(gpa) == size - 1;
}

static void apply(const struct sept_effect *e)
{
	u64 gpa = e->gfn << PAGE_SHIFT, size = e->count << PAGE_SHIFT, offset;

	if (e->todo & SEPT_UNMAP_PRIVATE)
		npt_unmap(td.root, gpa, size);
	if (e->todo & SEPT_UNMAP_SHARED)
		npt_unmap(td.root, TDX_SHARED | gpa, size);
	if (e->todo & SEPT_ZERO) {
		for (offset = 0; offset < size; offset += PAGE_SIZE)
			zero_page(gpa + offset);
	}
	if (e->todo & SEPT_ALLOW_PRIVATE)
		npt_map(td.root, gpa, mem_private(gpa), size, NPT_WRITE);
	/* Shared pages are mapped when they are used, so that fetches show. */
}

int td_add_page(u64 gpa)
{
	int err;

	if (mem_private(gpa) == MEM_NONE)
		return -ENOENT;
	err = sept_add(&td.sept, gpa >> PAGE_SHIFT);
	if (err)
		return err;
	test_and_set_used(gpa);
	npt_map(td.root, gpa, mem_private(gpa), PAGE_SIZE, NPT_WRITE);
	return 0;
}

/* TDH.MEM.PAGE.AUG: of 2 MiB if it fits and the host does that. */
static int aug(u64 gfn, u32 level)
{
	u64 large = ALIGN_DOWN(gfn, (u64)SEPT_PAGES_2M);

	if (level == SEPT_2M && !config.tdx_4k &&
	    has_memory(large << PAGE_SHIFT, MiB(2)) && sept_aug(&td.sept, large, SEPT_2M) == 0)
		return 0;
	if (!has_memory(gfn << PAGE_SHIFT, PAGE_SIZE))
		return -ENOENT;
	return sept_aug(&td.sept, gfn, SEPT_4K);
}

static int make_private(u64 gfn)
{
	struct sept_map_gpa call = { .gpa = gfn << PAGE_SHIFT, .size = PAGE_SIZE };

	sept_map_gpa(&td.sept, &call);
	apply(&call.effect);
	return call.status == TDVMCALL_SUCCESS ? 0 : -EINVAL;
}

static int unblock(u64 gfn)
{
	struct sept_effect effect;
	int err = sept_unblock(&td.sept, gfn, &effect);

	if (!err)
		apply(&effect);
	return err;
}

/* The host's answer to a TD exit of an accept. */
static int resolve_accept(enum sept_exit exit, u64 gfn, u32 level)
{
	switch (exit) {
	case SEPT_EXIT_FREE:
		return aug(gfn, level);
	case SEPT_EXIT_DEMOTE:
		return sept_demote(&td.sept, gfn);
	case SEPT_EXIT_BLOCKED:
		return unblock(gfn);
	case SEPT_EXIT_SHARED:
		check_failed(CHECK_VALIDATE_SHARED, "accept of %llx, level %u",
			     (unsigned long long)(gfn << PAGE_SHIFT), level);
		return make_private(gfn);
	default:
		return -EINVAL;
	}
}

/* A hostile host removes the page and adds another one, which is pending. */
static void replace_page(u64 gpa)
{
	u64 gfn = gpa >> PAGE_SHIFT;
	struct sept_effect effect;

	if (sept_level(&td.sept, gfn) != SEPT_4K || sept_block(&td.sept, gfn, &effect) < 0)
		return;
	apply(&effect);
	sept_remove(&td.sept, gfn);
	sept_aug(&td.sept, gfn, SEPT_4K);
	pr_info("the page at %llx is another one now", (unsigned long long)gpa);
}

static void accept_done(struct cpu *cpu, u64 rcx, const struct sept_result *r)
{
	u64 gpa = ALIGN_DOWN(rcx, PAGE_SIZE);

	apply(&r->effect);
	if (r->status == TDX_SUCCESS && attack_page_validated(gpa))
		replace_page(gpa);
	if ((r->status & ~0xffffffffull) == TDX_PAGE_ALREADY_ACCEPTED)
		check_failed(CHECK_DOUBLE_VALIDATE, "accept of %llx at %llx",
			     (unsigned long long)rcx, (unsigned long long)vcpu_linear_ip(cpu));
}

u64 td_accept(struct cpu *cpu, u64 rcx)
{
	u64 gfn = (rcx & (TDX_SHARED - 1)) >> PAGE_SHIFT;
	struct sept_result r;
	unsigned int i;

	stats_count(STAT_accept);
	for (i = 0; i < ACCEPT_TRIES; i++) {
		sept_accept(&td.sept, rcx, &r);
		if (r.exit == SEPT_OK) {
			accept_done(cpu, rcx, &r);
			return r.status;
		}
		if (resolve_accept(r.exit, gfn, (u32)(rcx & 7)) < 0)
			break;
	}
	/* On hardware the host would end the trust domain. */
	ccvm_stop(STOP_CHECK, "unvalidated: accept of %llx at %llx, where there is no memory",
		  (unsigned long long)rcx, (unsigned long long)vcpu_linear_ip(cpu));
}

/* What keeps a page's attributes from being read; the host resolves it. */
static enum sept_exit attr_exit(u64 gfn, u32 level)
{
	switch (sept_state(&td.sept, gfn)) {
	case SEPT_FREE:
		return SEPT_EXIT_FREE;
	case SEPT_BLOCKED:
	case SEPT_PENDING_BLOCKED:
		return SEPT_EXIT_BLOCKED;
	case SEPT_SHARED:
		return SEPT_EXIT_SHARED;
	default:
		return sept_level(&td.sept, gfn) > level ? SEPT_EXIT_DEMOTE : SEPT_OK;
	}
}

u64 td_page_attr(struct cpu *cpu, u64 gpa, u32 level, u64 *mapping)
{
	u64 gfn = gpa >> PAGE_SHIFT;
	enum sept_exit exit;
	unsigned int i;
	u32 found;

	for (i = 0; i < ACCEPT_TRIES; i++) {
		exit = attr_exit(gfn, level);
		if (exit == SEPT_OK)
			break;
		if (resolve_accept(exit, gfn, level == SEPT_2M ? SEPT_2M : SEPT_4K) < 0)
			ccvm_stop(STOP_CHECK, "unvalidated: attributes of %llx at %llx, where there "
				  "is no memory", (unsigned long long)gpa,
				  (unsigned long long)vcpu_linear_ip(cpu));
	}
	found = sept_level(&td.sept, gfn);
	if (level != TD_ANY_LEVEL && found < level)
		return TDX_PAGE_SIZE_MISMATCH | level;
	*mapping = ALIGN_DOWN(gpa, found == SEPT_2M ? MiB(2) : PAGE_SIZE) | found;
	if (sept_state(&td.sept, gfn) == SEPT_PENDING)
		*mapping |= MAPPING_PENDING;
	return TDX_SUCCESS;
}

u64 td_map_gpa(u64 gpa, u64 size, u64 *next)
{
	struct sept_map_gpa call = { .gpa = gpa, .size = size, .budget = config.tdx_map_budget };

	stats_count(STAT_map_gpa);
	sept_map_gpa(&td.sept, &call);
	apply(&call.effect);
	trace(1, "tdx: MapGPA %llx + %llx: %llx, next %llx", (unsigned long long)gpa,
	      (unsigned long long)size, (unsigned long long)call.status,
	      (unsigned long long)call.next);
	*next = call.next;
	return call.status;
}

static bool is_shared_memory(u64 page)
{
	return mem_shared(page) != MEM_NONE && page - VGA_BASE >= VGA_SIZE;
}

bool td_host_may_access(u64 gpa)
{
	return sept_state(&td.sept, gpa >> PAGE_SHIFT) == SEPT_SHARED;
}

static void shared_fault(struct cpu *cpu, u64 gpa, u64 info)
{
	u64 page = ALIGN_DOWN(gpa & ~TDX_SHARED, PAGE_SIZE);
	u32 flags = NPT_WRITE | NPT_NO_EXEC;

	if (info & NPF_PAGE_WALK)
		check_failed(CHECK_TABLES_SHARED, "at %llx, rip %llx", (unsigned long long)gpa,
			     (unsigned long long)vcpu_linear_ip(cpu));
	if (!is_shared_memory(page)) {
		ve_mmio(cpu, gpa, info);
		return;
	}
	if (info & NPF_FETCH) {
		check_failed(CHECK_EXEC_SHARED, "at %llx, rip %llx", (unsigned long long)gpa,
			     (unsigned long long)vcpu_linear_ip(cpu));
		flags = NPT_WRITE;
	}
	if (sept_state(&td.sept, page >> PAGE_SHIFT) != SEPT_SHARED)
		check_failed(CHECK_SHARED_OF_PRIVATE, "%llx, rip %llx", (unsigned long long)gpa,
			     (unsigned long long)vcpu_linear_ip(cpu));
	npt_map(td.root, TDX_SHARED | page, mem_shared(page), PAGE_SIZE, flags);
}

static bool pending_raises_ve(void)
{
	return !(td.td_ctls & TD_CTLS_PENDING_VE_OFF);
}

/* A private access that the host cannot make work. */
static void refuse_private(struct cpu *cpu, u64 gpa, enum sept_exit exit)
{
	enum check_id id = exit == SEPT_EXIT_SHARED ? CHECK_PRIVATE_OF_SHARED : CHECK_UNVALIDATED;

	check_failed(id, "%llx, rip %llx", (unsigned long long)gpa,
		     (unsigned long long)vcpu_linear_ip(cpu));
	npt_map(td.root, ALIGN_DOWN(gpa, PAGE_SIZE), mem_private(ALIGN_DOWN(gpa, PAGE_SIZE)),
		PAGE_SIZE, NPT_WRITE);
}

static void private_fault(struct cpu *cpu, u64 gpa, u64 info)
{
	u64 gfn = gpa >> PAGE_SHIFT;
	enum sept_exit exit;

	if (mem_private(gpa) == MEM_NONE) {
		check_failed(CHECK_MMIO_PRIVATE, "%llx, rip %llx", (unsigned long long)gpa,
			     (unsigned long long)vcpu_linear_ip(cpu));
		ve_mmio(cpu, gpa, info);
		return;
	}
	exit = sept_check(&td.sept, gfn, pending_raises_ve());
	if (exit == SEPT_EXIT_FREE && aug(gfn, SEPT_4K) == 0)
		exit = sept_check(&td.sept, gfn, pending_raises_ve());
	switch (exit) {
	case SEPT_OK:
		npt_map(td.root, ALIGN_DOWN(gpa, PAGE_SIZE),
			mem_private(ALIGN_DOWN(gpa, PAGE_SIZE)), PAGE_SIZE, NPT_WRITE);
		break;
	case SEPT_VE:
		ve_mmio(cpu, gpa, info);
		break;
	case SEPT_EXIT_BLOCKED:
		unblock(gfn);
		break;
	default:
		refuse_private(cpu, gpa, exit);
		break;
	}
}

void td_exit_npf(struct cpu *cpu)
{
	u64 gpa = cpu->vmcb.control.exit_info2, info = cpu->vmcb.control.exit_info1;

	if (gpa & TDX_SHARED)
		shared_fault(cpu, gpa, info);
	else
		private_fault(cpu, gpa, info);
}

/* Said once: showing the state of the processor walks the same tables again. */
static void check_walk(const struct cpu *cpu, u64 gpa)
{
	static bool said;

	if (said || !(gpa & TDX_SHARED))
		return;
	said = true;
	check_failed(CHECK_TABLES_SHARED, "at %llx, rip %llx", (unsigned long long)gpa,
		     (unsigned long long)vcpu_linear_ip(cpu));
}

void td_handover(const struct cpu *cpu __unused, struct handover *h)
{
	u64 gfn;

	for (gfn = 0; gfn < td.sept.pages; gfn++) {
		u64 gpa = gfn << PAGE_SHIFT;

		if (sept_state(&td.sept, gfn) == SEPT_SHARED && mem_is_ram(gpa) &&
		    is_shared_memory(gpa))
			handover_add_shared(h, gpa);
	}
}

u64 td_accepted(void)
{
	u64 gfn, count = 0;

	for (gfn = 0; gfn < td.sept.pages; gfn++)
		count += mem_is_ram(gfn << PAGE_SHIFT) &&
			 sept_state(&td.sept, gfn) == SEPT_MAPPED;
	return count;
}

u64 td_translate(const struct cpu *cpu, u64 gpa, enum access access)
{
	/* Page walks are private, whatever the bit says. */
	if (access == ACCESS_WALK)
		check_walk(cpu, gpa);
	if (gpa & TDX_SHARED && access != ACCESS_WALK)
		return is_shared_memory(gpa & ~TDX_SHARED) ? mem_shared(gpa & ~TDX_SHARED)
							   : MEM_NONE;
	gpa &= ~TDX_SHARED;
	if (sept_state(&td.sept, gpa >> PAGE_SHIFT) != SEPT_MAPPED)
		return MEM_NONE;
	return mem_private(gpa);
}

void *td_buffer(struct cpu *cpu, u64 gpa, size_t len)
{
	if (sept_state(&td.sept, gpa >> PAGE_SHIFT) != SEPT_MAPPED) {
		check_failed(CHECK_UNVALIDATED, "operand of TDCALL %llx at %llx",
			     (unsigned long long)gpa, (unsigned long long)vcpu_linear_ip(cpu));
		return NULL;
	}
	return mem_private_ptr(gpa, len);
}
