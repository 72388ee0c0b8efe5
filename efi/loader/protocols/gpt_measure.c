/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Measures the partition table of a disk from which an image is read: what was found
 * when the partitions were, not what the disk says now. Once for each time that
 * they were found.
 * Document: TCG PC Client Platform Firmware Profile 1.06, sections 3.3.4.6 (PCR 5)
 * and 10.4.3 (UEFI_GPT_DATA).
 */
#define pr_fmt(fmt) "partition: " fmt

#include <fw/byteorder.h>
#include <fw/efi_image.h>
#include <fw/efi_measure.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/partition.h>
#include <fw/string.h>

#include "block_io.h"
#include "gpt_measure.h"

struct gpt_data {
	struct gpt_header header;
	le64 count;
	struct gpt_entry entries[];
} __packed;

/* A disk's table; it goes once it is measured. */
struct gpt_record {
	struct list_head list;
	const struct block_device *dev;
	struct gpt_data *data;
	size_t size;
};

static LIST_HEAD(records);

static struct gpt_record *find_record(const struct block_device *dev)
{
	struct gpt_record *record;

	list_for_each_entry(record, &records, list) {
		if (record->dev == dev)
			return record;
	}
	return NULL;
}

static struct gpt_record *new_record(const struct block_device *dev,
				     const struct gpt_header *header)
{
	struct gpt_record *record = efi_zalloc(sizeof(*record));

	if (record == NULL)
		return NULL;
	record->dev = dev;
	record->size = sizeof(*record->data);
	record->data = efi_zalloc(record->size);
	if (record->data == NULL) {
		efi_free_pool(record);
		return NULL;
	}
	record->data->header = *header;
	list_add(&record->list, &records);
	return record;
}

int gpt_measure_note(const struct block_device *dev, const struct partition *p)
{
	struct gpt_record *record;
	struct gpt_data *data;
	u64 count;

	if (measure_ops() == NULL || p->table != PARTITION_GPT)
		return 0;
	record = find_record(dev);
	if (record == NULL)
		record = new_record(dev, p->header);
	if (record == NULL)
		return -ENOMEM;
	data = efi_zalloc(record->size + sizeof(p->gpt));
	if (data == NULL)
		return -ENOMEM;
	memcpy(data, record->data, record->size);
	count = le64_to_cpu(data->count);
	data->entries[count] = p->gpt;
	data->count = cpu_to_le64(count + 1);
	efi_free_pool(record->data);
	record->data = data;
	record->size += sizeof(p->gpt);
	return 0;
}

/* The disk that a path leads to, or leads through. */
static const struct block_device *find_disk(const struct efi_device_path *path)
{
	struct efi_device_path *rest = (struct efi_device_path *)path;
	const struct efi_block *block;
	efi_handle_t handle;
	void *interface;

	if (path == NULL || efi_locate_device_path(&efi_guid_block_io, &rest, &handle) !=
	    EFI_SUCCESS)
		return NULL;
	if (efi_handle_protocol(handle, &efi_guid_disk_io, &interface) != EFI_SUCCESS)
		return NULL;
	block = efi_disk_io_block(interface);
	return block != NULL ? block->dev : NULL;
}

static void remove_record(struct gpt_record *record)
{
	list_del(&record->list);
	efi_free_pool(record->data);
	efi_free_pool(record);
}

void gpt_measure_forget(const struct block_device *dev)
{
	struct gpt_record *record = find_record(dev);

	if (record != NULL)
		remove_record(record);
}

static int measure_gpt(const struct efi_image_source *source)
{
	const struct block_device *dev;
	struct gpt_record *record;

	if (list_empty(&records))
		return 0;
	dev = find_disk(source->path);
	record = dev != NULL ? find_record(dev) : NULL;
	if (record == NULL)
		return 0;
	efi_measure(PCR_BOOT_CONFIG, EV_EFI_GPT_EVENT, record->data, record->size);
	remove_record(record);
	return 0;
}
HOOK(efi_image_check, 05, common, measure_gpt);
