/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * xHCI controllers: start, root ports, end. Nothing of it happens before somebody
 * looks for keyboards.
 * Document: xHCI specification, revision 1.2, sections 4.2 (start), 4.3 (ports) and
 * 4.20 (scratchpads).
 */
#define pr_fmt(fmt) "xhci: " fmt

#include <asm/cpu.h>
#include <asm/io.h>
#include <fw/alloc.h>
#include <fw/deadline.h>
#include <fw/dma.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/host_input.h>
#include <fw/log.h>
#include <fw/memmap.h>
#include <fw/pci.h>
#include <fw/printf.h>

#include "usb.h"

HOST_INPUT_OTHER(usb, common, CHECKED, 0, 0, "USB controllers and devices");

#define START_MS	1000
#define PORT_RESET_MS	200
/* What real controllers ask for is less. */
#define SCRATCHPADS_MAX	64

static LIST_HEAD(controllers);

const struct list_head *xhci_list(void)
{
	return &controllers;
}

void usb_delay(u32 ms)
{
	u64 deadline = deadline_in(rdtsc(), ms);

	while (!deadline_passed(deadline, rdtsc()))
		cpu_relax();
}

/* Until the bits of @mask in a register are as in @value. */
static int wait_register(const u8 __iomem *reg, u32 mask, u32 value, u32 ms)
{
	u64 deadline = deadline_in(rdtsc(), ms);

	while ((readl(reg) & mask) != value) {
		if (deadline_passed(deadline, rdtsc()))
			return -ETIMEDOUT;
		cpu_relax();
	}
	return 0;
}

/* The rest of what the controller says of itself must lie inside its registers. */
static int read_capabilities(struct xhci *x, u8 __iomem *regs, u64 size)
{
	u32 op = readl(regs + XHCI_CAPLENGTH) & 0xff;
	u32 params = readl(regs + XHCI_HCSPARAMS1);
	u32 doorbells = readl(regs + XHCI_DBOFF) & ~3u;
	u32 runtime = readl(regs + XHCI_RTSOFF) & ~0x1fu;

	x->ports = XHCI_MAX_PORTS(params);
	x->slots = MIN(XHCI_MAX_SLOTS(params), (u32)XHCI_SLOTS);
	x->context_size = readl(regs + XHCI_HCCPARAMS1) & XHCI_CONTEXT_64 ? 64 : 32;
	x->op = regs + op;
	x->doorbells = regs + doorbells;
	x->runtime = regs + runtime;
	if (x->slots == 0 || x->ports == 0 || op < XHCI_CAPABILITIES_SIZE || op % 4 ||
	    op + XHCI_PORTSC(x->ports + 1) > size ||
	    doorbells + 4ull * (x->slots + 1) > size || runtime + (u64)XHCI_RUNTIME_SIZE > size) {
		pr_err("%s: registers that cannot be", x->name);
		return -ENODEV;
	}
	return 0;
}

static void write_address(u8 __iomem *reg, u64 addr)
{
	writel((u32)addr, reg);
	writel((u32)(addr >> 32), reg + 4);
}

/* Pages that the controller wants for itself. */
static int give_scratchpads(struct xhci *x, u32 count)
{
	phys_addr_t list_dev, page;
	le64 *list;
	u32 i;

	if (count == 0)
		return 0;
	if (count > SCRATCHPADS_MAX) {
		pr_err("%s: wants %u pages", x->name, count);
		return -ENODEV;
	}
	list = dma_alloc(count * sizeof(*list), &list_dev);
	if (!list)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		if (!dma_alloc(PAGE_SIZE, &page))
			return -ENOMEM;
		list[i] = cpu_to_le64(page);
	}
	x->shared->contexts[0] = cpu_to_le64(list_dev);
	return 0;
}

static int reset(struct xhci *x)
{
	int rc;

	rc = wait_register(x->op + XHCI_USBSTS, XHCI_STS_NOT_READY, 0, START_MS);
	if (rc)
		return rc;
	writel(0, x->op + XHCI_USBCMD);
	rc = wait_register(x->op + XHCI_USBSTS, XHCI_STS_HALTED, XHCI_STS_HALTED, START_MS);
	if (rc)
		return rc;
	writel(XHCI_CMD_RESET, x->op + XHCI_USBCMD);
	rc = wait_register(x->op + XHCI_USBCMD, XHCI_CMD_RESET, 0, START_MS);
	return rc ? rc : wait_register(x->op + XHCI_USBSTS, XHCI_STS_NOT_READY, 0, START_MS);
}

static int start_rings(struct xhci *x)
{
	phys_addr_t dev = x->shared_dev;

	xhci_ring_init(&x->commands, x->shared->commands,
		       dev + offsetof(struct xhci_shared, commands), XHCI_COMMANDS);
	x->event = 0;
	x->event_cycle = TRB_CYCLE;
	x->shared->erst.base = cpu_to_le64(dev + offsetof(struct xhci_shared, events));
	x->shared->erst.size = cpu_to_le32(XHCI_EVENTS);
	writel(x->slots, x->op + XHCI_CONFIG);
	write_address(x->op + XHCI_DCBAAP, dev + offsetof(struct xhci_shared, contexts));
	write_address(x->op + XHCI_CRCR, xhci_ring_next(&x->commands));
	writel(1, x->runtime + XHCI_ERSTSZ);
	write_address(x->runtime + XHCI_ERDP, dev + offsetof(struct xhci_shared, events));
	write_address(x->runtime + XHCI_ERSTBA, dev + offsetof(struct xhci_shared, erst));
	writel(XHCI_CMD_RUN, x->op + XHCI_USBCMD);
	return wait_register(x->op + XHCI_USBSTS, XHCI_STS_HALTED, 0, START_MS);
}

