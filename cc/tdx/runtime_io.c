/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Devices for runtime services: ports, by asking the host. This is part of the
 * runtime image, and stays when the firmware is gone. Memory of devices is not
 * used: the operating system maps it as private for these services (Linux,
 * arch/x86/platform/efi/efi_64.c).
 * Document: Intel TDX Guest-Host Communication Interface 1.5 (348552), section
 * 3.9 (Instruction.IO).
 */
#include <asm/tdcall.h>
#include <fw/efi_runtime_io.h>
#include <fw/errno.h>
#include <spec/tdx.h>

#include "runtime_io.h"

/* All that the host sees, and may change. */
#define EXPOSED								\
	(TDVMCALL_R(10) | TDVMCALL_R(11) | TDVMCALL_R(12) | TDVMCALL_R(13) | \
	 TDVMCALL_R(14) | TDVMCALL_R(15))

static u32 cut(u64 value, unsigned int width)
{
	return (u32)value & (u32)(((u64)1 << 8 * width) - 1);
}

static int port_access(struct tdcall_regs *r)
{
	r->rax = TDG_VP_VMCALL;
	r->rcx = EXPOSED;
	r->r11 = TDX_REASON_IO;
	return tdcall(r) == TDX_SUCCESS && r->r10 == TDVMCALL_SUCCESS ? 0 : -EIO;
}

static int port_read(u16 port, unsigned int width, u32 *value)
{
	struct tdcall_regs r = { .r12 = width, .r13 = TDVMCALL_READ, .r14 = port };
	int rc = port_access(&r);

	*value = cut(r.r11, width);
	return rc;
}

static int port_write(u16 port, unsigned int width, u32 value)
{
	struct tdcall_regs r = {
		.r12 = width, .r13 = TDVMCALL_WRITE, .r14 = port, .r15 = cut(value, width),
	};

	return port_access(&r);
}

EFI_RUNTIME_IO(tdvmcall_io) = {
	.code = TDX_RUNTIME_IO,
	.io_read = port_read,
	.io_write = port_write,
};
