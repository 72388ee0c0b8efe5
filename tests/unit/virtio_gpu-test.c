/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of drivers/video/virtio_gpu.c: a display that shows what it is told, and
 * devices that break the rules.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <fw/byteorder.h>
#include <fw/cc.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/video.h>
#include <spec/pci.h>
#include <spec/virtio_gpu.h>

#include "child.h"
#include "support.h"
#include "virtio_sim.h"

extern const struct pci_driver *const pci_drivers_start[], *const pci_drivers_end[];

/* What the device answers, if it is not what it should. */
static u32 wrong_type, wrong_for;
static struct virtio_gpu_rect window;
static u8 edid[1024];
static bool encrypted;

/* What it has been told. */
static u32 has_resource, width, height, shown;
static u64 memory, memory_len;
static struct virtio_gpu_rect flushed, moved;
static u64 moved_from;
static unsigned int requests;

bool cc_has(enum cc_attr attr)
{
	return encrypted && attr == CC_ATTR_MEM_ENCRYPT;
}

static u32 run_request(u32 type, const void *request, void *answer, u32 len)
{
	const struct virtio_gpu_create *create = request;
	const struct virtio_gpu_attach *attach = request;
	const struct virtio_gpu_set_scanout *set = request;
	const struct virtio_gpu_transfer *transfer = request;
	const struct virtio_gpu_flush *flush = request;

	switch (type) {
	case VIRTIO_GPU_GET_DISPLAY_INFO:
		assert_int_equal(len, sizeof(struct virtio_gpu_display_info));
		((struct virtio_gpu_display_info *)answer)->scanout[0].rect = window;
		return VIRTIO_GPU_OK_DISPLAY_INFO;
	case VIRTIO_GPU_GET_EDID:
		assert_int_equal(len, sizeof(struct virtio_gpu_edid));
		memcpy(((struct virtio_gpu_edid *)answer)->edid, edid, sizeof(edid));
		((struct virtio_gpu_edid *)answer)->size = cpu_to_le32(0xffffffff);
		return VIRTIO_GPU_OK_EDID;
	case VIRTIO_GPU_RESOURCE_CREATE_2D:
		assert_false(has_resource);
		has_resource = le32_to_cpu(create->resource);
		width = le32_to_cpu(create->width);
		height = le32_to_cpu(create->height);
		break;
	case VIRTIO_GPU_ATTACH_BACKING:
		assert_int_equal(le32_to_cpu(attach->resource), has_resource);
		memory = le64_to_cpu(attach->address);
		memory_len = le32_to_cpu(attach->length);
		break;
	case VIRTIO_GPU_RESOURCE_UNREF:
		has_resource = 0;
		break;
	case VIRTIO_GPU_SET_SCANOUT:
		shown = le32_to_cpu(set->resource);
		break;
	case VIRTIO_GPU_TRANSFER_TO_HOST_2D:
		moved = transfer->rect;
		moved_from = le64_to_cpu(transfer->offset);
		break;
	case VIRTIO_GPU_RESOURCE_FLUSH:
		flushed = flush->rect;
		break;
	default:
		mock_fail("request %#x", type);
	}
	assert_int_equal(len, sizeof(struct virtio_gpu_head));
	return VIRTIO_GPU_OK_NODATA;
}

static u32 claimed;

static u32 handle(unsigned int queue, const struct vsim_buf *bufs, unsigned int count)
{
	struct virtio_gpu_head *answer = bufs[1].data;
	u32 type = get_le32(bufs[0].data);
	u32 reply;

	requests++;
	assert_int_equal(queue, 0);
	assert_int_equal(count, 2);
	assert_false(bufs[0].writable);
	assert_true(bufs[1].writable);
	reply = wrong_for == type ? wrong_type :
		run_request(type, bufs[0].data, answer, bufs[1].len);
	answer->type = cpu_to_le32(reply);
	return claimed ? claimed : bufs[1].len;
}

static struct virtio_gpu_rect rect(u32 x, u32 y, u32 w, u32 h)
{
	return (struct virtio_gpu_rect) { cpu_to_le32(x), cpu_to_le32(y), cpu_to_le32(w),
					  cpu_to_le32(h) };
}

static int setup(void **state)
{
	vsim_init(16);
	vsim.pci.id = PCI_ID(VIRTIO_PCI_VENDOR, VIRTIO_PCI_DEVICE(VIRTIO_TYPE_GPU));
	vsim.pci.class_rev = 0x0380u << 16;
	vsim.handle = handle;
	window = rect(0, 0, 1024, 768);
	mock_log_reset();
	return 0;
}

static int probe(void)
{
	assert_ptr_equal(pci_drivers_end, pci_drivers_start + 1);
	return pci_drivers_start[0]->probe(&vsim.pci);
}

