/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Measurements under UEFI: the protocol's error returns (UEFI 2.10, section 38.2), the
 * log and the final events, and what the firmware measures itself. Registers are a
 * model here, and each test replays the log and compares.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <fw/acpi.h>
#include <fw/byteorder.h>
#include <fw/digest.h>
#include <fw/efi_image.h>
#include <fw/efi_measure.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/memmap.h>
#include <spec/ccel.h>
#include <spec/efi/cc_measurement.h>

#include "efi_world.h"
#include "peimage.h"
#include "support.h"

#define REGISTERS	4
#define SPEC_ID		(sizeof(struct tcg_event1) + sizeof(struct tcg_spec_id))

static u8 registers[REGISTERS][SHA384_SIZE];
static int extend_rc;
static unsigned int extends;
static struct efi_cc_measurement *cc;
static bool can_measure;

/* Not a good one, but every byte of the data counts. */
void digest_sha384(const struct digest_part *parts, size_t count, u8 out[SHA384_SIZE])
{
	u64 hash = 0xcbf29ce484222325;
	size_t i, n;

	for (i = 0; i < count; i++) {
		for (n = 0; n < parts[i].len; n++)
			hash = (hash ^ ((const u8 *)parts[i].data)[n]) * 0x100000001b3;
	}
	for (i = 0; i < SHA384_SIZE; i++)
		out[i] = (u8)(hash >> 8 * (i % 8));
}

static void fold(u8 *value, const u8 *digest)
{
	const struct digest_part parts[] = { { value, SHA384_SIZE }, { digest, SHA384_SIZE } };
	u8 out[SHA384_SIZE];

	digest_sha384(parts, 2, out);
	memcpy(value, out, SHA384_SIZE);
}

static int map_pcr(u32 pcr)
{
	return pcr < 16 ? (int)(pcr + 3) / 4 : -EINVAL;
}

static int extend(u32 index, const u8 *digest)
{
	assert_true(index >= 1 && index <= REGISTERS);
	assert_int_equal((uintptr_t)digest % 64, 0);
	if (extend_rc != 0)
		return extend_rc;
	fold(registers[index - 1], digest);
	extends++;
	return 0;
}

static const struct measure_ops ops = {
	.type = CCEL_TYPE_TDX,
	.last = REGISTERS,
	.map_pcr = map_pcr,
	.extend = extend,
};
static const struct cc_guest guest = { .name = "test", .measure = &ops };
static const struct cc_guest plain = { .name = "plain" };

const struct cc_guest *cc_active(void)
{
	return can_measure ? &guest : &plain;
}

phys_addr_t acpi_rsdp(void)
{
	return 0;
}

int acpi_add_table(const struct acpi_header *table)
{
	return 0;
}

/* The same way as a guest kind, in the step that has memory. */
static int move(void)
{
	return can_measure ? measure_log_move() : 0;
}
HOOK(efi_pre, 50, common, move);

static unsigned int told;
static u32 told_index;
static const void *told_data;

static int note(u32 index, const void *data, u64 size)
{
	told++;
	told_index = index;
	told_data = data;
	return 0;
}
HOOK(efi_measured, 90, common, note);

struct record {
	u32 index, type, size;
	const u8 *digest, *event;
};

static const u8 *next_record(const u8 *p, struct record *r)
{
	const struct tcg_event2 *head = (const void *)p;

	assert_int_equal(le32_to_cpu(head->digests), 1);
	assert_int_equal(le16_to_cpu(head->algorithm), TCG_ALG_SHA384);
	*r = (struct record) {
		.index = le32_to_cpu(head->index),
		.type = le32_to_cpu(head->type),
		.size = le32_to_cpu(head->size),
		.digest = head->digest,
		.event = p + sizeof(*head),
	};
	return p + sizeof(*head) + r->size;
}

