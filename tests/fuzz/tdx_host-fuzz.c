/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * A host that answers MapGPA as it likes: what is asked for always lies in the
 * range, begins where the host said that it had got to, and there is an end.
 */
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <fw/memmap.h>
#include <spec/tdx.h>

#include "support.h"
#include "tdx.h"

#define SHARED	((u64)1 << 47)
#define BASE	(SHARED | 0x800000)
#define LENGTH	0x10000

static const uint8_t *input;
static size_t left;
static u64 expected;
static unsigned int calls;

u64 tdx_shared(phys_addr_t addr)
{
	return addr | SHARED;
}

void tdx_terminate(const char *why)
{
	mock_fail("ends: %s", why);
}

u64 tdcall(struct tdcall_regs *r)
{
	u8 answer[9];

	if (r->r12 != expected || r->r12 + r->r13 != BASE + LENGTH || r->r13 == 0)
		mock_fail("MapGPA of %llx bytes at %llx", (unsigned long long)r->r13,
			  (unsigned long long)r->r12);
	if (++calls > 16 * (LENGTH / 0x1000 + 1))
		mock_fail("no end");
	memset(answer, 0, sizeof(answer));
	memcpy(answer, input, left < sizeof(answer) ? left : sizeof(answer));
	input += left < sizeof(answer) ? left : sizeof(answer);
	left -= left < sizeof(answer) ? left : sizeof(answer);
	r->rax = 0;
	r->r10 = answer[0] & 1 ? TDVMCALL_RETRY : answer[0] & 2 ? TDVMCALL_OPERAND_INVALID : 0;
	memcpy(&r->r11, answer + 1, sizeof(r->r11));
	/* Mostly near the range. */
	if (answer[0] & 0xfc)
		r->r11 = BASE + (r->r11 & 0x1f) * 0x1000;
	expected = r->r11;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	input = data;
	left = size;
	expected = BASE;
	calls = 0;
	tdx_mem_share(0x800000, LENGTH);
	return 0;
}
