/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Follows the commands that are written to the flash chip, as the chip does.
 * Document: QEMU, hw/block/pflash_cfi01.c (write cycles; rom_device_set_romd).
 */
#include "flash.h"

#define CMD_ARRAY	0xff
#define CMD_ARRAY_TOO	0x00
#define CMD_ARRAY_AMD	0xf0
#define CMD_PROGRAM_TOO	0x10
#define CMD_PROGRAM	0x40
#define CMD_ERASE	0x20
#define CMD_CLEAR	0x50
#define CMD_LOCK	0x60
#define CMD_STATUS	0x70
#define CMD_ID		0x90
#define CMD_QUERY	0x98
#define CMD_BUFFER	0xe8
#define CONFIRM		0xd0
#define LOCK		0x01

static bool device;
static unsigned int cycle;
static u32 left;		/* data of a buffered write that is to come, less 1 */
static u8 command;

bool flash_is_memory(void)
{
	return !device;
}

static void to_memory(void)
{
	device = false;
	cycle = 0;
	command = 0;
}

static void first(u8 value)
{
	command = value;
	switch (value) {
	case CMD_PROGRAM:
	case CMD_PROGRAM_TOO:
	case CMD_ERASE:
	case CMD_LOCK:
	case CMD_BUFFER:
		cycle = 1;
		break;
	case CMD_STATUS:
	case CMD_ID:
	case CMD_QUERY:
		break;
	default:	/* the array, after clearing the status too, or an error */
		to_memory();
		break;
	}
}

static void second(u32 value)
{
	switch (command) {
	case CMD_PROGRAM:
	case CMD_PROGRAM_TOO:
		cycle = 0;
		break;
	case CMD_BUFFER:
		left = value;
		cycle = 2;
		break;
	default:
		if ((u8)value == CONFIRM || (command == CMD_LOCK && (u8)value == LOCK))
			cycle = 0;
		else
			to_memory();
		break;
	}
}

void flash_write(u32 value)
{
	device = true;
	switch (cycle) {
	case 0:
		first((u8)value);
		break;
	case 1:
		second(value);
		break;
	case 2:
		if (left-- == 0)
			cycle = 3;
		break;
	default:
		if ((u8)value == CONFIRM)
			cycle = 0;
		else
			to_memory();
		break;
	}
}
