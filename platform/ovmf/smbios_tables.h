/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* SMBIOS tables of the host: checks and additions, apart from how they are read. */
#ifndef OVMF_SMBIOS_TABLES_H
#define OVMF_SMBIOS_TABLES_H

#include <fw/types.h>
#include <spec/smbios.h>

/* Bytes of the longer kind of entry point. */
#define SMBIOS_ENTRY_MAX	sizeof(struct smbios_entry21)

/* More than enough for a machine with thousands of processors and DIMMs. */
#define SMBIOS_TABLES_MAX	MiB(1)

/**
 * struct smbios_table - a walked structure table
 * @size:       bytes up to and with the end-of-table structure
 * @structures: their number
 * @largest:    size of the largest one with its strings
 * @has_bios:   whether there is a type 0
 * @handle:     a handle that none of them has
 */
struct smbios_table {
	u32 size;
	u32 structures;
	u32 largest;
	bool has_bios;
	u16 handle;
};

/**
 * smbios_walk() - check a structure table
 * @data:  first structure
 * @size:  bytes; what follows the end-of-table structure is left out
 * @table: result
 *
 * Return: 0, or -EBADMSG with the reason logged.
 */
int smbios_walk(const void *data, u32 size, struct smbios_table *table);

/** smbios_bios_size() - bytes that smbios_add_bios() puts before the table */
u32 smbios_bios_size(void);

/**
 * smbios_add_bios() - put a type 0 in front of a table that has none
 * @dst:   smbios_bios_size() bytes right before the first structure
 * @table: brought up to date
 */
void smbios_add_bios(void *dst, struct smbios_table *table);

/**
 * smbios_set_entry() - point an entry point to a table
 * @entry: entry point of the host, of either kind; @size says which
 * @size:  bytes
 * @table: the table
 * @addr:  its address
 *
 * Return: 0, or -EBADMSG or -ERANGE with the reason logged.
 */
int smbios_set_entry(void *entry, u32 size, const struct smbios_table *table,
		     phys_addr_t addr);

#endif
