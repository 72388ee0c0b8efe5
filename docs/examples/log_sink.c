/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Example: a log sink, for QEMU's debug console at its default port. */
#include <asm/io.h>
#include <fw/log.h>

#define PORT	0xe9

static bool example_probe(void)
{
	return inb(PORT) == 0xe9;
}

static void example_write(const char *text, size_t len)
{
	outsb(PORT, text, len);
}

static const struct log_sink example_sink = {
	.name = "port 0xe9",
	.probe = example_probe,
	.write = example_write,
	.level = LOG_INFO,
};
LOG_SINK(30, example_sink);
