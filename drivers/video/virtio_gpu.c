/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Virtio GPU, in two dimensions: one resource whose memory is ours, on the first
 * scanout. What was written there is shown when the device is told to.
 * Document: OASIS VIRTIO 1.2, section 5.7.
 */
#define pr_fmt(fmt) "virtio-gpu: " fmt

#include <fw/alloc.h>
#include <fw/dma.h>
#include <fw/errno.h>
#include <fw/log.h>
#include <fw/pci.h>
#include <fw/string.h>
#include <fw/video.h>
#include <fw/virtio.h>
#include <spec/pci.h>
#include <spec/virtio.h>
#include <spec/virtio_gpu.h>

#include "edid.h"

#define QUEUE_SIZE	4	/* two descriptors are in use */
#define TIMEOUT_MS	5000
#define RESOURCE	1
#define SCANOUT		0
/* Of memory until the operating system runs. */
#define FRAME_MAX	(1920 * 1200 * sizeof(u32))
/* Where what a device sees is scarce: disks need some of it. */
#define FRAME_BOUNCED	(640 * 480 * sizeof(u32))

/* What the device sees, besides the frame. */
struct exchange {
	union {
		struct virtio_gpu_head head;
		u8 bytes[256];
	} request;
	union {
		struct virtio_gpu_head head;
		struct virtio_gpu_display_info display;
		struct virtio_gpu_edid edid;
	} response;
};

struct virtio_gpu {
	struct video_device video;
	struct virtio_dev vdev;
	struct virtq queue;
	struct exchange *exchange;
	phys_addr_t exchange_dev;
	phys_addr_t frame_dev;
	size_t frame_size;
	bool has_resource;
};

/*
 * A request of @size bytes, whose first ones are a head with its type in it; the
 * answer must be of type @expected and have at least @answer_size bytes. A device
 * that does not answer is reset, and not asked again.
 */
static int run(struct virtio_gpu *gpu, const void *request, u32 size, u32 expected,
	       u32 answer_size)
{
	struct virtq_buf bufs[2] = {
		{ gpu->exchange_dev, size },
		{ gpu->exchange_dev + offsetof(struct exchange, response), answer_size },
	};
	u32 len, type;
	int rc;

	if (gpu->queue.broken)
		return -EIO;
	memcpy(&gpu->exchange->request, request, size);
	memset(&gpu->exchange->response, 0, answer_size);
	rc = virtq_run(&gpu->queue, bufs, 1, 1, &len, TIMEOUT_MS);
	if (rc) {
		gpu->queue.broken = true;
		virtio_reset(&gpu->vdev);
		return rc;
	}
	type = le32_to_cpu(*(volatile le32 *)&gpu->exchange->response.head.type);
	return type == expected ? 0 : -EIO;
}

/* A request that is answered by nothing but its end. */
#define run_simple(gpu, request)					\
	run(gpu, &(request), sizeof(request), VIRTIO_GPU_OK_NODATA,	\
	    sizeof(struct virtio_gpu_head))

#define HEAD(name)	{ .type = cpu_to_le32(VIRTIO_GPU_##name) }

static struct virtio_gpu_rect make_rect(u32 x, u32 y, u32 width, u32 height)
{
	return (struct virtio_gpu_rect) {
		cpu_to_le32(x), cpu_to_le32(y), cpu_to_le32(width), cpu_to_le32(height),
	};
}

static int create_resource(struct virtio_gpu *gpu, const struct video_mode *mode)
{
	const struct virtio_gpu_create create = {
		.head = HEAD(RESOURCE_CREATE_2D),
		.resource = cpu_to_le32(RESOURCE),
		.format = cpu_to_le32(VIRTIO_GPU_B8G8R8X8),
		.width = cpu_to_le32(mode->width),
		.height = cpu_to_le32(mode->height),
	};
	const struct virtio_gpu_attach attach = {
		.head = HEAD(ATTACH_BACKING),
		.resource = cpu_to_le32(RESOURCE),
		.entries = cpu_to_le32(1),
		.address = cpu_to_le64(gpu->frame_dev),
		.length = cpu_to_le32(mode->width * mode->height * (u32)sizeof(u32)),
	};
	int rc;

	rc = run_simple(gpu, create);
	if (rc)
		return rc;
	gpu->has_resource = true;
	return run_simple(gpu, attach);
}

static int drop_resource(struct virtio_gpu *gpu)
{
	const struct virtio_gpu_unref unref = {
		.head = HEAD(RESOURCE_UNREF),
		.resource = cpu_to_le32(RESOURCE),
	};

	int rc;

	/* The device ends the scanout by itself. */
	if (!gpu->has_resource)
		return 0;
	rc = run_simple(gpu, unref);
	if (rc == 0)
		gpu->has_resource = false;
	return rc;
}

static int alloc_frame(struct virtio_gpu *gpu)
{
	const struct video_mode *largest = &gpu->video.mode[gpu->video.modes - 1];

	if (gpu->video.frame)
		return 0;
	gpu->frame_size = (size_t)largest->width * largest->height * sizeof(u32);
	gpu->video.frame = dma_alloc(gpu->frame_size, &gpu->frame_dev);
	return gpu->video.frame ? 0 : -ENOMEM;
}

