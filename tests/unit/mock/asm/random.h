/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The random number generator for tests: the test says what it gives. */
#ifndef ASM_RANDOM_H
#define ASM_RANDOM_H

#include <fw/types.h>

bool mock_has_rdrand(void);
bool mock_rdrand64(u64 *v);
bool mock_has_rdseed(void);
bool mock_rdseed64(u64 *v);

static inline bool cpu_has_rdrand(void) { return mock_has_rdrand(); }
static inline bool rdrand64(u64 *v) { return mock_rdrand64(v); }
static inline bool cpu_has_rdseed(void) { return mock_has_rdseed(); }
static inline bool rdseed64(u64 *v) { return mock_rdseed64(v); }

#endif
