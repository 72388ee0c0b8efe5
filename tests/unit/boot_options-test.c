/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of the list of boot options (boot/efi/options.c, target.c, announce.c; UEFI 2.10,
 * sections 3.1.2, 3.3 and 3.5.1): variables of any content, on two disks.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <fw/errno.h>
#include <fw/fw_cfg.h>
#include <fw/hooks.h>
#include <spec/efi/block_io.h>
#include <spec/efi/simple_file_system.h>

#include "boot_order.h"
#include "efi_world.h"
#include "options.h"
#include "support.h"
#include "target.h"

#define ROOT		2, 1, 12, 0, 0xd0, 0x41, 0x03, 0x0a, 0, 0, 0, 0
#define PCI(dev)	1, 1, 6, 0, 0, dev
#define GUID(x)		x, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
#define HD(x)		4, 1, 42, 0, 1, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, \
			0, 0, 2, 0, 0, 0, 0, 0, GUID(x), 2, 2
#define FILE_A		4, 4, 8, 0, 'a', 0, 0, 0
#define END		0x7f, 0xff, 4, 0

/* Two disks with a partition each; the file "a" is on the second. */
static const u8 disk_path[2][22] = { { ROOT, PCI(1), END }, { ROOT, PCI(2), END } };
static const u8 part_path[2][64] = {
	{ ROOT, PCI(1), HD(0xaa), END }, { ROOT, PCI(2), HD(0xbb), END },
};
static const u8 full_a[] = { ROOT, PCI(2), HD(0xbb), FILE_A, END };

static struct efi_block_io_media disk_media, part_media = { .logical_partition = 1 };
static struct efi_block_io disk_io = { .media = &disk_media }, part_io = { .media = &part_media };

struct volume {
	struct efi_simple_file_system fs;
	struct efi_file root;
	bool has_a, has_default;
} volumes[2];

static efi_status_t EFIAPI close_file(struct efi_file *this __unused)
{
	return EFI_SUCCESS;
}

static struct efi_file opened = { .close = close_file };

static efi_status_t EFIAPI open_file(struct efi_file *this, struct efi_file **file,
				     efi_char16_t *name, u64 mode, u64 attributes __unused)
{
	struct volume *v = container_of(this, struct volume, root);

	assert_int_equal(mode, EFI_FILE_MODE_READ);
	*file = &opened;
	if (name[0] == 'a' && name[1] == 0)
		return v->has_a ? EFI_SUCCESS : EFI_NOT_FOUND;
	assert_int_equal(ucs2_len(name), 21);
	return v->has_default ? EFI_SUCCESS : EFI_NOT_FOUND;
}

static efi_status_t EFIAPI open_volume(struct efi_simple_file_system *this,
				       struct efi_file **root)
{
	*root = &container_of(this, struct volume, fs)->root;
	return EFI_SUCCESS;
}

/* Variables, by name. */
static struct {
	const char *name;
	u8 data[256];
	size_t size;
} variables[8];

efi_status_t efi_get_variable(const efi_char16_t *name, const struct efi_guid *vendor,
			      u32 *attributes __unused, efi_uintn_t *size, void *data)
{
	char ascii[32];
	size_t i;

	assert_true(efi_guid_equal(vendor, &efi_guid_global_variable));
	ucs2_to_ascii(ascii, name, sizeof(ascii));
	for (i = 0; i < ARRAY_SIZE(variables); i++) {
		if (variables[i].name == NULL || strcmp(variables[i].name, ascii) != 0)
			continue;
		if (*size < variables[i].size) {
			*size = variables[i].size;
			return EFI_BUFFER_TOO_SMALL;
		}
		memcpy(data, variables[i].data, variables[i].size);
		*size = variables[i].size;
		return EFI_SUCCESS;
	}
	return EFI_NOT_FOUND;
}

/* What announce.c writes; the others only read. */
static struct {
	char name[32];
	u32 attributes;
	u8 data[64];
	size_t size;
} written[8];
static unsigned int writes;
static bool may_write;

efi_status_t efi_set_variable(const efi_char16_t *name, const struct efi_guid *vendor,
			      u32 attributes, efi_uintn_t size, const void *data)
{
	assert_true(may_write && writes < ARRAY_SIZE(written) && size <= sizeof(written[0].data));
	ucs2_to_ascii(written[writes].name, name, sizeof(written[0].name));
	assert_true(efi_guid_equal(vendor, strncmp(written[writes].name, "VMM", 3) == 0 ?
				   &efi_guid_vmm_boot_order : &efi_guid_global_variable));
	written[writes].attributes = attributes;
	memcpy(written[writes].data, data, size);
	written[writes++].size = size;
	return EFI_SUCCESS;
}

static const char *order;

int fw_cfg_find(const struct host_input *input, struct fw_cfg_file *file)
{
	if (order == NULL)
		return -ENOENT;
	*file = (struct fw_cfg_file) { .input = input, .size = (u32)strlen(order) };
	return 0;
}

