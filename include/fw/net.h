/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Network cards: whole Ethernet frames out and in, polled. What comes in is anybody's.
 *
 * Context: from the pci step to the hand-over.
 */
#ifndef FW_NET_H
#define FW_NET_H

#include <fw/list.h>
#include <fw/types.h>

#define NET_ADDRESS_LEN		6
#define NET_HEADER_LEN		14
/* Without the checksum at the end, which cards add and remove. */
#define NET_FRAME_MAX		1514

struct net_device;
struct pci_dev;

/**
 * struct net_driver - code for some cards
 * @ids:     PCI_ID()s, ended by 0
 * @size:    of the driver's structure for a card, which begins with struct net_device
 * @open:    find the card's registers and its address, which stays 0 if it has none;
 *           0, or -Exxx with the reason logged
 * @start:   make it send and receive; everything that comes is received
 * @stop:    end all accesses to memory of a card that is started
 * @release: after @stop, free what @start has allocated
 * @send:    a frame, which may be changed after the call; 0, -ENOSPC if there is no
 *           room now, or -EIO
 * @receive: the oldest frame that has come into a buffer of NET_FRAME_MAX bytes: its
 *           length, -ENOENT if there is none, or -EIO
 * @link:    whether a cable is plugged in
 *
 * The last three are for a card that is started.
 */
struct net_driver {
	const char *name;
	const u32 *ids;
	size_t size;
	int (*open)(struct net_device *dev);
	int (*start)(struct net_device *dev);
	void (*stop)(struct net_device *dev);
	void (*release)(struct net_device *dev);
	int (*send)(struct net_device *dev, const void *frame, size_t len);
	int (*receive)(struct net_device *dev, void *frame);
	bool (*link)(struct net_device *dev);
};

/** struct net_device - a card; @mac: the address that it has of its own */
struct net_device {
	struct list_head list;
	const struct net_driver *driver;
	struct pci_dev *pci;
	bool started;
	u8 mac[NET_ADDRESS_LEN];
	char name[32];
};

extern const struct net_driver net_virtio_driver, net_e1000_driver;

/** net_has_driver() - whether net_open() can succeed */
bool net_has_driver(const struct pci_dev *pci);

/** net_open() - the card, stopped, or NULL with the reason logged */
struct net_device *net_open(struct pci_dev *pci);

/** net_close() - stop and free a card */
void net_close(struct net_device *dev);

/** net_start() - let a card that is stopped send and receive; 0, or -Exxx */
int net_start(struct net_device *dev);

/** net_stop() - end all accesses to memory; nothing if it is not started */
void net_stop(struct net_device *dev);

#endif
