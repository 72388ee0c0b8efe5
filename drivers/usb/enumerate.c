/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * What a new device is: a hub, a keyboard, or nothing of interest.
 * Documents: Universal Serial Bus Specification, revision 2.0, sections 9.1.2 and
 * 9.4; Device Class Definition for HID, version 1.11, section 7.2.
 */
#define pr_fmt(fmt) "usb: " fmt

#include <fw/errno.h>
#include <fw/log.h>
#include <fw/string.h>

#include "usb.h"

static int get_descriptor(struct usb_device *dev, u8 type, void *data, u16 length)
{
	return usb_control(dev, USB_IN | USB_TO_DEVICE, USB_GET_DESCRIPTOR, (u16)(type << 8), 0,
			   data, length);
}

/* The part of the descriptor that fits into the smallest packet says enough. */
static int read_device(struct usb_device *dev, u8 *class)
{
	u8 desc[8];
	u16 packet;
	int rc;

	rc = get_descriptor(dev, USB_DESC_DEVICE, desc, sizeof(desc));
	if (rc)
		return rc;
	packet = desc[USB_DEVICE_MAX_PACKET];
	if (dev->place.speed >= USB_SPEED_SUPER)
		packet = packet < 16 ? (u16)(1u << packet) : 0;
	if (desc[1] != USB_DESC_DEVICE || packet < 8 || (packet > 64 && packet != 512))
		return -EPROTO;
	*class = desc[USB_DEVICE_CLASS];
	return usb_set_packet(dev, packet);
}

/* Return: bytes, or -Exxx. */
static int read_config(struct usb_device *dev, u8 config[USB_DATA_MAX])
{
	u16 total;
	int rc;

	rc = get_descriptor(dev, USB_DESC_CONFIGURATION, config, USB_CONFIG_SIZE);
	if (rc)
		return rc;
	total = get_le16(config + USB_CONFIG_TOTAL);
	if (total < USB_CONFIG_SIZE || total > USB_DATA_MAX)
		return -EPROTO;
	rc = get_descriptor(dev, USB_DESC_CONFIGURATION, config, total);
	return rc ? rc : total;
}

static int set_configuration(struct usb_device *dev, u8 value)
{
	return usb_control(dev, USB_TO_DEVICE, USB_SET_CONFIGURATION, value, 0, NULL, 0);
}

static int start_keyboard(struct usb_device *dev, const struct usb_keyboard_config *config)
{
	const u8 type = USB_CLASS | USB_TO_INTERFACE;
	int rc;

	rc = set_configuration(dev, config->configuration);
	if (rc == 0)
		rc = usb_control(dev, type, USB_HID_SET_PROTOCOL, USB_HID_PROTOCOL_BOOT,
				 config->interface, NULL, 0);
	if (rc)
		return rc;
	/* Only changes are reported; a device need not be able to do so. */
	usb_control(dev, type, USB_HID_SET_IDLE, 0, config->interface, NULL, 0);
	rc = usb_open_in(dev, config);
	if (rc == 0)
		usb_queue_report(dev);
	return rc;
}

static int use(struct usb_device *dev, u8 *config)
{
	struct usb_keyboard_config keyboard;
	u8 class = 0;
	int rc;

	rc = read_device(dev, &class);
	if (rc == 0)
		rc = read_config(dev, config);
	if (rc < 0)
		return rc;
	if (class == USB_CLASS_HUB) {
		rc = set_configuration(dev, config[USB_CONFIG_VALUE]);
		return rc ? rc : usb_start_hub(dev);
	}
	rc = usb_find_keyboard(config, (size_t)rc, &keyboard);
	return rc ? rc : start_keyboard(dev, &keyboard);
}

void usb_enumerate(struct xhci *x, const struct usb_place *place)
{
	/* A hub's is used up when the devices behind it need one. */
	static u8 config[USB_DATA_MAX];
	struct usb_device *dev;
	int rc;

	dev = usb_attach(x, place);
	if (!dev)
		return;
	rc = use(dev, config);
	if (rc == 0)
		return;
	/* A disk, say, is none of our business. */
	if (rc != -ENOENT)
		pr_warn("%s: port %u: device not used: error %d", x->name, place->root_port, rc);
	usb_detach(dev);
}
