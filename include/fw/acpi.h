/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* ACPI tables as the rest of the firmware sees them. */
#ifndef FW_ACPI_H
#define FW_ACPI_H

#include <fw/types.h>

struct acpi_header;

/** acpi_rsdp() - address of the RSDP, or 0 if the host gave no ACPI tables */
phys_addr_t acpi_rsdp(void);

/*
 * Context of what follows: after the acpi step, with CONFIG_ACPI_TABLES. The
 * host's tables are its input: a table whose header is sound may still contain
 * anything.
 */

/**
 * acpi_find_table() - look for a table
 * @signature: four characters
 *
 * Return: the first that lies in ACPI memory as a whole, or NULL.
 */
struct acpi_header *acpi_find_table(const char *signature);

/**
 * acpi_add_table() - add a table
 * @table: it is copied, and the copy gets a checksum
 *
 * Return: 0, or -ENOMEM or -EBADMSG with the reason logged.
 */
int acpi_add_table(const struct acpi_header *table) __must_check;

/**
 * acpi_grow_table() - replace a table by a longer copy
 * @table: one that acpi_find_table() has found
 * @extra: bytes more; they are zero
 *
 * Return: the copy, with its checksum, or NULL with the reason logged.
 */
struct acpi_header *acpi_grow_table(const struct acpi_header *table, u32 extra) __must_check;

/**
 * acpi_rsdp_64() - address of an RSDP with 64-bit pointers (ACPI 2.0 and later)
 *
 * The host's own, or one that is made of it, with an XSDT, at each call.
 *
 * Return: its address; 0 if there is none, or with the reason logged.
 */
phys_addr_t acpi_rsdp_64(void);

/** acpi_fill_table() - write into a table, whose checksum stays right */
void acpi_fill_table(struct acpi_header *table, u32 offset, const void *data, u32 len);

#endif
