/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* What the files of this guest kind know of each other. */
#ifndef CC_SEV_SEV_H
#define CC_SEV_SEV_H

#include <fw/hooks.h>
#include <fw/types.h>
#include <spec/snp.h>

#include "ghcb.h"

/* EDI of "detect" in the reset vector. */
#define SEV_MACHINE	0x53

/**
 * struct sev_work - what the reset vector has found out (reset.inc)
 * @status: SEV_STATUS, which the host cannot change
 * @check:  used up
 * @c_bit:  position of the C-bit, which start64 has tried
 */
struct sev_work {
	u64 status;
	u64 check;
	u8 c_bit;
};

/** sev_work() - the reset vector's word */
const struct sev_work *sev_work(void);

/** sev_is_es() - registers are private, too: SEV-ES or SEV-SNP */
bool sev_is_es(void);

/** sev_is_snp() - pages have states */
bool sev_is_snp(void);

/** sev_channel() - this processor's way to the host */
struct ghcb_channel *sev_channel(void);

/**
 * sev_terminate() - ask the host to end this guest, and never go on
 * @reason: GHCB_TERMINATE_*
 *
 * Needs no GHCB page. In a guest without GHCB the processor just halts.
 */
void sev_terminate(unsigned int reason) __cold __attribute__((noreturn));

/* Page states: sev_guest's cc_mem_ops. */
int sev_share(phys_addr_t base, u64 size);
int sev_unshare(phys_addr_t base, u64 size);
int sev_accept_begin(phys_addr_t base, u64 size);
int sev_accept(phys_addr_t base, u64 size);

/** sev_run_on_all() - sev_guest's @run_on_all; with SNP, and 64 processors at most */
int sev_run_on_all(void (*fn)(void *arg), void *arg);

/** sev_page_state_init() - whether validated pages need their cache lines touched */
void sev_page_state_init(void);

/**
 * snp_check_host() - that the host and this processor can do what we need
 *
 * Return: true; false at a lower privilege level, where pages cannot be
 * validated. Terminates if the host cannot run SNP guests.
 */
bool snp_check_host(void);

/**
 * snp_check_status() - refuse a guest that needs what we do not implement
 * @status: SEV_STATUS
 * @level0: what snp_check_host() returned
 * @secrets: the secrets page
 *
 * Stops the machine with one line in the log. Context: the log can be shown.
 */
void snp_check_status(u64 status, bool level0, const struct snp_secrets *secrets);

/**
 * snp_blob_make() - write down where the launch pages are, for the OS
 * @address: gets the place of the struct cc_blob: a page below 4 GiB that the OS keeps
 *
 * Return: 0 or -Exxx, logged.
 */
int snp_blob_make(phys_addr_t *address);

/** sev_install_ops() - replace cpu_ops by those that ask through the channel */
void sev_install_ops(void);

/** sev_exception() - sev_guest's @exception */
bool sev_exception(struct exception_frame *frame);

#endif