/* Whether the log leads to the registers. Return: number of records, and the last one. */
static unsigned int replay(struct record *last)
{
	u8 values[REGISTERS][SHA384_SIZE] = { { 0 } };
	struct measure_log log;
	const u8 *p, *start = NULL;
	unsigned int count = 0;

	measure_get_log(&log);
	p = (const u8 *)(uintptr_t)log.base;
	assert_true(memmap_has_type(&memmap, log.base, KiB(64), MEM_ACPI_NVS));
	assert_string_equal((const char *)p + sizeof(struct tcg_event1), "Spec ID Event03");
	for (p += SPEC_ID; *p != 0xff; count++) {
		start = p;
		p = next_record(p, last);
		if (last->type != EV_NO_ACTION)
			fold(values[last->index - 1], last->digest);
	}
	if (start != NULL)
		assert_ptr_equal(start, (const u8 *)(uintptr_t)log.base + log.last);
	assert_memory_equal(values, registers, sizeof(values));
	return count;
}

struct test_event {
	u8 odd;
	struct efi_cc_event head;
	u8 data[5];
} __packed;

static struct test_event make_event(void)
{
	return (struct test_event) {
		.head = {
			.size = cpu_to_le32(sizeof(struct efi_cc_event) + 5),
			.header_size = cpu_to_le32(14),
			.header_version = cpu_to_le16(1),
			.index = cpu_to_le32(2),
			.type = cpu_to_le32(EV_IPL),
		},
		.data = "five",
	};
}

static efi_status_t measure(u64 flags, const void *data, u64 size, const struct test_event *event)
{
	return cc->hash_log_extend_event(cc, flags, (uintptr_t)data, size, &event->head);
}

static int group_setup(void **state)
{
	can_measure = true;
	if (world_start(state) != 0)
		return -1;
	return efi_locate_protocol(&efi_guid_cc_measurement, NULL, (void **)&cc) != EFI_SUCCESS;
}

static int setup(void **state)
{
	mock_log_reset();
	extend_rc = 0;
	told = 0;
	return 0;
}

static void test_capability(void **state)
{
	struct {
		struct efi_cc_capability c;
		u8 behind[4];
	} room;

	memset(&room, 0xcc, sizeof(room));
	room.c.size = sizeof(room.c) - 1;
	assert_true(cc->get_capability(NULL, &room.c) == EFI_INVALID_PARAMETER);
	assert_true(cc->get_capability(cc, NULL) == EFI_INVALID_PARAMETER);
	assert_int_equal(room.c.size, 19);
	assert_true(cc->get_capability(cc, &room.c) == EFI_BUFFER_TOO_SMALL);
	assert_int_equal(room.c.size, 20);
	assert_int_equal(room.c.structure_version.major, 0xcc);
	room.c.size = 0;
	assert_true(cc->get_capability(cc, &room.c) == EFI_BUFFER_TOO_SMALL);
	assert_int_equal(room.c.size, 20);
	room.c.size = sizeof(room);
	assert_int_equal(cc->get_capability(cc, &room.c), EFI_SUCCESS);
	assert_int_equal(room.c.size, 20);
	assert_int_equal(room.c.structure_version.major, 1);
	assert_int_equal(room.c.structure_version.minor, 0);
	assert_int_equal(room.c.protocol_version.major, 1);
	assert_int_equal(room.c.protocol_version.minor, 0);
	assert_int_equal(room.c.hash_algorithms, 4);
	assert_int_equal(room.c.event_logs, 2);
	assert_int_equal(room.c.type, 2);
	assert_int_equal(room.c.subtype, 0);
	assert_int_equal(room.behind[0], 0xcc);
}

static void test_map(void **state)
{
	u32 index = 99;

	assert_true(cc->map_pcr_to_mr_index(NULL, 4, &index) == EFI_INVALID_PARAMETER);
	assert_true(cc->map_pcr_to_mr_index(cc, 4, NULL) == EFI_INVALID_PARAMETER);
	assert_true(cc->map_pcr_to_mr_index(cc, 16, &index) == EFI_UNSUPPORTED);
	assert_true(cc->map_pcr_to_mr_index(cc, 0xffffffff, &index) == EFI_UNSUPPORTED);
	assert_int_equal(index, 99);
	assert_int_equal(cc->map_pcr_to_mr_index(cc, 0, &index), EFI_SUCCESS);
	assert_int_equal(index, 0);
	assert_int_equal(cc->map_pcr_to_mr_index(cc, 9, &index), EFI_SUCCESS);
	assert_int_equal(index, 3);
}

