/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * QEMU's q35 machine: host bridge, memory-mapped configuration space.
 * Document: QEMU, include/hw/pci-host/q35.h and hw/pci-host/q35.c.
 */
#define pr_fmt(fmt) "board: q35: " fmt

#include <fw/board.h>
#include <fw/log.h>
#include <fw/memmap.h>

#include "chipset.h"

#define HOST_BRIDGE		PCI_BDF(0, 0, 0)
#define HOST_BRIDGE_ID		PCI_ID(0x8086, 0x29c0)

#define PCIEXBAR		0x60	/* 64 bits; the high half is 0 after reset */
#define  PCIEXBAR_ENABLE	0x01	/* and 256 MiB */
#define PAM			0x90	/* 7 bytes, and one that is reserved */
/*
 * 0xc0000-0xfffff: reads and writes go to RAM. The registers have a nibble for
 * each range; the low one of the first has no range.
 */
#define  PAM_ALL_RAM		0x0033333333333330

/* QEMU keeps RAM out of these 256 MiB, and its ACPI tables follow PCIEXBAR. */
#define ECAM_BASE		0xb0000000
#define ECAM_SIZE		MiB(256)
#define ECAM_BUSES		256

/*
 * Above the ports of all built-in devices; the highest of these is QEMU's
 * backdoor of vmport at 0x5658.
 */
#define IO_BASE			0x6000
#define IO_END			0x10000

/* Devices from here on have a routing register each: INTx# to PIRQx. */
#define FIRST_ROUTED_DEV	25

static bool q35_probe(u32 host_bridge)
{
	return host_bridge == HOST_BRIDGE_ID;
}

static int q35_init(void)
{
	pci_write32(HOST_BRIDGE, PCIEXBAR, ECAM_BASE | PCIEXBAR_ENABLE);
	pci_use_ecam(ECAM_BASE, ECAM_BUSES);
	pci_write64(HOST_BRIDGE, PAM, PAM_ALL_RAM);
	chipset_check_wake();
	chipset_set_restart();
	return 0;
}

static int q35_memmap(struct memmap *map)
{
	int rc = memmap_add(map, ECAM_BASE, ECAM_SIZE, MEM_RESERVED);

	if (rc)
		pr_err("the host has put RAM where configuration space goes, at 0x%x", ECAM_BASE);
	return rc;
}

/* To PIRQE-PIRQH by device and pin; these have the IRQs of PIRQA-PIRQD. */
static u8 q35_irq_line(u8 dev, u8 pin)
{
	return chipset_irq(dev < FIRST_ROUTED_DEV ? dev + pin - 1u : pin - 1u);
}

static int q35_pci(struct pci_host *host, const struct memmap *map)
{
	host->window[PCI_SPACE_IO].base = IO_BASE;
	host->window[PCI_SPACE_IO].size = IO_END - IO_BASE;
	host->last_bus = ECAM_BUSES - 1;
	host->irq_line = q35_irq_line;
	chipset_pci(host, map, ECAM_BASE + ECAM_SIZE);
	return 0;
}

static const struct board q35_board = {
	.name = "q35",
	.probe = q35_probe,
	.init = q35_init,
	.memmap = q35_memmap,
	.pci = q35_pci,
	.reset = chipset_reset,
	.poweroff = chipset_poweroff,
	.power = &chipset_power,
	.has_fseg = true,
};
BOARD(10, q35_board);
