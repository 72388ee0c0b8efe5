/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Virtio block device: one queue, one request at a time.
 * Document: OASIS VIRTIO 1.2, section 5.2.
 */
#define pr_fmt(fmt) "virtio-blk: " fmt

#include <fw/alloc.h>
#include <fw/block.h>
#include <fw/dma.h>
#include <fw/errno.h>
#include <fw/log.h>
#include <fw/pci.h>
#include <fw/printf.h>
#include <fw/virtio.h>

#define QUEUE_SIZE	4	/* three descriptors are in use */
#define TIMEOUT_MS	10000
/* Bounds the time that one request takes. */
#define TRANSFER_MAX	MiB(16)

/* What the device sees of a request, besides the data. */
struct request {
	struct virtio_blk_head head;
	u8 status;
};

struct virtio_blk {
	struct block_device block;
	struct virtio_dev vdev;
	struct virtq queue;
	struct request *request;
	phys_addr_t request_dev;
};

static struct virtio_blk *to_virtio_blk(struct block_device *dev)
{
	return container_of(dev, struct virtio_blk, block);
}

/* @data is of length 0 if the request has none. Nothing follows a request that failed to end. */
static int run(struct virtio_blk *vblk, u32 type, u64 sector, const struct virtq_buf *data)
{
	struct virtq_buf bufs[3];
	unsigned int n = 0;
	int rc;

	vblk->request->head = (struct virtio_blk_head) {
		.type = cpu_to_le32(type),
		.sector = cpu_to_le64(sector),
	};
	*(volatile u8 *)&vblk->request->status = 0xff;
	bufs[n++] = (struct virtq_buf) { vblk->request_dev, sizeof(vblk->request->head) };
	if (data->len)
		bufs[n++] = *data;
	bufs[n++] = (struct virtq_buf) {
		vblk->request_dev + offsetof(struct request, status), 1
	};
	/* The last one is the device's to write; so is the data of a read. */
	rc = virtq_run(&vblk->queue, bufs, type == VIRTIO_BLK_T_IN ? 1 : n - 1,
		       type == VIRTIO_BLK_T_IN ? n - 1 : 1, NULL, TIMEOUT_MS);
	if (rc) {
		vblk->queue.broken = true;
		virtio_reset(&vblk->vdev);
		return rc == -ETIMEDOUT ? rc : -EIO;
	}
	if (*(volatile u8 *)&vblk->request->status != VIRTIO_BLK_S_OK)
		return -EIO;
	return 0;
}

static int transfer(struct block_device *dev, u32 type, u64 lba, u64 count, phys_addr_t buf)
{
	enum dma_dir dir = type == VIRTIO_BLK_T_IN ? DMA_FROM_DEVICE : DMA_TO_DEVICE;
	struct virtio_blk *vblk = to_virtio_blk(dev);
	u64 left = count * dev->block_size;
	u64 sector = lba * (dev->block_size / VIRTIO_BLK_SECTOR);
	struct dma_mapping map;
	struct virtq_buf data;
	int rc;

	while (left) {
		rc = dma_map(&map, buf, MIN(left, TRANSFER_MAX), dir);
		if (rc)
			return rc;
		data.addr = map.addr;
		data.len = (u32)ALIGN_DOWN(map.len, dev->block_size);
		rc = data.len ? run(vblk, type, sector, &data) : -ENOMEM;
		dma_unmap(&map);
		if (rc) {
			pr_err("%s: sector %llu: error %d", dev->name,
			       (unsigned long long)sector, rc);
			return rc;
		}
		buf += data.len;
		left -= data.len;
		sector += data.len / VIRTIO_BLK_SECTOR;
	}
	return 0;
}

static int virtio_blk_read(struct block_device *dev, u64 lba, u64 count, void *buf)
{
	return transfer(dev, VIRTIO_BLK_T_IN, lba, count, (uintptr_t)buf);
}

