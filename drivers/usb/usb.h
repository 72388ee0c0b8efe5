/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Controllers and devices. What a device or a controller has written is read once,
 * and nothing that was read is used as an index before it was compared with what
 * the driver knows by itself.
 */
#ifndef DRIVERS_USB_H
#define DRIVERS_USB_H

#include <fw/hid.h>
#include <fw/list.h>
#include <spec/usb.h>
#include <spec/xhci.h>

#define XHCI_SLOTS	8
#define XHCI_COMMANDS	32
#define XHCI_EVENTS	64
#define XHCI_TRANSFERS	16

#define USB_DATA_MAX	1024
#define USB_REPORT_MAX	64
#define USB_DEPTH_MAX	5	/* of hubs; a route has no room for more */

/**
 * struct xhci_ring - where the controller finds work
 * @trb:   shared with it; the last one leads back to the first
 * @dev:   its address for the controller
 * @size:  TRBs
 * @next:  where the next one goes
 * @cycle: TRB_CYCLE or 0: what marks it as new
 */
struct xhci_ring {
	struct xhci_trb *trb;
	phys_addr_t dev;
	unsigned int size;
	unsigned int next;
	u32 cycle;
};

/** struct xhci_shared - what the controller sees of the driver */
struct xhci_shared {
	le64 contexts[64];	/* by slot; the first one leads to scratchpads */
	struct xhci_erst erst;
	u8 pad[512 - sizeof(struct xhci_erst)];
	struct xhci_trb commands[XHCI_COMMANDS];
	struct xhci_trb events[XHCI_EVENTS];
};

/** struct xhci_transfer - work that is waited for; all else that comes is ignored */
struct xhci_transfer {
	phys_addr_t part[2];		/* TRBs whose failure is told; 0: none */
	phys_addr_t last;		/* TRB whose end is told; 0: nothing is waited for */
	bool done;
	u32 code;
};

/**
 * struct xhci - a controller
 * @context_size: bytes of one context
 * @event, @event_cycle: the next event, and what marks it as new
 * @command:    the command that is waited for
 * @command_slot: which slot it was about, as the controller says
 * @changed:    a bit for each root port of which an event told
 * @connected:  a bit for each root port that had a device when it was looked at
 * @device:     by slot
 * @dead:       nothing more is asked of it
 */
struct xhci {
	struct list_head list;
	const struct pci_dev *pci;
	char name[20];
	u8 __iomem *op;
	u8 __iomem *runtime;
	u8 __iomem *doorbells;
	unsigned int ports;
	unsigned int slots;
	unsigned int context_size;
	struct xhci_shared *shared;
	phys_addr_t shared_dev;
	struct xhci_ring commands;
	unsigned int event;
	u32 event_cycle;
	struct xhci_transfer command;
	u8 command_slot;
	u64 changed[4];
	u64 connected[4];
	struct usb_device *device[XHCI_SLOTS + 1];
	bool dead;
};

/** struct usb_memory - what the controller sees of a device; contexts cross no page */
struct usb_memory {
	u8 input[33 * 64] __aligned(4096);
	struct xhci_trb control[XHCI_TRANSFERS];
	struct xhci_trb interrupt[XHCI_TRANSFERS];
	u8 report[USB_REPORT_MAX];
	u8 data[USB_DATA_MAX];
	u8 output[32 * 64] __aligned(4096);
};

/**
 * struct usb_place - where a device is
 * @root_port: of the controller, from 1
 * @route: ports of hubs, four bits each
 * @depth: hubs on the way
 * @speed: USB_SPEED_*
 * @tt_slot, @tt_port: hub that translates to a slower bus; 0: none
 */
struct usb_place {
	u8 root_port;
	u32 route;
	u8 depth;
	u8 speed;
	u8 tt_slot, tt_port;
};

