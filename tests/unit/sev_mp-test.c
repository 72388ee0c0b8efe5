/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* cc/sev/mp.c: the test is the host and runs the processors that it is given. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <asm/cpu.h>
#include <asm/pvalidate.h>
#include <fw/alloc.h>
#include <fw/errno.h>
#include <fw/fw_cfg.h>
#include <fw/string.h>
#include <spec/vmsa.h>

#include "sev.h"
#include "support.h"

#define AREA_BASE	0x10000000
#define AREA_SIZE	MiB(2)
#define HELPER_SIZE	0x4000
#define CPUS_MAX	300

static union {
	struct ghcb page;
	u8 bytes[4096];
} shared;
static struct ghcb_channel channel = { .page = &shared.page, .version = 2 };
static struct sev_work work = { .status = 0x287 };

/* The machine: which pages are registers, and which processor has which. */
static bool is_state[AREA_SIZE / PAGE_SIZE];
static u64 state_of[CPUS_MAX];
static unsigned int created, destroyed, refused, allocated, freed, runs;
static u16 cpus;
static int cpus_rc;
static u64 msr, features;
static bool no_memory, stuck;

/* The host's behaviour. */
static bool (*host_takes)(u32 id);
static void (*when_created)(u32 id);
static void (*when_destroyed)(u32 id);

struct ghcb_channel *sev_channel(void) { return &channel; }
const struct sev_work *sev_work(void) { return &work; }
bool sev_is_es(void) { return true; }
void sev_terminate(unsigned int reason __unused) { mock_halt(); }
u64 mock_read_cr(unsigned int cr) { return cr == 3 ? 0x80d000 : 0x620; }
void mock_wrmsr(u32 number, u64 value) { assert_int_equal(number, MSR_GHCB); msr = value; }
u64 mock_rdmsr(u32 number) { assert_int_equal(number, MSR_GHCB); return msr; }
unsigned int mock_pvalidate(u64 addr __unused, bool large __unused, bool validate __unused)
{
	mock_fail("PVALIDATE");
}

int fw_cfg_read_u16(const struct host_input *input, u16 *value)
{
	assert_string_equal(input->name, "processors to accept RAM with");
	*value = cpus;
	return cpus_rc;
}

int page_alloc(enum mem_type type, u64 size, u64 align, phys_addr_t max, phys_addr_t *base)
{
	assert_int_equal(type, MEM_BOOT_DATA);
	assert_int_equal(align, HELPER_SIZE);
	assert_true(max == PHYS_MAX_32 && size <= AREA_SIZE);
	if (no_memory)
		return -ENOMEM;
	allocated++;
	*base = AREA_BASE;
	return 0;
}

void page_free(phys_addr_t base, u64 size)
{
	size_t i;

	assert_int_equal(base, AREA_BASE);
	/* Memory that is given back is nobody's registers, and nobody runs. */
	for (i = 0; i < size / PAGE_SIZE; i++)
		assert_false(is_state[i]);
	freed++;
}

unsigned int mock_rmpadjust(u64 addr, u64 attrs)
{
	size_t page = (addr - AREA_BASE) / PAGE_SIZE;

	assert_true(addr >= AREA_BASE && page < ARRAY_SIZE(is_state));
	/* Never a right for the level that is named, but the state. */
	assert_int_equal(attrs & ~PAGE_ATTR_STATE, PAGE_ATTR_LEVEL(1));
	assert_false(IS_ALIGNED(addr, MiB(2)));
	if (stuck && !(attrs & PAGE_ATTR_STATE))
		return 3;
	is_state[page] = attrs & PAGE_ATTR_STATE;
	return PAGE_OP_OK;
}

/* --- processors --- */

static bool on_helper;
static jmp_buf helper_end;

void mock_halt(void)
{
	if (on_helper)
		longjmp(helper_end, 1);
	assert_true(mock_panic_expected);
	mock_panic_expected = false;
	longjmp(mock_panic_jmp, 1);
}

static void run(u32 id)
{
	const struct snp_vmsa *v = (const void *)(uintptr_t)state_of[id];
	void (*entry)(u64 rdi);

	assert_true(is_state[((uintptr_t)v - AREA_BASE) / PAGE_SIZE]);
	entry = (void (*)(u64))(uintptr_t)le64_to_cpu(v->rip);
	on_helper = true;
	if (!setjmp(helper_end)) {
		entry(le64_to_cpu(v->rdi));
		mock_fail("processor %u returned", id);
	}
	on_helper = false;
}

