/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* RegisterProtocolNotify. Document: UEFI 2.10, section 7.3.5. */
#include "event.h"
#include "handle.h"
#include "tpl.h"

/* All registrations; there are few. */
static struct notify_entry {
	struct efi_notify notify;
	struct notify_entry *next;
} *entries;

efi_status_t EFIAPI efi_register_protocol_notify(const struct efi_guid *protocol,
						 efi_event_t event, void **registration)
{
	efi_status_t status = EFI_OUT_OF_RESOURCES;
	struct notify_entry *entry;
	efi_tpl_t tpl;

	if (!protocol || !efi_event_valid(event) || !registration)
		return EFI_INVALID_PARAMETER;
	tpl = efi_lock();
	entry = efi_zalloc(sizeof(*entry));
	if (!entry)
		goto unlock;
	entry->notify.protocol = efi_protocol_get(protocol);
	if (!entry->notify.protocol) {
		efi_free_pool(entry);
		goto unlock;
	}
	entry->notify.event = event;
	/* What is there already is not new. */
	entry->notify.last = entry->notify.protocol->interfaces.prev;
	list_add_tail(&entry->notify.list, &entry->notify.protocol->notifies);
	entry->next = entries;
	entries = entry;
	event->registrations++;
	*registration = entry;
	status = EFI_SUCCESS;
unlock:
	efi_unlock(tpl);
	return status;
}

void efi_notify_installed(struct efi_protocol *protocol)
{
	struct efi_notify *notify;

	list_for_each_entry(notify, &protocol->notifies, list)
		efi_signal_event(notify->event);
}

void efi_notify_removed(struct efi_interface *interface)
{
	struct efi_notify *notify;

	list_for_each_entry(notify, &interface->protocol->notifies, list) {
		if (notify->last == &interface->on_protocol)
			notify->last = interface->on_protocol.prev;
	}
}

struct efi_notify *efi_notify_find(const void *key)
{
	struct notify_entry *entry;

	for (entry = entries; entry && entry != key; entry = entry->next)
		;
	return entry ? &entry->notify : NULL;
}

struct efi_interface *efi_notify_next(const struct efi_notify *notify)
{
	if (notify->last->next == &notify->protocol->interfaces)
		return NULL;
	return list_entry(notify->last->next, struct efi_interface, on_protocol);
}

void efi_notify_forget(efi_event_t event)
{
	struct notify_entry **link = &entries, *entry;
	efi_tpl_t tpl = efi_lock();

	while ((entry = *link) != NULL) {
		if (entry->notify.event != event) {
			link = &entry->next;
			continue;
		}
		*link = entry->next;
		list_del(&entry->notify.list);
		efi_free_pool(entry);
	}
	efi_unlock(tpl);
}