/* Nothing is added to a register or the log by a call that is refused. */
static void refuse(efi_status_t wanted, u64 flags, const void *data, u64 size,
		   const struct test_event *event)
{
	unsigned int before = extends, records;
	struct record last;

	records = replay(&last);
	assert_true(measure(flags, data, size, event) == wanted);
	assert_int_equal(extends, before);
	assert_int_equal(replay(&last), records);
	assert_int_equal(told, 0);
}

static void test_refused(void **state)
{
	struct test_event e = make_event();
	unsigned int before = extends;

	assert_true(cc->hash_log_extend_event(NULL, 0, 1, 1, &e.head) == EFI_INVALID_PARAMETER);
	assert_true(cc->hash_log_extend_event(cc, 0, 1, 1, NULL) == EFI_INVALID_PARAMETER);
	assert_int_equal(extends, before);
	refuse(EFI_INVALID_PARAMETER, 0, NULL, 0, &e);
	refuse(EFI_INVALID_PARAMETER, 0, NULL, 4, &e);
	refuse(EFI_INVALID_PARAMETER, 0, &e, ~(u64)0, &e);
	refuse(EFI_INVALID_PARAMETER, 2, "x", 1, &e);
	refuse(EFI_INVALID_PARAMETER, (u64)1 << 63, "x", 1, &e);

	e.head.index = cpu_to_le32(0);
	refuse(EFI_INVALID_PARAMETER, 0, "x", 1, &e);
	e.head.index = cpu_to_le32(REGISTERS + 1);
	refuse(EFI_INVALID_PARAMETER, 0, "x", 1, &e);
	e.head.index = cpu_to_le32(0xffffffff);
	refuse(EFI_INVALID_PARAMETER, 0, "x", 1, &e);

	e = make_event();
	e.head.size = cpu_to_le32(17);
	refuse(EFI_INVALID_PARAMETER, 0, "x", 1, &e);
	e = make_event();
	e.head.header_size = cpu_to_le32(13);
	refuse(EFI_INVALID_PARAMETER, 0, "x", 1, &e);
	e.head.header_size = cpu_to_le32(0xffffffff);
	refuse(EFI_INVALID_PARAMETER, 0, "x", 1, &e);
	e = make_event();
	e.head.header_version = cpu_to_le16(2);
	refuse(EFI_INVALID_PARAMETER, 0, "x", 1, &e);
}

static void test_measure(void **state)
{
	struct test_event e = make_event();
	u8 digest[SHA384_SIZE];
	struct record last;
	unsigned int records;

	records = replay(&last);
	assert_int_equal(measure(0, "data", 4, &e), EFI_SUCCESS);
	assert_int_equal(replay(&last), records + 1);
	digest_sha384(&(struct digest_part) { "data", 4 }, 1, digest);
	assert_memory_equal(last.digest, digest, sizeof(digest));
	assert_int_equal(last.index, 2);
	assert_int_equal(last.type, EV_IPL);
	assert_int_equal(last.size, 5);
	assert_memory_equal(last.event, "five", 5);
	assert_int_equal(told, 1);
	assert_int_equal(told_index, 2);

	/* No event data, and no data. */
	e.head.size = cpu_to_le32(18);
	assert_int_equal(measure(0, "data", 0, &e), EFI_SUCCESS);
	assert_int_equal(replay(&last), records + 2);
	assert_int_equal(last.size, 0);
}

static void test_extend_only(void **state)
{
	struct test_event e = make_event();
	u8 before[sizeof(registers)], digest[SHA384_SIZE];
	struct record last;

	replay(&last);
	memcpy(before, registers, sizeof(before));
	e.head.index = cpu_to_le32(4);
	assert_int_equal(measure(EFI_CC_EXTEND_ONLY, "data", 4, &e), EFI_SUCCESS);
	assert_int_equal(told, 0);
	digest_sha384(&(struct digest_part) { "data", 4 }, 1, digest);
	fold(before + 3 * SHA384_SIZE, digest);
	assert_memory_equal(registers, before, sizeof(before));
	/* As if it had not been, for the tests that follow. */
	memset(registers[3], 0, SHA384_SIZE);
	replay(&last);
}

