/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * cc/sev/runtime_io.c: what runtime services ask the host through which page, and
 * what of its answers counts.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <fw/efi_runtime_io.h>
#include <fw/errno.h>
#include <spec/ghcb.h>
#include <spec/snp.h>

#include "runtime_io.h"
#include "support.h"

extern struct efi_runtime_io __start_runtime_io[], __stop_runtime_io[];
static const struct efi_runtime_io *io;

/* The firmware's page, the operating system's, and the image between them. */
static struct {
	struct ghcb firmware;
	u8 image[8192];
	struct ghcb os;
} memory __aligned(4096);

static struct ghcb *asked;	/* the page of the last request */
static u64 msr;
static unsigned int requests;

/* The event that is expected, and the answer. */
static struct {
	u64 code, info1, info2, rax;
	bool has_rax, has_data;
	u8 data[4];
	u64 result, answer_rax;
	bool no_rax;
	u8 answer_data;
} event;

static bool valid(const struct ghcb *page, size_t at)
{
	return page->valid[at / 64] >> at / 8 % 8 & 1;
}

static void set(struct ghcb *page, size_t at)
{
	page->valid[at / 64] |= (u8)(1 << at / 8 % 8);
}

void mock_wrmsr(u32 number, u64 value)
{
	assert_int_equal(number, MSR_GHCB);
	msr = value;
}

u64 mock_rdmsr(u32 number)
{
	assert_int_equal(number, MSR_GHCB);
	return msr;
}

/* Nothing is sent beside what belongs to the event. */
static void check_request(const struct ghcb *page)
{
	unsigned int i, count = 0;

	assert_true(valid(page, offsetof(struct ghcb, exit_code)));
	assert_true(valid(page, offsetof(struct ghcb, exit_info1)));
	assert_true(valid(page, offsetof(struct ghcb, exit_info2)));
	for (i = 0; i < 128; i++)
		count += page->valid[i / 8] >> i % 8 & 1;
	assert_int_equal(count, 3 + event.has_rax + event.has_data);
	assert_int_equal(le64_to_cpu(page->exit_code), event.code);
	assert_int_equal(le64_to_cpu(page->exit_info1), event.info1);
	assert_int_equal(le64_to_cpu(page->exit_info2), event.info2);
	assert_int_equal(le16_to_cpu(page->version), 2);
	assert_int_equal(le32_to_cpu(page->usage), 0);
	if (event.has_rax) {
		assert_true(valid(page, offsetof(struct ghcb, rax)));
		assert_int_equal(le64_to_cpu(page->rax), event.rax);
	}
	if (event.has_data) {
		assert_true(valid(page, offsetof(struct ghcb, scratch)));
		assert_int_equal(le64_to_cpu(page->scratch), (uintptr_t)page->buffer);
		assert_memory_equal(page->buffer, event.data, sizeof(event.data));
	}
}

void mock_vmgexit(void)
{
	struct ghcb *page = (struct ghcb *)(uintptr_t)msr;

	requests++;
	asked = page;
	assert_true(page == &memory.firmware || page == &memory.os);
	check_request(page);
	memset(page->valid, 0, sizeof(page->valid));
	page->exit_info1 = cpu_to_le64(event.result);
	page->exit_info2 = cpu_to_le64(event.result ? 0x80000b0d : 0);
	page->rax = cpu_to_le64(event.answer_rax);
	page->buffer[0] = event.answer_data;
	set(page, offsetof(struct ghcb, exit_info1));
	set(page, offsetof(struct ghcb, exit_info2));
	if (!event.no_rax)
		set(page, offsetof(struct ghcb, rax));
}

static int setup(void **state)
{
	assert_ptr_equal(__stop_runtime_io, __start_runtime_io + 1);
	io = __start_runtime_io;
	assert_int_equal(io->code, SEV_RUNTIME_IO);
	memset(&memory, 0, sizeof(memory));
	/* Left behind by whoever had the page before. */
	memset(memory.os.valid, 0xff, sizeof(memory.os.valid));
	memory.os.usage = cpu_to_le32(1);
	memset(&event, 0, sizeof(event));
	requests = 0;
	msr = 0x5012;			/* of the other protocol */
	io->start((uintptr_t)&memory.firmware | 2);
	return 0;
}

static void end_boot(void)
{
	io->exit_boot((uintptr_t)memory.image, sizeof(memory.image));
	msr = (uintptr_t)&memory.os;
}

static void expect_read(unsigned int width, u64 info1)
{
	u32 value = 0;

	event.code = EXIT_IOIO;
	event.info1 = info1;
	event.answer_rax = 0xdeadbeef12345678;
	assert_int_equal(io->io_read(0x71, width, &value), 0);
	assert_int_equal(value, width == 1 ? 0x78 : width == 2 ? 0x5678 : 0x12345678);
}

