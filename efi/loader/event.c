/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Events and their groups. Document: UEFI 2.10, section 7.1.
 *
 * Everything that the timer interrupt may touch, too, is touched with
 * interrupts off. A notification runs at its own level, after it has been taken
 * out of the queue: it may close its event.
 */
#include <asm/irq.h>
#include <fw/string.h>

#include "event.h"
#include "handle.h"
#include "tpl.h"

#define EVENT_MAGIC	((u64)0x544e4556455f4946)
#define NOTIFY_TYPES	(EVT_NOTIFY_WAIT | EVT_NOTIFY_SIGNAL)

/* One for each of the two levels that a notification may have. */
static struct list_head queues[] = {
	LIST_HEAD_INIT(queues[0]),
	LIST_HEAD_INIT(queues[1]),
};

static LIST_HEAD(grouped);

static struct list_head *queue_of(efi_tpl_t tpl)
{
	return &queues[tpl == TPL_NOTIFY];
}

bool efi_event_valid(efi_event_t event)
{
	return event && event->magic == EVENT_MAGIC;
}

/* Interrupts are off. */
static void queue_notify(struct efi_event *event)
{
	if (event->queued)
		return;
	list_add_tail(&event->queue, queue_of(event->tpl));
	event->queued = true;
	efi_tpl_pending |= (u32)1 << event->tpl;
}

static void unqueue(struct efi_event *event)
{
	struct list_head *queue = queue_of(event->tpl);

	list_del(&event->queue);
	event->queued = false;
	if (list_empty(queue))
		efi_tpl_pending &= ~((u32)1 << event->tpl);
}

void efi_event_run(efi_tpl_t tpl)
{
	struct efi_event *event = list_entry(queue_of(tpl)->next, struct efi_event, queue);
	efi_event_notify_t notify = event->notify;
	void *context = event->context;

	unqueue(event);
	if (event->type & EVT_NOTIFY_SIGNAL)
		event->signaled = false;
	irq_enable();
	notify(event, context);
	irq_disable();
}

static void signal_one(struct efi_event *event)
{
	if (event->signaled)
		return;
	event->signaled = true;
	if (event->type & EVT_NOTIFY_SIGNAL)
		queue_notify(event);
}

static void signal_members(const struct efi_guid *group)
{
	struct efi_event *event;

	list_for_each_entry(event, &grouped, in_group) {
		if (efi_guid_equal(&event->group, group))
			signal_one(event);
	}
}

static void event_expire(struct efi_timer *timer)
{
	struct efi_event *event = container_of(timer, struct efi_event, timer);

	if (event->grouped)
		signal_members(&event->group);
	else
		signal_one(event);
}

/* What waits runs now, if the level allows it. */
static void low_and_dispatch(efi_tpl_t tpl)
{
	efi_tpl_low(tpl);
	if (efi_tpl_waits(tpl))
		efi_tpl_dispatch(tpl);
}

static bool type_valid(u32 type, const struct efi_guid *group)
{
	/* These are groups of their own. */
	if (type == EVT_SIGNAL_EXIT_BOOT_SERVICES || type == EVT_SIGNAL_VIRTUAL_ADDRESS_CHANGE)
		return !group;
	if (type & ~(EVT_TIMER | EVT_RUNTIME | NOTIFY_TYPES))
		return false;
	return (type & NOTIFY_TYPES) != NOTIFY_TYPES;
}

static const struct efi_guid *type_group(u32 type)
{
	if (type == EVT_SIGNAL_EXIT_BOOT_SERVICES)
		return &efi_guid_event_exit_boot_services;
	if (type == EVT_SIGNAL_VIRTUAL_ADDRESS_CHANGE)
		return &efi_guid_event_virtual_address_change;
	return NULL;
}

static void event_init(struct efi_event *event, u32 type, efi_tpl_t tpl,
		       efi_event_notify_t notify, const void *context)
{
	memset(event, 0, sizeof(*event));
	event->magic = EVENT_MAGIC;
	event->type = type;
	event->timer.expire = event_expire;
	if (!(type & NOTIFY_TYPES))
		return;
	event->tpl = (u8)tpl;
	event->notify = notify;
	event->context = (void *)(uintptr_t)context;
}

/* From here on a timer of the group may signal it: it is complete. */
static void join_group(struct efi_event *event, const struct efi_guid *group)
{
	efi_tpl_t tpl;

	if (!group)
		group = type_group(event->type);
	if (!group)
		return;
	memcpy(&event->group, group, sizeof(event->group));
	event->grouped = true;
	tpl = efi_tpl_high();
	list_add_tail(&event->in_group, &grouped);
	efi_tpl_low(tpl);
}

