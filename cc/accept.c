/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * RAM that must be accepted before its first use. The memory map is the record
 * of what is not: a page is MEM_UNACCEPTED until the one time that it is
 * accepted. A boot protocol without unaccepted memory wants all of it done.
 * Document: UEFI 2.10, section 7.2.1 (EfiUnacceptedMemoryType).
 */
#define pr_fmt(fmt) "cc: " fmt

#include <fw/cc.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/memmap.h>

/* What the firmware itself may need before the rest is accepted. */
#define FIRST_SIZE	MiB(32)

/* What a processor takes at a time. */
#define CHUNK		MiB(32)

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

int cc_accept(struct memmap *map, phys_addr_t base, u64 size, bool parallel)
{
	const struct cc_mem_ops *mem = &cc_active()->mem;
	struct job job = { .base = base, .size = size };
	int rc = 0;

	if (!memmap_has_type(map, base, size, MEM_UNACCEPTED))
		return -EEXIST;
	if (mem->accept_begin != NULL)
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

/* Of @map, accept what lies below @limit. */
static int accept_below(struct memmap *map, phys_addr_t limit, bool parallel)
{
	const struct memmap_entry *e;
	size_t i = 0;
	u64 size;
	int rc;

	while (i < map->count) {
		e = &map->entry[i];
		if (e->type != MEM_UNACCEPTED || e->base >= limit) {
			i++;
			continue;
		}
		size = MIN(MIN(e->pages << PAGE_SHIFT, limit - e->base), STEP);
		pr_info("accepting %llu MiB at 0x%llx", (unsigned long long)(size / MiB(1)),
			(unsigned long long)e->base);
		rc = cc_accept(map, e->base, size, parallel);
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

static int accept_first(struct memmap *map)
{
	int rc;

	if (!cc_has(CC_ATTR_MEM_ACCEPT))
		return 0;
	rc = mark_unaccepted(map);
	if (rc != 0)
		return rc;
	return accept_below(map, FIRST_SIZE, false);
}
HOOK(memmap_import, 50, common, accept_first);

static int accept_rest(void)
{
	if (!cc_has(CC_ATTR_MEM_ACCEPT))
		return 0;
	return accept_below(&memmap, ~(phys_addr_t)0, true);
}
HOOK(memmap_post, 10, common, accept_rest);
