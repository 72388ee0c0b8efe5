/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Chooses addresses: BARs and the windows of bridges, in each space by
 * descending alignment, so that nothing is lost between them.
 * Document: PCI-to-PCI Bridge Architecture Specification 1.2, chapter 4.
 *
 * From the leaves to the roots, each bridge's windows are sized by placing
 * what is behind it from address 0 on. Then the root buses are placed in the
 * windows of the host, and after that what is behind each bridge, which comes
 * out as it did in the first pass.
 */
#define pr_fmt(fmt) "pci: " fmt

#include <fw/log.h>
#include <spec/pci.h>

#include "internal.h"

/* A page each, so that a hypervisor of the OS can hand a BAR on. */
#define MEM_BAR_MIN	KiB(4)

static const u64 window_unit[PCI_SPACES] = {
	[PCI_SPACE_IO] = KiB(4),
	[PCI_SPACE_MEM] = MiB(1),
	[PCI_SPACE_PREF] = MiB(1),
};

/* Free addresses: from @next up to, but not including, @end. */
struct pci_pool {
	u64 next, end;
};

struct pci_assign {
	const struct pci_host *host;
	struct pci_pool low[PCI_SPACES];	/* PCI_SPACE_PREF is not used */
	struct pci_pool high;
	struct pci_window high_window;
	bool high_known;
};

static struct pci_pool pool_of(const struct pci_window *window)
{
	struct pci_pool pool = { window->base, window->base + window->size };

	if (pool.end < pool.next)
		pool.end = pool.next;
	return pool;
}

static bool pool_take(struct pci_pool *pool, u64 size, u64 align, u64 *addr)
{
	u64 base = ALIGN_UP(pool->next, align);

	if (base < pool->next || base > pool->end || size > pool->end - base)
		return false;
	pool->next = base + size;
	*addr = base;
	return true;
}

/* Asked for only once it is needed, since to find it costs exits. */
static struct pci_pool *high_pool(struct pci_assign *a)
{
	if (!a->high_known) {
		a->high_known = true;
		a->high_window = a->host->window[PCI_SPACE_PREF];
		if (!a->high_window.size && a->host->find_high)
			a->host->find_high(&a->high_window);
		a->high = pool_of(&a->high_window);
	}
	return &a->high;
}

/* Return: the size of an item; its alignment goes to @align. */
static u64 item_size(struct pci_dev *dev, unsigned int i, enum pci_space space, u64 *align)
{
	u64 size;

	if (i == PCI_ITEM_WINDOW) {
		*align = to_bridge(dev)->align[space];
		return dev->window[space].size;
	}
	size = dev->bar[i].size;
	if (space != PCI_SPACE_IO)
		size = MAX(size, MEM_BAR_MIN);
	*align = size;
	return size;
}

static u64 *item_addr(struct pci_dev *dev, unsigned int i, enum pci_space space)
{
	return i == PCI_ITEM_WINDOW ? &dev->window[space].base : &dev->bar[i].addr;
}

/* The devices of one bus: those with this number from @first on. */
struct pci_bus {
	struct list_head *first;
	u8 number;
	u8 last;	/* of all that is behind it */
};

static struct pci_bus bus_behind(struct pci_dev *dev)
{
	return (struct pci_bus){ dev->list.next, dev->secondary, dev->subordinate };
}

#define for_each_dev(dev, bus)						\
	for (dev = list_entry((bus)->first, struct pci_dev, list);	\
	     &dev->list != &pci_list &&					\
	     PCI_BDF_BUS(dev->bdf) >= (bus)->number &&			\
	     PCI_BDF_BUS(dev->bdf) <= (bus)->last;			\
	     dev = list_entry(dev->list.next, struct pci_dev, list))	\
		if (PCI_BDF_BUS(dev->bdf) == (bus)->number)

/* @i runs over the bits of @items, which is used up. */
#define for_each_item(i, items)						\
	for (; (items) && ((i) = (unsigned int)__builtin_ctz(items), true); \
	     (items) &= (items) - 1)

