/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * QEMU's ramfb: the frame is the guest's memory, which stays when the operating
 * system runs, and of which the host must see what is in it.
 * Document: QEMU, docs/specs/fw_cfg.rst.
 */
#define pr_fmt(fmt) "ramfb: " fmt

#include <fw/alloc.h>
#include <fw/cc.h>
#include <fw/errno.h>
#include <fw/fw_cfg.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/video.h>
#include <spec/ramfb.h>

HOST_INPUT_FILE(ramfb, common, CHECKED, 0, 0, RAMFB_FILE);

/* Of memory that nobody else gets. */
#define FRAME_MAX	(1280 * 800 * sizeof(u32))

static struct fw_cfg_file file;

static int ramfb_set_mode(struct video_device *dev, const struct video_mode *mode)
{
	struct ramfb_config config = {
		.fourcc = cpu_to_be32(RAMFB_XRGB8888),
		.width = cpu_to_be32(mode->width),
		.height = cpu_to_be32(mode->height),
		.stride = cpu_to_be32(mode->width * (u32)sizeof(u32)),
	};
	phys_addr_t frame;
	int rc;

	if (!dev->frame) {
		rc = page_alloc(MEM_RESERVED, FRAME_MAX, PAGE_SIZE, PHYS_MAX_32, &frame);
		if (rc)
			return rc;
		dev->frame = (void *)(uintptr_t)frame;
	}
	config.address = cpu_to_be64((uintptr_t)dev->frame);
	return fw_cfg_write_buf(&file, 0, &config, sizeof(config));
}

static const struct video_ops ramfb_ops = {
	.set_mode = ramfb_set_mode,
};

static struct video_device ramfb = {
	.name = "ramfb",
	.ops = &ramfb_ops,
};

static int ramfb_probe(void)
{
	if (fw_cfg_find(&host_input_ramfb, &file) != 0)
		return 0;
	if (file.size != sizeof(struct ramfb_config)) {
		pr_err("a configuration of %u bytes is none that is known", file.size);
		return 0;
	}
	/* The operating system would write to it as to memory of its own. */
	if (cc_has(CC_ATTR_MEM_ENCRYPT)) {
		pr_warn("not used: the host does not see this guest's memory");
		return 0;
	}
	video_register(&ramfb, FRAME_MAX, (struct video_mode) { 0, 0 });
	return 0;
}
HOOK(efi, 50, common, ramfb_probe);