static int start(struct xhci *x)
{
	u64 size = x->pci->bar[0].size;
	u8 __iomem *regs = pci_map_bar(x->pci, 0, 0, MAX(size, (u64)XHCI_CAPABILITIES_SIZE));
	int rc;

	if (!regs)
		return -ENODEV;
	rc = read_capabilities(x, regs, size);
	if (rc)
		return rc;
	x->shared = dma_alloc(sizeof(*x->shared), &x->shared_dev);
	if (!x->shared)
		return -ENOMEM;
	rc = give_scratchpads(x, XHCI_SCRATCHPADS(readl(regs + XHCI_HCSPARAMS2)));
	if (rc)
		return rc;
	pci_set_master(x->pci);
	rc = reset(x);
	if (rc == 0)
		rc = start_rings(x);
	if (rc)
		pr_err("%s: does not start: error %d", x->name, rc);
	return rc;
}

/* Writes to some bits of the register mean something, and zeroes to others. */
static void write_port(struct xhci *x, unsigned int port, u32 status, u32 set)
{
	writel((status & XHCI_PORT_KEEP) | set, x->op + XHCI_PORTSC(port));
}

/* The ports of USB 3 are enabled by themselves. */
static int enable_port(struct xhci *x, unsigned int port, u32 *status)
{
	int rc = 0;

	if (!(*status & XHCI_PORT_ENABLED)) {
		write_port(x, port, *status, XHCI_PORT_RESET);
		rc = wait_register(x->op + XHCI_PORTSC(port), XHCI_PORT_RESET_CHANGE,
				   XHCI_PORT_RESET_CHANGE, PORT_RESET_MS);
		*status = readl(x->op + XHCI_PORTSC(port));
	}
	return rc == 0 && !(*status & XHCI_PORT_ENABLED) ? -EIO : rc;
}

static void look_at_port(struct xhci *x, unsigned int port)
{
	u64 *connected = &x->connected[port / 64], bit = (u64)1 << port % 64;
	u32 status = readl(x->op + XHCI_PORTSC(port));
	struct usb_place place = { .root_port = (u8)port };
	bool is_connected = status & XHCI_PORT_CONNECTED;

	/* What changes from now on will be told. */
	if (status & XHCI_PORT_CHANGES || !(status & XHCI_PORT_POWER))
		write_port(x, port, status, (status & XHCI_PORT_CHANGES) | XHCI_PORT_POWER);
	if (!(status & XHCI_PORT_CONNECT_CHANGE) && is_connected == !!(*connected & bit))
		return;
	usb_detach_port(x, port);
	*connected &= ~bit;
	if (!is_connected)
		return;
	*connected |= bit;
	if (enable_port(x, port, &status) != 0)
		return;
	place.speed = XHCI_PORT_SPEED(status);
	if (place.speed != 0)
		usb_enumerate(x, &place);
}

static void look_at_ports(struct xhci *x)
{
	unsigned int port;

	for (port = 1; port <= x->ports && !x->dead; port++) {
		if (!(x->changed[port / 64] >> port % 64 & 1))
			continue;
		x->changed[port / 64] &= ~((u64)1 << port % 64);
		look_at_port(x, port);
	}
}

static void poll(struct xhci *x)
{
	xhci_take_events(x);
	if (x->changed[0] | x->changed[1] | x->changed[2] | x->changed[3])
		look_at_ports(x);
}

void xhci_poll_all(void)
{
	struct xhci *x;

	list_for_each_entry(x, &controllers, list) {
		if (!x->dead)
			poll(x);
	}
}

unsigned int xhci_start_all(void)
{
	unsigned int port, count = 0;
	struct xhci *x;

	list_for_each_entry(x, &controllers, list) {
		if (start(x) != 0)
			continue;
		x->dead = false;
		count++;
		/* Not all controllers tell of what was there before. */
		for (port = 1; port <= x->ports; port++)
			x->changed[port / 64] |= (u64)1 << port % 64;
		look_at_ports(x);
	}
	return count;
}

static int quiesce_usb(void)
{
	struct xhci *x;

	list_for_each_entry(x, &controllers, list) {
		if (x->shared && reset(x) != 0)
			pr_err("%s: does not stop", x->name);
		x->dead = true;
	}
	return 0;
}
HOOK(efi_exit, 43, common, quiesce_usb);

static int xhci_probe(struct pci_dev *pci)
{
	struct xhci *x = heap_alloc(sizeof(*x));

	if (!x)
		return -ENOMEM;
	snprintf(x->name, sizeof(x->name), "%02x:%02x.%x", PCI_BDF_BUS(pci->bdf),
		 PCI_BDF_DEV(pci->bdf), PCI_BDF_FN(pci->bdf));
	x->pci = pci;
	x->dead = true;
	list_add_tail(&x->list, &controllers);
	return 0;
}

static const struct pci_driver xhci_driver = {
	.name = "xhci",
	.class_code = PCI_CLASS_XHCI,
	.probe = xhci_probe,
};
PCI_DRIVER(60, xhci_driver);
