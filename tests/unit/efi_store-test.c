/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The store in flash: OVMF's files are read, what is written can be read by
 * others, and neither the end of power nor damage loses variables.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <spec/efi/variable_store.h>

#include "runtime.h"
#include "vars_fixture.h"

#define SMALL		0x20000u
#define LARGE		0x84000u
#define REGION		0xe000u		/* of SMALL */
#define WORK		(REGION + 0x1000u)
#define SPARE		(REGION + 0x2000u)
#define FIRST		0x64u
#define OVMF		"/usr/share/OVMF/"

#define is(status, want)	assert_int_equal((status) & 0xffff, (want) & 0xffff)

static u8 big[0x2000];

static int setup(void **state)
{
	vars_format(SMALL);
	flash_sim.late = true;
	assert_int_equal(vars_start(), 0);
	memset(big, 'b', sizeof(big));
	return 0;
}

static struct vars_record *record_at(u32 at)
{
	return (struct vars_record *)(flash_sim.data + at);
}

/* What the independent reader says of the flash: @lines of them, @text among them. */
static void check_reader(unsigned int lines, const char *text)
{
	char path[] = "/tmp/vars-XXXXXX", command[256], line[0x10000];
	unsigned int n = 0, found = 0;
	int fd = mkstemp(path);
	FILE *pipe;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, flash_sim.data, flash_sim.size), flash_sim.size);
	close(fd);
	snprintf(command, sizeof(command), "/usr/bin/python3 " READER " %s", path);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	for (; fgets(line, sizeof(line), pipe); n++)
		found += strstr(line, text) != NULL;
	assert_int_equal(pclose(pipe), 0);
	unlink(path);
	assert_int_equal(n, lines);
	assert_int_equal(found, 1);
}

static void test_reader(void **state)
{
	is(vars_set("Boot0000", NV_BS_RT, "a", 1), EFI_SUCCESS);
	is(vars_set("Boot0001", NV_BS_RT, "bcd", 3), EFI_SUCCESS);
	is(vars_set("Boot0000", NV_BS_RT, "efg", 3), EFI_SUCCESS);
	is(vars_set("gone", NV_BS_RT, "efg", 3), EFI_SUCCESS);
	is(vars_set("gone", 0, NULL, 0), EFI_SUCCESS);
	check_reader(2, "11111111-2222-3333-0102-030405060708 Boot0000 0x7 656667");
}

/* Every byte of a record, as the format has it. */
static void test_bytes(void **state)
{
	static const u8 want[] = {
		0xaa, 0x55, 0x3f, 0x00, 7, 0, 0, 0,
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 0, 6, 0, 0, 0, 3, 0, 0, 0,
		0x11, 0x11, 0x11, 0x11, 0x22, 0x22, 0x33, 0x33, 1, 2, 3, 4, 5, 6, 7, 8,
		'N', 0, 'v', 0, 0, 0, 'x', 'y', 'z', 0xff, 0xff, 0xff, 0xff,
	};

	is(vars_set("Nv", NV_BS_RT, "xyz", 3), EFI_SUCCESS);
	assert_memory_equal(flash_sim.data + FIRST, want, sizeof(want));
	is(vars_set("Nv", NV_BS_RT, "xy", 2), EFI_SUCCESS);
	assert_int_equal(record_at(FIRST)->state, 0x3c);
	assert_int_equal(record_at(FIRST + 72)->state, 0x3f);
	is(vars_set("Nv", 0, NULL, 0), EFI_SUCCESS);
	assert_int_equal(record_at(FIRST + 72)->state, 0x3d);
}