static void test_no_action(void **state)
{
	static const u8 zero[SHA384_SIZE];
	struct test_event e = make_event();
	unsigned int before = extends;
	struct record last;

	e.head.type = cpu_to_le32(EV_NO_ACTION);
	assert_int_equal(measure(0, NULL, 0, &e), EFI_SUCCESS);
	assert_int_equal(extends, before);
	replay(&last);
	assert_int_equal(last.type, EV_NO_ACTION);
	assert_memory_equal(last.digest, zero, sizeof(zero));
	assert_int_equal(told, 0);
}

static void test_image_flag(void **state)
{
	struct test_event e = make_event();
	static struct pe_test pe;
	u8 digest[SHA384_SIZE];
	struct record last;
	const char *why;

	pe_test_make(&pe);
	assert_int_equal(measure(EFI_CC_PE_COFF_IMAGE, &pe, sizeof(pe), &e), EFI_SUCCESS);
	replay(&last);
	assert_int_equal(efi_image_digest(&pe, sizeof(pe), digest, &why), 0);
	assert_memory_equal(last.digest, digest, sizeof(digest));
	/* Where a signature's places are, nothing counts. */
	pe.optional.checksum = cpu_to_le32(7);
	assert_int_equal(measure(EFI_CC_PE_COFF_IMAGE, &pe, sizeof(pe), &e), EFI_SUCCESS);
	replay(&last);
	assert_memory_equal(last.digest, digest, sizeof(digest));
	refuse(EFI_UNSUPPORTED, EFI_CC_PE_COFF_IMAGE, "MZ", 2, &e);
	refuse(EFI_UNSUPPORTED, EFI_CC_PE_COFF_IMAGE, &pe, 0, &e);
	pe.header.machine = cpu_to_le16(0x14c);
	refuse(EFI_UNSUPPORTED, EFI_CC_PE_COFF_IMAGE, &pe, sizeof(pe), &e);
}

static void test_register_fails(void **state)
{
	struct test_event e = make_event();

	extend_rc = -EIO;
	refuse(EFI_DEVICE_ERROR, 0, "x", 1, &e);
}

/* --- what the firmware measures --------------------------------------------- */

static const struct {
	struct efi_device_path head;
	u8 text[4];
	struct efi_device_path end;
} __packed path = {
	{ DP_MEDIA, DP_MEDIA_FILE, { 8, 0 } }, { 'a', 0, 0, 0 },
	{ DP_END, DP_END_ENTIRE, { 4, 0 } },
};

static void test_image(void **state)
{
	static const struct {
		u16 subsystem;
		u32 type, index;
	} kinds[] = {
		{ PE_SUBSYSTEM_APPLICATION, EV_EFI_BOOT_SERVICES_APPLICATION, 1 },
		{ PE_SUBSYSTEM_BOOT_DRIVER, EV_EFI_BOOT_SERVICES_DRIVER, 1 },
		{ PE_SUBSYSTEM_RUNTIME_DRIVER, EV_EFI_RUNTIME_SERVICES_DRIVER, 1 },
	};
	static struct pe_test pe;
	const struct efi_image_source source = {
		.path = &path.head, .data = &pe, .size = sizeof(pe),
	};
	struct record last;
	size_t i;

	pe_test_make(&pe);
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		pe.optional.subsystem = cpu_to_le16(kinds[i].subsystem);
		assert_int_equal(hook_run(efi_image_check, &source), 0);
		replay(&last);
		assert_int_equal(last.type, kinds[i].type);
		assert_int_equal(last.index, kinds[i].index);
		assert_int_equal(last.size, 32 + sizeof(path));
		assert_true(get_le64(last.event) == (uintptr_t)&pe);
		assert_int_equal(get_le64(last.event + 8), sizeof(pe));
		assert_true(get_le64(last.event + 16) == PE_TEST_BASE);
		assert_int_equal(get_le64(last.event + 24), sizeof(path));
		assert_memory_equal(last.event + 32, &path, sizeof(path));
	}
}

