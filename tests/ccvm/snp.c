/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Page states and nested tables of an SNP guest. A page is mapped private only
 * while it is validated, and shared only while it is not assigned, so that
 * every wrong access ends up here.
 * Document: AMD64 APM volume 2, section 15.36.10 (RMP and VMPL checks).
 */
#define pr_fmt(fmt) "snp: " fmt

#include <fw/errno.h>
#include <fw/log.h>
#include <fw/string.h>

#include "attack.h"
#include "check.h"
#include "config.h"
#include "es.h"
#include "gpaccess.h"
#include "handover.h"
#include "memory.h"
#include "npt.h"
#include "snp.h"
#include "stats.h"
#include "stop.h"
#include "trace.h"
#include "vcpu.h"

#define PAGE_SIZE	0x1000ull
#define LARGE_SIZE	MiB(2)

#define VC_NOT_VALIDATED 0x404

/* What shows of a page's old bytes after it changed hands. */
#define JUNK		0x5c
#define JUNK_SIZE	64

struct rmp snp_rmp;

/*
 * Per page: the guest made it shared itself; its private bytes are junk to come;
 * an attack took it away.
 */
#define NOTE_SHARED	0x1
#define NOTE_JUNK	0x2
#define NOTE_TAKEN	0x4
static u8 *notes;

/*
 * Page that the code is in which made a page shared. Linux shares a part of its
 * image (.bss..decrypted) before it uses its own addresses: that close to the
 * kernel's code nobody else's is.
 */
#define KERNEL_SIZE	MiB(32)
static u32 *sharer;
static u64 current_ip;

void snp_pages_init(void)
{
	snp_rmp.pages = mem_page_count();
	snp_rmp.entry = mem_alloc(snp_rmp.pages * sizeof(snp_rmp.entry[0]));
	notes = mem_alloc(snp_rmp.pages);
	sharer = mem_alloc(snp_rmp.pages * sizeof(sharer[0]));
}

bool snp_host_may_access(u64 gpa)
{
	u64 number = mem_page_number(gpa);

	return number != MEM_NONE && rmp_state(&snp_rmp, number) == RMP_HYPERVISOR;
}

u64 snp_translate(const struct cpu *cpu, u64 gpa, enum access access)
{
	u64 address = gpa & ~C_BIT;
	u64 number = mem_page_number(address);
	bool private = sev_effective_private(cpu, gpa, access);

	if (number == MEM_NONE)
		return MEM_NONE;
	if (rmp_check(&snp_rmp, number, private, 0, 0) != RMP_OK &&
	    !check_is_allowed(private ? CHECK_UNVALIDATED : CHECK_SHARED_OF_PRIVATE))
		return MEM_NONE;
	return private ? mem_private(address) : mem_shared(address);
}

static void scramble(u64 number, u64 count)
{
	u64 i;

	for (i = number; i < number + count; i++) {
		u8 *page;

		if (!(notes[i] & NOTE_JUNK))
			continue;
		notes[i] &= (u8)~NOTE_JUNK;
		page = host_ptr(mem_private(mem_page_gpa(i)));
		memset(page, JUNK, JUNK_SIZE);
		memset(page + PAGE_SIZE - JUNK_SIZE, JUNK, JUNK_SIZE);
	}
}

static void map_private(u64 bit, u64 gpa, u64 size)
{
	scramble(mem_page_number(gpa), size / PAGE_SIZE);
	npt_map(sev_root, bit | gpa, mem_private(gpa), size, NPT_WRITE);
}

void snp_apply(const struct rmp_effect *effect)
{
	u64 gpa = mem_page_gpa(effect->gfn);
	u64 i, size = effect->count * PAGE_SIZE;

	if (effect->count == 0)
		return;
	if (effect->todo & RMP_UNMAP_PRIVATE)
		npt_unmap(sev_root, C_BIT | gpa, size);
	/* The alias without C-bit may show the private page to page walks. */
	if (effect->todo & (RMP_UNMAP_SHARED | RMP_UNMAP_PRIVATE))
		npt_unmap(sev_root, gpa, size);
	if (effect->todo & RMP_NEW_CONTENT) {
		for (i = effect->gfn; i < effect->gfn + effect->count; i++)
			notes[i] = NOTE_JUNK;
	}
	if (effect->todo & RMP_ALLOW_PRIVATE) {
		for (i = effect->gfn; i < effect->gfn + effect->count; i++)
			notes[i] &= (u8)~NOTE_TAKEN;
	}
	/* Large pages wait for a first touch, since all of one is scrambled. */
	if (effect->todo & RMP_ALLOW_PRIVATE && effect->count == 1)
		map_private(C_BIT, gpa, PAGE_SIZE);
}

