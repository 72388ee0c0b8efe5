/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Tells the OS how to start the other processors: the host's MADT has an entry
 * for each of them, and this adds the one that says where the mailbox is.
 * Document: ACPI 6.5, section 5.2.12 (MADT).
 */
#define pr_fmt(fmt) "tdx: " fmt

#include <fw/acpi.h>
#include <fw/byteorder.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/layout.h>
#include <fw/log.h>
#include <spec/acpi.h>

/*
 * A mailbox of the host's would make the OS write wherever the host likes.
 * Return: 0 if all entries are whole and there is none.
 */
static int check_entries(const struct acpi_header *madt)
{
	u32 length = le32_to_cpu(madt->length), at = sizeof(struct acpi_madt);
	const u8 *entry;

	if (length < at)
		goto refuse;
	for (; at < length; at += entry[1]) {
		entry = (const u8 *)madt + at;
		if (length - at < 2 || entry[1] < 2 || entry[1] > length - at ||
		    entry[0] == ACPI_MADT_WAKEUP)
			goto refuse;
	}
	return 0;

refuse:
	pr_err("MADT of %u bytes: the entry at offset %u cannot be", length, at);
	return -EBADMSG;
}

static int madt_add_mailbox(void)
{
	const struct acpi_madt_wakeup entry = {
		.type = ACPI_MADT_WAKEUP,
		.length = sizeof(entry),
		.mailbox = cpu_to_le64((uintptr_t)layout_cc_page),
	};
	struct acpi_header *madt;
	u32 length;
	int rc;

	if (acpi_rsdp() == 0)
		return 0;
	madt = acpi_find_table("APIC");
	if (madt == NULL) {
		pr_err("the host's ACPI tables have no MADT");
		return -EBADMSG;
	}
	rc = check_entries(madt);
	if (rc != 0)
		return rc;
	length = le32_to_cpu(madt->length);
	madt = acpi_grow_table(madt, sizeof(entry));
	if (madt == NULL)
		return -ENOMEM;
	acpi_fill_table(madt, length, &entry, sizeof(entry));
	return 0;
}
HOOK(acpi_post, 50, tdx, madt_add_mailbox);
