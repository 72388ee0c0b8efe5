/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Unit test of Graphics Output on two displays: a frame that is seen, and one to be flushed. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/pci.h>
#include <fw/video.h>
#include <spec/efi/graphics_output.h>

#include "efi_world.h"
#include "support.h"

#define WIDTH	640
#define HEIGHT	480
#define MEMORY	(1280 * 1024 * 4)
#define GUARD	0x5a5a5a5a

static struct {
	u32 before[16];
	u32 frame[MEMORY / 4];
	u32 after[16];
} plain_memory;
static u32 flushed_memory[MEMORY / 4];

static int set_mode_result;
static u32 flushed[4];
static unsigned int flushes;

static int fake_set_mode(struct video_device *dev, const struct video_mode *mode)
{
	return set_mode_result;
}

static void fake_flush(struct video_device *dev, u32 x, u32 y, u32 width, u32 height)
{
	const u32 rect[4] = { x, y, width, height };

	memcpy(flushed, rect, sizeof(rect));
	flushes++;
}

static const struct video_ops plain_ops = { .set_mode = fake_set_mode };
static const struct video_ops flushed_ops = { .set_mode = fake_set_mode, .flush = fake_flush };

static struct pci_dev pci;
static struct video_device plain = { .name = "plain", .ops = &plain_ops, .pci = &pci };
static struct video_device other = { .name = "other", .ops = &flushed_ops };

static struct efi_graphics_output *gop, *gop2;
static efi_handle_t handle, handle2;

struct efi_device_path *efi_dp_pci(const struct pci_dev *dev)
{
	static const struct efi_dp_pci node = {
		.head = { DP_HARDWARE, DP_HW_PCI, { sizeof(node), 0 } }, .device = 2,
	};

	assert_ptr_equal(dev, &pci);
	return efi_dp_append_node(NULL, &node.head);
}

/* The consoles start at efi/55; their handle is there for the display at efi/56. */
static int fake_console(void)
{
	return efi_install_protocol_interface(&efi_system_table->console_out_handle,
					      world_guid(1), EFI_NATIVE_INTERFACE, NULL) != 0;
}
HOOK(efi, 55, common, fake_console);

static void find(const struct video_device *dev, struct efi_graphics_output **found,
		 efi_handle_t *where)
{
	efi_handle_t *handles;
	efi_uintn_t count, i;

	assert_int_equal(efi_locate_handle_buffer(EFI_LOCATE_BY_PROTOCOL,
						  &efi_guid_graphics_output, NULL, &count,
						  &handles), EFI_SUCCESS);
	/* One for each display, and one for the console. */
	assert_int_equal(count, 3);
	for (i = 0; i < count; i++) {
		struct efi_graphics_output *g;

		efi_handle_protocol(handles[i], &efi_guid_graphics_output, (void **)&g);
		if (handles[i] != efi_system_table->console_out_handle &&
		    (g->mode->frame_buffer_base != 0) == (dev == &plain)) {
			*found = g;
			*where = handles[i];
		}
	}
	efi_free_pool(handles);
}

static int start(void **state)
{
	u8 *edid = plain.edid;

	plain.frame = plain_memory.frame;
	other.frame = flushed_memory;
	edid[0] = 1;
	plain.edid_size = 128;
	assert_int_equal(video_register(&plain, MEMORY, (struct video_mode) { WIDTH, HEIGHT }), 0);
	assert_int_equal(video_register(&other, MEMORY, (struct video_mode) { 800, 600 }), 0);
	if (world_start(state) != 0)
		return -1;
	find(&plain, &gop, &handle);
	find(&other, &gop2, &handle2);
	return 0;
}

static int begin(void **state)
{
	size_t i;

	set_mode_result = 0;
	assert_int_equal(gop->set_mode(gop, 0), EFI_SUCCESS);
	flushes = 0;
	for (i = 0; i < 16; i++)
		plain_memory.before[i] = plain_memory.after[i] = GUARD;
	for (i = WIDTH * HEIGHT; i < MEMORY / 4; i++)
		plain_memory.frame[i] = GUARD;
	mock_log_reset();
	return 0;
}

