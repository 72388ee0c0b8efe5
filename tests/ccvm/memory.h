/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Where the guest's memory is. Each guest-physical page of RAM has two pages
 * behind it: a shared one, which devices reach too, so its host-physical
 * address is the guest-physical one; and a private one in a pool of its own.
 *
 *	0 .. low		shared pages of low RAM
 *	CCVM_BASE .. 2 GiB	ccvm itself
 *	4 GiB .. 4 GiB + high	shared pages of high RAM
 *	then			private pages: low, high, firmware image
 *				shared pages of the firmware image
 *				tables of ccvm
 *
 * The guest's low RAM ends at CCVM_BASE at the latest; what it has more
 * begins at 4 GiB, as on q35.
 */
#ifndef CCVM_MEMORY_H
#define CCVM_MEMORY_H

#include <fw/types.h>

#define CCVM_BASE	0x7e000000ull	/* linked for this address, ccvm.lds.S */
#define CCVM_LIMIT	0x80000000ull
#define HIGH_RAM	0x100000000ull
#define MEM_NONE	(~0ull)

/*
 * The entry of other processors must be below 1 MiB. This page holds it; the
 * guest's page at this address is another one, which devices cannot reach.
 */
#define HIDDEN_PAGE	0x9f000ull

/**
 * struct guest_memory - what the guest has
 * @low, @high:	bytes of RAM from 0 and from 4 GiB
 * @fw_base:	where its firmware image begins
 * @fw_size:	bytes of it
 * @host_end:	end of QEMU's RAM
 */
struct guest_memory {
	u64 low, high;
	u64 fw_base, fw_size;
	u64 host_end;
};

extern struct guest_memory guest;

/**
 * mem_init() - divide QEMU's memory
 * @ram:	bytes of RAM the guest is to have
 * @fw_base:	guest-physical address of the firmware image
 * @fw_size:	and its size
 * @host_low:	end of QEMU's RAM below 4 GiB
 * @host_end:	end of QEMU's RAM above 4 GiB
 *
 * Fatal if it is not enough.
 */
void mem_init(u64 ram, u64 fw_base, u64 fw_size, u64 host_low, u64 host_end);

/** mem_alloc() - zeroed memory for tables, page-aligned, never freed */
void *mem_alloc(size_t size);

/** mem_is_ram() - whether an address without view bit is guest RAM */
bool mem_is_ram(u64 gpa);

/** mem_is_firmware() - whether it is in the firmware image */
bool mem_is_firmware(u64 gpa);

/** mem_page_number() - number of a page of RAM or firmware; MEM_NONE for others */
u64 mem_page_number(u64 gpa);

/** mem_page_count() - how many numbers there are */
u64 mem_page_count(void);

/** mem_page_gpa() - the inverse of mem_page_number() */
u64 mem_page_gpa(u64 number);

/* Host-physical address of a byte in one of the views; MEM_NONE if not RAM. */
u64 mem_private(u64 gpa);
u64 mem_shared(u64 gpa);

/**
 * mem_shared_ptr() - shared guest memory that lies in one page
 *
 * Return: pointer, or NULL if it is no RAM or crosses a page.
 */
void *mem_shared_ptr(u64 gpa, size_t len);

/** mem_private_ptr() - the same for private memory */
void *mem_private_ptr(u64 gpa, size_t len);

/** mem_copy_private() - write private guest memory over page borders; 0 or -ERANGE */
int mem_copy_private(u64 gpa, const void *src, size_t len);

/** mem_hole() - a page of ones, for addresses at which nothing is */
u64 mem_hole(void);

static inline void *host_ptr(u64 hpa)
{
	return (void *)(uintptr_t)hpa;
}

#endif
