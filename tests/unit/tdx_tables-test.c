/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * What a trust domain adds to the host's ACPI tables, and its event log: the
 * host's tables are laid out in RAM as its loader would, sound and not.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <asm/tdcall.h>
#include <fw/acpi.h>
#include <fw/alloc.h>
#include <fw/byteorder.h>
#include <fw/cc.h>
#include <fw/crc.h>
#include <fw/digest.h>
#include <fw/measure.h>
#include <fw/hooks.h>
#include <fw/host_input.h>
#include <fw/string.h>
#include <spec/acpi.h>
#include <spec/ccel.h>
#include <spec/tcg.h>
#include <spec/tdx.h>

#include "support.h"

#define RAM	0x100000
#define SIZE	0x200000
#define TABLES	(RAM + 0x1000)

extern const struct measure_ops tdx_measure_ops;
const struct cc_guest tdx_guest = { .name = "tdx", .measure = &tdx_measure_ops };
u8 layout_cc_page[4096] __aligned(4096);

static bool has_xsdt;
static struct acpi_rsdp *rsdp;
static u8 *next;

bool hook_is_active(const struct cc_guest *guest)
{
	return guest == &tdx_guest;
}

void hook_trace(const char *point, const char *slot, const char *name, int rc)
{
}

void digest_sha384(const struct digest_part *parts, size_t count, u8 out[SHA384_SIZE])
{
	memset(out, (int)parts[0].len, SHA384_SIZE);
}

const struct cc_guest *cc_active(void)
{
	return &tdx_guest;
}

static u64 extend_status;
static struct tdcall_regs last_call;

u64 tdcall(struct tdcall_regs *r)
{
	last_call = *r;
	r->rax = extend_status;
	return extend_status;
}

phys_addr_t acpi_rsdp(void)
{
	return (uintptr_t)rsdp;
}

static struct acpi_header *put_table(const char *signature, const void *body, size_t len)
{
	struct acpi_header *t = (void *)next;

	memset(t, 0, sizeof(*t));
	memcpy(t->signature, signature, 4);
	t->length = cpu_to_le32((u32)(sizeof(*t) + len));
	memcpy(t + 1, body, len);
	t->checksum = (u8)-sum8(t, sizeof(*t) + len);
	next += ALIGN_UP(sizeof(*t) + len, 16);
	return t;
}

/* An MADT with @entries, a RSDT and maybe an XSDT that point to it. */
static struct acpi_header *lay_out(const void *entries, size_t len)
{
	u8 body[256] = { 0 };
	struct acpi_header *madt, *root;
	le32 p32;
	le64 p64;

	next = (u8 *)TABLES;
	rsdp = (void *)next;
	next += 64;
	memcpy(body + 8, entries, len);
	madt = put_table("APIC", body, 8 + len);
	memset(rsdp, 0, sizeof(*rsdp));
	p32 = cpu_to_le32((u32)(uintptr_t)madt);
	root = put_table("RSDT", &p32, 4);
	rsdp->rsdt_address = cpu_to_le32((u32)(uintptr_t)root);
	if (has_xsdt) {
		p64 = cpu_to_le64((uintptr_t)madt);
		root = put_table("XSDT", &p64, 8);
		rsdp->revision = 2;
		rsdp->xsdt_address = cpu_to_le64((uintptr_t)root);
	}
	return madt;
}

static int setup(void **state)
{
	mock_ram(RAM, SIZE);
	memset(&memmap, 0, sizeof(memmap));
	assert_int_equal(memmap_add(&memmap, RAM, SIZE, MEM_CONVENTIONAL), 0);
	assert_int_equal(memmap_set(&memmap, TABLES, 0x1000, MEM_ACPI_RECLAIM), 0);
	mock_log_reset();
	rsdp = NULL;
	has_xsdt = false;
	extend_status = 0;
	return 0;
}

static const u8 two_cpus[] = { 0, 8, 0, 0, 1, 0, 0, 0, 0, 8, 1, 1, 1, 0, 0, 0 };

