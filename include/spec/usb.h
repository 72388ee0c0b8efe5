/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * USB devices.
 * Documents: Universal Serial Bus Specification, revision 2.0, chapters 9
 * (requests, descriptors) and 11 (hubs); Device Class Definition for Human
 * Interface Devices, version 1.11, section 7.2 and appendix B (boot keyboards).
 */
#ifndef SPEC_USB_H
#define SPEC_USB_H

#include <fw/byteorder.h>

/* 9.3: a request */
struct usb_request {
	u8 type;
	u8 request;
	le16 value;
	le16 index;
	le16 length;
} __packed;

#define USB_IN			0x80
#define USB_CLASS		0x20
#define USB_TO_DEVICE		0x00
#define USB_TO_INTERFACE	0x01
#define USB_TO_OTHER		0x03

#define USB_GET_STATUS		0
#define USB_CLEAR_FEATURE	1
#define USB_SET_FEATURE		3
#define USB_GET_DESCRIPTOR	6
#define USB_SET_CONFIGURATION	9

/* 9.6: descriptors; the first byte is the length, the second the type */
#define USB_DESC_DEVICE		1
#define  USB_DEVICE_CLASS	4
#define  USB_DEVICE_MAX_PACKET	7
#define  USB_DEVICE_SIZE	18
#define USB_DESC_CONFIGURATION	2
#define  USB_CONFIG_TOTAL	2
#define  USB_CONFIG_VALUE	5
#define  USB_CONFIG_SIZE	9
#define USB_DESC_INTERFACE	4
#define  USB_INTERFACE_NUMBER	2
#define  USB_INTERFACE_SETTING	3
#define  USB_INTERFACE_CLASS	5	/* then subclass and protocol */
#define  USB_INTERFACE_SIZE	9
#define USB_DESC_ENDPOINT	5
#define  USB_ENDPOINT_ADDRESS	2
#define  USB_ENDPOINT_KIND	3
#define   USB_KIND_MASK		3
#define   USB_KIND_INTERRUPT	3
#define  USB_ENDPOINT_PACKET	4
#define  USB_ENDPOINT_INTERVAL	6
#define  USB_ENDPOINT_SIZE	7

#define USB_CLASS_HID		3
#define  USB_HID_BOOT		1
#define  USB_HID_KEYBOARD	1
#define USB_CLASS_HUB		9

/* HID 7.2 */
#define USB_HID_SET_IDLE	10
#define USB_HID_SET_PROTOCOL	11
#define  USB_HID_PROTOCOL_BOOT	0

/* 11.23.2.1 and 11.24.2: hubs; USB 3.2, section 10.15.2.1 */
#define USB_DESC_HUB		0x29
#define USB_DESC_HUB_SUPER	0x2a
#define  USB_HUB_PORTS		2
#define  USB_HUB_POWER_TIME	5	/* in units of 2 ms */
#define  USB_HUB_SIZE		9
#define USB_HUB_PORT_RESET	4
#define USB_HUB_PORT_POWER	8
#define USB_HUB_C_PORT_CONNECTION 16
#define USB_HUB_C_PORT_RESET	20
#define USB_HUB_CONNECTED	0x0001
#define USB_HUB_ENABLED		0x0002
#define USB_HUB_LOW_SPEED	0x0200
#define USB_HUB_HIGH_SPEED	0x0400
#define USB_HUB_RESET_CHANGED	0x0010	/* of the second 16 bits */

/* HID, appendix B.1: modifiers, a reserved byte, and up to six usages */
#define USB_KEYBOARD_REPORT	8

#endif
