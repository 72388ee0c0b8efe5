/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Finds and adds ACPI tables, after the host's have been loaded. The pointers
 * between them are the host's: each is looked at before it is followed.
 * Document: ACPI 6.5, sections 5.2.5 to 5.2.8 (RSDP, RSDT, XSDT).
 */
#define pr_fmt(fmt) "acpi: " fmt

#include <fw/acpi.h>
#include <fw/alloc.h>
#include <fw/byteorder.h>
#include <fw/crc.h>
#include <fw/errno.h>
#include <fw/log.h>
#include <fw/string.h>
#include <spec/acpi.h>

/* QEMU's limit for all tables together. */
#define TABLE_MAX	MiB(2)

#define RSDP_ALIGN	16

/* RSDT and XSDT differ in the width of their pointers. */
struct root {
	struct acpi_header *table;	/* NULL if there is none */
	unsigned int width;
};

enum { RSDT, XSDT, ROOTS };

static bool is_acpi_memory(phys_addr_t base, u64 size)
{
	phys_addr_t at, end = base + size;

	/* The FACS's page, in between, may have another type. */
	for (at = base; at < end; at = ALIGN_DOWN(at, PAGE_SIZE) + PAGE_SIZE) {
		if (!memmap_has_type(&memmap, at, 1, MEM_ACPI_RECLAIM) &&
		    !memmap_has_type(&memmap, at, 1, MEM_ACPI_NVS))
			return false;
	}
	return true;
}

static struct acpi_header *table_at(phys_addr_t addr)
{
	struct acpi_header *table = (void *)(uintptr_t)addr;
	u32 length;

	if (addr == 0 || addr > PHYS_MAX_32 || !is_acpi_memory(addr, sizeof(*table)))
		return NULL;
	length = le32_to_cpu(table->length);
	if (length < sizeof(*table) || length > TABLE_MAX || !is_acpi_memory(addr, length))
		return NULL;
	return table;
}

static struct acpi_rsdp *rsdp(void)
{
	return (void *)(uintptr_t)acpi_rsdp();
}

static void find_roots(struct root *roots)
{
	roots[RSDT].table = table_at(le32_to_cpu(rsdp()->rsdt_address));
	roots[RSDT].width = 4;
	roots[XSDT].table = NULL;
	roots[XSDT].width = 8;
	if (rsdp()->revision >= 2)
		roots[XSDT].table = table_at(le64_to_cpu(rsdp()->xsdt_address));
}

static size_t root_count(const struct root *root)
{
	return (le32_to_cpu(root->table->length) - sizeof(*root->table)) / root->width;
}

static u8 *root_slot(const struct root *root, size_t i)
{
	return (u8 *)(root->table + 1) + i * root->width;
}

static u64 root_get(const struct root *root, size_t i)
{
	return root->width == 4 ? get_le32(root_slot(root, i)) : get_le64(root_slot(root, i));
}

static void root_set(const struct root *root, size_t i, phys_addr_t addr)
{
	if (root->width == 4)
		put_le32((u32)addr, root_slot(root, i));
	else
		put_le64(addr, root_slot(root, i));
}

static void set_checksum(struct acpi_header *table)
{
	table->checksum = (u8)(table->checksum - sum8(table, le32_to_cpu(table->length)));
}

struct acpi_header *acpi_find_table(const char *signature)
{
	struct root roots[ROOTS], *root = &roots[XSDT];
	struct acpi_header *table;
	size_t i;

	if (acpi_rsdp() == 0)
		return NULL;
	find_roots(roots);
	if (root->table == NULL)
		root = &roots[RSDT];
	for (i = 0; root->table != NULL && i < root_count(root); i++) {
		table = table_at(root_get(root, i));
		if (table != NULL && memcmp(table->signature, signature, 4) == 0)
			return table;
	}
	return NULL;
}

/* A copy of a table with @extra zeroes behind it. */
static struct acpi_header *grow(const struct acpi_header *table, u32 extra)
{
	u32 length = le32_to_cpu(table->length);
	struct acpi_header *copy;
	phys_addr_t base;

	if (page_alloc(MEM_ACPI_RECLAIM, length + extra, PAGE_SIZE, PHYS_MAX_32, &base) != 0) {
		pr_err("no memory for a table of %u bytes", length + extra);
		return NULL;
	}
	copy = (void *)(uintptr_t)base;
	memcpy(copy, table, length);
	memset((u8 *)copy + length, 0, extra);
	copy->length = cpu_to_le32(length + extra);
	set_checksum(copy);
	return copy;
}

