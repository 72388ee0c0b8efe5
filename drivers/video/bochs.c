/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * QEMU's bochs-display, its VGA and what else has the registers of Bochs: the
 * frame is memory of the device.
 * Document: QEMU, docs/specs/standard-vga.rst.
 */
#define pr_fmt(fmt) "bochs: " fmt

#include <asm/io.h>
#include <fw/alloc.h>
#include <fw/byteorder.h>
#include <fw/errno.h>
#include <fw/log.h>
#include <fw/pci.h>
#include <fw/video.h>
#include <spec/bochs_display.h>
#include <spec/pci.h>
#include <spec/virtio.h>

#include "edid.h"

/* More is never shown; mapping it would cost page tables. */
#define FRAME_MAX	MiB(32)

struct bochs {
	struct video_device video;
	u8 __iomem *regs;
	bool is_vga;
};

static u16 read_reg(const struct bochs *b, unsigned int index)
{
	return readw(b->regs + BOCHS_DISPI(index));
}

/* Two registers, the lower one of which has an even number, in one access. */
static void write_regs(const struct bochs *b, unsigned int index, u16 low, u16 high)
{
	writel((u32)high << 16 | low, b->regs + BOCHS_DISPI(index));
}

static int bochs_set_mode(struct video_device *dev, const struct video_mode *mode)
{
	const struct bochs *b = container_of(dev, struct bochs, video);

	write_regs(b, DISPI_ENABLE, 0, 0);
	write_regs(b, DISPI_ID, read_reg(b, DISPI_ID), mode->width);
	write_regs(b, DISPI_YRES, mode->height, 32);
	write_regs(b, DISPI_VIRT_WIDTH, mode->width, mode->height);
	write_regs(b, DISPI_ENABLE, DISPI_ENABLED | DISPI_LFB_ENABLED, 0);
	write_regs(b, DISPI_X_OFFSET, 0, 0);
	if (b->is_vga) {
		/* The read makes the next write one of the index; text may be blank. */
		readb(b->regs + VGA_INPUT_STATUS);
		writeb(VGA_ATTRIBUTE_SHOW, b->regs + VGA_ATTRIBUTE_INDEX);
	}
	return 0;
}

static const struct video_ops bochs_ops = {
	.set_mode = bochs_set_mode,
};

static void read_edid(struct bochs *b)
{
	u8 edid[VIDEO_EDID_MAX] = { 0 };
	size_t i, size = EDID_BLOCK;

	for (i = 0; i < size; i += 4) {
		put_le32(readl(b->regs + BOCHS_EDID + i), edid + i);
		if (i == 0 && get_le32(edid) == 0)
			return;
		if (i + 4 == EDID_BLOCK)
			size = edid_check(edid, EDID_BLOCK) == 0 ? 0 :
			       edid[EDID_EXTENSIONS] ? (size_t)VIDEO_EDID_MAX : (size_t)EDID_BLOCK;
	}
	b->video.edid_size = edid_check(edid, size);
	for (i = 0; i < b->video.edid_size; i++)
		b->video.edid[i] = edid[i];
}

static int start(struct bochs *b, const struct pci_dev *pci)
{
	u64 size = MIN(pci->bar[BOCHS_BAR_FRAME].size, FRAME_MAX);
	void __iomem *frame;

	/* Without the registers it is an older card, or another one. */
	if (pci->bar[BOCHS_BAR_REGISTERS].size < BOCHS_REGISTERS_SIZE)
		return -ENODEV;
	b->regs = pci_map_bar(pci, BOCHS_BAR_REGISTERS, 0, BOCHS_REGISTERS_SIZE);
	frame = pci_map_bar(pci, BOCHS_BAR_FRAME, 0, size);
	if (!b->regs || !frame)
		return -ENODEV;
	if ((read_reg(b, DISPI_ID) & DISPI_ID_MASK) != DISPI_ID_FIRST) {
		pr_err("%s: no display answers", b->video.name);
		return -ENODEV;
	}
	/* It behaves as memory does. */
	b->video.frame = (u32 __force *)frame;
	read_edid(b);
	return video_register(&b->video, size, (struct video_mode) { 0, 0 });
}

static int bochs_probe(struct pci_dev *pci)
{
	bool is_vga = pci->class_rev >> 16 == PCI_CLASS_DISPLAY_VGA;
	struct bochs *b;
	int rc;

	/* Virtio's GPU has these registers only if it is a VGA, too. */
	if (pci->id != PCI_ID(BOCHS_PCI_VENDOR, BOCHS_PCI_DEVICE) && !is_vga)
		return -ENODEV;
	b = heap_alloc(sizeof(*b));
	if (!b)
		return -ENOMEM;
	b->is_vga = is_vga;
	b->video.name = "bochs";
	b->video.pci = pci;
	b->video.ops = &bochs_ops;
	/* A VGA does when the mode is set. */
	b->video.clears = is_vga;
	rc = start(b, pci);
	if (rc)
		heap_free(b);
	return rc;
}

static const u32 bochs_ids[] = {
	PCI_ID(BOCHS_PCI_VENDOR, BOCHS_PCI_DEVICE),
	PCI_ID(VIRTIO_PCI_VENDOR, VIRTIO_PCI_DEVICE(VIRTIO_TYPE_GPU)),
	0
};

static const struct pci_driver bochs_driver = {
	.name = "bochs",
	.ids = bochs_ids,
	.probe = bochs_probe,
};
PCI_DRIVER(50, bochs_driver);
