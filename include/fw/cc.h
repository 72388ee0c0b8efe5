/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Confidential computing, as common code sees it: a guest kind is chosen once
 * from a link-time table, and from then on common code asks for attributes,
 * never for a kind.
 */
#ifndef FW_CC_H
#define FW_CC_H

#include <fw/types.h>

/** enum cc_attr - what a guest kind can be asked */
enum cc_attr {
	/* Nothing the host hands over may be trusted unchecked. */
	CC_ATTR_HOST_UNTRUSTED,
	/* Memory is encrypted unless it is made shared. */
	CC_ATTR_MEM_ENCRYPT,
	/* The host cannot see or change registers. */
	CC_ATTR_STATE_ENCRYPT,
	/* The initial memory image is measured and can be attested. */
	CC_ATTR_LAUNCH_MEASURED,
};

/**
 * struct cc_guest - a guest kind
 * @name:  its name in the log
 * @probe: returns true if this machine is a guest of this kind; called at
 *         most once, before memory and the log exist
 * @has:   answers attribute questions; only called for the active guest
 */
struct cc_guest {
	const char *name;
	bool (*probe)(void);
	bool (*has)(enum cc_attr attr);
};

/* Add a guest kind to the link-time table; @order is the order of probing. */
#define CC_GUEST(order, guest)						\
	extern const struct cc_guest *const cc_guest__##order##__##guest; \
	const struct cc_guest *const cc_guest__##order##__##guest	\
		__used __section(".cc_guest." #order) = &guest

/* The owner of hooks that run in every guest; never in the table. */
extern const struct cc_guest common_guest;

#ifdef CONFIG_CC

/** cc_init() - choose the guest kind; call once, before anything else in C */
void cc_init(void);

/** cc_active() - the chosen guest kind, or NULL in a plain guest */
const struct cc_guest *cc_active(void);

/** cc_has() - whether this guest has an attribute */
bool cc_has(enum cc_attr attr);

#else

static inline void cc_init(void) { }
static inline const struct cc_guest *cc_active(void) { return NULL; }
static inline bool cc_has(enum cc_attr attr __unused) { return false; }

#endif

#endif
