/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The pci step: the board's root complex is enumerated, and drivers attached. */
#include <fw/board.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/memmap.h>
#include <fw/pci.h>

extern const struct pci_driver *const pci_drivers_start[], *const pci_drivers_end[];

static bool driver_has_device(const struct pci_driver *driver, const struct pci_dev *dev)
{
	const u32 *p;

	if (driver->class_code && driver->class_code == dev->class_rev >> 8)
		return true;
	for (p = driver->ids; p && *p; p++) {
		if (*p == dev->id)
			return true;
	}
	return false;
}

/* A driver logs its failures, and the boot goes on without the device. */
static void attach_driver(const struct pci_driver *driver)
{
	struct pci_dev *dev;

	list_for_each_entry(dev, pci_devices(), list) {
		if (driver_has_device(driver, dev))
			driver->probe(dev);
	}
}

static int pci_start(void)
{
	const struct pci_driver *const *driver;
	struct pci_host host = { .last_bus = 0 };
	int rc = -ENODEV;

	if (board()->pci)
		rc = board()->pci(&host, &memmap);
	if (rc == -ENODEV)
		return 0;	/* a machine without PCI */
	if (rc)
		return rc;
	rc = pci_enumerate(&host);
	if (rc)
		return rc;
	for (driver = pci_drivers_start; driver < pci_drivers_end; driver++)
		attach_driver(*driver);
	return 0;
}

HOOK(pci, 10, common, pci_start);
