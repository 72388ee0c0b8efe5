/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of tests/ccvm/measure.c, kernel_hashes.c and vmsa.c: launch
 * digests that a second implementation computed, and, through the digest of a
 * VMSA, every byte of the reset state.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <fw/errno.h>

#include "ccvm_lib.h"
#include "kernel_hashes.h"
#include "measure.h"
#include "vmsa.h"

static u8 zero[4096];

static void test_snp_one_page(void **state)
{
	static const struct {
		enum snp_page_type type;
		u64 gpa;
		const char *want;
	} pages[] = {
		{ SNP_PAGE_NORMAL, 0xfffff000,
		  "46c510442a54cc32344cef32e14dc3d6312fc4a010780dd11fd33204df5550590"
		  "356b069e6c6ca5bbfca71561f370399" },
		{ SNP_PAGE_ZERO, 0x800000,
		  "4472405c6dbc65e5629805f2be1b3df74eb119841eff12466c24f43e67083c23d"
		  "f5e645b2742b6d9aa0f943e095cebaa" },
		{ SNP_PAGE_SECRETS, 0x80d000,
		  "e82e99caf82a32c31ec5070eef9e2135866d8f7de60d756814f3bd8c989c1e826"
		  "622e0a97dad026c6d9d81818780e6a2" },
		{ SNP_PAGE_CPUID, 0x80e000,
		  "c9e46442d2b4ddb823fa6b4a907930de7e93901180c5a3126ba234193059a0a51"
		  "a21ba82f05d2fe0f3136f22b1b1a8e4" },
	};
	struct snp_ld ld;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		snp_ld_init(&ld);
		snp_ld_page(&ld, pages[i].type, pages[i].gpa, zero);
		assert_hex(ld.value, pages[i].want, 48);
	}
}

/* Only what is measured is looked at; a VMSA has one address, whatever is given. */
static void test_snp_contents(void **state)
{
	struct snp_ld a, b;

	snp_ld_init(&a);
	snp_ld_page(&a, SNP_PAGE_ZERO, 0x1000, NULL);
	snp_ld_page(&a, SNP_PAGE_UNMEASURED, 0x1000, NULL);
	snp_ld_page(&a, SNP_PAGE_VMSA, 0, zero);
	snp_ld_init(&b);
	snp_ld_page(&b, SNP_PAGE_ZERO, 0x1000, NULL);
	snp_ld_page(&b, SNP_PAGE_UNMEASURED, 0x1000, NULL);
	snp_ld_page(&b, SNP_PAGE_VMSA, 0x123000, zero);
	assert_memory_equal(a.value, b.value, 48);
}

static void test_vmsa_snp(void **state)
{
	static const struct {
		u32 family, model, stepping, signature;
		const char *want;
	} cpus[] = {
		{ 23, 1, 2, 0x00800f12,
		  "77920c4c629ff47e90c0e174fc1ad0eb6fa664f88cd4739488058a8c6cb1a77b"
		  "3856f55378e9518d0da99452d51c553a" },
		{ 25, 1, 1, 0x00a00f11,
		  "728af287318db5f3fc4d2357a969483c4225956dc555b514a78d64ee372112d1"
		  "3b3dca8afd02cdbd1c55697d8ce087f5" },
		{ 25, 17, 0, 0x00a10f10,
		  "7d39672d1b8a3e38353a8eef23af9a14a850be7b9c80bd29898aff5cd2386719"
		  "e5ce72ad660a022def56b15e5e0f899e" },
		{ 26, 0, 0, 0x00b00f00,
		  "49ddacf0393b6d9401ac505250ec615e923bc580ff6ce0a0b4c5f2e261b0a972"
		  "cd4facec381e17ad503ce64f4de8a83e" },
	};
	struct vmsa_reset how = { .start = VMSA_BSP_START, .features = 1, .fpu = true };
	struct vmsa vmsa;
	u8 out[48];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cpus); i++) {
		how.signature = vmsa_signature(cpus[i].family, cpus[i].model, cpus[i].stepping);
		assert_int_equal(how.signature, cpus[i].signature);
		memset(&vmsa, 0xee, sizeof(vmsa));
		vmsa_reset(&vmsa, &how);
		sha384(&vmsa, sizeof(vmsa), out);
		assert_hex(out, cpus[i].want, 48);
	}
}

