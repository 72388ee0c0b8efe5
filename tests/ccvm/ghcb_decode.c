/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * What a GHCB page says: which fields are valid, and which its event needs. Pure.
 * Document: GHCB specification (AMD 56421), sections 2.6 and 4.1.
 */
#include <fw/byteorder.h>
#include <fw/string.h>

#include "ghcb.h"
#include "svm.h"

#define LEAF_XSAVE	0xd

static const struct {
	u32 field, need;
} known[] = {
	{ GHCB_RAX, NEED_RAX }, { GHCB_RBX, NEED_RBX }, { GHCB_RCX, NEED_RCX },
	{ GHCB_RDX, NEED_RDX }, { GHCB_CPL, NEED_CPL }, { GHCB_XCR0, NEED_XCR0 },
	{ GHCB_XSS, NEED_XSS }, { GHCB_SCRATCH, NEED_SCRATCH }, { GHCB_EXITCODE, NEED_CODE },
	{ GHCB_EXITINFO1, NEED_INFO1 }, { GHCB_EXITINFO2, NEED_INFO2 },
};

u64 ghcb_get(const struct ghcb *ghcb, u32 field)
{
	return get_le64(ghcb->save + field);
}

void ghcb_decode(struct ghcb *ghcb)
{
	ghcb->code = ghcb_get(ghcb, GHCB_EXITCODE);
	ghcb->info1 = ghcb_get(ghcb, GHCB_EXITINFO1);
	ghcb->info2 = ghcb_get(ghcb, GHCB_EXITINFO2);
}

u32 ghcb_valid_fields(const struct ghcb *ghcb)
{
	u8 rest[GHCB_VALID_SIZE];
	u32 found = 0;
	size_t i;

	memcpy(rest, ghcb->save + GHCB_VALID_BITMAP, sizeof(rest));
	for (i = 0; i < ARRAY_SIZE(known); i++) {
		u8 bit = (u8)(1u << known[i].field / 8 % 8);

		if (rest[known[i].field / 64] & bit)
			found |= known[i].need;
		rest[known[i].field / 64] &= (u8)~bit;
	}
	for (i = 0; i < sizeof(rest); i++) {
		if (rest[i])
			found |= NEED_OTHER;
	}
	return found;
}

u32 ghcb_needed_fields(const struct ghcb *ghcb, u32 need)
{
	need |= NEED_CODE | NEED_INFO1 | NEED_INFO2;
	if (ghcb->code == EXIT_IOIO && ghcb->info1 & IOIO_STRING)
		need |= NEED_SCRATCH;
	else if (ghcb->code == EXIT_IOIO && !(ghcb->info1 & IOIO_IN))
		need |= NEED_RAX;
	else if (ghcb->code == EXIT_MSR && ghcb->info1 & 1)
		need |= NEED_RAX | NEED_RDX;
	else if (ghcb->code == EXIT_CPUID && (u32)ghcb_get(ghcb, GHCB_RAX) == LEAF_XSAVE)
		need |= NEED_XCR0;
	return need;
}
