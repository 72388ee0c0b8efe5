/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Network cards: which driver has which one, and their end when the OS takes over. */
#define pr_fmt(fmt) "net: " fmt

#include <fw/alloc.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/net.h>
#include <fw/pci.h>
#include <fw/printf.h>
#include <fw/string.h>

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

/* One card's own: not that of a group, nor none. */
static bool is_address(const u8 *mac)
{
	static const u8 none[NET_ADDRESS_LEN];

	return !(mac[0] & 1) && memcmp(mac, none, sizeof(none)) != 0;
}

static int open_device(struct net_device *dev)
{
	int rc = dev->driver->open(dev);

	if (rc == 0 && !is_address(dev->mac)) {
		pr_err("%s has no address", dev->name);
		rc = -ENODEV;
	}
	return rc;
}

struct net_device *net_open(struct pci_dev *pci)
{
	const struct net_driver *driver = find_driver(pci);
	struct net_device *dev = driver ? heap_alloc(driver->size) : NULL;

	if (!dev) {
		pr_err("no driver or memory for a card");
		return NULL;
	}
	dev->driver = driver;
	dev->pci = pci;
	snprintf(dev->name, sizeof(dev->name), "%s %02x:%02x.%x", driver->name,
		 PCI_BDF_BUS(pci->bdf), PCI_BDF_DEV(pci->bdf), PCI_BDF_FN(pci->bdf));
	if (open_device(dev) != 0) {
		heap_free(dev);
		return NULL;
	}
	list_add_tail(&dev->list, &devices);
	return dev;
}

void net_close(struct net_device *dev)
{
	net_stop(dev);
	list_del(&dev->list);
	heap_free(dev);
}

int net_start(struct net_device *dev)
{
	int rc = dev->driver->start(dev);

	dev->started = rc == 0;
	return rc;
}

void net_stop(struct net_device *dev)
{
	if (!dev->started)
		return;
	dev->driver->stop(dev);
	dev->driver->release(dev);
	dev->started = false;
}

/* Frames that come later must not land in memory of the operating system. */
static int net_quiesce(void)
{
	struct net_device *dev;

	list_for_each_entry(dev, &devices, list) {
		if (dev->started)
			dev->driver->stop(dev);
	}
	return 0;
}
HOOK(efi_exit, 41, common, net_quiesce);
