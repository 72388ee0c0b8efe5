/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * QEMU's pc machine: i440fx host bridge.
 * Document: QEMU, hw/pci-host/i440fx.c and hw/isa/piix3.c.
 */
#include <fw/board.h>
#include <fw/memmap.h>

#include "chipset.h"

#define HOST_BRIDGE		PCI_BDF(0, 0, 0)
#define HOST_BRIDGE_ID		PCI_ID(0x8086, 0x1237)

/*
 * 0x59-0x5f: 0xc0000-0xfffff, reads and writes go to RAM. The registers have a
 * nibble for each range; the low one of the first has no range. Register 0x58
 * is 0 after reset.
 */
#define PAM			0x58
#define  PAM_ALL_RAM		0x3333333333333000

/* Not lower: the MTRRs have everything below as RAM, and cached. */
#define MEM_BASE		0x80000000

/*
 * Above the hot-plug registers of PCI at 0xae00 and of processors at 0xaf00,
 * and the SMBus controller, which QEMU starts at 0xb100.
 */
#define IO_BASE			0xc000
#define IO_END			0x10000

static bool i440fx_probe(u32 host_bridge)
{
	return host_bridge == HOST_BRIDGE_ID;
}

static int i440fx_init(void)
{
	pci_write64(HOST_BRIDGE, PAM, PAM_ALL_RAM);
	chipset_check_wake();
	chipset_set_restart();
	return 0;
}

/* Device 1 is the first: the south bridge, whose INTA# is PIRQA. */
static u8 i440fx_irq_line(u8 dev, u8 pin)
{
	return chipset_irq(dev - 1u + pin - 1u);
}

static int i440fx_pci(struct pci_host *host, const struct memmap *map)
{
	host->window[PCI_SPACE_IO].base = IO_BASE;
	host->window[PCI_SPACE_IO].size = IO_END - IO_BASE;
	host->last_bus = 0xff;
	host->irq_line = i440fx_irq_line;
	chipset_pci(host, map, MEM_BASE);
	return 0;
}

static const struct board i440fx_board = {
	.name = "pc",
	.probe = i440fx_probe,
	.init = i440fx_init,
	.pci = i440fx_pci,
	.reset = chipset_reset,
	.poweroff = chipset_poweroff,
	.power = &chipset_power,
	.has_fseg = true,
};
BOARD(20, i440fx_board);
