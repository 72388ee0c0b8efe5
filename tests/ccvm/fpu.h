/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * x87, SSE and AVX state of a guest. It stays in the processor while ccvm runs
 * (svm_entry.asm) and over the INIT of a processor that parks (smp.c), which
 * changes none of it. Only a processor that starts from a VMSA gets another one.
 */
#ifndef CCVM_FPU_H
#define CCVM_FPU_H

#include <fw/types.h>

struct vmsa;

/** fpu_can_load() - whether this processor has what XCR0 of a VMSA enables */
bool fpu_can_load(const struct vmsa *vmsa);

/** fpu_load() - make this processor's state that of a VMSA; fpu_can_load() allowed it */
void fpu_load(const struct vmsa *vmsa);

#endif
