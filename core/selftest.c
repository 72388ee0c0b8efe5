/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Runs the self-tests of an image, one line each, and ends the boot if one fails. */
#define pr_fmt(fmt) "selftest: " fmt

#include <fw/errno.h>
#include <fw/fw_cfg.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/selftest.h>
#include <fw/string.h>

/* A test may be named whose first check then counts as false: to see that it can fail. */
HOST_INPUT_FILE(fails, common, CHECKED, 0, 0, "opt/cloister/selftest");

#define NAME_MAX	16

extern const struct selftest selftests_start[], selftests_end[];

static const struct selftest *current;
static bool must_fail;
static unsigned int done, failed;

bool selftest_check(bool is_true, const char *what)
{
	if (must_fail)
		is_true = false;
	must_fail = false;
	done++;
	/* What comes after the first one may follow from it. */
	if (!is_true && failed++ == 0)
		pr_err("%s: not so: %s", current->name, what);
	return is_true;
}

static int run(const struct selftest *test)
{
	current = test;
	done = 0;
	failed = 0;
	test->run();
	if (must_fail)
		selftest_check(false, "it has checks to make");
	if (failed != 0)
		return -EIO;
	pr_notice("%s: %u checks", test->name, done);
	return 0;
}

static int read_fails(char *name, u32 size)
{
	struct fw_cfg_file file;

	if (fw_cfg_find(&host_input_fails, &file) != 0)
		return 0;
	return fw_cfg_read_buf(&file, 0, name, MIN(file.size, size));
}

static int selftest_run(void)
{
	char name[NAME_MAX + 1] = "";
	const struct selftest *test;
	int rc = read_fails(name, NAME_MAX);

	for (test = selftests_start; test < selftests_end && rc == 0; test++) {
		must_fail = strcmp(test->name, name) == 0;
		if (must_fail)
			name[0] = 0;
		rc = run(test);
	}
	if (rc == 0 && name[0] != 0) {
		pr_err("there is no test %s", name);
		rc = -ENOENT;
	}
	return rc;
}
HOOK(boot_pre, 20, common, selftest_run);
