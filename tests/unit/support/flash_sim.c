/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * QEMU's parallel flash, for tests.
 * Document: QEMU, hw/block/pflash_cfi01.c.
 */
#include <string.h>

#include <asm/io.h>

#include "flash_sim.h"
#include "support.h"

#define BLOCK	0x1000u
#define WINDOW	0x100u

struct flash_sim flash_sim;

static struct {
	u8 cmd;			/* 0xff: it reads as an array */
	u8 status;
	unsigned int cycle;
	unsigned int count;	/* units of a buffered write that are to come */
	u32 window;
	u8 buffer[WINDOW];
	bool set[WINDOW];
} dev;

void flash_sim_reset(void)
{
	memset(&dev, 0, sizeof(dev));
	dev.cmd = 0xff;
	dev.status = 0x80;
}

bool flash_sim_is_array(void)
{
	return dev.cmd == 0xff;
}

static bool operation_fails(void)
{
	flash_sim.operations++;
	return flash_sim.read_only || flash_sim.operations == flash_sim.fail_at;
}

static void store(u32 at, u8 value)
{
	if (!flash_sim.lax && (flash_sim.data[at] & value) != value)
		mock_fail("%#x: %#x cannot become %#x without erasing", at,
			  flash_sim.data[at], value);
	flash_sim.data[at] = value;
}

static u8 query(u32 at)
{
	u32 blocks = flash_sim.size / BLOCK - 1;

	switch (at % 0x100) {
	case 0x10:
		return 'Q';
	case 0x11:
		return 'R';
	case 0x12:
		return 'Y';
	case 0x2d:
		return (u8)blocks;
	case 0x2e:
		return (u8)(blocks >> 8);
	case 0x2f:
		return BLOCK / 256;
	}
	return 0;
}

static u32 offset(phys_addr_t addr, unsigned int width)
{
	if (addr < flash_sim.base || addr + width > flash_sim.base + flash_sim.size)
		mock_fail("%#llx is outside of the flash", (unsigned long long)addr);
	return (u32)(addr - flash_sim.base);
}

u32 mock_mmio_read(phys_addr_t addr, unsigned int width)
{
	u32 value = 0, at;

	if (flash_sim.absent)
		return width == 4 ? 0xffffffff : 0xffu;
	at = offset(addr, width);
	/* Nobody reads after the power has failed; but the test goes on for a while. */
	if (dev.cmd == 0xff || flash_sim.rom || (flash_sim.power == 0 && width != 1)) {
		memcpy(&value, flash_sim.data + at, width);
		return value;
	}
	if (width != 1)
		mock_fail("%#x is read while the device is in command %#x", at, dev.cmd);
	flash_sim.reads++;
	return dev.cmd == 0x98 ? query(at) : dev.status;
}

static void first_cycle(u8 cmd)
{
	dev.cmd = cmd;
	dev.cycle = 0;
	switch (cmd) {
	case 0x40:
	case 0x20:
	case 0xe8:
		dev.cycle = 1;
		break;
	case 0x50:
		dev.status = 0;
		dev.cmd = 0xff;
		break;
	case 0x70:
	case 0x98:
	case 0xff:
		break;
	default:
		mock_fail("unknown flash command %#x", cmd);
	}
}

static void program(u32 at, u32 value, unsigned int width)
{
	bool fails = operation_fails();
	unsigned int i;

	for (i = 0; i < width && !fails; i++)
		store(at + i, (u8)(value >> 8 * i));
	dev.status |= 0x80 | (fails ? 0x10 : 0);
	dev.cycle = 0;
}

static void erase(u32 at, u8 cmd)
{
	bool fails = operation_fails();

	if (cmd != 0xd0)
		mock_fail("erase confirmed with %#x", cmd);
	if (!fails)
		memset(flash_sim.data + at / BLOCK * BLOCK, 0xff, BLOCK);
	dev.status |= 0x80 | (fails ? 0x20 : 0);
	dev.cycle = 0;
}

static void buffer_data(u32 at, u32 value, unsigned int width)
{
	unsigned int i;

	if (at / WINDOW != dev.window)
		mock_fail("%#x is outside of the buffer's window", at);
	for (i = 0; i < width; i++) {
		dev.buffer[at % WINDOW + i] = (u8)(value >> 8 * i);
		dev.set[at % WINDOW + i] = true;
		if (!flash_sim.late && !flash_sim.read_only)
			store(at + i, (u8)(value >> 8 * i));
	}
	if (--dev.count == 0)
		dev.cycle = 3;
}

static void buffer_confirm(u8 cmd)
{
	bool fails = operation_fails();
	u32 i;

	if (cmd != 0xd0)
		mock_fail("buffered write confirmed with %#x", cmd);
	for (i = 0; i < WINDOW && flash_sim.late && !fails; i++) {
		if (dev.set[i])
			store(dev.window * WINDOW + i, dev.buffer[i]);
	}
	dev.status |= 0x80 | (fails ? 0x10 : 0);
	dev.cycle = 0;
}

static void later_cycle(u32 at, u32 value, unsigned int width)
{
	if (dev.cmd == 0x40) {
		program(at, value, width);
	} else if (dev.cmd == 0x20) {
		erase(at, (u8)value);
	} else if (dev.cycle == 1) {
		if (value == 0)
			mock_fail("buffered write of one unit");
		dev.count = value + 1;
		dev.window = at / WINDOW;
		memset(dev.set, 0, sizeof(dev.set));
		dev.cycle = 2;
	} else if (dev.cycle == 2) {
		buffer_data(at, value, width);
	} else {
		buffer_confirm((u8)value);
	}
}

void mock_mmio_write(phys_addr_t addr, u32 value, unsigned int width)
{
	u32 at;

	if (flash_sim.absent || flash_sim.rom || flash_sim.power == 0)
		return;
	at = offset(addr, width);
	flash_sim.writes++;
	if (flash_sim.power > 0)
		flash_sim.power--;
	if (dev.cycle)
		later_cycle(at, value, width);
	else
		first_cycle((u8)value);
}
