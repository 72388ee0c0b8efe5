/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of core/dma.c and core/dma_shared.c: what devices reach, and when, in
 * a plain guest and in one with encrypted memory. The tests follow a boot: before
 * the allocator, with it, and after the end of all sharing.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <fw/alloc.h>
#include <fw/cc.h>
#include <fw/dma.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/layout.h>

#include "support.h"

#define POOL		0x40000000u
#define POOL_SIZE	0x200000u
#define PLAIN		0x50000000u

/* The early region: its place is the linker's business in the firmware. */
__asm__(".bss\n.balign 4096\n.globl layout_dma_early, layout_dma_early_end\n"
	"layout_dma_early: .skip 8192\nlayout_dma_early_end:\n.text\n");

struct memmap memmap;

static bool encrypted, share_fails, ram_is_full;
static struct { phys_addr_t base; u64 size; } shared[4];
static size_t shared_count;
static unsigned int allocs, frees;
static u8 buf[3 * POOL_SIZE];

bool cc_has(enum cc_attr attr)
{
	return encrypted && attr == CC_ATTR_MEM_ENCRYPT;
}

int cc_share(phys_addr_t base, u64 size)
{
	if (share_fails)
		return -EIO;
	assert_true(shared_count < 4);
	shared[shared_count].base = base;
	shared[shared_count++].size = size;
	memset((void *)(uintptr_t)base, 0, size);
	return 0;
}

int cc_unshare(phys_addr_t base, u64 size)
{
	size_t i;

	for (i = 0; i < shared_count; i++) {
		if (shared[i].base == base && shared[i].size == size) {
			shared[i] = shared[--shared_count];
			return 0;
		}
	}
	return -ENOENT;
}

int page_alloc(enum mem_type type, u64 size, u64 align, phys_addr_t max, phys_addr_t *base)
{
	if (ram_is_full)
		return -ENOMEM;
	allocs++;
	assert_true(max <= PHYS_MAX_32);
	assert_int_equal(type, MEM_BOOT_DATA);
	*base = encrypted ? POOL : PLAIN;
	assert_true(!encrypted || (align == POOL_SIZE && size == POOL_SIZE));
	mock_ram(*base, ALIGN_UP(size, PAGE_SIZE));
	memset((void *)(uintptr_t)*base, 0xa5, size);
	return 0;
}

void page_free(phys_addr_t base, u64 size)
{
	frees++;
	assert_int_equal(base, PLAIN);
}

static bool is_shared(phys_addr_t addr, size_t len)
{
	size_t i;

	for (i = 0; i < shared_count; i++) {
		if (addr >= shared[i].base && addr + len <= shared[i].base + shared[i].size)
			return true;
	}
	return false;
}

static u8 *device(const struct dma_mapping *m)
{
	return (u8 *)(uintptr_t)m->addr;
}

static bool is_zero(const u8 *p, size_t len)
{
	return len == 0 || (p[0] == 0 && memcmp(p, p + 1, len - 1) == 0);
}

static int setup(void **state)
{
	encrypted = true;
	share_fails = ram_is_full = false;
	memset(buf, 0x5a, sizeof(buf));
	mock_log_reset();
	return 0;
}

static int setup_plain(void **state)
{
	setup(state);
	encrypted = false;
	return 0;
}

static void test_plain_identity(void **state)
{
	struct dma_mapping m;

	assert_int_equal(dma_map(&m, (uintptr_t)buf, sizeof(buf), DMA_BIDIRECTIONAL), 0);
	assert_int_equal(m.addr, (uintptr_t)buf);
	assert_int_equal(m.len, sizeof(buf));
	dma_unmap(&m);
	/* Nothing of it is mapped, or has to exist. */
	assert_int_equal(dma_map(&m, (u64)1 << 50, 1 << 20, DMA_FROM_DEVICE), 0);
	assert_int_equal(m.addr, (u64)1 << 50);
	dma_unmap(&m);
	assert_int_equal(shared_count, 0);
	assert_int_equal(hook_run(os_enter_pre), 0);
	assert_int_equal(dma_map(&m, (uintptr_t)buf, 1, DMA_TO_DEVICE), 0);
}

