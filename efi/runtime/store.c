/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Records of variables in a store: finding, adding, deleting, and writing all
 * of them anew when there is no room at the end.
 * Document: EDK II, MdeModulePkg/Include/Guid/VariableFormat.h.
 *
 * A record is added at the end and then marked as valid, the one that it
 * replaces is marked before and after; so the power may fail at any time.
 */
#include <fw/errno.h>
#include <fw/string.h>

#include "flash.h"
#include "ftw.h"
#include "runtime.h"
#include "store.h"
#include "store_load.h"

/* A new record, put together before anything moves. */
static u8 scratch[RECORD_MAX] __noinit __aligned(8);

static u32 offset_of(const struct store *store, const struct vars_record *record)
{
	return (u32)((const u8 *)record - store->base);
}

static struct vars_record *next_live(const struct store *store, u32 at)
{
	while (at < store->end) {
		struct vars_record *record = (struct vars_record *)(store->base + at);

		if (record_is_live(record))
			return record;
		at += record_room(record);
	}
	return NULL;
}

struct vars_record *store_next(const struct store *store, const struct vars_record *record)
{
	u32 at = record ? offset_of(store, record) + record_room(record) : STORE_FIRST;

	return next_live(store, at);
}

struct vars_record *store_find(const struct store *store, const struct store_key *key)
{
	struct vars_record *record;

	for (record = store_next(store, NULL); record; record = store_next(store, record)) {
		if (record->name_size == key->name_size &&
		    guid_equal(&record->vendor, key->vendor) &&
		    memcmp(record_name(record), key->name, key->name_size) == 0)
			return record;
	}
	return NULL;
}

u32 store_count(const struct store *store)
{
	struct vars_record *record;
	u32 n = 0;

	for (record = store_next(store, NULL); record; record = store_next(store, record))
		n++;
	return n;
}

void store_put_header(u8 *base, u32 size)
{
	struct vars_store_header *header = (struct vars_store_header *)(base + STORE_HEADER);
	static const struct efi_guid guid = VARS_STORE_GUID;

	memset(header, 0, sizeof(*header));
	header->guid = guid;
	header->size = size - STORE_HEADER;
	header->format = VARS_STORE_FORMATTED;
	header->state = VARS_STORE_HEALTHY;
}

void store_format(struct store *store, void *base, u32 size)
{
	memset(store, 0, sizeof(*store));
	store->base = base;
	store->size = size;
	store->end = STORE_FIRST;
	store->loaded = size;
	store_put_header(store->base, size);
}

/* In flash only; memory follows when all of it has worked. */
static void put(const struct store *store, u32 offset, const void *data, u32 len)
{
	if (store->flash)
		flash_write(offset, data, len);
}

static void put_state(const struct store *store, u32 offset, u8 state)
{
	put(store, offset + (u32)offsetof(struct vars_record, state), &state, 1);
}

static int finish(struct store *store)
{
	int rc = store->flash ? flash_done() : 0;

	/* The place at the end is used up, and by what is not known. */
	if (rc)
		store->dirty = true;
	return rc;
}

/* The record of @change, in scratch, marked as valid. */
static struct vars_record *compose(const struct store_change *change,
				   const struct vars_record *old)
{
	struct vars_record *record = (struct vars_record *)scratch;
	u8 *p = scratch + sizeof(*record);

	memset(record, 0, sizeof(*record));
	record->start_id = VARS_START_ID;
	record->state = VARS_STATE_ADDED;
	record->attributes = change->attributes;
	record->name_size = change->key.name_size;
	record->vendor = *change->key.vendor;
	memcpy(p, change->key.name, change->key.name_size);
	p += change->key.name_size;
	if (old && change->append) {
		memcpy(p, record_data(old), old->data_size);
		p += old->data_size;
		record->data_size = old->data_size;
	}
	if (change->data_size)
		memcpy(p, change->data, change->data_size);
	record->data_size += change->data_size;
	p += change->data_size;
	/* What is between records is erased. */
	memset(p, 0xff, record_room(record) - record_size(record));
	return record;
}

/* Live records move together; @drop is left out. */
static void compact(struct store *store, const struct vars_record *drop)
{
	u32 to = STORE_FIRST, at, room;

	for (at = STORE_FIRST; at < store->end; at += room) {
		struct vars_record *record = (struct vars_record *)(store->base + at);

		room = record_room(record);
		if (!record_is_live(record) || record == drop)
			continue;
		record->state = VARS_STATE_ADDED;
		memmove(store->base + to, record, room);
		to += room;
	}
	store->end = to;
	store->live = to - STORE_FIRST;
}

int store_rewrite(struct store *store)
{
	int rc;

	if (!store->flash)
		return 0;
	rc = ftw_write(store->base, store->end, store->size);
	/* Memory has moved on, and flash has not: what comes now cannot be kept. */
	store->failed = rc != 0;
	store->dirty = false;
	return rc;
}

/* All live records, with @record in the place of @old. */
static int replace_all(struct store *store, const struct vars_record *record,
		       const struct vars_record *old)
{
	u32 room = record_room(record);

	compact(store, old);
	memcpy(store->base + store->end, record, room);
	store->end += room;
	store->live += room;
	return store_rewrite(store);
}

/* @record goes to the end. */
static int add(struct store *store, struct vars_record *record, struct vars_record *old)
{
	u32 at = store->end, room = record_room(record);
	u32 old_at = old ? offset_of(store, old) : 0;
	int rc;

	if (old)
		put_state(store, old_at, old->state & VARS_CLEAR_TRANSITION);
	record->state = VARS_STATE_ERASED;
	put(store, at, record, sizeof(*record));
	put_state(store, at, VARS_STATE_HEADER);
	put(store, at + (u32)sizeof(*record), record + 1,
	    record_size(record) - (u32)sizeof(*record));
	put_state(store, at, VARS_STATE_ADDED);
	record->state = VARS_STATE_ADDED;
	if (old)
		put_state(store, old_at,
			  old->state & VARS_CLEAR_TRANSITION & VARS_CLEAR_DELETED);
	rc = finish(store);
	if (rc)
		return rc;

	memcpy(store->base + at, record, room);
	store->end += room;
	store->live += room;
	if (old) {
		old->state &= VARS_CLEAR_TRANSITION & VARS_CLEAR_DELETED;
		store->live -= record_room(old);
	}
	return 0;
}

int store_set(struct store *store, const struct store_change *change)
{
	struct vars_record *old = store_find(store, &change->key), *record;
	u64 size = sizeof(*record) + (u64)change->key.name_size + change->data_size;
	u32 room;

	if (store->failed)
		return -EIO;
	if (old && change->append)
		size += old->data_size;
	if (size > RECORD_MAX)
		return -ENOSPC;
	room = (u32)ALIGN_UP(size, (u64)4);
	if (store->live - (old ? record_room(old) : 0) + room > store_space(store))
		return -ENOSPC;
	record = compose(change, old);
	if (store->dirty || room > store->size - store->end)
		return replace_all(store, record, old);
	return add(store, record, old);
}

int store_delete(struct store *store, struct vars_record *record)
{
	u32 room = record_room(record);
	int rc;

	if (store->failed)
		return -EIO;
	put_state(store, offset_of(store, record), record->state & VARS_CLEAR_DELETED);
	rc = finish(store);
	if (rc)
		return rc;
	record->state &= VARS_CLEAR_DELETED;
	store->live -= room;
	return 0;
}
