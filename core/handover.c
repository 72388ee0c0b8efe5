/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The last step of the flow: leave the machine to the loaded OS. */
#define pr_fmt(fmt) "handover: " fmt

#include <fw/errno.h>
#include <fw/handover.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/trace.h>

static void (*os_enter)(void *arg);
static void *os_arg;

void handover_set(void (*enter)(void *arg), void *arg)
{
	os_enter = enter;
	os_arg = arg;
}

static int handover_run(void)
{
	if (!os_enter) {
		pr_err("no operating system was loaded");
		return -ENOENT;
	}
	trace_step("handover");
	trace_show();
	os_enter(os_arg);
	return -EIO;
}

HOOK(handover, 90, common, handover_run);
