/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The page and the MSR through which an encrypted guest asks its host.
 * Documents: GHCB specification (AMD 56421, revision 2.03), sections 2.3, 2.6
 * and 4.1; AMD64 APM volume 2 (24593, revision 3.41), appendix C (exit codes).
 */
#ifndef SPEC_GHCB_H
#define SPEC_GHCB_H

#include <fw/byteorder.h>

#define GHCB_VERSION_MIN	1
#define GHCB_VERSION_SNP	2	/* the least with page states */
#define GHCB_VERSION_MAX	2

/* MSR protocol: bits 11 to 0 */
#define GHCB_MSR_INFO		((u64)0xfff)
#define GHCB_MSR_SEV_INFO	0x001
#define GHCB_MSR_SEV_INFO_REQ	0x002
#define GHCB_MSR_CPUID_REQ	0x004
#define GHCB_MSR_CPUID		0x005
#define GHCB_MSR_REGISTER_REQ	0x012
#define GHCB_MSR_REGISTER	0x013
#define GHCB_MSR_PSC_REQ	0x014
#define GHCB_MSR_PSC		0x015
#define GHCB_MSR_FEATURES_REQ	0x080
#define GHCB_MSR_FEATURES	0x081
#define GHCB_MSR_TERMINATE	0x100

/* GHCB_MSR_CPUID_REQ and its answer: which of EAX, EBX, ECX and EDX, by number */
#define GHCB_MSR_CPUID_REG(n)	((u64)(n) << 30)
#define GHCB_MSR_CPUID_MASK	(GHCB_MSR_CPUID_REG(3) | GHCB_MSR_INFO)

#define GHCB_TERMINATE_GENERAL	0	/* reasons of set 0 */
#define GHCB_TERMINATE_PROTOCOL	1
#define GHCB_TERMINATE_SNP	2

#define GHCB_FEATURE_SNP	((u64)1 << 0)
#define GHCB_FEATURE_AP_CREATION ((u64)1 << 1)

/* Exit codes: what an instruction would have exited with ... */
#define EXIT_READ_DR7		0x27
#define EXIT_WRITE_DR7		0x37
#define EXIT_RDTSC		0x6e
#define EXIT_RDPMC		0x6f
#define EXIT_CPUID		0x72
#define EXIT_INVD		0x76
#define EXIT_IOIO		0x7b
#define EXIT_MSR		0x7c
#define EXIT_VMMCALL		0x81
#define EXIT_RDTSCP		0x87
#define EXIT_WBINVD		0x89
#define EXIT_MONITOR		0x8a
#define EXIT_MWAIT		0x8b
#define EXIT_NPF		0x400
#define EXIT_NOT_VALIDATED	0x404
/* ... and requests that no instruction stands for. */
#define EXIT_MMIO_READ		0x80000001
#define EXIT_MMIO_WRITE		0x80000002
#define EXIT_AP_JUMP_TABLE	0x80000005
#define EXIT_PAGE_STATE		0x80000010
#define EXIT_AP_CREATION	0x80000013

/* SW_EXITINFO1 of EXIT_IOIO */
#define IOIO_IN			(1u << 0)
#define IOIO_STRING		(1u << 2)
#define IOIO_REP		(1u << 3)
#define IOIO_SIZE(bytes)	((u32)(bytes) << 4)	/* 1, 2 or 4 */
#define IOIO_ADDRESS_64		(1u << 9)
#define IOIO_SEGMENT(n)		((u32)(n) << 10)
#define IOIO_PORT(port)		((u32)(port) << 16)

#define MSR_EVENT_WRITE		1	/* SW_EXITINFO1 of EXIT_MSR */
#define JUMP_TABLE_SET		0	/* SW_EXITINFO1 of EXIT_AP_JUMP_TABLE */
#define AP_CREATE		1	/* SW_EXITINFO1 of EXIT_AP_CREATION */
#define AP_DESTROY		2
#define AP_INFO(apic_id, op)	((u64)(apic_id) << 32 | (op))	/* level 0 */

/* Answers, in SW_EXITINFO1's lower half. */
#define GHCB_OK			0
#define GHCB_INJECT		1
#define GHCB_BAD_INPUT		2

/* SW_EXITINFO2 of GHCB_INJECT */
#define INJECT_VECTOR(info)	((u32)(info) & 0xff)
#define INJECT_TYPE(info)	((u32)(info) >> 8 & 7)
#define INJECT_TYPE_EXCEPTION	3
#define INJECT_HAS_ERROR	((u64)1 << 11)
#define INJECT_VALID		((u64)1 << 31)

#define GHCB_BUFFER_SIZE	2032

/* Fields have the offsets of a VMSA. */
struct ghcb {
	u8 reserved000[0x0cb];
	u8 cpl;				/* 0x0cb */
	u8 reserved0cc[0x140 - 0x0cc];
	le64 xss;			/* 0x140 */
	u8 reserved148[0x1f8 - 0x148];
	le64 rax;			/* 0x1f8 */
	u8 reserved200[0x308 - 0x200];
	le64 rcx;			/* 0x308 */
	le64 rdx;
	le64 rbx;
	u8 reserved320[0x390 - 0x320];
	le64 exit_code;			/* 0x390 */
	le64 exit_info1;
	le64 exit_info2;
	le64 scratch;
	u8 reserved3b0[0x3e8 - 0x3b0];
	le64 xcr0;			/* 0x3e8 */
	u8 valid[16];			/* 0x3f0: a bit for each 8 bytes */
	u8 reserved400[0x800 - 0x400];
	u8 buffer[GHCB_BUFFER_SIZE];	/* 0x800 */
	u8 reservedff0[0xffa - 0xff0];
	le16 version;			/* 0xffa */
	le32 usage;
};
_Static_assert(sizeof(struct ghcb) == 4096, "one page");
_Static_assert(offsetof(struct ghcb, rcx) == 0x308, "");
_Static_assert(offsetof(struct ghcb, exit_code) == 0x390, "");
_Static_assert(offsetof(struct ghcb, valid) == 0x3f0, "");
_Static_assert(offsetof(struct ghcb, buffer) == 0x800, "");
_Static_assert(offsetof(struct ghcb, version) == 0xffa, "");

/* Page state changes, in the buffer. */
#define PSC_ENTRIES_MAX		253
#define PSC_PRIVATE		1
#define PSC_SHARED		2
#define PSC_OPERATION(op)	((u64)(op) << 52)
#define PSC_GFN_MASK		((u64)0x000ffffffffff000)
#define PSC_LARGE		((u64)1 << 56)
#define PSC_DONE_MASK		((u64)0xfff)	/* pages of the entry that are done */

struct psc_buffer {
	le16 current;
	le16 end;
	le32 reserved;
	le64 entry[PSC_ENTRIES_MAX];
};
_Static_assert(sizeof(struct psc_buffer) == GHCB_BUFFER_SIZE, "");

#endif
