/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * A variable store with any contents: it is read, used and read again. Input is
 * a list of patches to an empty one: offset (32 bits), length (16 bits), data.
 * The flash of the simulation also finds what cannot be written without erasing.
 */
#include <string.h>

#include <fw/byteorder.h>

#include "runtime.h"
#include "support.h"
#include "vars_fixture.h"

#define SIZE	0x20000u

static void patch(const uint8_t *data, size_t size)
{
	while (size > 6) {
		u32 at = get_le32(data) % SIZE, len = get_le16(data + 4);

		data += 6;
		size -= 6;
		len = (u32)MIN(MIN((size_t)len, size), (size_t)(SIZE - at));
		memcpy(flash_sim.data + at, data, len);
		data += len;
		size -= len;
	}
}

static void use(void)
{
	static u8 value[0x1800];
	unsigned int before = vars_count(), i;
	efi_status_t status;
	bool is_new = vars_is("Fuzz", NULL, 0);

	for (i = 0; i < 12; i++) {
		value[0] = (u8)i;
		status = vars_set("Fuzz", NV_BS_RT, value, sizeof(value));
		if (status == EFI_OUT_OF_RESOURCES || status == EFI_INVALID_PARAMETER ||
		    status == EFI_WRITE_PROTECTED)
			return;
		if (status != EFI_SUCCESS || !vars_is("Fuzz", value, sizeof(value)))
			mock_fail("a variable is not kept: %#llx", (unsigned long long)status);
	}
	if (vars_count() != before + is_new)
		mock_fail("%u variables became %u", before, vars_count());
	if (!flash_sim.read_only && vars_start() & ~(u32)EFI_STORE_FOREIGN)
		mock_fail("what was written is damaged");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	u32 found, again;
	unsigned int kept;

	if (size < 1)
		return 0;
	vars_format(SIZE);
	flash_sim.late = data[0] & 1;
	patch(data + 1, size - 1);
	flash_sim.read_only = (data[0] & 6) == 6;
	found = vars_start();
	kept = vars_count();
	if (!flash_sim.read_only) {
		again = vars_start();
		if (again & ~(u32)EFI_STORE_FOREIGN || vars_count() != kept)
			mock_fail("found %#x and %u variables, then %#x and %u", found, kept,
				  again, vars_count());
	}
	/* Until there is no room: takes long, hence not always. */
	if (data[0] & 8)
		use();
	return 0;
}
