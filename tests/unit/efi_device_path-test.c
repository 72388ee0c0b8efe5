/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of device paths (efi/loader/device_path.c; UEFI 2.10, section 10.3)
 * and of LocateDevicePath (efi/loader/locate.c; section 7.3.8).
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "efi_world.h"

#define ROOT	2, 1, 12, 0, 0xd0, 0x41, 0x03, 0x0a, 0, 0, 0, 0
#define PCI(n)	1, 1, 6, 0, 0, n
#define LUN(n)	3, 0x11, 5, 0, n
#define END	0x7f, 0xff, 4, 0
#define NEXT	0x7f, 0x01, 4, 0

#define PATH(name, ...) static const u8 name[] = { __VA_ARGS__ }

PATH(end, END);
PATH(root, ROOT, END);
PATH(disk, ROOT, PCI(3), END);
PATH(lun, ROOT, PCI(3), LUN(1), END);
PATH(twice, ROOT, PCI(3), NEXT, ROOT, PCI(4), END);

static const struct efi_device_path *dp(const u8 *bytes)
{
	return (const struct efi_device_path *)bytes;
}

static void assert_path(struct efi_device_path *path, const u8 *bytes, size_t size)
{
	assert_non_null(path);
	assert_memory_equal(path, bytes, size);
	assert_int_equal(efi_dp_size(path, size), size);
	assert_int_equal(efi_free_pool(path), EFI_SUCCESS);
}

static void test_size(void **state)
{
	PATH(short_node, 1, 1, 3, 0, END);
	PATH(zero_node, 1, 1, 0, 0, END);
	PATH(long_node, 1, 1, 200, 0, END);
	PATH(large_node, 1, 1, 0xff, 0xff, END);
	PATH(no_end, ROOT, PCI(3));
	PATH(long_end, ROOT, 0x7f, 0xff, 5, 0, 0);
	size_t i;

	assert_int_equal(efi_dp_size(dp(end), 4), 4);
	assert_int_equal(efi_dp_size(dp(lun), sizeof(lun)), sizeof(lun));
	assert_int_equal(efi_dp_size(dp(lun), EFI_DP_MAX), sizeof(lun));
	assert_int_equal(efi_dp_size(dp(twice), sizeof(twice)), sizeof(twice));
	for (i = 0; i < sizeof(twice); i++)
		assert_int_equal(efi_dp_size(dp(twice), i), 0);
	assert_int_equal(efi_dp_size(dp(short_node), sizeof(short_node)), 0);
	assert_int_equal(efi_dp_size(dp(zero_node), sizeof(zero_node)), 0);
	assert_int_equal(efi_dp_size(dp(long_node), sizeof(long_node)), 0);
	assert_int_equal(efi_dp_size(dp(large_node), sizeof(large_node)), 0);
	assert_int_equal(efi_dp_size(dp(no_end), sizeof(no_end)), 0);
	assert_int_equal(efi_dp_size(dp(long_end), sizeof(long_end)), 0);
}

/* Not a byte beyond what is given is read; the sanitizer says so. */
static void test_bounds(void **state)
{
	size_t i;
	u8 *copy;

	for (i = 1; i <= sizeof(twice); i++) {
		copy = malloc(i);
		memcpy(copy, twice, i);
		efi_dp_size(dp(copy), i);
		free(copy);
	}
}

static void test_nodes(void **state)
{
	const struct efi_device_path *node = dp(lun);

	assert_int_equal(efi_dp_node_size(node), 12);
	assert_false(efi_dp_is_end(node));
	node = efi_dp_next(node);
	assert_ptr_equal(node, lun + 12);
	node = efi_dp_next(efi_dp_next(node));
	assert_true(efi_dp_is_end(node));
	/* The end of an instance is not the end. */
	assert_false(efi_dp_is_end(dp(twice + 18)));
}

static void test_make(void **state)
{
	PATH(node, PCI(3));
	PATH(small, 1, 1, 3, 0);
	PATH(bad, 1, 1, 2, 0, END);
	PATH(tail, PCI(3), LUN(1), END);

	assert_path(efi_dp_duplicate(dp(lun)), lun, sizeof(lun));
	assert_path(efi_dp_duplicate(dp(twice)), twice, sizeof(twice));
	assert_path(efi_dp_duplicate(NULL), end, sizeof(end));
	assert_path(efi_dp_append_node(dp(root), dp(node)), disk, sizeof(disk));
	assert_path(efi_dp_append_node(dp(root), NULL), root, sizeof(root));
	assert_path(efi_dp_append_node(NULL, dp(root)), root, sizeof(root));
	assert_path(efi_dp_append_node(NULL, NULL), end, sizeof(end));
	assert_path(efi_dp_append(dp(root), dp(tail)), lun, sizeof(lun));
	assert_path(efi_dp_append(NULL, dp(lun)), lun, sizeof(lun));
	assert_path(efi_dp_append(dp(lun), NULL), lun, sizeof(lun));
	assert_path(efi_dp_append(dp(end), dp(end)), end, sizeof(end));
	assert_null(efi_dp_duplicate(dp(bad)));
	assert_null(efi_dp_append(dp(bad), dp(root)));
	assert_null(efi_dp_append(dp(root), dp(bad)));
	assert_null(efi_dp_append_node(dp(root), dp(small)));
	assert_null(efi_dp_append_node(dp(bad), dp(node)));
}