static void check_added(size_t old_len)
{
	struct acpi_header *madt = acpi_find_table("APIC");
	const struct acpi_madt_wakeup *entry;

	assert_non_null(madt);
	assert_int_equal(le32_to_cpu(madt->length), old_len + 16);
	assert_int_equal(sum8(madt, old_len + 16), 0);
	entry = (const void *)((const u8 *)madt + old_len);
	assert_int_equal(entry->type, 0x10);
	assert_int_equal(entry->length, 16);
	assert_int_equal(le16_to_cpu(entry->version), 0);
	assert_true(le64_to_cpu(entry->mailbox) == (uintptr_t)layout_cc_page);
}

static void check_roots(unsigned int tables)
{
	struct acpi_header *rsdt = (void *)(uintptr_t)le32_to_cpu(rsdp->rsdt_address);
	struct acpi_header *xsdt = (void *)(uintptr_t)le64_to_cpu(rsdp->xsdt_address);
	unsigned int i;

	assert_int_equal(sum8(rsdt, le32_to_cpu(rsdt->length)), 0);
	assert_int_equal(le32_to_cpu(rsdt->length), sizeof(*rsdt) + 4 * tables);
	if (!has_xsdt)
		return;
	assert_int_equal(sum8(xsdt, le32_to_cpu(xsdt->length)), 0);
	assert_int_equal(le32_to_cpu(xsdt->length), sizeof(*xsdt) + 8 * tables);
	for (i = 0; i < tables; i++)
		assert_true(get_le32((u8 *)(rsdt + 1) + 4 * i) ==
			    get_le64((u8 *)(xsdt + 1) + 8 * i));
}

static void test_tables(void **state)
{
	struct acpi_header *ccel;

	for (has_xsdt = false;; has_xsdt = true) {
		lay_out(two_cpus, sizeof(two_cpus));
		assert_int_equal(hook_run(acpi_post), 0);
		check_added(sizeof(struct acpi_madt) + sizeof(two_cpus));
		check_roots(2);
		ccel = acpi_find_table("CCEL");
		assert_non_null(ccel);
		assert_int_equal(le32_to_cpu(ccel->length), 56);
		assert_int_equal(sum8(ccel, 56), 0);
		assert_int_equal(sum8(rsdp, ACPI_RSDP_V1_SIZE), 0);
		if (has_xsdt)
			break;
	}
	assert_int_equal(sum8(rsdp, sizeof(*rsdp)), 0);
}

