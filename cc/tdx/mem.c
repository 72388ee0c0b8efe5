/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Pages: made shared or private by the host, accepted by the guest.
 * Documents: Intel TDX Guest-Host Communication Interface 1.5 (348552),
 * TDG.VP.VMCALL<MapGPA>; Intel TDX Module 1.5 ABI Specification (348551),
 * TDG.MEM.PAGE.ACCEPT.
 */
#define pr_fmt(fmt) "tdx: " fmt

#include <fw/errno.h>
#include <fw/log.h>
#include <fw/memmap.h>
#include <spec/tdx.h>

#include "tdx.h"

/* Requests in a row that got nothing done; a host is told to try again later. */
#define MAP_TRIES	16

/* And of the module, while another processor or the host has the page's lock. */
#define BUSY_TRIES	1000000

int tdx_map_gpa(u64 start, u64 size)
{
	u64 end = start + size, at = start, status;
	unsigned int tries = 0;

	while (tries++ < MAP_TRIES) {
		/* What is done already is not asked for again. */
		struct tdcall_regs r = { .r12 = at, .r13 = end - at };

		status = tdvmcall(&r, TDVMCALL_MAP_GPA, TDVMCALL_R(12) | TDVMCALL_R(13));
		if (status == TDVMCALL_SUCCESS)
			return 0;
		if (status != TDVMCALL_RETRY || r.r11 < at || r.r11 >= end ||
		    !IS_ALIGNED(r.r11, PAGE_SIZE))
			break;
		if (r.r11 > at)
			tries = 0;
		at = r.r11;
	}
	pr_err("MapGPA of 0x%llx bytes at 0x%llx: the host answers 0x%llx at 0x%llx",
	       (unsigned long long)size, (unsigned long long)start,
	       (unsigned long long)status, (unsigned long long)at);
	return -EIO;
}

int tdx_mem_share(phys_addr_t base, u64 size)
{
	return tdx_map_gpa(tdx_shared(base), size);
}

int tdx_mem_unshare(phys_addr_t base, u64 size)
{
	int rc = tdx_map_gpa(base, size);

	if (rc != 0)
		return rc;
	rc = tdx_mem_accept(base, size);
	if (rc != 0)
		pr_err("0x%llx bytes at 0x%llx cannot be accepted again: error %d",
		       (unsigned long long)size, (unsigned long long)base, rc);
	return rc;
}

/* Return: the upper half of the status. */
static u32 accept_page(phys_addr_t base, u64 level)
{
	unsigned int i;
	u32 status = 0;

	for (i = 0; i < BUSY_TRIES; i++) {
		struct tdcall_regs r = { .rax = TDG_MEM_PAGE_ACCEPT, .rcx = base | level };

		status = TDX_STATUS(tdcall(&r));
		if (status != TDX_OPERAND_BUSY && status != TDX_INTERRUPTED_RESUMABLE &&
		    status != TDX_INTERRUPTED_RESTARTABLE)
			break;
	}
	/*
	 * The memory map says that nobody has accepted this page. Then the host
	 * has put one there whose contents may be anything.
	 */
	if (status == TDX_PAGE_ALREADY_ACCEPTED)
		tdx_terminate("a page was accepted that nobody had accepted");
	return status;
}

static int accept_small(phys_addr_t base, phys_addr_t end)
{
	for (; base < end; base += PAGE_SIZE) {
		if (accept_page(base, TDX_LEVEL_4K) != TDX_SUCCESS)
			return -EIO;
	}
	return 0;
}

int tdx_mem_accept(phys_addr_t base, u64 size)
{
	phys_addr_t end = base + size, next;
	int rc;

	for (; base < end; base = next) {
		next = MIN(ALIGN_DOWN(base, MiB(2)) + MiB(2), end);
		if (next - base == MiB(2)) {
			u32 status = accept_page(base, TDX_LEVEL_2M);

			if (status == TDX_SUCCESS)
				continue;
			/* The host has small pages there, for all of these 2 MiB. */
			if (status != TDX_PAGE_SIZE_MISMATCH)
				return -EIO;
		}
		rc = accept_small(base, next);
		if (rc != 0)
			return rc;
	}
	return 0;
}
