/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Devices as the controller knows them: slots, contexts, endpoints, and transfers.
 * Document: xHCI specification, revision 1.2, sections 4.3, 4.6, 4.11.2 and 6.2.
 */
#define pr_fmt(fmt) "xhci: " fmt

#include <fw/alloc.h>
#include <fw/dma.h>
#include <fw/errno.h>
#include <fw/log.h>
#include <fw/string.h>

#include "usb.h"

#define CONTROL_MS	1000
#define RECOVERY_MS	20
#define ERRORS		3	/* of the bus, before an endpoint halts */

/* Numbers of contexts in input; those of a device are one less. */
#define INPUT_CONTROL	0
#define INPUT_SLOT	1
#define INPUT_EP0	2

static phys_addr_t dev_addr(const struct usb_device *dev, const void *part)
{
	return dev->memory_dev + (size_t)((const u8 *)part - (const u8 *)dev->memory);
}

static void set_word(struct usb_device *dev, unsigned int context, unsigned int word, u32 value)
{
	put_le32(value, dev->memory->input + context * dev->xhci->context_size + 4 * word);
}

static void fill_slot(struct usb_device *dev, unsigned int entries)
{
	const struct usb_place *p = &dev->place;

	set_word(dev, INPUT_SLOT, 0, SLOT0_ROUTE(p->route) | SLOT0_SPEED(p->speed) |
				     SLOT0_ENTRIES(entries) | (dev->hub_ports ? SLOT0_HUB : 0));
	set_word(dev, INPUT_SLOT, 1, SLOT1_ROOT_PORT(p->root_port) | SLOT1_PORTS(dev->hub_ports));
	set_word(dev, INPUT_SLOT, 2, SLOT2_TT(p->tt_slot, p->tt_port));
}

/* @add: a bit for each context that counts; the one of the slot is bit 0. */
static void start_input(struct usb_device *dev, u32 add)
{
	memset(dev->memory->input, 0, sizeof(dev->memory->input));
	set_word(dev, INPUT_CONTROL, 1, add);
}

static void fill_endpoint(struct usb_device *dev, unsigned int id, u32 type, u16 packet,
			  const struct xhci_ring *ring)
{
	unsigned int context = id + INPUT_SLOT;
	u64 dequeue = xhci_ring_next(ring);

	set_word(dev, context, 1, EP1_ERRORS(ERRORS) | EP1_TYPE(type) | EP1_MAX_PACKET(packet));
	set_word(dev, context, 2, (u32)dequeue);
	set_word(dev, context, 3, (u32)(dequeue >> 32));
	set_word(dev, context, 4, EP4_AVERAGE(8));
}

static int run_with_input(struct usb_device *dev, u32 type)
{
	return xhci_run_command(dev->xhci, dev_addr(dev, dev->memory->input),
				TRB_TYPE(type) | TRB_SLOT(dev->slot));
}

static u16 first_packet(u8 speed)
{
	switch (speed) {
	case USB_SPEED_FULL:
	case USB_SPEED_LOW:
		return 8;
	case USB_SPEED_HIGH:
		return 64;
	default:
		return 512;
	}
}

static int enable_slot(struct usb_device *dev)
{
	struct xhci *x = dev->xhci;
	u8 slot;
	int rc;

	rc = xhci_run_command(x, 0, TRB_TYPE(TRB_ENABLE_SLOT));
	if (rc)
		return rc;
	slot = x->command_slot;
	if (slot == 0 || slot > x->slots || x->device[slot]) {
		pr_err("%s: slot %u, which cannot be free", x->name, slot);
		x->dead = true;
		return -EPROTO;
	}
	dev->slot = slot;
	x->device[slot] = dev;
	x->shared->contexts[slot] = cpu_to_le64(dev_addr(dev, dev->memory->output));
	return 0;
}

static int address(struct usb_device *dev)
{
	dev->packet = first_packet(dev->place.speed);
	start_input(dev, 3);
	fill_slot(dev, 1);
	fill_endpoint(dev, 1, EP_CONTROL, dev->packet, &dev->control_ring);
	return run_with_input(dev, TRB_ADDRESS_DEVICE);
}

static void free_device(struct usb_device *dev)
{
	dma_free(dev->memory, sizeof(*dev->memory));
	heap_free(dev);
}

struct usb_device *usb_attach(struct xhci *x, const struct usb_place *place)
{
	struct usb_device *dev = heap_alloc(sizeof(*dev));
	int rc;

	if (!dev)
		return NULL;
	dev->xhci = x;
	dev->place = *place;
	dev->memory = dma_alloc(sizeof(*dev->memory), &dev->memory_dev);
	if (!dev->memory) {
		heap_free(dev);
		return NULL;
	}
	xhci_ring_init(&dev->control_ring, dev->memory->control,
		       dev_addr(dev, dev->memory->control), XHCI_TRANSFERS);
	xhci_ring_init(&dev->in_ring, dev->memory->interrupt,
		       dev_addr(dev, dev->memory->interrupt), XHCI_TRANSFERS);
	if (enable_slot(dev) != 0) {
		free_device(dev);
		return NULL;
	}
	rc = address(dev);
	if (rc) {
		/* It may want more time after its reset than it takes to get here. */
		usb_delay(RECOVERY_MS);
		rc = address(dev);
	}
	if (rc) {
		pr_warn("%s: port %u: no address", x->name, place->root_port);
		usb_detach(dev);
		return NULL;
	}
	return dev;
}

