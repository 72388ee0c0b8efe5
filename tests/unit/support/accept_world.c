/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Boot services in a guest whose RAM must be accepted. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <cmocka.h>

#include <fw/alloc.h>
#include <fw/cc.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/memmap.h>

#include "accept_world.h"
#include "efi_world.h"

__asm__(".globl layout_image_end\n.set layout_image_end, 0x9a0000\n");

static const struct {
	u64 base, size;
} ram[] = {
	{ 0, WORLD_LOW_END }, { WORLD_RAM, WORLD_RAM_SIZE }, { WORLD_HIGH, WORLD_HIGH_SIZE },
};
static bool accepted[ARRAY_SIZE(ram)][MiB(64) / 4096];

u64 world_accept_fails = ~(u64)0;
unsigned int world_parallel, world_asked;

static bool *page_of(u64 addr)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ram); i++) {
		if (addr >= ram[i].base && addr < ram[i].base + ram[i].size)
			return &accepted[i][(addr - ram[i].base) / PAGE_SIZE];
	}
	fail_msg("0x%lx is not RAM", addr);
	return NULL;
}

u64 world_accepted(u64 base, u64 size)
{
	u64 at, count = 0;

	for (at = base; at < base + size; at += PAGE_SIZE)
		count += *page_of(at);
	return count;
}

u64 world_accepted_all(void)
{
	u64 count = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ram); i++)
		count += world_accepted(ram[i].base, ram[i].size);
	return count;
}

static bool guest_probe(void)
{
	return true;
}

static void guest_start(void)
{
}

static bool guest_has(enum cc_attr attr)
{
	return attr == CC_ATTR_MEM_ACCEPT;
}

static int guest_begin(phys_addr_t base, u64 size)
{
	world_asked++;
	assert_int_equal(world_accepted(base, size), 0);
	return 0;
}

static int guest_accept(phys_addr_t base, u64 size)
{
	u64 at;

	for (at = base; at < base + size; at += PAGE_SIZE) {
		if (at == world_accept_fails)
			return -EIO;
		assert_false(*page_of(at));
		*page_of(at) = true;
		if (at >= WORLD_RAM && at < WORLD_RAM_END)
			assert_int_equal(mprotect((void *)at, PAGE_SIZE,
						  PROT_READ | PROT_WRITE), 0);
	}
	return 0;
}

/* As the real ones: stacks are taken while a range is being accepted. */
static int guest_run_on_all(void (*fn)(void *arg), void *arg)
{
	phys_addr_t stacks;

	world_parallel++;
	assert_int_equal(page_alloc(MEM_BOOT_DATA, KiB(16), PAGE_SIZE, PHYS_MAX_32, &stacks), 0);
	memset((void *)stacks, 0x33, KiB(16));
	fn(arg);
	page_free(stacks, KiB(16));
	return 0;
}

static const struct cc_guest test_guest = {
	.name = "test",
	.probe = guest_probe,
	.start = guest_start,
	.has = guest_has,
	.run_on_all = guest_run_on_all,
	.mem = {
		.accept_begin = guest_begin,
		.accept = guest_accept,
	},
};
CC_GUEST(10, test_guest);

/* What the firmware's platform does before it reserves anything. */
static int import(struct memmap *map)
{
	if (mprotect((void *)WORLD_RAM, WORLD_RAM_SIZE, PROT_NONE) != 0)
		return -EIO;
	return hook_run(memmap_import, map);
}
HOOK(memmap_ram, 01, common, import);

int accept_world_start(void **state)
{
	cc_init();
	return world_start(state);
}
