/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Pages that the host may see. The list here is the record of them: nothing is
 * shared twice, and nothing stays shared when the operating system takes over.
 */
#define pr_fmt(fmt) "cc: " fmt

#include <asm/paging.h>
#include <fw/cc.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/memmap.h>
#include <fw/string.h>

/* Where the flash ends is code that runs in place, private and measured. */
#define FLASH_WINDOW	(GiB(4) - MiB(16))

/* Buffers for devices and a page or two for the host: a handful. */
#define SHARED_MAX	16

struct shared_range {
	phys_addr_t base;
	u64 size;
};

static struct shared_range shared[SHARED_MAX];
static size_t shared_count;

static bool overlaps_shared(phys_addr_t base, u64 size)
{
	const struct shared_range *r;

	for (r = shared; r < shared + shared_count; r++) {
		if (base < r->base + r->size && r->base < base + size)
			return true;
	}
	return false;
}

int cc_share(phys_addr_t base, u64 size)
{
	const struct cc_guest *guest = cc_active();
	int rc;

	if (guest == NULL)
		return 0;
	if (overlaps_shared(base, size))
		return -EEXIST;
	if (shared_count == SHARED_MAX)
		return -ENOSPC;
	if (guest->mem.share != NULL) {
		rc = guest->mem.share(base, size);
		if (rc != 0)
			return rc;
	}
	rc = paging_map(base, size, MAP_RW_SHARED);
	if (rc != 0)
		return rc;
	shared[shared_count].base = base;
	shared[shared_count].size = size;
	shared_count++;
	memset((void *)(uintptr_t)base, 0, size);
	return 0;
}

int cc_unshare(phys_addr_t base, u64 size)
{
	const struct cc_guest *guest = cc_active();
	struct shared_range *r = shared;
	int rc;

	if (guest == NULL)
		return 0;
	while (r < shared + shared_count && (r->base != base || r->size != size))
		r++;
	if (r == shared + shared_count)
		return -ENOENT;
	memset((void *)(uintptr_t)base, 0, size);
	rc = paging_map(base, size, MAP_RW);
	if (rc != 0)
		return rc;
	if (guest->mem.unshare != NULL) {
		rc = guest->mem.unshare(base, size);
		if (rc != 0)
			return rc;
	}
	*r = shared[--shared_count];
	memset((void *)(uintptr_t)base, 0, size);
	return 0;
}

/*
 * Devices' memory is never private. Where the firmware's tables say so for all
 * addresses below 4 GiB, what is not RAM is corrected as soon as that is known.
 */
static int map_devices(void)
{
	phys_addr_t base = ALIGN_UP(memmap_ram_end(&memmap, GiB(4)), MiB(2));

	if (!cc_has(CC_ATTR_MEM_ENCRYPT) || base >= FLASH_WINDOW)
		return 0;
	return paging_map(base, FLASH_WINDOW - base, MAP_MMIO);
}
HOOK(memmap_post, 05, common, map_devices);

static int check_shared(void)
{
	if (shared_count == 0)
		return 0;
	pr_err("0x%llx bytes at 0x%llx would stay visible to the host",
	       (unsigned long long)shared[0].size, (unsigned long long)shared[0].base);
	return -EIO;
}
HOOK(os_enter_pre, 90, common, check_shared);
