/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of the simple network protocol and of the driver that makes it (UEFI 2.10,
 * sections 11.1 and 24.1), on a card that is an array of frames.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <fw/cc.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/net.h>
#include <fw/pci.h>
#include <spec/efi/driver_binding.h>
#include <spec/efi/pci_io.h>
#include <spec/efi/simple_network.h>

#include "efi_world.h"
#include "support.h"

static struct pci_dev nic = { .bdf = PCI_BDF(0, 3, 0), .id = 1 };
static struct pci_dev disk = { .bdf = PCI_BDF(0, 4, 0), .id = 2 };
static LIST_HEAD(devices);

const struct list_head *pci_devices(void)
{
	return &devices;
}

/* What goes out and comes in. */
static struct {
	u8 frame[8][NET_FRAME_MAX];
	size_t len[8];
	unsigned int first, count;
} in;

static u8 out[NET_FRAME_MAX];
static size_t out_len;
static bool running, start_fails, is_full, is_broken, no_link, open_fails;
static unsigned int opened;

int net_start(struct net_device *dev)
{
	assert_false(running);
	running = !start_fails;
	return start_fails ? -EIO : 0;
}

void net_stop(struct net_device *dev)
{
	running = false;
}

static int card_send(struct net_device *dev, const void *frame, size_t len)
{
	assert_true(running);
	assert_in_range(len, NET_HEADER_LEN, NET_FRAME_MAX);
	if (is_full || is_broken)
		return is_full ? -ENOSPC : -EIO;
	memcpy(out, frame, len);
	out_len = len;
	return 0;
}

static int card_receive(struct net_device *dev, void *frame)
{
	unsigned int i = in.first;

	assert_true(running);
	if (in.count == 0)
		return -ENOENT;
	memcpy(frame, in.frame[i], in.len[i]);
	in.first = (i + 1) % 8;
	in.count--;
	return (int)in.len[i];
}

static bool card_link(struct net_device *dev)
{
	return !no_link;
}

static const struct net_driver card_driver = {
	.send = card_send,
	.receive = card_receive,
	.link = card_link,
};

static struct net_device card = {
	.driver = &card_driver,
	.pci = &nic,
	.mac = { 0x52, 0x54, 0, 1, 2, 3 },
};

bool net_has_driver(const struct pci_dev *pci)
{
	return pci->id == 1;
}

struct net_device *net_open(struct pci_dev *pci)
{
	assert_ptr_equal(pci, &nic);
	if (open_fails)
		return NULL;
	opened++;
	return &card;
}

void net_close(struct net_device *dev)
{
	net_stop(dev);
	opened--;
}

static efi_status_t EFIAPI get_location(struct efi_pci_io *this, efi_uintn_t *segment,
					efi_uintn_t *bus, efi_uintn_t *device,
					efi_uintn_t *function);

static struct efi_pci_io nic_io = { .get_location = get_location };
static struct efi_pci_io disk_io = { .get_location = get_location };

static efi_status_t EFIAPI get_location(struct efi_pci_io *this, efi_uintn_t *segment,
					efi_uintn_t *bus, efi_uintn_t *device,
					efi_uintn_t *function)
{
	*segment = 0;
	*bus = 0;
	*device = this == &nic_io ? 3 : 4;
	*function = 0;
	return EFI_SUCCESS;
}

static int pci_install(void)
{
	efi_handle_t handle = efi_pci_handle(&nic), other = efi_pci_handle(&disk);

	return efi_install_protocol_interface(&handle, &efi_guid_pci_io, EFI_NATIVE_INTERFACE,
					      &nic_io) ||
	       efi_install_protocol_interface(&other, &efi_guid_pci_io, EFI_NATIVE_INTERFACE,
					      &disk_io) ? -ENOMEM : 0;
}
HOOK(efi, 21, common, pci_install);

static struct efi_simple_network *snp;
static efi_handle_t handle;

static bool find_card(void)
{
	efi_uintn_t size = sizeof(handle);
	void *p;

	if (efi_locate_handle(EFI_LOCATE_BY_PROTOCOL, &efi_guid_simple_network, NULL, &size,
			      &handle) ||
	    efi_handle_protocol(handle, &efi_guid_simple_network, &p))
		return false;
	snp = p;
	return true;
}

static bool untrusted;

