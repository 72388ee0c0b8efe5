/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* cc/sev/hashes.c: what is refused. The digest is a mock: its first byte is a sum. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fw/byteorder.h>
#include <fw/cc.h>
#include <fw/digest.h>
#include <fw/errno.h>
#include <fw/string.h>
#include <spec/snp.h>

#include "hashes.h"
#include "support.h"

u8 layout_launch_info2[4096];
const struct cc_guest sev_guest;
bool sev_is_snp(void);
bool sev_is_snp(void) { return true; }

void digest_sha256(const struct digest_part *parts, size_t count, u8 out[SHA256_SIZE])
{
	size_t i, at;

	memset(out, 0, SHA256_SIZE);
	for (i = 0; i < count; i++) {
		for (at = 0; at < parts[i].len; at++)
			out[0] = (u8)(out[0] + ((const u8 *)parts[i].data)[at]);
		out[1] = (u8)(out[1] + parts[i].len);
	}
}

static u8 page[4096];
static const u8 setup_part[] = { 1 }, kernel[] = { 2, 3 }, initrd[] = { 4, 5, 6 };
static const u8 cmdline[] = { 'a', 0 };
static const struct linux_payload payload = {
	{ setup_part, 1 }, { kernel, 2 }, { initrd, 3 }, { cmdline, 2 },
};

static struct sev_hash_entry *entry(unsigned int n)
{
	return (struct sev_hash_entry *)(page + sizeof(struct sev_hash_header)) + n;
}

static void put_entry(unsigned int n, struct sev_guid guid, u8 sum, u8 len)
{
	struct sev_hash_entry e = { .header = { guid, cpu_to_le16(50) }, .sha256 = { sum, len } };

	memcpy(entry(n), &e, sizeof(e));
}

static int setup(void **state)
{
	struct sev_hash_header header = { SEV_HASH_TABLE_GUID, cpu_to_le16(168) };

	memset(page, 0, sizeof(page));
	memcpy(page, &header, sizeof(header));
	put_entry(0, (struct sev_guid)SEV_HASH_CMDLINE_GUID, 'a', 2);
	put_entry(1, (struct sev_guid)SEV_HASH_INITRD_GUID, 15, 3);
	put_entry(2, (struct sev_guid)SEV_HASH_KERNEL_GUID, 6, 3);
	mock_log_reset();
	return 0;
}

static void test_match(void **state)
{
	assert_int_equal(sev_hashes_check(page, &payload), 0);
	assert_int_equal(mock_log_errors(), 0);
}

static void test_differs(void **state)
{
	unsigned int n;

	for (n = 0; n < 3; n++) {
		setup(NULL);
		entry(n)->sha256[31] ^= 1;
		assert_int_equal(sev_hashes_check(page, &payload), -EPERM);
		assert_int_equal(mock_log_errors(), 1);
	}
}

static void test_missing(void **state)
{
	unsigned int n;

	for (n = 0; n < 3; n++) {
		setup(NULL);
		entry(n)->header.guid.byte[0] ^= 1;
		assert_int_equal(sev_hashes_check(page, &payload), -EPERM);
		setup(NULL);
		entry(n)->header.length = cpu_to_le16(0);
		assert_int_equal(sev_hashes_check(page, &payload), -EPERM);
		assert_int_equal(mock_log_errors(), 1);
	}
}

static void test_table(void **state)
{
	static const u16 bad[] = { 0, 17, 4097, 0xffff };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		setup(NULL);
		put_le16(bad[i], page + 16);
		assert_int_equal(sev_hashes_check(page, &payload), -EBADMSG);
	}
	setup(NULL);
	put_le16(18 + 2 * 50, page + 16);	/* cuts the kernel's entry off */
	assert_int_equal(sev_hashes_check(page, &payload), -EPERM);
	setup(NULL);
	page[0] ^= 1;
	assert_int_equal(sev_hashes_check(page, &payload), -EBADMSG);
}

static void test_present(void **state)
{
	assert_true(sev_hashes_present(page, true));
	assert_true(sev_hashes_present(page, false));
	/* Not a table: with SNP the launch has put it there, so that it is refused. */
	page[0] ^= 1;
	assert_true(sev_hashes_present(page, true));
	assert_false(sev_hashes_present(page, false));
	memset(page, 0, sizeof(page));
	assert_false(sev_hashes_present(page, true));
	page[4095] = 1;
	assert_true(sev_hashes_present(page, true));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_match, setup),
		cmocka_unit_test_setup(test_differs, setup),
		cmocka_unit_test_setup(test_missing, setup),
		cmocka_unit_test_setup(test_table, setup),
		cmocka_unit_test_setup(test_present, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
