/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * A guest kind whose RAM must be accepted, for tests that list support/accept_world.c
 * beside support/efi_world.c. Memory that is not accepted faults when it is touched,
 * and a page that is accepted twice fails the test.
 */
#ifndef UNIT_ACCEPT_WORLD_H
#define UNIT_ACCEPT_WORLD_H

#include <fw/types.h>

/* Accepting the page here fails; calls of run_on_all; calls of accept_begin. */
extern u64 world_accept_fails;
extern unsigned int world_parallel, world_asked;

/** accept_world_start() - as world_start(), in such a guest; for a group's setup */
int accept_world_start(void **state);

/** world_accepted() - how many pages of [@base, @base + @size) are accepted */
u64 world_accepted(u64 base, u64 size);

/** world_accepted_all() - how many pages there are at all */
u64 world_accepted_all(void);

#endif
