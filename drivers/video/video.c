/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Displays: which there are, what they can show, and filling them. */
#define pr_fmt(fmt) "video: " fmt

#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/host_input.h>
#include <fw/log.h>
#include <fw/string.h>
#include <fw/video.h>

#include "edid.h"

HOST_INPUT_OTHER(video, common, CHECKED, 0, 0, "displays and their EDID");

/* What loaders ask for, smallest first; the display's own mode goes between them. */
static const struct video_mode standard[] = {
	{ 640, 480 }, { 800, 600 }, { 1024, 768 }, { 1280, 800 }, { 1280, 1024 }, { 1920, 1080 },
};
_Static_assert(ARRAY_SIZE(standard) < VIDEO_MODES_MAX, "one more must fit");

#define DEFAULT_WIDTH	1280
#define DEFAULT_HEIGHT	800

/* Others make no sense, or are more than some part of a display can count. */
#define WIDTH_MAX	4096
#define HEIGHT_MAX	2160

static LIST_HEAD(devices);

const struct list_head *video_devices(void)
{
	return &devices;
}

struct video_device *video_primary(void)
{
	return list_empty(&devices) ? NULL : list_entry(devices.next, struct video_device, list);
}

static u32 area(struct video_mode m)
{
	return (u32)m.width * m.height;
}

static bool same(struct video_mode a, struct video_mode b)
{
	return a.width == b.width && a.height == b.height;
}

/* Registers count in characters of 8 pixels. */
static bool is_possible(struct video_mode m, u64 memory)
{
	return m.width >= standard[0].width && m.width <= WIDTH_MAX && m.width % 8 == 0 &&
	       m.height >= standard[0].height && m.height <= HEIGHT_MAX &&
	       (u64)area(m) * sizeof(u32) <= memory;
}

static void list_modes(struct video_device *dev, u64 memory, struct video_mode wanted)
{
	bool listed = !is_possible(wanted, memory);
	size_t i;

	dev->modes = 0;
	dev->preferred = 0;
	for (i = 0; i <= ARRAY_SIZE(standard); i++) {
		if (!listed && (i == ARRAY_SIZE(standard) || area(wanted) <= area(standard[i]))) {
			dev->preferred = dev->modes;
			dev->mode[dev->modes++] = wanted;
			listed = true;
		}
		if (i < ARRAY_SIZE(standard) && !same(standard[i], wanted) &&
		    is_possible(standard[i], memory))
			dev->mode[dev->modes++] = standard[i];
	}
}

int video_register(struct video_device *dev, u64 memory, struct video_mode wanted)
{
	const struct video_mode fallback = { DEFAULT_WIDTH, DEFAULT_HEIGHT };

	if (wanted.width == 0)
		wanted = edid_preferred(dev->edid, dev->edid_size);
	if (!is_possible(wanted, memory))
		wanted = fallback;
	list_modes(dev, memory, wanted);
	if (dev->modes == 0) {
		pr_err("%s: no mode fits in 0x%llx bytes", dev->name, (unsigned long long)memory);
		return -EINVAL;
	}
	list_add_tail(&dev->list, &devices);
	return 0;
}

int video_set_mode(struct video_device *dev, unsigned int number)
{
	const struct video_mode *m = &dev->mode[number];
	int rc = dev->ops->set_mode(dev, m);

	if (rc) {
		pr_err("%s: mode %ux%u: error %d", dev->name, m->width, m->height, rc);
		return rc;
	}
	dev->current = number;
	dev->changes++;
	if (dev->changed)
		dev->changed(dev);
	if (!dev->clears) {
		video_fill(dev, 0, 0, m->width, m->height, 0);
		video_flush(dev, 0, 0, m->width, m->height);
	}
	return 0;
}

static void fill_line(u32 *line, u32 width, u32 pixel)
{
	u8 byte = (u8)pixel;
	u32 i;

	if (pixel == byte * 0x01010101u) {
		memset(line, byte, width * sizeof(u32));
		return;
	}
	for (i = 0; i < width; i++)
		line[i] = pixel;
}

void video_fill(struct video_device *dev, u32 x, u32 y, u32 width, u32 height, u32 pixel)
{
	u32 pitch = video_width(dev);
	u32 *line = dev->frame + (size_t)y * pitch + x;

	if (width == pitch) {
		fill_line(line, width * height, pixel);
		return;
	}
	for (; height > 0; height--, line += pitch)
		fill_line(line, width, pixel);
}

static int quiesce_displays(void)
{
	struct video_device *dev;

	list_for_each_entry(dev, &devices, list) {
		if (dev->ops->quiesce)
			dev->ops->quiesce(dev);
	}
	return 0;
}
HOOK(efi_exit, 42, common, quiesce_displays);