static void test_image_refused(void **state)
{
	static struct pe_test pe;
	struct efi_image_source source = { .data = &pe, .size = sizeof(pe) };
	struct record last;
	unsigned int records;

	/* What is no image will not be loaded. */
	records = replay(&last);
	assert_int_equal(hook_run(efi_image_check, &source), 0);
	source.size = 0;
	assert_int_equal(hook_run(efi_image_check, &source), 0);
	assert_int_equal(mock_log_errors(), 0);
	/* One that would be loaded and cannot be measured. */
	pe_test_make(&pe);
	source.size = sizeof(pe);
	pe.directory[PE_DIRECTORY_CERTIFICATES].rva = cpu_to_le32(8);
	pe.directory[PE_DIRECTORY_CERTIFICATES].size = cpu_to_le32(8);
	assert_int_equal(hook_run(efi_image_check, &source), -EBADMSG);
	assert_int_equal(mock_log_errors(), 1);
	assert_int_equal(replay(&last), records);
	/* No path. */
	pe.directory[PE_DIRECTORY_CERTIFICATES].size = cpu_to_le32(0);
	assert_int_equal(hook_run(efi_image_check, &source), 0);
	replay(&last);
	assert_int_equal(last.size, 32);
}

static void test_exit_actions(void **state)
{
	struct record last;

	assert_int_equal(hook_run(efi_exit_called), 0);
	replay(&last);
	assert_int_equal(last.type, EV_EFI_ACTION);
	assert_int_equal(last.size, 29);
	assert_memory_equal(last.event, "Exit Boot Services Invocation", 29);
	assert_int_equal(hook_run(efi_exit_failed), 0);
	replay(&last);
	assert_memory_equal(last.event, "Exit Boot Services Returned with Failure", last.size);
	assert_int_equal(hook_run(efi_exit), 0);
	replay(&last);
	assert_memory_equal(last.event, "Exit Boot Services Returned with Success", last.size);
}

static void test_firmware_fails(void **state)
{
	extend_rc = -EIO;
	expect_panic(efi_measure(4, EV_IPL, "x", 1));
	/* The guest kind has said why. */
	assert_int_equal(mock_log_errors(), 0);
}

static void test_plain_guest(void **state)
{
	struct efi_image_source source = { .data = "x", .size = 1 };
	unsigned int before = extends;

	can_measure = false;
	efi_measure(4, EV_IPL, "x", 1);
	efi_measure_action(4, "x");
	assert_int_equal(measure_event(4, EV_IPL, "x", 1, "x", 1), 0);
	assert_int_equal(hook_run(efi_image_check, &source), 0);
	assert_int_equal(extends, before);
	can_measure = true;
}

/* --- in this order, since they end something -------------------------------- */

static struct efi_cc_final_events *final_table(void)
{
	efi_uintn_t i;

	for (i = 0; i < efi_system_table->tables; i++) {
		if (efi_guid_equal(&efi_system_table->table[i].guid, &efi_guid_cc_final_events))
			return efi_system_table->table[i].table;
	}
	fail();
	return NULL;
}

