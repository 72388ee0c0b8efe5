/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * A simulated PCI hierarchy behind mock_io_*() and mock_mmio_*(): the ports
 * 0xCF8 and 0xCFC, and memory-mapped configuration space at SIM_ECAM. Also a
 * heap, since devices are allocated.
 */
#ifndef UNIT_PCI_SIM_H
#define UNIT_PCI_SIM_H

#include <fw/pci.h>

#define SIM_ECAM	0xb0000000u
#define SIM_DEVICES	2048

struct sim_dev {
	struct sim_dev *parent;		/* bridge above, or NULL */
	u8 root;			/* without a parent: number of the root bus */
	u8 devfn;
	u8 config[256];
	u8 writable[256];
};

extern struct sim_dev sim_devs[SIM_DEVICES];
extern unsigned int sim_count;

/* Accesses by the firmware since sim_reset(), each what would be an exit. */
extern unsigned int sim_accesses;

/* Allocations that succeed before the heap is empty. */
extern unsigned int sim_heap_left;

/* Called instead of the simulation if set; for the fuzzer. */
extern u32 (*sim_hostile_read)(pci_bdf_t bdf, u16 offset);

void sim_reset(void);

/** sim_add() - add a function; @class is the 24-bit class code */
struct sim_dev *sim_add(struct sim_dev *parent, u8 slot, u8 fn, u32 id, u32 class);

/** sim_add_root() - as sim_add(), on a root bus other than 0 */
struct sim_dev *sim_add_root(u8 bus, u8 slot, u8 fn, u32 id, u32 class);

/** sim_bridge() - make it a PCI-to-PCI bridge */
void sim_bridge(struct sim_dev *dev, bool pref64);

/** sim_bar() - give it a BAR; @type is the low bits as PCI_BAR_* has them */
void sim_bar(struct sim_dev *dev, unsigned int i, u64 size, u32 type);

/** sim_cap() - add a capability; @data is what follows id and next pointer */
u8 sim_cap(struct sim_dev *dev, u8 id, const void *data, size_t len);

/** sim_root_port() - make it a PCI Express port with a slot, and a pref64 bridge */
void sim_root_port(struct sim_dev *dev);

u32 sim_get(const struct sim_dev *dev, u16 offset, unsigned int width);
void sim_set(struct sim_dev *dev, u16 offset, u64 value, unsigned int width);
u64 sim_bar_addr(const struct sim_dev *dev, unsigned int i);

/**
 * sim_check() - fail the test if what is decoded is not what may be
 *
 * Every BAR of a function that decodes it is aligned, inside the windows of
 * the bridges above and of the host, and overlaps no other.
 */
void sim_check(const struct pci_host *host, const struct pci_window *high);

#endif
