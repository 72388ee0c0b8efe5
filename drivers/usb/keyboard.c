/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * USB keyboards as one keyboard of the console.
 * Document: Device Class Definition for Human Interface Devices, version 1.11,
 * appendix B.1 (reports of boot keyboards).
 */
#include <fw/console.h>
#include <fw/efi.h>
#include <fw/string.h>

#include "usb.h"

/* A device whose reports never come right is left alone. */
#define ERRORS_MAX	3

#define for_each_keyboard(x, dev)					\
	list_for_each_entry(x, xhci_list(), list)			\
		for (unsigned int slot_ = 1; slot_ <= XHCI_SLOTS; slot_++) \
			if ((dev = x->device[slot_]) != NULL && dev->in != 0)

static bool usb_probe(void)
{
	return xhci_start_all() > 0;
}

static void take_report(struct usb_device *dev, u64 now)
{
	u8 report[USB_KEYBOARD_REPORT];

	if (!dev->report.done || dev->xhci->dead)
		return;
	if (dev->report.code == TRB_SUCCESS || dev->report.code == TRB_SHORT) {
		memcpy(report, dev->memory->report, sizeof(report));
		hid_keyboard_report(&dev->keyboard, report, now);
		dev->errors = 0;
	} else if (++dev->errors > ERRORS_MAX) {
		hid_keyboard_reset(&dev->keyboard);
		dev->report.done = false;
		return;
	}
	usb_queue_report(dev);
}

static bool usb_read(struct efi_key_data *key)
{
	u64 now = efi_time_100ns();
	struct usb_device *dev;
	struct xhci *x;

	xhci_poll_all();
	for_each_keyboard(x, dev) {
		take_report(dev, now);
		if (hid_keyboard_read(&dev->keyboard, key, now))
			return true;
	}
	return false;
}

static void usb_reset(void)
{
	struct usb_device *dev;
	struct xhci *x;

	for_each_keyboard(x, dev)
		hid_keyboard_reset(&dev->keyboard);
}

static const struct keyboard usb_keyboard = {
	.name = "USB",
	.probe = usb_probe,
	.read = usb_read,
	.reset = usb_reset,
};
KEYBOARD(20, usb_keyboard);
