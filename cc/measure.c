/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Measures data where the guest kind has registers for that: one way for what the
 * host hands over, for what is loaded, and for what loaded software wants measured.
 * Document: TCG PC Client Platform Firmware Profile 1.06, section 3.3.
 */
#define pr_fmt(fmt) "event log: " fmt

#include <fw/digest.h>
#include <fw/errno.h>
#include <fw/log.h>
#include <fw/measure.h>
#include <fw/string.h>

/* Where the guest kind wants a digest to be. */
static u8 aligned_digest[SHA384_SIZE] __aligned(64);

int measure_extend(u32 index, const u8 *digest)
{
	memcpy(aligned_digest, digest, SHA384_SIZE);
	return measure_ops()->extend(index, aligned_digest);
}

int measure_event(u32 pcr, u32 type, const void *data, u64 size, const void *event,
		  size_t event_size)
{
	const struct digest_part part = { data, size };
	const struct measure_ops *ops = measure_ops();
	int index, rc;

	if (ops == NULL)
		return 0;
	digest_sha384(&part, 1, aligned_digest);
	index = ops->map_pcr(pcr);
	rc = ops->extend((u32)index, aligned_digest);
	if (rc == 0)
		rc = measure_record((u32)index, type, aligned_digest, event, event_size);
	if (rc == -ENOSPC)
		pr_err("no room");
	return rc;
}
