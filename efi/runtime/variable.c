/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Variable services. Document: UEFI 2.10, section 8.2.
 */
#include <fw/errno.h>
#include <fw/string.h>

#include "flash.h"
#include "runtime.h"
#include "store.h"
#include "variable.h"

/* As OVMF's, by size of the store: header, name and data of one variable. */
#define VARIABLE_MAX		0x8400u
#define VARIABLE_MAX_SMALL	0x2000u
#define SMALL_STORE		0x40000u

/* Volatile variables: shim mirrors some 30 KiB of its own. */
#define VOLATILE_SIZE		0x20000u

#define ATTRIBUTES_KEPT							\
	(EFI_VARIABLE_NON_VOLATILE | EFI_VARIABLE_BOOTSERVICE_ACCESS |	\
	 EFI_VARIABLE_RUNTIME_ACCESS | EFI_VARIABLE_HARDWARE_ERROR_RECORD | \
	 EFI_VARIABLE_AUTHENTICATED_WRITE_ACCESS |			\
	 EFI_VARIABLE_TIME_BASED_AUTHENTICATED_WRITE_ACCESS |		\
	 EFI_VARIABLE_ENHANCED_AUTHENTICATED_ACCESS)
#define AUTHENTICATED							\
	(EFI_VARIABLE_AUTHENTICATED_WRITE_ACCESS |			\
	 EFI_VARIABLE_TIME_BASED_AUTHENTICATED_WRITE_ACCESS |		\
	 EFI_VARIABLE_ENHANCED_AUTHENTICATED_ACCESS)

static u8 persistent_memory[STORE_MAX] __noinit __aligned(8);
static u8 volatile_memory[VOLATILE_SIZE] __noinit __aligned(8);
static struct store persistent, temporary;

/* In the order of GetNextVariableName. */
static struct store *const stores[] = { &temporary, &persistent };

struct found {
	struct store *store;
	struct vars_record *record;
};

void variable_start(struct efi_runtime_boot *boot)
{
	flash_set(boot->flash, boot->flash_size, boot->flash_writable);
	store_format(&temporary, volatile_memory, sizeof(volatile_memory));
	if (boot->flash)
		boot->store_found = store_load(&persistent, persistent_memory);
	else
		store_format(&persistent, persistent_memory, sizeof(persistent_memory));
	boot->store_kept = store_count(&persistent);
}

void variable_convert(void)
{
	(void)runtime_convert(&persistent.base);
	(void)runtime_convert(&temporary.base);
	flash_convert();
}

static u32 variable_max(void)
{
	return persistent.size < SMALL_STORE ? VARIABLE_MAX_SMALL : VARIABLE_MAX;
}

/* Bytes of a name with its NUL; 0 if that is not among the first @max bytes. */
static u32 name_bytes(const efi_char16_t *name, u64 max)
{
	u32 i;

	for (i = 0; i < max / sizeof(*name); i++) {
		if (name[i] == 0)
			return (i + 1) * (u32)sizeof(*name);
	}
	return 0;
}

static bool is_visible(const struct vars_record *record)
{
	return !runtime.at_runtime || record->attributes & EFI_VARIABLE_RUNTIME_ACCESS;
}

/* Also what cannot be seen at runtime. */
static struct found find(const struct store_key *key)
{
	struct found found = { NULL, NULL };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(stores) && !found.record; i++) {
		found.store = stores[i];
		found.record = store_find(found.store, key);
	}
	return found;
}

static struct found find_visible(const struct store_key *key)
{
	struct found found = find(key);

	if (found.record && !is_visible(found.record))
		found.record = NULL;
	return found;
}

static efi_status_t get_variable(const efi_char16_t *name, const struct efi_guid *vendor,
				 u32 *attributes, efi_uintn_t *size, void *data)
{
	struct store_key key = { name, 0, vendor };
	struct vars_record *record;
	efi_uintn_t room;

	if (!name || !vendor || !size)
		return EFI_INVALID_PARAMETER;
	key.name_size = name_bytes(name, STORE_MAX);
	record = find_visible(&key).record;
	if (!record)
		return EFI_NOT_FOUND;

	room = *size;
	if (room >= record->data_size && !data)
		return EFI_INVALID_PARAMETER;
	*size = record->data_size;
	if (attributes)
		*attributes = record->attributes;
	if (room < record->data_size)
		return EFI_BUFFER_TOO_SMALL;
	memcpy(data, record_data(record), record->data_size);
	return EFI_SUCCESS;
}

efi_status_t EFIAPI runtime_get_variable(const efi_char16_t *name,
					 const struct efi_guid *vendor, u32 *attributes,
					 efi_uintn_t *size, void *data)
{
	u64 flags = runtime_enter();
	efi_status_t status = get_variable(name, vendor, attributes, size, data);

	runtime_leave(flags);
	return status;
}

