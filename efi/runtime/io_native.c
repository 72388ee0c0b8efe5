/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Access to devices with instructions: the host intercepts and emulates them. */
#include <asm/native.h>
#include <fw/efi_runtime_io.h>

static int native_io_read(u16 port, unsigned int width, u32 *value)
{
	switch (width) {
	case 1:
		*value = native_inb(port);
		break;
	case 2:
		*value = native_inw(port);
		break;
	default:
		*value = native_inl(port);
		break;
	}
	return 0;
}

static int native_io_write(u16 port, unsigned int width, u32 value)
{
	switch (width) {
	case 1:
		native_outb((u8)value, port);
		break;
	case 2:
		native_outw((u16)value, port);
		break;
	default:
		native_outl(value, port);
		break;
	}
	return 0;
}

static int native_mmio_read(const struct efi_runtime_mmio *at, u32 offset, u8 *value)
{
	*value = native_readb(at->virt + offset);
	return 0;
}

static int native_mmio_write(const struct efi_runtime_mmio *at, u32 offset, unsigned int width,
			     u32 value)
{
	switch (width) {
	case 1:
		native_writeb((u8)value, at->virt + offset);
		break;
	case 2:
		native_writew((u16)value, at->virt + offset);
		break;
	default:
		native_writel(value, at->virt + offset);
		break;
	}
	return 0;
}

EFI_RUNTIME_IO(native) = {
	.code = 0,
	.io_read = native_io_read,
	.io_write = native_io_write,
	.mmio_read = native_mmio_read,
	.mmio_write = native_mmio_write,
};
