/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The simple network protocol on Ethernet cards. A card takes all frames that come;
 * which of them are wanted is decided here.
 * Document: UEFI 2.10, section 24.1.
 */
#include <fw/byteorder.h>
#include <fw/errno.h>
#include <fw/string.h>

#include "simple_network.h"

#define FILTERS		(EFI_NETWORK_RECEIVE_UNICAST | EFI_NETWORK_RECEIVE_MULTICAST |	\
			 EFI_NETWORK_RECEIVE_BROADCAST | EFI_NETWORK_RECEIVE_PROMISCUOUS | \
			 EFI_NETWORK_RECEIVE_ALL_MULTICAST)
#define IF_ETHERNET	1

/* Frames that are looked at for one that is wanted; else a flood would hold us up. */
#define FRAMES_MAX	32

static const u8 broadcast[NET_ADDRESS_LEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

static struct network *to_network(struct efi_simple_network *this)
{
	return container_of(this, struct network, protocol);
}

/*
 * What is wrong with a call that needs an initialized card. Callers keep functions of
 * timers that use the same card out, with EFI_TPL_GUARD().
 */
static efi_status_t check(const struct efi_simple_network *this)
{
	if (!this)
		return EFI_INVALID_PARAMETER;
	switch (this->mode->state) {
	case EFI_NETWORK_INITIALIZED:
		return EFI_SUCCESS;
	case EFI_NETWORK_STARTED:
		return EFI_DEVICE_ERROR;
	default:
		return EFI_NOT_STARTED;
	}
}

static efi_status_t EFIAPI start(struct efi_simple_network *this)
{
	EFI_TPL_GUARD(TPL_NOTIFY);

	if (!this)
		return EFI_INVALID_PARAMETER;
	if (this->mode->state != EFI_NETWORK_STOPPED)
		return EFI_ALREADY_STARTED;
	this->mode->state = EFI_NETWORK_STARTED;
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI stop(struct efi_simple_network *this)
{
	EFI_TPL_GUARD(TPL_NOTIFY);

	if (!this)
		return EFI_INVALID_PARAMETER;
	if (this->mode->state == EFI_NETWORK_STOPPED)
		return EFI_NOT_STARTED;
	/* It has to be shut down first. */
	if (this->mode->state == EFI_NETWORK_INITIALIZED)
		return EFI_DEVICE_ERROR;
	this->mode->state = EFI_NETWORK_STOPPED;
	return EFI_SUCCESS;
}

static void forget(struct network *network)
{
	network->frame_len = 0;
	network->sent_count = 0;
	network->done = false;
}

static efi_status_t EFIAPI initialize(struct efi_simple_network *this,
				      efi_uintn_t extra_rx __unused,
				      efi_uintn_t extra_tx __unused)
{
	EFI_TPL_GUARD(TPL_NOTIFY);
	struct network *network = to_network(this);

	if (!this)
		return EFI_INVALID_PARAMETER;
	if (this->mode->state == EFI_NETWORK_STOPPED)
		return EFI_NOT_STARTED;
	if (this->mode->state == EFI_NETWORK_INITIALIZED || net_start(network->net) != 0)
		return EFI_DEVICE_ERROR;
	forget(network);
	this->mode->filter_setting = 0;
	this->mode->multicast_count = 0;
	this->mode->media_present = network->net->driver->link(network->net);
	this->mode->state = EFI_NETWORK_INITIALIZED;
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI reset(struct efi_simple_network *this, efi_bool_t extended __unused)
{
	EFI_TPL_GUARD(TPL_NOTIFY);
	efi_status_t status = check(this);
	struct network *network = to_network(this);

	if (EFI_ERROR(status))
		return status;
	net_stop(network->net);
	forget(network);
	if (net_start(network->net) == 0)
		return EFI_SUCCESS;
	this->mode->state = EFI_NETWORK_STARTED;
	return EFI_DEVICE_ERROR;
}

static efi_status_t EFIAPI shutdown(struct efi_simple_network *this)
{
	EFI_TPL_GUARD(TPL_NOTIFY);
	efi_status_t status = check(this);
	struct network *network = to_network(this);

	if (EFI_ERROR(status))
		return status;
	net_stop(network->net);
	forget(network);
	this->mode->filter_setting = 0;
	this->mode->multicast_count = 0;
	this->mode->state = EFI_NETWORK_STARTED;
	return EFI_SUCCESS;
}

static efi_status_t set_filters(struct efi_network_mode *mode, u32 enable, u32 disable,
				bool reset_multicast, efi_uintn_t count,
				const struct efi_mac_address *multicast)
{
	if ((enable | disable) & ~mode->filter_mask)
		return EFI_INVALID_PARAMETER;
	if (reset_multicast) {
		disable |= EFI_NETWORK_RECEIVE_MULTICAST;
		count = 0;
		mode->multicast_count = 0;
	} else if (count > mode->multicast_max || (count > 0 && !multicast) ||
		   (count == 0 && (enable & ~disable & EFI_NETWORK_RECEIVE_MULTICAST))) {
		return EFI_INVALID_PARAMETER;
	}
	mode->filter_setting = (mode->filter_setting | enable) & ~disable;
	if (count > 0) {
		memcpy(mode->multicast, multicast, count * sizeof(*multicast));
		mode->multicast_count = (u32)count;
	}
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI receive_filters(struct efi_simple_network *this, u32 enable,
					   u32 disable, efi_bool_t reset_multicast,
					   efi_uintn_t count, struct efi_mac_address *multicast)
{
	EFI_TPL_GUARD(TPL_NOTIFY);
	efi_status_t status = check(this);

	if (!EFI_ERROR(status))
		status = set_filters(this->mode, enable, disable, reset_multicast != 0, count,
				     multicast);
	return status;
}

static efi_status_t EFIAPI station_address(struct efi_simple_network *this, efi_bool_t reset_it,
					   struct efi_mac_address *address)
{
	EFI_TPL_GUARD(TPL_NOTIFY);
	efi_status_t status = check(this);

	if (EFI_ERROR(status))
		return status;
	if (reset_it)
		address = &this->mode->permanent_address;
	else if (!address)
		return EFI_INVALID_PARAMETER;
	memcpy(&this->mode->current_address, address, NET_ADDRESS_LEN);
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI statistics(struct efi_simple_network *this, efi_bool_t reset_it,
				      efi_uintn_t *size, void *table)
{
	EFI_TPL_GUARD(TPL_NOTIFY);
	efi_status_t status = check(this);

	if (EFI_ERROR(status))
		return status;
	/* Nothing is counted. */
	if (!reset_it && !size && table)
		return EFI_INVALID_PARAMETER;
	return EFI_UNSUPPORTED;
}

/* Documents: RFC 1112, section 6.4; RFC 2464, section 7. */
static efi_status_t EFIAPI multicast_ip_to_mac(struct efi_simple_network *this, efi_bool_t ipv6,
					       union efi_ip_address *ip,
					       struct efi_mac_address *mac)
{
	EFI_TPL_GUARD(TPL_NOTIFY);
	efi_status_t status = check(this);

	if (!this || !ip || !mac)
		return EFI_INVALID_PARAMETER;
	if (EFI_ERROR(status))
		return status;
	if (ipv6 ? ip->v6[0] != 0xff : (ip->v4[0] & 0xf0) != 0xe0)
		return EFI_INVALID_PARAMETER;
	memset(mac, 0, sizeof(*mac));
	if (ipv6) {
		mac->addr[0] = 0x33;
		mac->addr[1] = 0x33;
		memcpy(mac->addr + 2, ip->v6 + 12, 4);
	} else {
		mac->addr[0] = 0x01;
		mac->addr[2] = 0x5e;
		memcpy(mac->addr + 3, ip->v4 + 1, 3);
		mac->addr[3] &= 0x7f;
	}
	return EFI_SUCCESS;
}

/* No card's memory is offered. */
static efi_status_t EFIAPI nv_data(struct efi_simple_network *this, efi_bool_t read __unused,
				   efi_uintn_t offset __unused, efi_uintn_t size __unused,
				   void *buffer)
{
	EFI_TPL_GUARD(TPL_NOTIFY);
	efi_status_t status = check(this);

	if (!this || !buffer)
		return EFI_INVALID_PARAMETER;
	return EFI_ERROR(status) ? status : EFI_UNSUPPORTED;
}

static bool is_listed(const struct efi_network_mode *mode, const u8 *dest)
{
	u32 i;

	for (i = 0; i < mode->multicast_count; i++) {
		if (memcmp(mode->multicast[i].addr, dest, NET_ADDRESS_LEN) == 0)
			return true;
	}
	return false;
}

static bool is_wanted(const struct efi_network_mode *mode, const u8 *dest)
{
	u32 filters = mode->filter_setting;

	if (filters & EFI_NETWORK_RECEIVE_PROMISCUOUS)
		return true;
	if (memcmp(dest, broadcast, sizeof(broadcast)) == 0)
		return filters & EFI_NETWORK_RECEIVE_BROADCAST;
	if (!(dest[0] & 1))
		return (filters & EFI_NETWORK_RECEIVE_UNICAST) &&
		       memcmp(dest, mode->current_address.addr, NET_ADDRESS_LEN) == 0;
	if (filters & EFI_NETWORK_RECEIVE_ALL_MULTICAST)
		return true;
	return (filters & EFI_NETWORK_RECEIVE_MULTICAST) && is_listed(mode, dest);
}

/* Return: whether there is a frame to receive. */
static bool poll_frames(struct network *network)
{
	unsigned int i;
	int len;

	for (i = 0; i < FRAMES_MAX && network->frame_len == 0; i++) {
		len = network->net->driver->receive(network->net, network->frame);
		if (len < 0)
			break;
		if (len >= NET_HEADER_LEN && is_wanted(&network->mode, network->frame))
			network->frame_len = (size_t)len;
	}
	return network->frame_len != 0;
}

static efi_status_t EFIAPI get_status(struct efi_simple_network *this, u32 *interrupts,
				      void **tx_buffer)
{
	EFI_TPL_GUARD(TPL_NOTIFY);
	efi_status_t status = check(this);
	struct network *network = to_network(this);

	if (!this || (!interrupts && !tx_buffer))
		return EFI_INVALID_PARAMETER;
	if (EFI_ERROR(status))
		return status;
	this->mode->media_present = network->net->driver->link(network->net);
	if (interrupts) {
		*interrupts = poll_frames(network) ? EFI_NETWORK_RECEIVE_INTERRUPT : 0;
		if (network->done)
			*interrupts |= EFI_NETWORK_TRANSMIT_INTERRUPT;
		network->done = false;
	}
	if (tx_buffer) {
		*tx_buffer = NULL;
		if (network->sent_count > 0) {
			*tx_buffer = network->sent[network->sent_first];
			network->sent_first = (network->sent_first + 1) % NETWORK_SENT_MAX;
			network->sent_count--;
		}
	}
	return EFI_SUCCESS;
}

static efi_status_t send(struct network *network, void *buffer, size_t size)
{
	int rc;

	if (network->sent_count == NETWORK_SENT_MAX)
		return EFI_NOT_READY;
	rc = network->net->driver->send(network->net, buffer, size);
	if (rc)
		return rc == -ENOSPC ? EFI_NOT_READY : EFI_DEVICE_ERROR;
	network->sent[(network->sent_first + network->sent_count) % NETWORK_SENT_MAX] = buffer;
	network->sent_count++;
	network->done = true;
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI transmit(struct efi_simple_network *this, efi_uintn_t header_size,
				    efi_uintn_t size, void *buffer,
				    struct efi_mac_address *source,
				    struct efi_mac_address *dest, u16 *protocol)
{
	EFI_TPL_GUARD(TPL_NOTIFY);
	efi_status_t status = check(this);
	u8 *frame = buffer;

	if (EFI_ERROR(status))
		return status;
	if (!buffer || (header_size != 0 &&
			(header_size != NET_HEADER_LEN || !dest || !protocol)))
		return EFI_INVALID_PARAMETER;
	if (size < NET_HEADER_LEN)
		return EFI_BUFFER_TOO_SMALL;
	if (size > NET_FRAME_MAX)
		return EFI_INVALID_PARAMETER;
	if (header_size != 0) {
		if (!source)
			source = &this->mode->current_address;
		memcpy(frame, dest, NET_ADDRESS_LEN);
		memcpy(frame + NET_ADDRESS_LEN, source, NET_ADDRESS_LEN);
		put_le16(__builtin_bswap16(*protocol), frame + 2 * NET_ADDRESS_LEN);
	}
	return send(to_network(this), buffer, size);
}

static void copy_address(struct efi_mac_address *to, const u8 *from)
{
	if (!to)
		return;
	memset(to, 0, sizeof(*to));
	memcpy(to->addr, from, NET_ADDRESS_LEN);
}

static efi_status_t EFIAPI receive(struct efi_simple_network *this, efi_uintn_t *header_size,
				   efi_uintn_t *size, void *buffer,
				   struct efi_mac_address *source, struct efi_mac_address *dest,
				   u16 *protocol)
{
	EFI_TPL_GUARD(TPL_NOTIFY);
	efi_status_t status = check(this);
	struct network *network = to_network(this);
	efi_uintn_t room;

	if (EFI_ERROR(status))
		return status;
	if (!size || !buffer)
		return EFI_INVALID_PARAMETER;
	if (!poll_frames(network))
		return EFI_NOT_READY;
	room = *size;
	*size = network->frame_len;
	if (room < network->frame_len)
		return EFI_BUFFER_TOO_SMALL;
	memcpy(buffer, network->frame, network->frame_len);
	if (header_size)
		*header_size = NET_HEADER_LEN;
	copy_address(dest, network->frame);
	copy_address(source, network->frame + NET_ADDRESS_LEN);
	if (protocol)
		*protocol = __builtin_bswap16(get_le16(network->frame + 2 * NET_ADDRESS_LEN));
	network->frame_len = 0;
	return EFI_SUCCESS;
}

static void EFIAPI check_packet(efi_event_t event, void *context)
{
	struct network *network = context;

	if (network->mode.state == EFI_NETWORK_INITIALIZED && poll_frames(network))
		efi_signal_event(event);
}

static const struct efi_simple_network template = {
	.revision = EFI_SIMPLE_NETWORK_REVISION,
	.start = start,
	.stop = stop,
	.initialize = initialize,
	.reset = reset,
	.shutdown = shutdown,
	.receive_filters = receive_filters,
	.station_address = station_address,
	.statistics = statistics,
	.multicast_ip_to_mac = multicast_ip_to_mac,
	.nv_data = nv_data,
	.get_status = get_status,
	.transmit = transmit,
	.receive = receive,
};

static const struct efi_network_mode mode_template = {
	.address_size = NET_ADDRESS_LEN,
	.header_size = NET_HEADER_LEN,
	.packet_size = NET_FRAME_MAX - NET_HEADER_LEN,
	.filter_mask = FILTERS,
	.multicast_max = EFI_NETWORK_MULTICAST_MAX,
	.broadcast_address = { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } },
	.interface_type = IF_ETHERNET,
	.address_changeable = true,
	.multiple_tx = true,
	.media_present_supported = true,
	.media_present = true,
};

struct network *network_create(struct net_device *net)
{
	struct network *network = efi_zalloc(sizeof(*network));

	if (!network)
		return NULL;
	network->protocol = template;
	network->protocol.mode = &network->mode;
	network->mode = mode_template;
	network->net = net;
	memcpy(network->mode.permanent_address.addr, net->mac, NET_ADDRESS_LEN);
	memcpy(network->mode.current_address.addr, net->mac, NET_ADDRESS_LEN);
	if (efi_create_event(EVT_NOTIFY_WAIT, TPL_NOTIFY, check_packet, network,
			     &network->protocol.wait_for_packet) != EFI_SUCCESS) {
		efi_free_pool(network);
		return NULL;
	}
	return network;
}

void network_destroy(struct network *network)
{
	efi_close_event(network->protocol.wait_for_packet);
	net_close(network->net);
	efi_free_pool(network->path);
	efi_free_pool(network);
}