/* A large operation must stay inside one range of RAM. */
static bool range_ok(u64 gpa, bool large)
{
	u64 last = gpa + (large ? LARGE_SIZE : PAGE_SIZE) - PAGE_SIZE;
	u64 pages = (last - gpa) / PAGE_SIZE;

	return IS_ALIGNED(gpa, large ? LARGE_SIZE : PAGE_SIZE) && mem_is_ram(gpa) &&
	       mem_page_number(last) != MEM_NONE &&
	       mem_page_number(last) == mem_page_number(gpa) + pages;
}

void snp_take_page(u64 number)
{
	static const struct rmp_new again = { .assigned = true };
	struct rmp_effect effect;

	if (rmp_update(&snp_rmp, number, &again, &effect) != RMP_SUCCESS)
		return;
	snp_apply(&effect);
	notes[number] |= NOTE_TAKEN;
}

static bool is_registered(u64 gpa)
{
	u32 i;

	for (i = 0; i < cpu_count; i++) {
		if (es_cpus[i].registered == gpa)
			return true;
	}
	return false;
}

static bool is_left_shared(u64 number, u64 kernel)
{
	u64 gpa = mem_page_gpa(number);
	u64 from = sharer[number] * PAGE_SIZE;

	return rmp_state(&snp_rmp, number) == RMP_HYPERVISOR && mem_is_ram(gpa) &&
	       notes[number] & NOTE_SHARED && !is_registered(gpa) &&
	       (config_is_own_address(from) || from + KERNEL_SIZE < kernel ||
		from > kernel + KERNEL_SIZE);
}

void snp_note_request(struct cpu *cpu)
{
	current_ip = vcpu_linear_ip(cpu);
	handover_request(cpu);
}

void snp_handover(const struct cpu *cpu, struct handover *h)
{
	u64 ip = vcpu_linear_ip(cpu), kernel, number;

	if (gva_to_gpa(cpu, ip, &kernel) < 0)
		ccvm_stop(STOP_ERROR, "no code at %llx", (unsigned long long)ip);
	kernel &= ~C_BIT;
	for (number = 0; number < snp_rmp.pages; number++) {
		if (is_left_shared(number, kernel))
			handover_add_shared(h, mem_page_gpa(number));
	}
}

u64 snp_accepted(void)
{
	u64 number, count = 0;

	for (number = 0; number < snp_rmp.pages; number++)
		count += mem_is_ram(mem_page_gpa(number)) &&
			 rmp_state(&snp_rmp, number) >= RMP_GUEST_VALID;
	return count;
}

static void note_shared(u64 number, bool large)
{
	u64 i;

	for (i = number; i < number + (large ? RMP_PAGES_2M : 1); i++) {
		notes[i] |= NOTE_SHARED;
		sharer[i] = (u32)(current_ip / PAGE_SIZE);
	}
}

int snp_page_state(u64 gpa, u32 operation, bool large)
{
	struct rmp_effect effect = { 0 };
	u64 number = mem_page_number(gpa);
	int rc = 0;

	trace(2, "snp: page state change of %llx, operation %u%s", (unsigned long long)gpa,
	      operation, large ? ", 2 MiB" : "");
	if (!range_ok(gpa, large))
		return -EINVAL;
	switch (operation) {
	case PSC_PRIVATE:
		rc = rmp_set_private(&snp_rmp, number, large, &effect);
		break;
	case PSC_SHARED:
		if (rmp_state(&snp_rmp, number) == RMP_GUEST_VALID)
			check_failed(CHECK_SHARED_VALIDATED, "page %llx", (unsigned long long)gpa);
		rc = rmp_set_shared(&snp_rmp, number, large, &effect);
		if (rc == 0)
			note_shared(number, large);
		break;
	case PSC_PSMASH:
	case PSC_UNSMASH:
		break;		/* hints */
	default:
		return -EINVAL;
	}
	if (rc == 0)
		snp_apply(&effect);
	return rc;
}

