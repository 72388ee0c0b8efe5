/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Displays: a rectangle of pixels in memory, of 32 bits each: the bytes of blue,
 * green, red, and one that says nothing. Lines follow each other without a gap.
 *
 * Context: from the pci step to the efi_exit point, at TPL_NOTIFY at most.
 */
#ifndef FW_VIDEO_H
#define FW_VIDEO_H

#include <fw/list.h>
#include <fw/types.h>

struct pci_dev;
struct video_device;

struct video_mode {
	u16 width, height;
};

/**
 * struct video_ops - what a driver does
 * @set_mode: show @mode; @dev->frame is then right, and all of it is black or will
 *	      be made so
 * @flush:    show what was written to a part of the frame; NULL: it is seen at once,
 *	      by whoever writes it
 * @quiesce:  end all accesses to memory that the operating system gets; may be NULL
 */
struct video_ops {
	int (*set_mode)(struct video_device *dev, const struct video_mode *mode);
	void (*flush)(struct video_device *dev, u32 x, u32 y, u32 width, u32 height);
	void (*quiesce)(struct video_device *dev);
};

#define VIDEO_MODES_MAX	8
#define VIDEO_EDID_MAX	256

/**
 * struct video_device - a display; the driver fills in what comes before @mode
 * @name:    for the log
 * @pci:     its function; NULL: none
 * @ops:     driver
 * @frame:   pixels
 * @clears:  the device makes the frame black when a mode is set
 * @edid_size: bytes of @edid; 0 if nothing is known of the monitor
 * @mode:    what it can show, the smallest first
 * @modes:   how many they are
 * @preferred, @current: numbers of modes
 * @changes: counts the calls of video_set_mode()
 * @foreign: somebody else has drawn since this was last reset
 * @changed: called when a mode was set; NULL: nobody asks
 * @owner:   of @changed
 */
struct video_device {
	const char *name;
	const struct pci_dev *pci;
	const struct video_ops *ops;
	u32 *frame;
	bool clears;
	size_t edid_size;
	u8 edid[VIDEO_EDID_MAX];
	struct list_head list;
	struct video_mode mode[VIDEO_MODES_MAX];
	unsigned int modes;
	unsigned int preferred;
	unsigned int current;
	unsigned int changes;
	bool foreign;
	void (*changed)(struct video_device *dev);
	void *owner;
};

/**
 * video_register() - make a display known
 * @dev:    device; no mode is set yet
 * @memory: bytes that a frame may have
 * @wanted: mode to start with; { 0, 0 }: what EDID says, or the default
 *
 * Return: 0, or -EINVAL with the reason logged if no mode fits.
 */
int video_register(struct video_device *dev, u64 memory, struct video_mode wanted);

/** video_devices() - the list of struct video_device; text is shown on the first one */
const struct list_head *video_devices(void);

/** video_primary() - the first one, or NULL */
struct video_device *video_primary(void);

/** video_set_mode() - show mode @number, all black; 0, or -Exxx with the reason logged */
int video_set_mode(struct video_device *dev, unsigned int number);

/** video_fill() - a rectangle in one colour; not flushed */
void video_fill(struct video_device *dev, u32 x, u32 y, u32 width, u32 height, u32 pixel);

/** video_flush() - show what was written to a rectangle */
static inline void video_flush(struct video_device *dev, u32 x, u32 y, u32 width, u32 height)
{
	if (dev->ops->flush)
		dev->ops->flush(dev, x, y, width, height);
}

static inline u32 video_width(const struct video_device *dev)
{
	return dev->mode[dev->current].width;
}

static inline u32 video_height(const struct video_device *dev)
{
	return dev->mode[dev->current].height;
}

#endif
