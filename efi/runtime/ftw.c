/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Fault-tolerant writes, with the records that OVMF uses, so that either
 * completes what the other had begun.
 * Documents: EDK II, MdeModulePkg/Include/Guid/FaultTolerantWrite.h;
 * UEFI Platform Initialization 1.8, volume 3, chapter 6.
 *
 * After the region come an unused block, the working block and the spare
 * blocks. A write is announced in the working block, made to the spare blocks,
 * marked there as complete, made again to where it belongs, and marked again.
 */
#include <fw/crc.h>
#include <fw/errno.h>
#include <fw/string.h>

#include "flash.h"
#include "ftw.h"
#include "store.h"
#include "store_load.h"

#define WORK(region)	((region) + VARS_BLOCK_SIZE)
#define SPARE(region)	((region) + 2 * VARS_BLOCK_SIZE)
#define QUEUE_SIZE	(VARS_BLOCK_SIZE - (u32)sizeof(struct ftw_work_header))

/* An announcement of one write. */
#define ENTRY_SIZE	((u32)(sizeof(struct ftw_entry) + sizeof(struct ftw_record)))

/* OVMF has one record in an entry; more than this is damage. */
#define RECORDS_MAX	16
#define PRIVATE_MAX	0x400

/**
 * struct queue - the working block
 * @valid: it has a sound header
 * @free:  offset in flash of the first free byte
 * @entry: offset of the last entry if that is not complete, else 0
 */
struct queue {
	bool valid;
	u32 free;
	u32 entry;
	struct ftw_entry last;
};

static void work_header(struct ftw_work_header *header, u8 state)
{
	static const struct efi_guid guid = FTW_WORK_GUID;

	memset(header, 0xff, sizeof(*header));
	header->guid = guid;
	header->queue_size = QUEUE_SIZE;
	header->crc = crc32(0, header, sizeof(*header));
	header->state = state;
}

/* A size that cannot be stands for the end of the block. */
static u32 entry_size(const struct ftw_entry *entry)
{
	if (entry->writes == 0 || entry->writes > RECORDS_MAX || entry->private_size > PRIVATE_MAX)
		return VARS_BLOCK_SIZE;
	return (u32)(sizeof(*entry) +
		     entry->writes * (sizeof(struct ftw_record) + entry->private_size));
}

static void queue_read(struct queue *queue, u32 region)
{
	u32 work = WORK(region), end = work + VARS_BLOCK_SIZE, at, size;
	struct ftw_work_header have, want;
	struct ftw_entry entry;

	memset(queue, 0, sizeof(*queue));
	flash_read(&have, work, sizeof(have));
	work_header(&want, FTW_WORK_VALID);
	queue->valid = memcmp(&have, &want, sizeof(have)) == 0;
	if (!queue->valid)
		return;

	for (at = work + (u32)sizeof(have); at + ENTRY_SIZE <= end; at += size) {
		flash_read(&entry, at, sizeof(entry));
		if (entry.state & FTW_HEADER_ALLOCATED)
			break;
		size = MIN(entry_size(&entry), end - at);
		queue->entry = entry.state & FTW_COMPLETE ? at : 0;
		queue->last = entry;
	}
	queue->free = at;
	/* A header that was not finished is not read, and cannot be written over. */
	if (at + ENTRY_SIZE <= end && !flash_is_erased(at, ENTRY_SIZE))
		queue->free = end;
}

static void clear_state(u32 offset, u8 *state, u8 bit)
{
	*state &= (u8)~bit;
	flash_write(offset, state, 1);
}

static int copy_blocks(u32 to, u32 from, u32 size)
{
	u8 buffer[256];
	u32 at;
	int rc;

	for (at = 0; at < size; at += (u32)sizeof(buffer)) {
		if (IS_ALIGNED(at, VARS_BLOCK_SIZE))
			flash_erase(to + at);
		rc = flash_done();
		if (rc)
			return rc;
		if (flash_is_erased(from + at, sizeof(buffer)))
			continue;
		flash_read(buffer, from + at, sizeof(buffer));
		flash_write(to + at, buffer, sizeof(buffer));
	}
	return flash_done();
}

/*
 * The bytes that @record replaces, from @to on; 0 if it reaches out of the
 * region or is not about the volume of the spare blocks.
 */
static u32 record_target(const struct ftw_record *record, u32 region, u32 *to)
{
	u64 block = record->block * VARS_BLOCK_SIZE, size;

	if (record->block >= region / VARS_BLOCK_SIZE || record->offset > region ||
	    record->length == 0 || record->length > region)
		return 0;
	size = ALIGN_UP(record->offset + record->length, (u64)VARS_BLOCK_SIZE);
	if (size > region - block || record->target != (s64)(block - SPARE(region)))
		return 0;
	*to = (u32)block;
	return (u32)size;
}

