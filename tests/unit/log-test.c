/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Unit test of the log (core/log.c): levels, sinks, and what they are shown. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <fw/cc.h>
#include <fw/log.h>

#include "support.h"

static char loud[CONFIG_LOG_RING_SIZE * 4], quiet[1024];
static unsigned int probed, lines;
static bool untrusted;

bool cc_has(enum cc_attr attr)
{
	return attr == CC_ATTR_HOST_UNTRUSTED && untrusted;
}

/* Each write is whole lines. */
static void append(char *shown, size_t room, const char *text, size_t len)
{
	size_t used = strlen(shown);

	assert_true(len > 0 && used + len < room);
	assert_int_equal(text[len - 1], '\n');
	memcpy(shown + used, text, len);
	shown[used + len] = '\0';
	lines++;
}

static bool is_there(void) { probed++; return true; }
static bool is_not_there(void) { probed++; return false; }
static void loud_write(const char *text, size_t len) { append(loud, sizeof(loud), text, len); }
static void quiet_write(const char *text, size_t len) { append(quiet, sizeof(quiet), text, len); }
static void absent_write(const char *text, size_t len) { fail_msg("no such sink"); }

static const struct log_sink loud_sink = {
	.name = "loud", .probe = is_there, .write = loud_write, .level = LOG_DEBUG,
};
static const struct log_sink quiet_sink = {
	.name = "quiet", .probe = is_there, .write = quiet_write, .level = LOG_ERR,
};
static const struct log_sink absent_sink = {
	.name = "absent", .probe = is_not_there, .write = absent_write, .level = LOG_DEBUG,
};
LOG_SINK(10, loud_sink);
LOG_SINK(20, absent_sink);
LOG_SINK(30, quiet_sink);

static int setup(void **state)
{
	loud[0] = quiet[0] = '\0';
	lines = 0;
	untrusted = false;
	return 0;
}

/* First, since the sinks are looked for once. */
static void test_waits_for_sinks(void **state)
{
	log_printf(LOG_INFO, "early %d", 1);
	log_printf(LOG_INFO, "early %d", 2);
	assert_int_equal(probed, 0);
	assert_int_equal(log_init(), 0);
	assert_int_equal(probed, 3);
	assert_string_equal(loud, "early 1\nearly 2\n");
	assert_string_equal(quiet, "");
	assert_int_equal(log_init(), 0);
	assert_int_equal(probed, 3);
	assert_int_equal(lines, 1);
}

static void test_levels(void **state)
{
	log_printf(LOG_DEBUG, "d");
	log_printf(LOG_INFO, "i");
	log_printf(LOG_NOTICE, "n");
	log_printf(LOG_WARNING, "w");
	log_printf(LOG_ERR, "e");
	assert_string_equal(loud, "d\ni\nn\nw\ne\n");
	assert_string_equal(quiet, "e\n");
}

/* A level that is not compiled in does not even evaluate its arguments. */
static void test_left_out(void **state)
{
	pr_at(CONFIG_LOG_LEVEL + 1, "%d", (fail(), 0));
	pr_at(CONFIG_LOG_LEVEL, "here");
	assert_string_equal(loud, "here\n");
}

/* What the host reads of a confidential guest, and pays for: errors. */
static void test_untrusted_host(void **state)
{
	untrusted = true;
	log_printf(LOG_WARNING, "w");
	assert_string_equal(loud, "");
	log_printf(LOG_ERR, "e");
	assert_string_equal(loud, "e\n");
	assert_string_equal(quiet, "e\n");
}

static void test_text_of_the_host(void **state)
{
	log_printf(LOG_INFO, "%s", "a\nb\x1b[2Jc\x7f\xff\td");
	assert_string_equal(loud, "a?b?[2Jc???d\n");
}

static void test_long_line_is_cut(void **state)
{
	char text[600];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	log_printf(LOG_INFO, "%s", text);
	assert_int_equal(strlen(loud), 256);
	assert_memory_equal(loud, text, 255);
	assert_int_equal(loud[255], '\n');
}

/* Lines of every length across the end of the ring; the sanitizer watches its ends. */
static void test_ring_goes_round(void **state)
{
	char text[256];
	size_t i, len;

	for (i = 0; i < 8 * CONFIG_LOG_RING_SIZE; i += len) {
		len = i % 251 + 1;
		memset(text, 'r', len);
		text[len] = '\0';
		loud[0] = '\0';
		log_printf(LOG_INFO, "%s", text);
		assert_int_equal(strlen(loud), len + 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_waits_for_sinks, setup),
		cmocka_unit_test_setup(test_levels, setup),
		cmocka_unit_test_setup(test_left_out, setup),
		cmocka_unit_test_setup(test_untrusted_host, setup),
		cmocka_unit_test_setup(test_text_of_the_host, setup),
		cmocka_unit_test_setup(test_long_line_is_cut, setup),
		cmocka_unit_test_setup(test_ring_goes_round, setup),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
