/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Reading a store from flash. What is there was written by this firmware, by
 * OVMF or by anybody: nothing of it is believed, and what can be read as a
 * variable is kept.
 * Documents: UEFI Platform Initialization 1.8, volume 3, section 3.2.1; EDK II,
 * MdeModulePkg/Include/Guid/VariableFormat.h.
 */
#include <fw/errno.h>
#include <fw/string.h>
#include <spec/efi/runtime_services.h>

#include "flash.h"
#include "ftw.h"
#include "runtime.h"
#include "store.h"
#include "store_load.h"

/* Longer names than this are not searched for between ruins. */
#define SEARCH_NAME_MAX	1024u

#define KNOWN_ATTRIBUTES						\
	(EFI_VARIABLE_NON_VOLATILE | EFI_VARIABLE_BOOTSERVICE_ACCESS |	\
	 EFI_VARIABLE_RUNTIME_ACCESS | EFI_VARIABLE_HARDWARE_ERROR_RECORD | \
	 EFI_VARIABLE_AUTHENTICATED_WRITE_ACCESS |			\
	 EFI_VARIABLE_TIME_BASED_AUTHENTICATED_WRITE_ACCESS |		\
	 EFI_VARIABLE_ENHANCED_AUTHENTICATED_ACCESS)

/* struct load - one reading: @from: offset in flash; @keep: end of what is kept */
struct load {
	struct store *store;
	u32 from;
	u32 keep;
	u32 found;
};

/* The bytes up to @upto are in memory, if the store has so many. */
static bool load_upto(struct load *load, u64 upto)
{
	struct store *store = load->store;
	u32 next;

	if (upto > store->size)
		return false;
	if (upto > store->loaded) {
		next = MIN(ALIGN_UP((u32)upto, VARS_BLOCK_SIZE), store->size);
		flash_read(store->base + store->loaded, load->from + store->loaded,
			   next - store->loaded);
		store->loaded = next;
	}
	return true;
}

/* The record at @at with all that its sizes say, or NULL if it cannot be one. */
static struct vars_record *load_record(struct load *load, u32 at, u32 name_max)
{
	struct vars_record *record = (struct vars_record *)(load->store->base + at);

	if (!load_upto(load, (u64)at + sizeof(*record)) || record->start_id != VARS_START_ID)
		return NULL;
	if (record->state == VARS_STATE_ERASED)
		return record;
	if (record->name_size > name_max || record->data_size > RECORD_MAX ||
	    record_size(record) > RECORD_MAX ||
	    !load_upto(load, (u64)at + record_size(record)))
		return NULL;
	return record;
}

/* Whether a live record is a variable that can be looked up by its name. */
static bool is_variable(const struct vars_record *record)
{
	const efi_char16_t *name = record_name(record);
	u32 chars = record->name_size / 2, i;

	if (record->name_size % 2 != 0 || chars < 2 || name[chars - 1] != 0 ||
	    record->data_size == 0 || (record->attributes & ~KNOWN_ATTRIBUTES))
		return false;
	for (i = 0; i < chars - 1; i++) {
		if (name[i] == 0)
			return false;
	}
	return true;
}

/* The next place after @at where there is a variable; the end if there is none. */
static u32 search(struct load *load, u32 at)
{
	struct vars_record *record;

	for (at += 4; at + sizeof(*record) <= load->store->size; at += 4) {
		record = load_record(load, at, SEARCH_NAME_MAX);
		if (record && record_is_live(record) && is_variable(record))
			return at;
	}
	return load->store->size;
}

static void forget(struct load *load, struct vars_record *record)
{
	struct store *store = load->store;
	u32 at = (u32)((u8 *)record - store->base);

	if (record_is_live(record))
		store->live -= record_room(record);
	record->state &= VARS_CLEAR_DELETED;
	if (!store->flash || load->found & EFI_STORE_DAMAGED)
		return;
	flash_write(at + (u32)offsetof(struct vars_record, state), &record->state, 1);
	if (flash_done() != 0)
		store->failed = true;
}

/*
 * @record, which is live, has the name of an earlier one: the power failed
 * while one replaced the other, and what counts is the one that is no longer
 * in transition.
 */
static void resolve_twin(struct load *load, struct vars_record *record)
{
	struct store_key key = { record_name(record), record->name_size, &record->vendor };
	struct vars_record *earlier = store_find(load->store, &key);

	if (!earlier)
		return;
	if (earlier->state == VARS_STATE_ADDED)
		forget(load, record);
	else
		forget(load, earlier);
}