/* The next that can be seen, in its store or the ones after it. */
static struct vars_record *next_visible(struct found from)
{
	size_t i = from.store == &persistent ? 1 : 0;

	for (; i < ARRAY_SIZE(stores); i++, from.record = NULL) {
		do {
			from.record = store_next(stores[i], from.record);
		} while (from.record && !is_visible(from.record));
		if (from.record)
			return from.record;
	}
	return NULL;
}

static efi_status_t get_next_variable_name(efi_uintn_t *size, efi_char16_t *name,
					   struct efi_guid *vendor)
{
	struct store_key key = { name, 0, vendor };
	struct found from = { &temporary, NULL };
	struct vars_record *next;

	if (!size || !name || !vendor)
		return EFI_INVALID_PARAMETER;
	key.name_size = name_bytes(name, MIN(*size, (efi_uintn_t)STORE_MAX));
	if (!key.name_size)
		return EFI_INVALID_PARAMETER;
	if (name[0] != 0) {
		from = find_visible(&key);
		if (!from.record)
			return EFI_INVALID_PARAMETER;
	}
	next = next_visible(from);
	if (!next)
		return EFI_NOT_FOUND;
	if (*size < next->name_size) {
		*size = next->name_size;
		return EFI_BUFFER_TOO_SMALL;
	}
	*size = next->name_size;
	memcpy(name, record_name(next), next->name_size);
	memcpy(vendor, &next->vendor, sizeof(*vendor));
	return EFI_SUCCESS;
}

efi_status_t EFIAPI runtime_get_next_variable_name(efi_uintn_t *size, efi_char16_t *name,
						   struct efi_guid *vendor)
{
	u64 flags = runtime_enter();
	efi_status_t status = get_next_variable_name(size, name, vendor);

	runtime_leave(flags);
	return status;
}

/* What no variable can have, whether or not it exists (8.2.3). */
static efi_status_t check_attributes(u32 attributes)
{
	u32 access = attributes & (EFI_VARIABLE_BOOTSERVICE_ACCESS | EFI_VARIABLE_RUNTIME_ACCESS);

	if (attributes & ~(ATTRIBUTES_KEPT | EFI_VARIABLE_APPEND_WRITE) ||
	    access == EFI_VARIABLE_RUNTIME_ACCESS)
		return EFI_INVALID_PARAMETER;
	/* At most one kind of authentication. */
	if ((attributes & AUTHENTICATED) & ((attributes & AUTHENTICATED) - 1))
		return EFI_INVALID_PARAMETER;
	if (attributes & (EFI_VARIABLE_AUTHENTICATED_WRITE_ACCESS |
			  EFI_VARIABLE_ENHANCED_AUTHENTICATED_ACCESS |
			  EFI_VARIABLE_HARDWARE_ERROR_RECORD))
		return EFI_UNSUPPORTED;
	return EFI_SUCCESS;
}

/* One that exists; @attributes may be 0, which deletes. */
static efi_status_t check_existing(const struct found *found, u32 attributes)
{
	u32 have = found->record->attributes;

	if (runtime.at_runtime && !(have & EFI_VARIABLE_RUNTIME_ACCESS))
		return EFI_WRITE_PROTECTED;
	if (runtime.at_runtime && found->store == &temporary)
		return EFI_WRITE_PROTECTED;
	if (attributes && (attributes & ~EFI_VARIABLE_APPEND_WRITE) != have)
		return have & AUTHENTICATED && !(attributes & AUTHENTICATED) ?
			EFI_WRITE_PROTECTED : EFI_INVALID_PARAMETER;
	if (!(have & AUTHENTICATED))
		return EFI_SUCCESS;
	/* Its owner's signature would be needed, and nothing here can verify one. */
	return attributes & AUTHENTICATED ? EFI_UNSUPPORTED : EFI_WRITE_PROTECTED;
}

/* One that does not exist. */
static efi_status_t check_new(u32 attributes)
{
	u32 wanted = EFI_VARIABLE_NON_VOLATILE | EFI_VARIABLE_RUNTIME_ACCESS;

	if (attributes & AUTHENTICATED)
		return EFI_UNSUPPORTED;
	if (runtime.at_runtime && (attributes & wanted) != wanted)
		return EFI_INVALID_PARAMETER;
	return EFI_SUCCESS;
}

static efi_status_t store_status(int rc)
{
	switch (rc) {
	case 0:
		return EFI_SUCCESS;
	case -ENOSPC:
		return EFI_OUT_OF_RESOURCES;
	}
	return EFI_DEVICE_ERROR;
}

