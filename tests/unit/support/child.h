/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Tests in processes of their own, for code that keeps in static variables what one
 * machine does once. Include it after cmocka.h.
 */
#ifndef UNIT_CHILD_H
#define UNIT_CHILD_H

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static inline void child_body(void **state)
{
	void (*test)(void) = *state;

	test();
}

/* A group of its own, so that the first failure is the child's end. */
static inline void in_child(void (*test)(void))
{
	const struct CMUnitTest tests[] = { cmocka_unit_test_prestate(child_body, test) };
	pid_t child = fork();
	int status;

	if (child == 0) {
		if (!freopen("/dev/null", "w", stdout))
			_exit(1);
		_exit(cmocka_run_group_tests(tests, NULL, NULL));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/** CHILD() - make <test>_run() of @test, which takes no arguments */
#define CHILD(test)							\
	static void test##_run(void **state) { in_child(test); }

#endif
