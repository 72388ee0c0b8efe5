/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The GUID table at the end of a firmware image.
 *
 * Document: QEMU, docs/specs/sev-guest-firmware.rst.
 *
 * From the image's end downwards: 32 bytes of code, the footer entry (length
 * of the whole table, footer GUID), then entries; each is data, the entry's
 * length, its GUID, in that order of address.
 */
#include <fw/byteorder.h>
#include <fw/errno.h>
#include <fw/string.h>

#include "guidtab.h"

#define FOOTER_FROM_END	32
/* Length word and GUID, which end every entry and the table. */
#define ENTRY_TAIL	(sizeof(u16) + sizeof(struct guid))

const struct guid guid_sev_es_reset =
	GUID(0x00f771de, 0x1a7e, 0x4fcb, 0x89, 0x0e, 0x68, 0xc7, 0x7e, 0x2f, 0xb4, 0x4e);
const struct guid guid_kernel_hashes =
	GUID(0x7255371f, 0x3a3b, 0x4b04, 0x92, 0x7b, 0x1d, 0xa6, 0xef, 0xa8, 0xd4, 0x54);
const struct guid guid_launch_secret =
	GUID(0x4c2eb361, 0x7d9b, 0x4cc3, 0x80, 0x81, 0x12, 0x7c, 0x90, 0xd3, 0xd2, 0x94);
const struct guid guid_snp_metadata =
	GUID(0xdc886566, 0x984a, 0x4798, 0xa7, 0x5e, 0x55, 0x85, 0xa7, 0xbf, 0x67, 0xcc);
const struct guid guid_tdx_metadata =
	GUID(0xe47a6535, 0x984a, 0x4798, 0x86, 0x5e, 0x46, 0x85, 0xa7, 0xbf, 0x8e, 0xc2);

static const struct guid guid_footer =
	GUID(0x96b582de, 0x1fb2, 0x45f7, 0xba, 0xea, 0xa3, 0x66, 0xc5, 0x5a, 0x08, 0x2d);

static bool guid_is(const u8 *p, const struct guid *guid)
{
	return memcmp(p, guid, sizeof(*guid)) == 0;
}

/* Bytes of entries below the footer's length word, or a negative error. */
static int table_length(const u8 *image, size_t size, const u8 **end)
{
	const u8 *footer;
	u16 total;

	if (size < FOOTER_FROM_END + ENTRY_TAIL)
		return -ENOENT;
	footer = image + size - FOOTER_FROM_END - sizeof(struct guid);
	if (!guid_is(footer, &guid_footer))
		return -ENOENT;
	*end = footer - sizeof(u16);
	total = get_le16(*end);
	if (total < ENTRY_TAIL || total > size - FOOTER_FROM_END)
		return -EBADMSG;
	return (int)(total - ENTRY_TAIL);
}

int guidtab_find(const u8 *image, size_t size, const struct guid *guid, const u8 **data,
		 size_t *len)
{
	const u8 *end;
	int rest;
	u16 entry;

	rest = table_length(image, size, &end);
	while (rest > 0) {
		if ((size_t)rest < ENTRY_TAIL)
			return -EBADMSG;
		entry = get_le16(end - ENTRY_TAIL);
		if (entry < ENTRY_TAIL || entry > rest)
			return -EBADMSG;
		if (guid_is(end - sizeof(struct guid), guid)) {
			*data = end - entry;
			*len = entry - ENTRY_TAIL;
			return 0;
		}
		end -= entry;
		rest -= entry;
	}
	return rest < 0 ? rest : -ENOENT;
}

/* Older images have only this block, where newer ones have the footer. */
static int find_lone_reset_block(const u8 *image, size_t size, const u8 **data, size_t *len)
{
	const u8 *end;
	u16 entry;

	if (size < FOOTER_FROM_END + ENTRY_TAIL)
		return -ENOENT;
	end = image + size - FOOTER_FROM_END;
	if (!guid_is(end - sizeof(struct guid), &guid_sev_es_reset))
		return -ENOENT;
	entry = get_le16(end - ENTRY_TAIL);
	if (entry < ENTRY_TAIL || entry > size - FOOTER_FROM_END)
		return -EBADMSG;
	*data = end - entry;
	*len = entry - ENTRY_TAIL;
	return 0;
}

int guidtab_sev_es_reset(const u8 *image, size_t size, u32 *addr)
{
	const u8 *data;
	size_t len;
	int err;

	err = guidtab_find(image, size, &guid_sev_es_reset, &data, &len);
	if (err == -ENOENT)
		err = find_lone_reset_block(image, size, &data, &len);
	if (err)
		return err;
	if (len < sizeof(u32))
		return -EINVAL;
	*addr = get_le32(data);
	return *addr ? 0 : -EINVAL;
}

int guidtab_area(const u8 *image, size_t size, const struct guid *guid,
		 struct guidtab_area *area)
{
	const u8 *data;
	size_t len;
	int err;

	err = guidtab_find(image, size, guid, &data, &len);
	if (err)
		return err;
	if (len < sizeof(*area))
		return -EINVAL;
	area->base = get_le32(data);
	area->size = get_le32(data + 4);
	return 0;
}

int guidtab_metadata(const u8 *image, size_t size, const struct guid *guid, const u8 **data,
		     size_t *len)
{
	const u8 *entry;
	size_t entry_len;
	u32 distance;
	int err;

	err = guidtab_find(image, size, guid, &entry, &entry_len);
	if (err)
		return err;
	if (entry_len < sizeof(distance))
		return -EINVAL;
	distance = get_le32(entry);
	if (distance == 0 || distance > size)
		return -EINVAL;
	*data = image + size - distance;
	*len = distance;
	return 0;
}
