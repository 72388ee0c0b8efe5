/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Virtio entropy device. It is not touched before its first use.
 * Document: OASIS VIRTIO 1.2, section 5.4.
 */
#define pr_fmt(fmt) "virtio-rng: " fmt

#include <fw/alloc.h>
#include <fw/dma.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/host_input.h>
#include <fw/log.h>
#include <fw/pci.h>
#include <fw/rng.h>
#include <fw/string.h>
#include <fw/virtio.h>

HOST_INPUT_OTHER(rng, common, REFUSED, 0, 0, "virtio entropy device");

#define VIRTIO_PCI_TRANSITIONAL_RNG	0x1005

#define CHUNK		256
#define QUEUE_SIZE	2
#define TIMEOUT_MS	2000

struct virtio_rng {
	struct virtio_dev vdev;
	struct virtq queue;
	u8 *chunk;
	phys_addr_t chunk_dev;
};

/* NULL until the first use; broken: it will not be used again. */
static struct virtio_rng *rng;
static bool broken;

static struct pci_dev *find_device(void)
{
	struct pci_dev *pci = pci_find(PCI_ID(VIRTIO_PCI_VENDOR,
					      VIRTIO_PCI_DEVICE(VIRTIO_TYPE_RNG)));

	return pci ? pci : pci_find(PCI_ID(VIRTIO_PCI_VENDOR, VIRTIO_PCI_TRANSITIONAL_RNG));
}

bool rng_has_device(void)
{
	return find_device() && host_input_allow(&host_input_rng, true) == 0;
}

/* Of a device whose registers are known. */
static void stop(struct virtio_rng *old)
{
	virtio_reset(&old->vdev);
	virtq_free(&old->queue);
	dma_free(old->chunk, CHUNK);
}

static int start(struct virtio_rng *new)
{
	int rc;

	new->vdev.name = "virtio-rng";
	rc = virtio_open(&new->vdev, find_device(), 0);
	if (rc)
		return rc;
	new->chunk = dma_alloc(CHUNK, &new->chunk_dev);
	rc = new->chunk ? virtq_init(&new->queue, &new->vdev, 0, QUEUE_SIZE) : -ENOMEM;
	if (rc) {
		stop(new);
		return rc;
	}
	virtio_start(&new->vdev);
	return 0;
}

static int open_device(void)
{
	struct virtio_rng *new;
	int rc;

	if (rng)
		return 0;
	if (broken || !rng_has_device())
		return -ENODEV;
	new = heap_alloc(sizeof(*new));
	rc = new ? start(new) : -ENOMEM;
	if (rc) {
		broken = true;
		heap_free(new);
		return rc;
	}
	rng = new;
	return 0;
}

/* Return: how many bytes there are, at least 1. */
static int read_chunk(size_t want)
{
	struct virtq_buf buf = { rng->chunk_dev, (u32)MIN(want, (size_t)CHUNK) };
	u32 len;
	int rc = virtq_run(&rng->queue, &buf, 0, 1, &len, TIMEOUT_MS);

	if (rc == 0 && len > 0)
		return (int)MIN(len, buf.len);
	/* Also no bytes at all: nobody waits for them for ever. */
	pr_err("no random numbers (error %d)", rc);
	stop(rng);
	heap_free(rng);
	rng = NULL;
	broken = true;
	return -EIO;
}

int rng_read_device(void *buf, size_t len)
{
	u8 *p = buf;
	int n;

	while (len > 0) {
		n = open_device();
		if (n == 0)
			n = read_chunk(len);
		if (n < 0)
			return n;
		memcpy(p, rng->chunk, (size_t)n);
		/* Nobody else gets it, not even if the device writes less than it says. */
		memset(rng->chunk, 0, (size_t)n);
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

static int rng_quiesce(void)
{
	if (rng)
		virtio_reset(&rng->vdev);
	return 0;
}
HOOK(efi_exit, 44, common, rng_quiesce);
