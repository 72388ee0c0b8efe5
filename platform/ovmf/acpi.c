/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Loads the ACPI tables that QEMU has made for this machine.
 * Documents: QEMU, hw/acpi/bios-linker-loader.c; ACPI Specification 6.5,
 * chapter 5, and section 15 (memory types).
 */
#define pr_fmt(fmt) "acpi: " fmt

#include <fw/acpi.h>
#include <fw/alloc.h>
#include <fw/board.h>
#include <fw/errno.h>
#include <fw/fw_cfg.h>
#include <fw/hooks.h>
#include <fw/log.h>

#include "acpi_loader.h"

#define LOADER_FILE	"etc/table-loader"
#define RSDP_FILE	"etc/acpi/rsdp"

HOST_INPUT_FILE(acpi_script, common, MEASURED, 1, EV_PLATFORM_CONFIG_FLAGS, LOADER_FILE);
HOST_INPUT(acpi_blobs, common, MEASURED, 1, EV_PLATFORM_CONFIG_FLAGS, HOST_INPUT_NAMED_KEY,
	   "files that etc/table-loader names");

/* QEMU's limit of its tables is 2 MiB; a log area of a TPM has 64 KiB. */
#define BLOB_MAX	MiB(16)

static phys_addr_t rsdp_addr;

phys_addr_t acpi_rsdp(void)
{
	return rsdp_addr;
}

/*
 * Tables may be reclaimed by the OS once it has read them. Any other blob is
 * one that the OS or the host writes to for as long as the machine runs, such
 * as a generation id or an error log.
 */
static enum mem_type blob_mem_type(const struct acpi_blob *blob)
{
	return blob->tables ? MEM_ACPI_RECLAIM : MEM_ACPI_NVS;
}

static int blob_alloc(struct acpi_blob *blob)
{
	void *ptr;

	if (blob->zone == LOADER_ZONE_FSEG) {
		ptr = fseg_alloc(blob->size, blob->align);
		if (ptr) {
			blob->addr = (uintptr_t)ptr;
			return 0;
		}
	}
	return page_alloc(blob_mem_type(blob), blob->size, MAX((u64)blob->align, PAGE_SIZE),
			  PHYS_MAX_32, &blob->addr);
}

static int blob_load(struct acpi_blob *blob)
{
	const char *why = "there is no such file";
	struct fw_cfg_file file;
	int rc;

	rc = fw_cfg_find_named(&host_input_acpi_blobs, blob->name, &file);
	if (rc)
		goto refuse;
	rc = -EBADMSG;
	why = "its size is 0 or more than 16 MiB";
	if (file.size == 0 || file.size > BLOB_MAX)
		goto refuse;
	blob->size = file.size;
	why = "no memory";
	rc = blob_alloc(blob);
	if (rc)
		goto refuse;
	blob->data = (u8 *)(uintptr_t)blob->addr;
	why = "cannot be read";
	rc = fw_cfg_read(&file, 0, blob->addr, file.size);
	if (rc)
		goto refuse;
	return 0;

refuse:
	pr_err("%s: %s", blob->name, why);
	return rc;
}

static int pointer_write(const char *name, u32 offset, u64 value, u8 size)
{
	le64 wire = cpu_to_le64(value);
	struct fw_cfg_file file;
	int rc;

	rc = fw_cfg_find_named(&host_input_acpi_blobs, name, &file);
	if (rc == 0 && (offset > file.size || size > file.size - offset))
		rc = -EBADMSG;
	if (rc == 0)
		rc = fw_cfg_write_buf(&file, offset, &wire, size);
	if (rc)
		pr_err("%s: a pointer cannot be written at offset %u", name, offset);
	return rc;
}

static const struct acpi_loader_ops ops = {
	.load = blob_load,
	.write_pointer = pointer_write,
};

/*
 * ACPI 6.5, section 5.2.10: the OS and firmware write to the FACS, so that it
 * must not be in memory that the OS reclaims. QEMU has it among the tables:
 * its pages get the other type.
 */
static int keep_facs(const struct acpi_loader *loader)
{
	const struct acpi_blob *b;
	int rc;

	for (b = loader->blob; b < loader->blob + loader->count; b++) {
		if (!b->tables || b->facs == ACPI_NO_FACS)
			continue;
		rc = memmap_set(&memmap, b->addr + b->facs, ACPI_FACS_SIZE, MEM_ACPI_NVS);
		if (rc) {
			pr_err("%s: no room in the memory map", b->name);
			return rc;
		}
	}
	return 0;
}

static int script_read(phys_addr_t *script, u32 *size)
{
	const char *why = "cannot be read";
	struct fw_cfg_file file;
	int rc;

	rc = fw_cfg_find(&host_input_acpi_script, &file);
	if (rc)
		return rc;
	/*
	 * The first select after a reset makes QEMU build the tables for the
	 * addresses that PCI devices have now. Sizes may change with it: the
	 * script grows by a page if the MCFG table is what fills the last one.
	 */
	rc = fw_cfg_read_buf(&file, 0, NULL, 0);
	if (rc)
		goto refuse;
	rc = fw_cfg_reread_dir();
	if (rc)
		return rc;
	rc = -EBADMSG;
	why = "it has vanished";
	if (fw_cfg_find(&host_input_acpi_script, &file) != 0)
		goto refuse;
	why = "its size is 0 or more than 256 KiB";
	if (file.size == 0 || file.size > ACPI_LOADER_MAX_SIZE)
		goto refuse;
	why = "no memory";
	rc = page_alloc(MEM_BOOT_DATA, file.size, PAGE_SIZE, PHYS_MAX_32, script);
	if (rc)
		goto refuse;
	*size = file.size;
	why = "cannot be read";
	rc = fw_cfg_read(&file, 0, *script, file.size);
	if (rc)
		goto refuse;
	return 0;

refuse:
	pr_err(LOADER_FILE ": %s", why);
	return rc;
}

static int find_rsdp(const struct acpi_loader *loader)
{
	const struct acpi_blob *blob = acpi_loader_find(loader, RSDP_FILE);
	int rc;

	if (!blob) {
		pr_err(LOADER_FILE ": no RSDP");
		return -EBADMSG;
	}
	rc = acpi_rsdp_check(blob);
	if (rc == 0)
		rsdp_addr = blob->addr;
	return rc;
}

static int acpi_load(void)
{
	static struct acpi_loader loader __noinit;
	phys_addr_t script;
	u32 size;
	int rc;

	rc = script_read(&script, &size);
	if (rc == -ENOENT) {
		pr_info("the host has no tables");
		return 0;
	}
	if (rc)
		return rc;
	/* The script stays where it is: free after the hand-over, as all is. */
	loader.ops = &ops;
	rc = acpi_loader_run(&loader, (const void *)(uintptr_t)script, size);
	if (rc == 0)
		rc = keep_facs(&loader);
	if (rc == 0)
		rc = find_rsdp(&loader);
	return rc;
}

HOOK(acpi, 10, common, acpi_load);
