/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * A host that answers in the GHCB and its MSR as it likes: cc/sev/ghcb.c and
 * page_state.c go on only with an answer that the protocol has, ask for nothing but
 * what they were told, and come to an end.
 *
 * Input: the operation, then for each exit a record of struct reply; the last one stands
 * for all that follow, and what is missing of it is 0 (tests/fuzz/sev-seeds.py).
 */
#include <setjmp.h>
#include <stdint.h>

#include <asm/cpu.h>
#include <asm/paging.h>
#include <asm/pvalidate.h>
#include <fw/errno.h>
#include <fw/memmap.h>
#include <fw/string.h>

#include "cpuid.h"
#include "sev.h"
#include "support.h"

/* Two batches: small pages, more large ones than one holds, a small page. */
#define BASE	(MiB(4) - 2 * PAGE_SIZE)
#define LENGTH	(MiB(2) * 256 + 3 * PAGE_SIZE)
#define ENTRIES	259

enum { NEGOTIATE, MSR_PAGE, REGISTER, FEATURES, CALL, UNSHARE, SHARE, ACCEPT, OPERATIONS };

struct reply {
	u64 msr, info1, info2;
	u64 valid[2];
	u16 current, end;
	u32 reserved;
	u32 flags;
} __packed;

/* Flags: what is left as an honest host would have it. */
#define HONEST_MSR	1
#define HONEST_PSC	2
#define HONEST_INFO	4
#define ALL_VALID	8

static union {
	struct ghcb page;
	u8 bytes[4096];
} shared;
static struct ghcb_channel channel = { .page = &shared.page, .version = 2 };

static const uint8_t *input;
static size_t left;
static u64 msr;
static unsigned int exits, pages, results;
static struct reply record, last;
static u16 asked_end;

bool sev_is_snp(void) { return true; }
bool sev_is_es(void) { return true; }
struct ghcb_channel *sev_channel(void) { return &channel; }
void sev_terminate(unsigned int reason __unused) { mock_halt(); }
void mock_wrmsr(u32 number __unused, u64 value) { msr = value; }
u64 mock_rdmsr(u32 number __unused) { return msr; }
unsigned int mock_rmpadjust(u64 addr __unused, u64 attrs __unused) { return 0; }
int paging_map(phys_addr_t base __unused, u64 size __unused, u64 prot __unused) { return 0; }
struct cpuid_regs sev_cpuid(u32 leaf __unused, u32 subleaf __unused)
{
	return (struct cpuid_regs) { .ebx = 1u << 31 };
}

static void take(void *to, size_t size)
{
	size_t n = MIN(size, left);

	memset(to, 0, size);
	memcpy(to, input, n);
	input += n;
	left -= n;
}

/* Every page of the range at most once, and no other; now and then made of small ones. */
unsigned int mock_pvalidate(u64 addr, bool large, bool validate __unused)
{
	u64 size = large ? MiB(2) : PAGE_SIZE;

	if (addr < BASE || addr + size > BASE + LENGTH || !IS_ALIGNED(addr, size))
		mock_fail("PVALIDATE of %llx", (unsigned long long)addr);
	if (large && addr & results << 21)
		return PAGE_OP_SIZE_MISMATCH;
	pages += (unsigned int)(size / PAGE_SIZE);
	return PAGE_OP_OK;
}

static struct psc_buffer *psc(void)
{
	return (struct psc_buffer *)(void *)shared.page.buffer;
}

/* What is asked for; the entries are in the host's reach, so only their place counts. */
static void check_batch(void)
{
	if (le64_to_cpu(shared.page.scratch) != (uintptr_t)shared.page.buffer)
		mock_fail("scratch");
	if (exits > 2 * 4096 + 2)
		mock_fail("no end");
	/* That the host may stop half way is all that may be wrong with its last answer. */
	if ((u32)last.info1 != 0 || last.info2 != 0 || last.reserved != 0)
		mock_fail("goes on after info1 %llx info2 %llx", (unsigned long long)last.info1,
			  (unsigned long long)last.info2);
	if (last.current != asked_end + 1 && le16_to_cpu(psc()->current) != last.current)
		mock_fail("goes on after %u of %u", last.current, asked_end);
	asked_end = le16_to_cpu(psc()->end);
	if (asked_end >= PSC_ENTRIES_MAX)
		mock_fail("%u entries", asked_end + 1u);
}

