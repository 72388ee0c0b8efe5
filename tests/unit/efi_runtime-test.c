/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Time, counter, reset and virtual addresses. UEFI 2.10, sections 8.3 to 8.5. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <fw/crc.h>
#include <fw/errno.h>

#include "runtime.h"
#include "support.h"
#include "vars_fixture.h"

/* A way to devices that fails at the nth access, and from then on. */
#define BROKEN_IO	0x7e57

static unsigned int accesses, works;

static int break_down(void)
{
	return ++accesses > works ? -EIO : 0;
}

static int broken_read(u16 port, unsigned int width, u32 *value)
{
	*value = mock_io_read(port, width);
	return break_down();
}

static int broken_write(u16 port, unsigned int width, u32 value)
{
	int rc = break_down();

	if (rc == 0)
		mock_io_write(port, value, width);
	return rc;
}

EFI_RUNTIME_IO(broken_io) = {
	.code = BROKEN_IO,
	.io_read = broken_read,
	.io_write = broken_write,
};

#define is(status, want)	assert_int_equal((status) & 0xffff, (want) & 0xffff)

/* The image, as virtual.c sees it: a page of code, one of constants, two of data. */
static struct {
	u8 text[0x1000];
	u8 rodata[0x1000];
	u64 data[0x400];
} image __aligned(0x1000);

const struct efi_runtime_header runtime_header = {
	.rodata = 0x1000, .data = 0x2000, .end = 0x4000,
};
struct efi_runtime_services runtime_services;

extern const struct efi_runtime_reloc relocs[2];
__asm__(".globl runtime_relocs_start, runtime_relocs_end\n"
	"runtime_relocs_start = relocs\n"
	"runtime_relocs_end = relocs + 48\n");
const struct efi_runtime_reloc relocs[2] __used = {
	{ .offset = 0x2000, .info = 8, .addend = 0x10 },
	{ .offset = 0x2018, .info = 8, .addend = 0x1020 },
};

static u8 cmos[128], cmos_index;
static unsigned int updating, cf9, sleep_register, keyboard;
static u64 ticks, ticks_at_sleep, ticks_at_reset;

u64 mock_rdtsc(void)
{
	return ticks += (u64)1 << 24;
}
static u8 status_b_at_write[128];

u32 mock_io_read(u16 port, unsigned int width)
{
	assert_int_equal(port, 0x71);
	assert_int_equal(width, 1);
	if (cmos_index == 0x0a && updating > 0) {
		updating--;
		return cmos[0x0a] | 0x80u;
	}
	return cmos[cmos_index];
}

void mock_io_write(u16 port, u32 value, unsigned int width)
{
	switch (port) {
	case 0x70:
		assert_true(value < 0x80);
		cmos_index = (u8)value;
		break;
	case 0x71:
		status_b_at_write[cmos_index] = cmos[0x0b];
		cmos[cmos_index] = (u8)value;
		break;
	case 0xcf9:
		assert_int_equal(width, 1);
		cf9 = value;
		ticks_at_reset = ticks;
		break;
	case 0x604:
		assert_int_equal(width, 2);
		sleep_register = value;
		ticks_at_sleep = ticks;
		break;
	case 0x64:
		keyboard = value;
		break;
	default:
		fail_msg("unexpected write to port %#x", port);
	}
}

static int setup(void **state)
{
	static const u8 now[] = { 0x59, 0, 0x58, 0, 0x23, 0, 0, 0x29, 0x02, 0x24 };

	memset(cmos, 0, sizeof(cmos));
	memcpy(cmos, now, sizeof(now));
	cmos[0x0b] = 0x02;
	cmos[0x0d] = 0x80;
	cmos[0x32] = 0x20;
	updating = 0;
	cf9 = sleep_register = keyboard = 0;
	vars_io = 0;
	accesses = 0;
	works = ~0u;
	vars_format(0x20000);
	assert_int_equal(vars_start(), 0);
	return 0;
}

static void check_time(u16 year, u8 month, u8 day, u8 hour, u8 minute, u8 second)
{
	struct efi_time time;

	memset(&time, 0xaa, sizeof(time));
	is(runtime_get_time(&time, NULL), EFI_SUCCESS);
	assert_int_equal(time.year, year);
	assert_int_equal(time.month, month);
	assert_int_equal(time.day, day);
	assert_int_equal(time.hour, hour);
	assert_int_equal(time.minute, minute);
	assert_int_equal(time.second, second);
	assert_int_equal(time.nanosecond, 0);
	assert_int_equal(time.pad1 | time.pad2, 0);
}

