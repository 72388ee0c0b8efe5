/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Fuzz target: boot options and the host's order (boot/efi/load_option.c,
 * boot_order.c).
 *
 * Input: a line of the order with its NUL, then a load option, whose path is compared
 * with the line. Seeds: tests/fuzz/boot_option-seeds.py.
 */
#include <stdlib.h>
#include <string.h>

#include <fw/efi.h>
#include <fw/errno.h>
#include <fw/fw_cfg.h>

#include "boot_order.h"
#include "load_option.h"

#define CHECK(cond)	do { if (!(cond)) abort(); } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t *file;
static size_t file_size;

int fw_cfg_find(const struct host_input *input, struct fw_cfg_file *found)
{
	*found = (struct fw_cfg_file) { .input = input, .size = (u32)file_size };
	return 0;
}

int fw_cfg_read_buf(const struct fw_cfg_file *from __unused, u32 offset, void *dst, u32 len)
{
	memcpy(dst, file + offset, len);
	return 0;
}

static void *kept;

void *efi_zalloc(size_t size)
{
	free(kept);
	kept = calloc(1, size);
	return kept;
}

efi_status_t EFIAPI efi_free_pool(void *buffer __unused)
{
	return EFI_SUCCESS;
}

efi_status_t EFIAPI efi_allocate_pool(u32 type __unused, efi_uintn_t size __unused,
				      void **buffer __unused)
{
	return EFI_OUT_OF_RESOURCES;
}

static void check_option(const char *line, const uint8_t *data, size_t size)
{
	struct load_option option;
	u8 *copy = malloc(size + !size);
	int rc;

	memcpy(copy, data, size);
	rc = load_option_parse(&option, copy, size);
	CHECK(rc == 0 || rc == -EBADMSG);
	if (rc == 0) {
		CHECK((const u8 *)option.data + option.data_size == copy + size);
		CHECK(efi_dp_size(option.path, size) != 0);
		boot_order_match(line, option.path);
		boot_order_rank(option.path);
	}
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t len = strnlen((const char *)data, size);
	char *line;

	if (len == size)
		return 0;
	/* All of it is the file, too. */
	file = data;
	file_size = size;
	boot_order_load();
	line = malloc(len + 1);
	memcpy(line, data, len + 1);
	check_option(line, data + len + 1, size - len - 1);
	free(line);
	return 0;
}
