/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * A trust domain's calls against a scripted TDX module and host: each TDCALL is
 * recorded, checked for registers that it should not expose, and answered.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <asm/cpu_ops.h>
#include <asm/native.h>
#include <asm/paging.h>
#include <asm/tdcall.h>
#include <fw/byteorder.h>
#include <fw/cc.h>
#include <fw/host_input.h>
#include <fw/measure.h>
#include <fw/memmap.h>
#include <fw/string.h>
#include <spec/hob.h>
#include <spec/tdx.h>

#include "support.h"

#define CALLS	64
#define GPAW	48
#define SHARED	((u64)1 << 47)

extern const struct cc_guest tdx_guest;
int tdx_mem_share(phys_addr_t base, u64 size);
int tdx_mem_unshare(phys_addr_t base, u64 size);
int tdx_mem_accept(phys_addr_t base, u64 size);
int tdx_hob_parse(const void *list, size_t size, struct memmap *map);

const struct measure_ops tdx_measure_ops;
u8 layout_work_area[4096] __aligned(4096);
u8 layout_launch_info0[8192] __aligned(4096), layout_launch_info1_end[1];
const struct cpu_ops *cpu_ops;

static struct tdcall_regs calls[CALLS];
static unsigned int call_count;
static u64 private_mask, shared_mask;

/* What TDCALLs of one leaf, or TDVMCALLs of one function, answer. */
static void (*answer)(struct tdcall_regs *r);

/* Registers by number that a mask exposes must be parameters or 0. */
static void check_exposed(const struct tdcall_regs *r)
{
	static const u8 parameters[][2] = {	/* function, highest of R12 to R15 */
		{ TDX_REASON_CPUID, 15 }, { TDX_REASON_HLT, 12 }, { TDX_REASON_IO, 15 },
		{ TDX_REASON_RDMSR, 12 }, { TDX_REASON_WRMSR, 13 },
		{ TDX_REASON_EPT_VIOLATION, 15 },
	};
	size_t i;

	assert_int_equal(r->r10, 0);
	if (r->r11 == TDVMCALL_REPORT_FATAL_ERROR)
		return;
	/* Nothing but R10 to R15. */
	assert_int_equal(r->rcx & ~0xfc00ull, 0);
	for (i = 0; i < ARRAY_SIZE(parameters); i++) {
		if (r->r11 == parameters[i][0])
			assert_true(r->rcx >> (parameters[i][1] + 1) == 0);
	}
}

u64 tdcall(struct tdcall_regs *r)
{
	assert_true(call_count < CALLS);
	calls[call_count++] = *r;
	if (r->rax == TDG_VP_VMCALL) {
		check_exposed(r);
		if (r->r11 == TDVMCALL_REPORT_FATAL_ERROR) {
			assert_true(mock_panic_expected);
			mock_panic_expected = false;
			longjmp(mock_panic_jmp, 1);
		}
	}
	r->rax = 0;
	answer(r);
	return r->rax;
}

void paging_set_masks(u64 private_bits, u64 shared_bits)
{
	private_mask = private_bits;
	shared_mask = shared_bits;
}

struct cpuid_regs mock_cpuid(u32 leaf, u32 subleaf)
{
	return (struct cpuid_regs){ leaf == 0x80000008 ? 0x3034 : leaf, subleaf, 0x11, 0x22 };
}

u64 mock_rdmsr(u32 msr)
{
	return msr + 1;
}

static u32 wrmsr_last;

void mock_wrmsr(u32 msr, u64 value __unused)
{
	wrmsr_last = msr;
}

static const void *used_data;
static u64 used_size;
static int used_rc;

int host_input_use(const struct host_input *input, const void *data, u64 size)
{
	assert_int_equal(input->pcr, 1);
	used_data = data;
	used_size = size;
	return used_rc;
}

/* --- answers ---------------------------------------------------------------- */

