/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The simple network protocol of a card, and how a driver makes one. */
#ifndef EFI_PROTOCOLS_SIMPLE_NETWORK_H
#define EFI_PROTOCOLS_SIMPLE_NETWORK_H

#include <fw/efi.h>
#include <fw/net.h>
#include <spec/efi/simple_network.h>

/* Buffers that were sent and not given back by GetStatus() yet. */
#define NETWORK_SENT_MAX	32

/**
 * struct network - a card as loaded software sees it
 * @frame, @frame_len: a frame that has come and was not received yet; 0: none
 * @sent, @sent_first, @sent_count: buffers to give back, the oldest first
 * @done: a frame was sent since the last GetStatus()
 */
struct network {
	struct efi_simple_network protocol;
	struct efi_network_mode mode;
	struct net_device *net;
	efi_handle_t handle;
	struct efi_device_path *path;
	u8 frame[NET_FRAME_MAX];
	size_t frame_len;
	void *sent[NETWORK_SENT_MAX];
	unsigned int sent_first, sent_count;
	bool done;
};

/** network_create() - make the protocol of a card, stopped; NULL if there is no memory */
struct network *network_create(struct net_device *net);

/** network_destroy() - stop the card and free all but the handle and what is on it */
void network_destroy(struct network *network);

#endif