static int virtio_blk_write(struct block_device *dev, u64 lba, u64 count, const void *buf)
{
	return transfer(dev, VIRTIO_BLK_T_OUT, lba, count, (uintptr_t)buf);
}

static int virtio_blk_flush(struct block_device *dev)
{
	struct virtio_blk *vblk = to_virtio_blk(dev);
	static const struct virtq_buf none;

	if (!(vblk->vdev.features & VIRTIO_BLK_F_FLUSH))
		return 0;
	return run(vblk, VIRTIO_BLK_T_FLUSH, 0, &none);
}

static void virtio_blk_quiesce(struct block_device *dev)
{
	virtio_reset(&to_virtio_blk(dev)->vdev);
}

static const struct block_ops virtio_blk_ops = {
	.read = virtio_blk_read,
	.write = virtio_blk_write,
	.flush = virtio_blk_flush,
	.quiesce = virtio_blk_quiesce,
};

static int read_geometry(struct virtio_blk *vblk)
{
	struct block_device *block = &vblk->block;
	u64 sectors = virtio_config_read64(&vblk->vdev, VIRTIO_BLK_CAPACITY);

	block->block_size = VIRTIO_BLK_SECTOR;
	if (vblk->vdev.features & VIRTIO_BLK_F_BLK_SIZE)
		block->block_size = virtio_config_read32(&vblk->vdev, VIRTIO_BLK_BLK_SIZE);
	/* The block layer judges the rest, but this is a divisor. */
	if (block->block_size < VIRTIO_BLK_SECTOR) {
		pr_err("%s: blocks of %u bytes", block->name, block->block_size);
		return -EINVAL;
	}
	block->blocks = sectors / (block->block_size / VIRTIO_BLK_SECTOR);
	block->read_only = vblk->vdev.features & VIRTIO_BLK_F_RO;
	return 0;
}

static int start(struct virtio_blk *vblk, struct pci_dev *pci)
{
	int rc;

	rc = virtio_open(&vblk->vdev, pci, VIRTIO_BLK_F_RO | VIRTIO_BLK_F_BLK_SIZE |
					   VIRTIO_BLK_F_FLUSH);
	if (rc)
		return rc;
	vblk->request = dma_alloc(sizeof(*vblk->request), &vblk->request_dev);
	rc = vblk->request ? read_geometry(vblk) : -ENOMEM;
	if (rc == 0)
		rc = virtq_init(&vblk->queue, &vblk->vdev, 0, QUEUE_SIZE);
	if (rc == 0) {
		virtio_start(&vblk->vdev);
		rc = block_register(&vblk->block);
	}
	if (rc)
		virtio_reset(&vblk->vdev);
	return rc;
}

static int virtio_blk_probe(struct pci_dev *pci)
{
	struct virtio_blk *vblk = heap_alloc(sizeof(*vblk));
	int rc;

	if (!vblk)
		return -ENOMEM;
	vblk->block.ops = &virtio_blk_ops;
	vblk->block.pci = pci;
	snprintf(vblk->block.name, sizeof(vblk->block.name), "virtio-blk %02x:%02x.%x",
		 PCI_BDF_BUS(pci->bdf), PCI_BDF_DEV(pci->bdf), PCI_BDF_FN(pci->bdf));
	vblk->vdev.name = vblk->block.name;
	rc = start(vblk, pci);
	if (rc) {
		virtq_free(&vblk->queue);
		dma_free(vblk->request, sizeof(*vblk->request));
		heap_free(vblk);
	}
	return rc;
}

static const u32 virtio_blk_ids[] = {
	PCI_ID(VIRTIO_PCI_VENDOR, VIRTIO_PCI_TRANSITIONAL_BLK),
	PCI_ID(VIRTIO_PCI_VENDOR, VIRTIO_PCI_DEVICE(VIRTIO_TYPE_BLK)),
	0
};

static const struct pci_driver virtio_blk_driver = {
	.name = "virtio-blk",
	.ids = virtio_blk_ids,
	.probe = virtio_blk_probe,
};
PCI_DRIVER(20, virtio_blk_driver);
