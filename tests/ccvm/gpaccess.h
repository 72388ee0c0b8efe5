/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Guest memory by linear address, as the guest's own page tables have it. */
#ifndef CCVM_GPACCESS_H
#define CCVM_GPACCESS_H

#include <fw/types.h>

struct cpu;

/**
 * gva_to_gpa() - walk the guest's page tables
 * @cpu:  whose
 * @gva:  linear address
 * @gpa:  where to put the guest-physical address, with the mode's address bit
 *	  as the leaf entry has it
 *
 * Permissions are not looked at.
 *
 * Return: 0 or -ENOENT if the address is not mapped.
 */
int gva_to_gpa(const struct cpu *cpu, u64 gva, u64 *gpa);

/**
 * gva_read() - read guest memory
 *
 * Return: 0, or -ENOENT if some of it is not mapped or is no memory.
 */
int gva_read(const struct cpu *cpu, u64 gva, void *buf, size_t len);

/* gva_write() - write guest memory */
int gva_write(const struct cpu *cpu, u64 gva, const void *buf, size_t len);

/** gva_fetch() - read up to @len bytes of code; returns how many there are */
size_t gva_fetch(const struct cpu *cpu, u64 gva, u8 *buf, size_t len);

#endif