static void set_rsdp(const struct root *roots)
{
	struct acpi_rsdp *p = rsdp();

	if (roots[RSDT].table != NULL)
		p->rsdt_address = cpu_to_le32((u32)(uintptr_t)roots[RSDT].table);
	if (roots[XSDT].table != NULL)
		p->xsdt_address = cpu_to_le64((uintptr_t)roots[XSDT].table);
	p->checksum = (u8)(p->checksum - sum8(p, ACPI_RSDP_V1_SIZE));
	if (p->revision >= 2)
		p->extended_checksum = (u8)(p->extended_checksum - sum8(p, sizeof(*p)));
}

int acpi_add_table(const struct acpi_header *table)
{
	struct acpi_header *copy = grow(table, 0);
	struct root roots[ROOTS], *root;

	if (copy == NULL)
		return -ENOMEM;
	find_roots(roots);
	if (roots[RSDT].table == NULL && roots[XSDT].table == NULL) {
		pr_err("neither RSDT nor XSDT can be read");
		return -EBADMSG;
	}
	for (root = roots; root < roots + ROOTS; root++) {
		if (root->table == NULL)
			continue;
		root->table = grow(root->table, root->width);
		if (root->table == NULL)
			return -ENOMEM;
		root_set(root, root_count(root) - 1, (uintptr_t)copy);
		set_checksum(root->table);
	}
	set_rsdp(roots);
	return 0;
}

struct acpi_header *acpi_grow_table(const struct acpi_header *table, u32 extra)
{
	struct acpi_header *copy = grow(table, extra);
	struct root roots[ROOTS], *root;
	size_t i;

	if (copy == NULL)
		return NULL;
	find_roots(roots);
	for (root = roots; root < roots + ROOTS; root++) {
		for (i = 0; root->table != NULL && i < root_count(root); i++) {
			if (root_get(root, i) == (uintptr_t)table)
				root_set(root, i, (uintptr_t)copy);
		}
		if (root->table != NULL)
			set_checksum(root->table);
	}
	return copy;
}

void acpi_fill_table(struct acpi_header *table, u32 offset, const void *data, u32 len)
{
	memcpy((u8 *)table + offset, data, len);
	set_checksum(table);
}

/* A copy of the RSDT with wider pointers. */
static void make_xsdt(const struct root *rsdt, struct acpi_header *xsdt)
{
	struct root root = { .table = xsdt, .width = 8 };
	size_t i, count = root_count(rsdt);

	memcpy(xsdt, rsdt->table, sizeof(*xsdt));
	memcpy(xsdt->signature, "XSDT", sizeof(xsdt->signature));
	xsdt->length = cpu_to_le32((u32)(sizeof(*xsdt) + count * root.width));
	for (i = 0; i < count; i++)
		root_set(&root, i, root_get(rsdt, i));
	set_checksum(xsdt);
}

phys_addr_t acpi_rsdp_64(void)
{
	struct root roots[ROOTS];
	struct acpi_rsdp *copy;
	phys_addr_t base;
	size_t size;

	if (acpi_rsdp() == 0 || rsdp()->revision >= 2)
		return acpi_rsdp();
	find_roots(roots);
	if (roots[RSDT].table == NULL)
		return 0;
	size = ALIGN_UP(sizeof(*roots[RSDT].table) + root_count(&roots[RSDT]) * 8, RSDP_ALIGN);
	if (page_alloc(MEM_ACPI_RECLAIM, size + sizeof(*copy), PAGE_SIZE, PHYS_MAX_32,
		       &base) != 0) {
		pr_err("no memory for an XSDT");
		return 0;
	}
	make_xsdt(&roots[RSDT], (struct acpi_header *)(uintptr_t)base);
	copy = (struct acpi_rsdp *)(uintptr_t)(base + size);
	memset(copy, 0, sizeof(*copy));
	memcpy(copy, rsdp(), ACPI_RSDP_V1_SIZE);
	copy->revision = 2;
	copy->length = cpu_to_le32(sizeof(*copy));
	copy->xsdt_address = cpu_to_le64(base);
	copy->checksum = (u8)(copy->checksum - sum8(copy, ACPI_RSDP_V1_SIZE));
	copy->extended_checksum = (u8)-sum8(copy, sizeof(*copy));
	return base + size;
}
