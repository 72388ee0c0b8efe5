/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * QEMU's parallel flash: its command set and what it makes of it.
 * Documents: QEMU, hw/block/pflash_cfi01.c; JEDEC JEP137 (command set 0001).
 *
 * While the device is in a command, every access is an exit to the host, so
 * there are as few as possible: buffered writes of 4 bytes each, and the
 * status is looked at where an error can first be told from it. Otherwise it
 * reads as memory does, in every kind of guest; a write never does.
 */
#include <asm/native.h>
#include <fw/errno.h>
#include <fw/byteorder.h>
#include <spec/efi/variable_store.h>

#include "flash.h"
#include "io.h"
#include "runtime.h"

#define CMD_PROGRAM		0x40
#define CMD_ERASE		0x20
#define CMD_ERASE_CONFIRM	0xd0
#define CMD_CLEAR_STATUS	0x50
#define CMD_BUFFER		0xe8
#define CMD_BUFFER_CONFIRM	0xd0
#define CMD_READ_ARRAY		0xff

#define STATUS_READY		0x80
#define STATUS_ERRORS		0x30

/* A buffered write stays inside an aligned window of this size. */
#define WINDOW			256u

/* QEMU is ready at once; this is for a device that never is. */
#define POLLS			100000u

static struct {
	struct efi_runtime_mmio at;
	u32 size;
	bool writable;
	bool busy;		/* not in read-array mode */
	bool failed;
} flash;

void flash_set(phys_addr_t base, u32 size, bool writable)
{
	flash.at.phys = base;
	flash.at.virt = (u8 __iomem __force *)(uintptr_t)base;
	flash.size = size;
	flash.writable = writable;
	flash.busy = false;
	flash.failed = false;
}

void flash_convert(void)
{
	/* Not mapped by the OS: there is no flash any more, for writing. */
	if (flash.at.virt && runtime_convert(&flash.at.virt) != EFI_SUCCESS)
		flash.writable = false;
}

bool flash_is_writable(void)
{
	return flash.writable;
}

u32 flash_size(void)
{
	return flash.size;
}

void flash_read(void *to, u32 offset, u32 len)
{
	native_copy_from(to, flash.at.virt + offset, len);
}

bool flash_is_erased(u32 offset, u32 len)
{
	u8 buffer[WINDOW];
	u32 i, part;

	for (; len > 0; offset += part, len -= part) {
		part = MIN(len, WINDOW);
		flash_read(buffer, offset, part);
		for (i = 0; i + 32 <= part; i += 32) {
			if ((get_le64(buffer + i) & get_le64(buffer + i + 8) &
			     get_le64(buffer + i + 16) & get_le64(buffer + i + 24)) != ~(u64)0)
				return false;
		}
		for (; i < part; i++) {
			if (buffer[i] != 0xff)
				return false;
		}
	}
	return true;
}

static void command(u32 offset, u8 cmd)
{
	flash.busy = true;
	io_write(&flash.at, offset, 1, cmd);
}

/* Waits for the end of a command; every address reads as the status. */
static void finish(u32 offset)
{
	u32 polls = POLLS;
	u8 status;

	do {
		status = io_readb(&flash.at, offset);
	} while (!(status & STATUS_READY) && --polls > 0 && !io_failed());
	if (status & STATUS_READY && !(status & STATUS_ERRORS))
		return;
	flash.failed = true;
	command(offset, CMD_CLEAR_STATUS);
}

static void write_byte(u32 offset, u8 value)
{
	command(offset, CMD_PROGRAM);
	io_write(&flash.at, offset, 1, value);
}

/* At least 2 units in all: a buffer of one is an error to newer versions. */
static void write_buffer(u32 offset, const u8 *data, u32 words)
{
	u32 i;

	command(offset, CMD_BUFFER);
	io_write(&flash.at, offset, 1, words - 1);
	for (i = 0; i < words; i++)
		io_write(&flash.at, offset + 4 * i, 4, get_le32(data + 4 * i));
	command(offset, CMD_BUFFER_CONFIRM);
}

/* Within one window. */
static void write_part(u32 offset, const u8 *data, u32 len)
{
	u32 words;

	for (; len > 0 && !IS_ALIGNED(offset, 4u); offset++, data++, len--)
		write_byte(offset, *data);
	words = len / 4;
	if (words > 1) {
		write_buffer(offset, data, words);
		offset += 4 * words;
		data += 4 * words;
		len -= 4 * words;
	}
	for (; len > 0; offset++, data++, len--)
		write_byte(offset, *data);
}

void flash_write(u32 offset, const void *data, u32 len)
{
	const u8 *p = data;
	u32 part;

	for (; len > 0 && flash.writable && !flash.failed; offset += part, p += part, len -= part) {
		part = MIN(len, WINDOW - offset % WINDOW);
		write_part(offset, p, part);
		finish(offset);
	}
	if (len > 0)
		flash.failed = true;
}

void flash_erase(u32 offset)
{
	if (!flash.writable || flash.failed) {
		flash.failed = true;
		return;
	}
	command(offset, CMD_ERASE);
	command(offset, CMD_ERASE_CONFIRM);
	finish(offset);
}

int flash_done(void)
{
	bool failed = flash.failed || io_failed();

	if (flash.busy) {
		/* Tried whatever has gone wrong: it can be read again, then. */
		io_begin();
		io_write(&flash.at, 0, 1, CMD_READ_ARRAY);
		failed |= io_failed();
	}
	flash.busy = false;
	flash.failed = false;
	return failed ? -EIO : 0;
}
