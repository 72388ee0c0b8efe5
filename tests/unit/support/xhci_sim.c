/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * An xHCI controller for tests.
 * Document: xHCI specification, revision 1.2, sections 4.6, 4.9, 4.11 and chapter 5.
 */
#include <stdlib.h>
#include <string.h>

#include <asm/io.h>
#include <fw/alloc.h>
#include <fw/byteorder.h>
#include <fw/dma.h>
#include <spec/pci.h>

#include "support.h"
#include "xhci_sim.h"

#define OP		0x40u
#define RUNTIME		0x1000u
#define DOORBELLS	0x2000u
#define CONTEXT		32
#define CLASS_REQUEST	0x20
#define MEMORY		0x20000000u
#define MEMORY_SIZE	(1u << 20)

struct sim_lies sim_lies;
unsigned int xhci_sim_accesses;
bool xhci_sim_running;
size_t (*xhci_sim_answer)(u8 *data, size_t length);
struct pci_dev xhci_sim_pci = {
	.class_rev = PCI_CLASS_XHCI << 8,
	.bar[0] = { .size = SIM_XHCI_SIZE, .addr = SIM_XHCI, .space = PCI_SPACE_MEM },
};

struct endpoint {
	u64 dequeue;
	u32 cycle;
};

static struct {
	u32 cmd, config;
	u64 crcr, dcbaap, erstba, erdp;
	u32 portsc[SIM_PORTS + 1];
	struct sim_usb *port[SIM_PORTS + 1];
	u64 events;
	u32 event_count, event_next, event_cycle;
	u64 command;
	u32 command_cycle;
	struct {
		bool used;
		struct sim_usb *dev;
		struct endpoint control, in;
		u8 in_id;
	} slot[SIM_SLOTS + 1];
} sim;

static u8 *memory;
static size_t memory_used;
static unsigned int allocations;

/* Memory is the same for the guest and the device. */
static void *guest(u64 addr, size_t len)
{
	if (addr < MEMORY || len > MEMORY_SIZE || addr - MEMORY > MEMORY_SIZE - len)
		mock_fail("the controller is led to %#llx", (unsigned long long)addr);
	return (void *)(uintptr_t)addr;
}

void *dma_alloc(size_t size, phys_addr_t *dev)
{
	u8 *p = memory + memory_used;

	if (ALIGN_UP(size, (size_t)4096) > MEMORY_SIZE - memory_used)
		return NULL;
	memory_used += ALIGN_UP(size, (size_t)4096);
	allocations++;
	*dev = (uintptr_t)p;
	return memset(p, 0, size);
}

void dma_free(void *ptr, size_t size)
{
	if (!ptr)
		return;
	allocations--;
	/* What the controller goes on to use is seen. */
	memset(ptr, 0xdd, size);
	if ((u8 *)ptr + ALIGN_UP(size, (size_t)4096) == memory + memory_used)
		memory_used -= ALIGN_UP(size, (size_t)4096);
}

unsigned int xhci_sim_allocations(void)
{
	return allocations;
}

void *heap_alloc(size_t size)
{
	return calloc(1, size);
}

void heap_free(void *ptr)
{
	free(ptr);
}

void __iomem *pci_map_bar(const struct pci_dev *dev, unsigned int bar, u64 offset, u64 len)
{
	if (bar != 0 || offset + len > dev->bar[0].size)
		return NULL;
	return mmio(SIM_XHCI + offset);
}

void pci_set_master(const struct pci_dev *dev __unused)
{
}

void xhci_sim_reset(void)
{
	memory = mock_ram(MEMORY, MEMORY_SIZE);
	memory_used = 0;
	allocations = 0;
	memset(&sim, 0, sizeof(sim));
	sim_lies = (struct sim_lies) { .slot = 0 };
	xhci_sim_accesses = 0;
	xhci_sim_running = false;
	xhci_sim_answer = NULL;
	for (unsigned int i = 1; i <= SIM_PORTS; i++)
		sim.portsc[i] = XHCI_PORT_POWER;
}

void xhci_sim_event(u64 parameter, u32 status, u32 control)
{
	struct xhci_trb *trb;

	if (!xhci_sim_running || sim.event_count == 0)
		return;
	trb = guest(sim.events + 16 * sim.event_next, 16);
	trb->parameter = cpu_to_le64(parameter);
	trb->status = cpu_to_le32(status);
	trb->control = cpu_to_le32(control | sim.event_cycle);
	if (++sim.event_next == sim.event_count) {
		sim.event_next = 0;
		sim.event_cycle ^= 1;
	}
}

