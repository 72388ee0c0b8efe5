/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * CPUID page of an SNP guest.
 *
 * Document: SEV-SNP firmware ABI (AMD 56860), section 8.14.2.6 "CPUID page";
 * which sub-leaves there are: AMD64 APM volume 3 (24594), appendix E, and Intel
 * SDM volume 2A, CPUID.
 */
#include <fw/errno.h>
#include <fw/string.h>

#include "cpuid_page.h"

_Static_assert(sizeof(struct cpuid_entry) == 48, "CPUID_FUNCTION");
_Static_assert(sizeof(struct cpuid_page) == 4096, "one page");

#define LEAF_XSAVE	0xd
#define LEAF_EXTENDED	0x80000000u
/* More than any processor has, against an endless loop. */
#define LEAF_SPAN_MAX	0x100u
#define SUBLEAF_MAX	64u
/* Size of the XSAVE area with XCR0 = 1: legacy region and header. */
#define XSAVE_SIZE	0x240

/* Whether more sub-leaves follow @regs, which sub-leaf @subleaf returned. */
typedef bool (*more_fn)(u32 subleaf, const struct cpuid_regs *regs, u32 first_eax);

static bool more_cache(u32 subleaf __unused, const struct cpuid_regs *regs, u32 first_eax __unused)
{
	return (regs->eax & 0x1f) != 0;
}

static bool more_topology(u32 subleaf __unused, const struct cpuid_regs *regs,
			  u32 first_eax __unused)
{
	return (regs->ecx & 0xff00) != 0;
}

static bool more_counted(u32 subleaf, const struct cpuid_regs *regs __unused, u32 first_eax)
{
	return subleaf < first_eax;
}

static bool more_always(u32 subleaf __unused, const struct cpuid_regs *regs __unused,
			u32 first_eax __unused)
{
	return true;
}

static bool more_nonzero(u32 subleaf __unused, const struct cpuid_regs *regs,
			 u32 first_eax __unused)
{
	return (regs->eax | regs->ebx | regs->ecx | regs->edx) != 0;
}

static const struct indexed_leaf {
	u32 leaf;
	more_fn more;
} indexed[] = {
	{ 0x4, more_cache },
	{ 0x7, more_counted },
	{ 0xb, more_topology },
	{ LEAF_XSAVE, more_always },
	{ 0xf, more_nonzero },
	{ 0x10, more_nonzero },
	{ 0x12, more_nonzero },
	{ 0x14, more_counted },
	{ 0x17, more_counted },
	{ 0x18, more_counted },
	{ 0x1d, more_counted },
	{ 0x1e, more_counted },
	{ 0x1f, more_topology },
	{ 0x8000001d, more_cache },
	{ 0x80000026, more_topology },
};

static const struct indexed_leaf *find_indexed(u32 leaf)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(indexed); i++) {
		if (indexed[i].leaf == leaf)
			return &indexed[i];
	}
	return NULL;
}

bool cpuid_leaf_indexed(u32 leaf)
{
	return find_indexed(leaf) != NULL;
}

static int add(struct cpuid_page *page, u32 leaf, u32 subleaf, const struct cpuid_regs *regs)
{
	struct cpuid_entry *e;

	if ((regs->eax | regs->ebx | regs->ecx | regs->edx) == 0)
		return 0;
	if (page->count == CPUID_PAGE_MAX)
		return -ENOSPC;
	e = &page->entry[page->count++];
	e->eax_in = leaf;
	e->ecx_in = subleaf;
	e->out = *regs;
	if (leaf == LEAF_XSAVE && subleaf <= 1) {
		e->xcr0_in = 1;
		e->out.ebx = XSAVE_SIZE;
	}
	return 0;
}

static int add_leaf(struct cpuid_page *page, u32 leaf, cpuid_fn cpuid, void *ctx)
{
	const struct indexed_leaf *rule = find_indexed(leaf);
	struct cpuid_regs regs;
	u32 subleaf, first_eax = 0;
	int err;

	for (subleaf = 0; subleaf < SUBLEAF_MAX; subleaf++) {
		cpuid(ctx, leaf, subleaf, &regs);
		if (subleaf == 0)
			first_eax = regs.eax;
		err = add(page, leaf, subleaf, &regs);
		if (err || !rule || !rule->more(subleaf, &regs, first_eax))
			return err;
	}
	return 0;
}

static int add_span(struct cpuid_page *page, u32 first, cpuid_fn cpuid, void *ctx)
{
	struct cpuid_regs regs;
	u32 leaf, last;
	int err;

	cpuid(ctx, first, 0, &regs);
	if (regs.eax < first)
		return 0;
	last = MIN(regs.eax, first + LEAF_SPAN_MAX - 1);
	for (leaf = first; leaf <= last; leaf++) {
		err = add_leaf(page, leaf, cpuid, ctx);
		if (err)
			return err;
	}
	return 0;
}

int cpuid_page_build(struct cpuid_page *page, cpuid_fn cpuid, void *ctx)
{
	int err;

	memset(page, 0, sizeof(*page));
	err = add_span(page, 0, cpuid, ctx);
	if (!err)
		err = add_span(page, LEAF_EXTENDED, cpuid, ctx);
	return err ? err : (int)page->count;
}

const struct cpuid_entry *cpuid_page_find(const struct cpuid_page *page, u32 leaf, u32 subleaf)
{
	bool by_index = cpuid_leaf_indexed(leaf);
	u32 i, count = MIN(page->count, CPUID_PAGE_MAX);

	for (i = 0; i < count; i++) {
		if (page->entry[i].eax_in != leaf)
			continue;
		if (!by_index || page->entry[i].ecx_in == subleaf)
			return &page->entry[i];
	}
	return NULL;
}
