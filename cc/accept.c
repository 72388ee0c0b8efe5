/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * RAM that must be accepted before its first use: who accepts what, and when. The
 * memory map is the record of what is not: a page is MEM_UNACCEPTED until the one
 * time that it is accepted.
 *
 * A boot protocol without unaccepted memory wants all of it done. Under UEFI it is
 * accepted as it is asked for, and the operating system does the rest, or asks for
 * that by saying nothing.
 * Document: UEFI 2.10, section 7.2.1 (EfiUnacceptedMemoryType).
 */
#define pr_fmt(fmt) "cc: " fmt

#include <asm/paging.h>
#include <fw/cc.h>
#include <fw/hooks.h>
#include <fw/layout.h>
#include <fw/log.h>
#include <fw/memmap.h>

/* What the firmware itself may need before the rest is accepted. */
#define FIRST_SIZE	MiB(32)

/* Large pages are never split: neither the host's nor those of the OS's record. */
#define UNIT		MiB(2)

/* What a processor takes at a time. */
#define CHUNK		MiB(32)

/* What is accepted at once where more is going to be asked for. */
#define AHEAD		MiB(CONFIG_EFI_ACCEPT_MIB)

/* After so much the log says how far it is: seconds, on a large machine. */
#define STEP		GiB(64)

/* One range that every processor works on. */
struct job {
	phys_addr_t base;
	u64 size;
	u64 taken;		/* bytes; atomic, and goes beyond @size */
	int rc;			/* the last error of any processor */
};

static void accept_chunks(void *arg)
{
	const struct cc_mem_ops *mem = &cc_active()->mem;
	struct job *job = arg;
	u64 at;
	int rc;

	for (;;) {
		at = __atomic_fetch_add(&job->taken, CHUNK, __ATOMIC_RELAXED);
		if (at >= job->size || __atomic_load_n(&job->rc, __ATOMIC_RELAXED) != 0)
			return;
		rc = mem->accept(job->base + at, MIN(CHUNK, job->size - at));
		if (rc != 0)
			__atomic_store_n(&job->rc, rc, __ATOMIC_RELAXED);
	}
}

static int run_job(struct job *job, bool parallel)
{
	const struct cc_guest *guest = cc_active();
	int rc = 0;

	if (parallel && guest->run_on_all != NULL && job->size > CHUNK)
		rc = guest->run_on_all(accept_chunks, job);
	else
		accept_chunks(job);
	return rc != 0 ? rc : job->rc;
}

/*
 * A range is nobody's while it is accepted, for page tables and stacks may be taken
 * meanwhile. If that fails it stays so; and that it worked needs no room in the map.
 */
static int take(struct memmap *map, phys_addr_t base, u64 size)
{
	phys_addr_t above = MAX(base, GiB(4));
	int rc = memmap_set(map, base, size, MEM_UNUSABLE);

	/* Of what lies higher, the tables have the first 4 GiB. */
	if (rc == 0 && base + size > above)
		rc = paging_map(above, base + size - above, MAP_RW);
	return rc;
}

int cc_accept(struct memmap *map, phys_addr_t base, u64 size, bool parallel)
{
	const struct cc_mem_ops *mem = &cc_active()->mem;
	struct job job = { .base = base, .size = size };
	int rc = 0;

	if (!memmap_has_type(map, base, size, MEM_UNACCEPTED))
		return -EEXIST;
	if (IS_ENABLED(CONFIG_ACCEPT_ON_DEMAND))
		rc = take(map, base, size);
	if (rc == 0 && mem->accept_begin != NULL)
		rc = mem->accept_begin(base, size);
	if (rc != 0)
		return rc;
	rc = run_job(&job, parallel);
	if (rc != 0) {
		pr_err("0x%llx bytes of RAM at 0x%llx cannot be accepted: error %d",
		       (unsigned long long)size, (unsigned long long)base, rc);
		return rc;
	}
	return memmap_set(map, base, size, MEM_CONVENTIONAL);
}