bool cc_has(enum cc_attr attr)
{
	return untrusted && attr == CC_ATTR_HOST_UNTRUSTED;
}

static int install(void)
{
	const hook_efi_t *hook;

	for (hook = hooks_efi_start; hook < hooks_efi_end; hook++) {
		if (strcmp(hook->name, "network_install") == 0)
			return hook->fn();
	}
	return -ENOENT;
}

static bool has_driver(void)
{
	void *p;

	return efi_locate_protocol(&efi_guid_driver_binding, NULL, &p) == EFI_SUCCESS;
}

/* It begins as a guest that does not trust its host. */
static int setup(void **state)
{
	untrusted = true;
	mock_log_reset();
	list_add_tail(&nic.list, &devices);
	list_add_tail(&disk.list, &devices);
	return world_start(state);
}

/* One line says so, and none if there is no card. */
static void test_untrusted(void **state)
{
	assert_int_equal(mock_log_errors(), 1);
	assert_non_null(strstr(mock_log_last(), "network cards: refused"));
	assert_int_equal(opened, 0);
	assert_false(find_card());
	assert_false(has_driver());
	nic.id = 2;
	mock_log_reset();
	assert_int_equal(install(), 0);
	untrusted = false;
	assert_int_equal(install(), 0);
	assert_int_equal(mock_log_errors(), 0);
	assert_false(has_driver());
	nic.id = 1;
	assert_int_equal(install(), 0);
	assert_true(has_driver());
	assert_int_equal(opened, 1);
	assert_true(find_card());
}

/* Each test has a card that is stopped. */
static int reset(void **state)
{
	memset(&in, 0, sizeof(in));
	start_fails = is_full = is_broken = no_link = open_fails = false;
	out_len = 0;
	if (!find_card())
		return -1;
	if (snp->mode->state == EFI_NETWORK_INITIALIZED)
		snp->shutdown(snp);
	if (snp->mode->state == EFI_NETWORK_STARTED)
		snp->stop(snp);
	return 0;
}

static void run_card(u32 filters)
{
	assert_int_equal(snp->start(snp), EFI_SUCCESS);
	assert_int_equal(snp->initialize(snp, 0, 0), EFI_SUCCESS);
	assert_int_equal(snp->receive_filters(snp, filters, 0, false, 0, NULL), EFI_SUCCESS);
}

static void frame_comes(const char *dest, size_t len)
{
	unsigned int i = (in.first + in.count++) % 8;
	size_t n;

	for (n = 0; n < len; n++)
		in.frame[i][n] = (u8)n;
	memcpy(in.frame[i], dest, 6);
	in.len[i] = len;
}

static void test_mode(void **state)
{
	static const u8 path[] = {
		2, 1, 12, 0, 0xd0, 0x41, 0x03, 0x0a, 0, 0, 0, 0, 1, 1, 6, 0, 0, 3,
		3, 11, 37, 0, 0x52, 0x54, 0, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 0xff, 4, 0,
	};
	void *p;

	assert_int_equal(snp->revision, 0x10000);
	assert_int_equal(snp->mode->state, EFI_NETWORK_STOPPED);
	assert_int_equal(snp->mode->address_size, 6);
	assert_int_equal(snp->mode->header_size, 14);
	assert_int_equal(snp->mode->packet_size, 1500);
	assert_int_equal(snp->mode->interface_type, 1);
	assert_memory_equal(snp->mode->current_address.addr, card.mac, 6);
	assert_memory_equal(snp->mode->permanent_address.addr, card.mac, 6);
	assert_memory_equal(snp->mode->broadcast_address.addr, "\xff\xff\xff\xff\xff\xff", 6);
	assert_int_equal(efi_handle_protocol(handle, &efi_guid_device_path, &p), EFI_SUCCESS);
	assert_int_equal(efi_dp_size(p, EFI_DP_MAX), sizeof(path));
	assert_memory_equal(p, path, sizeof(path));
}