static u64 gpaw, attributes, td_ctls, rd_status, wr_status;

static void module(struct tdcall_regs *r)
{
	switch (r->rax = 0, calls[call_count - 1].rax) {
	case TDG_VP_INFO:
		r->rcx = gpaw;
		r->rdx = attributes;
		r->r8 = 4 | (u64)8 << 32;
		break;
	case TDG_VM_RD:
		r->r8 = td_ctls;
		r->rax = rd_status;
		break;
	case TDG_VM_WR:
		r->rax = r->rdx == TDX_FIELD_TD_CTLS ? wr_status : 0;
		break;
	}
}

static u64 host_status, host_value;

static void host(struct tdcall_regs *r)
{
	r->r10 = host_status;
	r->r11 = host_value;
}

static int setup(void **state)
{
	mock_log_reset();
	memset(layout_work_area, 0, sizeof(layout_work_area));
	layout_work_area[0] = 0x54;
	gpaw = GPAW;
	attributes = TDX_ATTR_SEPT_VE_DISABLE;
	td_ctls = TDX_PENDING_VE_DISABLE;
	rd_status = wr_status = host_status = host_value = 0;
	used_rc = 0;
	answer = module;
	call_count = 0;
	assert_true(tdx_guest.probe());
	call_count = 0;
	memset(&memmap, 0, sizeof(memmap));
	return 0;
}

static void install(void)
{
	tdx_guest.start();
	call_count = 0;
	answer = host;
}

/* --- probe and start -------------------------------------------------------- */

static void test_gpaw(void **state)
{
	static const u64 widths[] = { 40, 48, 52 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(widths); i++) {
		gpaw = widths[i];
		assert_true(tdx_guest.probe());
		assert_int_equal(private_mask, 0);
		assert_true(shared_mask == (u64)1 << (widths[i] - 1));
	}
	gpaw = 39;
	expect_panic(tdx_guest.probe());
	gpaw = 53;
	expect_panic(tdx_guest.probe());
}

static void test_other_machine(void **state)
{
	layout_work_area[0] = 0;
	assert_false(tdx_guest.probe());
	assert_int_equal(call_count, 0);
}

static void test_pending_ve(void **state)
{
	/* Off already: nothing to write but the notifications. */
	tdx_guest.start();
	assert_int_equal(call_count, 2);
	assert_true(calls[1].rdx == TDX_FIELD_NOTIFY_ENABLES);
	assert_int_equal(calls[1].r8, 0);

	/* On, and it can be switched off. */
	td_ctls = 0;
	call_count = 0;
	tdx_guest.start();
	assert_true(calls[1].rdx == TDX_FIELD_TD_CTLS);
	assert_int_equal(calls[1].r8, 1);

	/* On for good. */
	wr_status = (u64)0xc0000c03 << 32;
	expect_panic(tdx_guest.start());

	/* A module without the field: the attribute counts. */
	rd_status = (u64)0xc0000c00 << 32;
	tdx_guest.start();
	attributes = 0;
	tdx_guest.probe();
	expect_panic(tdx_guest.start());

	/* For debugging it is only said. */
	attributes = TDX_ATTR_DEBUG;
	tdx_guest.probe();
	tdx_guest.start();
	assert_true(mock_log_has("debugging"));
}

/* --- the firmware's own accesses --------------------------------------------- */

static void test_ops(void **state)
{
	install();
	host_value = 0x1122334455667788;
	assert_int_equal(cpu_ops->io_read(0x510, 2), 0x7788);
	assert_int_equal(calls[0].r12, 2);
	assert_int_equal(calls[0].r13, 0);
	assert_int_equal(calls[0].r14, 0x510);
	cpu_ops->io_write(0x80, 0x12345678, 1);
	assert_int_equal(calls[1].r15, 0x78);
	assert_true(cpu_ops->mmio_read(0xfee00000, 8) == host_value);
	assert_true(calls[2].r14 == (SHARED | 0xfee00000));
	cpu_ops->mmio_write(0xfec00000, 0xabcdef, 2);
	assert_int_equal(calls[3].r15, 0xcdef);
	host_status = TDVMCALL_OPERAND_INVALID;
	expect_panic(cpu_ops->io_read(0x510, 1));
	expect_panic(cpu_ops->mmio_write(0, 0, 4));
	expect_panic(cpu_ops->rdmsr(0x1b));
}

