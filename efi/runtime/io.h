/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Access to devices, in whatever way this kind of guest needs. What goes wrong
 * is remembered until the next io_begin(), and from then on nothing is tried:
 * a service asks once, at its end.
 */
#ifndef EFI_RUNTIME_IO_H
#define EFI_RUNTIME_IO_H

#include <fw/efi_runtime_io.h>

/**
 * io_use() - choose the way
 * @code: of the way; 0: instructions
 * @data: for it
 *
 * Return: false if the image has no such way.
 */
bool io_use(u32 code, u64 data);

/** io_exit_boot() - boot services end */
void io_exit_boot(void);

/** io_convert() - pointers become virtual */
void io_convert(void);

/** io_has_mmio() - whether memory of devices can be accessed at all */
bool io_has_mmio(void);

/** io_begin() - a service starts: nothing has gone wrong yet */
void io_begin(void);

/** io_failed() - whether something has */
bool io_failed(void);

/* Ports. A read that fails gives ones. */
u8 io_inb(u16 port);
void io_out(u16 port, unsigned int width, u32 value);

/* Memory of devices. */
u8 io_readb(const struct efi_runtime_mmio *at, u32 offset);
void io_write(const struct efi_runtime_mmio *at, u32 offset, unsigned int width, u32 value);

#endif