static void test_madt_refused(void **state)
{
	static const struct {
		u8 bytes[4];
		size_t len;
	} bad[] = {
		{ { 0x10, 4, 0, 0 }, 4 },	/* a mailbox of the host's */
		{ { 0, 0, 0, 0 }, 4 }, { { 0, 1, 0, 0 }, 4 }, { { 0, 5, 0, 0 }, 4 },
		{ { 0, 3, 0, 9 }, 4 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		mock_log_reset();
		lay_out(bad[i].bytes, bad[i].len);
		assert_int_equal(hook_run(acpi_post), -EBADMSG);
		assert_int_equal(mock_log_errors(), 1);
	}
}

/* Pointers of the host that lead out of its tables. */
static void test_wild_pointers(void **state)
{
	struct acpi_header *madt;

	lay_out(two_cpus, sizeof(two_cpus));
	rsdp->rsdt_address = cpu_to_le32(RAM);
	assert_null(acpi_find_table("APIC"));
	rsdp->rsdt_address = cpu_to_le32(0);
	assert_null(acpi_find_table("APIC"));
	rsdp->rsdt_address = cpu_to_le32(TABLES + 0x1000 - 8);
	assert_null(acpi_find_table("APIC"));
	assert_int_equal(hook_run(acpi_post), -EBADMSG);

	madt = lay_out(two_cpus, sizeof(two_cpus));
	madt->length = cpu_to_le32(0x2000);
	assert_null(acpi_find_table("APIC"));
	madt->length = cpu_to_le32(35);
	assert_null(acpi_find_table("APIC"));
	madt->length = cpu_to_le32(0xffffffff);
	assert_null(acpi_find_table("APIC"));
}

static void test_no_tables(void **state)
{
	assert_int_equal(hook_run(acpi_post), 0);
	assert_null(acpi_find_table("APIC"));
}

HOST_INPUT_OTHER(one, common, MEASURED, 1, 0x12, "one");
HOST_INPUT_OTHER(kernel, common, MEASURED, 4, 0x13, "kernel");
HOST_INPUT_OTHER(initrd, common, MEASURED, 9, 0x14, "initrd");

/* As core/host_input.c does, with data that the digest above tells by its size. */
static int use(const struct host_input *input, u64 size)
{
	return measure_event(input->pcr, input->event, "", size, input->name,
			     strlen(input->name));
}

static const u8 *check_record(const u8 *p, u32 index, u32 type, u8 digest, const char *text)
{
	const struct tcg_event2 *e = (const void *)p;

	assert_int_equal(le32_to_cpu(e->index), index);
	assert_int_equal(le32_to_cpu(e->type), type);
	assert_int_equal(le32_to_cpu(e->digests), 1);
	assert_int_equal(le16_to_cpu(e->algorithm), 12);
	assert_int_equal(e->digest[47], digest);
	assert_int_equal(le32_to_cpu(e->size), strlen(text));
	assert_memory_equal(e + 1, text, strlen(text));
	return (const u8 *)(e + 1) + strlen(text);
}

/* One that comes before there is memory, the others after it. */
static void test_log(void **state)
{
	const struct acpi_ccel *ccel;
	const u8 *p;
	unsigned int i;

	assert_int_equal(use(&host_input_one, 1), 0);
	assert_int_equal(last_call.rax, TDG_MR_RTMR_EXTEND);
	assert_int_equal(last_call.rdx, 0);
	assert_int_equal(last_call.rcx % 64, 0);
	assert_int_equal(hook_run(memmap_post), 0);
	lay_out(two_cpus, sizeof(two_cpus));
	assert_int_equal(hook_run(acpi_post), 0);
	assert_int_equal(use(&host_input_kernel, 2), 0);
	assert_int_equal(last_call.rdx, 1);
	assert_int_equal(use(&host_input_initrd, 3), 0);
	assert_int_equal(last_call.rdx, 2);

	ccel = (const void *)acpi_find_table("CCEL");
	assert_non_null(ccel);
	assert_int_equal(ccel->cc_type, 2);
	p = (const u8 *)(uintptr_t)le64_to_cpu(ccel->log_base);
	assert_true(memmap_has_type(&memmap, (uintptr_t)p, le64_to_cpu(ccel->log_size),
				    MEM_ACPI_NVS));
	assert_int_equal(le32_to_cpu(((const struct tcg_event1 *)(const void *)p)->type), 3);
	assert_string_equal((const char *)p + sizeof(struct tcg_event1), "Spec ID Event03");
	p += sizeof(struct tcg_event1) + sizeof(struct tcg_spec_id);
	p = check_record(p, 1, 0x12, 1, "one");
	p = check_record(p, 2, 0x13, 2, "kernel");
	p = check_record(p, 3, 0x14, 3, "initrd");
	assert_int_equal(*p, 0xff);

	/* A module that is busy for ever, and one that refuses. */
	extend_status = (u64)TDX_OPERAND_BUSY << 32;
	assert_int_equal(use(&host_input_one, 1), -EIO);
	extend_status = (u64)0xc0000100 << 32;
	assert_int_equal(use(&host_input_one, 1), -EIO);
	assert_int_equal(mock_log_errors(), 2);
	assert_int_equal(*p, 0xff);

	/* And a log that is full. */
	extend_status = 0;
	for (i = 0; i < 2000; i++) {
		if (use(&host_input_one, 1) != 0)
			break;
	}
	assert_in_range(i, 940, 960);
	assert_true(mock_log_has("event log: no room"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_tables, setup),
		cmocka_unit_test_setup(test_madt_refused, setup),
		cmocka_unit_test_setup(test_wild_pointers, setup),
		cmocka_unit_test_setup(test_no_tables, setup),
		cmocka_unit_test_setup(test_log, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
