/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * What the boot manager measures (boot/efi/measure.c), what is measured of a kernel
 * from fw_cfg (kernel_measure.c), and a disk's partition table (gpt_measure.c).
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <fw/byteorder.h>
#include <fw/efi_image.h>
#include <fw/efi_measure.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/partition.h>

#include "block_io.h"
#include "efi_world.h"
#include "gpt_measure.h"
#include "measure.h"
#include "support.h"

static struct {
	u32 pcr, type;
	size_t size, event_size;
	u8 data[1024], event[256];
} events[16];
static unsigned int count;
static bool can_measure = true;

static int map_pcr(u32 pcr)
{
	return (int)pcr + 100;
}

static const struct measure_ops ops = { .map_pcr = map_pcr };
static const struct cc_guest guest = { .name = "test", .measure = &ops };
static const struct cc_guest plain = { .name = "plain" };

const struct cc_guest *cc_active(void)
{
	return can_measure ? &guest : &plain;
}

void efi_measure_as(u32 pcr, u32 type, const void *data, u64 size, const void *event,
		    size_t event_size)
{
	if (!can_measure)
		return;
	assert_true(count < ARRAY_SIZE(events) && size <= sizeof(events[0].data) &&
		    event_size <= sizeof(events[0].data));
	events[count].pcr = pcr;
	events[count].type = type;
	events[count].size = size;
	events[count].event_size = event_size;
	memcpy(events[count].data, data, size);
	memcpy(events[count].event, event, MIN(event_size, sizeof(events[0].event)));
	count++;
}

void efi_measure(u32 pcr, u32 type, const void *data, size_t size)
{
	efi_measure_as(pcr, type, data, size, data, size);
}

void efi_measure_action(u32 pcr, const char *text)
{
	efi_measure(pcr, EV_EFI_ACTION, text, strlen(text));
}

/* --- variables ---------------------------------------------------------------- */

static bool broken;

efi_status_t efi_get_variable(const efi_char16_t *name, const struct efi_guid *vendor,
			      u32 *attributes, efi_uintn_t *size, void *data)
{
	bool is_db = name[0] == 'd' && name[2] == 0;

	assert_true(efi_guid_equal(vendor, name[0] == 'd' ? &efi_guid_image_security_database :
							    &efi_guid_global_variable));
	if (name[0] != 'S' && !is_db)
		return EFI_NOT_FOUND;
	if (*size < (is_db ? 3 : 1)) {
		*size = is_db ? 3 : 1;
		return EFI_BUFFER_TOO_SMALL;
	}
	if (broken)
		return EFI_DEVICE_ERROR;
	*size = is_db ? 3 : 1;
	memcpy(data, is_db ? "key" : "\0", *size);
	return EFI_SUCCESS;
}

static void check_variable(unsigned int i, u32 pcr, u32 type, const char *name,
			   const void *data, size_t size)
{
	size_t n, len = strlen(name);
	const u8 *p = events[i].data;

	assert_true(i < count);
	assert_int_equal(events[i].pcr, pcr);
	assert_int_equal(events[i].type, type);
	assert_int_equal(events[i].size, 32 + 2 * len + size);
	assert_int_equal(get_le64(p + 16), len);
	assert_int_equal(get_le64(p + 24), size);
	for (n = 0; n < len; n++)
		assert_int_equal(get_le16(p + 32 + 2 * n), name[n]);
	assert_memory_equal(p + 32 + 2 * len, data, size);
}

static void test_secure_boot(void **state)
{
	assert_int_equal(hook_run(boot), 0);
	assert_int_equal(count, 5);
	check_variable(0, 7, EV_EFI_VARIABLE_DRIVER_CONFIG, "SecureBoot", "\0", 1);
	check_variable(1, 7, EV_EFI_VARIABLE_DRIVER_CONFIG, "PK", "", 0);
	check_variable(2, 7, EV_EFI_VARIABLE_DRIVER_CONFIG, "KEK", "", 0);
	check_variable(3, 7, EV_EFI_VARIABLE_DRIVER_CONFIG, "db", "key", 3);
	check_variable(4, 7, EV_EFI_VARIABLE_DRIVER_CONFIG, "dbx", "", 0);
	assert_memory_equal(events[3].data, &efi_guid_image_security_database, 16);
	broken = true;
	expect_panic(hook_run(boot));
	assert_int_equal(mock_log_errors(), 1);
	broken = false;
}

