/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * CPUID page of an SNP guest.
 *
 * Document: SEV-SNP firmware ABI (AMD 56860), section 8.14.2.6 "CPUID page"
 * and table "CPUID_FUNCTION structure".
 */
#ifndef CCVM_CPUID_PAGE_H
#define CCVM_CPUID_PAGE_H

#include <fw/compiler.h>
#include <fw/types.h>

#define CPUID_PAGE_MAX	64

struct cpuid_regs {
	u32 eax, ebx, ecx, edx;
};

struct cpuid_entry {
	u32 eax_in;
	u32 ecx_in;
	u64 xcr0_in;
	u64 xss_in;
	struct cpuid_regs out;
	u64 reserved;
} __packed;

struct cpuid_page {
	u32 count;
	u32 reserved1;
	u64 reserved2;
	struct cpuid_entry entry[CPUID_PAGE_MAX];
	u8 zero[4096 - 16 - CPUID_PAGE_MAX * sizeof(struct cpuid_entry)];
} __packed;

/** cpuid_fn - what the guest is to see for a leaf and sub-leaf */
typedef void (*cpuid_fn)(void *ctx, u32 leaf, u32 subleaf, struct cpuid_regs *regs);

/**
 * cpuid_page_build() - fill a page with everything a guest may ask for
 * @page:  written completely
 * @cpuid: asked for each leaf; @ctx is handed on
 *
 * Basic leaves up to the maximum of leaf 0, extended ones up to that of
 * 0x80000000, sub-leaves as the leaf's rule says; entries that are all zero
 * are left out, as an absent leaf reads as zero. 0xD/0 and 0xD/1 get the
 * XSAVE area size of an XCR0 of 1, which consumers must not use.
 *
 * Return: number of entries, or -ENOSPC if they do not fit.
 */
int cpuid_page_build(struct cpuid_page *page, cpuid_fn cpuid, void *ctx);

/** cpuid_page_find() - entry for a leaf, or NULL; the count is not trusted */
const struct cpuid_entry *cpuid_page_find(const struct cpuid_page *page, u32 leaf, u32 subleaf);

/** cpuid_leaf_indexed() - whether a leaf's result depends on ECX */
bool cpuid_leaf_indexed(u32 leaf);

#endif