/* Files of Debian's package ovmf; passes over what is not installed. */
static void test_debian(void **state)
{
	static const char *const keys[] = {
		OVMF "OVMF_VARS.ms.fd", OVMF "OVMF_VARS_4M.ms.fd", OVMF "OVMF_VARS_4M.snakeoil.fd",
	};
	static const struct efi_guid global = {
		0x8be4df61, 0x93ca, 0x11d2, { 0xaa, 0x0d, 0x00, 0xe0, 0x98, 0x03, 0x2b, 0x8c }
	};
	static u8 before[FLASH_SIM_MAX];
	efi_uintn_t size;
	u32 attributes;
	size_t i;

	if (!vars_load_file(OVMF "OVMF_VARS.ms.fd"))
		skip();
	if (vars_load_file(OVMF "OVMF_VARS_4M.fd")) {
		assert_int_equal(vars_start(), 0);
		assert_int_equal(vars_count(), 0);
	}
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		if (!vars_load_file(keys[i]))
			continue;
		memcpy(before, flash_sim.data, sizeof(before));
		assert_int_equal(vars_start(), 0);
		assert_int_equal(vars_count(), 31);
		assert_memory_equal(flash_sim.data, before, sizeof(before));
		size = 0;
		is(runtime_get_variable(u"PK", &global, &attributes, &size, NULL),
		   EFI_BUFFER_TOO_SMALL);
		assert_int_equal(attributes, 0x27);
		assert_true(size > 0x300);
		/* Without a signature nobody touches it. */
		is(runtime_set_variable(u"PK", &global, 0, 0, NULL), EFI_WRITE_PROTECTED);
		is(runtime_set_variable(u"PK", &global, 0x7, 1, "x"), EFI_INVALID_PARAMETER);
		is(runtime_set_variable(u"PK", &global, 0x27, 1, "x"), EFI_UNSUPPORTED);
		is(vars_set("Own", NV_BS_RT, "xyz", 3), EFI_SUCCESS);
		check_reader(32, " Own 0x7 78797a");
	}
}

/* Reclaim keeps headers of authenticated variables as they were. */
static void test_debian_reclaim(void **state)
{
	static u8 before[FLASH_SIM_MAX];
	unsigned int i, found = 0;
	u32 at;

	if (!vars_load_file(OVMF "OVMF_VARS.ms.fd"))
		skip();
	assert_int_equal(vars_start(), 0);
	memcpy(before, flash_sim.data, sizeof(before));
	for (i = 0; i < 8; i++) {
		big[0] = (u8)i;
		is(vars_set("Own", NV_BS, big, 0x1800), EFI_SUCCESS);
	}
	/* It was written anew: the spare blocks begin as the volume does. */
	assert_memory_equal(flash_sim.data + SPARE, flash_sim.data, 0x100);
	assert_int_equal(vars_start(), 0);
	assert_int_equal(vars_count(), 32);
	check_reader(32, " Own 0x3 07");
	for (at = FIRST; record_at(at)->start_id == VARS_START_ID;) {
		struct vars_record *r = record_at(at);
		u32 size = (u32)sizeof(*r) + r->name_size + r->data_size;

		if (r->attributes & 0x20)
			found += memmem(before, REGION, r, size) != NULL;
		at += ALIGN_UP(size, 4u);
	}
	assert_true(found >= 5);
}

/* One operation, and what a variable may be after it. */
struct step {
	const char *what;
	const char *name;
	u32 attributes;
	size_t size;		/* new; 0: it is deleted */
	size_t old_size;	/* 0: it is not there before */
	size_t fill;		/* bytes that are used up before */
};

#define KEPT	"kept and unchanged"

static u8 *value_of(size_t size)
{
	static u8 value[0x2000];
	size_t i;

	for (i = 0; i < size; i++)
		value[i] = (u8)(i * 7 + size);
	return value;
}

static void prepare(const struct step *step)
{
	size_t left, part;

	vars_format(SMALL);
	flash_sim.late = true;
	vars_start();
	is(vars_set("Before", NV_BS_RT, KEPT, sizeof(KEPT)), EFI_SUCCESS);
	if (step->old_size)
		is(vars_set(step->name, step->attributes & ~APPEND, value_of(step->old_size),
			    step->old_size), EFI_SUCCESS);
	for (left = step->fill; left > 0; left -= part) {
		part = MIN(left, (size_t)0x1000);
		is(vars_set("Fill", NV_BS, big, part - sizeof(struct vars_record) - 10),
		   EFI_SUCCESS);
		is(vars_set("Fill", 0, NULL, 0), EFI_SUCCESS);
	}
	is(vars_set("After", NV_BS, KEPT, sizeof(KEPT)), EFI_SUCCESS);
}

