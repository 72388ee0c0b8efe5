/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * What SEV, SEV-ES and SEV-SNP have in common: the C-bit and the two views of
 * memory behind it.
 * Document: AMD64 APM volume 2, section 15.34.
 */
#ifndef CCVM_SEV_H
#define CCVM_SEV_H

#include <fw/types.h>

#include "cpuid.h"
#include "mode.h"

#define C_BIT_POSITION	39	/* the highest that QEMU's 40 bits leave */
#define C_BIT		(1ull << C_BIT_POSITION)

#define MSR_GHCB	0xc0010130
#define MSR_SEV_STATUS	0xc0010131
#define SEV_STATUS_SEV	(1u << 0)
#define SEV_STATUS_ES	(1u << 1)
#define SEV_STATUS_SNP	(1u << 2)

/* CPUID 0x8000001f EAX */
#define SEV_LEAF_SEV	(1u << 1)
#define SEV_LEAF_ES	(1u << 3)
#define SEV_LEAF_SNP	(1u << 4)

/* Rules for the leaves that depend on the C-bit; @eax is that of 0x8000001f. */
#define SEV_CPUID_RULES(leaf_eax)						\
	{ 0x80000000, 0x80000000, CPUID_ANY, { 0, ~0u, ~0u, ~0u },		\
	  { 0x8000001f, 0, 0, 0 } },						\
	{ 0x80000008, 0x80000008, CPUID_ANY, { ~0xffu, ~0u, ~0u, ~0u },		\
	  { C_BIT_POSITION, 0, 0, 0 } },					\
	{ 0x8000001f, 0x8000001f, CPUID_ANY, CPUID_KEEP_NONE,			\
	  { leaf_eax, C_BIT_POSITION | 1 << 6, 16, 1 } }

/*
 * The nested tables of a guest with a C-bit. Entry 1 of the top level is what
 * C = 1 addresses see, entry 0 what C = 0 addresses see: with paging, shared
 * memory; without, the same as C = 1, since then all memory is private.
 */
extern u64 *sev_root;

/** sev_build_roots() - make both tables, empty */
void sev_build_roots(void);

u64 sev_nested_root(const struct cpu *cpu);

/** sev_effective_private() - whether an access sees private memory */
bool sev_effective_private(const struct cpu *cpu, u64 gpa, enum access access);

/** sev_translate() - for guests without page states */
u64 sev_translate(const struct cpu *cpu, u64 gpa, enum access access);

/**
 * sev_paging_changed() - the guest switched paging
 *
 * Page tables are private whatever the C-bit says. A page that was data
 * before and is reached as a table without C-bit now must show its private
 * content: seen while Linux changes to five levels.
 */
void sev_paging_changed(struct cpu *cpu);

/**
 * sev_map_alias() - first touch of a C = 0 address of RAM
 * @gpa: page
 * @info: EXITINFO1 of the nested page fault
 */
void sev_map_alias(struct cpu *cpu, u64 gpa, u64 info);

/**
 * sev_count_shared() - RAM that @cpu's page tables map without C-bit
 * @is_known: pages that are not counted; may be NULL
 *
 * In long mode. A page that is mapped twice counts twice.
 */
void sev_count_shared(const struct cpu *cpu, struct handover *h, bool (*is_known)(u64 gpa));

/**
 * sev_is_flash() - whether QEMU may have a flash chip there, below the image
 *
 * A chip that is only read is like memory to a host, so reads raise no event,
 * and with C-bit they show what decryption makes of its plain content.
 */
bool sev_is_flash(u64 gpa);

/** sev_map_flash() - map a page of it, by the C-bit of @gpa, to be read */
void sev_map_flash(u64 gpa);

/** sev_unmap_flash() - it is a device now */
void sev_unmap_flash(struct cpu *cpu);

/** sev_launch_ciphertext() - firmware image: what C = 0 shows of it is not its content */
void sev_launch_ciphertext(void);

/** sev_ap_sipi() - as without encryption */
void sev_ap_sipi(struct cpu *cpu, u8 vector);

#endif
