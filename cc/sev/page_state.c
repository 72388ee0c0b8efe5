/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Page states of an SNP guest: who owns a page is the host's business, and that
 * it is valid only the guest can say, once. A page that is valid already when it
 * is validated has been exchanged by the host.
 * Documents: AMD64 APM volume 2 (24593, revision 3.41), section 15.36; GHCB
 * specification (AMD 56421, revision 2.03), section 4.1.6.
 */
#include <asm/native.h>
#include <asm/paging.h>
#include <asm/pvalidate.h>
#include <fw/byteorder.h>
#include <fw/errno.h>
#include <fw/memmap.h>
#include <fw/string.h>

#include "cpuid.h"
#include "sev.h"

#define LARGE_SIZE	MiB(2)

/* An interrupted host does part of the work; it must end some time. */
#define CALLS_MAX	4096

#define CPUID_ENCRYPT	0x8000001f
#define COHERENT	(1u << 31)	/* EBX: no lines of the shared view stay in caches */

static bool touch_pages;

void sev_page_state_init(void)
{
	touch_pages = !(sev_cpuid(CPUID_ENCRYPT, 0).ebx & COHERENT);
}

static bool is_large(phys_addr_t at, phys_addr_t end)
{
	return IS_ALIGNED(at, LARGE_SIZE) && end - at >= LARGE_SIZE;
}

/* Fill the buffer with changes from @at on; returns where it ended. */
static phys_addr_t fill_batch(struct psc_buffer *buffer, phys_addr_t at, phys_addr_t end,
			      unsigned int operation, u16 *last)
{
	u16 count = 0;

	while (at < end && count < PSC_ENTRIES_MAX) {
		bool large = is_large(at, end);

		buffer->entry[count++] = cpu_to_le64(PSC_OPERATION(operation) | at |
						     (large ? PSC_LARGE : 0));
		at += large ? LARGE_SIZE : PAGE_SIZE;
	}
	*last = count - 1;
	buffer->current = cpu_to_le16(0);
	buffer->end = cpu_to_le16(*last);
	buffer->reserved = cpu_to_le32(0);
	return at;
}

/* The host may stop in between, but not go back or change what was asked. */
static void run_batch(struct ghcb_channel *channel, struct psc_buffer *buffer, u16 last)
{
	u16 before, current = 0;
	unsigned int calls;

	for (calls = 0; calls < CALLS_MAX && current <= last; calls++) {
		struct ghcb_request request = { .code = EXIT_PAGE_STATE, .in = GHCB_SCRATCH };

		ghcb_call_or_stop(channel, &request);
		before = current;
		current = le16_to_cpu(*(volatile le16 *)&buffer->current);
		if (request.info2 != 0 || current < before || current > last + 1 ||
		    le16_to_cpu(buffer->end) != last || le32_to_cpu(buffer->reserved) != 0)
			sev_terminate(GHCB_TERMINATE_GENERAL);
	}
	if (current <= last)
		sev_terminate(GHCB_TERMINATE_GENERAL);
}

static void change_state(phys_addr_t base, u64 size, unsigned int operation)
{
	struct ghcb_channel *channel = sev_channel();
	struct psc_buffer *buffer;
	phys_addr_t at = base, end = base + size;
	u16 last;

	if (channel->page == NULL)
		sev_terminate(GHCB_TERMINATE_GENERAL);
	buffer = (struct psc_buffer *)(void *)channel->page->buffer;
	while (at < end) {
		at = fill_batch(buffer, at, end, operation, &last);
		run_batch(channel, buffer, last);
	}
}

/*
 * Lines of the page that the host has written may still be in the caches; that
 * of the private view evicts them.
 */
static void touch(phys_addr_t base, u64 size)
{
	phys_addr_t at;

	for (at = base; touch_pages && at < base + size; at += PAGE_SIZE) {
		(void)*(volatile u8 *)(uintptr_t)at;
		(void)*(volatile u8 *)(uintptr_t)(at + PAGE_SIZE - 1);
	}
}

/* Also on processors that have no way to the host but the MSR. */
static int validate_pages(phys_addr_t base, u64 size, bool validate)
{
	phys_addr_t at;
	unsigned int rc;

	for (at = base; at < base + size; at += PAGE_SIZE) {
		rc = pvalidate(at, false, validate);
		if (rc == PAGE_OP_NO_CHANGE)
			sev_terminate(GHCB_TERMINATE_GENERAL);
		if (rc != PAGE_OP_OK)
			return -EIO;
	}
	return 0;
}

static int validate(phys_addr_t base, u64 size, bool valid)
{
	phys_addr_t at = base, end = base + size;
	u64 step;
	int rc;

	for (; at < end; at += step) {
		unsigned int result = PAGE_OP_SIZE_MISMATCH;

		step = is_large(at, end) ? LARGE_SIZE : PAGE_SIZE;
		if (step == LARGE_SIZE)
			result = pvalidate(at, true, valid);
		if (result == PAGE_OP_NO_CHANGE)
			sev_terminate(GHCB_TERMINATE_GENERAL);
		/* The host has made it of small pages. */
		rc = 0;
		if (result == PAGE_OP_SIZE_MISMATCH)
			rc = validate_pages(at, step, valid);
		else if (result != PAGE_OP_OK)
			rc = -EIO;
		if (rc != 0)
			return rc;
		if (valid)
			touch(at, step);
	}
	return 0;
}

int sev_share(phys_addr_t base, u64 size)
{
	int rc;

	if (!sev_is_snp())
		return 0;
	rc = validate(base, size, false);
	if (rc != 0)
		return rc;
	change_state(base, size, PSC_SHARED);
	return 0;
}

int sev_unshare(phys_addr_t base, u64 size)
{
	if (!sev_is_snp())
		return 0;
	change_state(base, size, PSC_PRIVATE);
	return validate(base, size, true);
}

/* Page 0 is not mapped, but validating takes a linear address. */
static int map_page_0(phys_addr_t base, u64 prot)
{
	return base == 0 ? paging_map(0, PAGE_SIZE, prot) : 0;
}

int sev_accept_begin(phys_addr_t base, u64 size)
{
	phys_addr_t above = MAX(base, GiB(4));
	int rc = map_page_0(base, MAP_RW);

	/* Of what lies higher, the tables have the first 4 GiB. */
	if (rc == 0 && base + size > above)
		rc = paging_map(above, base + size - above, MAP_RW);
	if (rc == 0)
		change_state(base, size, PSC_PRIVATE);
	return rc;
}

int sev_accept(phys_addr_t base, u64 size)
{
	int rc = validate(base, size, true);

	return rc != 0 ? rc : map_page_0(base, MAP_NONE);
}
