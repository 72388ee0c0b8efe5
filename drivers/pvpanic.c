/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Tells the host, through QEMU's pvpanic device, that the firmware has
 * stopped. The device is looked for only then.
 * Document: QEMU, docs/specs/pvpanic.txt.
 */
#include <asm/io.h>
#include <fw/byteorder.h>
#include <fw/fw_cfg.h>
#include <fw/hooks.h>
#include <fw/pci.h>

HOST_INPUT_FILE(pvpanic_port, common, CHECKED, 0, 0, "etc/pvpanic-port");

#define PVPANIC_PCI_ID		PCI_ID(0x1b36, 0x0011)

/* The register reads as the events that the host takes. */
#define PVPANIC_PANICKED	0x01

/* Return: the port, or 0 if there is no device on the ISA bus. */
static u16 find_port(void)
{
	struct fw_cfg_file file;
	le16 port;

	if (fw_cfg_find(&host_input_pvpanic_port, &file) || file.size != sizeof(port))
		return 0;
	if (fw_cfg_read_buf(&file, 0, &port, sizeof(port)))
		return 0;
	return le16_to_cpu(port);
}

/* Return: the register, or NULL if there is none below 4 GiB, where MMIO is mapped. */
static void __iomem *find_register(void)
{
	const struct pci_dev *dev = pci_find(PVPANIC_PCI_ID);

	if (!dev || !dev->bar[0].addr || dev->bar[0].space == PCI_SPACE_IO ||
	    dev->bar[0].addr >= GiB(4))
		return NULL;
	return mmio(dev->bar[0].addr);
}

static int pvpanic_report(void)
{
	void __iomem *reg;
	u16 port;

	port = find_port();
	if (port) {
		if (inb(port) & PVPANIC_PANICKED)
			outb(PVPANIC_PANICKED, port);
		return 0;
	}
	reg = find_register();
	if (reg && (readb(reg) & PVPANIC_PANICKED))
		writeb(PVPANIC_PANICKED, reg);
	return 0;
}

HOOK(stop_pre, 10, common, pvpanic_report);
