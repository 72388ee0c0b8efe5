/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Load the kernel that fw_cfg offers and prepare its 64-bit entry.
 * Documents: Linux 6.12, Documentation/arch/x86/boot.rst; QEMU,
 * docs/specs/fw_cfg.rst.
 *
 * Sizes are read once. An error ends the boot, so nothing is given back.
 */
#define pr_fmt(fmt) "boot: " fmt

#include <asm/linux_entry.h>
#include <asm/paging.h>
#include <fw/acpi.h>
#include <fw/alloc.h>
#include <fw/cc.h>
#include <fw/errno.h>
#include <fw/fw_cfg.h>
#include <fw/handover.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/memmap.h>
#include <spec/fw_cfg.h>

#include "linux.h"

/* The page size with which the kernel's memory is mapped. */
#define MAP_GRANULE	MiB(2)
/*
 * A kernel may switch between 4 and 5 levels of paging on the page tables that
 * it is entered with (Linux 6.12, arch/x86/boot/compressed/pgtable_64.c): it
 * looks into the BIOS data area, in page 0, and runs code below 640 KiB.
 */
#define LOW_MEMORY	MiB(1)

/* The sizes of the host's items. */
struct offer {
	u32 setup;
	u32 kernel;
	u32 initrd;
	u32 cmdline;		/* with the NUL */
};

/* The beginning of the file: reading from an offset would take two transfers. */
struct file_head {
	u8 boot_sector[LINUX_SETUP_HEADER_OFFSET];
	struct linux_setup_header hdr;
} __packed;

static struct linux_placement placement;

int linux_read_result(u16 key, int rc)
{
	if (rc)
		pr_err("cannot read item 0x%x of fw_cfg: error %d", key, rc);
	return rc;
}

static int read_size(u16 key, u32 *size)
{
	return linux_read_result(key, fw_cfg_read_u32(key, size));
}

static int read_sizes(struct offer *offer)
{
	int rc;

	rc = read_size(FW_CFG_KERNEL_SIZE, &offer->kernel);
	if (rc)
		return rc;
	if (!offer->kernel) {
		pr_err("no kernel: start QEMU with -kernel FILE");
		return -ENOENT;
	}
	rc = read_size(FW_CFG_SETUP_SIZE, &offer->setup);
	if (rc)
		return rc;
	rc = read_size(FW_CFG_CMDLINE_SIZE, &offer->cmdline);
	if (rc)
		return rc;
	return read_size(FW_CFG_INITRD_SIZE, &offer->initrd);
}

/* Read a whole item to where it will be used. */
static int read_data(u16 key, phys_addr_t dst, u32 len)
{
	return linux_read_result(key, fw_cfg_read(key, 0, dst, len));
}

static int load_header(const struct offer *offer, struct linux_image *img)
{
	struct file_head head;
	int rc;

	rc = linux_read_result(FW_CFG_SETUP_DATA,
			       fw_cfg_read_buf(FW_CFG_SETUP_DATA, 0, &head, sizeof(head)));
	if (rc)
		return rc;
	img->hdr = head.hdr;
	return linux_header_check(img, offer->setup, offer->kernel);
}

static int load_kernel(const struct linux_image *img, struct linux_placement *place)
{
	/* Whole large pages, so that nothing else becomes executable with it. */
	u64 size = ALIGN_UP(img->init_size, MAP_GRANULE);
	int rc;

	if (memmap_has_type(&memmap, img->pref, size, MEM_CONVENTIONAL)) {
		place->kernel = img->pref;
		rc = memmap_set(&memmap, img->pref, size, MEM_LOADER_CODE);
	} else if (img->relocatable) {
		rc = page_alloc(MEM_LOADER_CODE, size, MAX(img->align, MAP_GRANULE),
				PHYS_MAX_32, &place->kernel);
	} else {
		rc = -ENOMEM;
	}
	/* Below its preferred address a kernel moves itself up to that. */
	if (!rc && place->kernel < img->pref)
		rc = -ENOMEM;
	if (rc) {
		pr_err("kernel does not fit: it needs 0x%lx bytes of RAM at 0x%lx%s",
		       (unsigned long)size, (unsigned long)img->pref,
		       img->relocatable ? " or higher, below 4 GiB" : "");
		return rc;
	}
	place->kernel_size = size;
	return read_data(FW_CFG_KERNEL_DATA, place->kernel, img->load_size);
}

