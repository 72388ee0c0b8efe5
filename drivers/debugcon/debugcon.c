/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * QEMU's debug console (isa-debugcon) at port 0x402 as a log sink: it reads
 * back 0xE9 if it is there, and takes a whole line in one string output.
 * Document: QEMU, hw/char/debugcon.c.
 */
#include <asm/io.h>
#include <fw/log.h>

#define DEBUGCON_PORT	0x402
#define DEBUGCON_ID	0xe9

static bool debugcon_probe(void)
{
	return inb(DEBUGCON_PORT) == DEBUGCON_ID;
}

static void debugcon_write(const char *text, size_t len)
{
	outsb(DEBUGCON_PORT, text, len);
}

static const struct log_sink debugcon_sink = {
	.name = "debugcon",
	.probe = debugcon_probe,
	.write = debugcon_write,
	.level = LOG_DEBUG,
};
LOG_SINK(10, debugcon_sink);