/* @record, at its place in flash, becomes the next of the store. */
static void keep_record(struct load *load, struct vars_record *record)
{
	struct store *store = load->store;
	struct vars_record *kept = (struct vars_record *)(store->base + load->keep);
	u32 room = record_room(record);

	if (kept != record) {
		/* After damage the store is written anew: without what is not live. */
		if (!record_is_live(record))
			return;
		memmove(kept, record, record_size(record));
	}
	if (record_is_live(kept)) {
		store->live += room;
		resolve_twin(load, kept);
	}
	load->keep += room;
	store->end = load->keep;
}

static void load_records(struct load *load)
{
	struct store *store = load->store;
	struct vars_record *record;
	u32 at = STORE_FIRST, room;

	while (at + sizeof(*record) <= store->size) {
		record = load_record(load, at, RECORD_MAX);
		if (record) {
			room = record_room(record);
			if (record_is_live(record) && !is_variable(record))
				load->found |= EFI_STORE_DAMAGED;
			else
				keep_record(load, record);
			at += room;
			continue;
		}
		if (flash_is_erased(load->from + at, store->size - at))
			break;
		load->found |= EFI_STORE_DAMAGED;
		at = search(load, at);
	}
}

/* The store's size with the volume's header, if both headers are sound; else 0. */
static u32 region_from_headers(void)
{
	static const struct efi_guid guid = VARS_STORE_GUID;
	struct vars_store_header header;

	flash_read(&header, STORE_HEADER, sizeof(header));
	if (!guid_equal(&header.guid, &guid) || header.format != VARS_STORE_FORMATTED ||
	    header.state != VARS_STORE_HEALTHY || header.size > STORE_MAX)
		return 0;
	return header.size + STORE_HEADER;
}

/*
 * Of OVMF's two sizes of flash, the layout is known even if what says so was
 * being written when the power failed.
 */
static u32 region_from_size(u32 flash)
{
	switch (flash) {
	case 0x84000:
		return 0x40000;
	case 0x20000:
		return 0xe000;
	}
	return 0;
}

static u32 find_region(void)
{
	u32 size = flash_size(), region;

	if (size < 4 * VARS_BLOCK_SIZE)
		return 0;
	region = region_from_size(size);
	if (!region)
		region = region_from_headers();
	if (region > STORE_MAX || region < VARS_BLOCK_SIZE || region % VARS_BLOCK_SIZE != 0 ||
	    size - 2 * VARS_BLOCK_SIZE < 2 * region)
		return 0;
	return region;
}

bool store_volume_is_sound(const struct vars_fv_header *header)
{
	static const struct efi_guid guid = VARS_FV_GUID;
	const u16 *word = (const u16 *)header;
	u16 sum = 0;
	size_t i;

	for (i = 0; i < sizeof(*header) / sizeof(*word); i++)
		sum += word[i];
	return sum == 0 && header->signature == VARS_FV_SIGNATURE &&
	       header->header_length == sizeof(*header) && header->length == flash_size() &&
	       guid_equal(&header->file_system, &guid);
}

/*
 * The headers of the volume and of the store are in memory. Records of the
 * other format that there is have a shorter header: somebody else's.
 */
static bool check_headers(struct load *load)
{
	static const struct efi_guid plain = {
		0xddcf3616, 0x3275, 0x4164, { 0x98, 0xb6, 0xfe, 0x85, 0x70, 0x7f, 0xfe, 0x7d }
	};
	struct vars_store_header *header, have;
	struct store *store = load->store;

	if (!store_volume_is_sound((const struct vars_fv_header *)store->base))
		return false;
	header = (struct vars_store_header *)(store->base + STORE_HEADER);
	have = *header;
	if (guid_equal(&have.guid, &plain))
		return false;
	store_put_header(store->base, store->size);
	if (memcmp(&have, header, offsetof(struct vars_store_header, reserved)) != 0)
		load->found |= EFI_STORE_DAMAGED;
	return true;
}

static u32 foreign(struct store *store, void *base)
{
	store_format(store, base, STORE_MAX);
	return EFI_STORE_FOREIGN;
}

u32 store_load(struct store *store, void *base)
{
	struct load load = { .store = store };
	u32 region = find_region();
	int rc;

	if (!region)
		return foreign(store, base);
	memset(store, 0, sizeof(*store));
	store->base = base;
	store->size = region;
	store->end = STORE_FIRST;
	store->flash = flash_is_writable();

	rc = ftw_recover(region, &load.from);
	if (rc > 0)
		load.found |= EFI_STORE_RECOVERED;
	load.keep = STORE_FIRST;
	load_upto(&load, STORE_FIRST);
	if (!check_headers(&load))
		return foreign(store, base);
	load_records(&load);
	if (rc < 0)
		store->failed = true;
	if (load.found & EFI_STORE_DAMAGED && store->flash && !store->failed &&
	    store_rewrite(store) == 0)
		load.found |= EFI_STORE_REBUILT;
	if (store->failed)
		load.found |= EFI_STORE_FAILED;
	return load.found;
}