static void test_plain_alloc(void **state)
{
	phys_addr_t dev;
	void *early, *later;

	memmap.count = 0;
	early = dma_alloc(16, &dev);
	assert_non_null(early);
	assert_int_equal(dev, (uintptr_t)early);
	assert_true(IS_ALIGNED(dev, 64));
	assert_true(is_zero(early, 16));
	assert_int_equal(allocs, 0);
	assert_null(dma_alloc(16, &dev));
	assert_int_equal(mock_log_errors(), 1);

	memmap.count = 1;
	later = dma_alloc(5000, &dev);
	assert_int_equal((uintptr_t)later, PLAIN);
	assert_int_equal(dev, PLAIN);
	assert_true(is_zero(later, 5000));
	dma_free(early, 16);
	dma_free(NULL, 16);
	assert_int_equal(frees, 0);
	dma_free(later, 5000);
	assert_int_equal(frees, 1);
	assert_int_equal(shared_count, 0);
	memmap.count = 0;
}

static void test_not_shared(void **state)
{
	struct dma_mapping m;
	phys_addr_t dev;

	share_fails = true;
	assert_int_equal(dma_map(&m, (uintptr_t)buf, 1, DMA_TO_DEVICE), -EIO);
	assert_null(dma_alloc(1, &dev));
	assert_int_equal(shared_count, 0);
}

static void test_early(void **state)
{
	struct dma_mapping m, m2, none;
	phys_addr_t dev;
	u8 *ring;

	ring = dma_alloc(16, &dev);
	assert_int_equal(dev, (uintptr_t)ring);
	assert_true(is_shared(dev, 16));
	assert_true(IS_ALIGNED(dev, 4096));

	/* One page is left, however much is wanted. */
	assert_int_equal(dma_map(&m, (uintptr_t)buf, 10000, DMA_FROM_DEVICE), 0);
	assert_int_equal(m.len, 4096);
	assert_true(is_shared(m.addr, m.len));
	assert_int_equal(dma_map(&m2, (uintptr_t)buf, 1, DMA_TO_DEVICE), -ENOMEM);
	assert_int_equal(mock_log_errors(), 1);
	assert_null(dma_alloc(4096, &dev));
	/* Nothing to transfer needs no room. */
	assert_int_equal(dma_map(&none, (uintptr_t)buf, 0, DMA_TO_DEVICE), 0);
	assert_int_equal(none.len, 0);
	dma_unmap(&none);
	dma_unmap(&m);
	dma_free(ring, 16);
	assert_int_equal(shared_count, 1);
	assert_int_equal(allocs, 1);
}

static void test_directions(void **state)
{
	struct dma_mapping m;
	u8 *seen;

	assert_int_equal(dma_map(&m, (uintptr_t)buf, 100, DMA_FROM_DEVICE), 0);
	seen = device(&m);
	assert_true(is_zero(seen, 4096));
	memset(seen, 0x11, 100);
	assert_int_equal(buf[0], 0x5a);
	dma_unmap(&m);
	assert_int_equal(buf[0], 0x11);
	assert_int_equal(buf[99], 0x11);
	assert_int_equal(buf[100], 0x5a);
	assert_true(is_zero(seen, 4096));

	assert_int_equal(dma_map(&m, (uintptr_t)buf, 100, DMA_TO_DEVICE), 0);
	seen = device(&m);
	assert_memory_equal(seen, buf, 100);
	assert_true(is_zero(seen + 100, 3996));
	memset(seen, 0x22, 100);
	dma_unmap(&m);
	assert_int_equal(buf[0], 0x11);
	assert_true(is_zero(seen, 4096));

	assert_int_equal(dma_map(&m, (uintptr_t)buf, 100, DMA_BIDIRECTIONAL), 0);
	seen = device(&m);
	assert_memory_equal(seen, buf, 100);
	memset(seen, 0x33, 50);
	dma_unmap(&m);
	assert_int_equal(buf[49], 0x33);
	assert_int_equal(buf[50], 0x11);
	assert_true(is_zero(seen, 4096));
}

