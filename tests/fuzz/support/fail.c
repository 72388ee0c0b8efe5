/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* mock_fail() for fuzz targets: an abort is a finding. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "support.h"

void mock_fail(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	abort();
}
