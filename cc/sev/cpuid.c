/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * CPUID. An SNP guest believes the page that the secure processor has checked,
 * and the host in nothing but a processor's number. Without SNP there is only
 * the host's word.
 * Documents: SEV-SNP firmware ABI (AMD 56860, revision 1.55), section 8.14.2.6;
 * AMD64 APM volume 3 (24594, revision 3.36), appendix E.
 */
#include <asm/cpu.h>
#include <asm/flags.h>
#include <fw/byteorder.h>
#include <fw/host_input.h>
#include <fw/layout.h>

#include "cpuid.h"
#include "sev.h"

HOST_INPUT_OTHER(cpuid_page, sev, CHECKED, 0, 0, "SNP CPUID page");

#define LEAF_FEATURES	0x1
#define LEAF_EXTENDED	0x7
#define LEAF_TOPOLOGY	0xb
#define LEAF_XSAVE	0xd
#define LEAF_AMD_TOPOLOGY 0x8000001e

#define APIC_ID_1	0xff000000u	/* leaf 1, EBX */
#define APIC_ENABLED	(1u << 9)	/* leaf 1, EDX */
#define OSXSAVE		(1u << 27)	/* leaf 1, ECX */
#define OSPKE		(1u << 4)	/* leaf 7, ECX */
#define LOW_BYTE	0xffu

#define XSAVE_BASE	0x240		/* legacy area and header */
#define XSAVE_FIRST	2		/* sub-leaf of the first further feature */
#define XSAVE_ALIGNED	(1u << 1)	/* ECX of a feature: 64 bytes in a compacted area */

bool snp_cpuid_page_ok(const struct snp_cpuid_page *page)
{
	u32 count = le32_to_cpu(page->count);

	return count > 0 && count <= SNP_CPUID_MAX;
}

static bool is_indexed(u32 leaf)
{
	static const u32 indexed[] = {
		0x4, 0x7, 0xb, 0xd, 0xf, 0x10, 0x12, 0x14, 0x17, 0x18, 0x1d, 0x1e, 0x1f,
		0x8000001d, 0x80000020, 0x80000026,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(indexed); i++) {
		if (indexed[i] == leaf)
			return true;
	}
	return false;
}

static const struct snp_cpuid_entry *find_entry(const struct snp_cpuid_page *page, u32 leaf,
						u32 subleaf)
{
	bool indexed = is_indexed(leaf);
	u32 i, count = le32_to_cpu(page->count);

	for (i = 0; i < count; i++) {
		const struct snp_cpuid_entry *e = &page->entry[i];

		if (le32_to_cpu(e->eax_in) == leaf &&
		    (!indexed || le32_to_cpu(e->ecx_in) == subleaf))
			return e;
	}
	return NULL;
}

/* The size of an XSAVE area with the features that are enabled now. */
static u32 xsave_size(const struct snp_cpuid_page *page, u64 features, bool compacted)
{
	u32 i, count = le32_to_cpu(page->count), size = XSAVE_BASE;

	for (i = 0; i < count; i++) {
		const struct snp_cpuid_entry *e = &page->entry[i];
		u32 feature = le32_to_cpu(e->ecx_in);
		u32 bytes = le32_to_cpu(e->eax), flags = le32_to_cpu(e->ecx);

		if (le32_to_cpu(e->eax_in) != LEAF_XSAVE || feature < XSAVE_FIRST ||
		    feature > 63 || !(features >> feature & 1))
			continue;
		if (!compacted)
			size = MAX(size, le32_to_cpu(e->ebx) + bytes);
		else
			size = (flags & XSAVE_ALIGNED ? ALIGN_UP(size, 64u) : size) + bytes;
	}
	return size;
}

static u32 merge(u32 trusted, u32 host, u32 mask)
{
	return (trusted & ~mask) | (host & mask);
}

/* What is this processor's, not the machine's. */
static void fix_features(struct cpuid_regs *r, const struct cpuid_regs *host, u64 cr4)
{
	r->ebx = merge(r->ebx, host->ebx, APIC_ID_1);
	r->edx = merge(r->edx, host->edx, APIC_ENABLED);
	r->ecx = merge(r->ecx, cr4 & CR4_OSXSAVE ? OSXSAVE : 0, OSXSAVE);
}