static void test_pool(void **state)
{
	struct dma_mapping m, m2;
	unsigned int parts = 0;
	size_t done = 0, i;

	allocs = 0;
	assert_int_equal(hook_run(memmap_post), 0);
	/* What the early region has room for makes no pool. */
	assert_int_equal(dma_map(&m, (uintptr_t)buf, 8192, DMA_TO_DEVICE), 0);
	dma_unmap(&m);
	assert_int_equal(allocs, 0);

	ram_is_full = true;
	assert_int_equal(dma_map(&m, (uintptr_t)buf, 8193, DMA_TO_DEVICE), -ENOMEM);
	assert_int_equal(mock_log_errors(), 1);
	ram_is_full = false;

	while (done < sizeof(buf) - 7) {
		assert_int_equal(dma_map(&m, (uintptr_t)buf + done, sizeof(buf) - 7 - done,
					 DMA_FROM_DEVICE), 0);
		assert_true(is_shared(m.addr, m.len));
		assert_true(is_zero(device(&m), m.len));
		memset(device(&m), (int)++parts, m.len);
		dma_unmap(&m);
		done += m.len;
	}
	assert_int_equal(parts, 3);
	assert_int_equal(allocs, 1);
	for (i = 0; i < sizeof(buf) - 7; i += 4093)
		assert_int_equal(buf[i], i / POOL_SIZE + 1);
	assert_int_equal(buf[sizeof(buf) - 7], 0x5a);
	assert_true(is_zero((u8 *)(uintptr_t)POOL, POOL_SIZE));

	/* Two at once: the second gets what is left. */
	assert_int_equal(dma_map(&m, (uintptr_t)buf, POOL_SIZE - 8192, DMA_TO_DEVICE), 0);
	assert_int_equal(dma_map(&m2, (uintptr_t)buf, 3 * 4096, DMA_TO_DEVICE), 0);
	assert_int_equal(m2.len, 2 * 4096);
	assert_int_equal(m2.addr, POOL + POOL_SIZE - 8192);
	dma_unmap(&m);
	/* Free pages in two pieces: the longer one. */
	assert_int_equal(dma_map(&m, (uintptr_t)buf, POOL_SIZE, DMA_TO_DEVICE), 0);
	assert_int_equal(m.len, POOL_SIZE - 8192);
	dma_unmap(&m);
	dma_unmap(&m2);
	expect_panic(dma_unmap(&m2));
}

static void test_pool_alloc(void **state)
{
	phys_addr_t dev;
	u8 *ring;

	ring = dma_alloc(3 * 4096, &dev);
	assert_non_null(ring);
	assert_true(is_shared(dev, 3 * 4096));
	memset(ring, 1, 3 * 4096);
	dma_free(ring, 3 * 4096);
	assert_true(is_zero(ring, 3 * 4096));
	assert_null(dma_alloc(POOL_SIZE + 1, &dev));
	assert_null(dma_alloc((size_t)-1, &dev));
	ring = dma_alloc(POOL_SIZE, &dev);
	assert_int_equal(dev, POOL);
	dma_free(ring, POOL_SIZE);
}

static void test_end(void **state)
{
	struct dma_mapping m;
	phys_addr_t dev;

	assert_int_equal(shared_count, 2);
	assert_int_equal(hook_run(os_enter_pre), 0);
	assert_int_equal(shared_count, 0);
	assert_int_equal(dma_map(&m, (uintptr_t)buf, 1, DMA_FROM_DEVICE), -EPERM);
	assert_int_equal(mock_log_errors(), 1);
	assert_null(dma_alloc(16, &dev));
	assert_int_equal(shared_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_plain_identity, setup_plain),
		cmocka_unit_test_setup(test_plain_alloc, setup_plain),
		cmocka_unit_test_setup(test_not_shared, setup),
		cmocka_unit_test_setup(test_early, setup),
		cmocka_unit_test_setup(test_directions, setup),
		cmocka_unit_test_setup(test_pool, setup),
		cmocka_unit_test_setup(test_pool_alloc, setup),
		cmocka_unit_test_setup(test_end, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
