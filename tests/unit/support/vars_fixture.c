/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* A machine with a flash of variables, and their services, for tests. */
#include <stdio.h>
#include <string.h>

#include <fw/crc.h>
#include <spec/efi/variable_store.h>

/* In efi/runtime, which the test adds to its include path. */
#include "runtime.h"
#include "support.h"
#include "vars_fixture.h"

#define NAME_MAX	64
#define VARIABLES_MAX	1000

const struct efi_guid vendor_a = { 0x11111111, 0x2222, 0x3333, { 1, 2, 3, 4, 5, 6, 7, 8 } };
const struct efi_guid vendor_b = { 0x11111111, 0x2222, 0x3333, { 1, 2, 3, 4, 5, 6, 7, 9 } };

struct runtime runtime;
u32 vars_io;

/* Tests that are about the image have one of their own. */
__attribute__((weak)) const struct efi_runtime_header runtime_header;

/* The address stays what it is. */
__attribute__((weak)) efi_status_t runtime_convert(void *pointer __unused)
{
	return EFI_SUCCESS;
}

static void format_headers(u32 size, u32 region)
{
	struct vars_fv_header fv = {
		.file_system = VARS_FV_GUID,
		.length = size,
		.signature = VARS_FV_SIGNATURE,
		.attributes = 0x4feff,
		.header_length = sizeof(fv),
		.revision = 2,
		.block = { { size / VARS_BLOCK_SIZE, VARS_BLOCK_SIZE }, { 0, 0 } },
	};
	struct vars_store_header store = {
		.guid = VARS_STORE_GUID,
		.size = region - (u32)sizeof(fv),
		.format = VARS_STORE_FORMATTED,
		.state = VARS_STORE_HEALTHY,
	};
	const u16 *word = (const u16 *)&fv;
	u16 sum = 0;
	size_t i;

	for (i = 0; i < sizeof(fv) / 2; i++)
		sum += word[i];
	fv.checksum = (u16)-sum;
	memcpy(flash_sim.data, &fv, sizeof(fv));
	memcpy(flash_sim.data + sizeof(fv), &store, sizeof(store));
}

static void format_work(u32 region)
{
	struct ftw_work_header work;

	memset(&work, 0xff, sizeof(work));
	work.guid = (struct efi_guid)FTW_WORK_GUID;
	work.queue_size = VARS_BLOCK_SIZE - sizeof(work);
	work.crc = crc32(0, &work, sizeof(work));
	work.state = FTW_WORK_VALID;
	memcpy(flash_sim.data + region + VARS_BLOCK_SIZE, &work, sizeof(work));
}

static void new_flash(u32 size)
{
	memset(&flash_sim, 0xff, sizeof(flash_sim));
	memset((u8 *)&flash_sim + offsetof(struct flash_sim, read_only), 0,
	       sizeof(flash_sim) - offsetof(struct flash_sim, read_only));
	flash_sim.base = FLASH_BASE;
	flash_sim.size = size;
	flash_sim.power = -1;
	flash_sim_reset();
}

void vars_format(uint32_t size)
{
	u32 region = size == 0x84000 ? 0x40000 : 0xe000;

	new_flash(size);
	format_headers(size, region);
	format_work(region);
}

bool vars_load_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	size_t n;

	if (!file)
		return false;
	new_flash(FLASH_SIM_MAX);
	n = fread(flash_sim.data, 1, FLASH_SIM_MAX, file);
	fclose(file);
	flash_sim.size = (u32)n;
	return n > 0;
}

u32 vars_start(void)
{
	struct efi_runtime_boot boot = {
		.flash = flash_sim.base,
		.flash_size = flash_sim.size,
		.flash_writable = !flash_sim.read_only,
	};

	memset(&runtime, 0, sizeof(runtime));
	flash_sim_reset();
	if (!io_use(vars_io, 0))
		mock_fail("no way to devices");
	variable_start(&boot);
	return boot.store_found;
}

void vars_start_without(void)
{
	struct efi_runtime_boot boot = { 0 };

	memset(&runtime, 0, sizeof(runtime));
	if (!io_use(vars_io, 0))
		mock_fail("no way to devices");
	variable_start(&boot);
}

static const efi_char16_t *wide(const char *name)
{
	static efi_char16_t buffer[NAME_MAX];
	size_t i;

	for (i = 0; name[i] && i < NAME_MAX - 1; i++)
		buffer[i] = (u8)name[i];
	buffer[i] = 0;
	return buffer;
}

efi_status_t vars_set(const char *name, u32 attributes, const void *data, size_t size)
{
	return runtime_set_variable(wide(name), &vendor_a, attributes, size, data);
}

efi_status_t vars_get(const char *name, u32 *attributes, void *data, efi_uintn_t *size)
{
	return runtime_get_variable(wide(name), &vendor_a, attributes, size, data);
}

bool vars_is(const char *name, const void *data, size_t size)
{
	static u8 have[0x10000];
	efi_uintn_t room = sizeof(have);
	efi_status_t status = vars_get(name, NULL, have, &room);

	if (!data)
		return status == EFI_NOT_FOUND;
	return status == EFI_SUCCESS && room == size && memcmp(have, data, size) == 0;
}

unsigned int vars_count(void)
{
	static struct {
		efi_char16_t name[NAME_MAX];
		struct efi_guid vendor;
	} seen[VARIABLES_MAX];
	efi_uintn_t size;
	unsigned int n, i;

	memset(seen, 0, sizeof(seen));
	for (n = 0; n < VARIABLES_MAX; n++) {
		if (n)
			seen[n] = seen[n - 1];
		size = sizeof(seen[n].name);
		if (runtime_get_next_variable_name(&size, seen[n].name, &seen[n].vendor) !=
		    EFI_SUCCESS)
			return n;
		memset((u8 *)seen[n].name + size, 0, sizeof(seen[n].name) - size);
		for (i = 0; i < n; i++) {
			if (memcmp(&seen[i], &seen[n], sizeof(seen[n])) == 0)
				mock_fail("the variable %u comes again as %u", i, n);
		}
	}
	mock_fail("more than %u variables", VARIABLES_MAX);
}
