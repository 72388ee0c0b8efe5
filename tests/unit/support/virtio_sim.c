/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* A virtio device; see virtio_sim.h. */
#include <inttypes.h>
#include <string.h>

#include <asm/io.h>
#include <spec/pci.h>

#include "support.h"
#include "virtio_sim.h"

#define NOTIFY	0x1000u
#define DEVICE	0x2000u
#define CHAIN_MAX	8

struct vsim vsim;

static struct {
	u16 size, enable, seen;
	u64 addr[3];
} queues[VSIM_QUEUES];

static u32 feature_select, driver_select;
static u16 queue_select;
static u8 generation;

static u32 get(const u8 *p, unsigned int width)
{
	u32 value = 0;

	memcpy(&value, p, width);
	return value;
}

static unsigned int cap_at(u8 type)
{
	return 0x40 + 0x20 * (type - VIRTIO_PCI_CAP_COMMON);
}

void vsim_cap(u8 type, unsigned int field, u32 value, unsigned int width)
{
	memcpy(env_config + cap_at(type) + field, &value, width);
}

static void add_cap(u8 type, u32 offset, u32 length)
{
	u8 next = type == VIRTIO_PCI_CAP_DEVICE ? 0 : (u8)cap_at(type + 1);
	const u8 head[4] = { PCI_CAP_ID_VENDOR, next, 16, type };

	memcpy(env_config + cap_at(type), head, 4);
	vsim_cap(type, VIRTIO_PCI_CAP_BAR, 4, 1);
	vsim_cap(type, VIRTIO_PCI_CAP_OFFSET, offset, 4);
	vsim_cap(type, VIRTIO_PCI_CAP_LENGTH, length, 4);
}

void vsim_init(u32 regs_len)
{
	memset(&vsim, 0, sizeof(vsim));
	memset(queues, 0, sizeof(queues));
	env_init();
	vsim.pci.bar[4] = (struct pci_bar) {
		.size = 0x4000, .addr = VSIM_BAR, .space = PCI_SPACE_MEM
	};
	env_config[PCI_STATUS] = PCI_STATUS_CAP_LIST;
	env_config[PCI_CAPABILITY_LIST] = 0x40;
	add_cap(VIRTIO_PCI_CAP_COMMON, 0, VIRTIO_COMMON_SIZE);
	add_cap(VIRTIO_PCI_CAP_NOTIFY, NOTIFY, 0x1000);
	add_cap(VIRTIO_PCI_CAP_ISR, 0x3000, 4);
	add_cap(VIRTIO_PCI_CAP_DEVICE, DEVICE, regs_len);
	vsim_cap(VIRTIO_PCI_CAP_NOTIFY, VIRTIO_PCI_CAP_MULTIPLIER, 4, 4);
	vsim.features = VIRTIO_F_VERSION_1 | VIRTIO_F_ACCESS_PLATFORM | 0xff00ff;
	vsim.queue_max = 256;
	vsim.bad_id = -1;
}

static u32 common_read(u32 offset, unsigned int width)
{
	switch (offset) {
	case VIRTIO_DEVICE_FEATURE:
		return (u32)(vsim.features >> (feature_select ? 32 : 0));
	case VIRTIO_DEVICE_STATUS:
		return vsim.no_reset && !vsim.status ? 0x40 : vsim.status;
	case VIRTIO_CONFIG_GENERATION:
		generation += vsim.restless;
		return generation;
	case VIRTIO_QUEUE_SIZE:
		return queue_select < VSIM_QUEUES ? vsim.queue_max : 0;
	case VIRTIO_QUEUE_NOTIFY_OFF:
		return vsim.notify_off ? vsim.notify_off : queue_select;
	}
	if (vsim.lenient)
		return 0;
	mock_fail("read of %u bytes at common register %#x", width, offset);
}

u32 mock_mmio_read(phys_addr_t addr, unsigned int width)
{
	u32 offset = (u32)(addr - VSIM_BAR);

	env_exits++;
	if (offset < VIRTIO_COMMON_SIZE)
		return common_read(offset, width);
	if (offset >= DEVICE && offset - DEVICE + width <= sizeof(vsim.regs))
		return get(&vsim.regs[offset - DEVICE], width);
	if (vsim.lenient)
		return 0;
	mock_fail("read at %#" PRIx64, addr);
}

