/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Measurements at run time, for guests with CC_ATTR_RUNTIME_MEASURED: a digest is
 * added to a register that can only be added to, and to a log from which others
 * can calculate what the register must hold. In any other guest nothing happens.
 *
 * Registers are given by the TCG's numbers (PCR) or as an index, from which the
 * guest kind knows which of its own is meant.
 * Documents: TCG PC Client Platform Firmware Profile Specification 1.06, sections
 * 3.3 (what goes where) and 10 (log); UEFI 2.10, section 38.4 (indices).
 */
#ifndef FW_MEASURE_H
#define FW_MEASURE_H

#include <fw/cc.h>
#include <fw/types.h>
#include <spec/tcg.h>

/**
 * struct measure_ops - a guest kind's registers
 * @type:    ACPI's number of the kind (ACPI 6.5, section 5.2.34)
 * @last:    highest index; all from 1 on can be added to
 * @map_pcr: returns the index for a PCR, or -EINVAL if there is none
 * @extend:  adds a SHA-384 digest, whose address is a multiple of 64, to a
 *	     register by its index. Returns 0, -EINVAL if this one cannot be added
 *	     to, or -EIO with the reason logged.
 */
struct measure_ops {
	u8 type;
	u8 last;
	int (*map_pcr)(u32 pcr);
	int (*extend)(u32 index, const u8 *digest);
};

/**
 * struct measure_log - the log
 * @base: address
 * @last: offset of the last record
 * @truncated: there was no room for at least one
 */
struct measure_log {
	phys_addr_t base;
	size_t last;
	bool truncated;
};

#ifdef CONFIG_MEASURE

/**
 * measure_event() - hash data, add that to a register, and log it
 * @pcr:   register
 * @type:  event type
 * @data:  what is hashed, in private memory
 * @size:  bytes of it
 * @event: what the log says about it
 * @event_size: bytes of that
 *
 * Return: 0, or -Exxx with the reason logged; then the boot must end.
 * Context: boot processor; see efi_measure() for the time in which other software
 * may call.
 */
int measure_event(u32 pcr, u32 type, const void *data, u64 size, const void *event,
		  size_t event_size);

/** measure_ops() - the guest kind's registers, or NULL if it has none */
static inline const struct measure_ops *measure_ops(void)
{
	const struct cc_guest *guest = cc_active();

	return guest ? guest->measure : NULL;
}

/**
 * measure_extend() - add a digest to a register, without a record
 * @index: register
 * @digest: SHA-384
 *
 * Return: as struct measure_ops.extend.
 */
int measure_extend(u32 index, const u8 *digest);

/**
 * measure_record() - add a record to the log
 * @index:  register
 * @type:   event type
 * @digest: SHA-384
 * @event:  what the log says about it
 * @size:   bytes of that
 *
 * Return: 0, or -ENOSPC if there is no room for it, or was none before: a log with
 * a gap tells less than one that ends.
 */
int measure_record(u32 index, u32 type, const u8 *digest, const void *event, u64 size);

/**
 * measure_log_move() - have the log in memory that the operating system keeps
 *
 * The guest kind attaches it to memmap_post, as soon as there is memory.
 *
 * Return: 0, or -ENOMEM with the reason logged.
 */
int measure_log_move(void);

/**
 * measure_log_announce() - add the ACPI table CCEL; attached to acpi_post
 *
 * Return: 0, or -Exxx with the reason logged.
 */
int measure_log_announce(void);

/** measure_get_log() - what there is so far; after the memmap step */
void measure_get_log(struct measure_log *log);

#else

static inline int measure_event(u32 pcr __unused, u32 type __unused, const void *data __unused,
				u64 size __unused, const void *event __unused,
				size_t event_size __unused)
{
	return 0;
}

#endif

#endif
