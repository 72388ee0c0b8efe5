/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Example: a board. It is known by its host bridge and has nothing to set up. */
#include <asm/io.h>
#include <fw/board.h>
#include <fw/errno.h>
#include <fw/memmap.h>
#include <fw/pci.h>

#define HOST_BRIDGE	PCI_ID(0x1234, 0x0001)
#define RESET_PORT	0xcf9
#define RESET_COLD	0x06

static bool example_probe(u32 host_bridge)
{
	return host_bridge == HOST_BRIDGE;
}

static int example_init(void)
{
	return 0;
}

static int example_memmap(struct memmap *map)
{
	/* The interrupt controllers, so that nothing else is put there. */
	return memmap_add(map, 0xfec00000, 0x1000, MEM_MMIO);
}

static int example_pci(struct pci_host *host, const struct memmap *map)
{
	phys_addr_t low = ALIGN_UP(memmap_ram_end(map, GiB(4)), MiB(1));

	if (low >= 0xfe000000)
		return -ENODEV;
	host->window[PCI_SPACE_IO] = (struct pci_window){ 0xc000, 0x4000 };
	host->window[PCI_SPACE_MEM] = (struct pci_window){ low, 0xfe000000 - low };
	host->last_bus = 255;
	return 0;
}

static void example_reset(void)
{
	outb(RESET_COLD, RESET_PORT);
}

static void example_poweroff(void)
{
	/* This machine cannot be switched off: return. */
}

static const struct board example_board = {
	.name = "example",
	.probe = example_probe,
	.init = example_init,
	.memmap = example_memmap,
	.pci = example_pci,
	.reset = example_reset,
	.poweroff = example_poweroff,
};
BOARD(90, example_board);