static void test_cpuid(void **state)
{
	struct cpuid_regs r;

	install();
	/* The module's. */
	assert_int_equal(cpu_ops->cpuid(1, 0).ecx, 0x11);
	assert_int_equal(cpu_ops->cpuid(7, 2).ecx, 0x11);
	assert_int_equal(call_count, 0);
	/* Addresses end at the shared bit. */
	assert_int_equal(cpu_ops->cpuid(0x80000008, 0).eax, 0x302f);
	/* The host's. */
	cpu_ops->cpuid(0x40000001, 0);
	assert_int_equal(call_count, 1);
	assert_int_equal(calls[0].r12, 0x40000001);
	/* Nobody's. */
	r = cpu_ops->cpuid(0xb, 0);
	assert_int_equal(r.eax | r.ebx | r.ecx | r.edx, 0);
	r = cpu_ops->cpuid(7, 3);
	assert_int_equal(r.eax | r.ebx | r.ecx | r.edx, 0);
	assert_int_equal(call_count, 1);
}

static void test_msr(void **state)
{
	install();
	host_value = 77;
	assert_int_equal(cpu_ops->rdmsr(0x277), 0x278);
	assert_int_equal(call_count, 0);
	assert_int_equal(cpu_ops->rdmsr(0x802), 77);
	cpu_ops->wrmsr(0xc0000100, 1);
	assert_int_equal(wrmsr_last, 0xc0000100);
	cpu_ops->wrmsr(0x830, 5);
	assert_int_equal(calls[1].r13, 5);
}

/* --- MapGPA ------------------------------------------------------------------- */

static u64 map_step, map_rounds;

/* Gets @map_step bytes done, and wants to be asked again. */
static void map_slowly(struct tdcall_regs *r)
{
	if (calls[call_count - 1].rax != TDG_VP_VMCALL)
		return;
	r->r10 = TDVMCALL_SUCCESS;
	if (map_rounds && map_rounds--) {
		r->r10 = TDVMCALL_RETRY;
		r->r11 = r->r12 + map_step;
	}
}

static void test_map_progress(void **state)
{
	unsigned int i;

	answer = map_slowly;
	map_step = 0x1000;
	map_rounds = 20;
	assert_int_equal(tdx_mem_share(0x800000, 0x20000), 0);
	assert_int_equal(call_count, 21);
	for (i = 0; i < call_count; i++) {
		assert_true(calls[i].r12 == (SHARED | 0x800000) + i * 0x1000);
		assert_true(calls[i].r13 == 0x20000 - i * 0x1000);
	}
}

static void test_map_no_progress(void **state)
{
	answer = map_slowly;
	map_step = 0;
	map_rounds = ~(u64)0;
	assert_int_equal(tdx_mem_share(0x800000, 0x2000), -EIO);
	assert_int_equal(call_count, 16);
	assert_int_equal(mock_log_errors(), 1);
}

static void test_map_bad_answers(void **state)
{
	static const u64 steps[] = { 0x2000, 0x100000, (u64)-0x1000, 0x800 };
	size_t i;

	answer = map_slowly;
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		map_step = steps[i];
		map_rounds = 1;
		call_count = 0;
		mock_log_reset();
		assert_int_equal(tdx_mem_share(0x800000, 0x2000), -EIO);
		assert_int_equal(call_count, 1);
		assert_int_equal(mock_log_errors(), 1);
	}
}