static void test_event_log(void **state)
{
	struct efi_cc_final_events *final = final_table();
	struct test_event e = make_event();
	u64 base = 1, last = 1;
	efi_bool_t truncated = 7;
	struct record in_final, in_log;

	assert_int_equal(final->version, 1);
	assert_int_equal(final->count, 0);
	assert_true(memmap_has_type(&memmap, (uintptr_t)final, KiB(64), MEM_ACPI_NVS));

	assert_true(cc->get_event_log(NULL, 2, &base, &last, &truncated) == EFI_INVALID_PARAMETER);
	assert_true(cc->get_event_log(cc, 1, &base, &last, &truncated) == EFI_INVALID_PARAMETER);
	assert_true(cc->get_event_log(cc, 0, &base, &last, &truncated) == EFI_INVALID_PARAMETER);
	assert_true(cc->get_event_log(cc, 6, &base, &last, &truncated) == EFI_INVALID_PARAMETER);
	assert_true(cc->get_event_log(cc, 2, NULL, &last, &truncated) == EFI_INVALID_PARAMETER);
	assert_true(cc->get_event_log(cc, 2, &base, NULL, &truncated) == EFI_INVALID_PARAMETER);
	assert_true(cc->get_event_log(cc, 2, &base, &last, NULL) == EFI_INVALID_PARAMETER);
	assert_true(base == 1 && last == 1 && truncated == 7);
	assert_int_equal(measure(0, "before", 6, &e), EFI_SUCCESS);
	assert_int_equal(final->count, 0);

	assert_int_equal(cc->get_event_log(cc, 2, &base, &last, &truncated), EFI_SUCCESS);
	assert_int_equal(truncated, 0);
	assert_int_equal(final->count, 0);
	replay(&in_log);
	assert_ptr_equal((const u8 *)(uintptr_t)last + sizeof(struct tcg_event2), in_log.event);

	/* From now on in both. */
	assert_int_equal(measure(0, "after", 5, &e), EFI_SUCCESS);
	efi_measure_action(4, "the firmware's own");
	assert_int_equal(final->count, 2);
	replay(&in_log);
	next_record(next_record((const u8 *)(final + 1), &in_final), &in_final);
	assert_int_equal(in_final.size, in_log.size);
	assert_memory_equal(in_final.event, "the firmware's own", in_final.size);
	assert_memory_equal(in_final.digest, in_log.digest, SHA384_SIZE);
}

static void test_full(void **state)
{
	struct efi_cc_final_events *final = final_table();
	struct test_event e = make_event();
	static u8 large[sizeof(struct efi_cc_event) + KiB(70)];
	u8 before[sizeof(registers)];
	u64 base, last, count = final->count;
	efi_bool_t truncated;
	struct record record;

	/* One that is larger than any log: in the register, and not in a log. */
	memcpy(large, &e.head, sizeof(e.head));
	put_le32(sizeof(large), large);
	put_le32(3, large + 10);
	replay(&record);
	memcpy(before, registers, sizeof(before));
	assert_true(cc->hash_log_extend_event(cc, 0, (uintptr_t)"x", 1, (const void *)large) ==
		    EFI_VOLUME_FULL);
	assert_memory_not_equal(registers, before, sizeof(before));
	assert_int_equal(final->count, count);
	assert_int_equal(told, 1);
	assert_int_equal(cc->get_event_log(cc, 2, &base, &last, &truncated), EFI_SUCCESS);
	assert_int_equal(truncated, 1);
	/* And from now on none is, however small. */
	memcpy(before, registers, sizeof(before));
	assert_true(measure(0, "x", 1, &e) == EFI_VOLUME_FULL);
	assert_memory_not_equal(registers, before, sizeof(before));
	assert_int_equal(final->count, count);
	assert_true(measure(EFI_CC_EXTEND_ONLY, "x", 1, &e) == EFI_SUCCESS);
	/* The firmware does not go on so. */
	mock_log_reset();
	expect_panic(efi_measure_action(4, "x"));
	assert_int_equal(mock_log_errors(), 1);
	assert_int_equal(measure_event(4, EV_IPL, "x", 1, "x", 1), -ENOSPC);
	assert_int_equal(mock_log_errors(), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_capability, setup),
		cmocka_unit_test_setup(test_map, setup),
		cmocka_unit_test_setup(test_refused, setup),
		cmocka_unit_test_setup(test_measure, setup),
		cmocka_unit_test_setup(test_extend_only, setup),
		cmocka_unit_test_setup(test_no_action, setup),
		cmocka_unit_test_setup(test_image_flag, setup),
		cmocka_unit_test_setup(test_register_fails, setup),
		cmocka_unit_test_setup(test_image, setup),
		cmocka_unit_test_setup(test_image_refused, setup),
		cmocka_unit_test_setup(test_exit_actions, setup),
		cmocka_unit_test_setup(test_firmware_fails, setup),
		cmocka_unit_test_setup(test_plain_guest, setup),
		cmocka_unit_test_setup(test_event_log, setup),
		cmocka_unit_test_setup(test_full, setup),
	};

	return cmocka_run_group_tests(tests, group_setup, NULL);
}
