/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Launch of SEV and SEV-ES guests, and the table of kernel hashes.
 * Documents: SEV API (AMD 55766), LAUNCH_UPDATE_DATA and LAUNCH_UPDATE_VMSA;
 * QEMU, target/i386/sev.c.
 */
#define pr_fmt(fmt) "launch: " fmt

#include <fw/errno.h>
#include <fw/log.h>
#include <fw/string.h>

#include "attack.h"
#include "config.h"
#include "cpuid.h"
#include "digest.h"
#include "fwcfg.h"
#include "fwcfg_filter.h"
#include "guidtab.h"
#include "kernel_hashes.h"
#include "launch.h"
#include "memory.h"
#include "stop.h"
#include "vcpu.h"
#include "vmsa.h"

#define CHUNK	MiB(1)

/* Part of an item's hash; @size bytes of it, as the guest will read them. */
static void hash_item(struct digest *d, u16 key, u32 size)
{
	static u8 *buffer;
	u32 offset, len;

	if (buffer == NULL)
		buffer = mem_alloc(CHUNK);
	for (offset = 0; offset < size; offset += len) {
		len = MIN(size - offset, (u32)CHUNK);
		fwcfg_filter_item(key, offset, buffer, len);
		digest_update(d, buffer, len);
	}
}

static u32 item_size(u16 key)
{
	u32 size;

	fwcfg_read(key, 0, &size, sizeof(size));
	return size;
}

/* As in QEMU, there are hashes for a kernel that is in fw_cfg only. */
bool launch_has_hashes(void)
{
	return config.kernel_hashes && item_size(FW_CFG_SETUP_SIZE) > 0;
}

void launch_kernel_hashes(u8 *table)
{
	struct kernel_hashes hashes;
	struct digest d;

	digest_init(&d, DIGEST_SHA256);
	hash_item(&d, FW_CFG_SETUP_DATA, item_size(FW_CFG_SETUP_SIZE));
	hash_item(&d, FW_CFG_KERNEL_DATA, item_size(FW_CFG_KERNEL_SIZE));
	digest_final(&d, hashes.kernel);
	digest_init(&d, DIGEST_SHA256);
	hash_item(&d, FW_CFG_INITRD_DATA, item_size(FW_CFG_INITRD_SIZE));
	digest_final(&d, hashes.initrd);
	digest_init(&d, DIGEST_SHA256);
	hash_item(&d, FW_CFG_CMDLINE_DATA, item_size(FW_CFG_CMDLINE_SIZE));
	digest_final(&d, hashes.cmdline);
	attack_kernel_hashes(&hashes);
	kernel_hashes_build(&hashes, table);
}

static void launch_hashes(struct digest *d)
{
	u8 table[KERNEL_HASHES_SIZE];
	struct guidtab_area area;
	size_t size;
	const u8 *image = launch_image(&size);

	if (guidtab_area(image, size, &guid_kernel_hashes, &area) < 0 ||
	    area.base == 0 || area.size < sizeof(table))
		ccvm_stop(STOP_ERROR, "the image has no room for kernel hashes");
	launch_kernel_hashes(table);
	if (mem_copy_private(area.base, table, sizeof(table)) < 0)
		ccvm_stop(STOP_ERROR, "the kernel hashes belong at %x, which is no RAM", area.base);
	digest_update(d, table, sizeof(table));
}

static void measure_vmsas(struct digest *d, u32 count)
{
	static struct vmsa vmsa;
	struct vmsa_reset how = {
		.start = VMSA_BSP_START,
		.signature = cpuid_guest(NULL, 1, 0).eax,
	};
	size_t size;
	const u8 *image = launch_image(&size);
	u32 i;

	for (i = 0; i < count; i++) {
		vmsa_reset(&vmsa, &how);
		digest_update(d, &vmsa, sizeof(vmsa));
		if (i == 0 && guidtab_sev_es_reset(image, size, &how.start) < 0)
			ccvm_stop(STOP_ERROR, "the image has no SEV-ES reset block");
	}
}

/* LAUNCH_SECRET comes after the measurement: its owner looked at that first. */
static void inject_secret(void)
{
	struct guidtab_area area;
	struct fwcfg_file file;
	size_t size;
	const u8 *image = launch_image(&size);
	void *secret;

	if (fwcfg_find(CONFIG_PREFIX "secret", &file) < 0)
		return;
	if (guidtab_area(image, size, &guid_launch_secret, &area) < 0 || area.base == 0 ||
	    area.size == 0)
		ccvm_stop(STOP_ERROR, "the image has no room for a launch secret");
	if (file.size > area.size)
		ccvm_stop(STOP_ERROR, "the launch secret has %u bytes, its area at %x has %u",
			  file.size, area.base, area.size);
	secret = mem_alloc(file.size);
	fwcfg_read(file.key, 0, secret, file.size);
	if (mem_copy_private(area.base, secret, file.size) < 0)
		ccvm_stop(STOP_ERROR, "the launch secret belongs at %x, which is no RAM",
			  area.base);
	pr_info("%u bytes of launch secret at %x", file.size, area.base);
}

void launch_sev(u32 vmsas)
{
	struct digest d;
	u8 value[SHA256_SIZE];
	size_t size;
	const u8 *image = launch_image(&size);

	digest_init(&d, DIGEST_SHA256);
	digest_update(&d, image, size);
	if (launch_has_hashes())
		launch_hashes(&d);
	measure_vmsas(&d, vmsas);
	digest_final(&d, value);
	launch_report("measurement", value, sizeof(value));
	inject_secret();
}
