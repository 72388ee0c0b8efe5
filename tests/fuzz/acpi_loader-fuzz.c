/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Fuzz target: the linker/loader script of the ACPI tables. Whatever it says,
 * no byte outside of the blobs is touched (the sanitizer sees to that), and
 * pointers for the host lead into a blob.
 *
 * Input: length of the script (le32), script; then for each blob, in the order
 * of allocation, length (le32) and contents. Seeds: mkcorpus.py.
 */
#include <stdlib.h>
#include <string.h>

#include <fw/errno.h>

#include "acpi_loader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(cond)	do { if (!(cond)) abort(); } while (0)

#define BLOB_MAX	0x20000

static const uint8_t *pool;
static size_t pool_left;
static u8 *blob_data[ACPI_LOADER_MAX_BLOBS];
static u64 blob_addr[ACPI_LOADER_MAX_BLOBS];
static u32 blob_size[ACPI_LOADER_MAX_BLOBS];
static unsigned int blobs;

static u32 take(void *dst, u32 size)
{
	u32 n = (u32)MIN((size_t)size, pool_left);

	memcpy(dst, pool, n);
	pool += n;
	pool_left -= n;
	return n;
}

static int load(struct acpi_blob *blob)
{
	u32 size = 0;

	CHECK(blobs < ACPI_LOADER_MAX_BLOBS);
	CHECK(blob->align && !(blob->align & (blob->align - 1)));
	CHECK(memchr(blob->name, 0, LOADER_FILE_NAME_SIZE) && blob->name[0]);
	if (take(&size, sizeof(size)) != sizeof(size) || size == 0 || size > BLOB_MAX)
		return -EBADMSG;
	blob->data = calloc(1, size);
	take(blob->data, size);
	blob->size = size;
	/* At the very top of what 32 bits reach, and never where it really is. */
	blob->addr = 0xffffffff - (u64)(blobs + 1) * BLOB_MAX;
	blob_data[blobs] = blob->data;
	blob_addr[blobs] = blob->addr;
	blob_size[blobs++] = size;
	return 0;
}

static int write_pointer(const char *file, u32 offset __unused, u64 value, u8 size)
{
	unsigned int i;

	CHECK(file[0] && memchr(file, 0, LOADER_FILE_NAME_SIZE));
	CHECK(size == 1 || size == 2 || size == 4 || size == 8);
	for (i = 0; i < blobs; i++) {
		if (value - blob_addr[i] < blob_size[i])
			return 0;
	}
	abort();
}

static const struct acpi_loader_ops ops = { load, write_pointer };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct acpi_loader loader;
	const struct acpi_blob *b;
	u32 script_size;
	u8 *script;

	if (size < 4)
		return 0;
	script_size = (u32)MIN((size_t)get_le32(data), size - 4);
	script = malloc(script_size);
	memcpy(script, data + 4, script_size);
	pool = data + 4 + script_size;
	pool_left = size - 4 - script_size;
	blobs = 0;

	loader.ops = &ops;
	if (acpi_loader_run(&loader, script, script_size) == 0) {
		for (b = loader.blob; b < loader.blob + loader.count; b++)
			CHECK(b->facs == ACPI_NO_FACS ||
			      (u64)b->facs + ACPI_FACS_SIZE <= b->size);
		b = acpi_loader_find(&loader, "etc/acpi/rsdp");
		if (b)
			acpi_rsdp_check(b);
	}
	while (blobs)
		free(blob_data[--blobs]);
	free(script);
	return 0;
}