static bool is_value(const char *name, size_t size)
{
	return vars_is(name, size ? value_of(size) : NULL, size);
}

static bool is_new(const struct step *step)
{
	static u8 joined[0x2000];

	if (!(step->attributes & APPEND))
		return is_value(step->name, step->size);
	memcpy(joined, value_of(step->old_size), step->old_size);
	memcpy(joined + step->old_size, value_of(step->size), step->size);
	return vars_is(step->name, joined, step->old_size + step->size);
}

static efi_status_t run_step(const struct step *step)
{
	return vars_set(step->name, step->size ? step->attributes : 0, value_of(step->size),
			step->size);
}

/* Power is back: the flash is sound, and says the old or the new value. */
static void check_after(const struct step *step, long cut, bool cut_again)
{
	u32 found;
	long again;

	/* The power may fail while the machine recovers, too. */
	for (again = 1; cut_again && again < 400; again += again < 8 ? 1 : 37) {
		flash_sim.power = again;
		vars_start();
	}
	flash_sim.power = -1;
	found = vars_start();
	if (found & ~(u32)EFI_STORE_RECOVERED)
		fail_msg("%s, cut after %ld writes: found %#x", step->what, cut, found);
	if (!is_value(step->name, step->old_size) && !is_new(step))
		fail_msg("%s, cut after %ld writes: neither old nor new", step->what, cut);
	assert_true(vars_is("Before", KEPT, sizeof(KEPT)));
	assert_true(vars_is("After", KEPT, sizeof(KEPT)));
	vars_count();
	/* And it can be written to. */
	is(run_step(step), step->size || !is_value(step->name, 0) ? EFI_SUCCESS : EFI_NOT_FOUND);
	is(vars_set("Later", NV_BS, "x", 1), EFI_SUCCESS);
	assert_int_equal(vars_start(), 0);
	assert_true(vars_is("Later", "x", 1));
	assert_true(vars_is("Before", KEPT, sizeof(KEPT)));
}

/* The first start decides, and the second says the same. */
static void decide(const struct step *step, long cut, bool *was_old, bool *was_new)
{
	u32 found, again;
	bool old;

	flash_sim.power = -1;
	found = vars_start();
	old = is_value(step->name, step->old_size);
	*was_old |= old;
	*was_new |= !old;
	again = vars_start();
	if (again != 0 || is_value(step->name, step->old_size) != old)
		fail_msg("%s, cut after %ld writes: found %#x, then %#x", step->what, cut, found,
			 again);
}

static void cut_everywhere(const struct step *step, bool late, bool cut_again)
{
	bool was_old = false, was_new = false;
	unsigned int writes;
	long cut;

	prepare(step);
	flash_sim.late = late;
	flash_sim.writes = 0;
	is(run_step(step), EFI_SUCCESS);
	writes = flash_sim.writes;
	assert_true(writes > 0);
	assert_int_equal(step->fill != 0, flash_sim.data[SPARE] == 0);
	for (cut = 0; cut < (long)writes; cut += writes < 500 || cut + 20 > writes ? 1 : 7) {
		prepare(step);
		flash_sim.late = late;
		flash_sim.power = cut;
		(void)run_step(step);
		if (!cut_again)
			decide(step, cut, &was_old, &was_new);
		check_after(step, cut, cut_again);
	}
	if (!cut_again && !(was_old && was_new))
		fail_msg("%s, %u writes: always the same value", step->what, writes);
}

