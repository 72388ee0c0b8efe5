/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Virtio devices on PCI, polled. The device is the host's: what it writes to a
 * queue is read once, bounded, and never used as an index without a check.
 *
 * A driver's start: virtio_open(), virtq_init() for each queue, virtio_start().
 * Context: after the memmap step; not from an interrupt.
 */
#ifndef FW_VIRTIO_H
#define FW_VIRTIO_H

#include <fw/types.h>
#include <spec/virtio.h>

struct pci_dev;

/**
 * struct virtio_dev - a device
 * @pci:        its function
 * @name:       for the log, such as "virtio-blk"
 * @features:   what was negotiated
 * @common, @notify, @config: registers; @config is NULL if there are none
 * @notify_len, @config_len: bytes
 * @multiplier: distance of the queues' notification registers
 */
struct virtio_dev {
	struct pci_dev *pci;
	const char *name;
	u64 features;
	u8 __iomem *common;
	u8 __iomem *notify;
	u8 __iomem *config;
	u32 notify_len;
	u32 config_len;
	u32 multiplier;
};

/**
 * struct virtq_buf - a piece of memory of a request
 * @addr: its address for the device
 * @len:  bytes
 */
struct virtq_buf {
	phys_addr_t addr;
	u32 len;
};

#define VIRTQ_SIZE_MAX	128

/**
 * struct virtq - a queue
 * @vdev:      device
 * @size:      entries, a power of two up to VIRTQ_SIZE_MAX
 * @desc, @avail, @used: shared with the device
 * @memory, @memory_size: of all three
 * @bell:      notification register
 * @index:     number of the queue
 * @avail_idx: next entry that the device gets
 * @used_idx:  next entry that it gives back
 * @free, @free_count: chain of unused descriptors
 * @next, @count: per descriptor, the one after it and, for a request's first one, how
 *             many it has; copies, since the device can write to the shared ones
 * @broken:    the device broke the rules; nothing more is asked of it
 */
struct virtq {
	struct virtio_dev *vdev;
	u16 size;
	struct virtq_desc *desc;
	struct virtq_avail *avail;
	struct virtq_used *used;
	void *memory;
	size_t memory_size;
	u8 __iomem *bell;
	u16 index;
	u16 avail_idx;
	u16 used_idx;
	u16 free;
	u16 free_count;
	u16 next[VIRTQ_SIZE_MAX];
	u16 count[VIRTQ_SIZE_MAX];
	bool broken;
};

/**
 * virtio_open() - find a device's registers, reset it and agree on features
 * @vdev:   filled in; the caller has set @name
 * @pci:    function
 * @wanted: features that the driver knows, besides VERSION_1 (without which a device
 *          is refused) and ACCESS_PLATFORM, which are always negotiated
 *
 * Return: 0, or -Exxx with the reason logged.
 */
int virtio_open(struct virtio_dev *vdev, struct pci_dev *pci, u64 wanted);

/**
 * virtq_init() - set up a queue
 * @q:     queue
 * @vdev:  device
 * @index: number of the queue
 * @size:  entries wanted, a power of two up to VIRTQ_SIZE_MAX; it may get fewer
 *
 * Return: 0, or -Exxx with the reason logged.
 */
int virtq_init(struct virtq *q, struct virtio_dev *vdev, u16 index, u16 size);

/** virtq_free() - give a queue's memory back; the device has been reset */
void virtq_free(struct virtq *q);

/** virtio_start() - the device may use its queues from now on */
void virtio_start(struct virtio_dev *vdev);

/**
 * virtio_reset() - end all of the device's accesses to memory; waits for it
 *
 * Return: 0, or -ETIMEDOUT with the reason logged; then the bus ends them.
 */
int virtio_reset(struct virtio_dev *vdev);

/* Registers of the device's own; 0 beyond their end. */
u16 virtio_config_read16(const struct virtio_dev *vdev, u32 offset);
u32 virtio_config_read32(const struct virtio_dev *vdev, u32 offset);

/** virtio_config_read64() - read a value that may change while it is read */
u64 virtio_config_read64(const struct virtio_dev *vdev, u32 offset);

/**
 * virtq_add() - put a request into the queue
 * @q:    queue
 * @bufs: first those that the device reads, then those that it writes
 * @out:  how many it reads
 * @in:   how many it writes; at least one of both
 *
 * Return: the request's number, -ENOSPC if the queue is full, or -EIO.
 */
int virtq_add(struct virtq *q, const struct virtq_buf *bufs, unsigned int out, unsigned int in);

/** virtq_kick() - tell the device of all requests that were added */
void virtq_kick(struct virtq *q);

/**
 * virtq_poll() - take back a request that is done
 * @q:   queue
 * @len: how many bytes the device says it has written; untrusted, may be NULL
 *
 * Return: the request's number, -ENOENT if none is done, or -EIO with the reason
 * logged if the device broke the rules.
 */
int virtq_poll(struct virtq *q, u32 *len);

/**
 * virtq_run() - one request from beginning to end, on a queue without others
 * @q, @bufs, @out, @in: as virtq_add()
 * @len: as virtq_poll()
 * @ms:  milliseconds to wait at least
 *
 * After an error the device may still write to the buffers: reset it.
 *
 * Return: 0, -ETIMEDOUT, or the error of virtq_add() or virtq_poll().
 */
int virtq_run(struct virtq *q, const struct virtq_buf *bufs, unsigned int out,
	      unsigned int in, u32 *len, u32 ms);

#endif
