/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * GHCB events of SNP guests: page state changes, guest messages, processors
 * that start from a state the guest made.
 * Document: GHCB specification (AMD 56421), sections 4.1.6, 4.1.7 and 4.1.9.
 */
#define pr_fmt(fmt) "ghcb: " fmt

#include <fw/byteorder.h>
#include <fw/log.h>
#include <fw/string.h>

#include "check.h"
#include "es.h"
#include "fpu.h"
#include "ghcb.h"
#include "guest_msg.h"
#include "memory.h"
#include "smp.h"
#include "snp.h"
#include "stats.h"
#include "svm.h"
#include "trace.h"
#include "vcpu.h"
#include "vmsa.h"

#define PAGE_SIZE	0x1000ull

#define PSC_ENTRIES_MAX	253
#define PSC_HEADER	8
#define PSC_PAGE	0x000ffffffffff000ull
#define PSC_LARGE	(1ull << 56)
#define PSC_RESERVED	0xfe00000000000000ull
#define PSC_BAD_HEADER	(1ull << 32 | 1)
#define PSC_BAD_ENTRY	(1ull << 32 | 2)
#define PSC_FAILED	(0x100ull << 32)

#define AP_CREATE_ON_INIT	0
#define AP_CREATE		1
#define AP_DESTROY		2

static struct guest_msg messages;

/* One entry: read once, then marked as done. */
static u64 change_entry(u8 *entry)
{
	u64 value = get_le64(entry);
	bool large = value & PSC_LARGE;
	u64 pages = large ? RMP_PAGES_2M : 1;

	stats_count(STAT_page_state_change);
	if (value & PSC_RESERVED || (value & 0xfff) > pages)
		return PSC_BAD_ENTRY;
	if ((value & 0xfff) == pages)
		return 0;
	if (snp_page_state(value & PSC_PAGE, value >> 52 & 0xf, large) < 0)
		return PSC_FAILED;
	put_le64((value & ~0xfffull) | pages, entry);
	return 0;
}

void snp_do_page_state(struct ghcb *ghcb)
{
	u8 *buffer = ghcb_scratch(ghcb, PSC_HEADER + 8 * PSC_ENTRIES_MAX);
	u16 current, end;
	u32 reserved;

	if (buffer == NULL)
		return;
	current = get_le16(buffer);
	end = get_le16(buffer + 2);
	trace(1, "ghcb: page state change, entries %u to %u, first %llx", current, end,
	      (unsigned long long)get_le64(buffer + PSC_HEADER));
	if (current > end || end >= PSC_ENTRIES_MAX) {
		ghcb->result2 = PSC_BAD_HEADER;
		return;
	}
	/* KVM does not look at it. */
	reserved = get_le32(buffer + 4);
	if (reserved != 0)
		check_failed(CHECK_GHCB_RESERVED, "page state change header %x", reserved);
	for (; current <= end; current++) {
		ghcb->result2 = change_entry(buffer + PSC_HEADER + 8 * current);
		if (ghcb->result2 != 0)
			break;
	}
	put_le16(current, buffer);
}

void snp_messages_init(const u8 keys[4][32], const u8 measurement[48])
{
	memcpy(messages.keys, keys, sizeof(messages.keys));
	memcpy(messages.report.measurement, measurement, sizeof(messages.report.measurement));
	messages.report.policy = 0x30000;
	messages.report.fms = cpuid_guest(NULL, 1, 0).eax;
	messages.report.smt = true;
}

void snp_do_guest_request(struct ghcb *ghcb)
{
	static u8 request[GUEST_MSG_PAGE], response[GUEST_MSG_PAGE];	/* under the lock */
	const void *from = es_host_ptr(ghcb->info1, PAGE_SIZE);
	void *to = es_host_ptr(ghcb->info2, PAGE_SIZE);
	enum psp_status status;

	if (from == NULL || to == NULL || from == to) {
		ghcb_fail(ghcb, GHCB_INVALID_INPUT);
		return;
	}
	memcpy(request, from, sizeof(request));
	status = guest_msg_request(&messages, request, response);
	pr_info("guest message of type %u: status %x", request[0x34], status);
	if (status == PSP_SUCCESS)
		memcpy(to, response, sizeof(response));
	ghcb->result2 = status;
}

