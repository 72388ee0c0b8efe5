/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * QEMU's parallel flash, for tests: the commands that are used, the rules of
 * real flash (bits are cleared by programming and set by erasing), and a power
 * switch. It answers to the mock_mmio functions.
 */
#ifndef UNIT_FLASH_SIM_H
#define UNIT_FLASH_SIM_H

#include <stdbool.h>
#include <stdint.h>

#define FLASH_SIM_MAX	0x84000u

/**
 * struct flash_sim - the device
 * @base:     its address
 * @size:     bytes
 * @data:     its contents
 * @read_only: programming and erasing fail, as with readonly=on
 * @absent:   reads as ones, writes do nothing
 * @rom:      writes do nothing
 * @late:     a buffered write is made when it is confirmed, as in newer QEMU;
 *	      else as the data arrives
 * @lax:      programming stores what it is given, as QEMU does
 * @fail_at:  the program or erase command that fails, counted from 1; 0: none
 * @power:    writes to the device until the power fails; negative: it does not
 * @writes:   writes to the device so far
 * @reads:    reads of the status
 * @operations: program and erase commands so far
 */
struct flash_sim {
	uint64_t base;
	uint32_t size;
	uint8_t data[FLASH_SIM_MAX];
	bool read_only;
	bool absent;
	bool rom;
	bool late;
	bool lax;
	unsigned int fail_at;
	long power;
	unsigned int writes;
	unsigned int reads;
	unsigned int operations;
};

extern struct flash_sim flash_sim;

/** flash_sim_reset() - the machine starts again; contents stay */
void flash_sim_reset(void);

/** flash_sim_is_array() - whether the device can be read */
bool flash_sim_is_array(void);

#endif
