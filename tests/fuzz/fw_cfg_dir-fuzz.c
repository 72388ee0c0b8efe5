/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Fuzz target: the directory of fw_cfg, as the host may hand it over. What is
 * accepted has names that end and keys of files, and is found by name.
 *
 * Input: the item as it is. Seeds: mkcorpus.py.
 */
#include <stdlib.h>
#include <string.h>

#include "dir.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(cond)	do { if (!(cond)) abort(); } while (0)

static void check_entry(const struct fw_cfg_dir *dir, u32 count, u32 i)
{
	const struct fw_cfg_dir_entry *e = &dir->entry[i];
	struct fw_cfg_file file;
	u32 k;

	CHECK(memchr(e->name, 0, sizeof(e->name)));
	CHECK(be16_to_cpu(e->key) >= 0x20 && be16_to_cpu(e->key) < 0x4000);
	CHECK(fw_cfg_dir_find(dir, count, e->name, &file) == 0);
	/* The first of that name. */
	for (k = 0; strcmp(dir->entry[k].name, e->name) != 0; k++)
		;
	CHECK(file.key == be16_to_cpu(dir->entry[k].key));
	CHECK(file.size == be32_to_cpu(dir->entry[k].size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fw_cfg_dir *dir = calloc(1, sizeof(*dir));
	struct fw_cfg_file file;
	int count, i;

	memcpy(dir, data, MIN(size, sizeof(*dir)));
	count = fw_cfg_dir_count(dir);
	if (count >= 0 && fw_cfg_dir_check(dir, (u32)count) == 0) {
		for (i = 0; i < count; i++)
			check_entry(dir, (u32)count, (u32)i);
		fw_cfg_dir_find(dir, (u32)count, "", &file);
		fw_cfg_dir_find(dir, (u32)count, "etc/e820", &file);
	}
	free(dir);
	return 0;
}
