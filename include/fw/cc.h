/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Confidential computing, as common code sees it: a guest kind is chosen once
 * from a link-time table, and from then on common code asks for attributes,
 * never for a kind.
 */
#ifndef FW_CC_H
#define FW_CC_H

#include <fw/errno.h>
#include <fw/types.h>

struct exception_frame;
struct measure_ops;
struct memmap;

/** enum cc_attr - what a guest kind can be asked */
enum cc_attr {
	/* Nothing the host hands over may be trusted unchecked. */
	CC_ATTR_HOST_UNTRUSTED,
	/* Memory is encrypted unless it is made shared. */
	CC_ATTR_MEM_ENCRYPT,
	/* RAM must be accepted before its first use. */
	CC_ATTR_MEM_ACCEPT,
	/* The host cannot change memory, move it or bring back what it was. */
	CC_ATTR_MEM_INTEGRITY,
	/* The host cannot see or change registers. */
	CC_ATTR_STATE_ENCRYPT,
	/* The initial memory image is measured and can be attested. */
	CC_ATTR_LAUNCH_MEASURED,
	/* Measurements can be added at run time. */
	CC_ATTR_RUNTIME_MEASURED,
};

/**
 * struct cc_mem_ops - a guest kind's way to change the state of pages
 * @share:   private to shared; the page table still says private
 * @unshare: shared to private; the page table says private already. What the
 *	     pages contain afterwards is undefined.
 * @accept_begin: asks the host for RAM that is going to be accepted
 * @accept:  makes RAM usable that never was; it reads as zero or is undefined.
 *	     Tries large pages itself. May run on every processor at once, so it
 *	     neither logs nor allocates.
 *
 * @base and @size are multiples of 4 KiB. Each returns 0 or -Exxx, all but
 * @accept with the reason logged. A slot that is NULL has nothing to do. Callers
 * never ask twice for the same page; a provider that finds a page in a state it
 * cannot be in stops the machine, for then the host has changed it.
 */
struct cc_mem_ops {
	int (*share)(phys_addr_t base, u64 size);
	int (*unshare)(phys_addr_t base, u64 size);
	int (*accept_begin)(phys_addr_t base, u64 size);
	int (*accept)(phys_addr_t base, u64 size);
};

/**
 * struct cc_guest - a guest kind
 * @name:    its name in the log
 * @variant: which variant of it this guest is, for the user; NULL: there is one only
 * @probe:   returns true if this machine is a guest of this kind, and then has
 *	     said how its page tables mark pages (paging_set_masks()). At most
 *	     once, before memory and the log exist.
 * @start:   opens the way to the host and installs its cpu_ops; right after
 *	     the firmware's page tables are in use
 * @has:     answers attribute questions; only called for the active guest
 * @exception: handles an exception that is this kind's business; returns
 *	     false if it is not
 * @import_ram: adds RAM, as MEM_CONVENTIONAL, to an empty map; NULL: the host's
 *	     list in fw_cfg will do
 * @run_on_all: calls @fn once on each processor, this one too, on a stack of
 *	     its own, and returns when all have returned; called with page_alloc()
 *	     at hand; NULL: there is no way
 * @measure: registers for measurements, of a kind that has
 *	     CC_ATTR_RUNTIME_MEASURED (fw/measure.h)
 * @mem:     how pages change their state
 */
struct cc_guest {
	const char *name;
	const char *(*variant)(void);
	bool (*probe)(void);
	void (*start)(void);
	bool (*has)(enum cc_attr attr);
	bool (*exception)(struct exception_frame *frame);
	int (*import_ram)(struct memmap *map);
	int (*run_on_all)(void (*fn)(void *arg), void *arg);
	const struct measure_ops *measure;
	struct cc_mem_ops mem;
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

/** cc_start() - let the chosen kind start; once, on the firmware's page tables */
void cc_start(void);

/** cc_active() - the chosen guest kind, or NULL in a plain guest */
const struct cc_guest *cc_active(void);

/** cc_name() - what this guest is, for the user: "plain", or a guest kind's word */
const char *cc_name(void);

/** cc_has() - whether this guest has an attribute */
bool cc_has(enum cc_attr attr);

/** cc_exception() - whether the guest kind has handled an exception */
bool cc_exception(struct exception_frame *frame);

/**
 * cc_share() - let the host see pages
 * @base: multiple of 4 KiB, RAM that is accepted and private
 * @size: multiple of 4 KiB
 *
 * The pages are zero afterwards. In a plain guest nothing happens.
 *
 * Return: 0, -EEXIST if a page of the range is shared already, -ENOSPC if too
 * many ranges are shared, or the guest kind's error.
 */
int cc_share(phys_addr_t base, u64 size);

/**
 * cc_unshare() - take pages back from the host
 * @base: as given to cc_share()
 * @size: as given to cc_share()
 *
 * The pages are zero afterwards.
 *
 * Return: 0, -ENOENT if the range was not shared so, or the guest kind's error.
 */
int cc_unshare(phys_addr_t base, u64 size);

/**
 * cc_accept() - make RAM usable that the map has as MEM_UNACCEPTED
 * @map:      the memory map, which is the record of what is accepted
 * @base:     multiple of 4 KiB
 * @size:     multiple of 4 KiB
 * @parallel: with the help of the other processors
 *
 * The range becomes MEM_CONVENTIONAL, or MEM_UNUSABLE on an error: nobody knows
 * how far it went, so that it is not tried again.
 *
 * Return: 0, -EEXIST if not all of it is MEM_UNACCEPTED, -ENOSPC, or the guest
 * kind's error, logged.
 */
int cc_accept(struct memmap *map, phys_addr_t base, u64 size, bool parallel);

#else

static inline void cc_init(void) { }
static inline void cc_start(void) { }
static inline const struct cc_guest *cc_active(void) { return NULL; }
static inline const char *cc_name(void) { return "plain"; }
static inline bool cc_has(enum cc_attr attr __unused) { return false; }
static inline bool cc_exception(struct exception_frame *frame __unused) { return false; }
static inline int cc_share(phys_addr_t base __unused, u64 size __unused) { return 0; }
static inline int cc_unshare(phys_addr_t base __unused, u64 size __unused) { return 0; }

#endif

/*
 * Images with UEFI accept no more than what is asked for (CONFIG_ACCEPT_ON_DEMAND). In
 * other images all RAM is accepted before the end of the memmap step.
 */

/* cc_accept_on_demand() in images that do so */
int cc_accept_asked(phys_addr_t base, u64 size);

/**
 * cc_accept_on_demand() - accept what is not accepted yet of a range and around it
 * @base: multiple of 4 KiB
 * @size: bytes
 *
 * Only in images that accept on demand, and there for whoever gives a range out.
 *
 * Return: 0, also if there was nothing to do, or cc_accept()'s error.
 */
static inline int cc_accept_on_demand(phys_addr_t base, u64 size)
{
	return IS_ENABLED(CONFIG_ACCEPT_ON_DEMAND) ? cc_accept_asked(base, size) : 0;
}

/** cc_accept_leave() - the operating system accepts the rest itself; the map changes */
void cc_accept_leave(void);

/**
 * cc_accept_is_left() - whether anybody has called cc_accept_leave()
 *
 * Until then MEM_UNACCEPTED is as good as free, to everybody who allocates memory
 * before using it, and in the end.
 */
bool cc_accept_is_left(void);

/**
 * cc_accept_rest() - accept all RAM that is left, on all processors
 *
 * Nothing happens after cc_accept_leave(). The map changes if anything happens.
 *
 * Return: 0 or cc_accept()'s first error.
 */
int cc_accept_rest(void);

#endif
