/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * A kernel from fw_cfg as an EFI image (boot/efi/qemu_kernel.c): what is handed to
 * LoadImage, what the kernel finds, and what a failure leaves of the boot.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <fw/cc.h>
#include <fw/errno.h>
#include <fw/fw_cfg.h>
#include <fw/hooks.h>
#include <fw/linux_boot.h>
#include <spec/efi/load_file.h>
#include <spec/efi/loaded_image.h>
#include <spec/fw_cfg.h>

#include "efi_world.h"
#include "support.h"

/* What the host offers. */
static char setup_data[512], kernel_data[3000], initrd_data[5000];
static const char *cmdline;
static efi_char16_t seen_options[32];
static u32 sizes[4];
static int read_error;

static efi_status_t load_status, start_status;
static struct efi_loaded_image loaded;
static efi_handle_t image_handle, started;
static bool untrusted;
static int verdict;
static struct linux_payload judged;
static void (*in_kernel)(void);

int fw_cfg_read_u32(const struct host_input *input, u32 *value)
{
	switch (input->key) {
	case FW_CFG_SETUP_SIZE:
		*value = sizes[LINUX_SETUP];
		return 0;
	case FW_CFG_KERNEL_SIZE:
		*value = sizes[LINUX_KERNEL];
		return 0;
	case FW_CFG_INITRD_SIZE:
		*value = sizes[LINUX_INITRD];
		return 0;
	case FW_CFG_CMDLINE_SIZE:
		*value = sizes[LINUX_CMDLINE];
		return 0;
	}
	fail();
	return -ENOENT;
}

int fw_cfg_read(const struct fw_cfg_file *file, u32 offset, phys_addr_t dst, u32 len)
{
	const char *from = file->key == FW_CFG_SETUP_DATA ? setup_data :
			   file->key == FW_CFG_KERNEL_DATA ? kernel_data :
			   file->key == FW_CFG_INITRD_DATA ? initrd_data : cmdline;

	assert_int_equal(offset, 0);
	assert_int_equal(len, file->size);
	if (!read_error)
		memcpy((void *)(uintptr_t)dst, from, len);
	return read_error;
}

bool cc_has(enum cc_attr attr)
{
	return attr == CC_ATTR_HOST_UNTRUSTED && untrusted;
}

static int judge(const struct linux_payload *payload)
{
	judged = *payload;
	assert_null(image_handle);
	return verdict;
}
HOOK(linux_loaded, 50, common, judge);

efi_status_t EFIAPI efi_load_image(efi_bool_t boot_policy, efi_handle_t parent,
				   struct efi_device_path *path, void *source,
				   efi_uintn_t size, efi_handle_t *image)
{
	struct efi_device_path *rest = path;
	efi_handle_t device;

	assert_ptr_equal(parent, efi_firmware_handle);
	assert_int_equal(size, sizeof(setup_data) + sizeof(kernel_data));
	assert_memory_equal(source, setup_data, sizeof(setup_data));
	assert_memory_equal((char *)source + sizeof(setup_data), kernel_data,
			    sizeof(kernel_data));
	assert_int_equal(efi_dp_size(path, EFI_DP_MAX), 20 + 18 + 4);
	assert_memory_equal(path + 1, &efi_guid_qemu_kernel_media, 16);
	/* Its device is a handle, and a file name is left. */
	assert_int_equal(efi_locate_device_path(&efi_guid_device_path, &rest, &device),
			 EFI_SUCCESS);
	assert_int_equal(rest->type, DP_MEDIA);
	assert_int_equal(rest->subtype, DP_MEDIA_FILE);
	if (load_status != EFI_SUCCESS)
		return load_status;
	image_handle = NULL;
	assert_int_equal(efi_install_multiple_protocol_interfaces(&image_handle,
				&efi_guid_loaded_image, &loaded, NULL), EFI_SUCCESS);
	*image = image_handle;
	return EFI_SUCCESS;
}

efi_status_t EFIAPI efi_unload_image(efi_handle_t image)
{
	return EFI_SUCCESS;
}

efi_status_t EFIAPI efi_start_image(efi_handle_t image, efi_uintn_t *size, efi_char16_t **data)
{
	started = image;
	memcpy(seen_options, loaded.load_options, loaded.load_options_size);
	if (in_kernel)
		in_kernel();
	return start_status;
}

static void offer(const char *text)
{
	cmdline = text;
	sizes[LINUX_SETUP] = sizeof(setup_data);
	sizes[LINUX_KERNEL] = sizeof(kernel_data);
	sizes[LINUX_INITRD] = sizeof(initrd_data);
	sizes[LINUX_CMDLINE] = text ? (u32)strlen(text) + 1 : 0;
}

/* Nothing of it is left if it comes back. */
static int boot(void)
{
	size_t entries = memmap.count;
	int rc = hook_run(boot);
	efi_uintn_t count;
	efi_handle_t *handles;

	assert_int_equal(memmap.count, entries);
	assert_true(efi_locate_handle_buffer(EFI_LOCATE_BY_PROTOCOL, &efi_guid_load_file2, NULL,
					     &count, &handles) == EFI_NOT_FOUND);
	return rc;
}

static void test_none(void **state)
{
	assert_int_equal(boot(), 0);
	assert_null(started);
	assert_int_equal(mock_log_errors(), 0);
}

/* Who knows what should be booted learns that nothing is offered. */
static void test_none_is_refused(void **state)
{
	untrusted = true;
	verdict = -EPERM;
	assert_int_equal(boot(), -EPERM);
	assert_int_equal(judged.kernel.size, 0);
	assert_null(started);
	untrusted = false;
	verdict = 0;
}