static void test_vmsa_es(void **state)
{
	struct vmsa_reset how = { .start = VMSA_BSP_START, .signature = 0x00800f12, .fpu = true };
	struct vmsa vmsa;
	u8 out[32];

	vmsa_reset(&vmsa, &how);
	sha256(&vmsa, sizeof(vmsa), out);
	assert_hex(out, "8295cef559b57130391d59605890ef93297720b48bef9a8c3c985b9c3fb0788c", 32);
	how.fpu = false;
	vmsa_reset(&vmsa, &how);
	sha256(&vmsa, sizeof(vmsa), out);
	assert_hex(out, "30a76bd1aa5adf81f02832d38c21e31b073cf0663dd2337455db2a3c210666af", 32);
}

static void test_vmsa_ap(void **state)
{
	struct vmsa_reset how = { .start = 0x0080b004, .features = 1, .fpu = true };
	struct vmsa vmsa;

	vmsa_reset(&vmsa, &how);
	assert_int_equal(vmsa.cs.base, 0x00800000);
	assert_int_equal(vmsa.rip, 0xb004);
	assert_null(vmsa_check(&vmsa, 1));
}

static void test_vmsa_check(void **state)
{
	struct vmsa_reset how = { .start = VMSA_BSP_START, .features = 1, .fpu = true };
	static const struct {
		size_t offset;
		u64 value;
		const char *why;
	} bad[] = {
		{ offsetof(struct vmsa, efer), 0, "EFER.SVME is clear" },
		{ offsetof(struct vmsa, efer), 0x1002, "reserved bit of EFER" },
		{ offsetof(struct vmsa, cr0), 0x20000010, "CR0" },
		{ offsetof(struct vmsa, cr0), 0x100000010, "CR0" },
		{ offsetof(struct vmsa, cr4), 0x100000040, "reserved bit of CR4" },
		{ offsetof(struct vmsa, dr6), 0x1ffff0ff0, "upper half of DR6 or DR7" },
		{ offsetof(struct vmsa, dr7), 0x100000400, "upper half of DR6 or DR7" },
		{ offsetof(struct vmsa, g_pat), 0x0007040600070402, "memory type in G_PAT" },
		{ offsetof(struct vmsa, g_pat), 0x0807040600070406, "memory type in G_PAT" },
		{ offsetof(struct vmsa, sev_features), 0x21,
		  "SEV_FEATURES are not the machine's" },
	};
	struct vmsa vmsa;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		vmsa_reset(&vmsa, &how);
		memcpy((u8 *)&vmsa + bad[i].offset, &bad[i].value, 8);
		assert_string_equal(vmsa_check(&vmsa, 1), bad[i].why);
	}
	vmsa_reset(&vmsa, &how);
	vmsa.vmpl = 1;
	assert_string_equal(vmsa_check(&vmsa, 1), "VMPL is not 0");
	vmsa.vmpl = 0;
	vmsa.efer |= 0x100;
	vmsa.cr0 = 0x80000010;
	assert_string_equal(vmsa_check(&vmsa, 1), "long mode without CR4.PAE");
	vmsa.cr4 |= 0x20;
	assert_string_equal(vmsa_check(&vmsa, 1), "long mode without CR0.PE");
	vmsa.cr0 |= 1;
	vmsa.cs.attrib |= 0x600;
	assert_string_equal(vmsa_check(&vmsa, 1), "CS has both L and D");
	vmsa.cs.attrib &= (u16)~0x400;
	assert_null(vmsa_check(&vmsa, 1));
	/* CD with NW is what a reset processor has. */
	vmsa.cr0 = 0x60000010;
	assert_null(vmsa_check(&vmsa, 1));
}

static void empty_hashes(u8 table[KERNEL_HASHES_SIZE])
{
	struct kernel_hashes hashes;

	sha256("", 0, hashes.kernel);
	sha256("", 0, hashes.initrd);
	sha256("", 1, hashes.cmdline);
	kernel_hashes_build(&hashes, table);
}

static void test_kernel_hashes(void **state)
{
	u8 table[KERNEL_HASHES_SIZE], out[32];

	empty_hashes(table);
	sha256(table, sizeof(table), out);
	assert_hex(out, "6e725681a17ae9f186635cbc1be742508b61e0e550918894f1a5363ac86b5a1a", 32);
}

/* Each hash lies at its own place. */
static void test_kernel_hashes_order(void **state)
{
	struct kernel_hashes hashes;
	u8 table[KERNEL_HASHES_SIZE];

	memset(hashes.cmdline, 'c', 32);
	memset(hashes.initrd, 'i', 32);
	memset(hashes.kernel, 'k', 32);
	kernel_hashes_build(&hashes, table);
	assert_int_equal(table[16] | table[17] << 8, 168);
	assert_memory_equal(table + 36, hashes.cmdline, 32);
	assert_memory_equal(table + 86, hashes.initrd, 32);
	assert_memory_equal(table + 136, hashes.kernel, 32);
	assert_memory_equal(table + 168, zero, 8);
}

