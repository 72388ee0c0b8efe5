/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* What the files of drivers/pci tell each other. */
#ifndef DRIVERS_PCI_INTERNAL_H
#define DRIVERS_PCI_INTERNAL_H

#include <fw/pci.h>

/* More functions than any machine of QEMU has; bounds time and memory. */
#define PCI_DEVICES_MAX		1024
/* Bridges behind bridges; bounds the stack. */
#define PCI_DEPTH_MAX		16

/* What a bus that nobody answers on reads as. */
#define PCI_ID_NONE		0xffffffff

/* Item numbers of struct pci_func: the BARs, then a bridge's window. */
#define PCI_ITEM_WINDOW		PCI_BARS

/**
 * struct pci_func - a function, with what only this folder needs
 * @dev:     what others see
 * @command: command register; without the decoding bits until the addresses are
 *           written
 * @items:   per space, the items that are to be placed there: a bit for each
 *           BAR, and one for the window of a bridge
 */
struct pci_func {
	struct pci_dev dev;
	u16 command;
	u8 items[PCI_SPACES];
};

/**
 * struct pci_bridge - a PCI-to-PCI bridge
 * @func:        the function
 * @align:       alignment of its windows
 * @reserve:     smallest size of its windows, for devices that come later
 * @spare_buses: bus numbers kept free behind it
 * @one_slot:    a link: only device 0 can be behind it
 * @pref64:      it and all bridges above forward 64-bit prefetchable addresses
 */
struct pci_bridge {
	struct pci_func func;
	u64 align[PCI_SPACES];
	u64 reserve[PCI_SPACES];
	u8 spare_buses;
	bool one_slot;
	bool pref64;
};

/* All devices, parents before children, so that a subtree is in one piece. */
extern struct list_head pci_list;

static inline struct pci_func *to_func(struct pci_dev *dev)
{
	return container_of(dev, struct pci_func, dev);
}

static inline struct pci_bridge *to_bridge(struct pci_dev *dev)
{
	return container_of(dev, struct pci_bridge, func.dev);
}

/* Arguments for BDF_FMT, bus:device.function in the log. */
#define BDF_FMT		"%02x:%02x.%x"
#define BDF_ARGS(bdf)	PCI_BDF_BUS(bdf), PCI_BDF_DEV(bdf), PCI_BDF_FN(bdf)

/**
 * pci_read_id() - what is at an address, if anything
 * @bdf:     address
 * @command: where to put the command register, and the status in bits 31:16
 *
 * Return: its PCI_ID(), or PCI_ID_NONE, which has cost one access.
 */
u32 pci_read_id(pci_bdf_t bdf, u32 *command);

/**
 * pci_size64() - write ones to two registers and read what stuck
 * @bdf:    address
 * @offset: multiple of 4
 */
u64 pci_size64(pci_bdf_t bdf, u16 offset);

/** pci_bridge_read() - find out what a bridge can do; @status is its own */
void pci_bridge_read(struct pci_bridge *bridge, u16 status);

/** pci_bridge_write_buses() - write its bus numbers */
void pci_bridge_write_buses(const struct pci_dev *dev);

/** pci_bridge_write_windows() - write its windows; empty ones are closed */
void pci_bridge_write_windows(const struct pci_dev *dev);

/** pci_bridge_has_io() - whether it can forward I/O ports at all */
bool pci_bridge_has_io(const struct pci_dev *dev);

/** pci_assign() - give every item on pci_list an address, if there is room */
void pci_assign(const struct pci_host *host);

/** pci_program() - write the addresses to the devices and switch decoding on */
void pci_program(void);

#endif