static void check_action(unsigned int i, u32 pcr, const char *text)
{
	assert_true(i < count);
	assert_int_equal(events[i].pcr, pcr);
	assert_int_equal(events[i].type, EV_EFI_ACTION);
	assert_int_equal(events[i].size, strlen(text));
	assert_memory_equal(events[i].data, text, strlen(text));
}

/* Before the separators, which come once, and not after them. */
static void test_attempts(void **state)
{
	unsigned int i;

	boot_measure_variable("BootOrder", "\1\0\2\0", 4);
	boot_measure_variable("Boot0001", "option", 6);
	check_variable(0, 1, EV_EFI_VARIABLE_BOOT2, "BootOrder", "\1\0\2\0", 4);
	check_variable(1, 1, EV_EFI_VARIABLE_BOOT2, "Boot0001", "option", 6);
	boot_measure_attempt();
	assert_int_equal(count, 6);
	check_action(2, 4, "Calling EFI Application from Boot Option");
	for (i = 3; i < 6; i++) {
		assert_int_equal(events[i].type, EV_SEPARATOR);
		assert_int_equal(events[i].size, 4);
		assert_memory_equal(events[i].data, "\0\0\0\0", 4);
	}
	assert_int_equal(events[3].pcr, 1);
	assert_int_equal(events[4].pcr, 2);
	assert_int_equal(events[5].pcr, 8);
	boot_measure_return();
	check_action(6, 4, "Returning from EFI Application from Boot Option");
	boot_measure_variable("Boot0002", "option", 6);
	boot_measure_attempt();
	check_action(7, 4, "Calling EFI Application from Boot Option");
	assert_int_equal(count, 8);
}

/* --- a kernel ------------------------------------------------------------------ */

static const char options[] = "o\0p\0t\0\0", initrd[] = "initial RAM disk";

static void check_tagged(unsigned int i, u32 tag, const char *text, const void *data, size_t size)
{
	assert_true(i < count);
	assert_int_equal(events[i].pcr, 9);
	assert_int_equal(events[i].type, EV_EVENT_TAG);
	assert_int_equal(events[i].size, size);
	assert_memory_equal(events[i].data, data, size);
	assert_int_equal(events[i].event_size, 8 + strlen(text) + 1);
	assert_int_equal(get_le32(events[i].event), tag);
	assert_int_equal(get_le32(events[i].event + 4), strlen(text) + 1);
	assert_string_equal((const char *)events[i].event + 8, text);
}

static void start_kernel(bool asks)
{
	count = 0;
	kernel_measure_options(options, sizeof(options));
	if (asks)
		kernel_measure_initrd(initrd, sizeof(initrd));
}

static void test_kernel(void **state)
{
	/* A stub that measures nothing, at the end of boot services; and then never again. */
	start_kernel(false);
	assert_int_equal(hook_run(efi_exit_called), 0);
	assert_int_equal(count, 1);
	check_tagged(0, 0x8f3b22ed, "LOADED_IMAGE::LoadOptions", options, sizeof(options));
	assert_int_equal(hook_run(efi_exit_called), 0);
	kernel_measure_end();
	assert_int_equal(count, 1);

	/* One that measures its options only. */
	start_kernel(true);
	assert_int_equal(hook_run(efi_measured, 109, options, sizeof(options)), 0);
	kernel_measure_end();
	assert_int_equal(count, 1);
	check_tagged(0, 0x8f3b22ec, "Linux initrd", initrd, sizeof(initrd));
	/* And asks for the initrd again. */
	kernel_measure_initrd(initrd, sizeof(initrd));
	kernel_measure_end();
	assert_int_equal(count, 1);
}

static void test_kernel_measures(void **state)
{
	/* Other bytes, another size, another register: not these. */
	start_kernel(false);
	assert_int_equal(hook_run(efi_measured, 109, "x\0p\0t\0\0", sizeof(options)), 0);
	assert_int_equal(hook_run(efi_measured, 109, options, sizeof(options) - 1), 0);
	assert_int_equal(hook_run(efi_measured, 108, options, sizeof(options)), 0);
	kernel_measure_end();
	assert_int_equal(count, 1);
	start_kernel(false);
	assert_int_equal(hook_run(efi_measured, 109, options, sizeof(options)), 0);
	assert_int_equal(hook_run(efi_exit_called), 0);
	assert_int_equal(count, 0);
}

/* --- partition tables ------------------------------------------------------------ */

static struct block_device disk_dev, other_dev;
static struct efi_block disk = { .dev = &disk_dev };
/* The image is on a part of the disk. */
static struct efi_block part = { .dev = &disk_dev, .disk = &disk };