static void nothing(u32 id __unused) { }
static bool takes_all(u32 id) { return id < cpus; }

/* What VMRUN and KVM ask of a state. */
static void check_state(u64 addr)
{
	const struct snp_vmsa *v = (const void *)(uintptr_t)addr;

	assert_true(is_state[(addr - AREA_BASE) / PAGE_SIZE]);
	assert_true(le64_to_cpu(v->efer) & VMSA_EFER_SVME);
	assert_int_equal(le64_to_cpu(v->efer), 0x1d00);
	assert_int_equal(le64_to_cpu(v->cr0) & 0x80000001, 0x80000001);
	assert_int_equal(le64_to_cpu(v->cr3), 0x80d000);
	assert_int_equal(le64_to_cpu(v->cr4), 0x620);
	assert_int_equal(le64_to_cpu(v->xcr0), 1);
	assert_int_equal(le64_to_cpu(v->rflags), 2);
	assert_int_equal(le64_to_cpu(v->sev_features), work.status >> 2);
	assert_int_equal(le64_to_cpu(v->g_pat) & 0xff, 6);
	assert_int_equal(le16_to_cpu(v->cs.attributes), 0x29b);
	assert_int_equal(le32_to_cpu(v->idtr.limit), 0);
	/* Below it is its own stack, aligned as at a function's first instruction. */
	assert_int_equal(le64_to_cpu(v->rsp), addr - 8);
	assert_int_equal(addr % HELPER_SIZE, HELPER_SIZE - PAGE_SIZE);
}

static u32 reply;
static void ap_creation(void)
{
	u64 info1 = le64_to_cpu(shared.page.exit_info1), page = le64_to_cpu(shared.page.exit_info2);
	u32 id = (u32)(info1 >> 32), operation = (u32)info1;

	assert_true(id > 0 && id < CPUS_MAX);
	shared.page.exit_info1 = cpu_to_le64(0);
	shared.page.exit_info2 = cpu_to_le64(0);
	if (!host_takes(id)) {
		shared.page.exit_info1 = cpu_to_le64(reply);
		/* With an answer that is allowed for each kind. */
		shared.page.exit_info2 = cpu_to_le64(reply == GHCB_INJECT ? 0x80000b0d : 5);
		refused += operation == AP_CREATE;
		return;
	}
	if (operation == AP_DESTROY) {
		destroyed++;
		when_destroyed(id);
		return;
	}
	assert_int_equal(operation, AP_CREATE);
	assert_int_equal(le64_to_cpu(shared.page.rax), work.status >> 2);
	check_state(page);
	state_of[id] = page;
	created++;
	when_created(id);
}

void mock_vmgexit(void)
{
	if (msr == GHCB_MSR_FEATURES_REQ) {
		msr = features << 12 | GHCB_MSR_FEATURES;
		return;
	}
	assert_int_equal(msr, (u64)(uintptr_t)&shared);
	assert_int_equal(le64_to_cpu(shared.page.exit_code), EXIT_AP_CREATION);
	ap_creation();
}

/* --- the job --- */

static void count_runs(void *arg)
{
	assert_ptr_equal(arg, &runs);
	runs++;
}

static int setup(void **state)
{
	memset(&shared, 0, sizeof(shared));
	memset(is_state, 0, sizeof(is_state));
	channel.busy = false;
	created = destroyed = refused = allocated = freed = runs = 0;
	cpus = 4;
	cpus_rc = 0;
	features = GHCB_FEATURE_SNP | GHCB_FEATURE_AP_CREATION;
	no_memory = stuck = on_helper = false;
	reply = GHCB_BAD_INPUT;
	host_takes = takes_all;
	when_created = run;
	when_destroyed = nothing;
	mock_ram(AREA_BASE, AREA_SIZE);
	mock_log_reset();
	return 0;
}

