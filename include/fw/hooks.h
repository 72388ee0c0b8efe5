/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Hooks: functions that attach to named points at link time. Points are
 * declared in fw/hooks.def; each has a type of its own, so that a misspelt
 * point or a wrong signature does not compile.
 */
#ifndef FW_HOOKS_H
#define FW_HOOKS_H

#include <fw/cc.h>
#include <fw/types.h>

struct efi_image_source;
struct linux_payload;
struct memmap;
struct setup_data_list;
struct tcg_event2;

/* Whether functions have their names with them, to be shown. */
#define HOOK_TRACED	(IS_ENABLED(CONFIG_HOOK_TRACE) || CONFIG_LOG_LEVEL >= 7)
#if HOOK_TRACED
#define HOOK_NAME_FIELD		const char *name;
#define HOOK_NAME(text)		.name = (text),
#define hook_name(hook)		((hook)->name)
#else
#define HOOK_NAME_FIELD
#define HOOK_NAME(text)
#define hook_name(hook)		NULL
#endif

/* What a flow point's entries look like; see struct hook_<point> below. */
struct hook_void {
	int (*fn)(void);
	const struct cc_guest *guest;
	HOOK_NAME_FIELD
};

#define HOOK_VOID_POINT(point)						\
	typedef struct hook_void hook_##point##_t;			\
	extern const hook_##point##_t hooks_##point##_start[];		\
	extern const hook_##point##_t hooks_##point##_end[];

#define FLOW_STEP(step, what)						\
	HOOK_VOID_POINT(step##_pre)					\
	HOOK_VOID_POINT(step)						\
	HOOK_VOID_POINT(step##_post)

#define HOOK_POINT(point, args, when)					\
	struct hook_##point {						\
		int (*fn) args;						\
		const struct cc_guest *guest;				\
		HOOK_NAME_FIELD						\
	};								\
	typedef struct hook_##point hook_##point##_t;			\
	extern const hook_##point##_t hooks_##point##_start[];		\
	extern const hook_##point##_t hooks_##point##_end[];

#include <fw/hooks.def>

#undef FLOW_STEP
#undef HOOK_POINT

/**
 * HOOK() - attach a function to a point
 * @point: a point of fw/hooks.def
 * @order: two digits; the order within one owner
 * @owner: common, or the name of the guest kind for which it runs
 * @func:  the function
 *
 * The symbol carries the meaning; scripts/hooktab reads it from the image.
 * Two entries with the same point, order and owner do not link. The alignment
 * is explicit because compilers raise that of aggregates from 16 bytes up to
 * 16, which would leave gaps in the table.
 */
#define HOOK(point, order, owner, func)					\
	extern const struct cc_guest owner##_guest;			\
	extern const hook_##point##_t hook__##point##__##order##__##owner; \
	const hook_##point##_t hook__##point##__##order##__##owner	\
		__used __aligned(8) __section(".hook." #point "." #order "." #owner) = \
		{ .fn = func, .guest = &owner##_guest, HOOK_NAME(#func) }

/* For the runner: whether @guest's hooks run. */
bool hook_is_active(const struct cc_guest *guest);

/* And what is said of one in images that show it; @slot follows the point's name. */
void hook_trace(const char *point, const char *slot, const char *name, int rc);

/**
 * hook_run() - call what is attached to a point
 * @point: a point of fw/hooks.def
 *
 * Return: 0, or the error of the first function that failed; the ones after
 * it are not called.
 */
#define hook_run(point, ...)						\
({									\
	const hook_##point##_t *hook_;					\
	int rc_ = 0;							\
									\
	for (hook_ = hooks_##point##_start;				\
	     hook_ < hooks_##point##_end && rc_ == 0; hook_++) {	\
		if (!hook_is_active(hook_->guest))			\
			continue;					\
		rc_ = hook_->fn(__VA_ARGS__);				\
		if (HOOK_TRACED)					\
			hook_trace(#point, "", hook_name(hook_), rc_);	\
	}								\
	rc_;								\
})

#endif