static const struct step steps[] = {
	{ "add", "New", NV_BS_RT, 40, 0, 0 },
	{ "add a byte", "N", NV_BS_RT, 1, 0, 0 },
	{ "add over windows", "New", NV_BS_RT, 700, 0, 0 },
	{ "replace", "Old", NV_BS_RT, 40, 30, 0 },
	{ "append", "Old", NV_BS_RT | APPEND, 40, 30, 0 },
	{ "delete", "Old", NV_BS_RT, 0, 30, 0 },
	{ "add with reclaim", "New", NV_BS_RT, 0x800, 0, 0xd800 },
	{ "replace with reclaim", "Old", NV_BS_RT, 0x900, 0x800, 0xd000 },
	{ "append with reclaim", "Old", NV_BS_RT | APPEND, 0x100, 0x800, 0xd000 },
};

static void test_power(void **state)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(steps); i++)
		cut_everywhere(&steps[i], true, false);
}

static void test_power_early(void **state)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(steps); i++)
		cut_everywhere(&steps[i], false, false);
}

static void test_power_again(void **state)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(steps); i++)
		cut_everywhere(&steps[i], true, true);
}

/* An error of the device is reported, and loses nothing. */
static void test_device_error(void **state)
{
	const struct step *step;
	unsigned int at, operations;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		step = &steps[i];
		prepare(step);
		flash_sim.operations = 0;
		is(run_step(step), EFI_SUCCESS);
		operations = flash_sim.operations;
		for (at = 1; at <= operations; at += operations < 100 ? 1 : 5) {
			prepare(step);
			flash_sim.operations = 0;
			flash_sim.fail_at = at;
			is(run_step(step), EFI_DEVICE_ERROR);
			assert_true(flash_sim_is_array());
			assert_true(is_value(step->name, step->old_size) || is_new(step));
			assert_true(vars_is("Before", KEPT, sizeof(KEPT)));
			flash_sim.fail_at = 0;
			check_after(step, at, false);
		}
	}
}

/* The queue of fault-tolerant writes fills up, and is begun again. */
static void test_queue_full(void **state)
{
	unsigned int i;

	is(vars_set("Before", NV_BS_RT, KEPT, sizeof(KEPT)), EFI_SUCCESS);
	for (i = 0; i < 600; i++) {
		big[0] = (u8)i;
		is(vars_set("Big", NV_BS, big, 0x1f00), EFI_SUCCESS);
	}
	assert_int_equal(vars_start(), 0);
	assert_true(vars_is("Big", big, 0x1f00));
	assert_true(vars_is("Before", KEPT, sizeof(KEPT)));
	check_reader(2, " Before 0x7 ");
}

/* As OVMF leaves it when the power fails after the spare blocks are written. */
static void write_entry(u32 state, u32 record_state, s64 target)
{
	struct ftw_entry entry;
	struct ftw_record record;

	memset(&entry, 0xff, sizeof(entry));
	entry.state = (u8)state;
	entry.caller = (struct efi_guid) {
		0xfe5cea76, 0x4f72, 0x49e8, { 0x98, 0x6f, 0x2c, 0xd8, 0x99, 0xdf, 0xfe, 0x5d }
	};
	entry.writes = 1;
	entry.private_size = 0;
	memset(&record, 0xff, sizeof(record));
	record.state = (u8)record_state;
	record.block = 0;
	record.offset = 0x48;
	record.length = REGION - 0x48;
	record.target = target;
	memcpy(flash_sim.data + WORK + 32, &entry, sizeof(entry));
	memcpy(flash_sim.data + WORK + 32 + sizeof(entry), &record, sizeof(record));
}

static void interrupt_copy(void)
{
	is(vars_set("x", NV_BS_RT, "new", 3), EFI_SUCCESS);
	memcpy(flash_sim.data + SPARE, flash_sim.data, REGION);
	/* The first blocks are erased, the volume's header among them. */
	memset(flash_sim.data, 0xff, 0x3000);
}

