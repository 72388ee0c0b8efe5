/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Example: a host input, a file of fw_cfg with one number in it. */
#define pr_fmt(fmt) "example: " fmt

#include <fw/byteorder.h>
#include <fw/errno.h>
#include <fw/fw_cfg.h>
#include <fw/hooks.h>
#include <fw/host_input.h>
#include <fw/log.h>

#define NUMBER_FILE	"opt/example/number"
#define NUMBER_MAX	1000

HOST_INPUT_FILE(number, common, MEASURED, 1, EV_PLATFORM_CONFIG_FLAGS, NUMBER_FILE);

static int example_read_number(void)
{
	struct fw_cfg_file file;
	le32 number;

	if (fw_cfg_find(&host_input_number, &file) != 0)
		return 0;
	if (file.size != sizeof(number)) {
		pr_err(NUMBER_FILE ": %u bytes, not 4", file.size);
		return -EBADMSG;
	}
	/* Whole and from the start, so that it is measured before it is looked at. */
	if (fw_cfg_read_buf(&file, 0, &number, sizeof(number)) != 0) {
		pr_err(NUMBER_FILE ": cannot be read");
		return -EIO;
	}
	if (le32_to_cpu(number) > NUMBER_MAX) {
		pr_err(NUMBER_FILE ": %u is more than %u", le32_to_cpu(number), NUMBER_MAX);
		return -EBADMSG;
	}
	pr_info("the number is %u", le32_to_cpu(number));
	return 0;
}

HOOK(platform_post, 50, common, example_read_number);
