/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Loads the SMBIOS tables that QEMU has made for this machine, to where an OS
 * that was not started through UEFI searches for them.
 * Document: DMTF DSP0134, SMBIOS Reference Specification 3.6.0, section 5.2.
 */
#define pr_fmt(fmt) "smbios: " fmt

#include <fw/alloc.h>
#include <fw/board.h>
#include <fw/cc.h>
#include <fw/errno.h>
#include <fw/fw_cfg.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/smbios.h>
#include <fw/string.h>

#include "smbios_tables.h"

#define ENTRY_FILE	"etc/smbios/smbios-anchor"
#define TABLES_FILE	"etc/smbios/smbios-tables"

HOST_INPUT_FILE(smbios_anchor, common, MEASURED, 1, EV_PLATFORM_CONFIG_FLAGS, ENTRY_FILE);
HOST_INPUT_FILE(smbios_tables, common, MEASURED, 1, EV_PLATFORM_CONFIG_FLAGS, TABLES_FILE);

/* Larger tables would take too much of 64 KiB that others want too. */
#define FSEG_MAX	KiB(8)

/* The OS searches at multiples of this. */
#define ENTRY_ALIGN	16

static phys_addr_t entry_addr;

phys_addr_t smbios_entry(void)
{
	return entry_addr;
}

/*
 * Reserved memory if 0xF0000 is no place for them: an OS goes on reading the
 * tables while it runs, so that they must not be in memory it reclaims. In a
 * guest with encrypted memory Linux 6.12 (arch/x86/mm/ioremap.c) takes what is
 * reserved for a device's memory, and only what is ACPI's for the guest's own.
 */
static int tables_alloc(u32 size, u8 **tables)
{
	bool encrypted = cc_has(CC_ATTR_MEM_ENCRYPT);
	phys_addr_t addr;
	int rc;

	*tables = size <= FSEG_MAX && !encrypted ? fseg_alloc(size, 1) : NULL;
	if (*tables)
		return 0;
	rc = page_alloc(encrypted ? MEM_ACPI_NVS : MEM_RESERVED, size, PAGE_SIZE, PHYS_MAX_32,
			&addr);
	if (rc) {
		pr_err("no memory for %u bytes", size);
		return rc;
	}
	*tables = (u8 *)(uintptr_t)addr;
	return 0;
}

/* Reads the structures and makes sure that a type 0 is among them. */
static int tables_load(const struct fw_cfg_file *file, struct smbios_table *table,
		       phys_addr_t *addr)
{
	u32 room = smbios_bios_size();
	u8 *tables;
	int rc;

	if (file->size > SMBIOS_TABLES_MAX) {
		pr_err(TABLES_FILE ": %u bytes are too many", file->size);
		return -EBADMSG;
	}
	rc = tables_alloc(room + file->size, &tables);
	if (rc)
		return rc;
	rc = fw_cfg_read_buf(file, 0, tables + room, file->size);
	if (rc) {
		pr_err(TABLES_FILE ": cannot be read");
		return rc;
	}
	rc = smbios_walk(tables + room, file->size, table);
	if (rc)
		return rc;
	if (table->has_bios)
		tables += room;
	else
		smbios_add_bios(tables, table);
	*addr = (uintptr_t)tables;
	return 0;
}

/* The entry point is made elsewhere, so that no bad one is ever found. */
static int smbios_build(const struct fw_cfg_file *entry_file,
			const struct fw_cfg_file *tables_file, void *dst)
{
	u8 entry[SMBIOS_ENTRY_MAX];
	struct smbios_table table;
	phys_addr_t addr;
	int rc;

	if (entry_file->size > sizeof(entry)) {
		pr_err(ENTRY_FILE ": %u bytes are too many", entry_file->size);
		return -EBADMSG;
	}
	rc = tables_load(tables_file, &table, &addr);
	if (rc)
		return rc;
	rc = fw_cfg_read_buf(entry_file, 0, entry, entry_file->size);
	if (rc) {
		pr_err(ENTRY_FILE ": cannot be read");
		return rc;
	}
	rc = smbios_set_entry(entry, entry_file->size, &table, addr);
	if (rc)
		return rc;
	memcpy(dst, entry, entry_file->size);
	return 0;
}

/*
 * Nothing needs SMBIOS to boot: bad tables have been named in the log, and are
 * left out.
 */
static int smbios_load(void)
{
	struct fw_cfg_file entry_file, tables_file;
	void *entry;

	if (fw_cfg_find(&host_input_smbios_anchor, &entry_file) != 0 ||
	    fw_cfg_find(&host_input_smbios_tables, &tables_file) != 0)
		return 0;
	entry = fseg_alloc(SMBIOS_ENTRY_MAX, ENTRY_ALIGN);
	if (entry && smbios_build(&entry_file, &tables_file, entry) == 0)
		entry_addr = (uintptr_t)entry;
	return 0;
}

HOOK(smbios, 10, common, smbios_load);
