/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Bits of RFLAGS and of control registers.
 * Document: Intel SDM volume 1, section 3.4.3, and volume 3, section 2.5.
 */
#ifndef ASM_FLAGS_H
#define ASM_FLAGS_H

#include <fw/types.h>

#define RFLAGS_IF	((u64)1 << 9)
#define RFLAGS_DF	((u64)1 << 10)
#define RFLAGS_RF	((u64)1 << 16)

#define CR4_LA57	((u64)1 << 12)
#define CR4_OSXSAVE	((u64)1 << 18)
#define CR4_PKE		((u64)1 << 22)

#endif
