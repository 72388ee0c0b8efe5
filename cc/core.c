/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Which kind of guest this is: asked once, of every kind in the link-time
 * table, in the order of the table. No answer means a plain machine.
 */
#include <fw/cc.h>

extern const struct cc_guest *const cc_guests_start[], *const cc_guests_end[];

static const struct cc_guest *active_guest;

void cc_init(void)
{
	const struct cc_guest *const *guest;

	for (guest = cc_guests_start; guest < cc_guests_end; guest++) {
		if ((*guest)->probe()) {
			active_guest = *guest;
			return;
		}
	}
}

void cc_start(void)
{
	if (active_guest != NULL)
		active_guest->start();
}

const struct cc_guest *cc_active(void)
{
	return active_guest;
}

const char *cc_name(void)
{
	if (active_guest == NULL)
		return "plain";
	return active_guest->variant != NULL ? active_guest->variant() : active_guest->name;
}

bool cc_has(enum cc_attr attr)
{
	return active_guest != NULL && active_guest->has(attr);
}

bool cc_exception(struct exception_frame *frame)
{
	return active_guest != NULL && active_guest->exception != NULL &&
	       active_guest->exception(frame);
}
