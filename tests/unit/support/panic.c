/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The ways to stop for good, as something that a test can expect. */
#include <stdarg.h>
#include <stdio.h>

#include <asm/cpu.h>
#include <fw/panic.h>

#include "support.h"

bool mock_panic_expected;
jmp_buf mock_panic_jmp;
static char message[512];

const char *mock_panic_message(void)
{
	return message;
}

static void __attribute__((noreturn)) stop(void)
{
	if (!mock_panic_expected)
		mock_fail("panic: %s", message);
	mock_panic_expected = false;
	longjmp(mock_panic_jmp, 1);
}

void __attribute__((weak)) panic(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	stop();
}

void __attribute__((weak)) machine_stop(void)
{
	snprintf(message, sizeof(message), "machine_stop");
	stop();
}

void __attribute__((weak)) mock_halt(void)
{
	snprintf(message, sizeof(message), "cpu_halt");
	stop();
}
