/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Between the firmware and its runtime image: the way to devices through TDVMCALL. */
#ifndef CC_TDX_RUNTIME_IO_H
#define CC_TDX_RUNTIME_IO_H

#define TDX_RUNTIME_IO	0x54		/* its code; it needs no data */

#endif
