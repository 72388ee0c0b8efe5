/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * What the host may hand over, one line each, in the file that reads it. The lines
 * make a link-time table, from which report/host-inputs.txt is written; functions
 * that read from the host take an entry of it, so that what is not declared cannot
 * be read.
 *
 * A plain guest trusts its host, and checks only that data makes sense. In any
 * other guest the policy says more; it is keyed by attributes, never by a kind.
 * Document: TCG PC Client Platform Firmware Profile Specification (registers and
 * event types).
 */
#ifndef FW_HOST_INPUT_H
#define FW_HOST_INPUT_H

#include <fw/types.h>
#include <spec/tcg.h>

/** enum host_input_policy - what is done beyond the checks that every guest does */
enum host_input_policy {
	/* Nothing: it says nothing about what runs, or is implied by another input. */
	HOST_INPUT_CHECKED,
	/* Measured before use, where the guest has CC_ATTR_RUNTIME_MEASURED. */
	HOST_INPUT_MEASURED,
	/* And compared with what the launch says it is, where the launch says so. */
	HOST_INPUT_VERIFIED,
	/* Not read where the guest has CC_ATTR_HOST_UNTRUSTED. */
	HOST_INPUT_REFUSED,
	/* Not read in any guest. */
	HOST_INPUT_NEVER,
	/* Not read where the guest has CC_ATTR_MEM_INTEGRITY. */
	HOST_INPUT_INTEGRITY_REFUSED,
	/* As VERIFIED, but measured as what it is used for, by whoever uses it. */
	HOST_INPUT_VERIFIED_LATER,
	/* A kernel and what belongs to it: with UEFI, images are measured when they load. */
	HOST_INPUT_LOADED = IS_ENABLED(CONFIG_EFI) ? HOST_INPUT_VERIFIED_LATER :
						     HOST_INPUT_VERIFIED,
};

/**
 * struct host_input - something that the host may hand over
 * @name:   name of the fw_cfg file, or what it is, for the log and the report
 * @event:  TCG event type, 0 if it is not measured
 * @key:    fw_cfg selector, or one of HOST_INPUT_*_KEY
 * @policy: enum host_input_policy
 * @pcr:    the TCG's number of the register; a guest kind maps it to one it has
 */
struct host_input {
	const char *name;
	u32 event;
	u16 key;
	u8 policy;
	u8 pcr;
};

/* No selectors of fw_cfg. */
#define HOST_INPUT_FILE_KEY	0		/* a file, by @name */
#define HOST_INPUT_NAMED_KEY	0xfffe		/* files whose names another input says */
#define HOST_INPUT_OTHER_KEY	0xffff		/* not fw_cfg's */

/* The table of all that the image knows. */
extern const struct host_input host_inputs_start[], host_inputs_end[];

/**
 * HOST_INPUT() - declare an input
 * @id:     the entry is host_input_<id>, in this file only
 * @owner:  common, or the guest kind that reads it
 * @policy: CHECKED, MEASURED, VERIFIED, LOADED, REFUSED, NEVER or INTEGRITY_REFUSED
 * @pcr:    register of the measurement, else 0
 * @event:  event type of the measurement, else 0
 * @key:    fw_cfg selector or HOST_INPUT_*_KEY
 * @text:   name
 */
#define HOST_INPUT(id, owner, policy, pcr, event, key, text)		\
	static const struct host_input host_input_##id			\
		__used __aligned(8) __section(".host_input." #owner "." #id) = \
		{ text, event, key, HOST_INPUT_##policy, pcr }

/* A file of fw_cfg, an item with a fixed selector, and what is not in fw_cfg. */
#define HOST_INPUT_FILE(id, owner, policy, pcr, event, name)		\
	HOST_INPUT(id, owner, policy, pcr, event, HOST_INPUT_FILE_KEY, name)
#define HOST_INPUT_ITEM(id, owner, policy, pcr, event, key, text)	\
	HOST_INPUT(id, owner, policy, pcr, event, key, text)
#define HOST_INPUT_OTHER(id, owner, policy, pcr, event, text)		\
	HOST_INPUT(id, owner, policy, pcr, event, HOST_INPUT_OTHER_KEY, text)

/**
 * host_input_is_refused() - whether this guest, as it is, reads an input never
 * @input: entry
 *
 * For the setup page, and for those who can do without and say so themselves.
 * Nothing is logged.
 */
bool host_input_is_refused(const struct host_input *input);

/**
 * host_input_allow() - whether an input may be read in this guest
 * @input: entry
 * @whole: all of it, in one piece; what is measured is read in no other way
 *
 * fw_cfg_read() asks for what it reads.
 *
 * Return: 0, or -EPERM with the reason logged.
 */
int host_input_allow(const struct host_input *input, bool whole);

/**
 * host_input_use() - let an input be measured, if that is its policy
 * @input: entry
 * @data:  all of it, in private memory; nothing of it has been looked at
 * @size:  bytes
 *
 * fw_cfg_read() does this for what it reads.
 *
 * Return: 0, or -Exxx with the reason logged; then the boot must end.
 */
int host_input_use(const struct host_input *input, const void *data, u64 size);

#endif
