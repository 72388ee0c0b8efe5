/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Which table of a medium counts. Images that can be written to a disk and to a
 * CD-ROM have one for each.
 */
#include <fw/errno.h>
#include <fw/partition.h>

typedef int (*scan_t)(const struct partition_source *src, partition_found_t found, void *ctx);

static const scan_t disk_order[] = { gpt_scan, mbr_scan, eltorito_scan };
/* An MBR counts in units of 512 bytes there, which are not the medium's. */
static const scan_t cdrom_order[] = { eltorito_scan, gpt_scan };

int partition_scan(const struct partition_source *src, partition_found_t found, void *ctx)
{
	bool is_cdrom = src->block_size == ISO_SECTOR;
	const scan_t *order = is_cdrom ? cdrom_order : disk_order;
	size_t i, count = is_cdrom ? ARRAY_SIZE(cdrom_order) : ARRAY_SIZE(disk_order);
	int rc;

	for (i = 0; i < count; i++) {
		rc = order[i](src, found, ctx);
		if (rc == -EBADMSG)
			return 0;
		if (rc != -ENOENT)
			return rc;
	}
	return 0;
}