static void push_used(unsigned int queue, u16 id, u32 len)
{
	struct virtq_used *used = (void *)(uintptr_t)queues[queue].addr[2];
	u16 idx = le16_to_cpu(used->idx);

	used->ring[idx % queues[queue].size] = (struct virtq_used_elem) {
		.id = cpu_to_le32(vsim.bad_id >= 0 ? (u32)vsim.bad_id : id),
		.len = cpu_to_le32(len),
	};
	used->idx = cpu_to_le16((u16)(idx + 1 + vsim.jump));
}

static void run_chain(unsigned int queue, u16 head)
{
	const struct virtq_desc *desc = (void *)(uintptr_t)queues[queue].addr[0];
	struct vsim_buf bufs[CHAIN_MAX];
	unsigned int n = 0;
	u16 d = head, flags;

	do {
		if (n == CHAIN_MAX || d >= queues[queue].size)
			mock_fail("descriptor %u", d);
		flags = le16_to_cpu(desc[d].flags);
		bufs[n++] = (struct vsim_buf) {
			(void *)(uintptr_t)le64_to_cpu(desc[d].addr), le32_to_cpu(desc[d].len),
			flags & VIRTQ_DESC_F_WRITE
		};
		if (n > 1 && bufs[n - 2].writable && !bufs[n - 1].writable)
			mock_fail("what the device reads comes after what it writes");
		d = le16_to_cpu(desc[d].next);
	} while (flags & VIRTQ_DESC_F_NEXT);
	push_used(queue, head, vsim.handle(queue, bufs, n));
}

bool vsim_answer(unsigned int queue)
{
	const struct virtq_avail *avail = (const void *)(uintptr_t)queues[queue].addr[1];
	u16 slot;

	if (!queues[queue].enable || queues[queue].seen == le16_to_cpu(avail->idx))
		return false;
	slot = queues[queue].seen++ % queues[queue].size;
	run_chain(queue, le16_to_cpu(avail->ring[slot]));
	return true;
}

static void notify(unsigned int queue)
{
	if (queue >= VSIM_QUEUES || !queues[queue].enable ||
	    !(vsim.status & VIRTIO_STATUS_DRIVER_OK)) {
		if (vsim.lenient)
			return;
		mock_fail("notification of queue %u", queue);
	}
	if (vsim.silent || (vsim.held & 1u << queue))
		return;
	while (vsim_answer(queue))
		;
}

static void write_status(u8 status)
{
	vsim.status = status;
	if (status == 0) {
		memset(queues, 0, sizeof(queues));
		vsim.resets++;
	}
	if (vsim.refuse)
		vsim.status &= ~VIRTIO_STATUS_FEATURES_OK;
}

static void common_write(u32 offset, u32 value)
{
	unsigned int q = queue_select;
	u32 *half;

	switch (offset) {
	case VIRTIO_DEVICE_FEATURE_SELECT:
		feature_select = value;
		return;
	case VIRTIO_DRIVER_FEATURE_SELECT:
		driver_select = value;
		return;
	case VIRTIO_DRIVER_FEATURE:
		half = (u32 *)&vsim.accepted + (driver_select ? 1 : 0);
		*half = value;
		return;
	case VIRTIO_DEVICE_STATUS:
		write_status((u8)value);
		return;
	case VIRTIO_QUEUE_SELECT:
		queue_select = (u16)value;
		return;
	}
	if (q >= VSIM_QUEUES) {
		if (vsim.lenient)
			return;
		mock_fail("write to a register of queue %u", q);
	}
	if (offset == VIRTIO_QUEUE_SIZE)
		queues[q].size = (u16)value;
	else if (offset == VIRTIO_QUEUE_ENABLE)
		queues[q].enable = (u16)value;
	else if (offset >= VIRTIO_QUEUE_DESC)
		((u32 *)queues[q].addr)[(offset - VIRTIO_QUEUE_DESC) / 4 % 6] = value;
	else if (!vsim.lenient)
		mock_fail("write to common register %#x", offset);
	if (queues[q].size == 0)
		queues[q].size = vsim.queue_max;
}

void mock_mmio_write(phys_addr_t addr, u32 value, unsigned int width __unused)
{
	u32 offset = (u32)(addr - VSIM_BAR);

	env_exits++;
	if (offset < VIRTIO_COMMON_SIZE)
		common_write(offset, value);
	else if (offset == NOTIFY + 4 * value)
		notify(value);
	else if (!vsim.lenient)
		mock_fail("write of %#x at %#" PRIx64, value, addr);
}
