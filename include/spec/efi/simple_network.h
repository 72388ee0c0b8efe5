/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The simple network protocol. Document: UEFI 2.10, section 24.1. */
#ifndef SPEC_EFI_SIMPLE_NETWORK_H
#define SPEC_EFI_SIMPLE_NETWORK_H

#include <spec/efi/types.h>

#define EFI_SIMPLE_NETWORK_REVISION	0x00010000

enum efi_network_state {
	EFI_NETWORK_STOPPED,
	EFI_NETWORK_STARTED,
	EFI_NETWORK_INITIALIZED,
};

#define EFI_NETWORK_RECEIVE_UNICAST		0x01
#define EFI_NETWORK_RECEIVE_MULTICAST		0x02
#define EFI_NETWORK_RECEIVE_BROADCAST		0x04
#define EFI_NETWORK_RECEIVE_PROMISCUOUS		0x08
#define EFI_NETWORK_RECEIVE_ALL_MULTICAST	0x10

#define EFI_NETWORK_RECEIVE_INTERRUPT		0x01
#define EFI_NETWORK_TRANSMIT_INTERRUPT		0x02

#define EFI_NETWORK_MULTICAST_MAX	16

struct efi_mac_address {
	u8 addr[32];
};

union efi_ip_address {
	u32 align[4];
	u8 v4[4];
	u8 v6[16];
};

struct efi_network_mode {
	u32 state;			/* enum efi_network_state */
	u32 address_size;
	u32 header_size;
	u32 packet_size;		/* largest, without the header */
	u32 nvram_size;
	u32 nvram_access_size;
	u32 filter_mask;		/* EFI_NETWORK_RECEIVE_* that there are */
	u32 filter_setting;
	u32 multicast_max;
	u32 multicast_count;
	struct efi_mac_address multicast[EFI_NETWORK_MULTICAST_MAX];
	struct efi_mac_address current_address;
	struct efi_mac_address broadcast_address;
	struct efi_mac_address permanent_address;
	u8 interface_type;		/* RFC 3232: 1 for Ethernet */
	efi_bool_t address_changeable;
	efi_bool_t multiple_tx;
	efi_bool_t media_present_supported;
	efi_bool_t media_present;
};

struct efi_simple_network {
	u64 revision;
	efi_status_t (EFIAPI *start)(struct efi_simple_network *this);
	efi_status_t (EFIAPI *stop)(struct efi_simple_network *this);
	efi_status_t (EFIAPI *initialize)(struct efi_simple_network *this, efi_uintn_t extra_rx,
					  efi_uintn_t extra_tx);
	efi_status_t (EFIAPI *reset)(struct efi_simple_network *this, efi_bool_t extended);
	efi_status_t (EFIAPI *shutdown)(struct efi_simple_network *this);
	efi_status_t (EFIAPI *receive_filters)(struct efi_simple_network *this, u32 enable,
					       u32 disable, efi_bool_t reset_multicast,
					       efi_uintn_t count,
					       struct efi_mac_address *multicast);
	efi_status_t (EFIAPI *station_address)(struct efi_simple_network *this,
					       efi_bool_t reset,
					       struct efi_mac_address *address);
	efi_status_t (EFIAPI *statistics)(struct efi_simple_network *this, efi_bool_t reset,
					  efi_uintn_t *size, void *table);
	efi_status_t (EFIAPI *multicast_ip_to_mac)(struct efi_simple_network *this,
						   efi_bool_t ipv6, union efi_ip_address *ip,
						   struct efi_mac_address *mac);
	efi_status_t (EFIAPI *nv_data)(struct efi_simple_network *this, efi_bool_t read,
				       efi_uintn_t offset, efi_uintn_t size, void *buffer);
	efi_status_t (EFIAPI *get_status)(struct efi_simple_network *this, u32 *interrupts,
					  void **tx_buffer);
	efi_status_t (EFIAPI *transmit)(struct efi_simple_network *this, efi_uintn_t header_size,
					efi_uintn_t size, void *buffer,
					struct efi_mac_address *source,
					struct efi_mac_address *dest, u16 *protocol);
	efi_status_t (EFIAPI *receive)(struct efi_simple_network *this, efi_uintn_t *header_size,
				       efi_uintn_t *size, void *buffer,
				       struct efi_mac_address *source,
				       struct efi_mac_address *dest, u16 *protocol);
	efi_event_t wait_for_packet;
	struct efi_network_mode *mode;
};

#endif