static void test_get_time(void **state)
{
	struct efi_time_capabilities capabilities;
	struct efi_time time;

	is(runtime_get_time(NULL, NULL), EFI_INVALID_PARAMETER);
	is(runtime_get_time(&time, &capabilities), EFI_SUCCESS);
	assert_int_equal(capabilities.resolution, 1);
	assert_int_equal(capabilities.sets_to_zero, 0);
	assert_int_equal(time.timezone, EFI_UNSPECIFIED_TIMEZONE);
	assert_int_equal(time.daylight, 0);
	check_time(2024, 2, 29, 23, 58, 59);
	updating = 5;
	check_time(2024, 2, 29, 23, 58, 59);

	cmos[0x0b] = 0x00;	/* 12 hours */
	cmos[4] = 0x92;
	check_time(2024, 2, 29, 12, 58, 59);
	cmos[4] = 0x12;
	check_time(2024, 2, 29, 0, 58, 59);
	cmos[4] = 0x81;
	check_time(2024, 2, 29, 13, 58, 59);
	cmos[0x0b] = 0x06;	/* 24 hours, binary */
	memcpy(cmos, "\x0a\0\x0b\0\x0c\0\0\x0d\x0c\x63", 10);
	cmos[0x32] = 19;
	check_time(1999, 12, 13, 12, 11, 10);
}

static void test_broken_clock(void **state)
{
	struct efi_time time;

	cmos[0x0d] = 0;
	is(runtime_get_time(&time, NULL), EFI_DEVICE_ERROR);
	setup(state);
	updating = 1u << 31;
	is(runtime_get_time(&time, NULL), EFI_DEVICE_ERROR);
	setup(state);
	cmos[8] = 0x13;
	is(runtime_get_time(&time, NULL), EFI_DEVICE_ERROR);
	setup(state);
	cmos[9] = 0x23;		/* no leap year */
	is(runtime_get_time(&time, NULL), EFI_DEVICE_ERROR);
}

/* A host that does not do what it is asked for: an error soon, and no time. */
static void test_broken_io(void **state)
{
	struct efi_time time, good;
	unsigned int reads, writes;

	vars_io = BROKEN_IO;
	vars_start_without();
	assert_false(io_has_mmio());
	is(runtime_get_time(&good, NULL), EFI_SUCCESS);
	reads = accesses;
	accesses = 0;
	is(runtime_set_time(&good), EFI_SUCCESS);
	writes = accesses;
	for (works = 0; works < reads; works++) {
		accesses = 0;
		memset(&time, 0xaa, sizeof(time));
		is(runtime_get_time(&time, NULL), EFI_DEVICE_ERROR);
		assert_int_equal(time.year, 0xaaaa);
		assert_int_equal(accesses, works + 1);
	}
	for (works = 0; works < writes; works++) {
		accesses = 0;
		is(runtime_set_time(&good), EFI_DEVICE_ERROR);
		assert_int_equal(accesses, works + 1);
	}
	accesses = 0;
	works = reads + writes;
	is(runtime_set_time(&good), EFI_SUCCESS);
	is(runtime_get_time(&time, NULL), EFI_SUCCESS);
	assert_memory_equal(&time, &good, sizeof(time));
	assert_false(io_use(0x1234, 0));
}

/* Registers in memory cannot be used by everybody; the next way is tried. */
static void test_broken_reset(void **state)
{
	vars_io = BROKEN_IO;
	vars_start_without();
	runtime.power.reset = (struct board_register) {
		.addr = 0xfea00900, .value = 0x42, .width = 1, .mmio = true,
	};
	expect_panic(runtime_reset_system(EFI_RESET_COLD, EFI_SUCCESS, 0, NULL));
	assert_int_equal(keyboard, 0xfe);
	keyboard = 0;
	runtime.power.reset = (struct board_register) { .addr = 0xcf9, .value = 6, .width = 1 };
	works = accesses = 0;
	expect_panic(runtime_reset_system(EFI_RESET_COLD, EFI_SUCCESS, 0, NULL));
	assert_int_equal(accesses, 2);
}

