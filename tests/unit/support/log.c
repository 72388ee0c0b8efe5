/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* A log that keeps its lines for the test; FW_LOG=1 in the environment shows them. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fw/log.h>

#include "support.h"

#define LOG_MAX	(64 * 1024)

static char text[LOG_MAX];
static size_t used;
static char last_error[512];
static unsigned int errors;

const char *mock_log_last(void)
{
	return last_error;
}

unsigned int mock_log_errors(void)
{
	return errors;
}

bool mock_log_has(const char *what)
{
	return strstr(text, what) != NULL;
}

void mock_log_reset(void)
{
	text[0] = '\0';
	used = 0;
	last_error[0] = '\0';
	errors = 0;
}

void __attribute__((weak)) log_printf(enum log_level level, const char *fmt, ...)
{
	char line[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);

	if (strchr(line, '\n'))
		mock_fail("a log line contains a newline: %s", line);
	if (level <= LOG_ERR) {
		errors++;
		memcpy(last_error, line, sizeof(line));
	}
	if (getenv("FW_LOG"))
		fprintf(stderr, "<%d>%s\n", level, line);
	if (used + strlen(line) + 2 <= sizeof(text))
		used += (size_t)sprintf(text + used, "%s\n", line);
}
