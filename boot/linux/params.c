/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * A kernel's parameters, the "zero page".
 * Document: Linux 6.12, Documentation/arch/x86/zero-page.rst and boot.rst.
 */
#include <fw/errno.h>
#include <fw/string.h>

#include "linux.h"

static void split64(u64 value, le32 *low, le32 *high)
{
	*low = cpu_to_le32((u32)value);
	*high = cpu_to_le32((u32)(value >> 32));
}

void linux_params_fill(struct linux_boot_params *bp, const struct linux_image *img,
		       const struct linux_placement *place, phys_addr_t rsdp)
{
	struct linux_setup_header *hdr = &bp->hdr;
	le32 low, high;

	memset(bp, 0, sizeof(*bp));
	memcpy(hdr, &img->hdr, img->hdr_len);
	hdr->type_of_loader = LINUX_LOADER_UNKNOWN;
	/* The host sets these for the 16-bit entry, which is not ours. */
	hdr->loadflags = hdr->loadflags & ~(LINUX_CAN_USE_HEAP | LINUX_KEEP_SEGMENTS);
	hdr->code32_start = cpu_to_le32((u32)place->kernel);
	hdr->setup_data = cpu_to_le64(0);
	bp->acpi_rsdp_addr = cpu_to_le64(rsdp);

	split64(place->cmdline, &low, &high);
	hdr->cmd_line_ptr = low;
	bp->ext_cmd_line_ptr = high;
	split64(place->initrd_size ? place->initrd : 0, &low, &high);
	hdr->ramdisk_image = low;
	bp->ext_ramdisk_image = high;
	hdr->ramdisk_size = cpu_to_le32(place->initrd_size);
}

int linux_params_set_memory(struct linux_boot_params *bp, const struct memmap *map,
			    struct setup_data_list *list)
{
	size_t count = linux_e820_view(map, 0, bp->e820_table, LINUX_E820_MAX);
	struct linux_e820_entry *rest;

	bp->e820_entries = (u8)MIN(count, (size_t)LINUX_E820_MAX);
	if (count <= LINUX_E820_MAX)
		return 0;
	/* The heap may take RAM for this, which is RAM in this view, too. */
	count -= LINUX_E820_MAX;
	rest = setup_data_reserve(list, SETUP_E820_EXT, (u32)(count * sizeof(*rest)));
	if (!rest)
		return -ENOMEM;
	linux_e820_view(map, LINUX_E820_MAX, rest, count);
	return 0;
}
