/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Counters. They change under the lock only. */
#include <asm/cpu.h>
#include <fw/printf.h>
#include <fw/string.h>

#include "handover.h"
#include "mode.h"
#include "stats.h"
#include "stop.h"
#include "svm.h"
#include "vcpu.h"

static u64 exits[EXIT_CODES + 1];
static u64 counts[STAT_COUNT];
static u64 first_tsc;

/* As an operating system took over, if one did. */
static struct {
	bool done;
	u64 total;
	u64 counts[STAT_COUNT];
	struct handover ram;
} before;

static const char *const count_names[] = {
#define STAT(name) [STAT_##name] = #name,
	STATS
#undef STAT
};

static const struct {
	u32 code;
	const char *name;
} exit_names[] = {
	{ EXIT_CR0_SEL_WRITE, "cr0" },
	{ EXIT_CR_WRITE(3), "cr3" },
	{ EXIT_CR_WRITE(4), "cr4" },
	{ EXIT_EXCEPTION(6), "ud" },
	{ EXIT_RDTSC, "rdtsc" },
	{ EXIT_CPUID, "cpuid" },
	{ EXIT_INVD, "invd" },
	{ EXIT_IOIO, "io" },
	{ EXIT_MSR, "msr" },
	{ EXIT_SHUTDOWN, "shutdown" },
	{ EXIT_VMMCALL, "vmmcall" },
	{ EXIT_WBINVD, "wbinvd" },
	{ EXIT_MONITOR, "monitor" },
	{ EXIT_MWAIT, "mwait" },
	{ EXIT_NPF, "npf" },
};

static char line[4096];
static size_t used;

void stats_start(void)
{
	first_tsc = rdtsc();
}

void stats_exit(u64 code)
{
	exits[MIN(code, (u64)EXIT_CODES)]++;
}

void stats_count(enum stat which)
{
	counts[which]++;
}

static u64 total_exits(void)
{
	u64 total = 0;
	u32 i;

	for (i = 0; i <= EXIT_CODES; i++)
		total += exits[i];
	return total;
}

void stats_handover(const struct handover *h)
{
	before.done = true;
	before.total = total_exits();
	memcpy(before.counts, counts, sizeof(counts));
	before.ram = *h;
}

static void put(const char *fmt, ...) __printf(1, 2);
static void put(const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(line + used, sizeof(line) - used, fmt, args);
	va_end(args);
	used = MIN(used + (size_t)MAX(n, 0), sizeof(line) - 1);
}

static const char *exit_name(u32 code)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(exit_names); i++) {
		if (exit_names[i].code == code)
			return exit_names[i].name;
	}
	return NULL;
}

static void put_events(const u64 *values)
{
	const char *separator = "";
	u32 i;

	put("\"events\":{");
	for (i = 0; i < STAT_COUNT; i++) {
		if (values[i] == 0)
			continue;
		put("%s\"%s\":%llu", separator, count_names[i], (unsigned long long)values[i]);
		separator = ",";
	}
	put("}");
}

static void put_handover(void)
{
	put(",\"handover\":{\"total\":%llu,\"shared\":%llu,\"accepted\":%llu,",
	    (unsigned long long)before.total, (unsigned long long)before.ram.shared,
	    (unsigned long long)before.ram.accepted);
	put_events(before.counts);
	put("}");
}

void stats_print(void)
{
	const char *separator = "";
	u32 i;

	used = 0;
	put("stats: {\"mode\":\"%s\",\"cpus\":%u,\"exits\":{", mode ? mode->name : "", cpu_count);
	for (i = 0; i <= EXIT_CODES; i++) {
		const char *name = exit_name(i);

		if (exits[i] == 0)
			continue;
		if (name != NULL)
			put("%s\"%s\":%llu", separator, name, (unsigned long long)exits[i]);
		else
			put("%s\"0x%x\":%llu", separator, i, (unsigned long long)exits[i]);
		separator = ",";
	}
	put("},\"total\":%llu,", (unsigned long long)total_exits());
	put_events(counts);
	if (mode != NULL && mode->accepted != NULL)
		put(",\"accepted\":%llu", (unsigned long long)mode->accepted());
	if (before.done)
		put_handover();
	put(",\"tsc\":%llu}\n", (unsigned long long)(rdtsc() - first_tsc));
	ccvm_write(line, used);
}
