/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The driver that puts a handle with the simple network protocol below each network
 * card. Loaded software that has a driver of its own disconnects this one.
 * Document: UEFI 2.10, sections 11.1 and 24.1.
 */
#define pr_fmt(fmt) "network: " fmt

#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/host_input.h>
#include <fw/log.h>
#include <fw/pci.h>
#include <fw/string.h>
#include <spec/efi/driver_binding.h>
#include <spec/efi/pci_io.h>

#include "simple_network.h"

HOST_INPUT_OTHER(network, common, REFUSED, 0, 0, "network cards");

#define DRIVER_VERSION	0x10

static struct efi_driver_binding binding;

static struct pci_dev *device_of(struct efi_pci_io *io)
{
	efi_uintn_t segment, bus, device, function;
	struct pci_dev *dev;

	if (EFI_ERROR(io->get_location(io, &segment, &bus, &device, &function)))
		return NULL;
	list_for_each_entry(dev, pci_devices(), list) {
		if (dev->bdf == PCI_BDF(bus, device, function))
			return net_has_driver(dev) ? dev : NULL;
	}
	return NULL;
}

static efi_status_t open_controller(efi_handle_t controller, struct pci_dev **dev)
{
	efi_status_t status;
	void *io;

	status = efi_open_protocol(controller, &efi_guid_pci_io, &io, binding.driver_binding,
				   controller, EFI_OPEN_BY_DRIVER);
	if (EFI_ERROR(status))
		return status;
	*dev = device_of(io);
	if (*dev)
		return EFI_SUCCESS;
	efi_close_protocol(controller, &efi_guid_pci_io, binding.driver_binding, controller);
	return EFI_UNSUPPORTED;
}

static void close_controller(efi_handle_t controller)
{
	efi_close_protocol(controller, &efi_guid_pci_io, binding.driver_binding, controller);
}

static efi_status_t EFIAPI supported(struct efi_driver_binding *this __unused,
				     efi_handle_t controller,
				     struct efi_device_path *remaining __unused)
{
	struct pci_dev *dev;
	efi_status_t status = open_controller(controller, &dev);

	if (!EFI_ERROR(status))
		close_controller(controller);
	return status;
}

static struct efi_device_path *make_path(struct net_device *net)
{
	struct efi_device_path *parent = efi_dp_pci(net->pci), *path;
	struct efi_dp_mac node = {
		.head = { DP_MESSAGING, DP_MSG_MAC, { sizeof(node), 0 } },
		.type = 1,
	};

	memcpy(node.address, net->mac, sizeof(net->mac));
	path = efi_dp_append_node(parent, &node.head);
	if (parent)
		efi_free_pool(parent);
	return path;
}

static efi_status_t add_child(struct network *network, efi_handle_t controller)
{
	efi_status_t status;
	void *io;

	network->path = make_path(network->net);
	if (!network->path)
		return EFI_OUT_OF_RESOURCES;
	status = efi_install_multiple_protocol_interfaces(&network->handle,
					&efi_guid_device_path, network->path,
					&efi_guid_simple_network, &network->protocol, NULL);
	if (EFI_ERROR(status))
		return status;
	return efi_open_protocol(controller, &efi_guid_pci_io, &io, binding.driver_binding,
				 network->handle, EFI_OPEN_BY_CHILD_CONTROLLER);
}

static efi_status_t EFIAPI start(struct efi_driver_binding *this __unused,
				 efi_handle_t controller,
				 struct efi_device_path *remaining __unused)
{
	struct net_device *net;
	struct pci_dev *dev;
	efi_status_t status;
	struct network *network;

	status = open_controller(controller, &dev);
	if (EFI_ERROR(status))
		return status;
	net = net_open(dev);
	network = net ? network_create(net) : NULL;
	status = network ? add_child(network, controller) : EFI_DEVICE_ERROR;
	if (!EFI_ERROR(status))
		return status;
	if (network)
		network_destroy(network);
	else if (net)
		net_close(net);
	close_controller(controller);
	return status;
}

static efi_status_t remove_child(efi_handle_t controller, efi_handle_t child)
{
	efi_status_t status;
	struct network *network;
	void *p;

	status = efi_open_protocol(child, &efi_guid_simple_network, &p, binding.driver_binding,
				   controller, EFI_OPEN_GET_PROTOCOL);
	if (EFI_ERROR(status))
		return EFI_DEVICE_ERROR;
	network = container_of(p, struct network, protocol);
	efi_close_protocol(controller, &efi_guid_pci_io, binding.driver_binding, child);
	status = efi_uninstall_multiple_protocol_interfaces(child,
					&efi_guid_device_path, network->path,
					&efi_guid_simple_network, &network->protocol, NULL);
	if (EFI_ERROR(status)) {
		/* Somebody holds on to it: it stays. */
		efi_open_protocol(controller, &efi_guid_pci_io, &p, binding.driver_binding,
				  child, EFI_OPEN_BY_CHILD_CONTROLLER);
		return EFI_DEVICE_ERROR;
	}
	network_destroy(network);
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI stop(struct efi_driver_binding *this __unused,
				efi_handle_t controller, efi_uintn_t children,
				efi_handle_t *child)
{
	efi_status_t status = EFI_SUCCESS;
	efi_uintn_t i;

	if (children == 0) {
		close_controller(controller);
		return EFI_SUCCESS;
	}
	for (i = 0; i < children; i++) {
		if (EFI_ERROR(remove_child(controller, child[i])))
			status = EFI_DEVICE_ERROR;
	}
	return status;
}

static struct efi_driver_binding binding = {
	.supported = supported,
	.start = start,
	.stop = stop,
	.version = DRIVER_VERSION,
};

static bool has_cards(void)
{
	struct pci_dev *dev;

	list_for_each_entry(dev, pci_devices(), list) {
		if (net_has_driver(dev))
			return true;
	}
	return false;
}

/* Cards that there are get their handles at once, for who only looks for handles. */
static int network_install(void)
{
	struct pci_dev *dev;

	if (!has_cards() || host_input_allow(&host_input_network, true) != 0)
		return 0;
	binding.image = efi_firmware_handle;
	if (EFI_ERROR(efi_install_protocol_interface(&binding.driver_binding,
						     &efi_guid_driver_binding,
						     EFI_NATIVE_INTERFACE, &binding)))
		return -ENOMEM;
	list_for_each_entry(dev, pci_devices(), list) {
		if (net_has_driver(dev))
			efi_connect_controller(efi_pci_handle(dev), NULL, NULL, false);
	}
	return 0;
}
HOOK(efi, 76, common, network_install);
