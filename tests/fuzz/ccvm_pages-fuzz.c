/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Fuzz target: sequences of a guest's and a host's operations on page states.
 * Each 11 bytes are one: which, a page, an operand. Whatever happens, a 2 MiB
 * entry is uniform, and only a page that was validated or accepted since it
 * last became private can be used.
 */
#include <string.h>

#include "rmp.h"
#include "sept.h"
#include "support.h"

#include <fw/byteorder.h>

#define PAGES	(3 * 512 + 7)

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

static u16 rmp_entries[PAGES];
static u8 sept_entries[PAGES];
static struct rmp rmp = { .entry = rmp_entries, .pages = PAGES };
static struct sept sept = { .entry = sept_entries, .pages = PAGES, .gpaw = 40 };

static void rmp_step(u8 op, u64 gfn, u64 operand)
{
	struct rmp_new new = { operand & 1, operand >> 1 & 1, operand >> 2 & 1 };
	struct rmp_effect effect;
	struct rmp_result r;
	u64 rcx = 0, rdx = operand;

	switch (op % 7) {
	case 0:
		rmp_pvalidate(&rmp, gfn, (u32)operand, (u32)(operand >> 32), &r);
		break;
	case 1:
		rmp_adjust(&rmp, gfn, operand >> 32, operand & 0xffffffff, operand >> 62, &r);
		break;
	case 2:
		rmp_query(&rmp, gfn, &rcx, &rdx, operand >> 62, &r);
		break;
	case 3:
		rmp_update(&rmp, gfn, &new, &effect);
		break;
	case 4:
		rmp_psmash(&rmp, gfn);
		break;
	case 5:
		rmp_set_private(&rmp, gfn, operand & 1, &effect);
		break;
	default:
		rmp_set_shared(&rmp, gfn, operand & 1, &effect);
	}
}

static void sept_step(u8 op, u64 gfn, u64 operand)
{
	struct sept_map_gpa call = { .gpa = gfn << 12 | (operand & 1) << 39,
				     .size = operand >> 20 & ~0xfffull, .budget = operand & 0xff };
	struct sept_effect effect;
	struct sept_result r;

	switch (op % 7) {
	case 0:
		sept_accept(&sept, gfn << 12 | operand, &r);
		break;
	case 1:
		sept_aug(&sept, gfn, operand & 3);
		break;
	case 2:
		sept_demote(&sept, gfn);
		break;
	case 3:
		sept_block(&sept, gfn, &effect);
		break;
	case 4:
		sept_unblock(&sept, gfn, &effect);
		break;
	case 5:
		sept_remove(&sept, gfn);
		break;
	default:
		sept_map_gpa(&sept, &call);
	}
}

static void check(void)
{
	u64 i;

	for (i = 0; i < PAGES; i++) {
		if (rmp_size_2m(&rmp, i) && rmp_entries[i] != rmp_entries[i & ~511ull])
			mock_fail("2 MiB entry of the RMP is not uniform");
		if (sept_level(&sept, i) == SEPT_2M && sept_entries[i] != sept_entries[i & ~511ull])
			mock_fail("2 MiB entry of the SEPT is not uniform");
		if (rmp_check(&rmp, i, true, RMP_READ, 0) == RMP_OK &&
		    rmp_check(&rmp, i, false, RMP_READ, 0) == RMP_OK)
			mock_fail("page is private and shared");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	u64 gfn, operand;

	memset(rmp_entries, 0, sizeof(rmp_entries));
	memset(sept_entries, 0, sizeof(sept_entries));
	for (; size >= 11; input += 11, size -= 11) {
		/* Mostly pages of the table, sometimes any. */
		gfn = get_le16(input + 1) % (PAGES + 3);
		operand = get_le64(input + 3);
		if (input[0] & 0x80)
			gfn &= ~511ull;
		if (input[0] & 0x40)
			sept_step(input[0] & 0x3f, gfn, operand);
		else
			rmp_step(input[0] & 0x3f, gfn, operand);
	}
	check();
	return 0;
}
