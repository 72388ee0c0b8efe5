/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* What drivers of PCI devices need; see driver_env.h. */
#include <stdlib.h>
#include <string.h>

#include <asm/cpu.h>
#include <fw/alloc.h>
#include <fw/deadline.h>
#include <fw/dma.h>
#include <fw/pci.h>

#include "driver_env.h"
#include "support.h"

u8 env_config[256];
unsigned int env_exits, env_allocs_left, env_allocated;

#define ALLOCS_MAX	100

static void *allocated[ALLOCS_MAX];

void env_init(void)
{
	while (env_allocated)
		free(allocated[--env_allocated]);
	memset(env_config, 0, sizeof(env_config));
	env_exits = 0;
	env_allocs_left = ALLOCS_MAX;
}

u64 mock_rdtsc(void)
{
	static u64 now;

	now += DEADLINE_HZ / 100;
	return now;
}

static void *alloc(size_t size)
{
	if (env_allocs_left == 0)
		return NULL;
	env_allocs_left--;
	allocated[env_allocated] = calloc(1, size);
	return allocated[env_allocated++];
}

void *heap_alloc(size_t size)
{
	return alloc(size);
}

void heap_free(void *ptr)
{
	unsigned int i;

	for (i = 0; ptr && i < env_allocated; i++) {
		if (allocated[i] != ptr)
			continue;
		allocated[i] = allocated[--env_allocated];
		free(ptr);
		return;
	}
	if (ptr)
		mock_fail("free of what is not allocated");
}

/* Some devices reach less memory than a test has: it may bring its own. */
__attribute__((weak)) void *dma_alloc(size_t size, phys_addr_t *dev)
{
	void *ptr = alloc(size);

	*dev = (uintptr_t)ptr;
	return ptr;
}

__attribute__((weak)) void dma_free(void *ptr, size_t size __unused)
{
	heap_free(ptr);
}

int dma_bounce_map(struct dma_mapping *m __unused)
{
	mock_fail("dma_bounce_map");
}

void dma_bounce_unmap(const struct dma_mapping *m __unused)
{
	mock_fail("dma_bounce_unmap");
}


static u32 config_get(u16 offset, unsigned int width)
{
	u32 value = 0;

	env_exits++;
	if (offset + width > sizeof(env_config))
		mock_fail("configuration space at %#x", offset);
	memcpy(&value, env_config + offset, width);
	return value;
}

u8 pci_read8(pci_bdf_t bdf __unused, u16 offset) { return (u8)config_get(offset, 1); }
u16 pci_read16(pci_bdf_t bdf __unused, u16 offset) { return (u16)config_get(offset, 2); }
u32 pci_read32(pci_bdf_t bdf __unused, u16 offset) { return config_get(offset, 4); }

void pci_write16(pci_bdf_t bdf __unused, u16 offset, u16 value)
{
	env_exits++;
	memcpy(env_config + offset, &value, 2);
}
