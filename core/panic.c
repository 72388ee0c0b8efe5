/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The ways to stop for good. */
#include <asm/cpu.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/panic.h>
#include <fw/printf.h>

/* Set once: a failure while stopping goes straight to the halt. */
static bool stopping;

void machine_stop(void)
{
	if (!stopping) {
		stopping = true;
		hook_run(stop_pre);
	}
	cpu_halt();
}

void panic(const char *fmt, ...)
{
	char text[160];
	va_list args;

	if (stopping)
		cpu_halt();
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	log_printf(LOG_ERR, "panic: %s", text);
	machine_stop();
}
