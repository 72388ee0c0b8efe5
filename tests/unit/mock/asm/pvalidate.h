/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Page states for tests: the real numbers, and results that the test gives. */
#ifndef MOCK_ASM_PVALIDATE_H
#define MOCK_ASM_PVALIDATE_H

#include <fw/types.h>

unsigned int mock_pvalidate(u64 addr, bool large, bool validate);
unsigned int mock_rmpadjust(u64 addr, u64 attrs);

#define pvalidate	hw_pvalidate
#define rmpadjust	hw_rmpadjust
#include_next <asm/pvalidate.h>
#undef pvalidate
#undef rmpadjust

static inline unsigned int pvalidate(u64 addr, bool large, bool validate)
{
	return mock_pvalidate(addr, large, validate);
}

static inline unsigned int rmpadjust(u64 addr, u64 attrs)
{
	return mock_rmpadjust(addr, attrs);
}

#endif
