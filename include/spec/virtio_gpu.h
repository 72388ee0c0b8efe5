/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The virtio GPU's commands for two dimensions. Document: OASIS VIRTIO 1.2, section 5.7. */
#ifndef SPEC_VIRTIO_GPU_H
#define SPEC_VIRTIO_GPU_H

#include <fw/byteorder.h>

#define VIRTIO_GPU_F_EDID	((u64)1 << 1)

#define VIRTIO_GPU_QUEUE_CONTROL	0

#define VIRTIO_GPU_GET_DISPLAY_INFO	0x0100
#define VIRTIO_GPU_RESOURCE_CREATE_2D	0x0101
#define VIRTIO_GPU_RESOURCE_UNREF	0x0102
#define VIRTIO_GPU_SET_SCANOUT		0x0103
#define VIRTIO_GPU_RESOURCE_FLUSH	0x0104
#define VIRTIO_GPU_TRANSFER_TO_HOST_2D	0x0105
#define VIRTIO_GPU_ATTACH_BACKING	0x0106
#define VIRTIO_GPU_GET_EDID		0x010a

#define VIRTIO_GPU_OK_NODATA		0x1100
#define VIRTIO_GPU_OK_DISPLAY_INFO	0x1101
#define VIRTIO_GPU_OK_EDID		0x1104

#define VIRTIO_GPU_B8G8R8X8		2

struct virtio_gpu_head {
	le32 type;
	le32 flags;
	le64 fence;
	le32 context;
	le32 reserved;
};

struct virtio_gpu_rect {
	le32 x, y, width, height;
};

#define VIRTIO_GPU_SCANOUTS	16

struct virtio_gpu_display_info {
	struct virtio_gpu_head head;
	struct {
		struct virtio_gpu_rect rect;
		le32 enabled;
		le32 flags;
	} scanout[VIRTIO_GPU_SCANOUTS];
};

struct virtio_gpu_get_edid {
	struct virtio_gpu_head head;
	le32 scanout;
	le32 reserved;
};

struct virtio_gpu_edid {
	struct virtio_gpu_head head;
	le32 size;
	le32 reserved;
	u8 edid[1024];
};

struct virtio_gpu_create {
	struct virtio_gpu_head head;
	le32 resource;
	le32 format;
	le32 width;
	le32 height;
};

struct virtio_gpu_unref {
	struct virtio_gpu_head head;
	le32 resource;
	le32 reserved;
};

struct virtio_gpu_attach {
	struct virtio_gpu_head head;
	le32 resource;
	le32 entries;
	/* the only entry */
	le64 address;
	le32 length;
	le32 reserved;
};

struct virtio_gpu_set_scanout {
	struct virtio_gpu_head head;
	struct virtio_gpu_rect rect;
	le32 scanout;
	le32 resource;
};

struct virtio_gpu_transfer {
	struct virtio_gpu_head head;
	struct virtio_gpu_rect rect;
	le64 offset;
	le32 resource;
	le32 reserved;
};

struct virtio_gpu_flush {
	struct virtio_gpu_head head;
	struct virtio_gpu_rect rect;
	le32 resource;
	le32 reserved;
};

#endif
