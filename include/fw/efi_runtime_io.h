/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * How the runtime image (efi/runtime) reaches devices. Where instructions do
 * not, a guest kind adds its own way to the image, as an entry of a link-time
 * table, and chooses it by its code before the image starts. Nothing of the
 * firmware is there any more when these functions run: they call nothing
 * outside of the image, and raise no exception that somebody had to handle.
 */
#ifndef FW_EFI_RUNTIME_IO_H
#define FW_EFI_RUNTIME_IO_H

#include <fw/types.h>

/**
 * struct efi_runtime_mmio - memory of a device
 * @phys: its address
 * @virt: where it is mapped; another address once the operating system has
 *	  moved the image
 */
struct efi_runtime_mmio {
	phys_addr_t phys;
	u8 __iomem *virt;
};

/**
 * struct efi_runtime_io - a way to devices
 * @code:      by which it is chosen; 0 is the way of instructions
 * @start:     before all others; @data is what the guest kind has passed; or NULL
 * @exit_boot: boot services end, the operating system may change what @data was
 *	       about; the image is at @image, of @size bytes; or NULL
 * @io_read:   @width bytes (1, 2 or 4) from a port
 * @io_write:  to a port; the upper bytes of @value are 0
 * @mmio_read: one byte at an offset in a device's memory; NULL if this kind of
 *	       guest has no such memory at runtime, as is @mmio_write then
 * @mmio_write: @width bytes (1, 2 or 4)
 *
 * Functions return 0, or -EIO if the host did not do it. They are called on any
 * processor, with any interrupt state, before and after ExitBootServices, at
 * physical or virtual addresses, but never by two processors at the same time.
 */
struct efi_runtime_io {
	u32 code;
	void (*start)(u64 data);
	void (*exit_boot)(phys_addr_t image, u64 size);
	int (*io_read)(u16 port, unsigned int width, u32 *value);
	int (*io_write)(u16 port, unsigned int width, u32 value);
	int (*mmio_read)(const struct efi_runtime_mmio *at, u32 offset, u8 *value);
	int (*mmio_write)(const struct efi_runtime_mmio *at, u32 offset, unsigned int width,
			  u32 value);
};

/*
 * Add a way to the runtime image's table. It is in data, where pointers can be
 * moved; the linker script of the image collects it.
 */
#define EFI_RUNTIME_IO(name)						\
	static struct efi_runtime_io name __used __aligned(8) __section("runtime_io")

#endif
