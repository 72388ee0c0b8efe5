/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * QEMU's microvm machine: no chipset; virtio-mmio, and optionally a generic
 * PCI Express host. Documents: QEMU, include/hw/i386/microvm.h,
 * hw/i386/microvm.c and hw/pci-host/gpex.c; ACPI Specification 6.5, section
 * 4.8.3.7 (sleep control register).
 */
#define pr_fmt(fmt) "board: microvm: " fmt

#include <asm/cpu.h>
#include <asm/io.h>
#include <fw/board.h>
#include <fw/errno.h>
#include <fw/log.h>
#include <fw/memmap.h>
#include <fw/pci.h>
#include <spec/pci.h>

#define GED_SLEEP		0xfea00200
#define  GED_SLEEP_S5		(5 << 2 | 0x20)
#define GED_RESET		0xfea00202
#define  GED_RESET_VALUE	0x42

/* The first of the transports, all of which exist, with or without a device. */
#define VIRTIO_MMIO		0xfeb00000
#define VIRTIO_MMIO_MAGIC	0x74726976

#define GPEX_ID			PCI_ID(0x1b36, 0x0008)
#define ECAM_BASE		0xe0000000
#define ECAM_SIZE		MiB(256)
#define ECAM_BUSES		256
#define PCI_MEM_BASE		0xc0000000
#define PCI_MEM_SIZE		MiB(512)

static bool has_pci;

/* Without a chipset there is nobody at ports 0xCF8 and 0xCFC, as on an old PC. */
static bool microvm_probe(u32 host_bridge)
{
	return host_bridge == 0xffffffff && readl(mmio(VIRTIO_MMIO)) == VIRTIO_MMIO_MAGIC;
}

static int microvm_init(void)
{
	pci_use_ecam(ECAM_BASE, ECAM_BUSES);
	has_pci = pci_read32(PCI_BDF(0, 0, 0), PCI_VENDOR_ID) == GPEX_ID;
	return 0;
}

static int microvm_memmap(struct memmap *map)
{
	int rc;

	if (!has_pci)
		return 0;
	rc = memmap_add(map, ECAM_BASE, ECAM_SIZE, MEM_RESERVED);
	if (rc)
		pr_err("the host has put RAM where configuration space is, at 0x%x", ECAM_BASE);
	return rc;
}

/* QEMU forwards the highest quarter of the processor's address space. */
static void microvm_find_high(struct pci_window *window)
{
	window->size = (u64)1 << (cpu_phys_bits() - 2);
	window->base = 3 * window->size;
}

/* No I/O ports, and only GSIs that an interrupt line register cannot name. */
static int microvm_pci(struct pci_host *host, const struct memmap *map __unused)
{
	if (!has_pci)
		return -ENODEV;
	host->window[PCI_SPACE_MEM].base = PCI_MEM_BASE;
	host->window[PCI_SPACE_MEM].size = PCI_MEM_SIZE;
	host->find_high = microvm_find_high;
	host->last_bus = ECAM_BUSES - 1;
	return 0;
}

/* The device is there only with ACPI; without it a shutdown of the processor remains. */
static void microvm_reset(void)
{
	writeb(GED_RESET_VALUE, mmio(GED_RESET));
	cpu_triple_fault();
}

static void microvm_poweroff(void)
{
	writeb(GED_SLEEP_S5, mmio(GED_SLEEP));
}

static const struct board_power microvm_power = {
	.reset = { .addr = GED_RESET, .value = GED_RESET_VALUE, .width = 1, .mmio = true },
	.poweroff = { .addr = GED_SLEEP, .value = GED_SLEEP_S5, .width = 1, .mmio = true },
};

static const struct board microvm_board = {
	.name = "microvm",
	.probe = microvm_probe,
	.init = microvm_init,
	.memmap = microvm_memmap,
	.pci = microvm_pci,
	.reset = microvm_reset,
	.poweroff = microvm_poweroff,
	.power = &microvm_power,
};
BOARD(30, microvm_board);
