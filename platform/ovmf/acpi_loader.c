/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Runs QEMU's linker/loader script: places blobs in memory, links them with
 * each other, and makes their checksums right.
 * Documents: QEMU, hw/acpi/bios-linker-loader.c (commands); ACPI
 * Specification 6.5, sections 5.2.5.3 (RSDP) and 5.2.10 (FACS).
 */
#define pr_fmt(fmt) "acpi: " fmt

#include <fw/crc.h>
#include <fw/errno.h>
#include <fw/log.h>
#include <fw/string.h>

#include "acpi_loader.h"

/* QEMU asks for 4096 at most. */
#define ALIGN_MAX	KiB(64)

/* Bytes that all checksums together may cover: time that the host can take. */
#define SUM_MAX		MiB(64)

#define FACS_SIGNATURE	0x53434146	/* "FACS" */

/* One line for every way a command can be wrong. */
static int __cold refuse(u32 index, const char *why)
{
	pr_err("etc/table-loader: command %u: %s", index, why);
	return -EBADMSG;
}

/*
 * QEMU fills the rest of a name with zeroes, so that names can be compared a
 * word at a time. A word whose last byte is 0 is where a name ends.
 */
static bool name_equal(const char *a, const char *b)
{
	unsigned int i;
	u64 word;

	for (i = 0; i < LOADER_FILE_NAME_SIZE; i += sizeof(word)) {
		word = get_le64(a + i);
		if (word != get_le64(b + i))
			return false;
		if (word >> 56 == 0)
			return true;
	}
	return true;
}

static bool name_is_valid(const char *name)
{
	return name[0] && !name[LOADER_FILE_NAME_SIZE - 1];
}

static struct acpi_blob *find_blob(struct acpi_loader *loader, const char *name)
{
	struct acpi_blob *b;

	for (b = loader->blob; b < loader->blob + loader->count; b++) {
		if (name_equal(b->name, name))
			return b;
	}
	return NULL;
}

/* Whether [@offset, @offset + @len) lies inside the blob. */
static bool blob_has(const struct acpi_blob *b, u32 offset, u32 len)
{
	return offset <= b->size && len <= b->size - offset;
}

static bool size_is_valid(u8 size)
{
	return size == 1 || size == 2 || size == 4 || size == 8;
}

static bool value_fits(u64 value, u8 size)
{
	return size == sizeof(u64) || value >> size * 8 == 0;
}

static u64 get_sized(const u8 *p, u8 size)
{
	u64 value = 0;

	memcpy(&value, p, size);
	return value;
}

static void put_sized(u64 value, u8 *p, u8 size)
{
	memcpy(p, &value, size);
}

static int add_blob(struct acpi_loader *loader, u32 index,
		    const struct loader_command *cmd)
{
	const char *name = cmd->allocate.file;
	u32 align = le32_to_cpu(cmd->allocate.align);
	u8 zone = cmd->allocate.zone;
	struct acpi_blob *b;

	if (!name_is_valid(name))
		return refuse(index, "malformed file name");
	if (align == 0 || align & (align - 1) || align > ALIGN_MAX)
		return refuse(index, "alignment is no power of two up to 64 KiB");
	if (zone != LOADER_ZONE_HIGH && zone != LOADER_ZONE_FSEG)
		return refuse(index, "unknown zone");
	if (find_blob(loader, name))
		return refuse(index, "file is allocated twice");
	if (loader->count == ARRAY_SIZE(loader->blob))
		return refuse(index, "too many files");

	b = &loader->blob[loader->count++];
	*b = (struct acpi_blob) {
		.name = name,
		.align = align,
		.zone = zone,
		.facs = ACPI_NO_FACS,
	};
	return 0;
}

/*
 * First pass. What kind of memory a blob needs is seen only from the commands
 * that come after its allocation.
 */
static int scan(struct acpi_loader *loader, const struct loader_command *cmds, u32 count)
{
	bool to_host[ARRAY_SIZE(loader->blob)] = { false };
	const struct loader_command *cmd;
	struct acpi_blob *b;
	u32 i;
	int rc;

	for (i = 0; i < count; i++) {
		cmd = &cmds[i];
		switch (le32_to_cpu(cmd->command)) {
		case LOADER_CMD_ALLOCATE:
			rc = add_blob(loader, i, cmd);
			if (rc)
				return rc;
			break;
		case LOADER_CMD_ADD_CHECKSUM:
			b = find_blob(loader, cmd->add_checksum.file);
			if (b)
				b->tables = true;
			break;
		case LOADER_CMD_WRITE_POINTER:
			b = find_blob(loader, cmd->write_pointer.src_file);
			if (b)
				to_host[b - loader->blob] = true;
			break;
		}
	}
	for (i = 0; i < loader->count; i++) {
		if (to_host[i])
			loader->blob[i].tables = false;
	}
	return 0;
}

static void note_facs(struct acpi_blob *b, u32 offset)
{
	if (blob_has(b, offset, ACPI_FACS_SIZE) && get_le32(b->data + offset) == FACS_SIGNATURE)
		b->facs = offset;
}

