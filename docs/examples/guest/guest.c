/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Example: a guest kind that encrypts nothing. Devices go through shared
 * memory all the same, and what the host must not decide is refused.
 */
#define pr_fmt(fmt) "example: " fmt

#include <fw/cc.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/work_area.h>

#define EXAMPLE_MACHINE	0x45

static unsigned int shared_ranges;

/* Only looks at what the reset vector has left: there is no log yet. */
static bool example_probe(void)
{
	const struct work_area *area = (const void *)layout_work_area;

	return area->machine == EXAMPLE_MACHINE;
}

/* A kind that must not be intercepted sets cpu_ops here (asm/cpu_ops.h). */
static void example_start(void)
{
}

static bool example_has(enum cc_attr attr)
{
	return attr == CC_ATTR_HOST_UNTRUSTED || attr == CC_ATTR_MEM_ENCRYPT;
}

/* Here the host is asked; the page tables are common code's business. */
static int example_share(phys_addr_t base __unused, u64 size __unused)
{
	shared_ranges++;
	return 0;
}

static int example_unshare(phys_addr_t base __unused, u64 size __unused)
{
	shared_ranges--;
	return 0;
}

const struct cc_guest example_guest = {
	.name = "example",
	.probe = example_probe,
	.start = example_start,
	.has = example_has,
	.mem = {
		.share = example_share,
		.unshare = example_unshare,
	},
};
CC_GUEST(70, example_guest);

/* Runs in guests of this kind only. Errors are all that such a guest shows. */
static int example_show(void)
{
	pr_err("%u ranges are shared with the host", shared_ranges);
	return 0;
}
HOOK(handover_pre, 50, example, example_show);
