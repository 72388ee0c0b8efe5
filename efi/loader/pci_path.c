/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Device paths and handles of PCI functions. A root bus is named by its number, as
 * firmware for these machines has always done; what is below has a node for each
 * bridge on the way.
 * Document: UEFI 2.10, sections 10.3.2.1, 10.3.3 and 10.4.2.
 */
#define pr_fmt(fmt) "efi-pci: " fmt

#include <fw/efi.h>
#include <fw/list.h>
#include <fw/log.h>
#include <fw/pci.h>

#define PNP_PCI_ROOT	0x0a03

/* Bridges behind bridges: more than the enumeration follows. */
#define DEPTH_MAX	32

struct path {
	struct efi_dp_acpi root;
	struct efi_dp_pci node[DEPTH_MAX];
	struct efi_device_path end;
} __packed;

struct pci_handle {
	struct list_head list;
	const struct pci_dev *dev;
	efi_handle_t handle;
};

static LIST_HEAD(handles);

struct efi_device_path *efi_dp_pci(const struct pci_dev *dev)
{
	const struct pci_dev *on_path[DEPTH_MAX];
	struct path path;
	unsigned int i, depth = 0;

	for (; dev && depth < DEPTH_MAX; dev = dev->parent)
		on_path[depth++] = dev;
	if (depth == 0 || dev)
		return NULL;
	path.root = (struct efi_dp_acpi) {
		.head = { DP_ACPI, DP_ACPI_HID, { sizeof(path.root), 0 } },
		.hid = EISA_PNP_ID(PNP_PCI_ROOT),
		.uid = PCI_BDF_BUS(on_path[depth - 1]->bdf),
	};
	for (i = 0; i < depth; i++) {
		dev = on_path[depth - 1 - i];
		path.node[i] = (struct efi_dp_pci) {
			.head = { DP_HARDWARE, DP_HW_PCI, { sizeof(path.node[i]), 0 } },
			.function = PCI_BDF_FN(dev->bdf),
			.device = PCI_BDF_DEV(dev->bdf),
		};
	}
	/* The end comes after the last node, wherever that is. */
	*(struct efi_device_path *)&path.node[depth] = (struct efi_device_path) {
		DP_END, DP_END_ENTIRE, { sizeof(path.end), 0 }
	};
	return efi_dp_duplicate(&path.root.head);
}

static efi_handle_t new_handle(const struct pci_dev *dev)
{
	struct efi_device_path *path = efi_dp_pci(dev);
	struct pci_handle *entry = efi_zalloc(sizeof(*entry));

	if (path && entry &&
	    efi_install_protocol_interface(&entry->handle, &efi_guid_device_path,
					   EFI_NATIVE_INTERFACE, path) == EFI_SUCCESS) {
		entry->dev = dev;
		list_add_tail(&entry->list, &handles);
		return entry->handle;
	}
	pr_err("no memory for a handle");
	efi_free_pool(path);
	efi_free_pool(entry);
	return NULL;
}

efi_handle_t efi_pci_handle(const struct pci_dev *dev)
{
	const struct pci_handle *entry;

	list_for_each_entry(entry, &handles, list) {
		if (entry->dev == dev)
			return entry->handle;
	}
	return new_handle(dev);
}
