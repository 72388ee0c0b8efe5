/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Requests to the host. It sees only the registers in the mask, and each of
 * them has a value that it may know: the ones without a meaning are 0.
 * Document: Intel TDX Guest-Host Communication Interface 1.5 (348552), chapter 3.
 */
#include <spec/tdx.h>

#include "tdx.h"

#define R11		TDVMCALL_R(11)
#define R12		TDVMCALL_R(12)
#define R12_R13		(R12 | TDVMCALL_R(13))
#define R12_R14		(R12_R13 | TDVMCALL_R(14))
#define R12_R15		(R12_R14 | TDVMCALL_R(15))

u64 tdvmcall(struct tdcall_regs *r, u64 function, u64 mask)
{
	r->rax = TDG_VP_VMCALL;
	r->rcx = mask | TDVMCALL_R(10) | R11;
	r->r10 = 0;
	r->r11 = function;
	if (tdcall(r) != TDX_SUCCESS)
		tdx_terminate("TDVMCALL refused by the TDX module");
	return r->r10;
}

/* The bytes that were asked for, whatever else the host left in the register. */
static u64 cut(u64 value, unsigned int width)
{
	return width == 8 ? value : value & (((u64)1 << 8 * width) - 1);
}

u64 tdvmcall_io_read(u16 port, unsigned int width, u32 *value)
{
	struct tdcall_regs r = { .r12 = width, .r13 = TDVMCALL_READ, .r14 = port };
	u64 status = tdvmcall(&r, TDX_REASON_IO, R12_R14);

	*value = (u32)cut(r.r11, width);
	return status;
}

u64 tdvmcall_io_write(u16 port, unsigned int width, u32 value)
{
	struct tdcall_regs r = {
		.r12 = width, .r13 = TDVMCALL_WRITE, .r14 = port, .r15 = cut(value, width),
	};

	return tdvmcall(&r, TDX_REASON_IO, R12_R15);
}

u64 tdvmcall_mmio_read(phys_addr_t addr, unsigned int width, u64 *value)
{
	struct tdcall_regs r = {
		.r12 = width, .r13 = TDVMCALL_READ, .r14 = tdx_shared(addr),
	};
	u64 status = tdvmcall(&r, TDX_REASON_EPT_VIOLATION, R12_R14);

	*value = cut(r.r11, width);
	return status;
}

u64 tdvmcall_mmio_write(phys_addr_t addr, unsigned int width, u64 value)
{
	struct tdcall_regs r = {
		.r12 = width, .r13 = TDVMCALL_WRITE, .r14 = tdx_shared(addr),
		.r15 = cut(value, width),
	};

	return tdvmcall(&r, TDX_REASON_EPT_VIOLATION, R12_R15);
}

u64 tdvmcall_rdmsr(u32 msr, u64 *value)
{
	struct tdcall_regs r = { .r12 = msr };
	u64 status = tdvmcall(&r, TDX_REASON_RDMSR, R12);

	*value = r.r11;
	return status;
}

u64 tdvmcall_wrmsr(u32 msr, u64 value)
{
	struct tdcall_regs r = { .r12 = msr, .r13 = value };

	return tdvmcall(&r, TDX_REASON_WRMSR, R12_R13);
}

u64 tdvmcall_halt(bool interrupts_off)
{
	struct tdcall_regs r = { .r12 = interrupts_off };

	return tdvmcall(&r, TDX_REASON_HLT, R12);
}

u64 tdvmcall_wbinvd(void)
{
	struct tdcall_regs r = { 0 };

	return tdvmcall(&r, TDX_REASON_WBINVD, R12);
}