static void port_changed(unsigned int port, u32 change)
{
	if (!(sim.portsc[port] & change))
		xhci_sim_event((u64)port << 24, 1u << 24, TRB_TYPE(TRB_PORT_EVENT));
	sim.portsc[port] |= change;
}

void xhci_sim_plug(unsigned int port, struct sim_usb *dev)
{
	u32 keep = sim.portsc[port] & (XHCI_PORT_CHANGES | XHCI_PORT_POWER);

	sim.port[port] = dev;
	sim.portsc[port] = keep | (dev ? XHCI_PORT_CONNECTED : 0);
	port_changed(port, XHCI_PORT_CONNECT_CHANGE);
}

static void answer(u64 trb, u32 code, u32 control)
{
	unsigned int i;

	for (i = 0; i < sim_lies.flood; i++)
		xhci_sim_event(0xfff0, 1u << 24, TRB_TYPE(TRB_TRANSFER_EVENT) | TRB_SLOT(i) |
			       TRB_ENDPOINT(1 + i % 31));
	if (sim_lies.wrong_pointers)
		trb ^= 0x10000;
	if (sim_lies.wrong_slots)
		control = (control & 0xffffff) | TRB_SLOT(200);
	xhci_sim_event(trb, code << 24, control);
}

/* The next TRB of a ring; links are followed. */
static struct xhci_trb *next_trb(u64 *at, u32 *cycle, u64 *addr)
{
	struct xhci_trb *trb = guest(*at, 16);
	u32 control = le32_to_cpu(trb->control);

	if ((control & 1) != *cycle)
		return NULL;
	if (TRB_GET_TYPE(control) == TRB_LINK) {
		*at = le64_to_cpu(trb->parameter);
		if (control & TRB_TOGGLE_CYCLE)
			*cycle ^= 1;
		return next_trb(at, cycle, addr);
	}
	*addr = *at;
	*at += 16;
	return trb;
}

static struct sim_usb *find_device(u32 route, unsigned int port)
{
	struct sim_usb *dev = port >= 1 && port <= SIM_PORTS ? sim.port[port] : NULL;

	for (; dev && route; route >>= 4)
		dev = (route & 0xf) <= 4 && (route & 0xf) <= dev->hub_ports ?
		      dev->behind[(route & 0xf) - 1] : NULL;
	return dev;
}

static u32 context_word(const u8 *input, unsigned int context, unsigned int word)
{
	return get_le32(input + context * CONTEXT + 4 * word);
}

static struct endpoint context_ring(const u8 *input, unsigned int context)
{
	u64 dequeue = context_word(input, context, 2) |
		      (u64)context_word(input, context, 3) << 32;

	return (struct endpoint) { dequeue & ~0xfull, (u32)dequeue & 1 };
}

static u32 address_device(unsigned int slot, const u8 *input)
{
	struct sim_usb *dev = find_device(context_word(input, 1, 0) & 0xfffff,
					  context_word(input, 1, 1) >> 16 & 0xff);

	if (!dev || dev->speed != (context_word(input, 1, 0) >> 20 & 0xf))
		return TRB_TRANSACTION_ERROR;
	if (dev->address_errors) {
		dev->address_errors--;
		return TRB_TRANSACTION_ERROR;
	}
	sim.slot[slot].dev = dev;
	sim.slot[slot].control = context_ring(input, 2);
	return TRB_SUCCESS;
}

static u32 configure(unsigned int slot, const u8 *input)
{
	u32 add = context_word(input, 0, 1);
	unsigned int id;

	for (id = 2; id < 32; id++) {
		if (!(add & 1u << id))
			continue;
		if ((context_word(input, id + 1, 1) >> 3 & 7) != EP_INTERRUPT_IN ||
		    context_word(input, 1, 0) >> 27 < id)
			return 5;
		sim.slot[slot].in_id = (u8)id;
		sim.slot[slot].in = context_ring(input, id + 1);
	}
	return TRB_SUCCESS;
}

static unsigned int enable_slot(void)
{
	unsigned int slot;

	if (sim_lies.slot)
		return sim_lies.slot;
	for (slot = 1; slot <= SIM_SLOTS && sim.slot[slot].used; slot++)
		;
	if (slot > SIM_SLOTS)
		return 0;
	memset(&sim.slot[slot], 0, sizeof(sim.slot[slot]));
	sim.slot[slot].used = true;
	return slot;
}

