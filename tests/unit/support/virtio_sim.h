/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * A virtio device behind mock_mmio_*() and pci_read*(), which does as it is told, and
 * breaks the rules where it is told to.
 */
#ifndef UNIT_VIRTIO_SIM_H
#define UNIT_VIRTIO_SIM_H

#include <fw/pci.h>
#include <fw/virtio.h>

#include "driver_env.h"

#define VSIM_BAR	0xfe000000u
#define VSIM_QUEUES	3

/**
 * struct vsim_buf - a piece of a request, as the device sees it
 */
struct vsim_buf {
	void *data;
	u32 len;
	bool writable;
};

/**
 * struct vsim - the device
 * @pci:      its function
 * @features: offered
 * @accepted: what the driver has written
 * @regs:     registers of the device's own
 * @queue_max, @notify_off: what the registers say
 * @status:   present
 * @resets:   how often it was reset
 * @refuse:   FEATURES_OK does not stick
 * @no_reset: the status never becomes 0
 * @restless: the generation of the registers changes all the time
 * @silent:   requests have no answer
 * @held:     a bit for each queue whose requests wait for vsim_answer()
 * @jump:     what the index of done requests grows by too much
 * @lenient:  an access to what is not there does nothing
 * @bad_id:   given back instead of the request's own, unless it is negative
 * @handle:   carries out a request; returns how much was written
 */
struct vsim {
	struct pci_dev pci;
	u64 features;
	u64 accepted;
	u8 regs[64];
	u16 queue_max;
	u16 notify_off;
	u8 status;
	unsigned int resets;
	bool refuse, no_reset, restless, silent, lenient;
	u32 held;
	u16 jump;
	s64 bad_id;
	u32 (*handle)(unsigned int queue, const struct vsim_buf *bufs, unsigned int count);
};

extern struct vsim vsim;

/** vsim_init() - a good device */
void vsim_init(u32 regs_len);

/** vsim_answer() - carry out a queue's oldest request; whether there was one */
bool vsim_answer(unsigned int queue);

/** vsim_cap() - change a field of a capability; @type is VIRTIO_PCI_CAP_* */
void vsim_cap(u8 type, unsigned int field, u32 value, unsigned int width);

#endif
