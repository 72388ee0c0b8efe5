/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* PCI: configuration access, devices, resource windows, drivers. */
#ifndef FW_PCI_H
#define FW_PCI_H

#include <fw/list.h>
#include <fw/types.h>

/* Bus, device and function, as bus << 8 | device << 3 | function. */
typedef u16 pci_bdf_t;

#define PCI_BDF(bus, dev, fn)	((pci_bdf_t)((bus) << 8 | (dev) << 3 | (fn)))
#define PCI_BDF_BUS(bdf)	((u8)((bdf) >> 8))
#define PCI_BDF_DEV(bdf)	((u8)((bdf) >> 3 & 0x1f))
#define PCI_BDF_FN(bdf)		((u8)((bdf) & 7))

/* A 32-bit vendor and device number as configuration space has it. */
#define PCI_ID(vendor, device)	((u32)(device) << 16 | (vendor))

/*
 * Configuration access. Ports 0xCF8/0xCFC are used until pci_use_ecam();
 * then the memory-mapped window, one exit instead of two.
 */
u8 pci_read8(pci_bdf_t bdf, u16 offset);
u16 pci_read16(pci_bdf_t bdf, u16 offset);
u32 pci_read32(pci_bdf_t bdf, u16 offset);
void pci_write8(pci_bdf_t bdf, u16 offset, u8 value);
void pci_write16(pci_bdf_t bdf, u16 offset, u16 value);
void pci_write32(pci_bdf_t bdf, u16 offset, u32 value);

/*
 * Two registers at once, the lower one in the low half and first in order.
 * One exit through the memory-mapped window if @offset is a multiple of 8.
 */
u64 pci_read64(pci_bdf_t bdf, u16 offset);
void pci_write64(pci_bdf_t bdf, u16 offset, u64 value);

/**
 * pci_use_ecam() - use the enhanced configuration access mechanism from now on
 * @base: its guest-physical base, below 4 GiB, aligned to 1 MiB
 * @buses: number of buses it covers, 1 to 256; 0 goes back to the ports
 *
 * Document: PCI Express Base Specification 5.0, section 7.2.2.
 */
void pci_use_ecam(phys_addr_t base, unsigned int buses);

/** struct pci_window - a range of addresses; empty if @size is 0 */
struct pci_window {
	u64 base;
	u64 size;
};

/** enum pci_space - the kinds of address space that a BAR can ask for */
enum pci_space {
	PCI_SPACE_IO,
	PCI_SPACE_MEM,		/* below 4 GiB */
	PCI_SPACE_PREF,		/* may lie above 4 GiB */
	PCI_SPACES,
};

/**
 * struct pci_host - what a board says of its root complex
 * @window:    where BARs go; PCI_SPACE_PREF is above 4 GiB
 * @find_high: fills in window[PCI_SPACE_PREF] if that is empty; asked once,
 *             and only if a BAR finds no room below 4 GiB; may be NULL
 * @last_bus:  highest bus number
 * @extra_roots: number of root buses besides bus 0, whose numbers are fixed
 *             and have to be searched for
 * @irq_line:  value for the interrupt line register of a device on the root
 *             bus, or 0; @pin is 1 for INTA to 4 for INTD. Behind a bridge
 *             the pin is swizzled first. NULL: the registers are left alone
 */
struct pci_host {
	struct pci_window window[PCI_SPACES];
	void (*find_high)(struct pci_window *window);
	u8 last_bus;
	u8 extra_roots;
	u8 (*irq_line)(u8 dev, u8 pin);
};

struct pci_bar {
	u64 size;		/* 0: not there */
	u64 addr;		/* 0: not placed */
	enum pci_space space;
	bool is_64bit;
};

#define PCI_BARS	6
#define PCI_ROM_BAR	PCI_BARS

/** struct pci_dev - one function; exists from the pci step to the hand-over */
struct pci_dev {
	struct list_head list;	/* all devices, parents before children */
	pci_bdf_t bdf;
	u32 id;			/* PCI_ID() */
	u32 class_rev;		/* class code in bits 31:8 */
	bool is_bridge;
	struct pci_dev *parent;	/* bridge above, NULL on a root bus */
	u8 secondary;		/* bridges: bus numbers below */
	u8 subordinate;
	struct pci_bar bar[PCI_BARS];
	struct pci_window window[PCI_SPACES];	/* bridges: what they forward */
};

/**
 * pci_enumerate() - number buses, size and place BARs, switch decoding on
 * @host: windows and routing; used during the call only
 *
 * A device whose BARs do not fit is left without them and named in the log.
 *
 * Return: 0, or -ENOMEM.
 * Context: after the memmap step.
 */
int pci_enumerate(const struct pci_host *host);

/** pci_devices() - the list of struct pci_dev */
const struct list_head *pci_devices(void);

/** pci_find() - first device with this PCI_ID(), or NULL */
struct pci_dev *pci_find(u32 id);

/**
 * pci_find_cap() - next capability of a kind
 * @dev:   function
 * @id:    PCI_CAP_ID_*
 * @after: where the search goes on, or 0 for the first one
 *
 * Return: its offset in configuration space, at most 0xfc, or 0.
 */
u8 pci_find_cap(const struct pci_dev *dev, u8 id, u8 after);

/**
 * pci_map_bar() - reach registers behind a BAR
 * @dev:    function
 * @bar:    0 to 5; any other number is refused, too, so that it may be the device's word
 * @offset: first byte
 * @len:    bytes, at least 1
 *
 * Return: the registers, or NULL with the reason logged.
 */
void __iomem *pci_map_bar(const struct pci_dev *dev, unsigned int bar, u64 offset, u64 len);

/** pci_set_master() - let a function access memory */
void pci_set_master(const struct pci_dev *dev);

/** pci_clear_master() - end that; for one that does not stop when it is told to */
void pci_clear_master(const struct pci_dev *dev);

/**
 * struct pci_driver - code for some devices
 * @name:  for the log
 * @ids:   PCI_ID()s, ended by 0; NULL for none
 * @class_code: 24 bits of class, subclass and interface that it drives whatever the
 *         id, or 0
 * @probe: takes the device; 0, or -Exxx with the reason logged, after which
 *         the boot goes on without the device
 */
struct pci_driver {
	const char *name;
	const u32 *ids;
	u32 class_code;
	int (*probe)(struct pci_dev *dev);
};

/* Add a driver to the link-time table. */
#define PCI_DRIVER(order, driver)					\
	extern const struct pci_driver *const pci_driver__##order##__##driver; \
	const struct pci_driver *const pci_driver__##order##__##driver	\
		__used __section(".pci_driver." #order) = &driver

#endif