static void test_kernel_hashes_page(void **state)
{
	u8 table[KERNEL_HASHES_SIZE], page[4096];

	empty_hashes(table);
	assert_int_equal(kernel_hashes_place_page(table, 0x810c00, page), 0);
	assert_memory_equal(page, zero, 0xc00);
	assert_memory_equal(page + 0xc00, table, sizeof(table));
	assert_memory_equal(page + 0xcb0, zero, 0x350);
	assert_int_equal(kernel_hashes_place_page(table, 0x810f50, page), 0);
	assert_memory_equal(page + 0xf50, table, sizeof(table));
	assert_int_equal(kernel_hashes_place_page(table, 0x810f51, page), -EINVAL);
}

/* SEV-ES: image, table and save areas are one stream, in whatever pieces. */
static void test_sev_stream(void **state)
{
	struct digest d;
	u8 stream[2 * 4096 + KERNEL_HASHES_SIZE], once[32], pieces[32];

	memset(stream, 0x5a, sizeof(stream));
	sha256(stream, sizeof(stream), once);
	sev_ld_init(&d);
	digest_update(&d, stream, 4096);
	digest_update(&d, stream + 4096, KERNEL_HASHES_SIZE);
	digest_update(&d, stream + 4096 + KERNEL_HASHES_SIZE, 4096);
	digest_final(&d, pieces);
	assert_memory_equal(once, pieces, 32);
}

static void mrtd_is(struct digest *mrtd, const char *want)
{
	u8 out[48];

	digest_final(mrtd, out);
	assert_hex(out, want, 48);
}

static void test_mrtd(void **state)
{
	struct digest mrtd;

	mrtd_init(&mrtd);
	mrtd_is(&mrtd, "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da"
		       "274edebfe76f65fbd51ad2f14898b95b");
	mrtd_init(&mrtd);
	mrtd_page(&mrtd, 0xfffff000, zero, true);
	mrtd_is(&mrtd, "07f08f558c5e2593b33452cf00c12a165c07b027a36424ecfa15ebf39b5415e0"
		       "ed62418458e4bfd77f16fec0f1568dc9");
	mrtd_init(&mrtd);
	mrtd_page(&mrtd, 0xfffff000, zero, false);
	mrtd_is(&mrtd, "8d411e4377a0da03b249acbe9a7939b44b4483b5a6c81341f00d60c1f417257f"
		       "9a5c1c03f2f223c59f010f4933f238b8");
	mrtd_init(&mrtd);
	mrtd_page(&mrtd, 0xfffff000, zero, true);
	mrtd_page(&mrtd, 0x810000, NULL, false);
	mrtd_page(&mrtd, 0x811000, NULL, false);
	mrtd_page(&mrtd, 0x809000, NULL, false);
	mrtd_page(&mrtd, 0x80a000, NULL, false);
	mrtd_is(&mrtd, "47358584f2ad7313fe908c75e2cb79e52950c467c3dd376c16793d3d267d4239"
		       "b1d4da2176d73361b3786288a97830a0");
}

static void test_rtmr(void **state)
{
	u8 rtmr[48] = { 0 }, value[48];

	sha384(zero, 4, value);
	assert_hex(value, "394341b7182cd227c5c6b07ef8000cdfd86136c4292b8e576573ad7ed9ae4101"
			  "9f5818b4b971c9effc60e1ad9f1289f0", 48);
	rtmr_extend(rtmr, value);
	assert_hex(rtmr, "518923b0f955d08da077c96aaba522b9decede61c599cea6c41889cfbea4ae4d"
			 "50529d96fe4d1afdafb65e7f95bf23c4", 48);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_snp_one_page),
		cmocka_unit_test(test_snp_contents),
		cmocka_unit_test(test_vmsa_snp),
		cmocka_unit_test(test_vmsa_es),
		cmocka_unit_test(test_vmsa_ap),
		cmocka_unit_test(test_vmsa_check),
		cmocka_unit_test(test_kernel_hashes),
		cmocka_unit_test(test_kernel_hashes_order),
		cmocka_unit_test(test_kernel_hashes_page),
		cmocka_unit_test(test_sev_stream),
		cmocka_unit_test(test_mrtd),
		cmocka_unit_test(test_rtmr),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