static void test_set_time(void **state)
{
	const struct efi_time good = {
		.year = 2031, .month = 4, .day = 30, .hour = 12, .minute = 34, .second = 56,
		.timezone = -90, .daylight = 1,
	};
	struct efi_time time = good;
	unsigned int writes;

	is(runtime_set_time(NULL), EFI_INVALID_PARAMETER);
	is(runtime_set_time(&time), EFI_SUCCESS);
	check_time(2031, 4, 30, 12, 34, 56);
	assert_int_equal(cmos[0x0b], 0x02);
	assert_true(status_b_at_write[0] & 0x80);
	assert_true(status_b_at_write[9] & 0x80);
	is(runtime_get_time(&time, NULL), EFI_SUCCESS);
	assert_int_equal(time.timezone, -90);
	assert_int_equal(time.daylight, 1);
	/* The zone lasts, and is not written again. */
	assert_int_equal(vars_start(), 0);
	writes = flash_sim.writes;
	is(runtime_set_time(&time), EFI_SUCCESS);
	assert_int_equal(flash_sim.writes, writes);
	is(runtime_get_time(&time, NULL), EFI_SUCCESS);
	assert_int_equal(time.timezone, -90);

#define BAD(member, value)						\
	do {								\
		time = good;						\
		time.member = value;					\
		is(runtime_set_time(&time), EFI_INVALID_PARAMETER);	\
	} while (0)
	BAD(year, 1899);
	BAD(year, 10000);
	BAD(month, 0);
	BAD(month, 13);
	BAD(day, 0);
	BAD(day, 31);
	BAD(hour, 24);
	BAD(minute, 60);
	BAD(second, 60);
	BAD(nanosecond, 1000000000);
	BAD(timezone, 1441);
	BAD(timezone, -1441);
	BAD(daylight, 4);
	time = good;
	time.timezone = EFI_UNSPECIFIED_TIMEZONE;
	is(runtime_set_time(&time), EFI_SUCCESS);

	cmos[0x0b] = 0x04;	/* 12 hours, binary */
	time.hour = 0;
	is(runtime_set_time(&time), EFI_SUCCESS);
	assert_int_equal(cmos[4], 12);
	time.hour = 13;
	is(runtime_set_time(&time), EFI_SUCCESS);
	assert_int_equal(cmos[4], 0x81);
	check_time(2031, 4, 30, 13, 34, 56);
}

static void test_wakeup(void **state)
{
	struct efi_time time = { 0 };
	efi_bool_t a, b;

	is(runtime_get_wakeup_time(&a, &b, &time), EFI_UNSUPPORTED);
	is(runtime_get_wakeup_time(NULL, &b, &time), EFI_INVALID_PARAMETER);
	is(runtime_get_wakeup_time(&a, NULL, &time), EFI_INVALID_PARAMETER);
	is(runtime_get_wakeup_time(&a, &b, NULL), EFI_INVALID_PARAMETER);
	is(runtime_set_wakeup_time(1, NULL), EFI_INVALID_PARAMETER);
	is(runtime_set_wakeup_time(0, NULL), EFI_UNSUPPORTED);
}

static void test_counter(void **state)
{
	u32 high;

	is(runtime_get_next_high_monotonic_count(NULL), EFI_INVALID_PARAMETER);
	is(runtime_get_next_high_monotonic_count(&high), EFI_SUCCESS);
	assert_int_equal(high, 1);
	/* What the boot service goes on from. */
	assert_int_equal(runtime.high_count, 1);
	is(runtime_get_next_high_monotonic_count(&high), EFI_SUCCESS);
	assert_int_equal(high, 2);
	assert_int_equal(vars_start(), 0);
	runtime.at_runtime = true;
	is(runtime_get_next_high_monotonic_count(&high), EFI_SUCCESS);
	assert_int_equal(high, 3);
	flash_sim.fail_at = flash_sim.operations + 1;
	is(runtime_get_next_high_monotonic_count(&high), EFI_DEVICE_ERROR);
	assert_int_equal(high, 3);
	assert_int_equal(runtime.high_count, 3);
}

