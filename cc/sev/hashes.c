/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * What the host hands over for direct boot, compared with the digests that are
 * part of the launch measurement. With a table, whatever differs or is missing
 * is refused.
 * Document: QEMU 10.2, docs/specs/sev-guest-firmware.rst and
 * target/i386/sev.c (struct PaddedSevHashTable).
 */
#define pr_fmt(fmt) "sev: " fmt

#include <fw/byteorder.h>
#include <fw/digest.h>
#include <fw/errno.h>
#include <fw/host_input.h>
#include <fw/layout.h>
#include <fw/linux_boot.h>
#include <fw/log.h>
#include <fw/memmap.h>
#include <fw/string.h>

#include "hashes.h"
#include "sev.h"

HOST_INPUT_OTHER(digests, sev, CHECKED, 0, 0, "digests of what is loaded");

static const struct sev_guid table_guid = SEV_HASH_TABLE_GUID;
static const struct sev_guid cmdline_guid = SEV_HASH_CMDLINE_GUID;
static const struct sev_guid initrd_guid = SEV_HASH_INITRD_GUID;
static const struct sev_guid kernel_guid = SEV_HASH_KERNEL_GUID;

static bool same_guid(const struct sev_guid *a, const struct sev_guid *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static bool is_zero(const u8 *page, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++) {
		if (page[i] != 0)
			return false;
	}
	return true;
}

/*
 * Without SNP the rest of the page, or all of it, is not part of the launch: what
 * is there means nothing, and the host can change it. That a table is there can
 * only be relied on if the image demands one.
 */
bool sev_hashes_present(const u8 *page, bool snp)
{
	if (snp)
		return !is_zero(page, PAGE_SIZE);
	return memcmp(page, &table_guid, sizeof(table_guid)) == 0;
}

static const struct sev_hash_entry *find_entry(const u8 *page, size_t size,
					       const struct sev_guid *guid)
{
	const struct sev_hash_entry *e;
	size_t at;

	for (at = sizeof(struct sev_hash_header); at + sizeof(*e) <= size; at += sizeof(*e)) {
		e = (const struct sev_hash_entry *)(page + at);
		/* All entries that there are have this length. */
		if (le16_to_cpu(e->header.length) != sizeof(*e))
			return NULL;
		if (same_guid(&e->header.guid, guid))
			return e;
	}
	return NULL;
}

static int check_part(const u8 *page, size_t size, const struct sev_guid *guid,
		      const struct digest_part *parts, size_t count, const char *what)
{
	const struct sev_hash_entry *e = find_entry(page, size, guid);
	u8 digest[SHA256_SIZE];

	if (e == NULL) {
		pr_err("%s: refused, since the launch measurement has no digest of it", what);
		return -EPERM;
	}
	digest_sha256(parts, count, digest);
	if (memcmp(digest, e->sha256, sizeof(digest)) != 0) {
		pr_err("%s: refused, since it is not what the launch measurement says", what);
		return -EPERM;
	}
	return 0;
}

int sev_hashes_check(const u8 *page, const struct linux_payload *payload)
{
	const struct sev_hash_header *header = (const void *)page;
	size_t size = le16_to_cpu(header->length);
	struct digest_part kernel[] = {
		{ payload->setup.data, payload->setup.size },
		{ payload->kernel.data, payload->kernel.size },
	};
	struct digest_part initrd = { payload->initrd.data, payload->initrd.size };
	struct digest_part cmdline = { payload->cmdline.data, payload->cmdline.size };
	int rc;

	if (!same_guid(&header->guid, &table_guid) || size < sizeof(*header) ||
	    size > PAGE_SIZE) {
		pr_err("table of kernel digests: not one, or %zu bytes long", size);
		return -EBADMSG;
	}
	rc = check_part(page, size, &kernel_guid, kernel, ARRAY_SIZE(kernel), "kernel");
	if (rc == 0)
		rc = check_part(page, size, &initrd_guid, &initrd, 1, "initrd");
	if (rc == 0)
		rc = check_part(page, size, &cmdline_guid, &cmdline, 1, "command line");
	return rc;
}

/*
 * Digests say what is to be booted. So a host that has been given a kernel for the
 * launch, and then offers none, is refused too: it would choose something else.
 */
static int check_payload(const struct linux_payload *payload)
{
	const u8 *page = layout_launch_info2;

	if (sev_hashes_present(page, sev_is_snp()))
		return sev_hashes_check(page, payload);
	if (IS_ENABLED(CONFIG_CC_SEV_REQUIRE_HASHES) && payload->kernel.size != 0) {
		pr_err("kernel: refused, since the launch measurement has no digests");
		return -EPERM;
	}
	return 0;
}
HOOK(linux_loaded, 10, sev, check_payload);
