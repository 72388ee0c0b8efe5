/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Read before everything else that goes into the runtime image: all names are
 * the image's own, so that code reaches them without a table of addresses.
 */
#pragma GCC visibility push(hidden)