static void test_recover(void **state)
{
	interrupt_copy();
	write_entry(0xfc, 0xfd, -(s64)SPARE);
	assert_int_equal(vars_start(), EFI_STORE_RECOVERED);
	assert_true(vars_is("x", "new", 3));
	assert_memory_equal(flash_sim.data, flash_sim.data + SPARE, REGION);
	assert_int_equal(flash_sim.data[WORK + 32], 0xf8);
	assert_int_equal(flash_sim.data[WORK + 32 + 40], 0xf9);
	assert_int_equal(vars_start(), 0);
	assert_true(vars_is("x", "new", 3));
}

/* Where it cannot be copied, it is read from where it is. */
static void test_recover_read_only(void **state)
{
	interrupt_copy();
	write_entry(0xfc, 0xfd, -(s64)SPARE);
	flash_sim.read_only = true;
	flash_sim.writes = 0;
	assert_int_equal(vars_start(), EFI_STORE_RECOVERED);
	assert_true(vars_is("x", "new", 3));
	is(vars_set("x", NV_BS_RT, "other", 5), EFI_SUCCESS);
	assert_int_equal(flash_sim.writes, 0);
}

/* The spare blocks were not finished: what is in place counts. */
static void test_abandon(void **state)
{
	is(vars_set("x", NV_BS_RT, "new", 3), EFI_SUCCESS);
	memset(flash_sim.data + SPARE, 'X', REGION);
	write_entry(0xfc, 0xff, -(s64)SPARE);
	assert_int_equal(vars_start(), 0);
	assert_true(vars_is("x", "new", 3));
	assert_int_equal(flash_sim.data[WORK + 32], 0xf8);
}

/* Entries that lie: nothing is copied. */
static void test_recover_hostile(void **state)
{
	static const struct {
		u32 offset, size;
		u64 value;
	} lies[] = {
		{ 24, 8, 0 }, { 24, 8, ~0ull }, { 24, 8, 0x1000000000000001ull },
		{ 32, 8, ~0ull }, { 32, 8, 0x401 }, { 32, 8, 0x80000000 },
		{ 40 + 8, 8, 1 }, { 40 + 8, 8, ~0ull }, { 40 + 8, 8, 0xe },
		{ 40 + 8, 8, 1ull << 52 },
		{ 40 + 16, 8, ~0ull }, { 40 + 16, 8, REGION + 1 },
		{ 40 + 24, 8, 0 }, { 40 + 24, 8, ~0ull }, { 40 + 24, 8, REGION },
		{ 40 + 32, 8, 0 }, { 40 + 32, 8, SPARE }, { 40 + 32, 8, -(u64)SPARE - 0x1000 },
		{ 40 + 32, 8, ~0ull },
	};
	static u8 before[FLASH_SIM_MAX];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lies); i++) {
		setup(state);
		is(vars_set("x", NV_BS_RT, "new", 3), EFI_SUCCESS);
		memset(flash_sim.data + SPARE, 'X', REGION);
		write_entry(0xfc, 0xfd, -(s64)SPARE);
		memcpy(flash_sim.data + WORK + 32 + lies[i].offset, &lies[i].value,
		       lies[i].size);
		memcpy(before, flash_sim.data, sizeof(before));
		assert_int_equal(vars_start(), 0);
		assert_true(vars_is("x", "new", 3));
		assert_memory_equal(flash_sim.data, before, REGION);
	}
}

/* What the power left behind of a replacement, as OVMF's own reader would see it. */
static void test_twins(void **state)
{
	is(vars_set("x", NV_BS_RT, "old", 3), EFI_SUCCESS);
	is(vars_set("x", NV_BS_RT, "new", 3), EFI_SUCCESS);
	flash_sim.lax = true;
	/* Before the last step: the old one is still in transition. */
	record_at(FIRST)->state = 0x3e;
	assert_int_equal(vars_start(), 0);
	assert_int_equal(vars_count(), 1);
	assert_true(vars_is("x", "new", 3));
	is(vars_set("x", 0, NULL, 0), EFI_SUCCESS);
	assert_int_equal(vars_start(), 0);
	assert_true(vars_is("x", NULL, 0));

	/* Only the old one: it is the value, and can be replaced. */
	record_at(FIRST)->state = 0x3e;
	assert_int_equal(vars_start(), 0);
	assert_true(vars_is("x", "old", 3));
	is(vars_set("x", NV_BS_RT, "more", 4), EFI_SUCCESS);
	assert_int_equal(record_at(FIRST)->state, 0x3c);
	assert_int_equal(vars_start(), 0);
	assert_true(vars_is("x", "more", 4));
}

