/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Shared memory behind fw/dma.h, in a guest with encrypted memory. */
#ifndef CORE_DMA_SHARED_H
#define CORE_DMA_SHARED_H

#include <fw/types.h>

#ifdef CONFIG_CC

/** dma_shared_alloc() - whole pages that the host sees, zeroed, or NULL */
void *dma_shared_alloc(size_t size);

/** dma_shared_free() - free what dma_shared_alloc() returned for @size */
void dma_shared_free(void *ptr, size_t size);

#else

static inline void *dma_shared_alloc(size_t size __unused) { return NULL; }
static inline void dma_shared_free(void *ptr __unused, size_t size __unused) { }

#endif

#endif
