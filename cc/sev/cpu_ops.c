/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The firmware's own device access, CPUID and MSRs: asked for, instead of being
 * executed and raising #VC.
 * Document: GHCB specification (AMD 56421, revision 2.03), section 4.1.
 */
#include <asm/cpu_ops.h>
#include <fw/string.h>

#include "cpuid.h"
#include "sev.h"

static u32 io_read(u16 port, unsigned int width)
{
	struct ghcb_request request = {
		.code = EXIT_IOIO,
		.info1 = IOIO_PORT(port) | IOIO_ADDRESS_64 | IOIO_SIZE(width) | IOIO_IN,
		.out = GHCB_RAX,
	};

	ghcb_call_or_stop(sev_channel(), &request);
	return (u32)request.rax & (u32)(((u64)1 << 8 * width) - 1);
}

static void io_write(u16 port, u32 value, unsigned int width)
{
	struct ghcb_request request = {
		.code = EXIT_IOIO,
		.info1 = IOIO_PORT(port) | IOIO_ADDRESS_64 | IOIO_SIZE(width),
		.in = GHCB_RAX,
		.rax = value & (u32)(((u64)1 << 8 * width) - 1),
	};

	ghcb_call_or_stop(sev_channel(), &request);
}

static u64 mmio_read(phys_addr_t addr, unsigned int width)
{
	struct ghcb_channel *channel = sev_channel();
	struct ghcb_request request = {
		.code = EXIT_MMIO_READ,
		.info1 = addr,
		.info2 = width,
		.in = GHCB_SCRATCH,
	};
	u64 value = 0;

	ghcb_call_or_stop(channel, &request);
	memcpy(&value, channel->page->buffer, MIN(width, (unsigned int)sizeof(value)));
	return value;
}

static void mmio_write(phys_addr_t addr, u64 value, unsigned int width)
{
	struct ghcb_channel *channel = sev_channel();
	struct ghcb_request request = {
		.code = EXIT_MMIO_WRITE,
		.info1 = addr,
		.info2 = width,
		.in = GHCB_SCRATCH,
	};

	memcpy(channel->page->buffer, &value, MIN(width, (unsigned int)sizeof(value)));
	ghcb_call_or_stop(channel, &request);
}

static u64 read_msr(u32 msr)
{
	struct ghcb_request request = {
		.code = EXIT_MSR,
		.in = GHCB_RCX,
		.out = GHCB_RAX | GHCB_RDX,
		.rcx = msr,
	};

	ghcb_call_or_stop(sev_channel(), &request);
	return (u64)(u32)request.rdx << 32 | (u32)request.rax;
}

static void write_msr(u32 msr, u64 value)
{
	struct ghcb_request request = {
		.code = EXIT_MSR,
		.info1 = MSR_EVENT_WRITE,
		.in = GHCB_RCX | GHCB_RAX | GHCB_RDX,
		.rcx = msr,
		.rax = (u32)value,
		.rdx = value >> 32,
	};

	ghcb_call_or_stop(sev_channel(), &request);
}

static const struct cpu_ops ops = {
	.io_read = io_read,
	.io_write = io_write,
	.mmio_read = mmio_read,
	.mmio_write = mmio_write,
	.cpuid = sev_cpuid,
	.rdmsr = read_msr,
	.wrmsr = write_msr,
	.halt = cpu_native_halt,
};

void sev_install_ops(void)
{
	cpu_ops = &ops;
}
