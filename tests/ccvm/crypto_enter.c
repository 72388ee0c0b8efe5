/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Around every use of Mbed TLS: the processor's x87 and SSE state and FS base
 * are the guest's, so they are put aside.
 *
 * Documents: AMD64 APM volume 2, section 11.4 (FXSAVE); System V ABI, AMD64
 * supplement, section 3.2.1 (state at function entry).
 */
#include <asm/cpu.h>
#include <asm/msr.h>
#include <fw/panic.h>

#include "digest.h"

#define MSR_FS_BASE	0xc0000100
#define CR0_EM_TS	0xcull
#define CR4_OSFXSR	0x200ull
#define MXCSR_DEFAULT	0x1f80

/* What the caller holds the lock for. */
static u8 fpu_state[512] __aligned(16);
static u64 guest_fs;
static u64 thread_data[8];	/* the stack canary is at 0x28 */
static bool inside;

static u64 read_cr0(void)
{
	u64 v;

	__asm__ volatile("mov %%cr0, %0" : "=r"(v));
	return v;
}

void digest_begin_lib(void)
{
	const u32 mxcsr = MXCSR_DEFAULT;

	fw_assert(!inside);
	inside = true;
	__asm__ volatile("mov %0, %%cr0" : : "r"(read_cr0() & ~CR0_EM_TS) : "memory");
	__asm__ volatile("mov %0, %%cr4" : : "r"(read_cr4() | CR4_OSFXSR) : "memory");
	__asm__ volatile("fxsave64 %0" : "=m"(fpu_state));
	__asm__ volatile("fninit; ldmxcsr %0" : : "m"(mxcsr));
	guest_fs = rdmsr(MSR_FS_BASE);
	wrmsr(MSR_FS_BASE, (u64)(uintptr_t)thread_data);
}

void digest_end_lib(void)
{
	wrmsr(MSR_FS_BASE, guest_fs);
	__asm__ volatile("fxrstor64 %0" : : "m"(fpu_state));
	inside = false;
}
