/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * A kernel that the host offers in fw_cfg, and what other code may add to one that
 * is started through the Linux boot protocol (Linux 6.12,
 * Documentation/arch/x86/boot.rst, "setup_data").
 */
#ifndef FW_LINUX_BOOT_H
#define FW_LINUX_BOOT_H

#include <fw/types.h>

/**
 * struct linux_part - a part of what the host offers to boot
 * @data: the bytes as the host handed them out
 * @size: their number, 0 if there is no such part
 */
struct linux_part {
	const void *data;
	u32 size;
};

/**
 * struct linux_payload - what the host offers to boot, passed to linux_loaded hooks
 * @setup:   the kernel file's real-mode part
 * @kernel:  the rest of the file, and whatever the host has appended to it
 * @initrd:  initial RAM disk
 * @cmdline: command line, with the NUL if the host has put one
 *
 * All in private memory; without a kernel, all is empty. Used so far were the sizes,
 * and of the real-mode part the checked header fields that say how much memory is needed where.
 */
struct linux_payload {
	struct linux_part setup;
	struct linux_part kernel;
	struct linux_part initrd;
	struct linux_part cmdline;
};

struct host_input;

enum linux_part_kind {
	LINUX_SETUP,
	LINUX_KERNEL,
	LINUX_INITRD,
	LINUX_CMDLINE,
};

/**
 * linux_payload_sizes() - ask how large the parts are
 * @load: gets the sizes; all are 0 if the host offers no kernel
 *
 * Return: 0, or an error with the reason logged.
 */
int linux_payload_sizes(struct linux_payload *load);

/**
 * linux_payload_read() - read a whole part to where it will be used
 * @part: gets its place; its size is set
 * @kind: which one it is
 * @dst:  private memory for it
 *
 * Return: 0, or an error with the reason logged.
 */
int linux_payload_read(struct linux_part *part, enum linux_part_kind kind, phys_addr_t dst);

/**
 * linux_check_cmdline() - that a command line ends where it says
 *
 * After the linux_loaded hooks: before, nobody looks at it.
 *
 * Return: 0, or -EINVAL with the reason logged.
 */
int linux_check_cmdline(const struct linux_part *cmdline);

/** linux_read_result() - log a failed read of a fw_cfg item; returns @rc */
int linux_read_result(const struct host_input *input, int rc);

/* The longest data of one entry, so that a length cannot wrap. */
#define SETUP_DATA_MAX	((u32)1 << 20)

/**
 * struct setup_data_list - entries for a kernel, passed to linux_setup_data hooks
 * @first: physical address of the first entry, 0 if there is none
 */
struct setup_data_list {
	phys_addr_t first;
};

/**
 * setup_data_reserve() - add an entry whose data the caller fills in
 * @list: list
 * @type: SETUP_*
 * @len:  bytes of data, at most SETUP_DATA_MAX
 *
 * Return: zeroed data of the entry, or NULL with the reason logged.
 */
void *setup_data_reserve(struct setup_data_list *list, u32 type, u32 len) __must_check;

/**
 * setup_data_add() - add an entry with a copy of some data
 *
 * Return: 0, or -ENOMEM with the reason logged.
 */
int setup_data_add(struct setup_data_list *list, u32 type, const void *data,
		   u32 len) __must_check;

#endif
