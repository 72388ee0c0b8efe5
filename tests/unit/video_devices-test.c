/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Unit test of the drivers of displays with registers of Bochs, and of ramfb. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <asm/io.h>
#include <fw/alloc.h>
#include <fw/byteorder.h>
#include <fw/cc.h>
#include <fw/errno.h>
#include <fw/fw_cfg.h>
#include <fw/hooks.h>
#include <fw/pci.h>
#include <fw/video.h>
#include <spec/bochs_display.h>
#include <spec/pci.h>
#include <spec/ramfb.h>

#include "support.h"

#define REGS		0xe0000000u
#define FRAME		0x10000000u
#define FRAME_SIZE	MiB(16)
#define RAM		0x20000000u

extern const struct pci_driver *const pci_driver__50__bochs_driver;

static u16 dispi[16];
static u8 edid[256];
static u16 id;
static bool attribute_index;
static u8 attribute;
static unsigned int accesses;

u32 mock_mmio_read(phys_addr_t addr, unsigned int width)
{
	u32 offset = (u32)(addr - REGS);

	accesses++;
	assert_true(offset < 0x1000);
	if (offset == VGA_INPUT_STATUS) {
		attribute_index = true;
		return 0;
	}
	if (offset < 0x400) {
		assert_int_equal(width, 4);
		return offset < sizeof(edid) ? get_le32(edid + offset) : 0;
	}
	assert_int_equal(offset, BOCHS_DISPI(DISPI_ID));
	return id;
}

void mock_mmio_write(phys_addr_t addr, u32 value, unsigned int width)
{
	u32 offset = (u32)(addr - REGS), index = (offset - 0x500) / 2;

	accesses++;
	if (offset == VGA_ATTRIBUTE_INDEX) {
		assert_true(attribute_index);
		attribute = (u8)value;
		return;
	}
	assert_int_equal(width, 4);
	assert_true(offset >= 0x500 && index < 10);
	/* The others only count while it is off. */
	if (index != DISPI_ENABLE && index != DISPI_X_OFFSET)
		assert_int_equal(dispi[DISPI_ENABLE], 0);
	dispi[index] = (u16)value;
	dispi[index + 1] = (u16)(value >> 16);
}

void __iomem *pci_map_bar(const struct pci_dev *dev, unsigned int bar, u64 offset, u64 len)
{
	assert_true(offset + len <= dev->bar[bar].size);
	return mmio(dev->bar[bar].addr);
}

void *heap_alloc(size_t size)
{
	return calloc(1, size);
}

void heap_free(void *ptr)
{
	free(ptr);
}

static bool encrypted;

bool cc_has(enum cc_attr attr)
{
	return encrypted && attr == CC_ATTR_MEM_ENCRYPT;
}

static u32 ramfb_size;
static struct ramfb_config ramfb_config;
static unsigned int ramfb_writes;

int fw_cfg_find(const struct host_input *input, struct fw_cfg_file *file)
{
	assert_string_equal(input->name, "etc/ramfb");
	file->size = ramfb_size;
	return ramfb_size ? 0 : -ENOENT;
}

int fw_cfg_write_buf(const struct fw_cfg_file *file, u32 offset, const void *src, u32 len)
{
	assert_int_equal(offset, 0);
	assert_int_equal(len, 28);
	memcpy(&ramfb_config, src, len);
	ramfb_writes++;
	return 0;
}

int page_alloc(enum mem_type type, u64 size, u64 align, phys_addr_t max, phys_addr_t *base)
{
	/* It stays the display's when the operating system runs. */
	assert_int_equal(type, MEM_RESERVED);
	assert_int_equal(size, 1280 * 800 * 4);
	*base = RAM;
	return 0;
}

static struct pci_dev vga(void)
{
	return (struct pci_dev) {
		.id = PCI_ID(BOCHS_PCI_VENDOR, BOCHS_PCI_DEVICE),
		.class_rev = PCI_CLASS_DISPLAY_VGA << 16,
		.bar[0] = { .size = FRAME_SIZE, .addr = FRAME, .space = PCI_SPACE_PREF },
		.bar[2] = { .size = 0x1000, .addr = REGS, .space = PCI_SPACE_MEM },
	};
}

static unsigned int count_displays(void)
{
	struct video_device *dev;
	unsigned int count = 0;

	list_for_each_entry(dev, video_devices(), list)
		count++;
	return count;
}

static struct video_device *last_display(void)
{
	return list_entry(video_devices()->prev, struct video_device, list);
}

static void make_edid(u8 width_in_256, u8 extensions)
{
	static const u8 header[8] = { 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0 };
	unsigned int i;
	u8 sum = 0;

	memset(edid, 0, sizeof(edid));
	memcpy(edid, header, 8);
	edid[54] = 1;
	edid[58] = (u8)(width_in_256 << 4);
	edid[61] = 3 << 4;
	edid[126] = extensions;
	for (i = 0; i < 127; i++)
		sum = (u8)(sum + edid[i]);
	edid[127] = (u8)-sum;
	memset(edid + 128, 0xe1, 128);
}

static int begin(void **state)
{
	memset(dispi, 0, sizeof(dispi));
	memset(edid, 0, sizeof(edid));
	id = 0xb0c5;
	attribute_index = false;
	attribute = 0;
	accesses = 0;
	encrypted = false;
	mock_ram(FRAME, FRAME_SIZE);
	mock_ram(RAM, MiB(4));
	mock_log_reset();
	return 0;
}