static void test_ports(void **state)
{
	expect_read(1, 0x710211);
	expect_read(2, 0x710221);
	expect_read(4, 0x710241);
	event.has_rax = true;
	event.rax = 0x06;
	event.info1 = 0xcf90210;
	assert_int_equal(io->io_write(0xcf9, 1, 0x06), 0);
	event.rax = 0x3c00;
	event.info1 = 0x6040220;
	/* Bits that nobody asked to be sent stay here. */
	assert_int_equal(io->io_write(0x604, 2, 0xabcd3c00), 0);
	event.rax = 0xabcd3c00;
	event.info1 = 0x6040240;
	assert_int_equal(io->io_write(0x604, 4, 0xabcd3c00), 0);
	assert_int_equal(requests, 6);
	assert_ptr_equal(asked, &memory.firmware);
	assert_false(valid(asked, offsetof(struct ghcb, exit_code)));
}

static void test_memory(void **state)
{
	struct efi_runtime_mmio flash = { .phys = 0xffc00000, .virt = (void *)0xdead000 };
	u8 value = 0;

	event.code = EXIT_MMIO_READ;
	event.info1 = 0xffc00123;
	event.info2 = 1;
	event.has_data = true;
	event.no_rax = true;
	event.answer_data = 0x80;
	assert_int_equal(io->mmio_read(&flash, 0x123, &value), 0);
	assert_int_equal(value, 0x80);
	event.code = EXIT_MMIO_WRITE;
	memcpy(event.data, "\x50\0\0\0", 4);
	assert_int_equal(io->mmio_write(&flash, 0x123, 1, 0x12345650), 0);
	event.info1 = 0xffc00200;
	event.info2 = 4;
	memcpy(event.data, "\x44\x33\x22\x11", 4);
	assert_int_equal(io->mmio_write(&flash, 0x200, 4, 0x11223344), 0);
	assert_int_equal(requests, 3);
}

/* The operating system's page, which may be another one at each call. */
static void test_page(void **state)
{
	static const u64 wrong[] = { 0, 0x012, 0x013, 0x5006, 0xfff };
	u32 value;
	size_t i;

	expect_read(1, 0x710211);
	assert_ptr_equal(asked, &memory.firmware);
	end_boot();
	expect_read(1, 0x710211);
	assert_ptr_equal(asked, &memory.os);
	assert_int_equal(msr, (uintptr_t)&memory.os);
	assert_int_equal(memory.os.valid[offsetof(struct ghcb, exit_code) / 64], 0);
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		msr = wrong[i];
		assert_int_equal(io->io_read(0x71, 1, &value), -EIO);
		assert_int_equal(io->io_write(0x70, 1, 0), -EIO);
		assert_int_equal(msr, wrong[i]);
	}
	/* A host that says it is a page of ours. */
	msr = (uintptr_t)memory.image;
	assert_int_equal(io->io_read(0x71, 1, &value), -EIO);
	msr = (uintptr_t)memory.image + 4096;
	assert_int_equal(io->io_read(0x71, 1, &value), -EIO);
	for (i = 0; i < sizeof(memory.image); i++)
		assert_int_equal(memory.image[i], 0);
	assert_int_equal(requests, 2);
	msr = (uintptr_t)&memory.firmware;
	expect_read(1, 0x710211);
}

static void test_refusals(void **state)
{
	struct efi_runtime_mmio flash = { .phys = 0xffc00000 };
	static const u64 results[] = { 1, 2, 3, 0xffffffff };
	u32 value;
	size_t i;
	u8 byte;

	for (i = 0; i < ARRAY_SIZE(results); i++) {
		memset(&event, 0, sizeof(event));
		event.result = results[i];
		event.code = EXIT_IOIO;
		event.info1 = 0x710211;
		assert_int_equal(io->io_read(0x71, 1, &value), -EIO);
		event.info1 = 0x700210;
		event.has_rax = true;
		assert_int_equal(io->io_write(0x70, 1, 0), -EIO);
		event.code = EXIT_MMIO_READ;
		event.info1 = 0xffc00000;
		event.info2 = 1;
		event.has_rax = false;
		event.has_data = true;
		assert_int_equal(io->mmio_read(&flash, 0, &byte), -EIO);
		event.code = EXIT_MMIO_WRITE;
		assert_int_equal(io->mmio_write(&flash, 0, 1, 0), -EIO);
	}
	/* Success without a value is none. */
	memset(&event, 0, sizeof(event));
	event.code = EXIT_IOIO;
	event.info1 = 0x710211;
	event.no_rax = true;
	assert_int_equal(io->io_read(0x71, 1, &value), -EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_ports, setup),
		cmocka_unit_test_setup(test_memory, setup),
		cmocka_unit_test_setup(test_page, setup),
		cmocka_unit_test_setup(test_refusals, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
