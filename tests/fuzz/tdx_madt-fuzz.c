/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * ACPI tables of a hostile host, as memory in which everything but the RSDP's
 * signature is its own: adding tables writes to no other memory, and the host's
 * own mailbox never passes.
 */
#include <stdint.h>
#include <string.h>

#include <fw/acpi.h>
#include <fw/byteorder.h>
#include <fw/cc.h>
#include <fw/hooks.h>
#include <fw/memmap.h>
#include <spec/acpi.h>

#include "support.h"

#define RAM	0x100000
#define SIZE	0x40000
#define TABLES	(RAM + 0x1000)

const struct cc_guest tdx_guest = { .name = "tdx" };
u8 layout_cc_page[4096] __aligned(4096);

bool hook_is_active(const struct cc_guest *guest __unused)
{
	return true;
}

void hook_trace(const char *point __unused, const char *slot __unused,
		const char *name __unused, int rc __unused)
{
}

phys_addr_t acpi_rsdp(void)
{
	return TABLES;
}

static void check_madt(void)
{
	const struct acpi_header *madt = acpi_find_table("APIC");
	u32 at = sizeof(struct acpi_madt), mailboxes = 0;
	const u8 *entry;

	if (!madt)
		mock_fail("it is gone");
	for (; at < le32_to_cpu(madt->length); at += entry[1]) {
		entry = (const u8 *)madt + at;
		mailboxes += entry[0] == ACPI_MADT_WAKEUP;
	}
	if (mailboxes != 1 || at != le32_to_cpu(madt->length))
		mock_fail("%u mailboxes", mailboxes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool mapped;

	if (!mapped)
		mock_ram(RAM, SIZE);
	mapped = true;
	if (size > 0x1000)
		return 0;
	memset((void *)RAM, 0, 0x2000);
	memcpy((void *)TABLES, data, size);
	memset(&memmap, 0, sizeof(memmap));
	memmap_add(&memmap, RAM, SIZE, MEM_CONVENTIONAL);
	memmap_set(&memmap, TABLES, 0x1000, MEM_ACPI_RECLAIM);
	if (hook_run(acpi_post) == 0)
		check_madt();
	if (*(u8 *)RAM || *(u8 *)(RAM + 0xfff))
		mock_fail("written before the tables");
	return 0;
}