/* What is made is never longer than what is accepted. */
static void test_too_long(void **state)
{
	static u8 path[EFI_DP_MAX];
	struct efi_device_path *half;

	path[0] = 1;
	path[1] = 1;
	path[2] = 0;
	path[3] = 0x90;
	memcpy(path + 0x9000, end, sizeof(end));
	half = efi_dp_duplicate(dp(path));
	assert_non_null(half);
	assert_null(efi_dp_append(half, half));
	efi_free_pool(half);
	/* A circle of bytes has no end. */
	memset(path, 4, sizeof(path));
	assert_int_equal(efi_dp_size(dp(path), sizeof(path)), 0);
}

static efi_handle_t with_path(const u8 *path, unsigned int number)
{
	efi_handle_t handle = NULL;

	assert_int_equal(efi_install_multiple_protocol_interfaces(&handle, &efi_guid_device_path,
								  path, world_guid(number), NULL,
								  NULL), EFI_SUCCESS);
	return handle;
}

static void without_path(efi_handle_t handle, const u8 *path, unsigned int number)
{
	assert_int_equal(efi_uninstall_multiple_protocol_interfaces(handle,
			&efi_guid_device_path, path, world_guid(number), NULL, NULL),
			 EFI_SUCCESS);
}

static void test_locate_errors(void **state)
{
	PATH(bad, 1, 1, 2, 0, END);
	efi_handle_t on_disk = with_path(disk, 0), handle = (void *)1;
	struct efi_device_path *path = (void *)lun, *none = NULL, *broken = (void *)bad;

	assert_int_equal(efi_locate_device_path(NULL, &path, &handle), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_locate_device_path(world_guid(0), NULL, &handle),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_locate_device_path(world_guid(0), &none, &handle),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_locate_device_path(world_guid(0), &broken, &handle),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_locate_device_path(world_guid(0), &path, NULL),
			 EFI_INVALID_PARAMETER);
	/* Of a protocol that nobody has, or not there. */
	assert_int_equal(efi_locate_device_path(world_guid(1), &path, &handle), EFI_NOT_FOUND);
	assert_int_equal(efi_locate_device_path(world_guid(1), &path, NULL), EFI_NOT_FOUND);
	path = (void *)root;
	assert_int_equal(efi_locate_device_path(world_guid(0), &path, &handle), EFI_NOT_FOUND);
	assert_ptr_equal(path, root);
	assert_ptr_equal(handle, (void *)1);
	without_path(on_disk, disk, 0);
}

static void check_locate(unsigned int number, const u8 *path, efi_handle_t want, size_t rest)
{
	struct efi_device_path *pos = (void *)path;
	efi_handle_t handle = NULL;

	assert_int_equal(efi_locate_device_path(world_guid(number), &pos, &handle), EFI_SUCCESS);
	assert_ptr_equal(handle, want);
	assert_ptr_equal(pos, path + rest);
}

/* The longest one that fits, whatever the order they came in. */
static void test_locate(void **state)
{
	PATH(other, ROOT, PCI(4), END);
	PATH(file, ROOT, PCI(3), LUN(1), 4, 4, 8, 0, 'a', 0, 0, 0, END);
	PATH(neighbour, ROOT, PCI(3), LUN(2), END);
	efi_handle_t on_disk = with_path(disk, 0), on_lun = with_path(lun, 0);
	efi_handle_t on_root = with_path(root, 0), elsewhere = with_path(other, 1), plain;

	plain = world_handle(0, NULL);
	check_locate(0, lun, on_lun, sizeof(lun) - 4);
	check_locate(0, file, on_lun, sizeof(lun) - 4);
	check_locate(0, neighbour, on_disk, sizeof(disk) - 4);
	check_locate(0, other, on_root, sizeof(root) - 4);
	check_locate(1, other, elsewhere, sizeof(other) - 4);
	/* Only the first of several instances counts. */
	check_locate(0, twice, on_disk, sizeof(disk) - 4);
	without_path(on_lun, lun, 0);
	check_locate(0, file, on_disk, sizeof(disk) - 4);
	without_path(on_disk, disk, 0);
	without_path(on_root, root, 0);
	without_path(elsewhere, other, 1);
	world_handle_gone(plain, 0, NULL);
}

/* Linux finds its initial RAM disk by this vendor's node alone. */
static void test_locate_initrd(void **state)
{
	PATH(initrd, 4, 3, 20, 0, 0x27, 0xe4, 0x68, 0x55, 0xfc, 0x68, 0x3d, 0x4f, 0xac, 0x74,
	     0xca, 0x55, 0x52, 0x31, 0xcc, 0x68, END);
	efi_handle_t handle = with_path(initrd, 2);
	u8 unaligned[sizeof(initrd) + 1];

	memcpy(unaligned + 1, initrd, sizeof(initrd));
	assert_memory_equal(initrd + 4, &efi_guid_linux_initrd_media, 16);
	check_locate(2, unaligned + 1, handle, 20);
	without_path(handle, initrd, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_nodes),
		cmocka_unit_test(test_make),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_locate_errors),
		cmocka_unit_test(test_locate),
		cmocka_unit_test(test_locate_initrd),
	};

	return cmocka_run_group_tests_name("efi_device_path", tests, world_start, NULL);
}