static void test_each_runs_once(void **state)
{
	assert_int_equal(sev_run_on_all(count_runs, &runs), 0);
	assert_int_equal(runs, 4);
	assert_int_equal(created, 3);
	assert_int_equal(destroyed, 3);
	assert_true(allocated == 1 && freed == 1);
	/* And again. */
	assert_int_equal(sev_run_on_all(count_runs, &runs), 0);
	assert_int_equal(runs, 8);
	assert_int_equal(destroyed, 6);
}

static void test_alone(void **state)
{
	cpus = 1;
	assert_int_equal(sev_run_on_all(count_runs, &runs), 0);
	cpus = 0;
	assert_int_equal(sev_run_on_all(count_runs, &runs), 0);
	cpus = 4;
	features = GHCB_FEATURE_SNP;
	assert_int_equal(sev_run_on_all(count_runs, &runs), 0);
	features |= GHCB_FEATURE_AP_CREATION;
	no_memory = true;
	assert_int_equal(sev_run_on_all(count_runs, &runs), 0);
	assert_int_equal(runs, 4);
	assert_int_equal(created + allocated, 0);
	cpus_rc = -EIO;
	assert_int_equal(sev_run_on_all(count_runs, &runs), -EIO);
	assert_int_equal(runs, 4);
}

static void test_number_is_bounded(void **state)
{
	cpus = 0xffff;
	assert_int_equal(sev_run_on_all(count_runs, &runs), 0);
	assert_int_equal(runs, 64);
	assert_int_equal(destroyed, 63);
}

/* Numbers with gaps: three threads in each core, four numbers. */
static bool takes_three_of_four(u32 id) { return id % 4 != 3 && id < 8; }
static bool takes_none(u32 id __unused) { return false; }

static void test_refusals(void **state)
{
	cpus = 6;
	host_takes = takes_three_of_four;
	assert_int_equal(sev_run_on_all(count_runs, &runs), 0);
	assert_int_equal(runs, 6);
	assert_int_equal(refused, 1);
	/* None at all, with either answer that says so: bounded. */
	host_takes = takes_none;
	assert_int_equal(sev_run_on_all(count_runs, &runs), 0);
	assert_int_equal(runs, 7);
	assert_true(refused <= 1 + 4 * 6);
	reply = GHCB_INJECT;
	assert_int_equal(sev_run_on_all(count_runs, &runs), 0);
	assert_int_equal(runs, 8);
	assert_int_equal(freed, 3);
	/* No answer that there is. */
	reply = 3;
	expect_panic((void)sev_run_on_all(count_runs, &runs));
}

/* A host that takes the state, and does not run it, or only when all is over. */
static void test_never_run(void **state)
{
	when_created = nothing;
	assert_int_equal(sev_run_on_all(count_runs, &runs), 0);
	assert_int_equal(runs, 1);
	assert_true(destroyed == 3 && freed == 1);
}

static void test_run_too_late(void **state)
{
	when_created = nothing;
	when_destroyed = run;
	assert_int_equal(sev_run_on_all(count_runs, &runs), 0);
	assert_int_equal(runs, 1);
	assert_int_equal(freed, 1);
}

/* In the middle of its part the host stops a processor for good. */
static void leave(void *arg __unused)
{
	runs++;
	if (on_helper && runs == 2)
		longjmp(helper_end, 1);
}

static void test_stopped_half_way(void **state)
{
	expect_panic((void)sev_run_on_all(leave, &runs));
	assert_string_equal(mock_panic_message(), "1 of 3 processors did not come back");
	assert_int_equal(freed, 0);
	assert_int_equal(destroyed, 0);
}

/* The host goes on running it, so that its page cannot be taken back. */
static void test_does_not_end(void **state)
{
	stuck = true;
	expect_panic((void)sev_run_on_all(count_runs, &runs));
	assert_string_equal(mock_panic_message(), "processor 3 does not end");
	assert_int_equal(freed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_each_runs_once, setup),
		cmocka_unit_test_setup(test_alone, setup),
		cmocka_unit_test_setup(test_number_is_bounded, setup),
		cmocka_unit_test_setup(test_refusals, setup),
		cmocka_unit_test_setup(test_never_run, setup),
		cmocka_unit_test_setup(test_run_too_late, setup),
		cmocka_unit_test_setup(test_stopped_half_way, setup),
		cmocka_unit_test_setup(test_does_not_end, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