/* As it is after it was found; one of all tests, so they are in processes of their own. */
static struct video_device *display(void)
{
	assert_int_equal(probe(), 0);
	assert_non_null(video_primary());
	return video_primary();
}

static void assert_preferred(struct video_device *dev, u16 w, u16 h)
{
	assert_int_equal(dev->mode[dev->preferred].width, w);
	assert_int_equal(dev->mode[dev->preferred].height, h);
}

static void good(void)
{
	struct video_device *dev = display();
	struct virtio_gpu_rect part = rect(8, 16, 24, 32);

	assert_preferred(dev, 1024, 768);
	assert_int_equal(dev->edid_size, 0);
	/* Two questions, and no memory for a picture before there is one. */
	assert_int_equal(requests, 2);
	assert_null(dev->frame);
	assert_int_equal(video_set_mode(dev, dev->preferred), 0);
	assert_int_equal(width, 1024);
	assert_int_equal(height, 768);
	assert_int_equal(shown, 1);
	assert_int_equal(memory, (uintptr_t)dev->frame);
	assert_int_equal(memory_len, 1024 * 768 * 4);
	video_flush(dev, 8, 16, 24, 32);
	assert_memory_equal(&moved, &part, sizeof(part));
	assert_memory_equal(&flushed, &part, sizeof(part));
	assert_int_equal(moved_from, (16 * 1024 + 8) * 4);
	assert_int_equal(video_set_mode(dev, 0), 0);
	assert_int_equal(width, 640);
	assert_int_equal(memory_len, 640 * 480 * 4);
	assert_int_equal(hook_run(efi_exit), 0);
	assert_int_equal(vsim.status, 0);
	assert_int_equal(mock_log_errors(), 0);
}
CHILD(good)

/* Memory that a device sees is scarce. */
static void bounced(void)
{
	struct video_device *dev;

	encrypted = true;
	dev = display();
	assert_int_equal(dev->modes, 1);
	assert_preferred(dev, 640, 480);
}
CHILD(bounced)

static void is_vga(void)
{
	vsim.pci.class_rev = PCI_CLASS_DISPLAY_VGA << 16;
	assert_int_equal(probe(), 0);
	assert_int_equal(env_exits, 0);
	assert_null(video_primary());
}
CHILD(is_vga)

static void edid_counts(void)
{
	static const u8 start[8] = { 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0 };
	struct video_device *dev;

	memcpy(edid, start, 8);
	edid[54] = 1;
	edid[56] = 0x20;
	edid[58] = 3 << 4;
	edid[59] = 0x58;
	edid[61] = 2 << 4;
	edid[126] = 255;
	edid[127] = (u8)-(0xfa + 1 + 0x20 + 0x30 + 0x58 + 0x20 + 0xff);
	window = rect(0, 0, 0, 0);
	dev = display();
	assert_int_equal(dev->edid_size, 256);
	assert_preferred(dev, 800, 600);
}
CHILD(edid_counts)

/* None of these is possible: what a display has without a wish. */
static void windows(void)
{
	static const u32 sizes[][2] = {
		{ 0xffffffff, 0xffffffff }, { 0x80000000, 1 }, { 0x10400, 0x10300 },
		{ 0x10000, 0x10000 }, { 4104, 16 }, { 1025, 768 }, { 1, 1 }, { 4096, 2160 },
	};
	size_t i;

	memset(edid, 0xff, sizeof(edid));
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		setup(NULL);
		window = rect(0xffffffff, 0xffffffff, sizes[i][0], sizes[i][1]);
		assert_int_equal(probe(), 0);
		assert_preferred(list_entry(video_devices()->prev, struct video_device, list),
				 1280, 800);
		/* The next one has memory of its own. */
		list_del(video_devices()->prev);
	}
	assert_int_equal(mock_log_errors(), 0);
}
CHILD(windows)

/* Lengths are not used at all. */
static void lengths(void)
{
	struct video_device *dev;

	claimed = 0xffffffff;
	dev = display();
	assert_int_equal(video_set_mode(dev, 0), 0);
	claimed = 1;
	assert_int_equal(video_set_mode(dev, 1), 0);
}
CHILD(lengths)

/* It says no: one line, and the next mode can be tried. */
static void says_no(void)
{
	static const u32 all[] = {
		VIRTIO_GPU_RESOURCE_CREATE_2D, VIRTIO_GPU_ATTACH_BACKING, VIRTIO_GPU_SET_SCANOUT,
		VIRTIO_GPU_RESOURCE_UNREF,
	};
	struct video_device *dev = display();
	size_t i;

	wrong_type = 0x1200;
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		wrong_for = all[i];
		mock_log_reset();
		assert_int_equal(video_set_mode(dev, 0), -EIO);
		assert_int_equal(mock_log_errors(), 1);
		wrong_for = 0;
		assert_int_equal(video_set_mode(dev, 1), 0);
	}
	wrong_for = VIRTIO_GPU_TRANSFER_TO_HOST_2D;
	memset(&flushed, 0, sizeof(flushed));
	video_flush(dev, 0, 0, 8, 8);
	assert_int_equal(flushed.width, 0);
}
CHILD(says_no)

