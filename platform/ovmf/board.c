/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Which of QEMU's machines this is, and what every machine can be asked.
 * Document: SMBIOS Reference Specification 3.7, section 5.2 (the segment at
 * 0xF0000).
 */
#define pr_fmt(fmt) "board: " fmt

#include <fw/board.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/host_input.h>
#include <fw/log.h>
#include <fw/panic.h>
#include <fw/pci.h>
#include <fw/string.h>
#include <spec/pci.h>

HOST_INPUT_OTHER(board, common, CHECKED, 0, 0, "registers by which the machine is known");

/* The end stays free: there is where a PC has its reset vector. */
#define FSEG_BASE	0xf0000
#define FSEG_END	0xffff0

extern const struct board *const boards_start[], *const boards_end[];

static const struct board *current;
static uintptr_t fseg_next = FSEG_BASE;

const struct board *board(void)
{
	return current;
}

static int board_identify(void)
{
	u32 id = pci_read32(PCI_BDF(0, 0, 0), PCI_VENDOR_ID);
	const struct board *const *b;

	for (b = boards_start; b < boards_end; b++) {
		if ((*b)->probe(id)) {
			current = *b;
			pr_debug("%s", current->name);
			return current->init ? current->init() : 0;
		}
	}
	pr_err("unknown machine: host bridge %04x:%04x", id & 0xffff, id >> 16);
	return -ENODEV;
}

HOOK(platform, 10, common, board_identify);

void machine_reset(void)
{
	if (current && current->reset)
		current->reset();
	pr_err("the machine does not reset");
	machine_stop();
}

void machine_poweroff(void)
{
	if (current && current->poweroff)
		current->poweroff();
	pr_err("the machine does not switch off");
	machine_stop();
}

void *fseg_alloc(size_t size, size_t align)
{
	uintptr_t base = ALIGN_UP(fseg_next, align);
	void *ptr = (void *)base;

	if (!current || !current->has_fseg)
		return NULL;
	if (base < fseg_next || base > FSEG_END || size > FSEG_END - base)
		return NULL;
	fseg_next = base + size;
	return memset(ptr, 0, size);
}
