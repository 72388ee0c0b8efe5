/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Network cards: which driver has which one, and their end when the OS takes over. */
#define pr_fmt(fmt) "net: " fmt

#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/net.h>
#include <fw/pci.h>
#include <fw/printf.h>

static const struct net_driver *const drivers[] = {
	&net_virtio_driver,
	&net_e1000_driver,
};

static LIST_HEAD(devices);

static const struct net_driver *find_driver(const struct pci_dev *pci)
{
	const u32 *id;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(drivers); i++) {
		for (id = drivers[i]->ids; *id; id++) {
			if (*id == pci->id)
				return drivers[i];
		}
	}
	return NULL;
}

bool net_has_driver(const struct pci_dev *pci)
{
	return find_driver(pci) != NULL;
}

struct net_device *net_open(struct pci_dev *pci)
{
	const struct net_driver *driver = find_driver(pci);
	struct net_device *dev;

	if (!driver || driver->open(pci, &dev) != 0)
		return NULL;
	dev->pci = pci;
	snprintf(dev->name, sizeof(dev->name), "%s %02x:%02x.%x", driver->name,
		 PCI_BDF_BUS(pci->bdf), PCI_BDF_DEV(pci->bdf), PCI_BDF_FN(pci->bdf));
	list_add_tail(&dev->list, &devices);
	return dev;
}

void net_close(struct net_device *dev)
{
	dev->ops->stop(dev);
	list_del(&dev->list);
	dev->ops->free(dev);
}

/* Frames that come later must not land in memory of the operating system. */
static int net_quiesce(void)
{
	struct net_device *dev;

	list_for_each_entry(dev, &devices, list)
		dev->ops->quiesce(dev);
	return 0;
}
HOOK(efi_exit, 41, common, net_quiesce);
