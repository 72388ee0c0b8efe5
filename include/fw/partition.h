/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Partition tables. Everything on the medium is hostile; what is found lies
 * inside the medium, and the work is bounded whatever the tables say.
 */
#ifndef FW_PARTITION_H
#define FW_PARTITION_H

#include <fw/types.h>
#include <spec/partition.h>

/**
 * struct partition_source - a medium
 * @read:   @count blocks from @lba on; 0 or -Exxx
 * @ctx:    the reader's own
 * @name:   for the log
 * @block_size: bytes, a power of two from 512 to 65536
 * @blocks: how many
 */
struct partition_source {
	int (*read)(const struct partition_source *src, u64 lba, u64 count, void *buf);
	void *ctx;
	const char *name;
	u32 block_size;
	u64 blocks;
};

enum partition_table {
	PARTITION_GPT,
	PARTITION_MBR,
	PARTITION_ELTORITO,
};

/**
 * struct partition - one of them
 * @table:  where it stands
 * @number: GPT: index + 1; MBR: as everybody counts, logical ones from 5 on;
 *          El Torito: 0 is the default entry
 * @start, @blocks: place, in blocks of the medium
 * @signature: MBR: of the disk
 * @header: GPT: of the table, while @found runs
 * @gpt, @mbr: the entry as it is on the medium
 */
struct partition {
	enum partition_table table;
	u32 number;
	u64 start;
	u64 blocks;
	u32 signature;
	const struct gpt_header *header;
	union {
		struct gpt_entry gpt;
		struct mbr_record mbr;
	};
};

/* Called for each partition; an error ends the search and is its result. */
typedef int (*partition_found_t)(const struct partition *partition, void *ctx);

/**
 * partition_scan() - find a medium's partitions
 * @src:   medium
 * @found: called for each
 * @ctx:   for @found
 *
 * A GPT counts before an MBR, and either before El Torito; on a CD-ROM El Torito
 * comes first. One table is used, and none of those after it.
 *
 * Return: how many there are; 0 also if there is no table; or -Exxx. A table that
 * is there and broken is reported.
 */
int partition_scan(const struct partition_source *src, partition_found_t found, void *ctx);

/*
 * The tables one by one.
 *
 * Return: number of partitions, -ENOENT if there is no such table, -EBADMSG with
 * the reason logged if it is broken, or the error of @src->read, -ENOMEM or @found.
 */
int gpt_scan(const struct partition_source *src, partition_found_t found, void *ctx);
int mbr_scan(const struct partition_source *src, partition_found_t found, void *ctx);
int eltorito_scan(const struct partition_source *src, partition_found_t found, void *ctx);

#endif
