/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of the host's boot order (boot/efi/boot_order.c), with lines as QEMU 7.2
 * writes them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <fw/efi.h>
#include <fw/errno.h>
#include <fw/fw_cfg.h>

#include "boot_order.h"
#include "support.h"

static const char *text;
static u32 claimed_size;
static int read_error;

int fw_cfg_find(const struct host_input *input, struct fw_cfg_file *file)
{
	assert_string_equal(input->name, "bootorder");
	if (text == NULL)
		return -ENOENT;
	*file = (struct fw_cfg_file) { .input = input, .key = 1, .size = claimed_size };
	return 0;
}

int fw_cfg_read_buf(const struct fw_cfg_file *file, u32 offset, void *dst, u32 len)
{
	assert_int_equal(offset, 0);
	assert_true(len <= file->size);
	memcpy(dst, text, len);
	return read_error;
}

static void *pool;

efi_status_t EFIAPI efi_allocate_pool(u32 type __unused, efi_uintn_t size __unused,
				      void **buffer __unused)
{
	return EFI_OUT_OF_RESOURCES;
}

void *efi_zalloc(size_t size)
{
	free(pool);
	pool = calloc(1, size);
	return pool;
}

efi_status_t EFIAPI efi_free_pool(void *buffer)
{
	assert_ptr_equal(buffer, pool);
	free(pool);
	pool = NULL;
	return EFI_SUCCESS;
}

static int load(const char *lines, size_t size)
{
	text = lines;
	claimed_size = (u32)size;
	return boot_order_load();
}

#define ROOT(uid)	2, 1, 12, 0, 0xd0, 0x41, 0x03, 0x0a, uid, 0, 0, 0
#define PCI(dev, fn)	1, 1, 6, 0, fn, dev
#define SCSI(t, l)	3, 2, 8, 0, (t) & 0xff, (t) >> 8, (l) & 0xff, (l) >> 8
#define ATAPI(channel, drive) 3, 1, 8, 0, channel, drive, 0, 0
#define SATA(port)	3, 0x12, 10, 0, port, 0, 0xff, 0xff, 0, 0
#define NVME(ns)	3, 0x17, 16, 0, ns, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
#define FILE_NODE	4, 4, 8, 0, 'x', 0, 0, 0
#define END		0x7f, 0xff, 4, 0

static bool match(const char *line, const u8 *path)
{
	return boot_order_match(line, (const struct efi_device_path *)path);
}

static void test_match(void **state __unused)
{
	static const u8 blk[] = { ROOT(0), PCI(4, 0), END };
	static const u8 file[] = { ROOT(0), PCI(4, 0), FILE_NODE, END };
	static const u8 function[] = { ROOT(0), PCI(0x1f, 2), SATA(3), END };
	static const u8 scsi[] = { ROOT(0), PCI(5, 0), SCSI(0x10, 0x101), END };
	static const u8 ide[] = { ROOT(0), PCI(1, 1), ATAPI(1, 0), END };
	static const u8 nvme[] = { ROOT(0), PCI(3, 0), NVME(1), END };
	static const u8 bridge[] = { ROOT(0), PCI(1, 0), PCI(3, 0), END };
	static const u8 other_root[] = { ROOT(4), PCI(0, 0), END };

	assert_true(match("/pci@i0cf8/scsi@4/disk@0,0", blk));
	assert_true(match("/pci@i0cf8/scsi@4", blk));
	assert_true(match("/pci@i0cf8/scsi@4/disk@0,0", file));
	assert_true(match("/pci@i0cf8/ethernet@4/ethernet-phy@0", blk));
	assert_false(match("/pci@i0cf8/scsi@5/disk@0,0", blk));
	assert_false(match("/pci@i0cf8/scsi@4,1/disk@0,0", blk));
	assert_true(match("/pci@i0cf8/pci8086,2922@1f,2/drive@3/disk@0", function));
	assert_false(match("/pci@i0cf8/pci8086,2922@1f,2/drive@2/disk@0", function));
	assert_true(match("/pci@i0cf8/ide@1,1/drive@1/disk@0", ide));
	assert_false(match("/pci@i0cf8/ide@1,1/drive@0/disk@0", ide));
	assert_false(match("/pci@i0cf8/ide@1,1/drive@1/disk@1", ide));
	assert_false(match("/pci@i0cf8/ide@1,1/drive@1", ide));
	assert_true(match("/pci@i0cf8/scsi@5/channel@0/disk@10,101", scsi));
	assert_false(match("/pci@i0cf8/scsi@5/channel@0/disk@10,100", scsi));
	assert_false(match("/pci@i0cf8/scsi@5", scsi));
	assert_true(match("/pci@i0cf8/pci8086,5845@3/namespace@1,0", nvme));
	assert_false(match("/pci@i0cf8/pci8086,5845@3/namespace@2,0", nvme));
	assert_true(match("/pci@i0cf8/pci-bridge@1/scsi@3/disk@0,0", bridge));
	assert_false(match("/pci@i0cf8/pci-bridge@1", bridge));
	assert_true(match("/pci-root@4/pci@i0cf8/scsi@0/disk@0,0", other_root));
	assert_false(match("/pci@i0cf8/scsi@0/disk@0,0", other_root));
}

