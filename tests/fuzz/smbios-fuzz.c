/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Fuzz target: SMBIOS tables and entry point. What is accepted is still
 * accepted, with the same numbers, after the firmware has added to it.
 *
 * Input: length of the entry point in a byte, entry point, structures. Seeds:
 * mkcorpus.py.
 */
#include <stdlib.h>
#include <string.h>

#include <fw/crc.h>

#include "smbios_tables.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(cond)	do { if (!(cond)) abort(); } while (0)

static void check_entry(const uint8_t *data, u32 size, const struct smbios_table *table)
{
	u8 *entry = malloc(size);

	memcpy(entry, data, size);
	if (smbios_set_entry(entry, size, table, 0xf0000) == 0) {
		CHECK(sum8(entry, size) == 0);
		CHECK(size == 24 || sum8(entry + 16, 15) == 0);
	}
	free(entry);
}

static void check_tables(const uint8_t *data, struct smbios_table *table)
{
	struct smbios_table again;
	u32 room = smbios_bios_size();
	u8 *own = malloc(room + table->size);

	memcpy(own + room, data, table->size);
	if (!table->has_bios) {
		smbios_add_bios(own, table);
		room = 0;
	}
	CHECK(smbios_walk(own + room, table->size, &again) == 0);
	CHECK(again.has_bios && again.size == table->size);
	CHECK(again.structures == table->structures && again.largest == table->largest);
	free(own);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct smbios_table table;
	u32 entry_size;
	u8 *copy;

	if (size < 1 || size - 1 < data[0])
		return 0;
	entry_size = data[0];
	size -= 1 + entry_size;
	copy = malloc(size);
	memcpy(copy, data + 1 + entry_size, size);
	if (smbios_walk(copy, (u32)size, &table) == 0) {
		check_tables(copy, &table);
		check_entry(data + 1, entry_size, &table);
	}
	free(copy);
	return 0;
}