static void test_refused_by_hook(void **state)
{
	offer("x");
	verdict = -EPERM;
	untrusted = true;
	assert_int_equal(boot(), -EPERM);
	assert_int_equal(judged.initrd.size, sizeof(initrd_data));
	assert_memory_equal(judged.initrd.data, initrd_data, sizeof(initrd_data));
	assert_memory_equal(judged.cmdline.data, "x", 2);
	assert_memory_equal(judged.kernel.data, kernel_data, sizeof(kernel_data));
	/* Where the user is there to see it, the other ways are left. */
	untrusted = false;
	assert_int_equal(boot(), 0);
	assert_null(started);
	verdict = 0;
}

/* What is measured, or has a digest, is all of what the kernel sees. */
static void test_second_nul(void **state)
{
	offer("quiet");
	cmdline = "qui\0t";
	verdict = 0;
	load_status = EFI_SUCCESS;
	started = NULL;
	mock_log_reset();
	assert_int_equal(boot(), -EINVAL);
	assert_true(mock_log_has("only NUL"));
	assert_null(started);
}

static void test_unreadable(void **state)
{
	offer("x");
	read_error = -EIO;
	assert_int_equal(boot(), 0);
	assert_int_equal(mock_log_errors(), 1);
	read_error = 0;
	sizes[LINUX_KERNEL] = 0xfffffff0;
	mock_log_reset();
	assert_int_equal(boot(), 0);
	assert_int_equal(mock_log_errors(), 1);
	sizes[LINUX_CMDLINE] = 0x10001;
	mock_log_reset();
	assert_int_equal(boot(), 0);
	assert_int_equal(mock_log_errors(), 1);
	assert_null(started);
}

/* The kernel's side of Documentation/admin-guide/efi-stub.rst. */
static void look_for_initrd(void)
{
	struct {
		struct efi_device_path head;
		struct efi_guid guid;
		struct efi_device_path end;
	} __packed path = {
		{ DP_MEDIA, DP_MEDIA_VENDOR, { 20, 0 } }, efi_guid_linux_initrd_media,
		{ DP_END, DP_END_ENTIRE, { 4, 0 } },
	};
	struct efi_device_path *rest = &path.head;
	struct efi_load_file *file;
	efi_handle_t handle;
	efi_uintn_t size = 0;
	char buffer[sizeof(initrd_data)];

	assert_int_equal(efi_locate_device_path(&efi_guid_load_file2, &rest, &handle),
			 EFI_SUCCESS);
	assert_ptr_equal(rest, &path.end);
	assert_int_equal(efi_handle_protocol(handle, &efi_guid_load_file2, (void **)&file),
			 EFI_SUCCESS);
	assert_true(file->load(file, rest, false, &size, NULL) == EFI_BUFFER_TOO_SMALL);
	assert_int_equal(size, sizeof(initrd_data));
	size--;
	assert_true(file->load(file, rest, false, &size, buffer) == EFI_BUFFER_TOO_SMALL);
	assert_int_equal(file->load(file, rest, false, &size, buffer), EFI_SUCCESS);
	assert_int_equal(size, sizeof(initrd_data));
	assert_memory_equal(buffer, initrd_data, sizeof(initrd_data));
	assert_true(file->load(file, rest, true, &size, buffer) == EFI_UNSUPPORTED);
	assert_true(file->load(file, &path.head, false, &size, buffer) == EFI_NOT_FOUND);
	assert_true(file->load(file, NULL, false, &size, buffer) == EFI_INVALID_PARAMETER);
	assert_true(file->load(file, rest, false, NULL, buffer) == EFI_INVALID_PARAMETER);
}

static void test_boot(void **state)
{
	/* UTF-8 of one to four bytes, and bytes that are none. */
	static const efi_char16_t wanted[] = {
		'a', 0xe9, 0x20ac, 0xd83d, 0xde00, 0xff, 'z', 0xc3, 0
	};

	offer("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xffz\xc3");
	in_kernel = look_for_initrd;
	mock_log_reset();
	assert_int_equal(boot(), 0);
	assert_ptr_equal(started, image_handle);
	assert_int_equal(loaded.load_options_size, sizeof(wanted));
	assert_memory_equal(seen_options, wanted, sizeof(wanted));
	assert_true(mock_log_has("come back"));
}

static void test_not_an_image(void **state)
{
	offer("x");
	started = image_handle = NULL;
	in_kernel = NULL;
	load_status = EFI_UNSUPPORTED;
	mock_log_reset();
	assert_int_equal(boot(), 0);
	assert_null(started);
	assert_true(mock_log_has("cannot be loaded as an EFI image"));
}

/* The host may not choose what is started by offering what does not start. */
static void test_untrusted_host(void **state)
{
	offer("x");
	untrusted = true;
	assert_int_equal(boot(), -EIO);
}

static int group_setup(void **state)
{
	memset(setup_data, 's', sizeof(setup_data));
	memset(kernel_data, 'k', sizeof(kernel_data));
	memset(initrd_data, 'i', sizeof(initrd_data));
	return world_start(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_none_is_refused),
		cmocka_unit_test(test_refused_by_hook),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_boot),
		cmocka_unit_test(test_not_an_image),
		cmocka_unit_test(test_untrusted_host),
		cmocka_unit_test(test_second_nul),
	};

	return cmocka_run_group_tests(tests, group_setup, NULL);
}
