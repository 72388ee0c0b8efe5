/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Digests of a kernel that are part of the launch. */
#ifndef CC_SEV_HASHES_H
#define CC_SEV_HASHES_H

#include <fw/linux_boot.h>
#include <fw/types.h>

/** sev_hashes_present() - whether the launch has put a table of digests into @page */
bool sev_hashes_present(const u8 *page, bool snp);

/**
 * sev_hashes_check() - compare what the host offers with a table
 * @page:    4 KiB of private memory
 * @payload: what the host offers
 *
 * Return: 0, or -EBADMSG or -EPERM with the reason logged.
 */
int sev_hashes_check(const u8 *page, const struct linux_payload *payload);

#endif
