/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The other processors of an SNP guest, for one job: each starts with registers
 * that are made here, makes no request to the host, and is gone again before the
 * OS starts it. A host that does not run one of them has no part in the job done
 * by it; one that stops it in the middle of its part stops the boot.
 * Documents: GHCB specification (AMD 56421, revision 2.03), section 4.1.9; AMD64
 * APM volume 2 (24593, revision 3.41), section 15.36.8 and appendix B.
 */
#include <asm/cpu.h>
#include <asm/pvalidate.h>
#include <fw/alloc.h>
#include <fw/fw_cfg.h>
#include <fw/panic.h>
#include <fw/string.h>
#include <spec/fw_cfg.h>
#include <spec/vmsa.h>

#include "sev.h"

HOST_INPUT_ITEM(helpers, sev, CHECKED, 0, 0, FW_CFG_NB_CPUS, "processors to accept RAM with");

/* More of them are not faster. */
#define HELPERS_MAX	63

/* Numbers have gaps where a package does not hold a power of two. */
#define ID_LIMIT(count)	(4 * ((count) + 1))

/* Turns of a loop with PAUSE: seconds on any machine, but not for ever. */
#define WAIT_LIMIT	1000000000

/* Of RMPADJUST, until the page is not in use. */
#define END_TRIES	10000000

/* As the boot processor has them: see arch/x86/reset/longmode.asm. */
#define CR0		0x80010033	/* PG, WP, NE, ET, MP, PE */
#define EFER		0xd00		/* NXE, LMA, LME */

#define PAT_RESET	0x0007040600070406
#define STATUS_TO_FEATURES(status)	((status) >> 2)

/* Begun by nobody any more. */
#define CLOSED		(1u << 31)

struct job {
	void (*fn)(void *arg);
	void *arg;
	u32 begun;
	u32 done;
};

/*
 * A processor. Its size keeps the registers off a 2 MiB boundary, where an access
 * to the large pages beside them may fault by mistake (AMD erratum 1467).
 */
struct helper {
	u32 apic_id;
	u8 stack[3 * PAGE_SIZE - sizeof(u32)];
	struct snp_vmsa vmsa;
};

/*
 * Without an IDT, since the handler, its stack and the GHCB are the boot
 * processor's: whatever the host does to this one shuts it down.
 */
static void __attribute__((noreturn)) run_job(struct job *job)
{
	if (!(__atomic_fetch_add(&job->begun, 1, __ATOMIC_ACQUIRE) & CLOSED)) {
		job->fn(job->arg);
		__atomic_fetch_add(&job->done, 1, __ATOMIC_RELEASE);
	}
	for (;;)
		native_halt();
}

/* What is not set is not used in 64-bit mode at level 0, or is reset by the processor. */
static void fill_vmsa(struct snp_vmsa *v, struct job *job)
{
	memset(v, 0, sizeof(*v));
	v->cs.attributes = cpu_to_le16(VMSA_CODE64);
	v->ss.attributes = cpu_to_le16(VMSA_DATA);
	v->efer = cpu_to_le64(VMSA_EFER_SVME | EFER);
	v->cr4 = cpu_to_le64(read_cr4());
	v->cr3 = cpu_to_le64(read_cr3());
	v->cr0 = cpu_to_le64(CR0);
	v->dr7 = cpu_to_le64(0x400);
	v->dr6 = cpu_to_le64(0xffff0ff0);
	v->rflags = cpu_to_le64(2);
	v->rip = cpu_to_le64((uintptr_t)run_job);
	v->rdi = cpu_to_le64((uintptr_t)job);
	/* As after a call. */
	v->rsp = cpu_to_le64((uintptr_t)v - sizeof(u64));
	v->g_pat = cpu_to_le64(PAT_RESET);
	v->sev_features = cpu_to_le64(STATUS_TO_FEATURES(sev_work()->status));
	v->xcr0 = cpu_to_le64(1);
}

/* The host may refuse, for what it says of its processors need not be right. */
static bool ask_host(const struct helper *helper, u32 operation)
{
	struct ghcb_request request = {
		.code = EXIT_AP_CREATION,
		.info1 = AP_INFO(helper->apic_id, operation),
		.info2 = (uintptr_t)&helper->vmsa,
		.in = GHCB_RAX | GHCB_MAY_FAIL,
		.rax = le64_to_cpu(helper->vmsa.sev_features),
	};

	return ghcb_call(sev_channel(), &request) == 0;
}

/* Nobody can run what is not a processor's state any more, but who runs it now. */
static void end_helper(struct helper *helper)
{
	u32 tries = END_TRIES;

	(void)ask_host(helper, AP_DESTROY);
	while (rmpadjust((uintptr_t)&helper->vmsa, PAGE_ATTR_LEVEL(1)) != PAGE_OP_OK) {
		if (--tries == 0)
			panic("processor %u does not end", helper->apic_id);
		cpu_relax();
	}
}

/* Return: the first that the host has not taken. */
static struct helper *start_helpers(struct helper *h, u32 count, struct job *job)
{
	const struct helper *end = h + count;
	u32 id;

	/* Number 0 is this one. */
	for (id = 1; id < ID_LIMIT(count) && h < end; id++) {
		h->apic_id = id;
		fill_vmsa(&h->vmsa, job);
		if (rmpadjust((uintptr_t)&h->vmsa, PAGE_ATTR_LEVEL(1) | PAGE_ATTR_STATE) !=
		    PAGE_OP_OK)
			sev_terminate(GHCB_TERMINATE_GENERAL);
		if (ask_host(h, AP_CREATE))
			h++;
		else
			end_helper(h);
	}
	return h;
}

static void wait_for_done(struct job *job)
{
	u32 begun = __atomic_fetch_or(&job->begun, CLOSED, __ATOMIC_ACQUIRE);
	u32 tries = WAIT_LIMIT;

	while (__atomic_load_n(&job->done, __ATOMIC_ACQUIRE) != begun) {
		if (--tries == 0)
			panic("%u of %u processors did not come back", begun - job->done, begun);
		cpu_relax();
	}
}

int sev_run_on_all(void (*fn)(void *arg), void *arg)
{
	struct job job = { .fn = fn, .arg = arg };
	struct helper *first, *h;
	phys_addr_t base;
	u16 cpus;
	u32 count;
	int rc;

	rc = fw_cfg_read_u16(&host_input_helpers, &cpus);
	if (rc != 0)
		return rc;
	count = MIN(cpus, HELPERS_MAX + 1) - 1;
	/* Without them it only takes longer. */
	if (cpus <= 1 || !(ghcb_msr_features() & GHCB_FEATURE_AP_CREATION) ||
	    page_alloc(MEM_BOOT_DATA, count * sizeof(*h), sizeof(*h), PHYS_MAX_32, &base) != 0) {
		fn(arg);
		return 0;
	}
	first = (struct helper *)(uintptr_t)base;
	h = start_helpers(first, count, &job);
	fn(arg);
	wait_for_done(&job);
	while (h-- > first)
		end_helper(h);
	page_free(base, count * sizeof(*h));
	return 0;
}