static void test_no_match(void **state __unused)
{
	static const u8 blk[] = { ROOT(0), PCI(4, 0), END };
	static const u8 short_root[] = { 2, 1, 4, 0, PCI(4, 0), END };
	static const u8 short_pci[] = { ROOT(0), 1, 1, 4, 0, END };
	static const u8 file[] = { FILE_NODE, END };
	static const u8 nothing[] = { END };
	static const char *const lines[] = {
		"", "/", "//", "/@", "/pci@i0cf8", "/pci@i0cf8/", "/pci@i0cf8/scsi",
		"/pci@i0cf8/scsi@", "/pci@i0cf8x/scsi@4", "/rom@genroms/linuxboot_dma.bin",
		"/pci-root@", "/pci-root@0", "pci@i0cf8/scsi@4", "/pci@i0cf8/scsi@4/disk@0/x",
		"/pci@i0cf8/scsi@4/a@0/b@0", "/pci@i0cf8/scsi@44444444444444444",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++)
		assert_false(match(lines[i], blk));
	assert_false(match("/pci@i0cf8/scsi@4", short_root));
	assert_false(match("/pci@i0cf8/scsi@0", short_pci));
	assert_false(match("/pci@i0cf8/scsi@4", file));
	assert_false(match("/pci@i0cf8/scsi@4", nothing));
}

static void test_file(void **state __unused)
{
	static const u8 four[] = { ROOT(0), PCI(4, 0), END };
	static const u8 five[] = { ROOT(0), PCI(5, 0), END };
	static const u8 six[] = { ROOT(0), PCI(6, 0), END };
	static const char lines[] = "/pci@i0cf8/scsi@5/disk@0,0\n\n"
				    "/pci@i0cf8/scsi@4/disk@0,0\nHALT";
	const struct efi_device_path *path = (const void *)four;

	assert_int_equal(load(lines, sizeof(lines)), 0);
	assert_int_equal(boot_order_count(), 2);
	assert_int_equal(boot_order_rank((const void *)five), 0);
	assert_int_equal(boot_order_rank(path), 1);
	assert_int_equal(boot_order_rank((const void *)six), BOOT_ORDER_LAST);
	assert_true(boot_order_is_strict());

	/* No NUL and no newline at the end. */
	assert_int_equal(load(lines, strlen(lines) - 5), 0);
	assert_int_equal(boot_order_rank(path), 1);
	assert_false(boot_order_is_strict());

	text = NULL;
	assert_int_equal(boot_order_load(), 0);
	assert_int_equal(boot_order_count(), 0);
	assert_int_equal(boot_order_rank(path), BOOT_ORDER_LAST);
}

static void test_bad_file(void **state __unused)
{
	static char many[16384];

	assert_int_equal(load(many, 0), 0);
	memset(many, '/', sizeof(many));
	assert_int_equal(load(many, sizeof(many)), 0);
	assert_int_equal(boot_order_count(), 1);

	/* More lines than are kept. */
	for (size_t i = 1; i < sizeof(many); i += 2)
		many[i] = '\n';
	assert_int_equal(load(many, sizeof(many)), 0);
	assert_int_equal(boot_order_count(), 64);

	mock_log_reset();
	assert_int_equal(load(many, sizeof(many)), 0);
	claimed_size = sizeof(many) + 1;
	assert_int_equal(boot_order_load(), -E2BIG);
	assert_int_equal(mock_log_errors(), 1);
	assert_int_equal(boot_order_count(), 0);

	read_error = -EIO;
	assert_int_equal(load(many, sizeof(many)), -EIO);
	assert_int_equal(boot_order_count(), 0);
	read_error = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_no_match),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_bad_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
