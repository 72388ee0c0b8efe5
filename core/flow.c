/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The boot flow. A step is three points: what is attached to <step>_pre,
 * <step> and <step>_post runs in this order. The steps and their order are in
 * fw/hooks.def.
 */
#define pr_fmt(fmt) "flow: " fmt

#include <fw/flow.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/panic.h>
#include <fw/trace.h>

struct flow_point {
	const struct hook_void *start, *end;
};

struct flow_step {
	const char *name;
	struct flow_point point[3];	/* pre, main, post */
};

#define FLOW_POINT(point) { hooks_##point##_start, hooks_##point##_end }

#define FLOW_STEP(step, what)						\
	{ #step, {							\
		FLOW_POINT(step##_pre), FLOW_POINT(step), FLOW_POINT(step##_post) \
	} },
#define HOOK_POINT(point, args, when)

static const struct flow_step flow_steps[] = {
#include <fw/hooks.def>
};

static int flow_run_point(const struct flow_point *point, const char *name, const char *slot)
{
	const struct hook_void *hook;
	int rc = 0;

	for (hook = point->start; hook < point->end && rc == 0; hook++) {
		if (!hook_is_active(hook->guest))
			continue;
		rc = hook->fn();
		if (HOOK_TRACED)
			hook_trace(name, slot, hook_name(hook), rc);
	}
	return rc;
}

static int flow_run_step(const struct flow_step *step)
{
	static const char slots[][6] = { "_pre", "", "_post" };
	size_t i;
	int rc = 0;

	for (i = 0; i < ARRAY_SIZE(step->point) && rc == 0; i++)
		rc = flow_run_point(&step->point[i], step->name, slots[i]);
	return rc;
}

void flow_run(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(flow_steps); i++) {
		if (flow_run_step(&flow_steps[i]) != 0) {
			/* Whoever failed has said why; this says when. */
			pr_debug("step %s failed", flow_steps[i].name);
			machine_stop();
		}
		trace_step(flow_steps[i].name);
	}
	panic("flow: nothing took over the machine");
}
