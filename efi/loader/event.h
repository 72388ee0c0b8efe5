/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Events. Document: UEFI 2.10, section 7.1. */
#ifndef EFI_LOADER_EVENT_H
#define EFI_LOADER_EVENT_H

#include <fw/efi.h>
#include <fw/list.h>

#include "timer.h"

/**
 * struct efi_event - an event
 * @magic:     says that this is one
 * @type:      EVT_*
 * @tpl:       level of @notify
 * @signaled:  signaled, and nobody has taken note yet
 * @queued:    in the queue of its level
 * @registrations: for how many protocols it is registered
 * @queue:     neighbours in that queue
 * @in_group:  neighbours in the list of all events with a group
 * @group:     name of its group
 * @timer:     for EVT_TIMER
 */
struct efi_event {
	u64 magic;
	u32 type;
	u8 tpl;
	bool signaled;
	bool queued;
	bool grouped;
	unsigned int registrations;
	efi_event_notify_t notify;
	void *context;
	struct list_head queue;
	struct list_head in_group;
	struct efi_guid group;
	struct efi_timer timer;
};

/** efi_event_valid() - whether this is an event that is not closed */
bool efi_event_valid(efi_event_t event);

/** efi_event_run() - run the first notification that waits at a level */
void efi_event_run(efi_tpl_t tpl);

#endif