static u32 run_command(const struct xhci_trb *trb, unsigned int *slot)
{
	u64 parameter = le64_to_cpu(trb->parameter);
	u32 control = le32_to_cpu(trb->control);

	*slot = control >> 24;
	if (TRB_GET_TYPE(control) == TRB_ENABLE_SLOT) {
		*slot = enable_slot();
		return *slot ? TRB_SUCCESS : 9;
	}
	if (*slot == 0 || *slot > SIM_SLOTS || !sim.slot[*slot].used)
		return 11;
	switch (TRB_GET_TYPE(control)) {
	case TRB_DISABLE_SLOT:
		sim.slot[*slot].used = false;
		return TRB_SUCCESS;
	case TRB_ADDRESS_DEVICE:
		return address_device(*slot, guest(parameter, 33 * CONTEXT));
	case TRB_CONFIGURE_ENDPOINT:
		return configure(*slot, guest(parameter, 33 * CONTEXT));
	case TRB_SET_DEQUEUE:
		sim.slot[*slot].control = (struct endpoint) { parameter & ~0xfull,
							      (u32)parameter & 1 };
		return TRB_SUCCESS;
	case TRB_EVALUATE_CONTEXT:
	case TRB_RESET_ENDPOINT:
		return TRB_SUCCESS;
	default:
		return 5;
	}
}

static void run_commands(void)
{
	struct xhci_trb *trb;
	unsigned int slot;
	u64 addr;
	u32 code;

	while ((trb = next_trb(&sim.command, &sim.command_cycle, &addr)) != NULL) {
		code = run_command(trb, &slot);
		if (!sim_lies.no_answers)
			answer(addr, code, TRB_TYPE(TRB_COMMAND_EVENT) | TRB_SLOT(slot));
	}
}

static size_t copy(u8 *to, const u8 *from, size_t size, size_t length)
{
	memcpy(to, from, MIN(size, length));
	return MIN(size, length);
}

static size_t get_descriptor(const struct sim_usb *dev, const struct usb_request *req, u8 *data,
			     size_t length)
{
	const u8 hub[9] = { 9, USB_DESC_HUB, dev->hub_ports, 0, 0, 1 };

	switch (le16_to_cpu(req->value) >> 8) {
	case USB_DESC_DEVICE:
		return copy(data, dev->device, sizeof(dev->device), length);
	case USB_DESC_CONFIGURATION:
		return copy(data, dev->config, dev->config_size, length);
	case USB_DESC_HUB:
		return copy(data, hub, sizeof(hub), length);
	default:
		return 0;
	}
}

static void port_status(const struct sim_usb *hub, unsigned int port, u8 *data)
{
	const struct sim_usb *dev = port >= 1 && port <= 4 ? hub->behind[port - 1] : NULL;

	memset(data, 0, 4);
	if (!dev)
		return;
	data[0] = USB_HUB_CONNECTED | (dev->reset ? USB_HUB_ENABLED : 0);
	data[1] = dev->speed == USB_SPEED_LOW ? 2 : dev->speed == USB_SPEED_HIGH ? 4 : 0;
	data[2] = dev->reset ? USB_HUB_RESET_CHANGED : 0;
}

/* Return: bytes of the answer, or -1 for a stall. */
static long run_request(struct sim_usb *dev, const struct usb_request *req, u8 *data, size_t length)
{
	u16 value = le16_to_cpu(req->value), index = le16_to_cpu(req->index);

	if (dev->stall && req->request == dev->stall)
		return -1;
	if (xhci_sim_answer && req->type & USB_IN)
		return (long)xhci_sim_answer(data, length);
	if (req->request == USB_GET_DESCRIPTOR)
		return (long)get_descriptor(dev, req, data, length);
	if (req->request == USB_GET_STATUS && length >= 4)
		return port_status(dev, index, data), 4;
	if (req->request == USB_SET_CONFIGURATION)
		dev->configured = (u8)value;
	if (req->request == USB_HID_SET_PROTOCOL && req->type & CLASS_REQUEST)
		dev->boot_protocol = value == 0;
	if (req->request == USB_HID_SET_IDLE && req->type & CLASS_REQUEST)
		dev->idle = true;
	if (req->request == USB_SET_FEATURE && value == USB_HUB_PORT_RESET && index >= 1 &&
	    index <= 4 && dev->behind[index - 1])
		dev->behind[index - 1]->reset = true;
	return 0;
}

