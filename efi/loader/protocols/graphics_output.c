/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Graphics Output: each display is a handle below that of its PCI function, with
 * what is known of the monitor. The first one is the console's, too.
 * Document: UEFI 2.10, section 12.9.
 */
#define pr_fmt(fmt) "graphics: " fmt

#include <fw/efi.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/string.h>
#include <fw/video.h>
#include <spec/efi/graphics_output.h>

#define PIXEL	((efi_uintn_t)sizeof(u32))

struct graphics {
	struct efi_graphics_output protocol;
	struct efi_graphics_output_mode mode;
	struct efi_graphics_output_mode_info info;
	struct efi_edid edid;
	struct video_device *dev;
	efi_handle_t handle;
};

/* A rectangle to copy: where from, where to, and how large. */
struct blt {
	u32 *buffer;
	efi_uintn_t source_x, source_y;
	efi_uintn_t x, y;
	efi_uintn_t width, height;
	efi_uintn_t delta;
};

static struct graphics *to_graphics(struct efi_graphics_output *this)
{
	return container_of(this, struct graphics, protocol);
}

static void fill_info(const struct video_device *dev, unsigned int number,
		      struct efi_graphics_output_mode_info *info)
{
	const struct video_mode *m = &dev->mode[number];

	*info = (struct efi_graphics_output_mode_info) {
		.width = m->width,
		.height = m->height,
		/* What must be flushed is not there for others to write to. */
		.pixel_format = dev->ops->flush ? EFI_PIXEL_BLT_ONLY : EFI_PIXEL_BGRX,
		.pixels_per_scan_line = m->width,
	};
}

/* Text modes change it, too. */
static void mode_changed(struct video_device *dev)
{
	struct graphics *g = dev->owner;
	bool linear = !dev->ops->flush;

	fill_info(dev, dev->current, &g->info);
	g->mode.mode = dev->current;
	g->mode.frame_buffer_base = linear ? (uintptr_t)dev->frame : 0;
	g->mode.frame_buffer_size = linear ? PIXEL * g->info.width * g->info.height : 0;
}

static efi_status_t EFIAPI query_mode(struct efi_graphics_output *this, u32 mode,
				      efi_uintn_t *info_size,
				      struct efi_graphics_output_mode_info **info)
{
	struct graphics *g = to_graphics(this);
	void *pool;