/* Of @map, accept what lies in [@start, @end). */
static int accept_between(struct memmap *map, phys_addr_t start, phys_addr_t end, bool parallel)
{
	const struct memmap_entry *e;
	phys_addr_t base;
	size_t i = 0;
	u64 size;
	int rc;

	while (i < map->count) {
		e = &map->entry[i++];
		base = IS_ENABLED(CONFIG_ACCEPT_ON_DEMAND) ? MAX(e->base, start) : e->base;
		size = MIN(e->base + (e->pages << PAGE_SHIFT), end) - base;
		if (e->type != MEM_UNACCEPTED || (s64)size <= 0)
			continue;
		size = MIN(size, STEP);
		if (!IS_ENABLED(CONFIG_ACCEPT_ON_DEMAND) || parallel)
			pr_info("accepting %llu MiB at 0x%llx", (unsigned long long)(size / MiB(1)),
				(unsigned long long)base);
		rc = cc_accept(map, base, size, parallel);
		if (rc != 0)
			return rc;
		/* The entry may have become one with its neighbours. */
		i = 0;
	}
	return 0;
}

/*
 * Only the fixed pages are usable from the start: the image has told the host
 * so before the launch, and what the host says now does not change it.
 */
static int mark_unaccepted(struct memmap *map)
{
	static const struct {
		phys_addr_t base;
		u64 size;
	} usable[] = {
#define LAYOUT_RANGE(name, base, size, type, launch, what) { base, size },
#include <fw/layout.def>
#undef LAYOUT_RANGE
	};
	size_t i;
	int rc;

	for (i = 0; i < map->count; i++) {
		/* All at once: neighbours of a type are one entry. */
		if (map->entry[i].type == MEM_CONVENTIONAL)
			map->entry[i].type = MEM_UNACCEPTED;
	}
	for (i = 0; i < ARRAY_SIZE(usable); i++) {
		/* If it is not RAM, whoever reserves it says so. */
		if (!memmap_has_type(map, usable[i].base, usable[i].size, MEM_UNACCEPTED))
			continue;
		rc = memmap_set(map, usable[i].base, usable[i].size, MEM_CONVENTIONAL);
		if (rc != 0)
			return rc;
	}
	return 0;
}

/*
 * With UEFI, what lies below the image and around it; all else is taken from the
 * top of RAM, and the middle is for the operating system.
 */
static int accept_first(struct memmap *map)
{
	phys_addr_t end = FIRST_SIZE;
	int rc;

	if (!cc_has(CC_ATTR_MEM_ACCEPT))
		return 0;
	rc = mark_unaccepted(map);
	if (rc != 0)
		return rc;
	if (IS_ENABLED(CONFIG_ACCEPT_ON_DEMAND))
		end = ALIGN_UP((uintptr_t)layout_image_end, UNIT);
	return accept_between(map, 0, end, false);
}
HOOK(memmap_import, 50, common, accept_first);

static bool left_to_os;

int cc_accept_rest(void)
{
	if ((IS_ENABLED(CONFIG_ACCEPT_ON_DEMAND) && left_to_os) || !cc_has(CC_ATTR_MEM_ACCEPT))
		return 0;
	return accept_between(&memmap, 0, ~(phys_addr_t)0, true);
}

static int accept_all(void)
{
	return IS_ENABLED(CONFIG_ACCEPT_ON_DEMAND) ? 0 : cc_accept_rest();
}
HOOK(memmap_post, 10, common, accept_all);

void cc_accept_leave(void)
{
	if (!left_to_os)
		memmap.changes++;
	left_to_os = true;
}

bool cc_accept_is_left(void)
{
	return left_to_os;
}

/*
 * Memory is taken from the top downwards, so that what is below is asked for next;
 * but not if the range is in the middle of what nobody has asked for.
 */
int cc_accept_asked(phys_addr_t base, u64 size)
{
	phys_addr_t start = ALIGN_DOWN(base, UNIT), end = ALIGN_UP(base + size, UNIT);

	if (memmap_has_type(&memmap, base, size, MEM_CONVENTIONAL))
		return 0;
	if (!memmap_has_type(&memmap, end, PAGE_SIZE, MEM_UNACCEPTED))
		start = start + UNIT - MIN(start + UNIT, AHEAD);
	return accept_between(&memmap, start, end, false);
}