/* The same name twice, which nobody writes: OVMF's reader takes the first. */
static void test_same_name(void **state)
{
	is(vars_set("x", NV_BS_RT, "old", 3), EFI_SUCCESS);
	is(vars_set("x", NV_BS_RT, "new", 3), EFI_SUCCESS);
	flash_sim.lax = true;
	record_at(FIRST)->state = 0x3f;
	assert_int_equal(vars_start(), 0);
	assert_int_equal(vars_count(), 1);
	assert_true(vars_is("x", "old", 3));
	/* The second one in transition, as a reclaim may order them. */
	record_at(FIRST + 72)->state = 0x3e;
	assert_int_equal(vars_start(), 0);
	assert_true(vars_is("x", "old", 3));
	check_reader(1, " x 0x7 6f6c64");
}

/* A header without its record takes 60 bytes, whatever its sizes say. */
static void test_header_only(void **state)
{
	is(vars_set("a", NV_BS_RT, "1", 1), EFI_SUCCESS);
	is(vars_set("b", NV_BS_RT, "2", 1), EFI_SUCCESS);
	memmove(flash_sim.data + FIRST + 68 + 60, flash_sim.data + FIRST + 68, 68);
	memset(flash_sim.data + FIRST + 68, 0xff, 60);
	record_at(FIRST + 68)->start_id = VARS_START_ID;
	record_at(FIRST + 68)->name_size = 0x100;
	assert_int_equal(vars_start(), 0);
	assert_true(vars_is("a", "1", 1));
	assert_true(vars_is("b", "2", 1));
	is(vars_set("c", NV_BS_RT, "3", 1), EFI_SUCCESS);
	check_reader(3, " c 0x7 33");
}

static void damage(void)
{
	is(vars_set("a", NV_BS_RT, "1", 1), EFI_SUCCESS);
	is(vars_set("bad", NV_BS_RT, "2", 1), EFI_SUCCESS);
	is(vars_set("c", NV_BS_RT, "3", 1), EFI_SUCCESS);
}

static void check_damage(void)
{
	assert_int_equal(vars_start(), EFI_STORE_DAMAGED | EFI_STORE_REBUILT);
	assert_true(vars_is("a", "1", 1));
	assert_true(vars_is("bad", NULL, 0));
	assert_true(vars_is("c", "3", 1));
	assert_int_equal(vars_count(), 2);
	check_reader(2, " c 0x7 33");
	assert_int_equal(vars_start(), 0);
	is(vars_set("bad", NV_BS_RT, "4", 1), EFI_SUCCESS);
	assert_int_equal(vars_start(), 0);
	assert_int_equal(vars_count(), 3);
}

static void test_damage(void **state)
{
	static const struct {
		u32 offset, size;
		u64 value;
	} damages[] = {
		{ 0, 2, 0 }, { 0, 2, 0xffff },			/* the start */
		{ 0x24, 4, 0xfffffffe }, { 0x24, 4, 7 }, { 0x24, 4, 0 }, { 0x24, 4, 2 },
		{ 0x28, 4, 0xffffff00 }, { 0x28, 4, 0x20000 },
		{ 4, 4, 0xff00 },				/* attributes */
		{ 60, 2, 0 }, { 60 + 6, 2, 'x' },		/* the name's end */
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(damages); i++) {
		setup(state);
		damage();
		memcpy((u8 *)record_at(FIRST + 68) + damages[i].offset, &damages[i].value,
		       damages[i].size);
		check_damage();
	}
}

