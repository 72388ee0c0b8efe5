/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The log: a memory ring, and the sinks of the link-time table. Each line is
 * formatted once; an exit to the host costs more than all of the formatting,
 * so a sink gets whole lines.
 */
#include <fw/cc.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/printf.h>
#include <fw/string.h>

#define LOG_LINE_MAX	256

extern const struct log_sink *const log_sinks_start[], *const log_sinks_end[];

static char ring[CONFIG_LOG_RING_SIZE] __noinit;
static size_t ring_pos;			/* where the next byte goes */

#define SINKS_MAX	32

/* Sinks that were found, by position in the table. */
static u32 sinks_present;
static bool sinks_probed;

static void ring_write(const char *text, size_t len)
{
	size_t first = MIN(len, sizeof(ring) - ring_pos);

	memcpy(ring + ring_pos, text, first);
	memcpy(ring, text + first, len - first);
	ring_pos = (ring_pos + len) % sizeof(ring);
}

static u32 sink_count(void)
{
	return MIN((u32)(log_sinks_end - log_sinks_start), (u32)SINKS_MAX);
}

/* What a confidential guest says, the host reads; and each character costs. */
static enum log_level sink_level(const struct log_sink *sink)
{
	return cc_has(CC_ATTR_HOST_UNTRUSTED) ? LOG_ERR : sink->level;
}

static void sinks_write(enum log_level level, const char *text, size_t len)
{
	u32 i;

	for (i = 0; i < sink_count(); i++) {
		if (!(sinks_present & 1u << i) || level > sink_level(log_sinks_start[i]))
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
	/* An error may be the last line there is: do not wait for the console step. */
	if (level == LOG_ERR)
		log_init();
	ring_write(line, len);
	sinks_write(level, line, len);
}

int log_init(void)
{
	u32 i;

	if (sinks_probed)
		return 0;
	sinks_probed = true;
	for (i = 0; i < sink_count(); i++) {
		if (log_sinks_start[i]->probe())
			sinks_present |= 1u << i;
	}
	/* No error is among these few lines, or the sinks would have been probed. */
	if (ring_pos)
		sinks_write(LOG_INFO, ring, ring_pos);
	return 0;
}
HOOK(console, 10, common, log_init);
