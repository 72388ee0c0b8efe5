/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * ccvm's own log on a debug port that the guest does not use, and the end of
 * the run through isa-debug-exit.
 * Documents: QEMU, hw/char/debugcon.c and hw/misc/debugexit.c.
 */
#include <asm/cpu.h>
#include <asm/io.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/printf.h>
#include <fw/string.h>

#include "stats.h"
#include "stop.h"
#include "vcpu.h"

#define LOG_PORT	0x403
#define EXIT_PORT	0x404

static bool stopping;

void ccvm_write(const char *text, size_t len)
{
	outsb(LOG_PORT, text, len);
}

static bool console_probe(void)
{
	return true;
}

static const struct log_sink console_sink = {
	.name = "ccvm",
	.probe = console_probe,
	.write = ccvm_write,
	.level = LOG_DEBUG,
};
LOG_SINK(10, console_sink);

/* For a panic in library code (core/panic.c), whose reason has been logged. */
static int stop_machine(void)
{
	log_printf(LOG_ERR, "exit: error");
	outl(1, EXIT_PORT);
	return 0;
}
HOOK(stop_pre, 90, common, stop_machine);

void ccvm_stop(enum stop_reason reason, const char *fmt, ...)
{
	static const struct {
		const char *line;
		const char *exit;
	} words[] = {
		[STOP_ERROR] = { "fatal", "error" },
		[STOP_CHECK] = { "check", "check" },
		[STOP_SHUTDOWN] = { "shutdown", "triple-fault" },
		[STOP_TERMINATED] = { "terminated", "terminated" },
	};
	char text[220];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	log_printf(LOG_ERR, "%s: %s", words[reason].line, text);
	if (!stopping) {
		stopping = true;
		if (cpus_running)
			vcpu_dump(this_cpu());
		log_printf(LOG_ERR, "exit: %s", words[reason].exit);
		stats_print();
	}
	outl(1, EXIT_PORT);
	cpu_halt();
}

void ccvm_finish(const char *how)
{
	if (stopping)
		return;
	stopping = true;
	log_printf(LOG_INFO, "exit: %s", how);
	stats_print();
}
