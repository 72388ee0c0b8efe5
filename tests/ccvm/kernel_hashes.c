/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Hash table of a directly booted kernel.
 *
 * Document: QEMU, docs/system/i386/amd-memory-encryption.rst, kernel-hashes.
 */
#include <fw/byteorder.h>
#include <fw/compiler.h>
#include <fw/errno.h>
#include <fw/string.h>

#include "guidtab.h"
#include "kernel_hashes.h"

static const struct guid guid_table =
	GUID(0x9438d606, 0x4f22, 0x4cc9, 0xb4, 0x79, 0xa7, 0x93, 0xd4, 0x11, 0xfd, 0x21);
static const struct guid guid_cmdline =
	GUID(0x97d02dd8, 0xbd20, 0x4c94, 0xaa, 0x78, 0xe7, 0x71, 0x4d, 0x36, 0xab, 0x2a);
static const struct guid guid_initrd =
	GUID(0x44baf731, 0x3a2f, 0x4bd7, 0x9a, 0xf1, 0x41, 0xe2, 0x91, 0x69, 0x78, 0x1d);
static const struct guid guid_kernel =
	GUID(0x4de79437, 0xabd2, 0x427f, 0xb8, 0x35, 0xd5, 0xb1, 0x72, 0xd2, 0x04, 0x5b);

#define HEADER_SIZE	(sizeof(struct guid) + sizeof(u16))
#define ENTRY_SIZE	(HEADER_SIZE + SHA256_SIZE)
#define TABLE_SIZE	(HEADER_SIZE + 3 * ENTRY_SIZE)

_Static_assert(KERNEL_HASHES_SIZE == ALIGN_UP(TABLE_SIZE, 16), "padded table");

static u8 *put_header(u8 *p, const struct guid *guid, u16 len)
{
	memcpy(p, guid, sizeof(*guid));
	put_le16(len, p + sizeof(*guid));
	return p + HEADER_SIZE;
}

static u8 *put_entry(u8 *p, const struct guid *guid, const u8 hash[SHA256_SIZE])
{
	p = put_header(p, guid, ENTRY_SIZE);
	memcpy(p, hash, SHA256_SIZE);
	return p + SHA256_SIZE;
}

void kernel_hashes_build(const struct kernel_hashes *hashes, u8 table[KERNEL_HASHES_SIZE])
{
	u8 *p = table;

	memset(table, 0, KERNEL_HASHES_SIZE);
	p = put_header(p, &guid_table, TABLE_SIZE);
	p = put_entry(p, &guid_cmdline, hashes->cmdline);
	p = put_entry(p, &guid_initrd, hashes->initrd);
	put_entry(p, &guid_kernel, hashes->kernel);
}

int kernel_hashes_place_page(const u8 table[KERNEL_HASHES_SIZE], u32 base, u8 *page)
{
	u32 offset = base & 0xfff;

	if (offset > 4096 - KERNEL_HASHES_SIZE)
		return -EINVAL;
	memset(page, 0, 4096);
	memcpy(page + offset, table, KERNEL_HASHES_SIZE);
	return 0;
}