static void test_capsules(void **state)
{
	struct efi_capsule_header header = { 0 }, *capsules[] = { &header };
	u64 size;
	u32 type;

	is(runtime_update_capsule(NULL, 1, 0), EFI_INVALID_PARAMETER);
	is(runtime_update_capsule(capsules, 0, 0), EFI_INVALID_PARAMETER);
	is(runtime_update_capsule(capsules, 1, 0), EFI_UNSUPPORTED);
	is(runtime_query_capsule_capabilities(capsules, 1, NULL, &type), EFI_INVALID_PARAMETER);
	is(runtime_query_capsule_capabilities(capsules, 1, &size, NULL), EFI_INVALID_PARAMETER);
	is(runtime_query_capsule_capabilities(NULL, 1, &size, &type), EFI_INVALID_PARAMETER);
	is(runtime_query_capsule_capabilities(capsules, 0, &size, &type), EFI_INVALID_PARAMETER);
	is(runtime_query_capsule_capabilities(capsules, 1, &size, &type), EFI_UNSUPPORTED);
}

static void test_reset(void **state)
{
	runtime.power.reset = (struct board_register) { .addr = 0xcf9, .value = 6, .width = 1 };
	runtime.power.poweroff = (struct board_register) {
		.addr = 0x604, .value = 0x2000, .width = 2
	};
	expect_panic(runtime_reset_system(EFI_RESET_WARM, EFI_SUCCESS, 0, NULL));
	assert_int_equal(cf9, 6);
	assert_int_equal(sleep_register, 0);
	cf9 = 0;
	expect_panic(runtime_reset_system(EFI_RESET_SHUTDOWN, EFI_SUCCESS, 0, NULL));
	assert_int_equal(sleep_register, 0x2000);
	/* It must not return, even if the machine cannot be switched off, but has time to. */
	assert_true(ticks_at_reset - ticks_at_sleep >= (u64)1 << 34);
	assert_int_equal(cf9, 6);
	assert_int_equal(keyboard, 0xfe);
}

static unsigned int notified;
static efi_status_t notify_status[5];
static void *notify_pointer;

static void EFIAPI notify(efi_event_t event, void *context)
{
	void *null = NULL, *foreign = (void *)8;

	notified++;
	assert_ptr_equal(event, &notified);
	assert_ptr_equal(context, &notify_pointer);
	notify_pointer = image.data;
	notify_status[0] = runtime_convert_pointer(0, &notify_pointer);
	notify_status[1] = runtime_convert_pointer(0, &null);
	notify_status[2] = runtime_convert_pointer(1, &null);
	notify_status[3] = runtime_convert_pointer(0, &foreign);
	notify_status[4] = runtime_convert_pointer(0, NULL);
}

/* Descriptors are 48 bytes apart. */
struct descriptor {
	struct efi_memory_descriptor d;
	u64 pad;
};

#define VIRTUAL	0xfffffffeee000000ull

static struct efi_system_table system_table;

static void prepare_virtual(struct descriptor *map)
{
	u64 base = (uintptr_t)&image;

	runtime.at_runtime = true;
	runtime.image = base;
	runtime.system_table = &system_table;
	memset(&system_table, 0, sizeof(system_table));
	system_table.header.header_size = sizeof(system_table);
	system_table.runtime = (void *)&image.data[8];
	system_table.vendor = (void *)image.rodata;
	runtime_services.header.header_size = sizeof(runtime_services);
	image.data[0] = base + 0x10;
	image.data[3] = base + 0x1020;
	image.data[4] = base + 0x1020;	/* not in the list */
	memset(map, 0, 4 * sizeof(*map));
	/* Not for the runtime: not looked at. */
	map[0].d = (struct efi_memory_descriptor) { .physical_start = base, .pages = 4 };
	map[1].d = (struct efi_memory_descriptor) {
		.type = 5, .physical_start = base, .virtual_start = VIRTUAL, .pages = 1,
		.attribute = EFI_MEMORY_RUNTIME,
	};
	map[2].d = (struct efi_memory_descriptor) {
		.type = 6, .physical_start = base + 0x1000, .virtual_start = VIRTUAL + 0x1000,
		.pages = 3, .attribute = EFI_MEMORY_RUNTIME,
	};
}

static efi_status_t set_map(struct descriptor *map)
{
	return runtime_set_virtual_address_map(4 * sizeof(*map), sizeof(*map), 1, &map->d);
}