int fw_cfg_read_buf(const struct fw_cfg_file *file __unused, u32 offset, void *dst, u32 len)
{
	memcpy(dst, order + offset, len);
	return 0;
}

efi_char16_t *efi_dp_to_text(const struct efi_device_path *path __unused,
			     bool display_only __unused, bool shortcuts __unused)
{
	efi_char16_t *text = efi_zalloc(64);

	ucs2_from_ascii(text, "Pci(0x1,0x0)/HD(1,GPT,AABB)", 32);
	return text;
}

static void set(unsigned int i, const char *name, const void *data, size_t size)
{
	variables[i].name = name;
	memcpy(variables[i].data, data, size);
	variables[i].size = size;
}

static void set_option(unsigned int i, const char *name, u32 attributes, const u8 *path,
		       size_t path_size, const char *data)
{
	u8 option[256] = { (u8)attributes, (u8)(attributes >> 8), 0, 0, (u8)path_size, 0,
			   'n', 0, 0, 0 };

	memcpy(option + 10, path, path_size);
	memcpy(option + 10 + path_size, data, strlen(data));
	set(i, name, option, 10 + path_size + strlen(data));
}

#define SET_OPTION(i, name, attributes, data, ...)			\
	do {								\
		static const u8 path_[] = { __VA_ARGS__, END };		\
		set_option(i, name, attributes, path_, sizeof(path_), data); \
	} while (0)

static int start(void **state)
{
	static efi_handle_t handles[4];
	unsigned int i;

	if (world_start(state) != 0)
		return -1;
	for (i = 0; i < 2; i++) {
		volumes[i].fs.open_volume = open_volume;
		volumes[i].root.open = open_file;
		volumes[i].root.close = close_file;
		efi_install_multiple_protocol_interfaces(&handles[i], &efi_guid_device_path,
							 disk_path[i], &efi_guid_block_io,
							 &disk_io,
							 NULL);
		efi_install_multiple_protocol_interfaces(&handles[2 + i], &efi_guid_device_path,
							 part_path[i], &efi_guid_block_io,
							 &part_io,
							 &efi_guid_simple_file_system,
							 &volumes[i].fs, NULL);
	}
	return 0;
}

static int reset(void **state __unused)
{
	memset(variables, 0, sizeof(variables));
	volumes[0].has_default = volumes[1].has_default = true;
	volumes[1].has_a = true;
	order = NULL;
	boot_order_load();
	mock_log_reset();
	return 0;
}

static bool leads_to(const struct boot_option *option, const u8 *path, size_t size)
{
	return option != NULL && efi_dp_size(option->path, EFI_DP_MAX) == size &&
	       memcmp(option->path, path, size) == 0;
}

/* Whether it is the default file of a partition. */
static bool is_default(const struct boot_option *option, unsigned int volume)
{
	return option != NULL && memcmp(option->path, part_path[volume], 60) == 0 &&
	       efi_dp_size(option->path, EFI_DP_MAX) == 60 + 4 + 44 + 4;
}

static void test_short_forms(void **state __unused)
{
	struct boot_option *option;

	SET_OPTION(0, "Boot0000", 1, "", HD(0xbb), FILE_A);
	option = options_read(0, false);
	assert_true(leads_to(option, full_a, sizeof(full_a)));
	assert_string_equal(option->name, "n");
	options_free(option);

	SET_OPTION(0, "Boot0000", 1, "", FILE_A);
	option = options_read(0, false);
	assert_true(leads_to(option, full_a, sizeof(full_a)));
	options_free(option);

	SET_OPTION(0, "Boot0000", 1, "", HD(0xaa));
	option = options_read(0, false);
	assert_true(is_default(option, 0));
	options_free(option);

	SET_OPTION(0, "Boot0000", 1, "", ROOT, PCI(2));
	option = options_read(0, false);
	assert_true(is_default(option, 1));
	options_free(option);
}

/* What leads nowhere is passed over, in one line. */
static void test_nowhere(void **state __unused)
{
	SET_OPTION(0, "Boot0000", 1, "", HD(0xcc), FILE_A);
	assert_null(options_read(0, true));
	SET_OPTION(0, "Boot0000", 1, "", ROOT, PCI(3));
	assert_null(options_read(0, true));
	SET_OPTION(0, "Boot0000", 1, "", 4, 6, 20, 0, GUID(1));
	assert_null(options_read(0, true));
	volumes[1].has_a = false;
	SET_OPTION(0, "Boot0000", 1, "", FILE_A);
	assert_null(options_read(0, true));
	set_option(0, "Boot0000", 1, (const u8[]) { END }, 4, "");
	assert_null(options_read(0, true));
	/* A partition's node that is too short to be one. */
	SET_OPTION(0, "Boot0000", 1, "", 4, 1, 8, 0, 1, 0, 0, 0);
	assert_null(options_read(0, true));
	assert_int_equal(mock_log_errors(), 0);
}

