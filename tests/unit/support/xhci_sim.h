/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * An xHCI controller behind mock_mmio_*(), with devices that answer as the test
 * says. It reads rings as a real one does, and can be told to lie.
 */
#ifndef UNIT_XHCI_SIM_H
#define UNIT_XHCI_SIM_H

#include <fw/pci.h>
#include <spec/usb.h>
#include <spec/xhci.h>

#define SIM_XHCI	0xe0000000u
#define SIM_XHCI_SIZE	0x4000u
#define SIM_PORTS	4
#define SIM_SLOTS	16

/**
 * struct sim_usb - a device
 * @device, @config: its descriptors
 * @hub_ports:       not 0: it is a hub; @behind are what is plugged in, from port 1
 * @speed:           USB_SPEED_*
 * @stall:           request that it refuses, or 0
 * @address_errors:  addresses that fail before one does not
 * @configured, @boot_protocol, @idle: what it was told
 * @reset:           it was reset by its hub
 */
struct sim_usb {
	u8 device[18];
	u8 config[256];
	size_t config_size;
	u8 hub_ports;
	struct sim_usb *behind[4];
	u8 speed;
	u8 stall;
	unsigned int address_errors;
	u8 configured;
	bool boot_protocol, idle;
	bool reset;
};

/** struct sim_lies - what the controller does wrong */
struct sim_lies {
	bool no_answers;	/* to commands */
	bool no_transfers;
	u8 slot;		/* number of the next slot, instead of a free one */
	bool wrong_pointers;	/* in events */
	bool wrong_slots;
	u32 params1;		/* registers instead of the real ones; 0: real */
	u32 params2;
	u32 doorbells;
	u32 runtime;
	bool never_ready;
	unsigned int flood;	/* events that nobody asked for, with each answer */
};

extern struct sim_lies sim_lies;

/* Accesses to registers since xhci_sim_reset(). */
extern unsigned int xhci_sim_accesses;

/* Whether the controller runs, and whether it was reset after that. */
extern bool xhci_sim_running;

extern struct pci_dev xhci_sim_pci;

/* What fuzzers replace: an answer to a control transfer; NULL: the device's own. */
extern size_t (*xhci_sim_answer)(u8 *data, size_t length);

void xhci_sim_reset(void);

/** xhci_sim_plug() - a device at a root port from 1 on; NULL: pull it out */
void xhci_sim_plug(unsigned int port, struct sim_usb *dev);

/** xhci_sim_keyboard() - descriptors of a boot keyboard */
struct sim_usb xhci_sim_keyboard(void);

/** xhci_sim_hub() - descriptors of a hub with four ports */
struct sim_usb xhci_sim_hub(void);

/** xhci_sim_report() - a report of the keyboard in a slot; false: nobody waits for it */
bool xhci_sim_report(unsigned int slot, const u8 *report, size_t len, u32 code);

/** xhci_sim_event() - an event that is not about anything */
void xhci_sim_event(u64 parameter, u32 status, u32 control);

/** xhci_sim_allocations() - calls of dma_alloc() whose memory was not freed */
unsigned int xhci_sim_allocations(void);

#endif
