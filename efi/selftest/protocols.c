/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The handle database. Document: UEFI 2.10, section 7.3. */
#include <fw/string.h>

#include "selftest.h"

static const struct efi_guid one = {
	0x3c1f2a5f, 0x6d0b, 0x4f11, { 0x9b, 0x52, 0x17, 0x80, 0x2d, 0x6e, 0x45, 0x9c }
};
static const struct efi_guid two = {
	0x3c1f2a60, 0x6d0b, 0x4f11, { 0x9b, 0x52, 0x17, 0x80, 0x2d, 0x6e, 0x45, 0x9c }
};

static u32 interfaces[2];

static void test_install(void)
{
	efi_handle_t handle = NULL, *found;
	struct efi_guid **names;
	efi_uintn_t count;
	void *interface;

	CHECK(BS->install_protocol_interface(&handle, &one, EFI_NATIVE_INTERFACE,
					     &interfaces[0]) == EFI_SUCCESS);
	if (!CHECK(handle != NULL))
		return;
	CHECK(BS->install_protocol_interface(&handle, &one, EFI_NATIVE_INTERFACE,
					     &interfaces[0]) == EFI_INVALID_PARAMETER);
	CHECK(BS->handle_protocol(handle, &one, &interface) == EFI_SUCCESS &&
	      interface == &interfaces[0]);
	CHECK(BS->handle_protocol(handle, &two, &interface) == EFI_UNSUPPORTED);
	CHECK(BS->locate_protocol(&two, NULL, &interface) == EFI_NOT_FOUND);
	CHECK(BS->locate_handle_buffer(EFI_LOCATE_BY_PROTOCOL, &one, NULL, &count,
				       &found) == EFI_SUCCESS);
	CHECK(count == 1 && found[0] == handle);
	CHECK(BS->free_pool(found) == EFI_SUCCESS);
	CHECK(BS->protocols_per_handle(handle, &names, &count) == EFI_SUCCESS);
	CHECK(count == 1 && efi_guid_equal(names[0], &one));
	CHECK(BS->free_pool(names) == EFI_SUCCESS);
	CHECK(BS->uninstall_protocol_interface(handle, &one, &interfaces[1]) == EFI_NOT_FOUND);
	CHECK(BS->uninstall_protocol_interface(handle, &one, &interfaces[0]) == EFI_SUCCESS);
	/* With its last protocol a handle is gone. */
	CHECK(BS->handle_protocol(handle, &one, &interface) == EFI_INVALID_PARAMETER);
}

static void test_multiple(void)
{
	efi_handle_t handle = NULL;
	void *interface;

	CHECK(BS->install_multiple_protocol_interfaces(&handle, &one, &interfaces[0], &two,
						       &interfaces[1], NULL) == EFI_SUCCESS);
	CHECK(BS->locate_protocol(&two, NULL, &interface) == EFI_SUCCESS &&
	      interface == &interfaces[1]);
	/* The second one is not so: then the first one stays, too. */
	CHECK(BS->uninstall_multiple_protocol_interfaces(handle, &one, &interfaces[0], &two,
							 &interfaces[0], NULL) ==
	      EFI_INVALID_PARAMETER);
	CHECK(BS->handle_protocol(handle, &one, &interface) == EFI_SUCCESS);
	CHECK(BS->uninstall_multiple_protocol_interfaces(handle, &one, &interfaces[0], &two,
							 &interfaces[1], NULL) == EFI_SUCCESS);
	CHECK(BS->locate_protocol(&two, NULL, &interface) == EFI_NOT_FOUND);
}

