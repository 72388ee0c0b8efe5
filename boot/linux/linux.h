/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* What the files of the Linux boot protocol share. */
#ifndef BOOT_LINUX_H
#define BOOT_LINUX_H

#include <fw/host_input.h>
#include <fw/linux_boot.h>
#include <fw/memmap.h>
#include <fw/types.h>
#include <spec/linux_boot.h>

/**
 * struct linux_image - a kernel as its checked header describes it
 * @hdr:         the header
 * @hdr_len:     bytes of @hdr that are the kernel's; all that is used lies in them
 * @load_size:   bytes of the kernel, without what follows it in its file
 * @init_size:   bytes of memory it needs at its load address
 * @pref:        address it prefers
 * @align:       alignment of any other load address
 * @relocatable: whether another address will do
 * @above_4g:    whether it accepts an initrd anywhere
 */
struct linux_image {
	struct linux_setup_header hdr;
	u32 hdr_len;
	u32 load_size;
	u64 init_size;
	phys_addr_t pref;
	u64 align;
	bool relocatable;
	bool above_4g;
};

/**
 * linux_header_check() - judge a setup header and take out what matters
 * @img:         image; only @hdr is set, from the host's bytes
 * @setup_size:  bytes of the real-mode part, as the host says
 * @kernel_size: bytes of the protected-mode part, as the host says
 *
 * Return: 0, or -EINVAL with the reason logged.
 */
int linux_header_check(struct linux_image *img, u32 setup_size, u32 kernel_size);

/**
 * struct linux_placement - where the parts of a kernel are in memory
 * @kernel:      protected-mode part
 * @kernel_size: bytes of memory for it, a multiple of large pages
 * @initrd:      initrd, if @initrd_size is not 0
 * @initrd_size: bytes
 * @params:      struct linux_boot_params
 * @cmdline:     command line, NUL-terminated
 */
struct linux_placement {
	phys_addr_t kernel;
	u64 kernel_size;
	phys_addr_t initrd;
	u32 initrd_size;
	phys_addr_t params;
	phys_addr_t cmdline;
};

/**
 * linux_params_fill() - fill in the parameters except memory and setup_data
 * @bp:    a page; what it contained is overwritten
 * @img:   checked image
 * @place: placement
 * @rsdp:  address of the RSDP, or 0
 */
void linux_params_fill(struct linux_boot_params *bp, const struct linux_image *img,
		       const struct linux_placement *place, phys_addr_t rsdp);

/**
 * linux_params_set_memory() - write the E820 view of the memory map
 * @bp:   parameters
 * @map:  memory map
 * @list: gets what the parameters have no room for
 *
 * Return: 0, or -ENOMEM with the reason logged.
 */
int linux_params_set_memory(struct linux_boot_params *bp, const struct memmap *map,
			    struct setup_data_list *list);

/**
 * linux_e820_view() - a memory map as an E820 table, neighbours merged
 * @map:  memory map
 * @skip: entries to leave out at the beginning
 * @out:  table
 * @max:  entries that @out has room for
 *
 * Return: number of entries of the whole table, however many were written.
 */
size_t linux_e820_view(const struct memmap *map, size_t skip,
		       struct linux_e820_entry *out, size_t max);

/**
 * linux_import_setup_data() - take over entries that the host appended
 * @list:        list
 * @chain:       the header's setup_data, as the host wrote it
 * @kernel_size: bytes of the item that the entries must lie in
 *
 * The host writes addresses as if the kernel were where fw_cfg proposes; what
 * cannot be an entry in the kernel's item ends the chain and is left out.
 *
 * Return: 0, or an error with the reason logged.
 */
int linux_import_setup_data(struct setup_data_list *list, u64 chain, u32 kernel_size);

#endif
