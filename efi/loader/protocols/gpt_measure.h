/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Partition tables that are to be measured. */
#ifndef EFI_PROTOCOLS_GPT_MEASURE_H
#define EFI_PROTOCOLS_GPT_MEASURE_H

#include <fw/types.h>

struct block_device;
struct partition;

#ifdef CONFIG_MEASURE

/**
 * gpt_measure_note() - keep a partition of a GPT for the time it is measured
 * @dev: disk
 * @p:   partition, as partition_scan() gives it; any table
 *
 * Return: 0, also in guests that cannot measure, or -ENOMEM.
 */
int gpt_measure_note(const struct block_device *dev, const struct partition *p);

/** gpt_measure_forget() - a disk's partitions go, or are looked for once more */
void gpt_measure_forget(const struct block_device *dev);

#else

static inline int gpt_measure_note(const struct block_device *dev __unused,
				   const struct partition *p __unused)
{
	return 0;
}

static inline void gpt_measure_forget(const struct block_device *dev __unused)
{
}

#endif

#endif