void usb_detach(struct usb_device *dev)
{
	struct xhci *x = dev->xhci;

	xhci_run_command(x, 0, TRB_TYPE(TRB_DISABLE_SLOT) | TRB_SLOT(dev->slot));
	x->device[dev->slot] = NULL;
	/* A controller that does not answer may write to the memory still. */
	if (x->dead)
		return;
	x->shared->contexts[dev->slot] = cpu_to_le64(0);
	free_device(dev);
}

void usb_detach_port(struct xhci *x, unsigned int port)
{
	unsigned int slot;

	/* What is behind a hub has been found after it. */
	for (slot = XHCI_SLOTS; slot > 0; slot--) {
		if (x->device[slot] && x->device[slot]->place.root_port == port)
			usb_detach(x->device[slot]);
	}
}

/* After an error the endpoint does nothing until it is told where to go on (4.6.8). */
static void restart_control(struct usb_device *dev)
{
	u32 where = TRB_SLOT(dev->slot) | TRB_ENDPOINT(1);

	if (xhci_run_command(dev->xhci, 0, TRB_TYPE(TRB_RESET_ENDPOINT) | where) == 0)
		xhci_run_command(dev->xhci, xhci_ring_next(&dev->control_ring),
				 TRB_TYPE(TRB_SET_DEQUEUE) | where);
}

static void queue_control(struct usb_device *dev, const struct usb_request *req, u16 length)
{
	bool in = req->type & USB_IN;
	u32 setup = TRB_TYPE(TRB_SETUP_STAGE) | TRB_IMMEDIATE;
	u32 status = TRB_TYPE(TRB_STATUS_STAGE) | TRB_EVENT;
	struct xhci_ring *ring = &dev->control_ring;
	if (length)
		setup |= in ? TRB_SETUP_IN : TRB_SETUP_OUT;
	/* The last stage goes the other way. */
	if (!length || !in)
		status |= TRB_DIRECTION_IN;
	dev->control = (struct xhci_transfer) { .done = false };
	dev->control.part[0] = xhci_ring_put(ring, get_le64(req), sizeof(*req), setup);
	if (length)
		dev->control.part[1] =
			xhci_ring_put(ring, dev_addr(dev, dev->memory->data), length,
				      TRB_TYPE(TRB_DATA_STAGE) | (in ? TRB_DIRECTION_IN : 0));
	dev->control.last = xhci_ring_put(ring, 0, 0, status);
	xhci_ring_doorbell(dev->xhci, dev->slot, 1);
}

int usb_control(struct usb_device *dev, u8 type, u8 request, u16 value, u16 index, void *data,
		u16 length)
{
	const struct usb_request req = {
		.type = type,
		.request = request,
		.value = cpu_to_le16(value),
		.index = cpu_to_le16(index),
		.length = cpu_to_le16(length),
	};

	if (dev->xhci->dead || length > USB_DATA_MAX)
		return -EIO;
	memset(dev->memory->data, 0, length);
	queue_control(dev, &req, length);
	if (xhci_wait(dev->xhci, &dev->control, CONTROL_MS) != 0) {
		pr_err("%s: port %u: no answer", dev->xhci->name, dev->place.root_port);
		return -ETIMEDOUT;
	}
	if (dev->control.code != TRB_SUCCESS && dev->control.code != TRB_SHORT) {
		restart_control(dev);
		return -EIO;
	}
	if (type & USB_IN)
		memcpy(data, dev->memory->data, length);
	return 0;
}

int usb_set_packet(struct usb_device *dev, u16 packet)
{
	if (packet == dev->packet)
		return 0;
	dev->packet = packet;
	start_input(dev, 2);
	fill_endpoint(dev, 1, EP_CONTROL, packet, &dev->control_ring);
	return run_with_input(dev, TRB_EVALUATE_CONTEXT);
}

int usb_make_hub(struct usb_device *dev, u8 ports)
{
	dev->hub_ports = ports;
	start_input(dev, 1);
	fill_slot(dev, 1);
	return run_with_input(dev, TRB_CONFIGURE_ENDPOINT);
}

/* 6.2.3.6: a power of two of 125 microseconds; slow devices count in milliseconds. */
static u32 interval(u8 speed, u8 value)
{
	u32 log = 0;

	if (speed == USB_SPEED_HIGH || speed >= USB_SPEED_SUPER)
		return MIN(MAX(value, 1), 16) - 1;
	while (value >>= 1)
		log++;
	return 3 + log;
}

int usb_open_in(struct usb_device *dev, const struct usb_keyboard_config *config)
{
	u8 id = (u8)(2 * config->endpoint + 1);
	int rc;

	start_input(dev, 1u << id | 1);
	fill_slot(dev, id);
	fill_endpoint(dev, id, EP_INTERRUPT_IN, config->packet, &dev->in_ring);
	set_word(dev, id + INPUT_SLOT, 0,
		 EP0_INTERVAL(interval(dev->place.speed, config->interval)));
	set_word(dev, id + INPUT_SLOT, 4,
		 EP4_AVERAGE(config->packet) | EP4_MAX_ESIT(config->packet));
	rc = run_with_input(dev, TRB_CONFIGURE_ENDPOINT);
	if (rc)
		return rc;
	dev->in = id;
	dev->in_size = config->packet;
	return 0;
}

void usb_queue_report(struct usb_device *dev)
{
	phys_addr_t trb;

	memset(dev->memory->report, 0, sizeof(dev->memory->report));
	trb = xhci_ring_put(&dev->in_ring, dev_addr(dev, dev->memory->report), dev->in_size,
			    TRB_TYPE(TRB_NORMAL) | TRB_EVENT | TRB_SHORT_PACKET);
	dev->report = (struct xhci_transfer) { .last = trb };
	xhci_ring_doorbell(dev->xhci, dev->slot, dev->in);
}
