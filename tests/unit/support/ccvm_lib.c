/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* For tests of tests/ccvm: the hooks around the library, images, hexadecimal. */
#include <stdlib.h>
#include <string.h>

#include <fw/byteorder.h>

#include "ccvm_lib.h"
#include "digest.h"
#include "support.h"

#define FOOTER_END	(IMAGE_SIZE - 32)

static unsigned int calls;
static bool inside;

/* The library may be entered once at a time: on bare metal its heap is shared. */
void digest_begin_lib(void)
{
	if (inside)
		mock_fail("digest_begin_lib() nested");
	inside = true;
	calls++;
}

void digest_end_lib(void)
{
	if (!inside)
		mock_fail("digest_end_lib() without begin");
	inside = false;
}

unsigned int ccvm_lib_calls(void)
{
	if (inside)
		mock_fail("digest_end_lib() is missing");
	return calls;
}

const u8 *hex(const char *text, size_t len)
{
	static u8 out[1024];
	size_t i;

	if (strlen(text) != 2 * len || len > sizeof(out))
		mock_fail("%zu bytes expected in %s", len, text);
	for (i = 0; i < len; i++) {
		char digits[3] = { text[2 * i], text[2 * i + 1] };

		out[i] = (u8)strtoul(digits, NULL, 16);
	}
	return out;
}

void assert_hex(const void *actual, const char *text, size_t len)
{
	char found[2 * 1024 + 1] = "";
	size_t i;

	if (memcmp(actual, hex(text, len), len) == 0)
		return;
	for (i = 0; i < len; i++) {
		found[2 * i] = "0123456789abcdef"[((const u8 *)actual)[i] >> 4];
		found[2 * i + 1] = "0123456789abcdef"[((const u8 *)actual)[i] & 15];
	}
	mock_fail("%s\n  expected %s", found, text);
}

static void put_guid(u8 *p, const struct guid *guid)
{
	memcpy(p, guid, sizeof(*guid));
}

void image_init(struct image *image)
{
	static const struct guid footer =
		GUID(0x96b582de, 0x1fb2, 0x45f7, 0xba, 0xea, 0xa3, 0x66, 0xc5, 0x5a, 0x08, 0x2d);

	memset(image->bytes, 0x90, IMAGE_SIZE);
	put_guid(image->bytes + FOOTER_END - 16, &footer);
	put_le16(18, image->bytes + FOOTER_END - 18);
	image->low = FOOTER_END - 18;
}

void image_add(struct image *image, const struct guid *guid, const void *data, size_t len)
{
	u8 *total = image->bytes + FOOTER_END - 18;

	put_guid(image->bytes + image->low - 16, guid);
	put_le16((u16)(len + 18), image->bytes + image->low - 18);
	if (len)
		memcpy(image->bytes + image->low - 18 - len, data, len);
	image->low -= 18 + len;
	put_le16((u16)(get_le16(total) + 18 + len), total);
}

void image_add_metadata(struct image *image, const struct guid *guid, size_t offset,
			const void *data, size_t len)
{
	u8 distance[4];

	memcpy(image->bytes + offset, data, len);
	put_le32((u32)(IMAGE_SIZE - offset), distance);
	image_add(image, guid, distance, sizeof(distance));
}