/* What lies around the frame is nobody's to write to. */
static int end(void **state)
{
	size_t i;

	for (i = 0; i < 16; i++) {
		assert_int_equal(plain_memory.before[i], GUARD);
		assert_int_equal(plain_memory.after[i], GUARD);
	}
	for (i = video_width(&plain) * video_height(&plain); i < MEMORY / 4; i++) {
		if (plain_memory.frame[i] != GUARD)
			return -1;
	}
	return 0;
}

static u32 pixel(unsigned int x, unsigned int y)
{
	return plain_memory.frame[y * video_width(&plain) + x];
}

static void test_mode(void **state)
{
	const struct efi_graphics_output_mode *m = gop->mode;

	assert_int_equal(m->max_mode, 5);
	assert_int_equal(m->mode, 0);
	assert_int_equal(m->info_size, sizeof(*m->info));
	assert_int_equal(m->frame_buffer_base, (uintptr_t)plain_memory.frame);
	assert_int_equal(m->frame_buffer_size, WIDTH * HEIGHT * 4);
	assert_int_equal(m->info->version, 0);
	assert_int_equal(m->info->pixel_format, EFI_PIXEL_BGRX);
	assert_int_equal(m->info->pixels_per_scan_line, WIDTH);
	assert_int_equal(gop2->mode->info->pixel_format, EFI_PIXEL_BLT_ONLY);
	assert_int_equal(gop2->mode->frame_buffer_base, 0);
	assert_int_equal(gop2->mode->frame_buffer_size, 0);
	assert_int_equal(gop2->mode->info->width, 800);
}

static void test_handles(void **state)
{
	static const u8 path[] = {
		1, 1, 6, 0, 0, 2,				/* Pci(2,0) */
		2, 3, 8, 0, 0x00, 0x01, 0x01, 0x80,		/* AcpiAdr(0x80010100) */
		0x7f, 0xff, 4, 0,
	};
	static const u8 path2[] = {
		1, 4, 20, 0, 0xa1, 0x23, 0x74, 0x55, 0xab, 0x63, 0x6c, 0x40,
		0xbe, 0x7e, 0x91, 0xcd, 0xbc, 0x08, 0xc4, 0x57,
		2, 3, 8, 0, 0x00, 0x01, 0x01, 0x80,
		0x7f, 0xff, 4, 0,
	};
	struct efi_edid *edid;
	void *p;

	assert_int_equal(efi_handle_protocol(handle, &efi_guid_device_path, &p), EFI_SUCCESS);
	assert_memory_equal(p, path, sizeof(path));
	assert_int_equal(efi_handle_protocol(handle2, &efi_guid_device_path, &p), EFI_SUCCESS);
	assert_memory_equal(p, path2, sizeof(path2));

	assert_int_equal(efi_handle_protocol(handle, &efi_guid_console_out_device, &p),
			 EFI_SUCCESS);
	assert_int_equal(efi_handle_protocol(handle2, &efi_guid_console_out_device, &p),
			 EFI_UNSUPPORTED);
	assert_int_equal(efi_handle_protocol(efi_system_table->console_out_handle,
					     &efi_guid_graphics_output, &p), EFI_SUCCESS);
	assert_ptr_equal(p, gop);

	assert_int_equal(efi_handle_protocol(handle, &efi_guid_edid_active, (void **)&edid),
			 EFI_SUCCESS);
	assert_int_equal(edid->size, 128);
	assert_ptr_equal(edid->edid, plain.edid);
	assert_int_equal(efi_handle_protocol(handle, &efi_guid_edid_discovered, &p), EFI_SUCCESS);
	assert_int_equal(efi_handle_protocol(handle2, &efi_guid_edid_active, &p), EFI_UNSUPPORTED);
}

