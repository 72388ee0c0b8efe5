/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Self-tests: what can only be tried in the machine itself (CONFIG_SELFTEST). They
 * run once, just before an operating system is looked for.
 */
#ifndef FW_SELFTEST_H
#define FW_SELFTEST_H

#include <fw/types.h>

/**
 * struct selftest - one of them
 * @name: for the log
 * @run:  tries something, and says by CHECK() what should be true
 */
struct selftest {
	const char *name;
	void (*run)(void);
};

/* Add a test to the link-time table; they run in the order of the two digits. */
#define SELFTEST(order, test, fn)					\
	extern const struct selftest selftest__##order##__##test;	\
	const struct selftest selftest__##order##__##test		\
		__used __aligned(8) __section(".selftest." #order) = { #test, fn }

/**
 * selftest_check() - count one check of the test that runs now
 * @is_true: whether all is well
 * @what:    what should be true, for the log
 *
 * Return: @is_true, for who cannot go on otherwise.
 */
bool selftest_check(bool is_true, const char *what);

#define CHECK(condition)	selftest_check(condition, #condition)

#endif
