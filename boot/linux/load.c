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
#include <fw/handover.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/memmap.h>

#include "linux.h"

/* The page size with which the kernel's memory is mapped. */
#define MAP_GRANULE	MiB(2)
/*
 * A kernel may switch between 4 and 5 levels of paging on the page tables that
 * it is entered with (Linux 6.12, arch/x86/boot/compressed/pgtable_64.c): it
 * looks into the BIOS data area, in page 0, and runs code below 640 KiB.
 */
#define LOW_MEMORY	MiB(1)

/* setup_sects has 8 bits, and the first sector is not counted. */
#define SETUP_MAX	((255 + 1) * LINUX_SECTOR_SIZE)

/* The beginning of the file. */
struct file_head {
	u8 boot_sector[LINUX_SETUP_HEADER_OFFSET];
	struct linux_setup_header hdr;
} __packed;

static struct linux_placement placement;

/*
 * Where the rest of the kernel is loaded, and how much memory it needs, is in the
 * header: so much of it is used before all of the payload has been loaded.
 */
static int load_setup(struct linux_part *setup, u32 kernel_size, struct linux_image *img)
{
	const struct file_head *head;
	phys_addr_t base;
	int rc;

	if (setup->size < sizeof(*head) || setup->size > SETUP_MAX) {
		pr_err("bad kernel: the host's setup size is %u", setup->size);
		return -EINVAL;
	}
	/* Out of the way of a kernel that wants to be at one address only. */
	rc = page_alloc(MEM_BOOT_DATA, setup->size, PAGE_SIZE, LOW_MEMORY - 1, &base);
	if (rc) {
		pr_err("no memory for %u bytes of kernel setup", setup->size);
		return rc;
	}
	rc = linux_payload_read(setup, LINUX_SETUP, base);
	if (rc)
		return rc;
	head = setup->data;
	img->hdr = head->hdr;
	return linux_header_check(img, setup->size, kernel_size);
}

static int load_kernel(const struct linux_image *img, struct linux_part *kernel,
		       struct linux_placement *place)
{
	/*
	 * Whole large pages, so that nothing else becomes executable with it. What
	 * follows the kernel in its file, such as a signature, is loaded, too, since
	 * the file is what can be verified; the kernel has other uses for that memory.
	 */
	u64 size = ALIGN_UP(MAX(img->init_size, (u64)kernel->size), MAP_GRANULE);
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
	return linux_payload_read(kernel, LINUX_KERNEL, place->kernel);
}

/* Above 4 GiB devices reach memory without page tables; the firmware does not. */
static int map_initrd(phys_addr_t base, u32 size)
{
	int rc = 0;

	if (cc_has(CC_ATTR_MEM_ENCRYPT) && base + size > GiB(4))
		rc = paging_map(base, ALIGN_UP((u64)size, PAGE_SIZE), MAP_RW);
	if (rc)
		pr_err("cannot map the initrd at 0x%lx: error %d", (unsigned long)base, rc);
	return rc;
}

static int load_initrd(const struct linux_image *img, struct linux_part *initrd,
		       struct linux_placement *place)
{
	u32 max = le32_to_cpu(img->hdr.initrd_addr_max);
	u32 size = initrd->size;
	int rc;

	place->initrd_size = size;

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
	rc = map_initrd(place->initrd, size);
	if (rc)
		return rc;
	return linux_payload_read(initrd, LINUX_INITRD, place->initrd);
}

/* The parameters' page and the command line, which follows it. */
static int load_cmdline(const struct linux_image *img, struct linux_part *cmdline,
			struct linux_placement *place)
{
	u32 max = le32_to_cpu(img->hdr.cmdline_size);
	u32 size = cmdline->size;
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
	if (size)
		return linux_payload_read(cmdline, LINUX_CMDLINE, place->cmdline);
	*(char *)(uintptr_t)place->cmdline = '\0';
	return 0;
}

static int fill_params(const struct linux_image *img, u32 kernel_size,
		       const struct linux_placement *place)
{
	struct linux_boot_params *bp = (void *)(uintptr_t)place->params;
	struct setup_data_list list = { 0 };
	int rc = 0;

	linux_params_fill(bp, img, place, acpi_rsdp());
	if (!cc_has(CC_ATTR_HOST_UNTRUSTED))
		rc = linux_import_setup_data(&list, le64_to_cpu(img->hdr.setup_data),
					     kernel_size);
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
	if (hook_run(os_enter_pre) != 0)
		return;
	linux_enter64(place->kernel + LINUX_ENTRY64_OFFSET, place->params);
}

static int load_payload(struct linux_payload *load, struct linux_image *img,
			struct linux_placement *place)
{
	int rc;

	rc = linux_payload_sizes(load);
	if (rc)
		return rc;
	if (!load->kernel.size) {
		pr_err("no kernel: start QEMU with -kernel FILE");
		return -ENOENT;
	}
	rc = load_setup(&load->setup, load->kernel.size, img);
	if (rc)
		return rc;
	rc = load_kernel(img, &load->kernel, place);
	if (rc)
		return rc;
	rc = load_cmdline(img, &load->cmdline, place);
	if (rc)
		return rc;
	return load_initrd(img, &load->initrd, place);
}

static int linux_load(void)
{
	struct linux_payload load = { 0 };
	struct linux_image img;
	int rc;

	rc = load_payload(&load, &img, &placement);
	if (rc)
		return rc;
	rc = hook_run(linux_loaded, &load);
	if (rc)
		return rc;
	rc = linux_check_cmdline(&load.cmdline);
	if (rc)
		return rc;
	rc = fill_params(&img, load.kernel.size, &placement);
	if (rc)
		return rc;
	pr_debug("kernel at 0x%lx, parameters at 0x%lx, initrd of %u bytes at 0x%lx",
		 (unsigned long)placement.kernel, (unsigned long)placement.params,
		 placement.initrd_size, (unsigned long)placement.initrd);
	handover_set(linux_enter, &placement);
	return 0;
}

HOOK(boot, 50, common, linux_load);
