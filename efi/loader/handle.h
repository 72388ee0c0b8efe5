/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The handle database. Document: UEFI 2.10, section 7.3.
 *
 * A handle has a list of interfaces, and a protocol has one, too, so that
 * neither to look one up nor to locate all needs a walk through all handles.
 * Whether a pointer is a handle is found in a hash table, without reading what
 * it points to. Everything here is used with efi_lock() held.
 */
#ifndef EFI_LOADER_HANDLE_H
#define EFI_LOADER_HANDLE_H

#include <fw/efi.h>
#include <fw/list.h>

/**
 * struct efi_handle - what an efi_handle_t points to
 * @chain: next one with the same hash
 * @all: neighbours among all handles, in the order of creation
 * @interfaces: its struct efi_interface, in the order of installation
 * @pins: reasons to keep it without an interface
 */
struct efi_handle {
	struct efi_handle *chain;
	struct list_head all;
	struct list_head interfaces;
	unsigned int pins;
};

/**
 * struct efi_protocol - a protocol that was ever asked to be installed
 * @chain: next one with the same hash
 * @guid: its name; ProtocolsPerHandle gives pointers to it away
 * @interfaces: struct efi_interface, in the order of installation
 * @notifies: struct efi_notify
 */
struct efi_protocol {
	struct efi_protocol *chain;
	struct efi_guid guid;
	struct list_head interfaces;
	struct list_head notifies;
};

/** struct efi_interface - one protocol on one handle */
struct efi_interface {
	struct efi_handle *handle;
	struct efi_protocol *protocol;
	void *interface;
	struct list_head on_handle;
	struct list_head on_protocol;
	struct list_head opens;
	u32 open_count;		/* length of @opens */
};

/** struct efi_open - who has an interface open, and how */
struct efi_open {
	struct list_head list;
	efi_handle_t agent;
	efi_handle_t controller;
	u32 attributes;
	u32 count;
};

/**
 * struct efi_notify - a registration for a protocol
 * @list: neighbours of the protocol
 * @last: the last interface (its on_protocol) that was located with it
 */
struct efi_notify {
	struct list_head list;
	struct efi_protocol *protocol;
	efi_event_t event;
	struct list_head *last;
};

extern struct list_head efi_handles;

/** efi_handle_find() - the handle, or NULL if it is none (any more) */
struct efi_handle *efi_handle_find(efi_handle_t handle);

/** efi_handle_create() - a handle without interfaces, or NULL */
struct efi_handle *efi_handle_create(void);

/** efi_handle_unpin() - take a pin away; it goes if nothing else keeps it */
void efi_handle_unpin(struct efi_handle *handle);

/** efi_protocol_find() - the protocol, or NULL */
struct efi_protocol *efi_protocol_find(const struct efi_guid *guid);

/** efi_protocol_get() - as efi_protocol_find(), but make it; NULL: no memory */
struct efi_protocol *efi_protocol_get(const struct efi_guid *guid);

/** efi_interface_find() - a handle's interface of a protocol, or NULL */
struct efi_interface *efi_interface_find(const struct efi_handle *handle,
					 const struct efi_guid *guid);

/** efi_interface_add() - -EEXIST, -ENOMEM or 0 */
int efi_interface_add(struct efi_handle *handle, const struct efi_guid *guid, void *interface);

/** efi_interface_remove() - and its handle, if that was the last one */
void efi_interface_remove(struct efi_interface *interface);

/** efi_interface_renew() - put it behind the others of its protocol, as if it were new */
void efi_interface_renew(struct efi_interface *interface, void *value);

/** efi_notify_installed() - signal who has registered for a protocol */
void efi_notify_installed(struct efi_protocol *protocol);

/** efi_notify_removed() - keep positions away from an interface that goes */
void efi_notify_removed(struct efi_interface *interface);

/** efi_notify_find() - the registration for a key, or NULL */
struct efi_notify *efi_notify_find(const void *key);

/** efi_notify_next() - the interface that was not located with it yet, or NULL */
struct efi_interface *efi_notify_next(const struct efi_notify *notify);

/** efi_notify_forget() - @event is going to be closed */
void efi_notify_forget(efi_event_t event);

/**
 * efi_open_release() - have drivers give an interface up before it goes
 *
 * Takes the lock itself, not held by the caller.
 *
 * Return: EFI_SUCCESS, or EFI_ACCESS_DENIED; then those that did are connected
 * again.
 */
efi_status_t efi_open_release(efi_handle_t handle, const struct efi_guid *protocol);

/** efi_close_agent() - close everything that an agent has open; for images that go */
void efi_close_agent(efi_handle_t agent);

#endif