static int add_pointer(struct acpi_loader *loader, u32 index,
		       const struct loader_command *cmd)
{
	struct acpi_blob *dst = find_blob(loader, cmd->add_pointer.dest_file);
	struct acpi_blob *src = find_blob(loader, cmd->add_pointer.src_file);
	u32 offset = le32_to_cpu(cmd->add_pointer.offset);
	u8 size = cmd->add_pointer.size;
	u64 value;

	if (!dst || !src)
		return refuse(index, "pointer between files that are not allocated");
	if (!size_is_valid(size) || !blob_has(dst, offset, size))
		return refuse(index, "pointer is outside its file");
	value = get_sized(dst->data + offset, size);
	if (value >= src->size)
		return refuse(index, "pointer leads outside the other file");
	note_facs(src, (u32)value);
	value += src->addr;
	if (!value_fits(value, size))
		return refuse(index, "pointer is too small for the address");
	put_sized(value, dst->data + offset, size);
	return 0;
}

static int add_checksum(struct acpi_loader *loader, u32 index,
			const struct loader_command *cmd)
{
	struct acpi_blob *b = find_blob(loader, cmd->add_checksum.file);
	u32 offset = le32_to_cpu(cmd->add_checksum.offset);
	u32 start = le32_to_cpu(cmd->add_checksum.start);
	u32 len = le32_to_cpu(cmd->add_checksum.length);

	if (!b)
		return refuse(index, "checksum of a file that is not allocated");
	if (!blob_has(b, offset, 1) || !blob_has(b, start, len))
		return refuse(index, "checksum is outside its file");
	if (len > loader->sum_left)
		return refuse(index, "checksums of more than 64 MiB in all");
	loader->sum_left -= len;
	b->data[offset] = (u8)(b->data[offset] - sum8(b->data + start, len));
	return 0;
}

static int write_pointer(struct acpi_loader *loader, u32 index,
			 const struct loader_command *cmd)
{
	struct acpi_blob *src = find_blob(loader, cmd->write_pointer.src_file);
	u32 offset = le32_to_cpu(cmd->write_pointer.src_offset);
	u8 size = cmd->write_pointer.size;
	u64 value;

	if (!src || !name_is_valid(cmd->write_pointer.dest_file))
		return refuse(index, "pointer to a file that is not allocated");
	if (!size_is_valid(size) || offset >= src->size)
		return refuse(index, "pointer leads outside the file");
	value = src->addr + offset;
	if (!value_fits(value, size))
		return refuse(index, "pointer is too small for the address");
	return loader->ops->write_pointer(cmd->write_pointer.dest_file,
					  le32_to_cpu(cmd->write_pointer.dst_offset),
					  value, size);
}

/* Second pass: the blobs are there. */
static int link_blobs(struct acpi_loader *loader, const struct loader_command *cmds,
		      u32 count)
{
	const struct loader_command *cmd;
	u32 i;
	int rc = 0;

	for (i = 0; i < count && rc == 0; i++) {
		cmd = &cmds[i];
		switch (le32_to_cpu(cmd->command)) {
		case 0: /* padding */
		case LOADER_CMD_ALLOCATE:
			break;
		case LOADER_CMD_ADD_POINTER:
			rc = add_pointer(loader, i, cmd);
			break;
		case LOADER_CMD_ADD_CHECKSUM:
			rc = add_checksum(loader, i, cmd);
			break;
		case LOADER_CMD_WRITE_POINTER:
			rc = write_pointer(loader, i, cmd);
			break;
		default:
			/* QEMU's way to stay compatible with older firmware. */
			pr_debug("etc/table-loader: command %u is unknown", i);
			break;
		}
	}
	return rc;
}

int acpi_loader_run(struct acpi_loader *loader, const void *script, u32 size)
{
	u32 count = size / sizeof(struct loader_command);
	struct acpi_blob *b;
	int rc;

	loader->count = 0;
	loader->sum_left = SUM_MAX;
	if (size % sizeof(struct loader_command) || size > ACPI_LOADER_MAX_SIZE) {
		pr_err("etc/table-loader: size %u is that of no script", size);
		return -EBADMSG;
	}
	rc = scan(loader, script, count);
	if (rc)
		return rc;
	for (b = loader->blob; b < loader->blob + loader->count; b++) {
		rc = loader->ops->load(b);
		if (rc)
			return rc;
	}
	return link_blobs(loader, script, count);
}

const struct acpi_blob *acpi_loader_find(const struct acpi_loader *loader,
					 const char *name)
{
	const struct acpi_blob *b;

	for (b = loader->blob; b < loader->blob + loader->count; b++) {
		if (strcmp(b->name, name) == 0)
			return b;
	}
	return NULL;
}

int acpi_rsdp_check(const struct acpi_blob *blob)
{
	const struct acpi_rsdp *rsdp = (const void *)blob->data;

	if (blob->size < ACPI_RSDP_V1_SIZE ||
	    memcmp(rsdp->signature, "RSD PTR ", sizeof(rsdp->signature)) != 0 ||
	    sum8(rsdp, ACPI_RSDP_V1_SIZE) != 0)
		goto refuse;
	if (rsdp->revision < 2)
		return 0;
	if (blob->size >= sizeof(*rsdp) && le32_to_cpu(rsdp->length) == sizeof(*rsdp) &&
	    sum8(rsdp, sizeof(*rsdp)) == 0)
		return 0;
refuse:
	pr_err("%s: not an RSDP", blob->name);
	return -EBADMSG;
}