static void test_query_mode(void **state)
{
	struct efi_graphics_output_mode_info *info = NULL;
	efi_uintn_t size = 0;

	assert_int_equal(gop->query_mode(gop, 2, &size, &info), EFI_SUCCESS);
	assert_int_equal(size, sizeof(*info));
	assert_int_equal(info->width, 1024);
	assert_int_equal(info->height, 768);
	assert_int_equal(info->pixels_per_scan_line, 1024);
	/* The caller frees it. */
	assert_int_equal(efi_free_pool(info), EFI_SUCCESS);

	assert_int_equal(gop->query_mode(gop, 5, &size, &info), EFI_INVALID_PARAMETER);
	assert_int_equal(gop->query_mode(gop, ~0u, &size, &info), EFI_INVALID_PARAMETER);
	assert_int_equal(gop->query_mode(gop, 0, NULL, &info), EFI_INVALID_PARAMETER);
	assert_int_equal(gop->query_mode(gop, 0, &size, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(gop->query_mode(NULL, 0, &size, &info), EFI_INVALID_PARAMETER);
}

static void test_set_mode(void **state)
{
	unsigned int i;

	for (i = 0; i < 800 * 600; i++)
		plain_memory.frame[i] = 0x123456;
	assert_int_equal(gop->set_mode(gop, 1), EFI_SUCCESS);
	assert_int_equal(gop->mode->mode, 1);
	assert_int_equal(gop->mode->info->width, 800);
	assert_int_equal(gop->mode->info->height, 600);
	assert_int_equal(gop->mode->frame_buffer_size, 800 * 600 * 4);
	for (i = 0; i < 800 * 600; i++)
		assert_int_equal(plain_memory.frame[i], 0);

	assert_int_equal(gop->set_mode(gop, 5), EFI_UNSUPPORTED);
	assert_int_equal(gop->set_mode(NULL, 0), EFI_UNSUPPORTED);
	set_mode_result = -EIO;
	assert_int_equal(gop->set_mode(gop, 0), EFI_DEVICE_ERROR);
	assert_int_equal(mock_log_errors(), 1);
	assert_int_equal(gop->mode->mode, 1);
	assert_int_equal(gop->mode->info->width, 800);
}

/* A text mode may change it behind the application's back. */
static void test_mode_by_others(void **state)
{
	assert_int_equal(video_set_mode(&plain, 1), 0);
	assert_int_equal(gop->mode->mode, 1);
	assert_int_equal(gop->mode->frame_buffer_size, 800 * 600 * 4);
}

static void test_fill(void **state)
{
	u32 colour = 0x00ff8040;

	assert_int_equal(gop->blt(gop, &colour, EFI_BLT_VIDEO_FILL, 9999, 9999, WIDTH - 3,
				  HEIGHT - 2, 3, 2, 0), EFI_SUCCESS);
	assert_int_equal(pixel(WIDTH - 4, HEIGHT - 1), 0);
	assert_int_equal(pixel(WIDTH - 3, HEIGHT - 3), 0);
	assert_int_equal(pixel(WIDTH - 3, HEIGHT - 2), colour);
	assert_int_equal(pixel(WIDTH - 1, HEIGHT - 1), colour);
	assert_int_equal(gop->blt(gop, &colour, EFI_BLT_VIDEO_FILL, 0, 0, 0, 0, WIDTH, HEIGHT, 0),
			 EFI_SUCCESS);
	assert_int_equal(pixel(0, 0), colour);
	assert_int_equal(flushes, 0);
}

static void test_buffers(void **state)
{
	u32 buffer[5][7], copy[4][9];
	unsigned int x, y;

	for (y = 0; y < 5; y++) {
		for (x = 0; x < 7; x++)
			buffer[y][x] = y << 8 | x;
	}
	/* Three columns and two rows out of it. */
	assert_int_equal(gop->blt(gop, buffer[0], EFI_BLT_BUFFER_TO_VIDEO, 2, 1, 10, 20, 3, 2,
				  sizeof(buffer[0])), EFI_SUCCESS);
	for (y = 0; y < 2; y++) {
		for (x = 0; x < 3; x++)
			assert_int_equal(pixel(10 + x, 20 + y), (y + 1) << 8 | (x + 2));
	}
	assert_int_equal(pixel(9, 20), 0);
	assert_int_equal(pixel(13, 20), 0);
	assert_int_equal(pixel(10, 22), 0);

	memset(copy, 0xee, sizeof(copy));
	assert_int_equal(gop->blt(gop, copy[0], EFI_BLT_VIDEO_TO_BUFFER, 10, 20, 4, 1, 3, 2,
				  sizeof(copy[0])), EFI_SUCCESS);
	assert_int_equal(copy[1][4], 1 << 8 | 2);
	assert_int_equal(copy[2][6], 2 << 8 | 4);
	assert_int_equal(copy[1][3], 0xeeeeeeee);
	assert_int_equal(copy[2][7], 0xeeeeeeee);
	assert_int_equal(copy[0][4], 0xeeeeeeee);
	assert_int_equal(copy[3][4], 0xeeeeeeee);

	/* Without a delta the rectangle is as wide as the buffer. */
	assert_int_equal(gop->blt(gop, copy[0], EFI_BLT_VIDEO_TO_BUFFER, 10, 20, 0, 0, 3, 2, 0),
			 EFI_SUCCESS);
	assert_int_equal(copy[0][2], 1 << 8 | 4);
	assert_int_equal(copy[0][3], 2 << 8 | 2);
	assert_int_equal(gop->blt(gop, buffer[0], EFI_BLT_BUFFER_TO_VIDEO, 0, 0, 0, 0, 7, 5, 0),
			 EFI_SUCCESS);
	assert_int_equal(pixel(6, 4), 4 << 8 | 6);
}

static void test_copy(void **state)
{
	static const int moves[][2] = { { 1, 0 }, { -1, 0 }, { 0, 1 }, { 0, -1 }, { 2, 1 },
					{ -2, -1 }, { 0, 0 } };
	unsigned int i, x, y;

	for (i = 0; i < ARRAY_SIZE(moves); i++) {
		int dx = moves[i][0], dy = moves[i][1];

		for (y = 0; y < 20; y++) {
			for (x = 0; x < 20; x++)
				plain_memory.frame[y * WIDTH + x] = y << 8 | x;
		}
		assert_int_equal(gop->blt(gop, NULL, EFI_BLT_VIDEO_TO_VIDEO, 5, 5,
					  (efi_uintn_t)(5 + dx), (efi_uintn_t)(5 + dy), 8, 6, 0),
				 EFI_SUCCESS);
		for (y = 0; y < 6; y++) {
			for (x = 0; x < 8; x++)
				assert_int_equal(pixel(5 + dx + x, 5 + dy + y),
						 (5 + y) << 8 | (5 + x));
		}
	}
}

static void test_bounds(void **state)
{
	static u32 buffer[WIDTH];
	static const struct {
		u32 operation;
		efi_uintn_t source[2], destination[2], size[2];
	} bad[] = {
		{ EFI_BLT_VIDEO_FILL, { 0, 0 }, { 0, 0 }, { WIDTH + 1, 1 } },
		{ EFI_BLT_VIDEO_FILL, { 0, 0 }, { 0, 0 }, { 1, HEIGHT + 1 } },
		{ EFI_BLT_VIDEO_FILL, { 0, 0 }, { WIDTH, 0 }, { 1, 1 } },
		{ EFI_BLT_VIDEO_FILL, { 0, 0 }, { 0, HEIGHT }, { 1, 1 } },
		{ EFI_BLT_VIDEO_FILL, { 0, 0 }, { ~0ull, 0 }, { 2, 1 } },
		{ EFI_BLT_VIDEO_FILL, { 0, 0 }, { 1, 1 }, { ~0ull, 1 } },
		{ EFI_BLT_VIDEO_FILL, { 0, 0 }, { 1ull << 32, 0 }, { 1, 1 } },
		{ EFI_BLT_VIDEO_FILL, { 0, 0 }, { 0, 0 }, { 0, 1 } },
		{ EFI_BLT_VIDEO_FILL, { 0, 0 }, { 0, 0 }, { 1, 0 } },
		{ EFI_BLT_VIDEO_TO_BUFFER, { WIDTH - 1, 0 }, { 0, 0 }, { 2, 1 } },
		{ EFI_BLT_VIDEO_TO_BUFFER, { 0, HEIGHT - 1 }, { 0, 0 }, { 1, 2 } },
		{ EFI_BLT_BUFFER_TO_VIDEO, { 0, 0 }, { WIDTH - 1, 0 }, { 2, 1 } },
		{ EFI_BLT_BUFFER_TO_VIDEO, { 0, 0 }, { 0, HEIGHT - 1 }, { 1, 2 } },
		{ EFI_BLT_VIDEO_TO_VIDEO, { WIDTH - 1, 0 }, { 0, 0 }, { 2, 1 } },
		{ EFI_BLT_VIDEO_TO_VIDEO, { 0, 0 }, { WIDTH - 1, 0 }, { 2, 1 } },
		{ 4, { 0, 0 }, { 0, 0 }, { 1, 1 } },
		{ ~0u, { 0, 0 }, { 0, 0 }, { 1, 1 } },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(gop->blt(gop, buffer, bad[i].operation, bad[i].source[0],
					  bad[i].source[1], bad[i].destination[0],
					  bad[i].destination[1], bad[i].size[0], bad[i].size[1], 0),
				 EFI_INVALID_PARAMETER);
	for (i = 0; i < WIDTH * HEIGHT; i++)
		assert_int_equal(plain_memory.frame[i], 0);
	for (i = EFI_BLT_VIDEO_FILL; i <= EFI_BLT_BUFFER_TO_VIDEO; i++)
		assert_int_equal(gop->blt(gop, NULL, (u32)i, 0, 0, 0, 0, 1, 1, 0),
				 EFI_INVALID_PARAMETER);
	assert_int_equal(gop->blt(NULL, buffer, EFI_BLT_VIDEO_FILL, 0, 0, 0, 0, 1, 1, 0),
			 EFI_INVALID_PARAMETER);
	/* The largest that is right. */
	assert_int_equal(gop->blt(gop, buffer, EFI_BLT_BUFFER_TO_VIDEO, 0, 0, 0, HEIGHT - 1, WIDTH,
				  1, 0), EFI_SUCCESS);
}

static void test_flush(void **state)
{
	const u32 expected[4] = { 3, 5, 7, 9 };
	u32 buffer[64] = { 1 };

	other.foreign = false;
	assert_int_equal(gop2->blt(gop2, buffer, EFI_BLT_BUFFER_TO_VIDEO, 0, 0, 3, 5, 7, 9, 0),
			 EFI_SUCCESS);
	assert_int_equal(flushes, 1);
	assert_memory_equal(flushed, expected, sizeof(expected));
	/* Text knows then that it was drawn over. */
	assert_true(other.foreign);
	assert_int_equal(gop2->blt(gop2, buffer, EFI_BLT_VIDEO_TO_BUFFER, 3, 5, 0, 0, 7, 9, 0),
			 EFI_SUCCESS);
	assert_int_equal(flushes, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_mode, begin, end),
		cmocka_unit_test_setup_teardown(test_handles, begin, end),
		cmocka_unit_test_setup_teardown(test_query_mode, begin, end),
		cmocka_unit_test_setup_teardown(test_set_mode, begin, NULL),
		cmocka_unit_test_setup_teardown(test_mode_by_others, begin, NULL),
		cmocka_unit_test_setup_teardown(test_fill, begin, end),
		cmocka_unit_test_setup_teardown(test_buffers, begin, end),
		cmocka_unit_test_setup_teardown(test_copy, begin, end),
		cmocka_unit_test_setup_teardown(test_bounds, begin, end),
		cmocka_unit_test_setup_teardown(test_flush, begin, end),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