/* The save area of a VMCB begins like a VMSA. */
static void load_vmsa(struct cpu *cpu, const struct vmsa *vmsa)
{
	struct vmcb_save *save = &cpu->vmcb.save;

	_Static_assert(offsetof(struct vmsa, g_pat) == offsetof(struct vmcb_save, g_pat), "VMSA");
	memcpy(save, vmsa, offsetof(struct vmsa, dbgctl));
	save->efer |= EFER_SVME;
	cpu->gpr[RCX] = vmsa->rcx;
	cpu->gpr[RDX] = vmsa->rdx;
	cpu->gpr[RBX] = vmsa->rbx;
	cpu->gpr[RBP] = vmsa->rbp;
	cpu->gpr[RSI] = vmsa->rsi;
	cpu->gpr[RDI] = vmsa->rdi;
	memcpy(&cpu->gpr[R8], &vmsa->r8, 8 * sizeof(cpu->gpr[0]));
	fpu_load(vmsa);
}

/* The guest may have changed the page, so it is looked at where it is used. */
static void start_from_vmsa(struct cpu *cpu)
{
	struct es_cpu *es = es_of(cpu);
	static struct vmsa vmsa;		/* under the lock */
	struct es_cpu before = *es;
	const void *page = mem_private_ptr(cpu->start_arg, sizeof(vmsa));
	const char *why;

	vcpu_reset(cpu);
	/* The GHCB MSR is in the VMCB and its registration the host's: both outlive a VMSA. */
	if (before.ghcb_msr != 0) {
		es->ghcb_msr = before.ghcb_msr;
		es->registered = before.registered;
	}
	memcpy(&vmsa, page, sizeof(vmsa));
	why = vmsa_check(&vmsa, VMSA_FEATURE_SNP);
	if (why == NULL && !fpu_can_load(&vmsa))
		why = "XCR0 or MXCSR";
	if (why != NULL) {
		pr_warn("cpu %u: the VMSA at %llx cannot run: %s", cpu->id,
			(unsigned long long)cpu->start_arg, why);
		ccvm_unlock();
		for (;;)
			__asm__ volatile("cli; hlt");
	}
	load_vmsa(cpu, &vmsa);
}

static bool vmsa_usable(u64 gpa)
{
	u64 number = mem_page_number(gpa);

	return IS_ALIGNED(gpa, PAGE_SIZE) && !IS_ALIGNED(gpa, MiB(2)) && number != MEM_NONE &&
	       rmp_state(&snp_rmp, number) == RMP_VMSA;
}

void snp_do_ap_creation(struct ghcb *ghcb)
{
	u32 request = ghcb->info1 & 0xffff, id = ghcb->info1 >> 32;
	u32 vmpl = ghcb->info1 >> 16 & 0xffff;
	bool known = id < cpu_count && id != ghcb->cpu->id && vmpl == 0;

	if (known && request == AP_DESTROY) {
		smp_stop(&cpus[id]);
		return;
	}
	if (!known || request > AP_DESTROY || !vmsa_usable(ghcb->info2) ||
	    ghcb_get(ghcb, GHCB_RAX) != VMSA_FEATURE_SNP) {
		pr_warn("AP creation refused: %llx, VMSA %llx", (unsigned long long)ghcb->info1,
			(unsigned long long)ghcb->info2);
		ghcb_fail(ghcb, GHCB_INVALID_INPUT);
		return;
	}
	es_of(&cpus[id])->launched = true;
	if (request == AP_CREATE) {
		smp_start(&cpus[id], start_from_vmsa, ghcb->info2);
	} else {
		cpus[id].start_arg = ghcb->info2;
		cpus[id].init_seen = true;
	}
}