struct efi_block *efi_disk_io_block(struct efi_disk_io *disk_io)
{
	return container_of(disk_io, struct efi_block, disk_io);
}

static struct {
	struct efi_device_path head;
	struct efi_guid guid;
	struct efi_device_path file;
	u8 name[4];
	struct efi_device_path end;
} __packed path = {
	{ DP_MEDIA, DP_MEDIA_VENDOR, { 20, 0 } }, { .data1 = 1 },
	{ DP_MEDIA, DP_MEDIA_FILE, { 8, 0 } }, { 'a' }, { DP_END, DP_END_ENTIRE, { 4, 0 } },
};
static struct {
	struct efi_device_path head;
	struct efi_guid guid;
	struct efi_device_path end;
} __packed disk_path = {
	{ DP_MEDIA, DP_MEDIA_VENDOR, { 20, 0 } }, { .data1 = 1 },
	{ DP_END, DP_END_ENTIRE, { 4, 0 } },
};

static void test_gpt(void **state)
{
	struct gpt_header header = { .disk_guid = "the disk's name" };
	struct partition p = { .table = PARTITION_GPT, .header = &header };
	struct efi_image_source source = { .path = &path.head };

	assert_int_equal(efi_install_multiple_protocol_interfaces(&part.handle,
				&efi_guid_device_path, &disk_path, &efi_guid_block_io,
				&part.block_io, &efi_guid_disk_io, &part.disk_io, NULL),
			 EFI_SUCCESS);
	memset(&p.gpt, 1, sizeof(p.gpt));
	assert_int_equal(gpt_measure_note(&disk_dev, &p), 0);
	memset(&p.gpt, 2, sizeof(p.gpt));
	assert_int_equal(gpt_measure_note(&disk_dev, &p), 0);
	assert_int_equal(gpt_measure_note(&other_dev, &p), 0);
	memset(&header, 0xee, sizeof(header));
	p.table = PARTITION_MBR;
	assert_int_equal(gpt_measure_note(&disk_dev, &p), 0);

	/* An image from nowhere. */
	source.path = NULL;
	assert_int_equal(hook_run(efi_image_check, &source), 0);
	path.guid.data1 = 2;
	source.path = &path.head;
	assert_int_equal(hook_run(efi_image_check, &source), 0);
	assert_int_equal(count, 0);
	/* One from the disk, and then another. */
	path.guid.data1 = 1;
	assert_int_equal(hook_run(efi_image_check, &source), 0);
	assert_int_equal(hook_run(efi_image_check, &source), 0);
	assert_int_equal(count, 1);
	assert_int_equal(events[0].pcr, 5);
	assert_int_equal(events[0].type, EV_EFI_GPT_EVENT);
	assert_int_equal(events[0].size, 92 + 8 + 2 * 128);
	assert_string_equal((const char *)events[0].data + 56, "the disk's name");
	assert_int_equal(get_le64(events[0].data + 92), 2);
	assert_int_equal(events[0].data[100], 1);
	assert_int_equal(events[0].data[100 + 127], 1);
	assert_int_equal(events[0].data[100 + 128], 2);

	/* The partitions go, and with them what was to be measured. */
	p.table = PARTITION_GPT;
	assert_int_equal(gpt_measure_note(&disk_dev, &p), 0);
	gpt_measure_forget(&disk_dev);
	gpt_measure_forget(&disk_dev);
	assert_int_equal(hook_run(efi_image_check, &source), 0);
	assert_int_equal(count, 1);
}

static void test_plain_guest(void **state)
{
	struct gpt_header header = { .disk_guid = "" };
	struct partition p = { .table = PARTITION_GPT, .header = &header };
	static struct block_device dev;

	can_measure = false;
	assert_int_equal(hook_run(boot), 0);
	boot_measure_variable("BootOrder", "", 0);
	boot_measure_attempt();
	boot_measure_return();
	assert_int_equal(gpt_measure_note(&dev, &p), 0);
	assert_int_equal(count, 0);
	can_measure = true;
}

static int setup(void **state)
{
	count = 0;
	mock_log_reset();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_secure_boot, setup),
		cmocka_unit_test_setup(test_attempts, setup),
		cmocka_unit_test_setup(test_kernel, setup),
		cmocka_unit_test_setup(test_kernel_measures, setup),
		cmocka_unit_test_setup(test_gpt, setup),
		cmocka_unit_test_setup(test_plain_guest, setup),
	};

	return cmocka_run_group_tests(tests, world_start, NULL);
}