/* All alignments on a bus, or'ed: they are powers of two. */
static u64 bus_alignments(const struct pci_bus *bus, enum pci_space space)
{
	struct pci_dev *dev;
	unsigned int i, items;
	u64 align, all = 0;

	for_each_dev(dev, bus) {
		items = to_func(dev)->items[space];
		for_each_item(i, items) {
			item_size(dev, i, space, &align);
			all |= align;
		}
	}
	return all;
}

/* What wants to be in a space, and where there is room for it. */
struct pci_place {
	enum pci_space space;
	struct pci_pool *pool;
	struct pci_assign *high;	/* also has room above 4 GiB, or NULL */
};

static bool place_item(struct pci_dev *dev, unsigned int i, u64 align,
		       const struct pci_place *place)
{
	u64 *addr = item_addr(dev, i, place->space);
	u64 size, item_align;

	size = item_size(dev, i, place->space, &item_align);
	if (item_align != align)
		return true;
	if (pool_take(place->pool, size, align, addr))
		return true;
	if (place->high && pool_take(high_pool(place->high), size, align, addr))
		return true;
	*addr = 0;
	return false;
}

/* Return: the number of items for which there was no room. */
static unsigned int place_bus(const struct pci_bus *bus, const struct pci_place *place)
{
	u64 align, left = bus_alignments(bus, place->space);
	unsigned int i, items, failed = 0;
	struct pci_dev *dev;

	while (left) {
		align = (u64)1 << (63 - __builtin_clzll(left));
		left &= ~align;
		for_each_dev(dev, bus) {
			items = to_func(dev)->items[place->space];
			for_each_item(i, items)
				failed += !place_item(dev, i, align, place);
		}
	}
	return failed;
}

static void size_window(struct pci_dev *dev, enum pci_space space)
{
	struct pci_pool all = { 0, ~(u64)0 };
	struct pci_place place = { space, &all, NULL };
	struct pci_bus bus = bus_behind(dev);
	struct pci_bridge *bridge = to_bridge(dev);
	u64 unit = window_unit[space], size;

	bridge->func.items[space] &= (u8)~(1u << PCI_ITEM_WINDOW);
	dev->window[space] = (struct pci_window){ 0, 0 };
	if (place_bus(&bus, &place))
		all.next = ~(u64)0;	/* too large for any window */
	size = MAX(all.next, bridge->reserve[space]);
	if (!size)
		return;
	if (space == PCI_SPACE_IO && !pci_bridge_has_io(dev)) {
		pr_debug(BDF_FMT ": does not forward I/O", BDF_ARGS(dev->bdf));
		return;
	}
	size = ALIGN_UP(size, unit);
	dev->window[space].size = size ? size : ~(u64)0;
	/* The highest alignment behind the bridge is that of all of it. */
	all.next = bus_alignments(&bus, space);
	bridge->align[space] = unit;
	if (all.next)
		bridge->align[space] = MAX(unit, (u64)1 << (63 - __builtin_clzll(all.next)));
	bridge->func.items[space] |= 1u << PCI_ITEM_WINDOW;
}

/* Return: whether a bridge keeps room for devices that are not there yet. */
static bool size_windows(void)
{
	bool has_reserve = false;
	struct pci_dev *dev;
	unsigned int s;

	for (dev = list_entry(pci_list.prev, struct pci_dev, list); &dev->list != &pci_list;
	     dev = list_entry(dev->list.prev, struct pci_dev, list)) {
		if (!dev->is_bridge || !dev->secondary)
			continue;
		for (s = 0; s < PCI_SPACES; s++) {
			size_window(dev, s);
			has_reserve |= to_bridge(dev)->reserve[s] != 0;
		}
	}
	return has_reserve;
}

static void drop_reserves(void)
{
	struct pci_dev *dev;
	unsigned int s;

	list_for_each_entry(dev, &pci_list, list) {
		for (s = 0; dev->is_bridge && s < PCI_SPACES; s++)
			to_bridge(dev)->reserve[s] = 0;
	}
}