/* Signaled by the runtime services, when the loader is no more. */
static bool is_virtual(const struct efi_event *event)
{
	return event->grouped && (event->type & EVT_NOTIFY_SIGNAL) &&
	       efi_guid_equal(&event->group, &efi_guid_event_virtual_address_change);
}

efi_status_t EFIAPI efi_create_event_ex(u32 type, efi_tpl_t tpl, efi_event_notify_t notify,
					const void *context, const struct efi_guid *group,
					efi_event_t *event)
{
	u32 memory = type & EVT_RUNTIME ? MEM_RUNTIME_DATA : MEM_BOOT_DATA;
	efi_status_t status;
	void *mem;

	if (!event || !type_valid(type, group))
		return EFI_INVALID_PARAMETER;
	if ((type & NOTIFY_TYPES) && (!notify || (tpl != TPL_CALLBACK && tpl != TPL_NOTIFY)))
		return EFI_INVALID_PARAMETER;

	status = efi_allocate_pool(memory, sizeof(**event), &mem);
	if (EFI_ERROR(status))
		return EFI_OUT_OF_RESOURCES;
	event_init(mem, type, tpl, notify, context);
	join_group(mem, group);
	*event = mem;
	if (is_virtual(*event))
		status = efi_virtual_add_notify(*event, notify, (*event)->context);
	if (EFI_ERROR(status))
		efi_close_event(*event);
	return status;
}

efi_status_t EFIAPI efi_create_event(u32 type, efi_tpl_t tpl, efi_event_notify_t notify,
				     void *context, efi_event_t *event)
{
	return efi_create_event_ex(type, tpl, notify, context, NULL, event);
}

efi_status_t EFIAPI efi_close_event(efi_event_t event)
{
	efi_tpl_t tpl;

	if (!efi_event_valid(event))
		return EFI_INVALID_PARAMETER;
	efi_timer_cancel(&event->timer);
	if (is_virtual(event))
		efi_virtual_remove_notify(event);
	if (event->registrations > 0)
		efi_notify_forget(event);
	tpl = efi_tpl_high();
	if (event->queued)
		unqueue(event);
	if (event->grouped)
		list_del(&event->in_group);
	event->magic = 0;
	efi_tpl_low(tpl);
	return efi_free_pool(event);
}

efi_status_t EFIAPI efi_signal_event(efi_event_t event)
{
	efi_tpl_t tpl;

	if (!efi_event_valid(event))
		return EFI_INVALID_PARAMETER;
	tpl = efi_tpl_high();
	event_expire(&event->timer);
	low_and_dispatch(tpl);
	return EFI_SUCCESS;
}

void efi_signal_group(const struct efi_guid *group)
{
	efi_tpl_t tpl;

	if (list_empty(&grouped))
		return;
	tpl = efi_tpl_high();
	signal_members(group);
	low_and_dispatch(tpl);
}

efi_status_t EFIAPI efi_check_event(efi_event_t event)
{
	efi_tpl_t tpl;

	if (!efi_event_valid(event) || (event->type & EVT_NOTIFY_SIGNAL))
		return EFI_INVALID_PARAMETER;
	efi_timer_poll();
	if (!event->signaled && (event->type & EVT_NOTIFY_WAIT)) {
		tpl = efi_tpl_high();
		queue_notify(event);
		low_and_dispatch(tpl);
	}
	if (!event->signaled)
		return EFI_NOT_READY;
	event->signaled = false;
	return EFI_SUCCESS;
}

efi_status_t EFIAPI efi_wait_for_event(efi_uintn_t count, efi_event_t *events,
				       efi_uintn_t *index)
{
	efi_status_t status;
	efi_uintn_t i;

	if (count == 0 || !events || !index)
		return EFI_INVALID_PARAMETER;
	if (efi_tpl != TPL_APPLICATION)
		return EFI_UNSUPPORTED;

	for (;;) {
		for (i = 0; i < count; i++) {
			status = efi_check_event(events[i]);
			if (status == EFI_NOT_READY)
				continue;
			*index = i;
			return status;
		}
		efi_timer_idle();
	}
}

efi_status_t EFIAPI efi_set_timer(efi_event_t event, u32 how, u64 time_100ns)
{
	if (!efi_event_valid(event) || !(event->type & EVT_TIMER) || how > EFI_TIMER_RELATIVE)
		return EFI_INVALID_PARAMETER;
	if (how == EFI_TIMER_CANCEL)
		efi_timer_cancel(&event->timer);
	else if (how == EFI_TIMER_RELATIVE)
		efi_timer_start(&event->timer, time_100ns, 0);
	else
		efi_timer_start(&event->timer, time_100ns, MAX(time_100ns, (u64)1));
	return EFI_SUCCESS;
}