static void fix_xsave(const struct snp_cpuid_page *page, const struct snp_cpuid_state *state,
		      u32 subleaf, struct cpuid_regs *r)
{
	if (subleaf == 0)
		r->ebx = xsave_size(page, state->xcr0, false);
	else if (subleaf == 1)
		r->ebx = xsave_size(page, state->xcr0 | state->xss, true);
}

struct cpuid_regs snp_cpuid_lookup(const struct snp_cpuid_page *page,
				   const struct snp_cpuid_state *state, u32 leaf, u32 subleaf,
				   struct cpuid_regs (*host)(u32 leaf, u32 subleaf))
{
	const struct snp_cpuid_entry *e = find_entry(page, leaf, subleaf);
	struct cpuid_regs r = { 0 }, h;

	/* What is not in the page is not there: all zero. */
	if (e != NULL)
		r = (struct cpuid_regs) {
			le32_to_cpu(e->eax), le32_to_cpu(e->ebx),
			le32_to_cpu(e->ecx), le32_to_cpu(e->edx),
		};
	switch (leaf) {
	case LEAF_FEATURES:
		h = host(leaf, subleaf);
		fix_features(&r, &h, state->cr4);
		break;
	case LEAF_EXTENDED:
		if (subleaf == 0)
			r.ecx = merge(r.ecx, state->cr4 & CR4_PKE ? OSPKE : 0, OSPKE);
		break;
	case LEAF_TOPOLOGY:
		r.edx = host(leaf, subleaf).edx;
		break;
	case LEAF_XSAVE:
		if (e != NULL)
			fix_xsave(page, state, subleaf, &r);
		break;
	case LEAF_AMD_TOPOLOGY:
		h = host(leaf, subleaf);
		r.eax = h.eax;
		r.ebx = merge(r.ebx, h.ebx, LOW_BYTE);
		r.ecx = merge(r.ecx, h.ecx, LOW_BYTE);
		break;
	default:
		break;
	}
	return r;
}

static u64 read_xcr0(void)
{
	u32 lo, hi;

	if (!(read_cr4() & CR4_OSXSAVE))
		return 1;
	__asm__ volatile("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
	return (u64)hi << 32 | lo;
}

/*
 * When the operating system has the memory, the page for requests too, and looks at
 * the processor with our handlers still in place. What takes more than the MSR, it
 * asks for itself, once it has handlers.
 */
static struct cpuid_regs ask_by_msr(u32 leaf, u32 subleaf)
{
	if (subleaf != 0 && is_indexed(leaf))
		sev_terminate(GHCB_TERMINATE_GENERAL);
	return (struct cpuid_regs) {
		ghcb_msr_cpuid(leaf, 0), ghcb_msr_cpuid(leaf, 1),
		ghcb_msr_cpuid(leaf, 2), ghcb_msr_cpuid(leaf, 3),
	};
}

static struct cpuid_regs ask_host(u32 leaf, u32 subleaf)
{
	struct ghcb_request request = {
		.code = EXIT_CPUID,
		.in = GHCB_RAX | GHCB_RCX,
		.out = GHCB_RAX | GHCB_RBX | GHCB_RCX | GHCB_RDX,
		.rax = leaf,
		.rcx = subleaf,
	};

	if (IS_ENABLED(CONFIG_CC_SEV_EVENTS) && sev_channel()->page == NULL)
		return ask_by_msr(leaf, subleaf);
	if (leaf == LEAF_XSAVE) {
		request.in |= GHCB_XCR0;
		request.xcr0 = read_xcr0();
	}
	ghcb_call_or_stop(sev_channel(), &request);
	return (struct cpuid_regs) {
		(u32)request.rax, (u32)request.rbx, (u32)request.rcx, (u32)request.rdx,
	};
}

struct cpuid_regs sev_cpuid(u32 leaf, u32 subleaf)
{
	const struct snp_cpuid_page *page = (const void *)layout_launch_info0;
	struct snp_cpuid_state state = { .cr4 = read_cr4() };

	if (!sev_is_snp())
		return ask_host(leaf, subleaf);
	if (leaf == LEAF_XSAVE)
		state.xcr0 = read_xcr0();
	return snp_cpuid_lookup(page, &state, leaf, subleaf, ask_host);
}