void mock_vmgexit(void)
{
	bool paged = msr == (u64)(uintptr_t)&shared;
	bool batch = paged && le64_to_cpu(shared.page.exit_code) == EXIT_PAGE_STATE;

	exits++;
	if (batch)
		check_batch();
	if (left > 0)
		take(&record, sizeof(record));
	last = record;
	if (!(last.flags & HONEST_MSR))
		msr = last.msr;
	else if (!paged)
		msr = (last.msr & ~GHCB_MSR_INFO) | ((msr + 1) & GHCB_MSR_INFO);
	memset(shared.page.valid, last.flags & ALL_VALID ? 0xff : 0, sizeof(shared.page.valid));
	if (!(last.flags & ALL_VALID))
		memcpy(shared.page.valid, last.valid, sizeof(last.valid));
	if (last.flags & HONEST_INFO)
		last.info1 = last.info2 = 0;
	shared.page.exit_info1 = cpu_to_le64(last.info1);
	shared.page.exit_info2 = cpu_to_le64(last.info2);
	if (!batch)
		return;
	if (last.flags & HONEST_PSC) {
		last.current = asked_end + 1;
		last.end = asked_end;
		last.reserved = 0;
	}
	psc()->current = cpu_to_le16(last.current);
	psc()->end = cpu_to_le16(last.end);
	psc()->reserved = cpu_to_le32(last.reserved);
}

/* The last answer must have been one with which the page states are what was asked for. */
static void check_done(bool validated)
{
	if ((u32)last.info1 != 0 || last.info2 != 0 || last.current != asked_end + 1 ||
	    last.end != asked_end || last.reserved != 0)
		mock_fail("goes on after info1 %llx info2 %llx, %u of %u",
			  (unsigned long long)last.info1, (unsigned long long)last.info2,
			  last.current, last.end);
	if (validated && pages != LENGTH / PAGE_SIZE)
		mock_fail("%u pages", pages);
}

static void check_call(u8 flags)
{
	struct ghcb_request r = {
		.code = EXIT_CPUID,
		.in = GHCB_RAX | GHCB_RCX | (flags & 1 ? GHCB_MAY_FAIL : 0),
		.out = GHCB_RAX | GHCB_RBX | GHCB_RCX | GHCB_RDX,
	};
	unsigned int rc = ghcb_call(&channel, &r);

	if (rc == 0 && ((u32)last.info1 != 0 || (!(last.flags & ALL_VALID) &&
						 !(last.valid[0] >> 63))))
		mock_fail("an answer without RAX");
	if (rc == GHCB_REFUSED ? !(flags & 1) : rc != 0 && rc != 6 && rc != 13)
		mock_fail("result %u", rc);
	if (channel.busy || shared.page.valid[0] != 0)
		mock_fail("not closed");
}

static void run(u8 operation)
{
	u16 version;

	switch (operation % OPERATIONS) {
	case NEGOTIATE:
		version = ghcb_negotiate(GHCB_VERSION_SNP);
		if (version != GHCB_VERSION_MAX)
			mock_fail("version %u", version);
		break;
	case MSR_PAGE:
		ghcb_msr_page_state(0x807000, PSC_SHARED);
		if (msr != GHCB_MSR_PSC)
			mock_fail("page state");
		break;
	case REGISTER:
		ghcb_msr_register(0x807000);
		if (msr != (0x807000 | GHCB_MSR_REGISTER))
			mock_fail("register");
		break;
	case FEATURES:
		if (ghcb_msr_features() != msr >> 12)
			mock_fail("features");
		break;
	case CALL:
		check_call(operation / OPERATIONS);
		break;
	case UNSHARE:
		if (sev_unshare(BASE, LENGTH) == 0)
			check_done(true);
		break;
	case SHARE:
		if (sev_share(BASE, LENGTH) == 0)
			check_done(true);
		break;
	case ACCEPT:
		if (sev_accept_begin(BASE, LENGTH) == 0)
			check_done(false);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	u8 operation;

	input = data;
	left = size;
	take(&operation, sizeof(operation));
	memset(&shared, 0, sizeof(shared));
	memset(&record, 0, sizeof(record));
	memset(&last, 0, sizeof(last));
	msr = exits = pages = 0;
	/* As if a batch were done before the first. */
	asked_end = 0;
	last.current = 1;
	results = operation / OPERATIONS;
	channel.busy = false;
	sev_page_state_init();
	mock_panic_expected = true;
	if (!setjmp(mock_panic_jmp))
		run(operation);
	mock_panic_expected = false;
	return 0;
}
