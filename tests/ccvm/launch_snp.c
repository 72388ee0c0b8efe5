/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Launch of an SNP guest in QEMU's order: firmware image, metadata sections,
 * one VMSA for each processor.
 * Documents: SEV-SNP firmware ABI (AMD 56860), SNP_LAUNCH_UPDATE; QEMU,
 * target/i386/sev.c.
 */
#define pr_fmt(fmt) "launch: " fmt

#include <fw/errno.h>
#include <fw/log.h>
#include <fw/string.h>

#include "config.h"
#include "es.h"
#include "guidtab.h"
#include "kernel_hashes.h"
#include "launch.h"
#include "measure.h"
#include "memory.h"
#include "secrets.h"
#include "sev.h"
#include "snp.h"
#include "snp_meta.h"
#include "stop.h"
#include "vcpu.h"
#include "vmsa.h"

#define PAGE_SIZE	0x1000ull

static struct snp_ld digest;

/* Test keys: a guest's messages are only as secret as this file. */
static const u8 vmpcks[VMPCK_COUNT][VMPCK_SIZE] = {
	"ccvm VMPCK 0, proves nothing   ",
	"ccvm VMPCK 1, proves nothing   ",
	"ccvm VMPCK 2, proves nothing   ",
	"ccvm VMPCK 3, proves nothing   ",
};

static void launch_page(u64 gpa, enum snp_page_type type)
{
	u64 number = mem_page_number(gpa);

	if (number == MEM_NONE || rmp_launch_page(&snp_rmp, number, false) < 0)
		ccvm_stop(STOP_ERROR, "launch page %llx is no RAM or is launched twice",
			  (unsigned long long)gpa);
	snp_ld_page(&digest, type, gpa, host_ptr(mem_private(gpa)));
}

static void fill_section(const struct snp_section *s, enum snp_page_type type)
{
	void *page = mem_private_ptr(s->gpa, PAGE_SIZE);
	u8 table[KERNEL_HASHES_SIZE];
	struct guidtab_area area;
	size_t size;
	const u8 *image = launch_image(&size);

	if (page == NULL)
		ccvm_stop(STOP_ERROR, "metadata names %x, which is no page of RAM", s->gpa);
	if (type == SNP_PAGE_CPUID) {
		if (snp_build_cpuid_page(page) < 0)
			ccvm_stop(STOP_ERROR, "the processor has too many CPUID leaves");
	} else if (type == SNP_PAGE_SECRETS) {
		secrets_page_build(page, cpuid_guest(NULL, 1, 0).eax, vmpcks);
		if (config.snp_vmpl > 0)
			secrets_page_add_svsm(page, (u8)config.snp_vmpl);
	} else if (type == SNP_PAGE_NORMAL) {
		launch_kernel_hashes(table);
		if (guidtab_area(image, size, &guid_kernel_hashes, &area) < 0 || area.base == 0 ||
		    area.size < sizeof(table) ||
		    kernel_hashes_place_page(table, area.base, page) < 0)
			ccvm_stop(STOP_ERROR, "the image has no room for kernel hashes");
	}
}

static void launch_section(const struct snp_section *s)
{
	enum snp_page_type type = snp_meta_page_type(s->type, launch_has_hashes());
	u32 offset;

	if (s->size > 0)
		fill_section(s, type);
	for (offset = 0; offset < s->size; offset += (u32)PAGE_SIZE)
		launch_page((u64)s->gpa + offset, type);
}

/* The states are only measured: how a processor starts is es.c's. */
static void measure_vmsas(void)
{
	static struct vmsa vmsa;
	struct vmsa_reset how = {
		.start = VMSA_BSP_START,
		.signature = cpuid_guest(NULL, 1, 0).eax,
		.features = VMSA_FEATURE_SNP,
		.fpu = true,
	};
	size_t size;
	const u8 *image = launch_image(&size);
	u32 i;

	for (i = 0; i < cpu_count; i++) {
		vmsa_reset(&vmsa, &how);
		snp_ld_page(&digest, SNP_PAGE_VMSA, 0, &vmsa);
		if (i == 0 && guidtab_sev_es_reset(image, size, &how.start) < 0)
			ccvm_stop(STOP_ERROR, "the image has no SEV-ES reset block");
	}
}

void snp_launch(struct cpu *bsp)
{
	static struct snp_meta meta;
	const char *why = NULL;
	size_t size;
	const u8 *image = launch_image(&size);
	u64 gpa;
	u32 i;

	snp_ld_init(&digest);
	for (gpa = guest.fw_base; gpa < guest.fw_base + guest.fw_size; gpa += PAGE_SIZE)
		launch_page(gpa, SNP_PAGE_NORMAL);
	if (snp_meta_parse(image, size, &meta, &why) < 0)
		ccvm_stop(STOP_ERROR, "SNP metadata of the image: %s", why);
	if (launch_has_hashes() && snp_meta_find(&meta, SNP_SECTION_KERNEL_HASHES) == NULL)
		ccvm_stop(STOP_ERROR, "the image has no room for kernel hashes");
	for (i = 0; i < meta.count; i++)
		launch_section(&meta.section[i]);
	measure_vmsas();
	sev_launch_ciphertext();
	snp_messages_init(vmpcks, digest.value);
	es_of(bsp)->launched = true;
	launch_report("measurement", digest.value, sizeof(digest.value));
}
