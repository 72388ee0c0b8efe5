/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * A store of variables in memory, in the format of spec/efi/variable_store.h.
 * One is a copy of what is in flash, and every change of it is made there, too;
 * the other is for variables that end with the boot.
 */
#ifndef EFI_RUNTIME_STORE_H
#define EFI_RUNTIME_STORE_H

#include <spec/efi/variable_store.h>

/* Offsets from the start of the volume; the volatile store leaves the header out. */
#define STORE_HEADER	((u32)sizeof(struct vars_fv_header))
#define STORE_FIRST	(STORE_HEADER + (u32)sizeof(struct vars_store_header))

/* The largest store; OVMF's are of 0x40000 and 0xe000 bytes. */
#define STORE_MAX	0x40000u

/**
 * struct store - a store
 * @base:   start of the volume, in memory
 * @size:   bytes up to the end of the store
 * @end:    offset where the next record goes
 * @live:   bytes of the records that count
 * @loaded: bytes that have been copied from flash
 * @flash:  whether changes go to flash
 * @dirty:  the next change writes all of it anew
 * @failed: the flash is not what @base is, and takes no more changes
 */
struct store {
	u8 *base;
	u32 size;
	u32 end;
	u32 live;
	u32 loaded;
	bool flash;
	bool dirty;
	bool failed;
};

/** struct store_key - what a variable is known by */
struct store_key {
	const efi_char16_t *name;
	u32 name_size;		/* bytes, with the NUL */
	const struct efi_guid *vendor;
};

/**
 * struct store_change - a new variable or a new value
 * @attributes: as stored, without APPEND
 * @data:   new data
 * @append: after what the variable has
 */
struct store_change {
	struct store_key key;
	u32 attributes;
	const void *data;
	u32 data_size;
	bool append;
};

/** store_format() - make an empty store in memory */
void store_format(struct store *store, void *base, u32 size);

/**
 * store_load() - read the store that is in flash
 * @store: store
 * @base:  memory for STORE_MAX bytes
 *
 * Return: EFI_STORE_* of fw/efi_runtime.h. With EFI_STORE_FOREIGN there is an
 * empty store in memory, and flash is not written to.
 */
u32 store_load(struct store *store, void *base);

/** store_find() - look for a variable; NULL if it is not there */
struct vars_record *store_find(const struct store *store, const struct store_key *key);

/** store_next() - the variable after @record, or the first; NULL if there is none */
struct vars_record *store_next(const struct store *store, const struct vars_record *record);

/** store_count() - how many variables there are */
u32 store_count(const struct store *store);

/**
 * store_set() - add or replace a variable
 *
 * If the power fails, the old or the new value is there afterwards.
 *
 * Return: 0, -ENOSPC if it does not fit, -EIO if the flash fails.
 */
int store_set(struct store *store, const struct store_change *change) __must_check;

/** store_delete() - delete a variable; 0 or -EIO */
int store_delete(struct store *store, struct vars_record *record) __must_check;

/** store_space() - bytes for records, in all */
static inline u32 store_space(const struct store *store)
{
	return store->size - STORE_FIRST;
}

static inline const efi_char16_t *record_name(const struct vars_record *record)
{
	return (const efi_char16_t *)(record + 1);
}

static inline const u8 *record_data(const struct vars_record *record)
{
	return (const u8 *)(record + 1) + record->name_size;
}

#endif
