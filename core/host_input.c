/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* What the policy of a host input means in this guest. */
#define pr_fmt(fmt) "host input: " fmt

#include <fw/cc.h>
#include <fw/errno.h>
#include <fw/host_input.h>
#include <fw/log.h>
#include <fw/measure.h>
#include <fw/string.h>

static bool is_measured(const struct host_input *input)
{
	return (input->policy == HOST_INPUT_MEASURED || input->policy == HOST_INPUT_VERIFIED) &&
	       cc_has(CC_ATTR_RUNTIME_MEASURED);
}

bool host_input_is_refused(const struct host_input *input)
{
	switch (input->policy) {
	case HOST_INPUT_NEVER:
		return true;
	case HOST_INPUT_REFUSED:
		return cc_has(CC_ATTR_HOST_UNTRUSTED);
	case HOST_INPUT_INTEGRITY_REFUSED:
		return cc_has(CC_ATTR_MEM_INTEGRITY);
	}
	return false;
}

int host_input_allow(const struct host_input *input, bool whole)
{
	if (host_input_is_refused(input)) {
		pr_err("%s: refused, since this guest does not trust its host", input->name);
		return -EPERM;
	}
	if (!whole && is_measured(input)) {
		pr_err("%s: refused, since a part of it cannot be measured", input->name);
		return -EPERM;
	}
	return 0;
}

int host_input_use(const struct host_input *input, const void *data, u64 size)
{
	if (!is_measured(input))
		return 0;
	return measure_event(input->pcr, input->event, data, size, input->name,
			     strlen(input->name));
}
