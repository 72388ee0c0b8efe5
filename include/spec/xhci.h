/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * USB host controllers.
 * Document: eXtensible Host Controller Interface for Universal Serial Bus,
 * requirements specification, revision 1.2, chapters 5 (registers) and 6 (data).
 */
#ifndef SPEC_XHCI_H
#define SPEC_XHCI_H

#include <fw/byteorder.h>

#define PCI_CLASS_XHCI		0x0c0330

/* 5.3: capability registers */
#define XHCI_CAPLENGTH		0x00	/* version in the high half */
#define XHCI_HCSPARAMS1		0x04
#define  XHCI_MAX_SLOTS(v)	((v) & 0xff)
#define  XHCI_MAX_PORTS(v)	((v) >> 24)
#define XHCI_HCSPARAMS2		0x08
#define  XHCI_SCRATCHPADS(v)	(((v) >> 21 & 0x1f) << 5 | (v) >> 27)
#define XHCI_HCCPARAMS1		0x10
#define  XHCI_CONTEXT_64	0x04
#define XHCI_DBOFF		0x14
#define XHCI_RTSOFF		0x18
#define XHCI_CAPABILITIES_SIZE	0x20

/* 5.4: operational registers */
#define XHCI_USBCMD		0x00
#define  XHCI_CMD_RUN		0x0001
#define  XHCI_CMD_RESET		0x0002
#define XHCI_USBSTS		0x04
#define  XHCI_STS_HALTED	0x0001
#define  XHCI_STS_SYSTEM_ERROR	0x0004
#define  XHCI_STS_NOT_READY	0x0800
#define XHCI_PAGESIZE		0x08
#define XHCI_CRCR		0x18
#define XHCI_DCBAAP		0x30
#define XHCI_CONFIG		0x38
#define XHCI_PORTSC(port)	(0x400 + 0x10 * ((port) - 1))

/* 5.4.8: port status and control */
#define XHCI_PORT_CONNECTED	0x00000001
#define XHCI_PORT_ENABLED	0x00000002	/* 1 disables */
#define XHCI_PORT_RESET		0x00000010
#define XHCI_PORT_POWER		0x00000200
#define XHCI_PORT_SPEED(v)	((v) >> 10 & 0xf)
#define XHCI_PORT_CHANGES	0x00fe0000	/* 1 clears */
#define XHCI_PORT_CONNECT_CHANGE 0x00020000
#define XHCI_PORT_RESET_CHANGE	0x00200000
#define XHCI_PORT_KEEP		0x0e00c200	/* what is written as it was read */

/* 5.5: runtime registers of interrupter 0 */
#define XHCI_ERSTSZ		0x28
#define XHCI_ERSTBA		0x30
#define XHCI_ERDP		0x38
#define  XHCI_ERDP_BUSY		0x08	/* 1 clears */
#define XHCI_RUNTIME_SIZE	0x40

/* 4.11: what lies in rings */
struct xhci_trb {
	le64 parameter;
	le32 status;
	le32 control;
};

#define TRB_CYCLE		0x00000001
#define TRB_TOGGLE_CYCLE	0x00000002	/* link */
#define TRB_SHORT_PACKET	0x00000004	/* an event if fewer bytes came */
#define TRB_EVENT		0x00000020	/* when it is done */
#define TRB_IMMEDIATE		0x00000040
#define TRB_DIRECTION_IN	0x00010000	/* data and status stages */
#define TRB_SETUP_OUT		0x00020000
#define TRB_SETUP_IN		0x00030000
#define TRB_TYPE(type)		((u32)(type) << 10)
#define TRB_GET_TYPE(control)	((control) >> 10 & 0x3f)
#define TRB_ENDPOINT(id)	((u32)(id) << 16)
#define TRB_GET_ENDPOINT(c)	((c) >> 16 & 0x1f)
#define TRB_SLOT(slot)		((u32)(slot) << 24)
#define TRB_GET_SLOT(control)	((control) >> 24)
#define TRB_GET_CODE(status)	((status) >> 24)
#define TRB_GET_LENGTH(status)	((status) & 0xffffff)

/* 6.4.6: types */
#define TRB_NORMAL		1
#define TRB_SETUP_STAGE		2
#define TRB_DATA_STAGE		3
#define TRB_STATUS_STAGE	4
#define TRB_LINK		6
#define TRB_ENABLE_SLOT		9
#define TRB_DISABLE_SLOT	10
#define TRB_ADDRESS_DEVICE	11
#define TRB_CONFIGURE_ENDPOINT	12
#define TRB_EVALUATE_CONTEXT	13
#define TRB_RESET_ENDPOINT	14
#define TRB_SET_DEQUEUE		16
#define TRB_TRANSFER_EVENT	32
#define TRB_COMMAND_EVENT	33
#define TRB_PORT_EVENT		34

/* 6.4.5: completion codes */
#define TRB_SUCCESS		1
#define TRB_TRANSACTION_ERROR	4
#define TRB_STALL		6
#define TRB_SHORT		13

/* 6.5: a segment of the event ring */
struct xhci_erst {
	le64 base;
	le32 size;		/* TRBs */
	le32 reserved;
};

/* 6.2: words of contexts; each context has 8, or 16 of which 8 are used */
#define SLOT0_ROUTE(route)	((u32)(route) & 0xfffff)
#define SLOT0_SPEED(speed)	((u32)(speed) << 20)
#define SLOT0_HUB		0x04000000
#define SLOT0_ENTRIES(n)	((u32)(n) << 27)
#define SLOT1_ROOT_PORT(port)	((u32)(port) << 16)
#define SLOT1_PORTS(n)		((u32)(n) << 24)
#define SLOT2_TT(slot, port)	((u32)(port) << 8 | (slot))
#define EP0_INTERVAL(n)		((u32)(n) << 16)
#define EP1_ERRORS(n)		((u32)(n) << 1)
#define EP1_TYPE(type)		((u32)(type) << 3)
#define  EP_CONTROL		4
#define  EP_INTERRUPT_IN	7
#define EP1_MAX_PACKET(n)	((u32)(n) << 16)
#define EP2_CYCLE		0x1
#define EP4_AVERAGE(n)		((u32)(n))
#define EP4_MAX_ESIT(n)		((u32)(n) << 16)

/* Speeds: 7.2.2.1.1 */
#define USB_SPEED_FULL		1
#define USB_SPEED_LOW		2
#define USB_SPEED_HIGH		3
#define USB_SPEED_SUPER		4

#endif