static void run_control(unsigned int slot)
{
	u32 event = TRB_TYPE(TRB_TRANSFER_EVENT) | TRB_ENDPOINT(1) | TRB_SLOT(slot);
	struct endpoint *e = &sim.slot[slot].control;
	struct usb_request req;
	struct xhci_trb *trb;
	u64 addr, data = 0;
	size_t length;
	long done;

	trb = next_trb(&e->dequeue, &e->cycle, &addr);
	if (!trb || TRB_GET_TYPE(le32_to_cpu(trb->control)) != TRB_SETUP_STAGE)
		mock_fail("no setup stage");
	memcpy(&req, &trb->parameter, sizeof(req));
	length = le16_to_cpu(req.length);
	if (length) {
		trb = next_trb(&e->dequeue, &e->cycle, &addr);
		if (!trb || TRB_GET_TYPE(le32_to_cpu(trb->control)) != TRB_DATA_STAGE ||
		    le32_to_cpu(trb->status) != length)
			mock_fail("no data stage");
		data = le64_to_cpu(trb->parameter);
	}
	done = run_request(sim.slot[slot].dev, &req, length ? guest(data, length) : NULL, length);
	if (done < 0) {
		answer(addr, TRB_STALL, event);
		return;
	}
	trb = next_trb(&e->dequeue, &e->cycle, &addr);
	if (!trb || TRB_GET_TYPE(le32_to_cpu(trb->control)) != TRB_STATUS_STAGE)
		mock_fail("no status stage");
	answer(addr, TRB_SUCCESS, event);
}

bool xhci_sim_report(unsigned int slot, const u8 *report, size_t len, u32 code)
{
	struct endpoint *e = &sim.slot[slot].in;
	struct xhci_trb *trb;
	u64 addr;
	u32 size;

	if (!sim.slot[slot].used || sim.slot[slot].in_id == 0)
		return false;
	trb = next_trb(&e->dequeue, &e->cycle, &addr);
	if (!trb)
		return false;
	size = TRB_GET_LENGTH(le32_to_cpu(trb->status));
	memcpy(guest(le64_to_cpu(trb->parameter), size), report, MIN(len, size));
	answer(addr, code, TRB_TYPE(TRB_TRANSFER_EVENT) | TRB_SLOT(slot) |
	       TRB_ENDPOINT(sim.slot[slot].in_id));
	return true;
}

static void ring(unsigned int slot, u32 target)
{
	if (!xhci_sim_running)
		return;
	if (slot == 0)
		run_commands();
	else if (slot <= SIM_SLOTS && sim.slot[slot].dev && target == 1 && !sim_lies.no_transfers)
		run_control(slot);
}

static void write_port(unsigned int port, u32 value)
{
	u32 *sc = &sim.portsc[port];

	*sc &= ~(value & XHCI_PORT_CHANGES);
	if (!(value & XHCI_PORT_POWER))
		mock_fail("port %u loses power", port);
	if (value & XHCI_PORT_ENABLED)
		*sc &= ~XHCI_PORT_ENABLED;
	if (value & XHCI_PORT_RESET && sim.port[port]) {
		*sc |= XHCI_PORT_ENABLED | (u32)sim.port[port]->speed << 10;
		port_changed(port, XHCI_PORT_RESET_CHANGE);
	}
}

static void start(void)
{
	const struct xhci_erst *erst = guest(sim.erstba, sizeof(*erst));

	sim.events = le64_to_cpu(erst->base);
	sim.event_count = le32_to_cpu(erst->size);
	sim.event_next = 0;
	sim.event_cycle = 1;
	guest(sim.events, 16 * sim.event_count);
	guest(sim.dcbaap, 8 * (SIM_SLOTS + 1));
	sim.command = sim.crcr & ~0x3full;
	sim.command_cycle = (u32)sim.crcr & 1;
	xhci_sim_running = true;
}

static void set_half(u64 *reg, unsigned int offset, u32 value)
{
	*reg = offset & 4 ? (u32)*reg | (u64)value << 32 : (*reg & ~0xffffffffull) | value;
}