/* Whether what is in the spare blocks begins as a volume of variables does. */
static bool spare_is_volume(u32 region)
{
	struct vars_fv_header header;

	flash_read(&header, SPARE(region), sizeof(header));
	return store_volume_is_sound(&header);
}

/* One record of an entry that is not complete. Return: 1 if there was something to do. */
static int recover_record(u32 at, u32 region, u32 *spare)
{
	struct ftw_record record;
	u32 to = 0, size;
	int rc;

	flash_read(&record, at, sizeof(record));
	if (record.state & FTW_SPARE_COMPLETE || !(record.state & FTW_DEST_COMPLETE))
		return 0;
	size = record_target(&record, region, &to);
	if (size == 0 || (to == 0 && !spare_is_volume(region)))
		return 0;
	/* Until the copy is made. */
	if (to == 0 && size == region)
		*spare = SPARE(region);
	if (!flash_is_writable())
		return *spare != 0;
	rc = copy_blocks(to, SPARE(region), size);
	if (rc)
		return rc;
	*spare = 0;
	clear_state(at, &record.state, FTW_DEST_COMPLETE);
	rc = flash_done();
	return rc ? rc : 1;
}

int ftw_recover(u32 region, u32 *spare)
{
	int recovered = 0, rc;
	struct queue queue;
	u32 at, step;
	u64 i;

	*spare = 0;
	queue_read(&queue, region);
	if (!queue.valid || !queue.entry || entry_size(&queue.last) == VARS_BLOCK_SIZE)
		return 0;
	at = queue.entry + (u32)sizeof(struct ftw_entry);
	step = (u32)(sizeof(struct ftw_record) + queue.last.private_size);
	for (i = 0; i < queue.last.writes && at + step <= SPARE(region); i++, at += step) {
		rc = recover_record(at, region, spare);
		if (rc < 0)
			return rc;
		recovered |= rc;
	}
	if (!flash_is_writable())
		return recovered;
	clear_state(queue.entry, &queue.last.state, FTW_COMPLETE);
	rc = flash_done();
	return rc ? rc : recovered;
}

/* A working block without entries; nothing that is in it is needed. */
static void work_format(u32 region)
{
	struct ftw_work_header header;

	flash_erase(WORK(region));
	work_header(&header, 0xff);
	flash_write(WORK(region), &header, sizeof(header));
	clear_state(WORK(region) + (u32)offsetof(struct ftw_work_header, state), &header.state,
		    FTW_WORK_VALID ^ 0xff);
}

static void new_entry(struct ftw_entry *entry, struct ftw_record *record, u32 region)
{
	static const struct efi_guid caller = VARS_FV_GUID;

	memset(entry, 0xff, sizeof(*entry));
	entry->state &= (u8)~FTW_HEADER_ALLOCATED;
	entry->caller = caller;
	entry->writes = 1;
	entry->private_size = 0;

	memset(record, 0xff, sizeof(*record));
	record->block = 0;
	record->offset = STORE_HEADER;
	record->length = region - STORE_HEADER;
	record->target = -(s64)SPARE(region);
}

/*
 * @image to the blocks from @to on; of the end of the region, most is erased. The
 * first block comes last: without the volume's header OVMF recovers nothing.
 */
static int write_blocks(u32 to, const u8 *image, u32 used, u32 region)
{
	u32 at = region;
	int rc;

	while (at > 0) {
		at -= VARS_BLOCK_SIZE;
		rc = flash_done();
		if (rc)
			return rc;
		if (!flash_is_erased(to + at, VARS_BLOCK_SIZE))
			flash_erase(to + at);
		if (at < used)
			flash_write(to + at, image + at, MIN(used - at, VARS_BLOCK_SIZE));
	}
	return flash_done();
}

/* The order makes the safety; no mark is set after something has failed. */
int ftw_write(const u8 *image, u32 used, u32 region)
{
	struct ftw_record record;
	struct ftw_entry entry;
	struct queue queue;
	u32 at;
	int rc;

	queue_read(&queue, region);
	if (!queue.valid || queue.free + ENTRY_SIZE > SPARE(region)) {
		work_format(region);
		queue.free = WORK(region) + (u32)sizeof(struct ftw_work_header);
	}
	at = queue.free + (u32)sizeof(entry);
	new_entry(&entry, &record, region);
	flash_write(queue.free, &entry, sizeof(entry));
	clear_state(queue.free, &entry.state, FTW_WRITES_ALLOCATED);
	flash_write(at, &record, sizeof(record));
	rc = flash_done();
	if (rc)
		return rc;

	rc = write_blocks(SPARE(region), image, used, region);
	if (rc)
		return rc;
	clear_state(at, &record.state, FTW_SPARE_COMPLETE);
	rc = flash_done();
	if (rc)
		return rc;

	rc = write_blocks(0, image, used, region);
	if (rc)
		return rc;
	clear_state(at, &record.state, FTW_DEST_COMPLETE);
	clear_state(queue.free, &entry.state, FTW_COMPLETE);
	return flash_done();
}