	if (!this || !info_size || !info || mode >= g->dev->modes)
		return EFI_INVALID_PARAMETER;
	if (efi_allocate_pool(MEM_BOOT_DATA, sizeof(**info), &pool) != EFI_SUCCESS)
		return EFI_OUT_OF_RESOURCES;
	/* Who asks is going to draw. */
	g->dev->foreign = true;
	fill_info(g->dev, mode, pool);
	*info = pool;
	*info_size = sizeof(**info);
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI set_mode(struct efi_graphics_output *this, u32 mode)
{
	struct graphics *g = to_graphics(this);
	efi_tpl_t tpl;
	int rc;

	if (!this || mode >= g->dev->modes)
		return EFI_UNSUPPORTED;
	tpl = efi_raise_tpl(TPL_NOTIFY);
	rc = video_set_mode(g->dev, mode);
	g->dev->foreign = true;
	efi_restore_tpl(tpl);
	return rc == 0 ? EFI_SUCCESS : EFI_DEVICE_ERROR;
}

static bool fits(efi_uintn_t at, efi_uintn_t size, u32 limit)
{
	return at <= limit && size <= limit - at;
}

static bool on_screen(const struct video_device *dev, efi_uintn_t x, efi_uintn_t y,
		      const struct blt *b)
{
	return fits(x, b->width, video_width(dev)) && fits(y, b->height, video_height(dev));
}

static u32 *pixel_at(const struct video_device *dev, efi_uintn_t x, efi_uintn_t y)
{
	return dev->frame + y * video_width(dev) + x;
}

/* Where a line of the rectangle at (@x, @y) of the caller's buffer is. */
static u8 *buffer_line(const struct blt *b, efi_uintn_t x, efi_uintn_t y, efi_uintn_t line)
{
	return (u8 *)b->buffer + (y + line) * b->delta + x * PIXEL;
}

static void video_to_buffer(const struct video_device *dev, const struct blt *b)
{
	efi_uintn_t i;

	for (i = 0; i < b->height; i++)
		memcpy(buffer_line(b, b->x, b->y, i),
		       pixel_at(dev, b->source_x, b->source_y + i), b->width * PIXEL);
}

static void buffer_to_video(struct video_device *dev, const struct blt *b)
{
	efi_uintn_t i;

	for (i = 0; i < b->height; i++)
		memcpy(pixel_at(dev, b->x, b->y + i),
		       buffer_line(b, b->source_x, b->source_y, i), b->width * PIXEL);
}

/* From the side on which nothing is overwritten that is still to be copied. */
static void video_to_video(struct video_device *dev, const struct blt *b)
{
	bool up = b->y > b->source_y;
	efi_uintn_t i, line;

	for (i = 0; i < b->height; i++) {
		line = up ? b->height - 1 - i : i;
		memmove(pixel_at(dev, b->x, b->y + line),
			pixel_at(dev, b->source_x, b->source_y + line), b->width * PIXEL);
	}
}

static efi_status_t draw(struct video_device *dev, u32 operation, const struct blt *b)
{
	bool from_video = operation == EFI_BLT_VIDEO_TO_BUFFER ||
			  operation == EFI_BLT_VIDEO_TO_VIDEO;

	if (from_video && !on_screen(dev, b->source_x, b->source_y, b))
		return EFI_INVALID_PARAMETER;
	if (operation == EFI_BLT_VIDEO_TO_BUFFER) {
		video_to_buffer(dev, b);
		return EFI_SUCCESS;
	}
	if (!on_screen(dev, b->x, b->y, b))
		return EFI_INVALID_PARAMETER;
	if (operation == EFI_BLT_VIDEO_FILL)
		video_fill(dev, (u32)b->x, (u32)b->y, (u32)b->width, (u32)b->height, *b->buffer);
	else if (operation == EFI_BLT_BUFFER_TO_VIDEO)
		buffer_to_video(dev, b);
	else
		video_to_video(dev, b);
	dev->foreign = true;
	video_flush(dev, (u32)b->x, (u32)b->y, (u32)b->width, (u32)b->height);
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI blt(struct efi_graphics_output *this, u32 *buffer, u32 operation,
			       efi_uintn_t source_x, efi_uintn_t source_y,
			       efi_uintn_t destination_x, efi_uintn_t destination_y,
			       efi_uintn_t width, efi_uintn_t height, efi_uintn_t delta)
{
	const struct blt b = {
		.buffer = buffer,
		.source_x = source_x, .source_y = source_y,
		.x = destination_x, .y = destination_y,
		.width = width, .height = height,
		/* 0: the rectangle is all of the buffer's width. */
		.delta = delta != 0 ? delta : width * PIXEL,
	};
	efi_status_t status;
	efi_tpl_t tpl;

	if (!this || operation > EFI_BLT_VIDEO_TO_VIDEO || width == 0 || height == 0 ||
	    (!buffer && operation != EFI_BLT_VIDEO_TO_VIDEO))
		return EFI_INVALID_PARAMETER;
	tpl = efi_raise_tpl(TPL_NOTIFY);
	status = draw(to_graphics(this)->dev, operation, &b);
	efi_restore_tpl(tpl);
	return status;
}

/* A display that is no PCI function has a name of its own, the one that OVMF uses. */
static struct efi_device_path *device_path(const struct video_device *dev)
{
	static const struct efi_dp_vendor vendor = {
		.head = { DP_HARDWARE, DP_HW_VENDOR, { sizeof(vendor), 0 } },
		.guid = { 0x557423a1, 0x63ab, 0x406c,
			  { 0xbe, 0x7e, 0x91, 0xcd, 0xbc, 0x08, 0xc4, 0x57 } },
	};
	static const struct efi_dp_acpi_adr output = {
		.head = { DP_ACPI, DP_ACPI_ADR, { sizeof(output), 0 } },
		.adr = EFI_ADR_DISPLAY_VGA,
	};
	struct efi_device_path *parent, *path;

	parent = dev->pci ? efi_dp_pci(dev->pci) : efi_dp_append_node(NULL, &vendor.head);
	if (!parent)
		return NULL;
	path = efi_dp_append_node(parent, &output.head);
	efi_free_pool(parent);
	return path;
}

static efi_status_t install_edid(struct graphics *g)
{
	if (g->edid.size == 0)
		return EFI_SUCCESS;
	return efi_install_multiple_protocol_interfaces(&g->handle,
							&efi_guid_edid_discovered, &g->edid,
							&efi_guid_edid_active, &g->edid, NULL);
}

static efi_status_t install(struct graphics *g)
{
	struct efi_device_path *path = device_path(g->dev);
	efi_status_t status;

	if (!path)
		return EFI_OUT_OF_RESOURCES;
	status = efi_install_multiple_protocol_interfaces(&g->handle,
							  &efi_guid_device_path, path,
							  &efi_guid_graphics_output, &g->protocol,
							  NULL);
	if (status != EFI_SUCCESS) {
		efi_free_pool(path);
		return status;
	}
	status = install_edid(g);
	/* By this mark loaders tell the console's display from others. */
	if (status == EFI_SUCCESS && g->dev == video_primary())
		status = efi_install_multiple_protocol_interfaces(&g->handle,
								  &efi_guid_console_out_device,
								  NULL, NULL);
	return status;
}

static efi_status_t add_display(struct video_device *dev)
{
	struct graphics *g;

	/* Loaders use the mode that they find. */
	if (video_set_mode(dev, dev->preferred) != 0)
		return EFI_DEVICE_ERROR;
	g = efi_zalloc(sizeof(*g));
	if (!g)
		return EFI_OUT_OF_RESOURCES;
	g->protocol = (struct efi_graphics_output) {
		.query_mode = query_mode,
		.set_mode = set_mode,
		.blt = blt,
		.mode = &g->mode,
	};
	g->mode.max_mode = dev->modes;
	g->mode.info = &g->info;
	g->mode.info_size = sizeof(g->info);
	g->edid = (struct efi_edid) { (u32)dev->edid_size, dev->edid };
	g->dev = dev;
	dev->owner = g;
	dev->changed = mode_changed;
	mode_changed(dev);
	return install(g);
}

static int add_displays(void)
{
	struct video_device *dev;

	list_for_each_entry(dev, video_devices(), list) {
		if (add_display(dev) == EFI_OUT_OF_RESOURCES) {
			pr_err("%s: no memory", dev->name);
			return -ENOMEM;
		}
	}
	return 0;
}
HOOK(efi, 51, common, add_displays);

/* For those who look at the console's handle and nowhere else. */
static int add_to_console(void)
{
	struct video_device *dev = video_primary();
	struct graphics *g = dev ? dev->owner : NULL;

	if (!g)
		return 0;
	if (efi_install_protocol_interface(&efi_system_table->console_out_handle,
					   &efi_guid_graphics_output, EFI_NATIVE_INTERFACE,
					   &g->protocol) != EFI_SUCCESS)
		return -ENOMEM;
	return 0;
}
HOOK(efi, 56, common, add_to_console);
