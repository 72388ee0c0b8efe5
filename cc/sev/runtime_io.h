/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Between the firmware and its runtime image: the way to devices through the GHCB. */
#ifndef CC_SEV_RUNTIME_IO_H
#define CC_SEV_RUNTIME_IO_H

/* Its code, and its data: the firmware's page with the version in bits 11 to 0. */
#define SEV_RUNTIME_IO		0x53
#define SEV_RUNTIME_VERSION(data) ((u16)((data) & 0xfff))
#define SEV_RUNTIME_PAGE(data)	((data) & ~(u64)0xfff)

#endif
