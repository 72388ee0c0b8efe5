/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Boot services on the host: memory, a clock that the test moves, and the one
 * interrupt. For tests that list support/efi_world.c and the core of efi/loader
 * ($(efi-core) in the Makefile) among their sources.
 */
#ifndef UNIT_EFI_WORLD_H
#define UNIT_EFI_WORLD_H

#include <fw/efi.h>

/* RAM that can be used, and RAM that is only in the map. */
#define WORLD_LOW_END	((u64)0x9f000)
#define WORLD_RAM	((u64)0x10000000)
#define WORLD_RAM_SIZE	MiB(32)
#define WORLD_RAM_END	(WORLD_RAM + WORLD_RAM_SIZE)
#define WORLD_HIGH	GiB(4)
#define WORLD_HIGH_SIZE	MiB(64)

/* Ticks per second of the clock; not a multiple of anything. */
#define WORLD_HZ	((u64)2400000019)

/** world_start() - run the memmap_ram and efi steps; for a group's setup */
int world_start(void **state);

/* The clock. Each look at it takes one tick. */
extern u64 world_now;

/* What is armed; 0: nothing. */
extern u64 world_armed;

/* Whether interrupts are on, and whether the timer's comes when they are. */
extern bool world_irqs, world_timer_works;

/* Number of timer_arm() calls, and of interrupts. */
extern unsigned int world_arms, world_interrupts;

/* Functions that wait for virtual addresses, and how many there can be. */
extern unsigned int world_virtual, world_virtual_max;

/** world_pass() - let time pass, with interrupts if they work and are on */
void world_pass(u64 units_100ns);

/* Calls of paging_map() fail. */
extern bool world_mapping_fails;

/** world_prot() - what a page was last mapped as by paging_map(), or 0 */
u64 world_prot(u64 page);

/** world_guid() - a name of the test's own */
const struct efi_guid *world_guid(unsigned int number);

/** world_handle() - a new handle with world_guid(@number) and the given interface */
efi_handle_t world_handle(unsigned int number, void *interface);

/** world_handle_gone() - uninstall what world_handle() has installed */
void world_handle_gone(efi_handle_t handle, unsigned int number, void *interface);

#endif