/* Every function in every state. */
static void test_states(void **state)
{
	static const efi_status_t errors[] = { EFI_NOT_STARTED, EFI_DEVICE_ERROR };
	union efi_ip_address ip = { .v4 = { 224, 0, 0, 1 } };
	struct efi_mac_address mac;
	efi_uintn_t size = 100;
	u8 buf[100] = { 0 };
	u32 interrupts;
	size_t i;

	assert_int_equal(snp->stop(snp), EFI_NOT_STARTED);
	assert_int_equal(snp->initialize(snp, 0, 0), EFI_NOT_STARTED);
	for (i = 0; i < 2; i++) {
		assert_int_equal(snp->reset(snp, false), errors[i]);
		assert_int_equal(snp->shutdown(snp), errors[i]);
		assert_int_equal(snp->receive_filters(snp, 0, 0, false, 0, NULL), errors[i]);
		assert_int_equal(snp->station_address(snp, true, NULL), errors[i]);
		assert_int_equal(snp->statistics(snp, true, NULL, NULL), errors[i]);
		assert_int_equal(snp->multicast_ip_to_mac(snp, false, &ip, &mac), errors[i]);
		assert_int_equal(snp->nv_data(snp, true, 0, 1, buf), errors[i]);
		assert_int_equal(snp->get_status(snp, &interrupts, NULL), errors[i]);
		assert_int_equal(snp->transmit(snp, 0, 60, buf, NULL, NULL, NULL), errors[i]);
		assert_int_equal(snp->receive(snp, NULL, &size, buf, NULL, NULL, NULL),
				 errors[i]);
		if (i == 0)
			assert_int_equal(snp->start(snp), EFI_SUCCESS);
	}
	assert_int_equal(snp->start(snp), EFI_ALREADY_STARTED);
	start_fails = true;
	assert_int_equal(snp->initialize(snp, 0, 0), EFI_DEVICE_ERROR);
	assert_int_equal(snp->mode->state, EFI_NETWORK_STARTED);
	start_fails = false;
	assert_int_equal(snp->initialize(snp, 0, 0), EFI_SUCCESS);
	assert_true(running);
	assert_int_equal(snp->initialize(snp, 0, 0), EFI_DEVICE_ERROR);
	assert_int_equal(snp->start(snp), EFI_ALREADY_STARTED);
	assert_int_equal(snp->stop(snp), EFI_DEVICE_ERROR);
	assert_int_equal(snp->reset(snp, true), EFI_SUCCESS);
	assert_true(running);
	assert_int_equal(snp->statistics(snp, true, NULL, NULL), EFI_UNSUPPORTED);
	assert_int_equal(snp->nv_data(snp, true, 0, 1, buf), EFI_UNSUPPORTED);
	assert_int_equal(snp->shutdown(snp), EFI_SUCCESS);
	assert_false(running);
	assert_int_equal(snp->stop(snp), EFI_SUCCESS);
	assert_int_equal(snp->start(NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(snp->transmit(NULL, 0, 60, buf, NULL, NULL, NULL),
			 EFI_INVALID_PARAMETER);
}

static void test_transmit(void **state)
{
	struct efi_mac_address dest = { { 1, 2, 3, 4, 5, 6 } };
	struct efi_mac_address source = { { 9, 9, 9, 9, 9, 9 } };
	static u8 buf[NET_FRAME_MAX + 1];
	u16 protocol = 0x0806;
	u32 interrupts;
	void *sent;
	int i;

	run_card(0);
	memset(buf, 0xaa, sizeof(buf));
	assert_int_equal(snp->transmit(snp, 0, 60, buf, NULL, NULL, NULL), EFI_SUCCESS);
	assert_int_equal(out_len, 60);
	assert_memory_equal(out, buf, 60);
	assert_int_equal(snp->get_status(snp, &interrupts, &sent), EFI_SUCCESS);
	assert_int_equal(interrupts, EFI_NETWORK_TRANSMIT_INTERRUPT);
	assert_ptr_equal(sent, buf);
	assert_int_equal(snp->get_status(snp, &interrupts, &sent), EFI_SUCCESS);
	assert_int_equal(interrupts, 0);
	assert_null(sent);

	assert_int_equal(snp->transmit(snp, 14, 60, buf, NULL, &dest, &protocol), EFI_SUCCESS);
	assert_memory_equal(out, dest.addr, 6);
	assert_memory_equal(out + 6, "\x52\x54\x00\x01\x02\x03\x08\x06\xaa", 9);
	assert_int_equal(snp->transmit(snp, 14, 60, buf, &source, &dest, &protocol), EFI_SUCCESS);
	assert_memory_equal(out + 6, source.addr, 6);
	assert_int_equal(snp->transmit(snp, 0, NET_FRAME_MAX, buf, NULL, NULL, NULL),
			 EFI_SUCCESS);

	assert_int_equal(snp->transmit(snp, 14, 60, buf, NULL, NULL, &protocol),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(snp->transmit(snp, 14, 60, buf, NULL, &dest, NULL),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(snp->transmit(snp, 13, 60, buf, NULL, &dest, &protocol),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(snp->transmit(snp, 0, 60, NULL, NULL, NULL, NULL),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(snp->transmit(snp, 0, 13, buf, NULL, NULL, NULL), EFI_BUFFER_TOO_SMALL);
	assert_int_equal(snp->transmit(snp, 0, NET_FRAME_MAX + 1, buf, NULL, NULL, NULL),
			 EFI_INVALID_PARAMETER);
	is_full = true;
	assert_int_equal(snp->transmit(snp, 0, 60, buf, NULL, NULL, NULL), EFI_NOT_READY);
	is_full = false;
	is_broken = true;
	assert_int_equal(snp->transmit(snp, 0, 60, buf, NULL, NULL, NULL), EFI_DEVICE_ERROR);
	is_broken = false;

	/* Buffers come back in their order, and are not forgotten. */
	for (i = 0; snp->transmit(snp, 0, 60, buf + i, NULL, NULL, NULL) == EFI_SUCCESS; i++)
		assert_true(i < 100);
	assert_int_equal(snp->transmit(snp, 0, 60, buf, NULL, NULL, NULL), EFI_NOT_READY);
	for (i = -3; snp->get_status(snp, NULL, &sent) == EFI_SUCCESS && sent; i++)
		assert_ptr_equal(sent, buf + (i < 0 ? 0 : i));
	assert_int_equal(i, 29);
	assert_int_equal(snp->get_status(snp, NULL, NULL), EFI_INVALID_PARAMETER);
}

static void test_receive(void **state)
{
	struct efi_mac_address source, dest;
	efi_uintn_t header = 0, size = 50;
	u16 protocol = 0;
	u8 buf[100];
	u32 interrupts;

	run_card(EFI_NETWORK_RECEIVE_UNICAST);
	assert_int_equal(snp->receive(snp, &header, &size, buf, NULL, NULL, NULL), EFI_NOT_READY);
	frame_comes("\x52\x54\x00\x01\x02\x03", 60);
	assert_int_equal(snp->get_status(snp, &interrupts, NULL), EFI_SUCCESS);
	assert_int_equal(interrupts, EFI_NETWORK_RECEIVE_INTERRUPT);
	assert_int_equal(snp->receive(snp, &header, &size, NULL, NULL, NULL, NULL),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(snp->receive(snp, &header, NULL, buf, NULL, NULL, NULL),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(snp->receive(snp, &header, &size, buf, &source, &dest, &protocol),
			 EFI_BUFFER_TOO_SMALL);
	assert_int_equal(size, 60);
	size = 100;
	assert_int_equal(snp->receive(snp, &header, &size, buf, &source, &dest, &protocol),
			 EFI_SUCCESS);
	assert_int_equal(size, 60);
	assert_int_equal(header, 14);
	assert_int_equal(protocol, 0x0c0d);
	assert_memory_equal(dest.addr, card.mac, 6);
	assert_memory_equal(source.addr, "\x06\x07\x08\x09\x0a\x0b\x00", 7);
	assert_int_equal(buf[59], 59);
	assert_int_equal(snp->receive(snp, &header, &size, buf, NULL, NULL, NULL), EFI_NOT_READY);
	/* Not even a header. */
	frame_comes("\x52\x54\x00\x01\x02\x03", 13);
	frame_comes("\x52\x54\x00\x01\x02\x03", 0);
	assert_int_equal(snp->receive(snp, &header, &size, buf, NULL, NULL, NULL), EFI_NOT_READY);
}

static bool passes(const char *dest)
{
	efi_uintn_t size = 100;
	u8 buf[100];

	frame_comes(dest, 60);
	return snp->receive(snp, NULL, &size, buf, NULL, NULL, NULL) == EFI_SUCCESS;
}

#define MINE	"\x52\x54\x00\x01\x02\x03"
#define OTHER	"\x52\x54\x00\x01\x02\x04"
#define ALL	"\xff\xff\xff\xff\xff\xff"
#define GROUP	"\x01\x00\x5e\x00\x00\x01"
#define GROUP2	"\x01\x00\x5e\x00\x00\x02"

static void test_filters(void **state)
{
	struct efi_mac_address list[17] = { { { 0x01, 0x00, 0x5e, 0, 0, 1 } } };
	struct efi_mac_address mine = { { 0x52, 0x54, 0, 1, 2, 4 } };

	run_card(0);
	assert_false(passes(MINE) || passes(OTHER) || passes(ALL) || passes(GROUP));
	snp->receive_filters(snp, EFI_NETWORK_RECEIVE_UNICAST, 0, false, 0, NULL);
	assert_true(passes(MINE));
	assert_false(passes(OTHER) || passes(ALL) || passes(GROUP));
	snp->receive_filters(snp, EFI_NETWORK_RECEIVE_BROADCAST, EFI_NETWORK_RECEIVE_UNICAST,
			     false, 0, NULL);
	assert_true(passes(ALL));
	assert_false(passes(MINE) || passes(OTHER) || passes(GROUP));
	assert_int_equal(snp->receive_filters(snp, EFI_NETWORK_RECEIVE_MULTICAST, 0, false, 1,
					      list), EFI_SUCCESS);
	assert_int_equal(snp->mode->multicast_count, 1);
	assert_true(passes(GROUP));
	assert_false(passes(GROUP2));
	assert_int_equal(snp->receive_filters(snp, 0, 0, true, 0, NULL), EFI_SUCCESS);
	assert_int_equal(snp->mode->multicast_count, 0);
	assert_int_equal(snp->mode->filter_setting, EFI_NETWORK_RECEIVE_BROADCAST);
	assert_false(passes(GROUP));
	snp->receive_filters(snp, EFI_NETWORK_RECEIVE_ALL_MULTICAST, 0, false, 0, NULL);
	assert_true(passes(GROUP2));
	snp->receive_filters(snp, EFI_NETWORK_RECEIVE_PROMISCUOUS, 0, false, 0, NULL);
	assert_true(passes(OTHER));
	snp->receive_filters(snp, EFI_NETWORK_RECEIVE_UNICAST, EFI_NETWORK_RECEIVE_PROMISCUOUS,
			     false, 0, NULL);

	assert_int_equal(snp->receive_filters(snp, 0x20, 0, false, 0, NULL),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(snp->receive_filters(snp, 0, 0x20, false, 0, NULL),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(snp->receive_filters(snp, 2, 0, false, 0, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(snp->receive_filters(snp, 2, 0, false, 1, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(snp->receive_filters(snp, 2, 0, false, 17, list), EFI_INVALID_PARAMETER);

	assert_int_equal(snp->station_address(snp, false, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(snp->station_address(snp, false, &mine), EFI_SUCCESS);
	assert_true(passes(OTHER));
	assert_false(passes(MINE));
	assert_int_equal(snp->station_address(snp, true, NULL), EFI_SUCCESS);
	assert_true(passes(MINE));
}

static void test_multicast_addresses(void **state)
{
	union efi_ip_address ip = { .v4 = { 239, 0x81, 2, 3 } };
	struct efi_mac_address mac;

	run_card(0);
	assert_int_equal(snp->multicast_ip_to_mac(snp, false, &ip, &mac), EFI_SUCCESS);
	assert_memory_equal(mac.addr, "\x01\x00\x5e\x01\x02\x03\x00", 7);
	ip.v4[0] = 10;
	assert_int_equal(snp->multicast_ip_to_mac(snp, false, &ip, &mac), EFI_INVALID_PARAMETER);
	assert_int_equal(snp->multicast_ip_to_mac(snp, true, &ip, &mac), EFI_INVALID_PARAMETER);
	assert_int_equal(snp->multicast_ip_to_mac(snp, true, NULL, &mac), EFI_INVALID_PARAMETER);
	assert_int_equal(snp->multicast_ip_to_mac(snp, true, &ip, NULL), EFI_INVALID_PARAMETER);
	memcpy(ip.v6, "\xff\x02\0\0\0\0\0\0\0\0\0\0\x11\x22\x33\x44", 16);
	assert_int_equal(snp->multicast_ip_to_mac(snp, true, &ip, &mac), EFI_SUCCESS);
	assert_memory_equal(mac.addr, "\x33\x33\x11\x22\x33\x44\x00", 7);
}

static void test_event_and_link(void **state)
{
	u32 interrupts;

	assert_int_equal(efi_check_event(snp->wait_for_packet), EFI_NOT_READY);
	run_card(EFI_NETWORK_RECEIVE_BROADCAST);
	assert_int_equal(efi_check_event(snp->wait_for_packet), EFI_NOT_READY);
	frame_comes(OTHER, 60);
	assert_int_equal(efi_check_event(snp->wait_for_packet), EFI_NOT_READY);
	frame_comes(ALL, 60);
	assert_int_equal(efi_check_event(snp->wait_for_packet), EFI_SUCCESS);
	assert_true(snp->mode->media_present);
	no_link = true;
	assert_int_equal(snp->get_status(snp, &interrupts, NULL), EFI_SUCCESS);
	assert_false(snp->mode->media_present);
}

/* Loaded software with a driver of its own takes the card, and gives it back. */
static void test_driver(void **state)
{
	efi_handle_t controller = efi_pci_handle(&nic), agent = world_handle(1, NULL);
	void *io;

	assert_int_equal(opened, 1);
	assert_int_equal(efi_open_protocol(controller, &efi_guid_pci_io, &io, agent, controller,
					   EFI_OPEN_BY_DRIVER), EFI_ACCESS_DENIED);
	run_card(0);
	assert_int_equal(efi_disconnect_controller(controller, NULL, NULL), EFI_SUCCESS);
	assert_int_equal(opened, 0);
	assert_false(running);
	assert_false(find_card());
	assert_int_equal(efi_open_protocol(controller, &efi_guid_pci_io, &io, agent, controller,
					   EFI_OPEN_BY_DRIVER), EFI_SUCCESS);
	assert_int_not_equal(efi_connect_controller(controller, NULL, NULL, false), EFI_SUCCESS);
	assert_int_equal(opened, 0);
	assert_int_equal(efi_close_protocol(controller, &efi_guid_pci_io, agent, controller),
			 EFI_SUCCESS);
	open_fails = true;
	assert_int_not_equal(efi_connect_controller(controller, NULL, NULL, false), EFI_SUCCESS);
	open_fails = false;
	assert_int_equal(efi_connect_controller(controller, NULL, NULL, true), EFI_SUCCESS);
	assert_int_equal(opened, 1);
	assert_true(find_card());
	assert_int_not_equal(efi_connect_controller(efi_pci_handle(&disk), NULL, NULL, false),
			     EFI_SUCCESS);
	world_handle_gone(agent, 1, NULL);
}

/* Who has the card open exclusively keeps it. */
static void test_driver_busy(void **state)
{
	efi_handle_t controller = efi_pci_handle(&nic), agent = world_handle(1, NULL);
	void *p;

	assert_int_equal(efi_open_protocol(handle, &efi_guid_simple_network, &p, agent, NULL,
					   EFI_OPEN_EXCLUSIVE), EFI_SUCCESS);
	efi_disconnect_controller(controller, NULL, NULL);
	assert_int_equal(opened, 1);
	assert_true(find_card());
	assert_int_equal(efi_close_protocol(handle, &efi_guid_simple_network, agent, NULL),
			 EFI_SUCCESS);
	assert_int_equal(efi_disconnect_controller(controller, NULL, NULL), EFI_SUCCESS);
	assert_false(find_card());
	assert_int_equal(efi_connect_controller(controller, NULL, NULL, true), EFI_SUCCESS);
	world_handle_gone(agent, 1, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_untrusted),
		cmocka_unit_test_setup(test_mode, reset),
		cmocka_unit_test_setup(test_states, reset),
		cmocka_unit_test_setup(test_transmit, reset),
		cmocka_unit_test_setup(test_receive, reset),
		cmocka_unit_test_setup(test_filters, reset),
		cmocka_unit_test_setup(test_multicast_addresses, reset),
		cmocka_unit_test_setup(test_event_and_link, reset),
		cmocka_unit_test_setup(test_driver, reset),
		cmocka_unit_test_setup(test_driver_busy, reset),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
