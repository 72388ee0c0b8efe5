/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Configuration descriptors, which are whatever the device sends.
 * Documents: Universal Serial Bus Specification, revision 2.0, sections 9.6.3,
 * 9.6.5 and 9.6.6; Device Class Definition for HID, version 1.11, section 4.
 */
#include <fw/errno.h>

#include "usb.h"

static bool is_keyboard(const u8 *interface)
{
	const u8 *class = interface + USB_INTERFACE_CLASS;

	return interface[USB_INTERFACE_SETTING] == 0 && class[0] == USB_CLASS_HID &&
	       class[1] == USB_HID_BOOT && class[2] == USB_HID_KEYBOARD;
}

static bool is_interrupt_in(const u8 *endpoint)
{
	return (endpoint[USB_ENDPOINT_KIND] & USB_KIND_MASK) == USB_KIND_INTERRUPT &&
	       endpoint[USB_ENDPOINT_ADDRESS] & USB_IN &&
	       (endpoint[USB_ENDPOINT_ADDRESS] & 0xf) != 0;
}

int usb_find_keyboard(const u8 *config, size_t len, struct usb_keyboard_config *found)
{
	bool inside = false;
	size_t at, size;
	u16 packet;

	if (len < USB_CONFIG_SIZE || config[1] != USB_DESC_CONFIGURATION)
		return -ENOENT;
	for (at = 0; len - at >= 2; at += size) {
		const u8 *d = config + at;

		size = d[0];
		if (size < 2 || size > len - at)
			return -ENOENT;
		if (d[1] == USB_DESC_INTERFACE && size >= USB_INTERFACE_SIZE) {
			inside = is_keyboard(d);
			found->interface = d[USB_INTERFACE_NUMBER];
			continue;
		}
		if (!inside || d[1] != USB_DESC_ENDPOINT || size < USB_ENDPOINT_SIZE ||
		    !is_interrupt_in(d))
			continue;
		packet = get_le16(d + USB_ENDPOINT_PACKET) & 0x7ff;
		if (packet < USB_KEYBOARD_REPORT || packet > USB_REPORT_MAX)
			return -ENOENT;
		found->configuration = config[USB_CONFIG_VALUE];
		found->endpoint = d[USB_ENDPOINT_ADDRESS] & 0xf;
		found->interval = d[USB_ENDPOINT_INTERVAL];
		found->packet = packet;
		return 0;
	}
	return -ENOENT;
}