static void write_op(u32 offset, u32 value)
{
	if (offset >= 0x400) {
		write_port((offset - 0x400) / 0x10 + 1, value);
		return;
	}
	switch (offset) {
	case XHCI_USBCMD:
		if (value & XHCI_CMD_RESET || !(value & XHCI_CMD_RUN))
			xhci_sim_running = false;
		else if (!xhci_sim_running)
			start();
		break;
	case XHCI_CRCR:
	case XHCI_CRCR + 4:
		set_half(&sim.crcr, offset, value);
		break;
	case XHCI_DCBAAP:
	case XHCI_DCBAAP + 4:
		set_half(&sim.dcbaap, offset, value);
		break;
	case XHCI_CONFIG:
		break;
	default:
		mock_fail("write to operational register %#x", offset);
	}
}

void mock_mmio_write(phys_addr_t addr, u32 value, unsigned int width)
{
	u32 offset = (u32)(addr - SIM_XHCI);

	xhci_sim_accesses++;
	if (addr < SIM_XHCI || addr >= SIM_XHCI + SIM_XHCI_SIZE || width != 4)
		mock_fail("write of %u bytes to %#llx", width, (unsigned long long)addr);
	if (offset >= DOORBELLS)
		ring((offset - DOORBELLS) / 4, value);
	else if (offset >= RUNTIME && offset - RUNTIME >= XHCI_ERDP)
		set_half(&sim.erdp, offset - XHCI_ERDP, value);
	else if (offset >= RUNTIME && offset - RUNTIME >= XHCI_ERSTBA)
		set_half(&sim.erstba, offset - XHCI_ERSTBA, value);
	else if (offset < RUNTIME)
		write_op(offset - OP, value);
}

static u32 lie_or(u32 lie, u32 truth)
{
	return lie ? lie : truth;
}

u32 mock_mmio_read(phys_addr_t addr, unsigned int width)
{
	u32 offset = (u32)(addr - SIM_XHCI);

	xhci_sim_accesses++;
	if (addr < SIM_XHCI || addr >= SIM_XHCI + SIM_XHCI_SIZE || width != 4)
		mock_fail("read of %u bytes from %#llx", width, (unsigned long long)addr);
	switch (offset) {
	case XHCI_CAPLENGTH:
		return 0x01000000 | OP;
	case XHCI_HCSPARAMS1:
		return lie_or(sim_lies.params1, SIM_PORTS << 24 | SIM_SLOTS);
	case XHCI_HCSPARAMS2:
		return sim_lies.params2;
	case XHCI_HCCPARAMS1:
		return 1;
	case XHCI_DBOFF:
		return lie_or(sim_lies.doorbells, DOORBELLS);
	case XHCI_RTSOFF:
		return lie_or(sim_lies.runtime, RUNTIME);
	case OP + XHCI_USBCMD:
		return xhci_sim_running;
	case OP + XHCI_USBSTS:
		return (xhci_sim_running ? 0 : XHCI_STS_HALTED) |
		       (sim_lies.never_ready ? XHCI_STS_NOT_READY : 0);
	default:
		if (offset >= OP + 0x400 && (offset - OP - 0x400) / 0x10 < SIM_PORTS)
			return sim.portsc[(offset - OP - 0x400) / 0x10 + 1];
		return 0;
	}
}

struct sim_usb xhci_sim_keyboard(void)
{
	static const u8 config[] = {
		9, 2, 34, 0, 1, 1, 0, 0xa0, 50,
		9, 4, 0, 0, 1, 3, 1, 1, 0,
		9, 0x21, 0x11, 1, 0, 1, 0x22, 63, 0,
		7, 5, 0x81, 3, 8, 0, 7,
	};
	struct sim_usb dev = {
		.device = { 18, 1, 0, 2, 0, 0, 0, 64 },
		.config_size = sizeof(config),
		.speed = USB_SPEED_HIGH,
	};

	memcpy(dev.config, config, sizeof(config));
	return dev;
}

struct sim_usb xhci_sim_hub(void)
{
	static const u8 config[] = {
		9, 2, 25, 0, 1, 1, 0, 0xe0, 0,
		9, 4, 0, 0, 1, 9, 0, 0, 0,
		7, 5, 0x81, 3, 2, 0, 255,
	};
	struct sim_usb dev = {
		.device = { 18, 1, 0, 2, 9, 0, 0, 8 },
		.config_size = sizeof(config),
		.hub_ports = 4,
		.speed = USB_SPEED_FULL,
	};

	memcpy(dev.config, config, sizeof(config));
	return dev;
}