static int gpu_set_mode(struct video_device *dev, const struct video_mode *mode)
{
	struct virtio_gpu *gpu = container_of(dev, struct virtio_gpu, video);
	const struct virtio_gpu_set_scanout set = {
		.head = HEAD(SET_SCANOUT),
		.rect = make_rect(0, 0, mode->width, mode->height),
		.scanout = cpu_to_le32(SCANOUT),
		.resource = cpu_to_le32(RESOURCE),
	};
	int rc;

	rc = alloc_frame(gpu);
	if (rc == 0)
		rc = drop_resource(gpu);
	if (rc == 0)
		rc = create_resource(gpu, mode);
	return rc ? rc : run_simple(gpu, set);
}

static void gpu_flush(struct video_device *dev, u32 x, u32 y, u32 width, u32 height)
{
	struct virtio_gpu *gpu = container_of(dev, struct virtio_gpu, video);
	u64 offset = ((u64)y * video_width(dev) + x) * sizeof(u32);
	const struct virtio_gpu_transfer transfer = {
		.head = HEAD(TRANSFER_TO_HOST_2D),
		.rect = make_rect(x, y, width, height),
		.offset = cpu_to_le64(offset),
		.resource = cpu_to_le32(RESOURCE),
	};
	const struct virtio_gpu_flush flush = {
		.head = HEAD(RESOURCE_FLUSH),
		.rect = make_rect(x, y, width, height),
		.resource = cpu_to_le32(RESOURCE),
	};

	if (run_simple(gpu, transfer) == 0)
		run_simple(gpu, flush);
}

static void stop(struct virtio_gpu *gpu)
{
	if (!gpu->queue.broken)
		virtio_reset(&gpu->vdev);
}

static void gpu_quiesce(struct video_device *dev)
{
	stop(container_of(dev, struct virtio_gpu, video));
}

static const struct video_ops gpu_ops = {
	.set_mode = gpu_set_mode,
	.flush = gpu_flush,
	.quiesce = gpu_quiesce,
};

/* The size of the window, say; { 0, 0 } if the device has no wish. */
static struct video_mode wanted_mode(struct virtio_gpu *gpu)
{
	const struct virtio_gpu_head request = HEAD(GET_DISPLAY_INFO);
	struct virtio_gpu_rect rect;
	struct video_mode none = { 0, 0 };

	if (run(gpu, &request, sizeof(request), VIRTIO_GPU_OK_DISPLAY_INFO,
		sizeof(struct virtio_gpu_display_info)) != 0)
		return none;
	memcpy(&rect, &gpu->exchange->response.display.scanout[SCANOUT].rect, sizeof(rect));
	return (struct video_mode) {
		/* What does not fit into 16 bits is no possible mode. */
		.width = (u16)MIN(le32_to_cpu(rect.width), 0xffffu),
		.height = (u16)MIN(le32_to_cpu(rect.height), 0xffffu),
	};
}

static void read_edid(struct virtio_gpu *gpu)
{
	const struct virtio_gpu_get_edid request = {
		.head = HEAD(GET_EDID),
		.scanout = cpu_to_le32(SCANOUT),
	};
	struct video_device *video = &gpu->video;

	if (!(gpu->vdev.features & VIRTIO_GPU_F_EDID) ||
	    run(gpu, &request, sizeof(request), VIRTIO_GPU_OK_EDID,
		sizeof(struct virtio_gpu_edid)) != 0)
		return;
	memcpy(video->edid, gpu->exchange->response.edid.edid, sizeof(video->edid));
	video->edid_size = edid_check(video->edid, sizeof(video->edid));
}

static int register_display(struct virtio_gpu *gpu)
{
	struct video_mode wanted;

	read_edid(gpu);
	wanted = wanted_mode(gpu);
	if (gpu->queue.broken)
		return -EIO;
	return video_register(&gpu->video, dma_is_bounced() ? FRAME_BOUNCED : FRAME_MAX, wanted);
}

static int start(struct virtio_gpu *gpu, struct pci_dev *pci)
{
	int rc;

	rc = virtio_open(&gpu->vdev, pci, VIRTIO_GPU_F_EDID);
	if (rc)
		return rc;
	gpu->exchange = dma_alloc(sizeof(*gpu->exchange), &gpu->exchange_dev);
	rc = gpu->exchange ? virtq_init(&gpu->queue, &gpu->vdev, VIRTIO_GPU_QUEUE_CONTROL,
					QUEUE_SIZE) : -ENOMEM;
	if (rc == 0) {
		virtio_start(&gpu->vdev);
		rc = register_display(gpu);
	}
	if (rc)
		stop(gpu);
	return rc;
}

static int gpu_probe(struct pci_dev *pci)
{
	struct virtio_gpu *gpu;
	int rc;

	/* As a VGA it has a frame that needs no telling. */
	if (IS_ENABLED(CONFIG_DRV_BOCHS) && pci->class_rev >> 16 == PCI_CLASS_DISPLAY_VGA)
		return 0;
	gpu = heap_alloc(sizeof(*gpu));
	if (!gpu)
		return -ENOMEM;
	gpu->video.name = "virtio-gpu";
	gpu->video.pci = pci;
	gpu->video.ops = &gpu_ops;
	gpu->vdev.name = "virtio-gpu";
	rc = start(gpu, pci);
	if (rc) {
		virtq_free(&gpu->queue);
		dma_free(gpu->exchange, sizeof(*gpu->exchange));
		heap_free(gpu);
	}
	return rc;
}

static const u32 gpu_ids[] = {
	PCI_ID(VIRTIO_PCI_VENDOR, VIRTIO_PCI_DEVICE(VIRTIO_TYPE_GPU)),
	0
};

static const struct pci_driver gpu_driver = {
	.name = "virtio-gpu",
	.ids = gpu_ids,
	.probe = gpu_probe,
};
PCI_DRIVER(52, gpu_driver);
