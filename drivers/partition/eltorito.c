/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * El Torito: boot images on a CD-ROM, each of which is a partition. It counts in
 * sectors of 2048 bytes, whatever the medium's blocks are.
 * Documents: El Torito Bootable CD-ROM Format Specification 1.0, chapter 2; UEFI
 * 2.10, section 13.3.2.
 */
#define pr_fmt(fmt) "eltorito: " fmt

#include <fw/alloc.h>
#include <fw/errno.h>
#include <fw/log.h>
#include <fw/partition.h>
#include <fw/string.h>

#define DESCRIPTORS_MAX	32
#define CATALOG_SECTORS	4
#define CATALOG_ENTRIES	(CATALOG_SECTORS * ISO_SECTOR / ELTORITO_ENTRY_SIZE)

/**
 * struct iso - a medium, in sectors
 * @src:     medium
 * @sectors: how many it has
 * @space:   how many its file system says that it has
 * @catalog: place of the boot catalog
 */
struct iso {
	const struct partition_source *src;
	u64 sectors;
	u32 space;
	u32 catalog;
};

static int read_sectors(const struct iso *iso, u64 sector, u64 count, void *buf)
{
	u32 factor = ISO_SECTOR / iso->src->block_size;

	if (sector >= iso->sectors || count > iso->sectors - sector)
		return -ENOENT;
	return iso->src->read(iso->src, sector * factor, count * factor, buf);
}

/* Return: 0, or -ENOENT if there is no boot catalog. */
static int find_catalog(struct iso *iso, u8 *buf)
{
	unsigned int i;
	int rc;

	for (i = 0; i < DESCRIPTORS_MAX; i++) {
		rc = read_sectors(iso, ISO_FIRST_DESCRIPTOR + i, 1, buf);
		if (rc)
			return rc;
		if (memcmp(buf + ISO_ID, "CD001", 5) != 0 || buf[0] == ISO_TYPE_END)
			break;
		if (buf[0] == ISO_TYPE_PRIMARY)
			iso->space = get_le32(buf + ISO_SPACE_SIZE);
		else if (buf[0] == ISO_TYPE_BOOT &&
			 memcmp(buf + ISO_BOOT_SYSTEM, "EL TORITO SPECIFICATION", 23) == 0)
			iso->catalog = get_le32(buf + ISO_BOOT_CATALOG);
	}
	return iso->catalog ? 0 : -ENOENT;
}

static bool validation_is_right(const u8 *entry)
{
	unsigned int i;
	u16 sum = 0;

	for (i = 0; i < ELTORITO_ENTRY_SIZE; i += 2)
		sum += get_le16(entry + i);
	return sum == 0 && entry[0] == ELTORITO_VALIDATION &&
	       get_le16(entry + ELTORITO_VALIDATION_KEY) == MBR_MAGIC_VALUE;
}

/*
 * Return: sectors of the image. A count of 0 or 1 says nothing: the image is then
 * what follows up to the end of the file system, or of the medium.
 */
static u64 image_sectors(const struct iso *iso, const u8 *entry, u32 start)
{
	u64 end = iso->space > start && iso->space <= iso->sectors ? iso->space : iso->sectors;
	u16 count = get_le16(entry + ELTORITO_COUNT);
	u64 sectors;

	switch (ELTORITO_MEDIA_TYPE(entry[ELTORITO_MEDIA])) {
	case ELTORITO_FLOPPY_1200:
		return 1200 * 1024 / ISO_SECTOR;
	case ELTORITO_FLOPPY_1440:
		return 1440 * 1024 / ISO_SECTOR;
	case ELTORITO_FLOPPY_2880:
		return 2880 * 1024 / ISO_SECTOR;
	}
	sectors = ALIGN_UP((u64)count * 512, ISO_SECTOR) / ISO_SECTOR;
	return count < 2 ? end - start : sectors;
}

/* Return: 1 if @found was called, 0 if the entry is of no use, or -Exxx. */
static int report(const struct iso *iso, const u8 *entry, u32 number, partition_found_t found,
		  void *ctx)
{
	u32 factor = ISO_SECTOR / iso->src->block_size;
	u32 start = get_le32(entry + ELTORITO_START);
	struct partition p = { .table = PARTITION_ELTORITO, .number = number };
	u64 sectors;
	int rc;

	if (entry[0] != ELTORITO_BOOTABLE || start == 0)
		return 0;
	sectors = start < iso->sectors ? image_sectors(iso, entry, start) : 0;
	if (sectors == 0 || sectors > iso->sectors - start) {
		pr_warn("%s: boot image %u lies outside the medium", iso->src->name, number);
		return 0;
	}
	p.start = (u64)start * factor;
	p.blocks = sectors * factor;
	rc = found(&p, ctx);
	return rc ? rc : 1;
}

/*
 * Behind the validation entry there are the default entry, and sections of a
 * header and entries. Headers and extensions have no number.
 */
static int scan_catalog(const struct iso *iso, const u8 *catalog, unsigned int entries,
			partition_found_t found, void *ctx)
{
	unsigned int i, left = 1;
	u32 number = 0;
	bool more = true;
	int rc, count = 0;

	for (i = 1; i < entries; i++) {
		const u8 *entry = catalog + i * ELTORITO_ENTRY_SIZE;

		if (entry[0] == ELTORITO_EXTENSION)
			continue;
		if (left == 0) {
			if (!more || (entry[0] != ELTORITO_HEADER_MORE &&
				      entry[0] != ELTORITO_HEADER_LAST))
				break;
			more = entry[0] == ELTORITO_HEADER_MORE;
			left = get_le16(entry + ELTORITO_HEADER_COUNT);
			continue;
		}
		left--;
		rc = report(iso, entry, number++, found, ctx);
		if (rc < 0)
			return rc;
		count += rc;
	}
	return count;
}

static int scan(struct iso *iso, u8 *buf, partition_found_t found, void *ctx)
{
	u64 sectors;
	int rc;

	rc = find_catalog(iso, buf);
	if (rc)
		return rc;
	if (iso->catalog >= iso->sectors) {
		pr_err("%s: boot catalog lies outside the medium", iso->src->name);
		return -EBADMSG;
	}
	sectors = MIN((u64)CATALOG_SECTORS, iso->sectors - iso->catalog);
	rc = read_sectors(iso, iso->catalog, sectors, buf);
	if (rc)
		return rc;
	if (!validation_is_right(buf)) {
		pr_err("%s: wrong checksum of the boot catalog", iso->src->name);
		return -EBADMSG;
	}
	return scan_catalog(iso, buf, (unsigned int)(sectors * ISO_SECTOR / ELTORITO_ENTRY_SIZE),
			    found, ctx);
}

int eltorito_scan(const struct partition_source *src, partition_found_t found, void *ctx)
{
	const u64 size = CATALOG_ENTRIES * ELTORITO_ENTRY_SIZE;
	struct iso iso = { .src = src };
	phys_addr_t buf;
	int rc;

	if (src->block_size > ISO_SECTOR)
		return -ENOENT;
	iso.sectors = src->blocks / (ISO_SECTOR / src->block_size);
	rc = page_alloc(MEM_BOOT_DATA, size, PAGE_SIZE, PHYS_MAX_32, &buf);
	if (rc)
		return rc;
	rc = scan(&iso, (u8 *)(uintptr_t)buf, found, ctx);
	page_free(buf, size);
	return rc;
}
