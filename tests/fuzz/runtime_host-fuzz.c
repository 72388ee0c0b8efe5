/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * A host that answers runtime services as it likes, through the GHCB, TDVMCALL or
 * ports: GetTime and SetTime come to an end, with a time that can be or with
 * EFI_DEVICE_ERROR, and what is asked for is the clock.
 *
 * Input: the way (bits 0 and 1) and the service (bit 2), 8 bytes of a time to set, then for
 * each exit 3 bytes: what becomes of the request, and a value. When they are used up,
 * the clock is one that is stuck with the last of them.
 */
#include <string.h>

#include <asm/tdcall.h>
#include <spec/ghcb.h>
#include <spec/snp.h>
#include <spec/tdx.h>

#include "runtime.h"
#include "support.h"
#include "vars_fixture.h"

/* cc/sev/runtime_io.h, cc/tdx/runtime_io.h */
static const u32 ways[] = { 0, 0x53, 0x54 };

/* A wait for the end of an update has a bound, and it is tried once a second. */
#define EXITS_MAX	2000000

static struct ghcb page __aligned(4096);
static const uint8_t *input;
static size_t left;
static uint8_t record[3];
static unsigned int exits;
static u64 msr;

static void next(void)
{
	if (left >= sizeof(record)) {
		memcpy(record, input, sizeof(record));
		input += sizeof(record);
		left -= sizeof(record);
	}
	if (++exits > EXITS_MAX)
		mock_fail("no end");
}

static void check_port(u32 port)
{
	if (port != 0x70 && port != 0x71)
		mock_fail("port %#x", port);
}

u32 mock_io_read(u16 port, unsigned int width __unused)
{
	check_port(port);
	next();
	return record[1];
}

void mock_io_write(u16 port, u32 value __unused, unsigned int width __unused)
{
	check_port(port);
	next();
}

void mock_wrmsr(u32 number __unused, u64 value)
{
	msr = value;
}

u64 mock_rdmsr(u32 number __unused)
{
	return msr;
}

void mock_vmgexit(void)
{
	if (msr != (u64)(uintptr_t)&page || le64_to_cpu(page.exit_code) != EXIT_IOIO)
		mock_fail("a request that nobody has made");
	check_port(le64_to_cpu(page.exit_info1) >> 16);
	next();
	memset(page.valid, record[0] & 1 ? 0xff : 0, sizeof(page.valid));
	memset(page.buffer, record[2], 16);
	page.exit_info1 = cpu_to_le64(record[0] >> 1 & 3);
	page.exit_info2 = cpu_to_le64(record[2] * 0x0101010101010101ull);
	page.rax = cpu_to_le64(record[1] | (u64)record[2] << 8);
	if (record[0] & 8)
		msr = record[2];
}

u64 tdcall(struct tdcall_regs *r)
{
	if (r->rax != TDG_VP_VMCALL || r->r11 != TDX_REASON_IO)
		mock_fail("a request that nobody has made");
	check_port((u32)r->r14);
	next();
	memset(r, record[2], sizeof(*r));
	r->r10 = record[0] >> 1 & 3;
	r->r11 = record[1] | (u64)record[2] << 8;
	r->rax = record[0] & 8 ? 1 : 0;
	return r->rax;
}

static void check_time(const struct efi_time *t)
{
	if (t->year < 1900 || t->year > 9999 || t->month < 1 || t->month > 12 || t->day < 1 ||
	    t->day > 31 || t->hour > 23 || t->minute > 59 || t->second > 59 || t->nanosecond)
		mock_fail("%u-%u-%u %u:%u:%u", t->year, t->month, t->day, t->hour, t->minute,
			  t->second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct efi_time time = { 0 };
	efi_status_t status;

	if (size < 9)
		return 0;
	memset(&page, 0, sizeof(page));
	memset(record, 0, sizeof(record));
	exits = 0;
	msr = (uintptr_t)&page;
	input = data + 9;
	left = size - 9;
	vars_io = ways[(data[0] & 3) % 3];
	vars_start_without();
	io_exit_boot();
	runtime.at_runtime = true;
	if (data[0] & 4) {
		memcpy(&time, data + 1, 8);
		status = runtime_set_time(&time);
		if (status == EFI_INVALID_PARAMETER)
			return 0;
	} else {
		status = runtime_get_time(&time, NULL);
		if (status == EFI_SUCCESS)
			check_time(&time);
	}
	if (status != EFI_SUCCESS && status != EFI_DEVICE_ERROR)
		mock_fail("status %#llx", (unsigned long long)status);
	/* A page that is gone is noticed by the next request; there is none after the last. */
	if (status == EFI_SUCCESS && exits == 0)
		mock_fail("success without a request");
	return 0;
}
