/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Rings: work for the controller, and what it tells. Events lie in memory, so that
 * looking for one costs no access to the device.
 * Document: xHCI specification, revision 1.2, section 4.9.
 */
#define pr_fmt(fmt) "xhci: " fmt

#include <asm/cpu.h>
#include <asm/io.h>
#include <fw/deadline.h>
#include <fw/errno.h>
#include <fw/log.h>

#include "usb.h"

#define COMMAND_MS	1000

void xhci_ring_init(struct xhci_ring *ring, struct xhci_trb *trb, phys_addr_t dev,
		    unsigned int size)
{
	*ring = (struct xhci_ring) { .trb = trb, .dev = dev, .size = size, .cycle = TRB_CYCLE };
}

/* The cycle bit makes it the controller's, so that it comes last. */
static void write_trb(struct xhci_trb *trb, u64 parameter, u32 status, u32 control)
{
	*(volatile le64 *)&trb->parameter = cpu_to_le64(parameter);
	*(volatile le32 *)&trb->status = cpu_to_le32(status);
	barrier();
	*(volatile le32 *)&trb->control = cpu_to_le32(control);
}

phys_addr_t xhci_ring_put(struct xhci_ring *ring, u64 parameter, u32 status, u32 control)
{
	phys_addr_t addr = ring->dev + ring->next * sizeof(struct xhci_trb);

	write_trb(&ring->trb[ring->next++], parameter, status, control | ring->cycle);
	if (ring->next == ring->size - 1) {
		write_trb(&ring->trb[ring->next], ring->dev, 0,
			  TRB_TYPE(TRB_LINK) | TRB_TOGGLE_CYCLE | ring->cycle);
		ring->next = 0;
		ring->cycle ^= TRB_CYCLE;
	}
	return addr;
}

u64 xhci_ring_next(const struct xhci_ring *ring)
{
	return (ring->dev + ring->next * sizeof(struct xhci_trb)) | ring->cycle;
}

void xhci_ring_doorbell(struct xhci *x, u8 slot, u32 target)
{
	barrier();
	writel(target, x->doorbells + 4 * slot);
}

/* An error ends a transfer wherever it happens. */
static void end_transfer(struct xhci_transfer *t, phys_addr_t trb, u32 code)
{
	bool failed = code != TRB_SUCCESS && code != TRB_SHORT;

	if (trb == 0 || t->done)
		return;
	if (trb != t->last && !(failed && (trb == t->part[0] || trb == t->part[1])))
		return;
	t->code = code;
	t->done = true;
}

static void transfer_event(struct xhci *x, phys_addr_t trb, u32 status, u32 control)
{
	unsigned int slot = TRB_GET_SLOT(control), endpoint = TRB_GET_ENDPOINT(control);
	struct usb_device *dev = slot <= XHCI_SLOTS ? x->device[slot] : NULL;

	if (!dev)
		return;
	if (endpoint == 1)
		end_transfer(&dev->control, trb, TRB_GET_CODE(status));
	else if (dev->in != 0 && endpoint == dev->in)
		end_transfer(&dev->report, trb, TRB_GET_CODE(status));
}

static void command_event(struct xhci *x, phys_addr_t trb, u32 status, u32 control)
{
	if (x->command.done || trb != x->command.last)
		return;
	x->command_slot = (u8)TRB_GET_SLOT(control);
	end_transfer(&x->command, trb, TRB_GET_CODE(status));
}

static void port_event(struct xhci *x, unsigned int port)
{
	if (port != 0 && port <= x->ports)
		x->changed[port / 64] |= (u64)1 << port % 64;
}

static bool take_event(struct xhci *x)
{
	const volatile struct xhci_trb *trb = &x->shared->events[x->event];
	u32 control = le32_to_cpu(trb->control), status;
	u64 parameter;

	if ((control & TRB_CYCLE) != x->event_cycle)
		return false;
	barrier();
	parameter = le64_to_cpu(trb->parameter);
	status = le32_to_cpu(trb->status);
	if (++x->event == XHCI_EVENTS) {
		x->event = 0;
		x->event_cycle ^= TRB_CYCLE;
	}
	switch (TRB_GET_TYPE(control)) {
	case TRB_TRANSFER_EVENT:
		transfer_event(x, parameter, status, control);
		break;
	case TRB_COMMAND_EVENT:
		command_event(x, parameter, status, control);
		break;
	case TRB_PORT_EVENT:
		port_event(x, (u8)(parameter >> 24));
		break;
	default:
		break;
	}
	return true;
}

void xhci_take_events(struct xhci *x)
{
	phys_addr_t events = x->shared_dev + offsetof(struct xhci_shared, events);
	unsigned int count;

	for (count = 0; count < XHCI_EVENTS && take_event(x); count++)
		;
	/* Its high half never changes. */
	if (count > 0)
		writel((u32)(events + x->event * sizeof(struct xhci_trb)) | XHCI_ERDP_BUSY,
		       x->runtime + XHCI_ERDP);
}

int xhci_wait(struct xhci *x, const struct xhci_transfer *t, u32 ms)
{
	u64 deadline = deadline_in(rdtsc(), ms);

	for (;;) {
		xhci_take_events(x);
		if (t->done)
			return 0;
		if (deadline_passed(deadline, rdtsc()))
			return -ETIMEDOUT;
		cpu_relax();
	}
}

int xhci_run_command(struct xhci *x, u64 parameter, u32 control)
{
	phys_addr_t trb;

	if (x->dead)
		return -EIO;
	trb = xhci_ring_put(&x->commands, parameter, 0, control);
	x->command = (struct xhci_transfer) { .last = trb };
	xhci_ring_doorbell(x, 0, 0);
	if (xhci_wait(x, &x->command, COMMAND_MS) != 0) {
		pr_err("%s: no answer to command %u", x->name, TRB_GET_TYPE(control));
		x->dead = true;
		return -ETIMEDOUT;
	}
	return x->command.code == TRB_SUCCESS ? 0 : -EIO;
}
