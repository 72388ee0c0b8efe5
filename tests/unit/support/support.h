/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * What every unit test and fuzz target is linked with: a log that can be
 * asked, a panic() that can be expected, identity-mapped RAM, and defaults for
 * the functions of tests/unit/mock/asm. Every firmware function in here is
 * weak: a test that links the real one gets the real one.
 */
#ifndef UNIT_SUPPORT_H
#define UNIT_SUPPORT_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** mock_log_last() - the last pr_err() line, or "" */
const char *mock_log_last(void);

/** mock_log_errors() - number of pr_err() lines since mock_log_reset() */
unsigned int mock_log_errors(void);

/** mock_log_has() - whether a line of any level contains @text */
bool mock_log_has(const char *text);

/** mock_log_reset() - forget the log; call in a test's setup */
void mock_log_reset(void);

/**
 * mock_fail() - fail the test from code that has no cmocka
 *
 * In a fuzz target it aborts, which libFuzzer reports as a crash.
 */
void mock_fail(const char *fmt, ...)
	__attribute__((format(printf, 1, 2), noreturn));

/**
 * expect_panic() - run a statement that must end in panic(), machine_stop() or
 * a halt; fails the test if it does not
 */
#define expect_panic(stmt)						\
	do {								\
		mock_panic_expected = true;				\
		if (!setjmp(mock_panic_jmp)) {				\
			stmt;						\
			mock_panic_expected = false;			\
			mock_fail("no panic from: %s", #stmt);		\
		}							\
	} while (0)

extern bool mock_panic_expected;
extern jmp_buf mock_panic_jmp;

/** mock_panic_message() - text of the last panic() */
const char *mock_panic_message(void);

/**
 * mock_ram() - map zeroed memory where pointer and physical address are equal
 * @base: page-aligned, 0x10000 <= @base, end below 0x7fff0000; the program
 *        itself lies above 4 GiB
 * @size: multiple of the page size; not touched pages cost nothing
 *
 * Mapping the same range again gives fresh zeroes. Fails the test if the
 * range is taken.
 */
void *mock_ram(uint64_t base, size_t size);

#endif