/**
 * struct usb_device - a device with an address
 * @packet:   largest one of the control endpoint
 * @hub_ports: for a hub, how many it has
 * @in:       interrupt endpoint: its number among contexts, or 0
 * @in_size:  bytes of a report
 * @errors:   reports in succession that were none
 */
struct usb_device {
	struct xhci *xhci;
	struct usb_place place;
	u8 slot;
	u16 packet;
	u8 hub_ports;
	struct usb_memory *memory;
	phys_addr_t memory_dev;
	struct xhci_ring control_ring;
	struct xhci_transfer control;
	struct xhci_ring in_ring;
	struct xhci_transfer report;
	u8 in;
	u16 in_size;
	u8 errors;
	struct hid_keyboard keyboard;
};

/** struct usb_keyboard_config - what the descriptors say of a keyboard */
struct usb_keyboard_config {
	u8 configuration;
	u8 interface;
	u8 endpoint;		/* 1 to 15 */
	u8 interval;
	u16 packet;
};

/* ring.c */
void xhci_ring_init(struct xhci_ring *ring, struct xhci_trb *trb, phys_addr_t dev,
		    unsigned int size);

/** xhci_ring_put() - add a TRB; its address for the controller */
phys_addr_t xhci_ring_put(struct xhci_ring *ring, u64 parameter, u32 status, u32 control);

/** xhci_ring_next() - where the next TRB goes, with its cycle bit */
u64 xhci_ring_next(const struct xhci_ring *ring);

/** xhci_take_events() - take all events that there are, a bounded number of them */
void xhci_take_events(struct xhci *x);

/** xhci_wait() - wait for a transfer; 0 or -ETIMEDOUT */
int xhci_wait(struct xhci *x, const struct xhci_transfer *t, u32 ms);

/** xhci_run_command() - 0, -EIO or -ETIMEDOUT, after which the controller is dead */
int xhci_run_command(struct xhci *x, u64 parameter, u32 control);

void xhci_ring_doorbell(struct xhci *x, u8 slot, u32 target);

/* xhci.c */

/** xhci_start_all() - start every controller and look at its ports; how many run */
unsigned int xhci_start_all(void);

/** xhci_poll_all() - take note of what has happened */
void xhci_poll_all(void);

/** xhci_list() - struct xhci that were started */
const struct list_head *xhci_list(void);

/* For as long as a device may take, in milliseconds. */
void usb_delay(u32 ms);

/* device.c */

/** usb_attach() - give a device that was reset an address, or NULL */
struct usb_device *usb_attach(struct xhci *x, const struct usb_place *place);
void usb_detach(struct usb_device *dev);

/** usb_detach_port() - a root port's device, and all behind it */
void usb_detach_port(struct xhci *x, unsigned int port);

/**
 * usb_control() - a request on the control endpoint
 * @type:  USB_IN or 0, USB_CLASS or 0, USB_TO_*
 * @data:  of @length bytes, up to USB_DATA_MAX; what does not come is zero
 *
 * Return: 0 or -Exxx.
 */
int usb_control(struct usb_device *dev, u8 type, u8 request, u16 value, u16 index, void *data,
		u16 length);

int usb_set_packet(struct usb_device *dev, u16 packet);
int usb_make_hub(struct usb_device *dev, u8 ports);
int usb_open_in(struct usb_device *dev, const struct usb_keyboard_config *config);

/** usb_queue_report() - ask for the next report */
void usb_queue_report(struct usb_device *dev);

/* enumerate.c */

/** usb_enumerate() - find out what a device is, and use it if it is of use */
void usb_enumerate(struct xhci *x, const struct usb_place *place);

/* hub.c */
int usb_start_hub(struct usb_device *dev);

/* config.c */

/**
 * usb_find_keyboard() - look for a boot keyboard in a configuration
 * @config: untrusted
 * @len:    bytes
 *
 * Return: 0, or -ENOENT.
 */
int usb_find_keyboard(const u8 *config, size_t len, struct usb_keyboard_config *found);

#endif
