/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * What a trust domain asks of the TDX module and of its host.
 * Documents: Intel TDX Module 1.5 ABI Specification (348551), TDG leaf functions,
 * status codes and metadata fields; Intel TDX Guest-Host Communication
 * Interface 1.5 (348552), chapter 3.
 */
#ifndef SPEC_TDX_H
#define SPEC_TDX_H

/* Leaves, in RAX. */
#define TDG_VP_VMCALL		0
#define TDG_VP_INFO		1
#define TDG_MR_RTMR_EXTEND	2
#define TDG_VP_VEINFO_GET	3
#define TDG_MEM_PAGE_ACCEPT	6
#define TDG_VM_RD		7
#define TDG_VM_WR		8

/* Status: the upper half says what, the lower half where. */
#define TDX_STATUS(rax)		((u32)((rax) >> 32))
#define TDX_SUCCESS		0
#define TDX_PAGE_ALREADY_ACCEPTED 0x00000b0a
#define TDX_INTERRUPTED_RESUMABLE 0x80000003
#define TDX_INTERRUPTED_RESTARTABLE 0x80000004
#define TDX_OPERAND_BUSY	0x80000200
#define TDX_PAGE_SIZE_MISMATCH	0xc0000b0b

/* TDG.VP.INFO: RCX and RDX. */
#define TDX_INFO_GPAW(rcx)	((u32)(rcx) & 0x3f)
#define TDX_INFO_NUM_VCPUS(r8)	((u32)(r8))
#define TDX_ATTR_DEBUG		((u64)1 << 0)
#define TDX_ATTR_SEPT_VE_DISABLE ((u64)1 << 28)

/* TDG.MEM.PAGE.ACCEPT: the level in RCX. */
#define TDX_LEVEL_4K		0
#define TDX_LEVEL_2M		1

/* Metadata fields of TDG.VM.RD and TDG.VM.WR. */
#define TDX_FIELD_TD_CTLS	0x1110000300000017ull
#define TDX_FIELD_NOTIFY_ENABLES 0x9110000300000010ull
#define TDX_PENDING_VE_DISABLE	((u64)1 << 0)	/* of TD_CTLS */
#define TDX_NOTIFY_ZERO_STEP	((u64)1 << 0)	/* of NOTIFY_ENABLES */

/* TDG.VP.VMCALL: registers in the mask that RCX is. */
#define TDVMCALL_RDX		((u64)1 << 2)
#define TDVMCALL_RBX		((u64)1 << 3)
#define TDVMCALL_RSI		((u64)1 << 6)
#define TDVMCALL_RDI		((u64)1 << 7)
#define TDVMCALL_R(n)		((u64)1 << (n))

/*
 * Exit reasons: in virtualization exceptions, and as functions in R11 (Intel
 * SDM volume 3, appendix C).
 */
#define TDX_REASON_CPUID	10
#define TDX_REASON_HLT		12
#define TDX_REASON_IO		30
#define TDX_REASON_RDMSR	31
#define TDX_REASON_WRMSR	32
#define TDX_REASON_MWAIT	36
#define TDX_REASON_MONITOR	39
#define TDX_REASON_EPT_VIOLATION 48
#define TDX_REASON_WBINVD	54

#define TDVMCALL_MAP_GPA	0x10001
#define TDVMCALL_REPORT_FATAL_ERROR 0x10003

/* What the host answers, in R10. */
#define TDVMCALL_SUCCESS	0
#define TDVMCALL_RETRY		1
#define TDVMCALL_OPERAND_INVALID 0x8000000000000000ull

#define TDVMCALL_READ		0
#define TDVMCALL_WRITE		1

/* Exit qualification of an I/O instruction. */
#define TDX_IO_SIZE(q)		(((u32)(q) & 7) + 1)
#define TDX_IO_IN		(1u << 3)
#define TDX_IO_STRING		(1u << 4)
#define TDX_IO_REP		(1u << 5)
#define TDX_IO_PORT(q)		((u16)((q) >> 16))

#endif
