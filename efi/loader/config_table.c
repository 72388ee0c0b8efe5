/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Configuration tables. Document: UEFI 2.10, sections 4.6 and 7.5.6. */
#include <fw/efi.h>
#include <fw/memmap.h>
#include <fw/string.h>

#include "tpl.h"

#define ROOM_FIRST	32

static efi_uintn_t room;

static efi_uintn_t find(const struct efi_guid *guid)
{
	efi_uintn_t i;

	for (i = 0; i < efi_system_table->tables; i++) {
		if (efi_guid_equal(&efi_system_table->table[i].guid, guid))
			break;
	}
	return i;
}

/* The operating system reads the array later on: runtime data. */
static efi_status_t grow(void)
{
	struct efi_system_table *st = efi_system_table;
	efi_uintn_t more = room == 0 ? ROOM_FIRST : room * 2;
	efi_status_t status;
	void *mem;

	status = efi_allocate_pool(MEM_RUNTIME_DATA, more * sizeof(st->table[0]), &mem);
	if (EFI_ERROR(status))
		return status;
	if (st->table) {
		memcpy(mem, st->table, st->tables * sizeof(st->table[0]));
		efi_free_pool(st->table);
	}
	st->table = mem;
	room = more;
	return EFI_SUCCESS;
}

static void remove(efi_uintn_t i)
{
	struct efi_system_table *st = efi_system_table;

	memmove(&st->table[i], &st->table[i + 1],
		(st->tables - i - 1) * sizeof(st->table[0]));
	st->tables--;
}

static efi_status_t install(const struct efi_guid *guid, void *table)
{
	struct efi_system_table *st = efi_system_table;
	efi_uintn_t i = find(guid);
	efi_status_t status;

	if (!table) {
		if (i == st->tables)
			return EFI_NOT_FOUND;
		remove(i);
		return EFI_SUCCESS;
	}
	if (i == room) {
		status = grow();
		if (EFI_ERROR(status))
			return status;
	}
	if (i == st->tables) {
		memcpy(&st->table[i].guid, guid, sizeof(*guid));
		st->tables++;
	}
	st->table[i].table = table;
	return EFI_SUCCESS;
}

efi_status_t EFIAPI efi_install_configuration_table(const struct efi_guid *guid, void *table)
{
	efi_status_t status;
	struct efi_guid name;
	efi_tpl_t tpl;

	if (!guid)
		return EFI_INVALID_PARAMETER;
	/* The caller's may be the one in the table, which moves. */
	__builtin_memcpy(&name, guid, sizeof(name));
	tpl = efi_lock();
	status = install(&name, table);
	if (!EFI_ERROR(status)) {
		efi_system_table_changed();
		/* Events can wait for a table. */
		efi_signal_group(&name);
	}
	efi_unlock(tpl);
	return status;
}