static void test_vga(void **state)
{
	struct pci_dev dev = vga();
	struct video_device *display;

	assert_int_equal(pci_driver__50__bochs_driver->probe(&dev), 0);
	/* No mode is set before somebody wants to show something. */
	assert_int_equal(dispi[DISPI_ENABLE], 0);
	assert_true(accesses < 4);
	display = last_display();
	assert_int_equal(display->edid_size, 0);
	assert_ptr_equal(display->frame, (void *)(uintptr_t)FRAME);
	assert_int_equal(video_set_mode(display, display->preferred), 0);
	assert_int_equal(dispi[DISPI_ID], 0xb0c5);
	assert_int_equal(dispi[DISPI_XRES], 1280);
	assert_int_equal(dispi[DISPI_YRES], 800);
	assert_int_equal(dispi[DISPI_BPP], 32);
	assert_int_equal(dispi[DISPI_VIRT_WIDTH], 1280);
	assert_int_equal(dispi[DISPI_ENABLE], DISPI_ENABLED | DISPI_LFB_ENABLED);
	assert_int_equal(attribute, VGA_ATTRIBUTE_SHOW);
	assert_int_equal(video_set_mode(display, 0), 0);
	assert_int_equal(dispi[DISPI_XRES], 640);
}

/* Without a VGA's registers nothing else makes the frame black. */
static void test_no_vga(void **state)
{
	struct pci_dev dev = vga();

	dev.class_rev = 0x0380u << 16;
	*(u32 *)(uintptr_t)FRAME = 0x123456;
	assert_int_equal(pci_driver__50__bochs_driver->probe(&dev), 0);
	assert_int_equal(video_set_mode(last_display(), 0), 0);
	assert_int_equal(attribute, 0);
	assert_int_equal(*(u32 *)(uintptr_t)FRAME, 0);
}

static void test_edid(void **state)
{
	struct pci_dev dev = vga();
	struct video_device *display;

	make_edid(4, 1);
	assert_int_equal(pci_driver__50__bochs_driver->probe(&dev), 0);
	display = last_display();
	assert_int_equal(display->edid_size, 256);
	assert_memory_equal(display->edid, edid, 256);
	assert_int_equal(display->mode[display->preferred].width, 1024);
	assert_int_equal(display->mode[display->preferred].height, 768);
	make_edid(4, 0);
	assert_int_equal(pci_driver__50__bochs_driver->probe(&dev), 0);
	assert_int_equal(last_display()->edid_size, 128);
	make_edid(4, 255);
	assert_int_equal(pci_driver__50__bochs_driver->probe(&dev), 0);
	assert_int_equal(last_display()->edid_size, 256);
	edid[20]++;
	assert_int_equal(pci_driver__50__bochs_driver->probe(&dev), 0);
	assert_int_equal(last_display()->edid_size, 0);
}

static void test_refused(void **state)
{
	unsigned int before = count_displays();
	struct pci_dev dev = vga();

	id = 0xffff;
	assert_int_equal(pci_driver__50__bochs_driver->probe(&dev), -ENODEV);
	assert_int_equal(mock_log_errors(), 1);
	id = 0xb0c0;
	dev.bar[2].size = 0x800;
	assert_int_equal(pci_driver__50__bochs_driver->probe(&dev), -ENODEV);
	/* Virtio's GPU that is no VGA. */
	dev = vga();
	dev.id = PCI_ID(0x1af4, 0x1050);
	dev.class_rev = 0x0380u << 16;
	assert_int_equal(pci_driver__50__bochs_driver->probe(&dev), -ENODEV);
	assert_int_equal(mock_log_errors(), 1);
	dev = vga();
	dev.bar[0].size = 0x10000;
	assert_int_equal(pci_driver__50__bochs_driver->probe(&dev), -EINVAL);
	assert_int_equal(mock_log_errors(), 2);
	assert_int_equal(count_displays(), before);
}

static void test_ramfb(void **state)
{
	unsigned int before = count_displays();
	struct video_device *display;

	ramfb_size = 0;
	assert_int_equal(hook_run(efi), 0);
	assert_int_equal(count_displays(), before);
	ramfb_size = 27;
	assert_int_equal(hook_run(efi), 0);
	assert_int_equal(mock_log_errors(), 1);
	ramfb_size = 28;
	/* The operating system would write to it as to its own memory. */
	encrypted = true;
	assert_int_equal(hook_run(efi), 0);
	assert_int_equal(count_displays(), before);
	assert_true(mock_log_has("not used"));
	encrypted = false;
	assert_int_equal(hook_run(efi), 0);
	assert_int_equal(count_displays(), before + 1);
	assert_int_equal(ramfb_writes, 0);

	display = last_display();
	assert_int_equal(display->modes, 4);
	*(u32 *)(uintptr_t)RAM = 0x123456;
	assert_int_equal(video_set_mode(display, 1), 0);
	assert_int_equal(be64_to_cpu(ramfb_config.address), RAM);
	assert_int_equal(be32_to_cpu(ramfb_config.fourcc), 0x34325258);
	assert_int_equal(be32_to_cpu(ramfb_config.width), 800);
	assert_int_equal(be32_to_cpu(ramfb_config.height), 600);
	assert_int_equal(be32_to_cpu(ramfb_config.stride), 3200);
	assert_int_equal(*(u32 *)(uintptr_t)RAM, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_vga, begin),
		cmocka_unit_test_setup(test_no_vga, begin),
		cmocka_unit_test_setup(test_edid, begin),
		cmocka_unit_test_setup(test_refused, begin),
		cmocka_unit_test_setup(test_ramfb, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
