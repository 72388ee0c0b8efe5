/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The log: a memory ring, and the sinks of the link-time table. Each line is
 * formatted once; an exit to the host costs more than all of the formatting,
 * so a sink gets whole lines.
 */
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/printf.h>
#include <fw/string.h>

#define LOG_LINE_MAX	256

extern const struct log_sink *const log_sinks_start[], *const log_sinks_end[];

static char ring[CONFIG_LOG_RING_SIZE] __noinit;
static size_t ring_pos;			/* where the next byte goes */
static bool ring_wrapped;

/* Sinks that were found, by position in the table. */
static u32 sinks_present;

static void ring_write(const char *text, size_t len)
{
	size_t first = MIN(len, sizeof(ring) - ring_pos);

	memcpy(ring + ring_pos, text, first);
	memcpy(ring, text + first, len - first);
	if (ring_pos + len >= sizeof(ring))
		ring_wrapped = true;
	ring_pos = (ring_pos + len) % sizeof(ring);
}

const char *log_ring(size_t *size)
{
	if (ring_wrapped) {
		*size = sizeof(ring) - ring_pos;
		return ring + ring_pos;
	}
	*size = ring_pos;
	return ring;
}

static void sinks_write(enum log_level level, const char *text, size_t len)
{
	u32 i, count = (u32)(log_sinks_end - log_sinks_start);

	for (i = 0; i < count; i++) {
		if (!(sinks_present & 1u << i) || level > log_sinks_start[i]->level)
			continue;
		log_sinks_start[i]->write(text, len);
	}
}

void log_printf(enum log_level level, const char *fmt, ...)
{
	char line[LOG_LINE_MAX];
	va_list args;
	size_t len, i;
	int n;

	va_start(args, fmt);
	n = vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);

	len = MIN((size_t)MAX(n, 0), sizeof(line) - 1);
	for (i = 0; i < len; i++) {
		/* Text of the host must not forge lines or drive a terminal. */
		if ((u8)line[i] < ' ' || (u8)line[i] >= 0x7f)
			line[i] = '?';
	}
	line[len++] = '\n';
	ring_write(line, len);
	sinks_write(level, line, len);
}

int log_init(void)
{
	u32 i, count = (u32)(log_sinks_end - log_sinks_start);

	for (i = 0; i < count && i < 32; i++) {
		if (log_sinks_start[i]->probe())
			sinks_present |= 1u << i;
	}
	return 0;
}
HOOK(console, 10, common, log_init);
