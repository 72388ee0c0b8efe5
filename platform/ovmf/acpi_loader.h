/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * QEMU's linker/loader script for ACPI tables: the engine that runs it, apart
 * from where memory and files come from.
 */
#ifndef OVMF_ACPI_LOADER_H
#define OVMF_ACPI_LOADER_H

#include <fw/types.h>
#include <spec/acpi.h>

/* QEMU allocates two blobs, and at most five with every device it has. */
#define ACPI_LOADER_MAX_BLOBS	16

/* QEMU's own limit of the script, ACPI_BUILD_LOADER_MAX_SIZE. */
#define ACPI_LOADER_MAX_SIZE	0x40000

/**
 * struct acpi_blob - a file that the script places in memory
 * @name:   name of the file; as in the script, NUL-terminated
 * @align:  alignment, a power of two
 * @zone:   LOADER_ZONE_*
 * @tables: holds what the script puts checksums on, and the host does not get
 *          its address: ACPI tables, that is, which nobody writes to
 * @data:   contents, as the engine reaches them
 * @addr:   guest-physical address of @data
 * @size:   bytes, at least 1
 * @facs:   offset of a FACS that some table points to, or ACPI_NO_FACS
 *
 * The engine fills in all but @data, @addr and @size; those are the load
 * operation's.
 */
struct acpi_blob {
	const char *name;
	u32 align;
	u8 zone;
	bool tables;
	u8 *data;
	phys_addr_t addr;
	u32 size;
	u32 facs;
};

#define ACPI_NO_FACS	((u32)-1)

/* The least length of a FACS; QEMU's has it. */
#define ACPI_FACS_SIZE	64

/**
 * struct acpi_loader_ops - what the engine asks of its surroundings
 * @load:          allocate memory for a blob and read the file into it
 * @write_pointer: write the low @size bytes of @value to a file of the host
 *
 * Each returns 0, or -Exxx with the reason logged.
 */
struct acpi_loader_ops {
	int (*load)(struct acpi_blob *blob);
	int (*write_pointer)(const char *file, u32 offset, u64 value, u8 size);
};

struct acpi_loader {
	const struct acpi_loader_ops *ops;
	u32 count;
	u64 sum_left;		/* bytes that checksums may still cover */
	struct acpi_blob blob[ACPI_LOADER_MAX_BLOBS];
};

/**
 * acpi_loader_run() - run a script
 * @loader: @ops is filled in, the rest is not looked at
 * @script: the file, in memory that the host cannot change and that lives as
 *          long as @loader, whose names point into it
 * @size:   bytes
 *
 * Return: 0, or -Exxx with the reason logged; what has been loaded until then
 * must not be used.
 */
int acpi_loader_run(struct acpi_loader *loader, const void *script, u32 size);

/** acpi_loader_find() - the blob of a file, or NULL */
const struct acpi_blob *acpi_loader_find(const struct acpi_loader *loader,
					 const char *name);

/**
 * acpi_rsdp_check() - whether a blob is a whole RSDP
 *
 * Return: 0, or -EBADMSG with the reason logged.
 */
int acpi_rsdp_check(const struct acpi_blob *blob);

#endif