static int load_initrd(const struct linux_image *img, struct linux_placement *place)
{
	u32 max = le32_to_cpu(img->hdr.initrd_addr_max);
	u32 size = place->initrd_size;
	int rc;

	if (!size)
		return 0;
	rc = page_alloc(MEM_LOADER_DATA, size, PAGE_SIZE, max, &place->initrd);
	if (rc && img->above_4g)
		rc = page_alloc(MEM_LOADER_DATA, size, PAGE_SIZE, ~(phys_addr_t)0,
				&place->initrd);
	if (rc) {
		pr_err("initrd does not fit: no %u bytes of free RAM in one piece%s", size,
		       img->above_4g ? "" : " below the kernel's initrd_addr_max");
		return rc;
	}
	return read_data(FW_CFG_INITRD_DATA, place->initrd, size);
}

/* The parameters' page and the command line, which follows it. */
static int load_cmdline(const struct linux_image *img, u32 size,
			struct linux_placement *place)
{
	u32 max = le32_to_cpu(img->hdr.cmdline_size);
	char *text;
	int rc;

	if (size && size - 1 > max) {
		pr_err("command line of %u bytes is longer than the kernel's limit of %u",
		       size - 1, max);
		return -E2BIG;
	}
	rc = page_alloc(MEM_LOADER_DATA, PAGE_SIZE + MAX(size, 1u), PAGE_SIZE, PHYS_MAX_32,
			&place->params);
	if (rc) {
		pr_err("no memory for the parameters and %u bytes of command line", size);
		return rc;
	}
	place->cmdline = place->params + PAGE_SIZE;
	text = (char *)(uintptr_t)place->cmdline;
	if (!size) {
		text[0] = '\0';
		return 0;
	}
	rc = read_data(FW_CFG_CMDLINE_DATA, place->cmdline, size);
	if (rc)
		return rc;
	if (text[size - 1] != '\0') {
		pr_err("command line of %u bytes does not end with a NUL", size);
		return -EINVAL;
	}
	return 0;
}

static int fill_params(const struct linux_image *img, const struct offer *offer,
		       const struct linux_placement *place)
{
	struct linux_boot_params *bp = (void *)(uintptr_t)place->params;
	struct setup_data_list list = { 0 };
	int rc = 0;

	linux_params_fill(bp, img, place, acpi_rsdp());
	if (!cc_has(CC_ATTR_HOST_UNTRUSTED))
		rc = linux_import_setup_data(&list, le64_to_cpu(img->hdr.setup_data),
					     offer->kernel);
	if (rc)
		return rc;
	rc = hook_run(linux_setup_data, &list);
	if (rc)
		return rc;
	/* Last, since hooks may still reserve memory. */
	rc = linux_params_set_memory(bp, &memmap, &list);
	if (rc)
		return rc;
	bp->hdr.setup_data = cpu_to_le64(list.first);
	return 0;
}

static void linux_enter(void *arg)
{
	const struct linux_placement *place = arg;
	int rc;

	rc = paging_map(place->kernel, place->kernel_size, MAP_OS_IMAGE);
	if (!rc)
		rc = paging_map(0, LOW_MEMORY, MAP_OS_IMAGE);
	if (rc) {
		pr_err("cannot map the kernel at 0x%lx executable: error %d",
		       (unsigned long)place->kernel, rc);
		return;
	}
	linux_enter64(place->kernel + LINUX_ENTRY64_OFFSET, place->params);
}

static int linux_load(void)
{
	struct linux_image img;
	struct offer offer;
	int rc;

	rc = read_sizes(&offer);
	if (rc)
		return rc;
	rc = load_header(&offer, &img);
	if (rc)
		return rc;
	rc = load_kernel(&img, &placement);
	if (rc)
		return rc;
	rc = load_cmdline(&img, offer.cmdline, &placement);
	if (rc)
		return rc;
	placement.initrd_size = offer.initrd;
	rc = load_initrd(&img, &placement);
	if (rc)
		return rc;
	rc = fill_params(&img, &offer, &placement);
	if (rc)
		return rc;
	pr_debug("kernel at 0x%lx, parameters at 0x%lx, initrd of %u bytes at 0x%lx",
		 (unsigned long)placement.kernel, (unsigned long)placement.params,
		 placement.initrd_size, (unsigned long)placement.initrd);
	handover_set(linux_enter, &placement);
	return 0;
}

HOOK(boot, 50, common, linux_load);
