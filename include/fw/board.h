/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Boards: the machine types of QEMU. A board is found once, at the platform
 * step, from a link-time table.
 */
#ifndef FW_BOARD_H
#define FW_BOARD_H

#include <fw/types.h>

struct memmap;
struct pci_host;

/**
 * struct board_register - a register that one write of a value acts upon
 * @addr:  I/O port, or address in memory; 0: there is none
 * @value: what to write
 * @width: bytes, 1 or 2
 * @mmio:  in memory
 */
struct board_register {
	u64 addr;
	u16 value;
	u8 width;
	bool mmio;
};

/** struct board_power - for whom the firmware is gone: UEFI runtime services */
struct board_power {
	struct board_register reset, poweroff;
};

/**
 * struct board - a machine type
 * @name:    QEMU's name for it
 * @probe:   whether this is it; @host_bridge is the vendor and device number
 *           of 00:00.0 read through port 0xCF8, all ones if there is none
 * @init:    fixed addresses of the chipset: configuration window, shadow
 *           RAM, power management block
 * @memmap:  adds the board's reserved and MMIO ranges; RAM is there already
 * @pci:     fills in the root complex; NULL or -ENODEV if there is none.
 *           @map tells where RAM ends
 * @reset:   resets the machine; returns if it could not
 * @poweroff: switches the machine off; returns if it could not
 * @power:   the same, as data
 * @has_fseg: whether 0xF0000-0xFFFFF is RAM that the OS searches for tables
 */
struct board {
	const char *name;
	bool (*probe)(u32 host_bridge);
	int (*init)(void);
	int (*memmap)(struct memmap *map);
	int (*pci)(struct pci_host *host, const struct memmap *map);
	void (*reset)(void);
	void (*poweroff)(void);
	const struct board_power *power;
	bool has_fseg;
};

/* Add a board to the link-time table; @order is the order of probing. */
#define BOARD(order, brd)						\
	extern const struct board *const board__##order##__##brd;	\
	const struct board *const board__##order##__##brd		\
		__used __section(".board." #order) = &brd

/** board() - this machine's board; from the platform step on */
const struct board *board(void);

/** machine_reset() - reset the machine; stops it if that fails */
void machine_reset(void) __attribute__((noreturn));

/** machine_poweroff() - switch the machine off; stops it if that fails */
void machine_poweroff(void) __attribute__((noreturn));

/**
 * fseg_alloc() - memory in 0xF0000-0xFFFFF, where an OS that was not started
 * through UEFI searches for SMBIOS and ACPI anchors
 * @size:  bytes
 * @align: power of two
 *
 * Return: zeroed memory, or NULL if there is no such RAM or it is full.
 * Context: from the platform step to the hand-over.
 */
void *fseg_alloc(size_t size, size_t align);

#endif
