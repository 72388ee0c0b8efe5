/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The GHCB: requests to the host and their checked answers. */
#ifndef CC_SEV_GHCB_H
#define CC_SEV_GHCB_H

#include <fw/types.h>
#include <spec/ghcb.h>

/**
 * struct ghcb_channel - one processor's way to the host
 * @page:    shared page, NULL while there is none
 * @version: protocol version that both know
 * @busy:    a request is being made
 */
struct ghcb_channel {
	struct ghcb *page;
	u16 version;
	bool busy;
};

/* Fields of a request or an answer. */
#define GHCB_RAX	(1u << 0)
#define GHCB_RBX	(1u << 1)
#define GHCB_RCX	(1u << 2)
#define GHCB_RDX	(1u << 3)
#define GHCB_XCR0	(1u << 4)
#define GHCB_CPL	(1u << 5)	/* always 0 */
#define GHCB_SCRATCH	(1u << 6)	/* always the page's own buffer */
#define GHCB_MAY_FAIL	(1u << 7)	/* no field: the host may refuse the request */

/**
 * struct ghcb_request - a request, and then its answer
 * @code:  exit code
 * @info1: exit information
 * @info2: exit information, replaced by the answer's
 * @in:    fields that are sent
 * @out:   fields that must be in the answer, or the host breaks the protocol
 * @rax, @rbx, @rcx, @rdx, @xcr0: values
 */
struct ghcb_request {
	u64 code, info1, info2;
	u32 in, out;
	u64 rax, rbx, rcx, rdx, xcr0;
};

#define GHCB_REFUSED	256		/* no vector */

/**
 * ghcb_call() - ask the host
 *
 * Return: 0, or the vector of the exception that the host wants to see instead,
 * 6 (#UD) or 13 (#GP), or GHCB_REFUSED to a request that may fail. A host that
 * breaks the protocol ends the boot.
 */
unsigned int ghcb_call(struct ghcb_channel *channel, struct ghcb_request *request) __must_check;

/** ghcb_call_or_stop() - ask what an honest host cannot refuse */
void ghcb_call_or_stop(struct ghcb_channel *channel, struct ghcb_request *request);

/** ghcb_negotiate() - agree on a version of at least @min; terminates if there is none */
u16 ghcb_negotiate(u16 min);

/** ghcb_msr_features() - the host's GHCB_FEATURE_* */
u64 ghcb_msr_features(void);

/** ghcb_msr_page_state() - have the host make one page private or shared, PSC_* */
void ghcb_msr_page_state(phys_addr_t page, unsigned int operation);

/**
 * ghcb_msr_cpuid() - ask for one register of a leaf without a GHCB page
 * @leaf: leaf; sub-leaf 0 is what there is
 * @reg:  0 EAX to 3 EDX
 *
 * The MSR is as before afterwards: it may be the operating system's already.
 */
u32 ghcb_msr_cpuid(u32 leaf, unsigned int reg);

/** ghcb_msr_register() - tell the host which page is going to be a GHCB (SNP) */
void ghcb_msr_register(phys_addr_t page);

#endif