static void test_virtual(void **state)
{
	struct descriptor map[4];
	void *pointer = image.data;
	u32 crc;

	notified = 0;
	prepare_virtual(map);
	runtime.at_runtime = false;
	is(set_map(map), EFI_UNSUPPORTED);
	is(runtime_convert_pointer(0, &pointer), EFI_UNSUPPORTED);
	runtime.at_runtime = true;
	is(runtime_set_virtual_address_map(4 * 48, 48, 2, &map->d), EFI_INVALID_PARAMETER);
	is(runtime_set_virtual_address_map(4 * 48, 39, 1, &map->d), EFI_INVALID_PARAMETER);
	is(runtime_set_virtual_address_map(4 * 48, 48, 1, NULL), EFI_INVALID_PARAMETER);

	runtime.power.reset = (struct board_register) { .mmio = true };
	runtime.reset_at.phys = (uintptr_t)image.rodata;
	runtime.reset_at.virt = image.rodata;
	is(runtime_add_notify((void *)&notified, notify, &notify_pointer), EFI_SUCCESS);
	is(set_map(map), EFI_SUCCESS);
	assert_int_equal(notified, 1);
	assert_ptr_equal(notify_pointer, (void *)(VIRTUAL + 0x2000));
	is(notify_status[0], EFI_SUCCESS);
	is(notify_status[1], EFI_INVALID_PARAMETER);
	is(notify_status[2], EFI_SUCCESS);
	is(notify_status[3], EFI_NOT_FOUND);
	is(notify_status[4], EFI_INVALID_PARAMETER);

	assert_true(image.data[0] == VIRTUAL + 0x10);
	assert_true(image.data[3] == VIRTUAL + 0x1020);
	assert_true(image.data[4] == (uintptr_t)&image + 0x1020);
	assert_ptr_equal(system_table.runtime, (void *)(VIRTUAL + 0x2040));
	assert_ptr_equal(system_table.vendor, (void *)(VIRTUAL + 0x1000));
	assert_ptr_equal(runtime.reset_at.virt, (void *)(VIRTUAL + 0x1000));
	assert_int_equal(runtime.reset_at.phys, (uintptr_t)image.rodata);
	crc = system_table.header.crc32;
	system_table.header.crc32 = 0;
	assert_int_equal(crc, crc32(0, &system_table, sizeof(system_table)));

	is(set_map(map), EFI_UNSUPPORTED);
	pointer = image.data;
	is(runtime_convert_pointer(0, &pointer), EFI_UNSUPPORTED);
	runtime_remove_notify((void *)&notified);
}

/* What the OS does not map, or tears apart, cannot run: nothing changes. */
static void test_virtual_torn(void **state)
{
	struct descriptor map[4];

	prepare_virtual(map);
	map[2].d.virtual_start += 0x1000;
	is(set_map(map), EFI_NO_MAPPING);
	prepare_virtual(map);
	map[2].d.attribute = 0;
	is(set_map(map), EFI_NO_MAPPING);
	prepare_virtual(map);
	map[2].d.pages = 2;
	is(set_map(map), EFI_NO_MAPPING);
	assert_true(image.data[0] == (uintptr_t)&image + 0x10);
	/* Constants and data in two places. */
	map[2].d.pages = 1;
	map[3].d = (struct efi_memory_descriptor) {
		.type = 6, .physical_start = (uintptr_t)image.data, .pages = 2,
		.virtual_start = VIRTUAL + 0x8000, .attribute = EFI_MEMORY_RUNTIME,
	};
	is(set_map(map), EFI_NO_MAPPING);
	map[2].d.pages = 3;
	is(set_map(map), EFI_SUCCESS);
}

static void test_notify_list(void **state)
{
	uintptr_t i;

	for (i = 1; i <= 16; i++)
		is(runtime_add_notify((void *)i, notify, NULL), EFI_SUCCESS);
	is(runtime_add_notify((void *)i, notify, NULL), EFI_OUT_OF_RESOURCES);
	runtime_remove_notify((void *)i);
	runtime_remove_notify((void *)3);
	is(runtime_add_notify((void *)i, notify, NULL), EFI_SUCCESS);
	for (i = 1; i <= 17; i++)
		runtime_remove_notify((void *)i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_get_time, setup),
		cmocka_unit_test_setup(test_broken_clock, setup),
		cmocka_unit_test_setup(test_broken_io, setup),
		cmocka_unit_test_setup(test_broken_reset, setup),
		cmocka_unit_test_setup(test_set_time, setup),
		cmocka_unit_test_setup(test_wakeup, setup),
		cmocka_unit_test_setup(test_counter, setup),
		cmocka_unit_test_setup(test_capsules, setup),
		cmocka_unit_test_setup(test_reset, setup),
		cmocka_unit_test_setup(test_virtual, setup),
		cmocka_unit_test_setup(test_virtual_torn, setup),
		cmocka_unit_test_setup(test_notify_list, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
