/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Model-specific registers for tests: the real numbers, accesses through the test. */
#ifndef MOCK_ASM_MSR_H
#define MOCK_ASM_MSR_H

#include <fw/types.h>

/* The defaults fail the test. */
u64 mock_rdmsr(u32 msr);
void mock_wrmsr(u32 msr, u64 value);

#define rdmsr	hw_rdmsr
#define wrmsr	hw_wrmsr
#include_next <asm/msr.h>
#undef rdmsr
#undef wrmsr

static inline u64 rdmsr(u32 msr) { return mock_rdmsr(msr); }
static inline void wrmsr(u32 msr, u64 value) { mock_wrmsr(msr, value); }

#endif
