/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Between the reading of a store (store_load.c) and the rest of it (store.c). */
#ifndef EFI_RUNTIME_STORE_LOAD_H
#define EFI_RUNTIME_STORE_LOAD_H

#include "store.h"

/* The largest record that is read or written; OVMF's limit is about half of it. */
#define RECORD_MAX	0x10000u

static inline u32 record_size(const struct vars_record *record)
{
	return (u32)sizeof(*record) + record->name_size + record->data_size;
}

/* And up to where the next one begins. */
static inline u32 record_room(const struct vars_record *record)
{
	/* Of one that was not begun properly, nothing but the header counts. */
	if (record->state == VARS_STATE_ERASED)
		return (u32)sizeof(*record);
	return ALIGN_UP(record_size(record), 4u);
}

static inline bool record_is_live(const struct vars_record *record)
{
	return record->state == VARS_STATE_ADDED ||
	       record->state == (VARS_STATE_ADDED & VARS_CLEAR_TRANSITION);
}

/** store_volume_is_sound() - whether this is the header of all of the flash */
bool store_volume_is_sound(const struct vars_fv_header *header);

/** store_put_header() - write the header of a store of @size bytes */
void store_put_header(u8 *base, u32 size);

/**
 * store_rewrite() - write the store to flash, if that is where it is kept
 *
 * Return: 0 or -EIO.
 */
int store_rewrite(struct store *store) __must_check;

#endif
