/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * HOB list that a trust domain gets from its launcher.
 *
 * Documents: UEFI PI specification 1.8, volume 3, section 5 (HOBs); TDX Virtual
 * Firmware Design Guide (344991), section 4.2; contents: QEMU 10.2,
 * hw/i386/tdvf-hob.c.
 */
#ifndef CCVM_TDHOB_H
#define CCVM_TDHOB_H

#include "tdvf.h"

struct tdhob_range {
	u64 base;
	u64 size;
};

/**
 * tdhob_build() - write the list for a guest's RAM
 * @buf:   where to; zeroed beyond the list
 * @size:  room there
 * @tdvf:  sections; the TD_HOB and TEMP_MEM ones are memory that was added,
 *         and @buf will lie at the TD_HOB one
 * @ram:   RAM by ascending address, without overlap
 * @count: number of ranges
 *
 * Return: length of the list with its end HOB, -ENOSPC if it does not fit,
 * -EINVAL if an added section is not inside one RAM range or overlaps another.
 */
int tdhob_build(u8 *buf, size_t size, const struct tdvf *tdvf, const struct tdhob_range *ram,
		u32 count);

#endif