static enum check_id private_check(u64 number, u64 info)
{
	bool was_shared = rmp_state(&snp_rmp, number) == RMP_HYPERVISOR &&
			  notes[number] & NOTE_SHARED;

	if (was_shared && info & NPF_PAGE_WALK)
		return CHECK_TABLES_SHARED;
	return was_shared ? CHECK_PRIVATE_OF_SHARED : CHECK_UNVALIDATED;
}

/* False: the guest got an exception instead of its page. */
static bool bad_private(struct cpu *cpu, u64 gpa, u64 number)
{
	enum rmp_state state = rmp_state(&snp_rmp, number);

	if (notes[number] & NOTE_TAKEN) {
		/* Not the guest's fault: what it makes of it is the question. */
		pr_info("the guest notices that page %llx is not validated, at rip %llx",
			(unsigned long long)gpa, (unsigned long long)vcpu_linear_ip(cpu));
		es_raise(cpu, VC_NOT_VALIDATED);
		return false;
	}
	check_failed(private_check(number, cpu->vmcb.control.exit_info1),
		     "page %llx, state %d, rip %llx", (unsigned long long)gpa, state,
		     (unsigned long long)vcpu_linear_ip(cpu));
	/* Allowed: the page works although its state is wrong. */
	map_private(C_BIT, ALIGN_DOWN(gpa, PAGE_SIZE), PAGE_SIZE);
	return true;
}

/* Map the page that was touched, or all of its 2 MiB entry. */
static void good_private(u64 gpa, u64 number)
{
	if (rmp_size_2m(&snp_rmp, number))
		map_private(C_BIT, ALIGN_DOWN(gpa, LARGE_SIZE), LARGE_SIZE);
	else
		map_private(C_BIT, ALIGN_DOWN(gpa, PAGE_SIZE), PAGE_SIZE);
}

static void shared_fault(struct cpu *cpu, u64 gpa, u64 number, u64 info)
{
	u64 page = ALIGN_DOWN(gpa, PAGE_SIZE);

	if (info & NPF_PAGE_WALK) {
		/* Tables are private even where an entry lacks the C-bit. */
		if (rmp_check(&snp_rmp, number, true, 0, 0) == RMP_OK ||
		    bad_private(cpu, gpa, number))
			map_private(0, page, PAGE_SIZE);
		return;
	}
	/* Fetches are private whatever the C-bit, too. */
	if (info & NPF_FETCH) {
		sev_map_alias(cpu, gpa, info);
		if (rmp_check(&snp_rmp, number, true, 0, 0) != RMP_OK)
			bad_private(cpu, gpa, number);
		return;
	}
	if (rmp_check(&snp_rmp, number, false, 0, 0) != RMP_OK)
		check_failed(CHECK_SHARED_OF_PRIVATE, "page %llx, state %d, rip %llx",
			     (unsigned long long)gpa, rmp_state(&snp_rmp, number),
			     (unsigned long long)vcpu_linear_ip(cpu));
	sev_map_alias(cpu, gpa, info);
}

void snp_npf(struct cpu *cpu)
{
	u64 gpa = cpu->vmcb.control.exit_info2, address = gpa & ~C_BIT;
	u64 info = cpu->vmcb.control.exit_info1;
	u64 number = mem_page_number(address);

	if (es_mmio_fault(cpu, gpa))
		return;
	if (!(gpa & C_BIT) && !sev_effective_private(cpu, gpa, ACCESS_READ)) {
		shared_fault(cpu, address, number, info);
		return;
	}
	if (rmp_check(&snp_rmp, number, true, 0, 0) == RMP_OK)
		good_private(address, number);
	else
		bad_private(cpu, address, number);
}
