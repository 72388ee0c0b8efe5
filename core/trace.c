/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Boot-time trace. The counter starts at reset, so the first step has all before it. */
#define pr_fmt(fmt) "trace: " fmt

#include <asm/cpu.h>
#include <fw/log.h>
#include <fw/trace.h>

#define TRACE_MAX	16

static struct {
	const char *name;
	u64 tsc;
} trace[TRACE_MAX];
static size_t trace_count;

void trace_step(const char *name)
{
	if (trace_count == TRACE_MAX)
		return;
	trace[trace_count].name = name;
	trace[trace_count].tsc = rdtsc();
	trace_count++;
}

void trace_show(void)
{
	u64 last = 0;
	size_t i;

	/* Without the message the loop is for nothing. */
	if (CONFIG_LOG_LEVEL < LOG_DEBUG)
		return;
	for (i = 0; i < trace_count; i++) {
		pr_debug("%-8s %lu ticks", trace[i].name, (unsigned long)(trace[i].tsc - last));
		last = trace[i].tsc;
	}
}
