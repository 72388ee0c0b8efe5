/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * USB with a hostile device: its descriptors, hub status and reports are the input,
 * and so are events that the controller tells of. Nothing is read or written outside,
 * and everything ends.
 */
#include <stdlib.h>
#include <string.h>

#include <asm/cpu.h>
#include <fw/alloc.h>
#include <fw/console.h>
#include <fw/efi.h>
#include <fw/pci.h>

#include "support.h"
#include "usb.h"
#include "xhci_sim.h"

extern const struct keyboard *const keyboard__20__usb_keyboard;
extern const struct pci_driver *const pci_driver__60__xhci_driver;

static const u8 *input;
static size_t input_size;
static u64 ticks, now;

u64 mock_rdtsc(void)
{
	ticks += 50000000;
	return ticks;
}

u64 efi_time_100ns(void)
{
	return now += 1000;
}

static size_t take(u8 *to, size_t len)
{
	len = MIN(len, input_size);
	memcpy(to, input, len);
	input += len;
	input_size -= len;
	return len;
}

/* The first byte of an answer is how long it is. */
static size_t answer(u8 *data, size_t length)
{
	u8 size = 0;

	take(&size, 1);
	return take(data, MIN(size, length));
}

static void read_keys(void)
{
	struct efi_key_data key;
	unsigned int i;

	for (i = 0; i < 64 && keyboard__20__usb_keyboard->read(&key); i++)
		;
}

static void play(void)
{
	u8 bytes[16];
	u64 parameter;
	u32 words[2];

	while (input_size > 0) {
		memset(bytes, 0, sizeof(bytes));
		take(bytes, 1);
		if (bytes[0] < 0x80) {
			u8 slot = bytes[0] % 8 + 1, code = bytes[0] & 0x40 ? TRB_STALL : TRB_SHORT;

			xhci_sim_report(slot, bytes, take(bytes, 8), code);
		} else {
			take(bytes, sizeof(bytes));
			memcpy(&parameter, bytes, 8);
			memcpy(words, bytes + 8, 8);
			xhci_sim_event(parameter, words[0], words[1]);
		}
		read_keys();
	}
}

static void end(void)
{
	struct list_head *list = (struct list_head *)xhci_list();
	struct xhci *x, *next;

	list_for_each_entry_safe(x, next, list, list) {
		for (unsigned int i = 1; i <= XHCI_SLOTS; i++)
			heap_free(x->device[i]);
		list_del(&x->list);
		heap_free(x);
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct usb_keyboard_config found;
	static struct sim_usb dev;
	u8 *exact = malloc(size + 1);

	memcpy(exact, data, size);
	usb_find_keyboard(exact, size, &found);
	free(exact);

	input = data;
	input_size = size;
	xhci_sim_reset();
	dev = xhci_sim_keyboard();
	take(&dev.speed, 1);
	dev.speed &= 0xf;
	dev.hub_ports = 4;
	/* Behind a hub it finds itself again. */
	dev.behind[0] = dev.behind[3] = &dev;
	pci_driver__60__xhci_driver->probe(&xhci_sim_pci);
	xhci_sim_answer = answer;
	xhci_sim_plug(1, &dev);
	keyboard__20__usb_keyboard->probe();
	play();
	end();
	return 0;
}
