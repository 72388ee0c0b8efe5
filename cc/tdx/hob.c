/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The TD HOB: the host's list of RAM. It is in private memory, which the host
 * cannot change any more, but every byte of it is the host's: its structure is
 * checked, then it is measured as it is, and only then its meaning is looked at.
 * What is accepted already the image itself knows, whatever the list says.
 * Documents: UEFI Platform Initialization Specification 1.8, volume 3, section 5;
 * Intel TDX Virtual Firmware Design Guide 1.01 (344991), section 4.2.
 */
#define pr_fmt(fmt) "tdx: TD HOB: " fmt

#include <fw/byteorder.h>
#include <fw/errno.h>
#include <fw/host_input.h>
#include <fw/layout.h>
#include <fw/log.h>
#include <fw/memmap.h>
#include <spec/hob.h>

#include "tdx.h"

HOST_INPUT_OTHER(td_hob, tdx, MEASURED, 1, EV_EFI_HANDOFF_TABLES2, "TD HOB");

static const struct hob_header *hob_at(const void *list, size_t at)
{
	return (const void *)((const u8 *)list + at);
}

static bool length_is_right(const struct hob_header *hob)
{
	u16 length = le16_to_cpu(hob->length);

	if (length < sizeof(*hob) || !IS_ALIGNED(length, HOB_ALIGN))
		return false;
	switch (le16_to_cpu(hob->type)) {
	case HOB_HANDOFF:
		return length == sizeof(struct hob_handoff);
	case HOB_RESOURCE:
		return length == sizeof(struct hob_resource);
	case HOB_END:
		return length == sizeof(*hob);
	}
	return true;
}

/* Where the END is; the list is at least that long. -EBADMSG if it has none. */
static int find_end(const void *list, size_t size)
{
	const struct hob_header *hob;
	size_t at = 0;

	while (size - at >= sizeof(*hob)) {
		hob = hob_at(list, at);
		if (!length_is_right(hob) || le16_to_cpu(hob->length) > size - at ||
		    (at == 0) != (le16_to_cpu(hob->type) == HOB_HANDOFF)) {
			pr_err("entry at offset 0x%zx, type 0x%x, length %u is not one", at,
			       le16_to_cpu(hob->type), le16_to_cpu(hob->length));
			return -EBADMSG;
		}
		if (le16_to_cpu(hob->type) == HOB_END)
			return (int)at;
		at += le16_to_cpu(hob->length);
	}
	pr_err("no end within %zu bytes", size);
	return -EBADMSG;
}

static int import_resource(const struct hob_resource *hob, struct memmap *map)
{
	u64 base = le64_to_cpu(hob->base), size = le64_to_cpu(hob->size);
	u32 type = le32_to_cpu(hob->type);
	u64 limit = tdx_shared(0);
	int rc = -EBADMSG;

	if (type < HOB_RESOURCE_UNACCEPTED && type != HOB_RESOURCE_SYSTEM_MEMORY)
		return 0;
	if (type <= HOB_RESOURCE_UNACCEPTED && size != 0 && IS_ALIGNED(base | size, PAGE_SIZE) &&
	    base < limit && size <= limit - base)
		rc = memmap_add(map, base, size, MEM_CONVENTIONAL);
	if (rc != 0)
		pr_err("resource of type %u, 0x%llx bytes at 0x%llx: error %d", type,
		       (unsigned long long)size, (unsigned long long)base, rc);
	return rc;
}

int tdx_hob_parse(const void *list, size_t size, struct memmap *map)
{
	const struct hob_header *hob;
	int end, at, rc;

	end = find_end(list, size);
	if (end < 0)
		return end;
	rc = host_input_use(&host_input_td_hob, list, (size_t)end);
	for (at = 0; rc == 0 && at < end; at += le16_to_cpu(hob->length)) {
		hob = hob_at(list, (size_t)at);
		if (le16_to_cpu(hob->type) == HOB_RESOURCE)
			rc = import_resource((const void *)hob, map);
	}
	return rc;
}

int tdx_import_ram(struct memmap *map)
{
	return tdx_hob_parse(layout_launch_info0,
			     (size_t)(layout_launch_info1_end - layout_launch_info0), map);
}
