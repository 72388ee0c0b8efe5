/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* ccvm's own descriptor tables. */
#ifndef CCVM_FAULT_H
#define CCVM_FAULT_H

/** fault_init() - load GDT, segment registers and IDT of this processor */
void fault_init(void);

#endif
