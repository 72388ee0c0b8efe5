/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * What drivers of PCI devices need, for tests of one device: configuration space, a
 * heap and memory for devices, so that sanitizers see both, and a clock that runs
 * fast. What is behind mock_mmio_*() is the test's.
 */
#ifndef UNIT_DRIVER_ENV_H
#define UNIT_DRIVER_ENV_H

#include <fw/types.h>

/* Of the one device. */
extern u8 env_config[256];

/* Accesses to configuration space since env_init(); tests add those to registers. */
extern unsigned int env_exits;

/* Allocations that succeed before there is no memory, and what is allocated now. */
extern unsigned int env_allocs_left, env_allocated;

/** env_init() - nothing is allocated, and nothing is in configuration space */
void env_init(void);

#endif