static void test_no_option(void **state __unused)
{
	assert_null(options_read(7, true));
	assert_int_equal(mock_log_errors(), 0);
	set(0, "Boot0007", "\1", 1);
	assert_null(options_read(7, true));
	assert_string_equal(mock_log_last(), "boot: Boot0007: not a load option");
}

static void test_attributes(void **state __unused)
{
	struct boot_option *option;

	SET_OPTION(0, "Boot0000", 0, "", HD(0xbb), FILE_A);
	assert_null(options_read(0, false));
	SET_OPTION(0, "Boot0000", 0x101, "", HD(0xbb), FILE_A);
	assert_null(options_read(0, false));
	option = options_read(0, true);
	assert_non_null(option);
	options_free(option);
	SET_OPTION(0, "Boot0000", 9, "", HD(0xbb), FILE_A);
	option = options_read(0, false);
	assert_true(option->hidden);
	options_free(option);
}

static void test_data(void **state __unused)
{
	/* As OVMF marks those that it has made. */
	static const char made[] = "\x4e\xac\x08\x81\x11\x9f\x59\x4d\x85\x0e\xe2\x1a\x52\x2c\x59\xb2";
	struct boot_option *option;

	SET_OPTION(0, "Boot0000", 1, "quiet", HD(0xbb), FILE_A);
	option = options_read(0, false);
	assert_int_equal(option->data_size, 5);
	assert_memory_equal(option->data, "quiet", 5);
	options_free(option);

	SET_OPTION(0, "Boot0000", 1, made, ROOT, PCI(2));
	option = options_read(0, false);
	assert_int_equal(option->data_size, 0);
	assert_null(option->data);
	options_free(option);
}

/* The options in order, as "3*2": numbers, and a star for the default file of a disk. */
static const char *collect(void)
{
	static char text[64];
	struct boot_option *option, *next;
	LIST_HEAD(options);
	char *end = text;

	assert_int_equal(options_collect(&options), 0);
	*end = 0;
	list_for_each_entry_safe(option, next, &options, list) {
		if (option->number == NOT_NUMBERED)
			end += sprintf(end, "*%u", ((u8 *)option->path)[17]);
		else
			end += sprintf(end, "%d", option->number);
		list_del(&option->list);
		options_free(option);
	}
	return text;
}

static void test_order(void **state __unused)
{
	assert_string_equal(collect(), "*1*2");
	SET_OPTION(0, "Boot0003", 1, "", HD(0xbb), FILE_A);
	SET_OPTION(1, "Boot0004", 1, "x", HD(0xaa));
	set(2, "BootOrder", "\4\0\7\0\3\0\3", 7);
	assert_string_equal(collect(), "43*1*2");

	/* The host's word comes first, and where it says nothing the order stays. */
	order = "/pci@i0cf8/scsi@2/disk@0,0";
	boot_order_load();
	assert_string_equal(collect(), "3*24*1");
	order = "/pci@i0cf8/scsi@2/disk@0,0\nHALT";
	boot_order_load();
	assert_string_equal(collect(), "3*2");
}

/* The default file of a disk is not tried again under another name. */
static void test_same(void **state __unused)
{
	SET_OPTION(0, "Boot0003", 1, "", ROOT, PCI(1));
	set(1, "BootOrder", "\3\0", 2);
	assert_string_equal(collect(), "3*2");
}

/* The host's order, with a device that is not there, as systemd-boot looks for it. */
static void test_announce(void **state __unused)
{
	order = "/pci@i0cf8/scsi@2/disk@0,0\n/pci@i0cf8/scsi@9\n/pci@i0cf8/scsi@1/disk@0,0\n";
	may_write = true;
	assert_int_equal(hooks_boot_start[0].fn(), 0);
	may_write = false;
	assert_int_equal(writes, 5);
	assert_string_equal(written[0].name, "OsIndicationsSupported");
	assert_memory_equal(written[0].data, "\1\0\0\0\0\0\0\0", 8);
	assert_string_equal(written[3].name, "VMMBootOrder0000");
	assert_int_equal(written[3].attributes, EFI_VARIABLE_BOOTSERVICE_ACCESS);
	assert_int_equal(written[3].size, sizeof(disk_path[1]));
	assert_memory_equal(written[3].data, disk_path[1], sizeof(disk_path[1]));
	assert_string_equal(written[4].name, "VMMBootOrder0001");
	assert_memory_equal(written[4].data, disk_path[0], sizeof(disk_path[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_short_forms, reset),
		cmocka_unit_test_setup(test_nowhere, reset),
		cmocka_unit_test_setup(test_no_option, reset),
		cmocka_unit_test_setup(test_attributes, reset),
		cmocka_unit_test_setup(test_data, reset),
		cmocka_unit_test_setup(test_order, reset),
		cmocka_unit_test_setup(test_same, reset),
		cmocka_unit_test_setup(test_announce, reset),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
