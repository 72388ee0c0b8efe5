/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The random number generator for tests: the test says what it gives. */
#ifndef ASM_RANDOM_H
#define ASM_RANDOM_H

#include <fw/types.h>

bool mock_has_rdrand(void);
bool mock_rdrand64(u64 *v);

static inline bool cpu_has_rdrand(void) { return mock_has_rdrand(); }
static inline bool rdrand64(u64 *v) { return mock_rdrand64(v); }

#endif
