/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Virtio network cards. Frames are copied to and from memory that the device sees,
 * which it is told of once.
 * Document: OASIS VIRTIO 1.2, section 5.1.
 */
#define pr_fmt(fmt) "virtio-net: " fmt

#include <fw/byteorder.h>
#include <fw/dma.h>
#include <fw/errno.h>
#include <fw/log.h>
#include <fw/net.h>
#include <fw/pci.h>
#include <fw/string.h>
#include <fw/virtio.h>

#define VIRTIO_PCI_TRANSITIONAL_NET	0x1000

/* 5.1.3, 5.1.4 */
#define VIRTIO_NET_F_MAC	((u64)1 << 5)
#define VIRTIO_NET_F_STATUS	((u64)1 << 16)
#define VIRTIO_NET_MAC		0
#define VIRTIO_NET_STATUS	6
#define  VIRTIO_NET_S_LINK_UP	1

#define QUEUE_RX	0
#define QUEUE_TX	1
#define SLOTS		16

/* 5.1.6: before each frame; nothing in it is used. */
#define HEADER		12

struct slot {
	u8 header[HEADER];
	u8 frame[NET_FRAME_MAX];
};

/**
 * struct virtio_net - a card
 * @slots: shared with the device: first those for receiving, then for sending
 * @rx_slot, @tx_slot: by number of a request, its slot
 * @tx_free: a bit for each slot that is not being sent
 */
struct virtio_net {
	struct net_device net;
	struct virtio_dev vdev;
	struct virtq rx, tx;
	struct slot *slots;
	phys_addr_t slots_dev;
	u8 rx_slot[VIRTQ_SIZE_MAX];
	u8 tx_slot[VIRTQ_SIZE_MAX];
	u32 tx_free;
};

static struct virtio_net *to_vnet(struct net_device *dev)
{
	return container_of(dev, struct virtio_net, net);
}

static int add_slot(struct virtio_net *vnet, struct virtq *q, u8 *slots, unsigned int slot,
		    size_t len)
{
	struct virtq_buf buf = { vnet->slots_dev + slot * sizeof(struct slot),
				 (u32)(HEADER + len) };
	bool out = q == &vnet->tx;
	int request = virtq_add(q, &buf, out, !out);

	if (request < 0)
		return request;
	slots[request] = (u8)slot;
	return 0;
}

static void stop(struct net_device *dev)
{
	virtio_reset(&to_vnet(dev)->vdev);
}

static void release(struct net_device *dev)
{
	struct virtio_net *vnet = to_vnet(dev);

	virtq_free(&vnet->rx);
	virtq_free(&vnet->tx);
	dma_free(vnet->slots, 2 * SLOTS * sizeof(struct slot));
}

static int fill(struct virtio_net *vnet)
{
	unsigned int i;
	int rc = 0;

	for (i = 0; i < MIN(SLOTS, (unsigned int)vnet->rx.size) && rc == 0; i++)
		rc = add_slot(vnet, &vnet->rx, vnet->rx_slot, i, NET_FRAME_MAX);
	return rc;
}

static int open_registers(struct virtio_net *vnet)
{
	vnet->vdev.name = "virtio-net";
	return virtio_open(&vnet->vdev, vnet->net.pci, VIRTIO_NET_F_MAC | VIRTIO_NET_F_STATUS);
}

static int start(struct net_device *dev)
{
	struct virtio_net *vnet = to_vnet(dev);
	int rc;

	rc = open_registers(vnet);
	if (rc)
		return rc;
	vnet->tx_free = (1u << SLOTS) - 1;
	vnet->slots = dma_alloc(2 * SLOTS * sizeof(struct slot), &vnet->slots_dev);
	rc = vnet->slots ? 0 : -ENOMEM;
	if (rc == 0)
		rc = virtq_init(&vnet->rx, &vnet->vdev, QUEUE_RX, SLOTS);
	if (rc == 0)
		rc = virtq_init(&vnet->tx, &vnet->vdev, QUEUE_TX, SLOTS);
	if (rc == 0)
		rc = fill(vnet);
	if (rc) {
		stop(dev);
		release(dev);
		return rc;
	}
	virtio_start(&vnet->vdev);
	virtq_kick(&vnet->rx);
	return 0;
}

static int reap(struct virtio_net *vnet)
{
	int request;

	while ((request = virtq_poll(&vnet->tx, NULL)) >= 0)
		vnet->tx_free |= 1u << (vnet->tx_slot[request] - SLOTS);
	return request == -ENOENT ? 0 : request;
}

static int send(struct net_device *dev, const void *frame, size_t len)
{
	struct virtio_net *vnet = to_vnet(dev);
	unsigned int slot;
	int rc = reap(vnet);

	if (rc)
		return -EIO;
	if (vnet->tx_free == 0)
		return -ENOSPC;
	slot = (unsigned int)__builtin_ctz(vnet->tx_free);
	memset(vnet->slots[SLOTS + slot].header, 0, HEADER);
	memcpy(vnet->slots[SLOTS + slot].frame, frame, len);
	rc = add_slot(vnet, &vnet->tx, vnet->tx_slot, SLOTS + slot, len);
	if (rc)
		return rc;
	vnet->tx_free &= ~(1u << slot);
	virtq_kick(&vnet->tx);
	return 0;
}

static int receive(struct net_device *dev, void *frame)
{
	struct virtio_net *vnet = to_vnet(dev);
	unsigned int slot;
	u32 len;
	int rc;

	rc = virtq_poll(&vnet->rx, &len);
	if (rc < 0)
		return rc;
	slot = vnet->rx_slot[rc];
	len = len > HEADER ? MIN(len - HEADER, NET_FRAME_MAX) : 0;
	memcpy(frame, vnet->slots[slot].frame, len);
	rc = add_slot(vnet, &vnet->rx, vnet->rx_slot, slot, NET_FRAME_MAX);
	if (rc)
		return -EIO;
	virtq_kick(&vnet->rx);
	return (int)len;
}

/* A device that cannot tell has one. */
static bool has_link(struct net_device *dev)
{
	struct virtio_net *vnet = to_vnet(dev);

	return !(vnet->vdev.features & VIRTIO_NET_F_STATUS) ||
	       (virtio_config_read16(&vnet->vdev, VIRTIO_NET_STATUS) & VIRTIO_NET_S_LINK_UP);
}

static int open(struct net_device *dev)
{
	struct virtio_net *vnet = to_vnet(dev);
	unsigned int i;
	int rc;

	rc = open_registers(vnet);
	if (rc)
		return rc;
	for (i = 0; i < NET_ADDRESS_LEN && (vnet->vdev.features & VIRTIO_NET_F_MAC); i += 2)
		put_le16(virtio_config_read16(&vnet->vdev, VIRTIO_NET_MAC + i), dev->mac + i);
	virtio_reset(&vnet->vdev);
	return 0;
}

static const u32 virtio_net_ids[] = {
	PCI_ID(VIRTIO_PCI_VENDOR, VIRTIO_PCI_TRANSITIONAL_NET),
	PCI_ID(VIRTIO_PCI_VENDOR, VIRTIO_PCI_DEVICE(VIRTIO_TYPE_NET)),
	0
};

const struct net_driver net_virtio_driver = {
	.name = "virtio-net",
	.ids = virtio_net_ids,
	.size = sizeof(struct virtio_net),
	.open = open,
	.start = start,
	.stop = stop,
	.release = release,
	.send = send,
	.receive = receive,
	.link = has_link,
};
