/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Access to devices: the way that the firmware has chosen, and its errors. */
#include <fw/errno.h>

#include "io.h"
#include "runtime.h"

/* The table, by the names that linkers give to a section's ends. */
extern struct efi_runtime_io __start_runtime_io[], __stop_runtime_io[];

static struct efi_runtime_io *io;
static bool failed;

bool io_use(u32 code, u64 data)
{
	for (io = __start_runtime_io; io < __stop_runtime_io; io++) {
		if (io->code != code)
			continue;
		if (io->start)
			io->start(data);
		failed = false;
		return true;
	}
	return false;
}

void io_exit_boot(void)
{
	if (io->exit_boot)
		io->exit_boot(runtime.image, runtime_header.end);
}

void io_convert(void)
{
	(void)runtime_convert(&io);
}

bool io_has_mmio(void)
{
	return io->mmio_write;
}

void io_begin(void)
{
	failed = false;
}

bool io_failed(void)
{
	return failed;
}

static void check(int rc)
{
	if (rc)
		failed = true;
}

u8 io_inb(u16 port)
{
	u32 value;

	if (!failed)
		check(io->io_read(port, 1, &value));
	return failed ? 0xff : (u8)value;
}

void io_out(u16 port, unsigned int width, u32 value)
{
	if (!failed)
		check(io->io_write(port, width, value));
}

u8 io_readb(const struct efi_runtime_mmio *at, u32 offset)
{
	u8 value;

	if (!failed)
		check(io->mmio_read ? io->mmio_read(at, offset, &value) : -EIO);
	return failed ? 0xff : value;
}

void io_write(const struct efi_runtime_mmio *at, u32 offset, unsigned int width, u32 value)
{
	if (!failed)
		check(io->mmio_write ? io->mmio_write(at, offset, width, value) : -EIO);
}