static bool is_same(const struct vars_record *record, const void *data, u64 size)
{
	return record->data_size == size && memcmp(record_data(record), data, size) == 0;
}

static efi_status_t write_variable(const struct store_key *key, u32 attributes, u32 size,
				   const void *data)
{
	struct store_change change = {
		.key = *key,
		.attributes = attributes & ~EFI_VARIABLE_APPEND_WRITE,
		.data = data,
		.data_size = size,
		.append = attributes & EFI_VARIABLE_APPEND_WRITE,
	};
	struct found found = find(key);
	struct store *store = attributes & EFI_VARIABLE_NON_VOLATILE ? &persistent : &temporary;
	bool delete = !(attributes & EFI_VARIABLE_BOOTSERVICE_ACCESS) ||
		      (size == 0 && !change.append);
	efi_status_t status;

	if (!found.record) {
		if (delete)
			return EFI_NOT_FOUND;
		status = check_new(attributes);
		if (EFI_ERROR(status) || size == 0)
			return status;
		return store_status(store_set(store, &change));
	}
	/* Attributes need not match to delete. */
	status = check_existing(&found, delete ? 0 : attributes);
	if (EFI_ERROR(status))
		return status;
	if (delete)
		return store_status(store_delete(found.store, found.record));
	/* Flash wears off with every write. */
	if (change.append ? size == 0 : is_same(found.record, data, size))
		return EFI_SUCCESS;
	if (change.append && sizeof(*found.record) + key->name_size + (u64)size +
			     found.record->data_size > variable_max())
		return EFI_OUT_OF_RESOURCES;
	return store_status(store_set(found.store, &change));
}

static efi_status_t set_variable(const efi_char16_t *name, const struct efi_guid *vendor,
				 u32 attributes, efi_uintn_t size, const void *data,
				 bool firmware)
{
	struct store_key key = { name, 0, vendor };
	efi_status_t status;

	if (!name || name[0] == 0 || !vendor || (size != 0 && !data))
		return EFI_INVALID_PARAMETER;
	status = check_attributes(attributes);
	if (EFI_ERROR(status))
		return status;
	key.name_size = name_bytes(name, variable_max());
	if (!key.name_size || size > variable_max() ||
	    sizeof(struct vars_record) + key.name_size + size > variable_max())
		return EFI_INVALID_PARAMETER;
	if (!firmware) {
		status = variable_check_name(&key, attributes, size);
		if (EFI_ERROR(status))
			return status;
	}
	return write_variable(&key, attributes, (u32)size, data);
}

efi_status_t EFIAPI runtime_set_variable(const efi_char16_t *name,
					 const struct efi_guid *vendor, u32 attributes,
					 efi_uintn_t size, const void *data)
{
	efi_status_t status;
	u64 flags;

	if (!runtime_may_keep())
		return EFI_UNSUPPORTED;
	flags = runtime_enter();
	status = set_variable(name, vendor, attributes, size, data, false);
	runtime_leave(flags);
	return status;
}

efi_status_t EFIAPI runtime_set_own_variable(const efi_char16_t *name,
					     const struct efi_guid *vendor, u32 attributes,
					     efi_uintn_t size, const void *data)
{
	u64 flags = runtime_enter();
	efi_status_t status = set_variable(name, vendor, attributes, size, data, true);

	runtime_leave(flags);
	return status;
}

/*
 * What is left is what would be left after the store was written anew, since
 * that is done when it is needed.
 */
efi_status_t EFIAPI runtime_query_variable_info(u32 attributes, u64 *storage_max,
						u64 *storage_left, u64 *size_max)
{
	const struct store *store;
	efi_status_t status;
	u64 left;

	if (!storage_max || !storage_left || !size_max || attributes == 0)
		return EFI_INVALID_PARAMETER;
	status = check_attributes(attributes);
	if (EFI_ERROR(status))
		return status;
	if (!(attributes & EFI_VARIABLE_BOOTSERVICE_ACCESS) ||
	    (runtime.at_runtime && !(attributes & EFI_VARIABLE_RUNTIME_ACCESS)))
		return EFI_INVALID_PARAMETER;
	if (attributes & AUTHENTICATED)
		return EFI_UNSUPPORTED;

	store = attributes & EFI_VARIABLE_NON_VOLATILE ? &persistent : &temporary;
	left = runtime_may_keep() ? store_space(store) - store->live : 0;
	*storage_max = store_space(store);
	*storage_left = left;
	left -= MIN(left, sizeof(struct vars_record));
	*size_max = MIN(left, variable_max() - sizeof(struct vars_record));
	return EFI_SUCCESS;
}