static void test_unshare(void **state)
{
	answer = map_slowly;
	map_step = 0x1000;
	map_rounds = 1;
	assert_int_equal(tdx_mem_unshare(0x800000, 0x2000), 0);
	/* Two requests, then each page once. */
	assert_int_equal(call_count, 4);
	assert_true(calls[0].r12 == 0x800000);
	assert_int_equal(calls[2].rax, TDG_MEM_PAGE_ACCEPT);
	assert_int_equal(calls[2].rcx, 0x800000);
	assert_int_equal(calls[3].rcx, 0x801000);
}

/* --- acceptance ----------------------------------------------------------------- */

static u64 accept_large, accept_small;
static unsigned int busy;
static unsigned int larges, smalls;

static void accept(struct tdcall_regs *r)
{
	call_count = 0;
	if (busy && busy--) {
		r->rax = (u64)TDX_OPERAND_BUSY << 32 | 1;
		return;
	}
	if (r->rcx & 7)
		larges++;
	else
		smalls++;
	r->rax = r->rcx & 7 ? accept_large : accept_small;
}

static int accept_counted(phys_addr_t base, u64 size)
{
	answer = accept;
	larges = smalls = 0;
	return tdx_mem_accept(base, size);
}

static void test_accept(void **state)
{
	accept_large = accept_small = 0;
	busy = 3;
	assert_int_equal(accept_counted(0x1ff000, 0x402000), 0);
	assert_int_equal(larges, 2);
	assert_int_equal(smalls, 2);

	/* Small pages at the host: one try for each 2 MiB, whatever the level in it. */
	accept_large = (u64)TDX_PAGE_SIZE_MISMATCH << 32 | 7;
	assert_int_equal(accept_counted(0x200000, 0x400000), 0);
	assert_int_equal(larges, 2);
	assert_int_equal(smalls, 1024);

	accept_large = (u64)0xc0000100 << 32 | 1;
	assert_int_equal(accept_counted(0x200000, 0x400000), -EIO);
	assert_int_equal(smalls, 0);
	accept_small = (u64)0xc0000101 << 32;
	assert_int_equal(accept_counted(0x1000, 0x2000), -EIO);
	assert_int_equal(smalls, 1);
}

static void test_accept_twice(void **state)
{
	accept_large = accept_small = (u64)TDX_PAGE_ALREADY_ACCEPTED << 32 | 1;
	expect_panic(accept_counted(0x200000, 0x200000));
	assert_int_equal(larges, 1);
	expect_panic(accept_counted(0x1000, 0x1000));
}

/* --- TD HOB ------------------------------------------------------------------- */

static u8 list[512] __aligned(8);
static size_t list_len;

static void add(u16 type, u16 length, const void *data, size_t size)
{
	struct hob_header h = { cpu_to_le16(type), cpu_to_le16(length), cpu_to_le32(0) };

	memset(list + list_len, 0, MAX((size_t)length, sizeof(h)));
	memcpy(list + list_len, &h, sizeof(h));
	if (size)
		memcpy(list + list_len + sizeof(h), data, size);
	list_len += length;
}

static void add_ram(u32 type, u64 base, u64 size)
{
	struct hob_resource r = {
		.type = cpu_to_le32(type), .base = cpu_to_le64(base), .size = cpu_to_le64(size),
	};

	add(HOB_RESOURCE, sizeof(r), (const u8 *)&r + sizeof(r.header),
	    sizeof(r) - sizeof(r.header));
}

static void begin(void)
{
	list_len = 0;
	memset(&memmap, 0, sizeof(memmap));
	used_data = NULL;
	mock_log_reset();
	add(HOB_HANDOFF, sizeof(struct hob_handoff), NULL, 0);
}

static int parse(bool end)
{
	if (end)
		add(HOB_END, 8, NULL, 0);
	return tdx_hob_parse(list, list_len, &memmap);
}

