/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Log: every message goes to a memory ring, and to each sink whose level
 * allows it. A message is one line; its text begins with the area, which a
 * file sets before its includes:
 *
 *	#define pr_fmt(fmt) "pci: " fmt
 *
 * An error is what stops a boot option or the boot: say what, where and why.
 */
#ifndef FW_LOG_H
#define FW_LOG_H

#include <fw/types.h>

enum log_level {
	LOG_ERR = 3,
	LOG_WARNING = 4,
	LOG_NOTICE = 5,
	LOG_INFO = 6,
	LOG_DEBUG = 7,
};

/**
 * struct log_sink - somewhere a log line is shown
 * @name:  for the log itself
 * @probe: whether the sink is there; called once, by log_init()
 * @write: show @len bytes; must not log, allocate or fail
 * @level: least important level that is shown
 */
struct log_sink {
	const char *name;
	bool (*probe)(void);
	void (*write)(const char *text, size_t len);
	enum log_level level;
};

/* Add a sink to the link-time table: LOG_SINK(20, uart_sink). */
#define LOG_SINK(order, sink)						\
	extern const struct log_sink *const log_sink__##order##__##sink; \
	const struct log_sink *const log_sink__##order##__##sink	\
		__used __section(".log_sink." #order) = &sink

#ifndef pr_fmt
#define pr_fmt(fmt) fmt
#endif

/**
 * log_printf() - log one line
 * @level: importance
 * @fmt:   printf format without a newline; a longer line than 255 characters
 *         is cut, and control characters are shown as '?', since part of the
 *         text may come from the host
 *
 * Context: any. Before log_init() a line reaches the ring and waits there; an
 * error does not wait.
 */
void log_printf(enum log_level level, const char *fmt, ...) __printf(2, 3) __cold;

/* Probes the sinks, once, and shows them what is in the ring already. */
int log_init(void);

#define pr_at(level, fmt, ...)						\
	do {								\
		if ((int)(level) <= CONFIG_LOG_LEVEL)			\
			log_printf(level, pr_fmt(fmt), ##__VA_ARGS__);	\
	} while (0)

#define pr_err(fmt, ...)	pr_at(LOG_ERR, fmt, ##__VA_ARGS__)
#define pr_warn(fmt, ...)	pr_at(LOG_WARNING, fmt, ##__VA_ARGS__)
#define pr_notice(fmt, ...)	pr_at(LOG_NOTICE, fmt, ##__VA_ARGS__)
#define pr_info(fmt, ...)	pr_at(LOG_INFO, fmt, ##__VA_ARGS__)
#define pr_debug(fmt, ...)	pr_at(LOG_DEBUG, fmt, ##__VA_ARGS__)

#endif