static void test_open(void)
{
	efi_handle_t handle = NULL, agent = NULL, other = NULL;
	struct efi_open_protocol_information *opens;
	efi_uintn_t count;
	void *interface;

	CHECK(BS->install_protocol_interface(&handle, &one, EFI_NATIVE_INTERFACE,
					     &interfaces[0]) == EFI_SUCCESS);
	CHECK(BS->install_protocol_interface(&agent, &two, EFI_NATIVE_INTERFACE,
					     NULL) == EFI_SUCCESS);
	CHECK(BS->install_protocol_interface(&other, &two, EFI_NATIVE_INTERFACE,
					     NULL) == EFI_SUCCESS);
	CHECK(BS->open_protocol(handle, &one, &interface, agent, handle,
				EFI_OPEN_BY_DRIVER) == EFI_SUCCESS);
	CHECK(BS->open_protocol(handle, &one, &interface, agent, handle,
				EFI_OPEN_BY_DRIVER) == EFI_ALREADY_STARTED);
	CHECK(BS->open_protocol(handle, &one, &interface, other, handle,
				EFI_OPEN_BY_DRIVER) == EFI_ACCESS_DENIED);
	CHECK(BS->open_protocol(handle, &one, &interface, other, NULL,
				EFI_OPEN_GET_PROTOCOL) == EFI_SUCCESS);
	CHECK(BS->open_protocol_information(handle, &one, &opens, &count) == EFI_SUCCESS);
	CHECK(count == 2);
	CHECK(BS->free_pool(opens) == EFI_SUCCESS);
	/* No driver is there that could be asked to let go. */
	CHECK(BS->uninstall_protocol_interface(handle, &one, &interfaces[0]) ==
	      EFI_ACCESS_DENIED);
	CHECK(BS->close_protocol(handle, &one, other, handle) == EFI_NOT_FOUND);
	CHECK(BS->close_protocol(handle, &one, agent, handle) == EFI_SUCCESS);
	CHECK(BS->uninstall_protocol_interface(handle, &one, &interfaces[0]) == EFI_SUCCESS);
	CHECK(BS->uninstall_protocol_interface(agent, &two, NULL) == EFI_SUCCESS);
	CHECK(BS->uninstall_protocol_interface(other, &two, NULL) == EFI_SUCCESS);
}

static void EFIAPI count_up(efi_event_t event __unused, void *context)
{
	++*(u32 *)context;
}

static void test_notify(void)
{
	efi_uintn_t size = sizeof(efi_handle_t);
	efi_handle_t handle = NULL, found = NULL;
	void *registration;
	efi_event_t event;
	u32 count = 0;

	CHECK(BS->create_event(EVT_NOTIFY_SIGNAL, TPL_CALLBACK, count_up, &count, &event) ==
	      EFI_SUCCESS);
	CHECK(BS->register_protocol_notify(&one, event, &registration) == EFI_SUCCESS);
	CHECK(BS->install_protocol_interface(&handle, &two, EFI_NATIVE_INTERFACE,
					     NULL) == EFI_SUCCESS);
	CHECK(count == 0);
	CHECK(BS->install_protocol_interface(&handle, &one, EFI_NATIVE_INTERFACE,
					     &interfaces[0]) == EFI_SUCCESS);
	CHECK(count == 1);
	CHECK(BS->locate_handle(EFI_LOCATE_BY_REGISTER_NOTIFY, NULL, registration, &size,
				&found) == EFI_SUCCESS && found == handle);
	CHECK(BS->locate_handle(EFI_LOCATE_BY_REGISTER_NOTIFY, NULL, registration, &size,
				&found) == EFI_NOT_FOUND);
	CHECK(BS->reinstall_protocol_interface(handle, &one, &interfaces[0],
					       &interfaces[1]) == EFI_SUCCESS);
	CHECK(count == 2);
	CHECK(BS->close_event(event) == EFI_SUCCESS);
	CHECK(BS->uninstall_multiple_protocol_interfaces(handle, &one, &interfaces[1], &two,
							 NULL, NULL) == EFI_SUCCESS);
}

static void test_protocols(void)
{
	test_install();
	test_multiple();
	test_open();
	test_notify();
}
SELFTEST(30, protocols, test_protocols);
