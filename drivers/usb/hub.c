/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Hubs: looked at once, when they are found.
 * Documents: Universal Serial Bus Specification, revision 2.0, sections 11.23 and
 * 11.24; revision 3.2, section 10.16 (hub depth).
 */
#define pr_fmt(fmt) "usb: " fmt

#include <fw/errno.h>
#include <fw/log.h>

#include "usb.h"

#define PORTS_MAX	15	/* of a route's four bits */
#define POWER_MS_MAX	200
#define RESET_POLLS	50
#define SET_HUB_DEPTH	12

static int port_feature(struct usb_device *hub, u8 request, u16 feature, unsigned int port)
{
	return usb_control(hub, USB_CLASS | USB_TO_OTHER, request, feature, (u16)port, NULL, 0);
}

/* Status in the low half, changes in the high one. */
static int port_status(struct usb_device *hub, unsigned int port, u32 *status)
{
	u8 data[4];
	int rc = usb_control(hub, USB_IN | USB_CLASS | USB_TO_OTHER, USB_GET_STATUS, 0,
			     (u16)port, data, sizeof(data));

	*status = get_le32(data);
	return rc;
}

static int reset_port(struct usb_device *hub, unsigned int port, u32 *status)
{
	unsigned int i;
	int rc;

	rc = port_feature(hub, USB_SET_FEATURE, USB_HUB_PORT_RESET, port);
	for (i = 0; i < RESET_POLLS && rc == 0; i++) {
		rc = port_status(hub, port, status);
		if (*status >> 16 & USB_HUB_RESET_CHANGED)
			break;
		usb_delay(1);
	}
	if (rc)
		return rc;
	port_feature(hub, USB_CLEAR_FEATURE, USB_HUB_C_PORT_RESET, port);
	return *status & USB_HUB_ENABLED ? 0 : -EIO;
}

static struct usb_place place_behind(const struct usb_device *hub, unsigned int port, u32 status)
{
	struct usb_place place = hub->place;

	place.route |= port << 4 * place.depth;
	place.depth++;
	if (hub->place.speed >= USB_SPEED_SUPER)
		return place;
	place.speed = status & USB_HUB_LOW_SPEED ? USB_SPEED_LOW :
		      status & USB_HUB_HIGH_SPEED ? USB_SPEED_HIGH : USB_SPEED_FULL;
	/* The last fast hub on the way to a slow device. */
	if (hub->place.speed == USB_SPEED_HIGH && place.speed != USB_SPEED_HIGH) {
		place.tt_slot = hub->slot;
		place.tt_port = (u8)port;
	}
	return place;
}

static void look_at_port(struct usb_device *hub, unsigned int port)
{
	struct usb_place place;
	u32 status;

	if (port_status(hub, port, &status) != 0 || !(status & USB_HUB_CONNECTED))
		return;
	port_feature(hub, USB_CLEAR_FEATURE, USB_HUB_C_PORT_CONNECTION, port);
	if (reset_port(hub, port, &status) != 0)
		return;
	place = place_behind(hub, port, status);
	usb_enumerate(hub->xhci, &place);
}

int usb_start_hub(struct usb_device *dev)
{
	bool super = dev->place.speed >= USB_SPEED_SUPER;
	u8 type = super ? USB_DESC_HUB_SUPER : USB_DESC_HUB;
	u8 desc[USB_HUB_SIZE];
	unsigned int port, ports;
	int rc;

	if (dev->place.depth == USB_DEPTH_MAX)
		return -EOPNOTSUPP;
	rc = usb_control(dev, USB_IN | USB_CLASS | USB_TO_DEVICE, USB_GET_DESCRIPTOR,
			 (u16)(type << 8), 0, desc, sizeof(desc));
	if (rc)
		return rc;
	ports = MIN(desc[USB_HUB_PORTS], PORTS_MAX);
	rc = usb_make_hub(dev, (u8)ports);
	if (rc == 0 && super)
		rc = usb_control(dev, USB_CLASS | USB_TO_DEVICE, SET_HUB_DEPTH, dev->place.depth,
				 0, NULL, 0);
	for (port = 1; port <= ports && rc == 0; port++)
		rc = port_feature(dev, USB_SET_FEATURE, USB_HUB_PORT_POWER, port);
	if (rc)
		return rc;
	usb_delay(MIN(desc[USB_HUB_POWER_TIME] * 2u, POWER_MS_MAX));
	for (port = 1; port <= ports; port++)
		look_at_port(dev, port);
	return 0;
}