static unsigned int place_roots(struct pci_assign *a)
{
	const struct pci_host *host = a->host;
	struct pci_place place;
	unsigned int s, failed = 0;
	struct pci_dev *dev;
	int root;

	a->low[PCI_SPACE_IO] = pool_of(&host->window[PCI_SPACE_IO]);
	a->low[PCI_SPACE_MEM] = pool_of(&host->window[PCI_SPACE_MEM]);
	a->high = pool_of(&a->high_window);
	for (s = 0; s < PCI_SPACES; s++) {
		place.space = s;
		place.pool = &a->low[s == PCI_SPACE_IO ? PCI_SPACE_IO : PCI_SPACE_MEM];
		place.high = s == PCI_SPACE_PREF ? a : NULL;
		root = -1;
		list_for_each_entry(dev, &pci_list, list) {
			struct pci_bus bus = { &dev->list, PCI_BDF_BUS(dev->bdf), 0xff };

			if (dev->parent || bus.number == root)
				continue;
			root = bus.number;
			failed += place_bus(&bus, &place);
		}
	}
	return failed;
}

static void place_behind(struct pci_dev *bridge)
{
	struct pci_bus bus = bus_behind(bridge);
	struct pci_place place = { 0 };
	struct pci_pool pool;
	unsigned int s;

	for (s = 0; s < PCI_SPACES; s++) {
		if (!bridge->window[s].base)
			bridge->window[s].size = 0;
		pool = pool_of(&bridge->window[s]);
		place.space = s;
		place.pool = &pool;
		place_bus(&bus, &place);
	}
}

/* The largest thing that has room in a space at all. */
static u64 space_limit(struct pci_assign *a, enum pci_space space, u64 size)
{
	const struct pci_window *window = a->host->window;

	if (space != PCI_SPACE_PREF)
		return window[space].size;
	if (size <= window[PCI_SPACE_MEM].size)
		return size;
	high_pool(a);
	return a->high_window.size;
}

static void report_bar(const struct pci_dev *dev, unsigned int i)
{
	pr_warn(BDF_FMT ": no room for BAR %u, size 0x%llx", BDF_ARGS(dev->bdf), i,
		(unsigned long long)dev->bar[i].size);
}

/*
 * What fits nowhere would take its neighbours behind the same bridge with it.
 * A machine without I/O ports for PCI is no reason for a warning.
 */
static void drop_impossible(struct pci_assign *a)
{
	struct pci_dev *dev;
	unsigned int s, i, items;
	u64 size, limit;

	list_for_each_entry(dev, &pci_list, list) {
		for (s = 0; s < PCI_SPACES; s++) {
			items = to_func(dev)->items[s];
			for_each_item(i, items) {
				size = dev->bar[i].size;
				limit = space_limit(a, s, size);
				if (size <= limit)
					continue;
				to_func(dev)->items[s] &= (u8)~(1u << i);
				if (limit || s != PCI_SPACE_IO)
					report_bar(dev, i);
			}
		}
	}
}

static void report_device(struct pci_dev *dev)
{
	unsigned int s, i, items;

	for (s = 0; s < PCI_SPACES; s++) {
		items = to_func(dev)->items[s];
		for_each_item(i, items) {
			if (*item_addr(dev, i, s))
				continue;
			if (dev->parent && !dev->parent->window[s].size)
				continue;	/* the bridge has been named */
			if (i == PCI_ITEM_WINDOW)
				pr_warn(BDF_FMT ": no room for what is behind this bridge",
					BDF_ARGS(dev->bdf));
			else
				report_bar(dev, i);
		}
	}
}

void pci_assign(const struct pci_host *host)
{
	struct pci_assign a = { .host = host };
	struct pci_dev *dev;
	bool has_reserve;

	drop_impossible(&a);
	has_reserve = size_windows();
	if (place_roots(&a) && has_reserve) {
		pr_notice("no room is kept for devices that are plugged in later");
		drop_reserves();
		size_windows();
		place_roots(&a);
	}
	list_for_each_entry(dev, &pci_list, list) {
		if (dev->is_bridge && dev->secondary)
			place_behind(dev);
		report_device(dev);
	}
}
