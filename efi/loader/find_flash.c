/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Finding the variable store in flash. QEMU puts its second flash right below
 * the one that this firmware came from; both may also be one file.
 * Documents: QEMU, hw/i386/pc_sysfw.c and hw/block/pflash_cfi01.c; JEDEC
 * JESD68.01 (CFI query); UEFI Platform Initialization 1.8, volume 3, section
 * 3.2.1.
 */
#include <asm/io.h>
#include <asm/paging.h>
#include <fw/cc.h>
#include <fw/errno.h>
#include <fw/host_input.h>
#include <spec/efi/variable_store.h>

#include "find_flash.h"

/*
 * The host can read variables in flash, change them and bring back older ones.
 * Where it could do the latter to all memory, they are kept there all the same,
 * as users of such guests expect it; nobody may rely on what they say.
 */
HOST_INPUT_OTHER(variable_flash, common, INTEGRITY_REFUSED, 0, 0, "flash: UEFI variables");

#define IMAGE_BASE	(GiB(4) - CONFIG_FLASH_SIZE)

/* Where tables say that memory is the firmware's own, as the image is. */
#define WINDOW_BASE	(GiB(4) - MiB(16))

/* QEMU's bound of both together. */
#define FLASH_MAX	MiB(16)

#define CMD_PROGRAM	0x40
#define CMD_CLEAR	0x50
#define CMD_QUERY	0x98
#define CMD_READ_ARRAY	0xff
#define STATUS_ERRORS	0x30

#define QUERY_Q		0x10
#define QUERY_BLOCKS	0x2d	/* less 1 */
#define QUERY_BLOCK_SIZE 0x2f	/* in units of 256 bytes */

/* Of a store that cannot be told from nothing but by looking. */
static const u32 known_sizes[] = { 0x84000, 0x20000 };

static u32 query16(phys_addr_t base, u32 offset)
{
	return readb(mmio(base + offset)) | (u32)readb(mmio(base + offset + 1)) << 8;
}

/* Bytes of the flash in which @page lies; 0 if it does not. */
static u32 query_size(phys_addr_t page)
{
	u8 __iomem *at = mmio(page);
	u8 old = readb(at);
	u64 size;

	writeb(CMD_QUERY, at);
	if (readb(mmio(page + QUERY_Q)) != 'Q' || readb(mmio(page + QUERY_Q + 1)) != 'R' ||
	    readb(mmio(page + QUERY_Q + 2)) != 'Y') {
		/* It may be RAM; nothing else minds. */
		writeb(old, at);
		return 0;
	}
	size = (query16(page, QUERY_BLOCKS) + 1ull) * query16(page, QUERY_BLOCK_SIZE) * 256;
	writeb(CMD_READ_ARRAY, at);
	return size > FLASH_MAX || !IS_ALIGNED(size, VARS_BLOCK_SIZE) ? 0 : (u32)size;
}

/* The length that a volume's header at @base claims; 0 if there is none. */
static u64 volume_length(phys_addr_t base)
{
	const u32 at = offsetof(struct vars_fv_header, signature);

	if (readl(mmio(base + at)) != VARS_FV_SIGNATURE)
		return 0;
	return readq(mmio(base + offsetof(struct vars_fv_header, length)));
}

/*
 * Downwards from the image. A copy of the header lies in the spare blocks; it
 * tells where the volume is when the header itself was being written as the
 * power failed.
 */
static bool scan(struct efi_flash *flash, u32 size)
{
	phys_addr_t base, guess = 0;

	for (base = IMAGE_BASE - VARS_BLOCK_SIZE; base >= IMAGE_BASE - size;
	     base -= VARS_BLOCK_SIZE) {
		u64 length = volume_length(base);

		if (length == IMAGE_BASE - base) {
			flash->base = base;
			flash->size = (u32)length;
			return true;
		}
		if (length > IMAGE_BASE - base && length <= size)
			guess = IMAGE_BASE - length;
	}
	flash->base = guess;
	flash->size = (u32)(IMAGE_BASE - guess);
	return guess != 0;
}

/* Programs a byte to what it is. */
static bool probe_write(phys_addr_t base)
{
	u8 __iomem *at = mmio(base);
	u8 value = readb(at), status;

	writeb(CMD_PROGRAM, at);
	writeb(value, at);
	status = readb(at);
	writeb(CMD_CLEAR, at);
	writeb(CMD_READ_ARRAY, at);
	return !(status & STATUS_ERRORS);
}

static bool find_known(struct efi_flash *flash)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known_sizes); i++) {
		if (volume_length(IMAGE_BASE - known_sizes[i]) == known_sizes[i]) {
			flash->base = IMAGE_BASE - known_sizes[i];
			flash->size = known_sizes[i];
			return true;
		}
	}
	return false;
}

int efi_flash_find(struct efi_flash *flash)
{
	u32 size;

	*flash = (struct efi_flash) { 0 };
	if (host_input_is_refused(&host_input_variable_flash))
		return -EPERM;
	/* Below the image there is nothing that the guest could have encrypted. */
	if (cc_has(CC_ATTR_MEM_ENCRYPT) &&
	    paging_map(WINDOW_BASE, IMAGE_BASE - WINDOW_BASE, MAP_MMIO) != 0)
		return -ENOMEM;
	size = query_size(IMAGE_BASE - VARS_BLOCK_SIZE);
	if (!size)
		return find_known(flash) ? 0 : -ENODEV;
	if (!scan(flash, size))
		return -ENODEV;
	flash->writable = probe_write(flash->base);
	return 0;
}
