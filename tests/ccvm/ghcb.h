/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The GHCB page.
 * Document: GHCB specification (AMD 56421), sections 2.6 and 4.1.
 */
#ifndef CCVM_GHCB_H
#define CCVM_GHCB_H

#include <fw/types.h>

struct cpu;

#define GHCB_CPL		0x0cb
#define GHCB_XSS		0x140
#define GHCB_DR7		0x160
#define GHCB_RIP		0x178
#define GHCB_RSP		0x1d8
#define GHCB_RAX		0x1f8
#define GHCB_RCX		0x308
#define GHCB_RDX		0x310
#define GHCB_RBX		0x318
#define GHCB_EXITCODE		0x390
#define GHCB_EXITINFO1		0x398
#define GHCB_EXITINFO2		0x3a0
#define GHCB_SCRATCH		0x3a8
#define GHCB_XCR0		0x3e8
#define GHCB_VALID_BITMAP	0x3f0
#define GHCB_VALID_SIZE		16
#define GHCB_SAVE_SIZE		0x400
#define GHCB_SHARED_BUFFER	0x800
#define GHCB_SHARED_SIZE	2032
#define GHCB_VERSION		0xffa
#define GHCB_USAGE		0xffc

/* SW_EXITINFO1 and 2 of an answer */
#define GHCB_OK			0
#define GHCB_INJECT		1
#define GHCB_BAD_INPUT		2
#define GHCB_INJECT_GP		0x80000b0dull

#define GHCB_NOT_REGISTERED	1
#define GHCB_INVALID_USAGE	2
#define GHCB_INVALID_SCRATCH	3
#define GHCB_MISSING_INPUT	4
#define GHCB_INVALID_INPUT	5
#define GHCB_INVALID_EVENT	6

/* Fields, for what an event needs. */
#define NEED_RAX	(1u << 0)
#define NEED_RBX	(1u << 1)
#define NEED_RCX	(1u << 2)
#define NEED_RDX	(1u << 3)
#define NEED_CPL	(1u << 4)
#define NEED_XCR0	(1u << 5)
#define NEED_XSS	(1u << 6)
#define NEED_SCRATCH	(1u << 7)
#define NEED_OTHER	(1u << 8)	/* any further register */
#define NEED_CODE	(1u << 9)	/* every event */
#define NEED_INFO1	(1u << 10)
#define NEED_INFO2	(1u << 11)

/**
 * struct ghcb - one request
 * @cpu:	who asks
 * @page:	the GHCB, which the guest can change all the time
 * @save:	its save area, copied once
 * @gpa:	where it is
 * @code, @info1, @info2: from the copy
 * @result1, @result2: what the answer will have there
 */
struct ghcb {
	struct cpu *cpu;
	u8 *page;
	u8 save[GHCB_SAVE_SIZE];
	u64 gpa;
	u64 code, info1, info2;
	u64 result1, result2;
};

/**
 * struct ghcb_event - an event that the host knows
 * @code:	SW_EXITCODE
 * @need:	fields that must be valid
 * @may:	fields that may be
 * @handle:	does it
 */
struct ghcb_event {
	u64 code;
	u32 need, may;
	void (*handle)(struct ghcb *ghcb);
};

/* ghcb_decode() - @code, @info1 and @info2 */
void ghcb_decode(struct ghcb *ghcb);

/* ghcb_valid_fields() - in the terms of NEED_ */
u32 ghcb_valid_fields(const struct ghcb *ghcb);

/**
 * ghcb_needed_fields() - what a request needs
 * @need: what its event always needs
 */
u32 ghcb_needed_fields(const struct ghcb *ghcb, u32 need);

/* A field of the copy; a field of the answer, which becomes valid. */
u64 ghcb_get(const struct ghcb *ghcb, u32 field);
void ghcb_set(struct ghcb *ghcb, u32 field, u64 value);

/* ghcb_fail() - the answer is an error */
void ghcb_fail(struct ghcb *ghcb, u32 reason);

/**
 * ghcb_scratch() - the scratch area
 * @len: bytes that the event uses of it
 *
 * Return: pointer to shared memory that the guest can change, or NULL after
 * the answer was made an error.
 */
void *ghcb_scratch(struct ghcb *ghcb, size_t len);

#endif