/* Also what it is asked at the start may be refused. */
static void knows_nothing(void)
{
	wrong_for = VIRTIO_GPU_GET_DISPLAY_INFO;
	assert_preferred(display(), 1280, 800);
}
CHILD(knows_nothing)

/* One that does not answer when it is found is no display. */
static void no_display(const char *why)
{
	assert_true(probe() < 0);
	assert_null(video_primary());
	assert_int_equal(env_allocated, 0);
	assert_int_equal(vsim.status & VIRTIO_STATUS_DRIVER_OK, 0);
	assert_int_equal(mock_log_errors(), 1);
	assert_non_null(strstr(mock_log_last(), why));
	assert_in_range(requests, 0, 1);
}

static void silent(void)
{
	vsim.silent = true;
	no_display("no answer on queue 0");
}
CHILD(silent)

static void bad_id(void)
{
	vsim.bad_id = 3;
	no_display("which queue 0 does not have");
}
CHILD(bad_id)

static void no_queue(void)
{
	vsim.queue_max = 0;
	no_display("no queue 0");
}
CHILD(no_queue)

static void tiny_queue(void)
{
	vsim.queue_max = 1;
	assert_true(probe() != 0);
	assert_int_equal(env_allocated, 0);
}
CHILD(tiny_queue)

/* Once it is a display, it stays one that shows nothing, and is left alone. */
static void dead(struct video_device *dev, int rc)
{
	assert_int_equal(video_set_mode(dev, 0), rc);
	assert_int_equal(vsim.status & VIRTIO_STATUS_DRIVER_OK, 0);
	vsim.bad_id = -1;
	vsim.silent = vsim.no_reset = false;
	env_exits = 0;
	video_flush(dev, 0, 0, 8, 8);
	assert_int_equal(video_set_mode(dev, 1), -EIO);
	assert_int_equal(hook_run(efi_exit), 0);
	assert_int_equal(env_exits, 0);
}

static void falls_silent(void)
{
	struct video_device *dev = display();

	vsim.silent = true;
	dead(dev, -ETIMEDOUT);
	assert_true(mock_log_has("no answer on queue 0"));
}
CHILD(falls_silent)

static void breaks_rules(void)
{
	struct video_device *dev = display();

	vsim.bad_id = 0xffff;
	dead(dev, -EIO);
}
CHILD(breaks_rules)

static void jumps(void)
{
	struct video_device *dev = display();

	vsim.jump = 2;
	dead(dev, -EIO);
	assert_true(mock_log_has("3 requests are done, more than queue 0 has"));
}
CHILD(jumps)

/* It is cut off from memory that the operating system gets. */
static void no_reset(void)
{
	struct video_device *dev = display();

	vsim.silent = vsim.no_reset = true;
	dead(dev, -ETIMEDOUT);
	assert_false(env_config[PCI_COMMAND] & PCI_COMMAND_MASTER);
}
CHILD(no_reset)

static void no_memory(void)
{
	struct video_device *dev;
	unsigned int i;

	for (i = 0; i < 3; i++) {
		setup(NULL);
		env_allocs_left = i;
		assert_int_equal(probe(), -ENOMEM);
		assert_int_equal(env_allocated, 0);
	}
	setup(NULL);
	env_allocs_left = 3;
	dev = display();
	assert_int_equal(video_set_mode(dev, 0), -ENOMEM);
	assert_null(dev->frame);
	env_allocs_left = 1;
	assert_int_equal(video_set_mode(dev, 0), 0);
}
CHILD(no_memory)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(good_run, setup),
		cmocka_unit_test_setup(bounced_run, setup),
		cmocka_unit_test_setup(is_vga_run, setup),
		cmocka_unit_test_setup(edid_counts_run, setup),
		cmocka_unit_test_setup(windows_run, setup),
		cmocka_unit_test_setup(lengths_run, setup),
		cmocka_unit_test_setup(says_no_run, setup),
		cmocka_unit_test_setup(knows_nothing_run, setup),
		cmocka_unit_test_setup(silent_run, setup),
		cmocka_unit_test_setup(bad_id_run, setup),
		cmocka_unit_test_setup(no_queue_run, setup),
		cmocka_unit_test_setup(tiny_queue_run, setup),
		cmocka_unit_test_setup(falls_silent_run, setup),
		cmocka_unit_test_setup(breaks_rules_run, setup),
		cmocka_unit_test_setup(jumps_run, setup),
		cmocka_unit_test_setup(no_reset_run, setup),
		cmocka_unit_test_setup(no_memory_run, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
