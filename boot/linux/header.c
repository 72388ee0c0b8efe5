/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The setup header of a bzImage: every field that the loader relies on is
 * checked here, once.
 * Document: Linux 6.12, Documentation/arch/x86/boot.rst, "The Real-Mode
 * Kernel Header".
 */
#define pr_fmt(fmt) "boot: " fmt

#include <fw/errno.h>
#include <fw/log.h>
#include <fw/memmap.h>

#include "linux.h"

/* The first version with xloadflags, which tells of the 64-bit entry. */
#define VERSION_MIN		0x020c
/* What a header of that version has at least; later fields are optional. */
#define HEADER_MIN		offsetof(struct linux_setup_header, kernel_info_offset)
#define ALIGN_MAX		GiB(1)
/* setup_sects of kernels from before the field existed. */
#define SETUP_SECTS_DEFAULT	4

static int refuse(const char *field, size_t offset, u64 value, const char *why)
{
	pr_err("bad kernel: %s (offset 0x%zx) is 0x%lx: %s", field,
	       LINUX_SETUP_HEADER_OFFSET + offset, (unsigned long)value, why);
	return -EINVAL;
}

#define REFUSE(field, value, why) \
	refuse(#field, offsetof(struct linux_setup_header, field), value, why)

static int check_kind(struct linux_image *img)
{
	const struct linux_setup_header *hdr = &img->hdr;
	u32 end = LINUX_SETUP_HEADER_END_BASE + hdr->jump[1] - LINUX_SETUP_HEADER_OFFSET;

	if (le16_to_cpu(hdr->boot_flag) != LINUX_BOOT_FLAG)
		return REFUSE(boot_flag, le16_to_cpu(hdr->boot_flag), "not a bzImage");
	if (le32_to_cpu(hdr->header) != LINUX_HEADER_MAGIC)
		return REFUSE(header, le32_to_cpu(hdr->header), "not a bzImage");
	if (le16_to_cpu(hdr->version) < VERSION_MIN)
		return REFUSE(version, le16_to_cpu(hdr->version), "older than 0x20c");
	if (end < HEADER_MIN)
		return REFUSE(jump[1], hdr->jump[1], "header too short");
	if (!(hdr->loadflags & LINUX_LOADED_HIGH))
		return REFUSE(loadflags, hdr->loadflags, "a zImage");
	if (!(le16_to_cpu(hdr->xloadflags) & LINUX_XLF_KERNEL_64))
		return REFUSE(xloadflags, le16_to_cpu(hdr->xloadflags), "no 64-bit entry");
	/* A later version's fields are unknown to us and stay zero. */
	img->hdr_len = MIN(end, (u32)sizeof(*hdr));
	img->above_4g = le16_to_cpu(hdr->xloadflags) & LINUX_XLF_ABOVE_4G;
	return 0;
}

/*
 * The kernel has syssize paragraphs; what follows in the host's item is a
 * signature or the host's own setup_data.
 */
static int check_sizes(struct linux_image *img, u32 setup_size, u32 kernel_size)
{
	const struct linux_setup_header *hdr = &img->hdr;
	u32 sects = hdr->setup_sects ? hdr->setup_sects : SETUP_SECTS_DEFAULT;
	u64 load_size = (u64)le32_to_cpu(hdr->syssize) * 16;
	u64 payload_end = (u64)le32_to_cpu(hdr->payload_offset) +
			  le32_to_cpu(hdr->payload_length);

	if (setup_size != (sects + 1) * LINUX_SECTOR_SIZE)
		return REFUSE(setup_sects, hdr->setup_sects, "the host's setup size differs");
	if (load_size <= LINUX_ENTRY64_OFFSET)
		return REFUSE(syssize, le32_to_cpu(hdr->syssize), "no room for an entry point");
	if (load_size > kernel_size)
		return REFUSE(syssize, le32_to_cpu(hdr->syssize), "the kernel is truncated");
	if (le32_to_cpu(hdr->init_size) < load_size)
		return REFUSE(init_size, le32_to_cpu(hdr->init_size), "less than the kernel");
	if (payload_end > load_size)
		return REFUSE(payload_length, le32_to_cpu(hdr->payload_length),
			      "the payload ends after the kernel");
	img->load_size = (u32)load_size;
	img->init_size = le32_to_cpu(hdr->init_size);
	return 0;
}

static int check_address(struct linux_image *img)
{
	const struct linux_setup_header *hdr = &img->hdr;
	u64 align = le32_to_cpu(hdr->kernel_alignment);
	u64 pref = le64_to_cpu(hdr->pref_address);

	if (align < PAGE_SIZE || align > ALIGN_MAX || (align & (align - 1)))
		return REFUSE(kernel_alignment, align, "not a power of two from 4 KiB to 1 GiB");
	if (!pref || !IS_ALIGNED(pref, align))
		return REFUSE(pref_address, pref, "not a multiple of kernel_alignment");
	if (pref > GiB(4) - img->init_size)
		return REFUSE(pref_address, pref, "too close to 4 GiB");
	img->pref = pref;
	img->align = align;
	img->relocatable = hdr->relocatable_kernel;
	return 0;
}

int linux_header_check(struct linux_image *img, u32 setup_size, u32 kernel_size)
{
	int rc;

	rc = check_kind(img);
	if (rc)
		return rc;
	rc = check_sizes(img, setup_size, kernel_size);
	if (rc)
		return rc;
	return check_address(img);
}