/* Free space that is not free. */
static void test_dirty_end(void **state)
{
	is(vars_set("a", NV_BS_RT, "1", 1), EFI_SUCCESS);
	flash_sim.data[FIRST + 68 + 1000] = 0;
	assert_int_equal(vars_start(), EFI_STORE_DAMAGED | EFI_STORE_REBUILT);
	assert_true(vars_is("a", "1", 1));
	assert_int_equal(flash_sim.data[FIRST + 68 + 1000], 0xff);
	check_reader(1, " a 0x7 31");
}

static void test_store_header(void **state)
{
	damage();
	memset(flash_sim.data + 0x48, 0xff, 28);
	assert_int_equal(vars_start(), EFI_STORE_DAMAGED | EFI_STORE_REBUILT);
	assert_int_equal(vars_count(), 3);
	check_reader(3, " bad 0x7 32");
}

static void test_damage_read_only(void **state)
{
	damage();
	record_at(FIRST + 68)->start_id = 0;
	flash_sim.read_only = true;
	flash_sim.writes = 0;
	assert_int_equal(vars_start(), EFI_STORE_DAMAGED);
	assert_int_equal(vars_count(), 2);
	is(vars_set("d", NV_BS_RT, "4", 1), EFI_SUCCESS);
	is(vars_set("a", NV_BS_RT, "5", 1), EFI_SUCCESS);
	assert_int_equal(vars_count(), 3);
	assert_int_equal(flash_sim.writes, 0);
}

/* Somebody else's flash: nothing is read, and nothing is written. */
static void test_foreign(void **state)
{
	static const struct {
		u32 offset;
		u8 value;
	} changes[] = {
		{ 0x10, 0 }, { 0x20, 1 }, { 0x28, 0 }, { 0x30, 0x47 }, { 0x32, 0 },
	};
	static const struct efi_guid plain = {
		0xddcf3616, 0x3275, 0x4164, { 0x98, 0xb6, 0xfe, 0x85, 0x70, 0x7f, 0xfe, 0x7d }
	};
	size_t i;

	for (i = 0; i <= ARRAY_SIZE(changes); i++) {
		setup(state);
		damage();
		if (i < ARRAY_SIZE(changes))
			flash_sim.data[changes[i].offset] = changes[i].value;
		else
			memcpy(flash_sim.data + 0x48, &plain, sizeof(plain));
		flash_sim.writes = 0;
		assert_int_equal(vars_start(), EFI_STORE_FOREIGN);
		assert_int_equal(vars_count(), 0);
		is(vars_set("d", NV_BS_RT, "4", 1), EFI_SUCCESS);
		assert_true(vars_is("d", "4", 1));
		assert_int_equal(flash_sim.writes, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_reader, setup),
		cmocka_unit_test_setup(test_bytes, setup),
		cmocka_unit_test_setup(test_debian, setup),
		cmocka_unit_test_setup(test_debian_reclaim, setup),
		cmocka_unit_test_setup(test_power, setup),
		cmocka_unit_test_setup(test_power_early, setup),
		cmocka_unit_test_setup(test_power_again, setup),
		cmocka_unit_test_setup(test_device_error, setup),
		cmocka_unit_test_setup(test_queue_full, setup),
		cmocka_unit_test_setup(test_recover, setup),
		cmocka_unit_test_setup(test_recover_read_only, setup),
		cmocka_unit_test_setup(test_abandon, setup),
		cmocka_unit_test_setup(test_recover_hostile, setup),
		cmocka_unit_test_setup(test_twins, setup),
		cmocka_unit_test_setup(test_same_name, setup),
		cmocka_unit_test_setup(test_header_only, setup),
		cmocka_unit_test_setup(test_damage, setup),
		cmocka_unit_test_setup(test_dirty_end, setup),
		cmocka_unit_test_setup(test_store_header, setup),
		cmocka_unit_test_setup(test_damage_read_only, setup),
		cmocka_unit_test_setup(test_foreign, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
