/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Example: a PCI driver, for the device that QEMU has for teaching.
 * Document: QEMU, docs/specs/edu.rst.
 */
#define pr_fmt(fmt) "edu: " fmt

#include <asm/io.h>
#include <fw/errno.h>
#include <fw/log.h>
#include <fw/pci.h>

#define EDU_REG_ID	0x00	/* major and minor version, 0xED in bits 7:0 */
#define EDU_ID_MAGIC	0xed

static int edu_probe(struct pci_dev *dev)
{
	const struct pci_bar *bar = &dev->bar[0];
	u32 id;

	/* A BAR that is not placed, or not reachable, is no reason to crash. */
	if (!bar->addr || bar->space == PCI_SPACE_IO || bar->addr >= GiB(4)) {
		pr_err("no registers: BAR 0 is at 0x%llx", (unsigned long long)bar->addr);
		return -ENODEV;
	}
	id = readl(mmio(bar->addr + EDU_REG_ID));
	if ((id & 0xff) != EDU_ID_MAGIC) {
		pr_err("identification is 0x%x", id);
		return -ENODEV;
	}
	pr_info("version %u.%u", id >> 24, id >> 16 & 0xff);
	return 0;
}

static const u32 edu_ids[] = { PCI_ID(0x1234, 0x11e8), 0 };

static const struct pci_driver edu_driver = {
	.name = "edu",
	.ids = edu_ids,
	.probe = edu_probe,
};
PCI_DRIVER(50, edu_driver);
