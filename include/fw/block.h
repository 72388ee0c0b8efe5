/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Block devices: what a storage driver offers, and where the devices are kept.
 * Contents are hostile; so is a device's word on its own size.
 */
#ifndef FW_BLOCK_H
#define FW_BLOCK_H

#include <fw/list.h>
#include <fw/types.h>

struct block_device;
struct pci_dev;

/**
 * struct block_ops - what a driver does
 * @read:  @count blocks from @lba on into @buf
 * @write: @count blocks from @buf; NULL if the device cannot be written to
 * @flush: make writes durable; NULL if they are
 * @check: see whether the medium is the same; NULL if it cannot change. It counts
 *         @medium up and fills in what the new one is, or that there is none
 * @quiesce: end all of the device's accesses to memory, for good
 *
 * The block layer has checked the range, @count is at least 1, and @buf is aligned
 * to the device's @align. The driver splits transfers as its device needs and goes
 * through fw/dma.h. Each returns 0, -EIO, -ETIMEDOUT or -ENOMEM; a bounded time
 * passes in any case.
 */
struct block_ops {
	int (*read)(struct block_device *dev, u64 lba, u64 count, void *buf);
	int (*write)(struct block_device *dev, u64 lba, u64 count, const void *buf);
	int (*flush)(struct block_device *dev);
	int (*check)(struct block_device *dev);
	void (*quiesce)(struct block_device *dev);
};

/** enum block_bus - how a device's place below its controller is named */
enum block_bus {
	BLOCK_BUS_NONE,		/* the controller is the device (virtio-blk) */
	BLOCK_BUS_SCSI,
	BLOCK_BUS_SATA,
	BLOCK_BUS_NVME,
	BLOCK_BUS_IDE,
};

/**
 * struct block_device - a device with one medium, or a place for one
 * @list:       of all devices, in the order in which they were found
 * @ops:        driver
 * @pci:        controller's function
 * @bus:        says which member of the union counts
 * @block_size: bytes, a power of two from 512 to 65536
 * @blocks:     how many, at least 1
 * @align:      power of two up to 4096 that transfers must be aligned to in memory
 * @read_only, @removable: as they say
 * @absent:     there is no medium; @blocks does not count
 * @shared:     others write to it, too, and its driver may use this layer again: nothing
 *              is kept of what was read, and buffers have any alignment
 * @medium:     counts the media
 * @name:       for the log, such as "virtio-blk 00:04.0"
 */
struct block_device {
	struct list_head list;
	const struct block_ops *ops;
	struct pci_dev *pci;
	enum block_bus bus;
	union {
		struct {
			u16 target, lun;
		} scsi;
		struct {
			u16 port;
			bool atapi;
		} sata;
		struct {
			u32 id;
			u8 eui64[8];
		} nvme;
		struct {
			u8 channel, drive;
			bool atapi;
		} ide;
	};
	u32 block_size;
	u64 blocks;
	u32 align;
	bool read_only;
	bool removable;
	bool absent;
	bool shared;
	u32 medium;
	char name[32];
};

/**
 * block_register() - add a device
 * @dev: filled in by the driver; belongs to the list from now on
 *
 * Return: 0, or -EINVAL with the reason logged if its sizes make no sense.
 * Context: pci step.
 */
int block_register(struct block_device *dev);

/** block_devices() - the list of struct block_device */
const struct list_head *block_devices(void);

/**
 * block_read() - read whole blocks
 *
 * Small reads may be served from what was read before; a write through this layer
 * is seen by all that come after it.
 *
 * @dev:   device
 * @lba:   first block
 * @count: blocks; 0 is nothing to do
 * @buf:   any alignment
 *
 * Return: 0, -ERANGE beyond the end, -ENOMEDIUM, or the driver's error.
 */
int block_read(struct block_device *dev, u64 lba, u64 count, void *buf);

/** block_write() - write whole blocks; -EPERM if the device is read-only; see block_read() */
int block_write(struct block_device *dev, u64 lba, u64 count, const void *buf);

/** block_flush() - make earlier writes durable */
int block_flush(struct block_device *dev);

/**
 * block_check() - see whether a device still has the same medium
 * @dev: device; what it says of its medium, and @dev->medium, may change
 *
 * A driver may also notice during a transfer, which then fails with -EIO; what is
 * there now is seen here.
 *
 * Return: 0, or the driver's error.
 */
int block_check(struct block_device *dev);

/** block_forget() - nothing that was read of a device counts any more */
void block_forget(struct block_device *dev);

/** block_quiesce() - end all devices' accesses to memory; nothing can be read after it */
int block_quiesce(void);

#endif