static void test_hob(void **state)
{
	begin();
	add_ram(HOB_RESOURCE_UNACCEPTED, 0, 0x800000);
	add_ram(HOB_RESOURCE_SYSTEM_MEMORY, 0x800000, 0x100000);
	add_ram(1, 0xfec00000, 0x1000);
	add_ram(HOB_RESOURCE_UNACCEPTED, 0x100000000, 0x40000000);
	assert_int_equal(parse(true), 0);
	assert_ptr_equal(used_data, list);
	assert_int_equal(used_size, list_len - 8);
	assert_true(memmap_has_type(&memmap, 0, 0x900000, MEM_CONVENTIONAL));
	assert_false(memmap_has_type(&memmap, 0xfec00000, 1, MEM_CONVENTIONAL));
	assert_true(memmap_has_type(&memmap, 0x100000000, 0x40000000, MEM_CONVENTIONAL));
}

/* Refused before a byte is measured. */
static void test_hob_structure(void **state)
{
	begin();
	assert_int_equal(parse(false), -EBADMSG);
	begin();
	add(HOB_RESOURCE, 56, NULL, 0);
	assert_int_equal(parse(true), -EBADMSG);
	begin();
	add(4, 0, NULL, 0);
	assert_int_equal(tdx_hob_parse(list, list_len + 16, &memmap), -EBADMSG);
	begin();
	add(4, 12, NULL, 0);
	assert_int_equal(parse(true), -EBADMSG);
	begin();
	add(4, 256, NULL, 0);
	assert_int_equal(tdx_hob_parse(list, 100, &memmap), -EBADMSG);
	begin();
	add(HOB_HANDOFF, sizeof(struct hob_handoff), NULL, 0);
	assert_int_equal(parse(true), -EBADMSG);
	assert_null(used_data);
	list_len = 0;
	assert_int_equal(parse(true), -EBADMSG);
	assert_int_equal(mock_log_errors(), 2);
}

static void test_hob_meaning(void **state)
{
	static const struct {
		u32 type;
		u64 base, size;
	} bad[] = {
		{ 7, 0x1000, 0 }, { 7, 0x800, 0x1000 }, { 7, 0x1000, 0x1800 },
		{ 7, SHARED, 0x1000 }, { 7, SHARED - 0x1000, 0x2000 },
		{ 7, 0x1000, ~(u64)0xfff }, { 8, 0x1000, 0x1000 }, { 0, 0x400000, 0x1000 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		begin();
		add_ram(7, 0x400000, 0x400000);
		add_ram(bad[i].type, bad[i].base, bad[i].size);
		assert_int_not_equal(parse(true), 0);
		assert_non_null(used_data);
		assert_int_equal(mock_log_errors(), 1);
	}
	begin();
	used_rc = -EIO;
	add_ram(7, 0x400000, 0x400000);
	assert_int_equal(parse(true), -EIO);
	assert_int_equal(memmap.count, 0);
}

int tdx_run_on_all(void (*fn)(void *arg), void *arg)
{
	fn(arg);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_gpaw, setup),
		cmocka_unit_test_setup(test_other_machine, setup),
		cmocka_unit_test_setup(test_pending_ve, setup),
		cmocka_unit_test_setup(test_ops, setup),
		cmocka_unit_test_setup(test_cpuid, setup),
		cmocka_unit_test_setup(test_msr, setup),
		cmocka_unit_test_setup(test_map_progress, setup),
		cmocka_unit_test_setup(test_map_no_progress, setup),
		cmocka_unit_test_setup(test_map_bad_answers, setup),
		cmocka_unit_test_setup(test_unshare, setup),
		cmocka_unit_test_setup(test_accept, setup),
		cmocka_unit_test_setup(test_accept_twice, setup),
		cmocka_unit_test_setup(test_hob, setup),
		cmocka_unit_test_setup(test_hob_structure, setup),
		cmocka_unit_test_setup(test_hob_meaning, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
