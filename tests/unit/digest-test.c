/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Digests by the library that the firmware links (lib/digest.c), and what they leave
 * of the registers that their callers own in images with UEFI.
 * Document: FIPS 180-4; NIST, "Cryptographic Standards and Guidelines", examples.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <fw/digest.h>

static const struct digest_part abc[] = { { "a", 1 }, { NULL, 0 }, { "bc", 2 } };

static void test_sha256(void **state)
{
	u8 out[SHA256_SIZE];

	digest_sha256(abc, 3, out);
	assert_memory_equal(out, "\xba\x78\x16\xbf\x8f\x01\xcf\xea\x41\x41\x40\xde\x5d\xae\x22\x23"
			    "\xb0\x03\x61\xa3\x96\x17\x7a\x9c\xb4\x10\xff\x61\xf2\x00\x15\xad", 32);
}

static void test_sha384(void **state)
{
	u8 out[SHA384_SIZE];

	digest_sha384(abc, 3, out);
	assert_memory_equal(out, "\xcb\x00\x75\x3f\x45\xa3\x5e\x8b\xb5\xa0\x3d\x69\x9a\xc6\x50\x07"
			    "\x27\x2c\x32\xab\x0e\xde\xd1\x63\x1a\x8b\x60\x5a\x43\xff\x5b\xed"
			    "\x80\x86\x07\x2b\xa1\xe7\xcc\x23\x58\xba\xec\xa1\x34\xc8\x25\xa7", 48);
}

/* Every SSE register, loaded before and stored after the call, in one statement. */
static void check_registers(void (*digest)(const struct digest_part *, size_t, u8 *))
{
	static u8 before[16][16] __aligned(16), after[16][16] __aligned(16);
	static u8 out[SHA384_SIZE];
	register size_t count asm("rsi") = 3;
	const struct digest_part *parts = abc;
	u8 *to = out;
	unsigned int i;

	for (i = 0; i < 256; i++)
		before[i / 16][i % 16] = (u8)(i * 5 + 1);
	asm volatile("lea -256(%%rsp), %%rsp\n\t"	/* below the red zone */
		     "movdqa 0(%5), %%xmm0\n\tmovdqa 16(%5), %%xmm1\n\t"
		     "movdqa 32(%5), %%xmm2\n\tmovdqa 48(%5), %%xmm3\n\t"
		     "movdqa 96(%5), %%xmm6\n\tmovdqa 112(%5), %%xmm7\n\t"
		     "movdqa 128(%5), %%xmm8\n\tmovdqa 240(%5), %%xmm15\n\t"
		     "mov %%rsp, %%r13\n\tand $-16, %%rsp\n\t"
		     "call *%3\n\t"
		     "mov %%r13, %%rsp\n\t"
		     "movdqa %%xmm0, 0(%4)\n\tmovdqa %%xmm1, 16(%4)\n\t"
		     "movdqa %%xmm2, 32(%4)\n\tmovdqa %%xmm3, 48(%4)\n\t"
		     "movdqa %%xmm6, 96(%4)\n\tmovdqa %%xmm7, 112(%4)\n\t"
		     "movdqa %%xmm8, 128(%4)\n\tmovdqa %%xmm15, 240(%4)\n\t"
		     "lea 256(%%rsp), %%rsp"
		     : "+D" (parts), "+r" (count), "+d" (to)
		     : "r" (digest), "b" (after), "r" (before)
		     : "rax", "rcx", "r8", "r9", "r10", "r11", "r13", "memory", "cc", "xmm0",
		       "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9",
		       "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
	for (i = 0; i < 16; i++) {
		if (i < 4 || (i >= 6 && i <= 8) || i == 15)
			assert_memory_equal(before[i], after[i], 16);
	}
}

static void test_registers(void **state)
{
	check_registers(digest_sha256);
	check_registers(digest_sha384);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sha256),
		cmocka_unit_test(test_sha384),
		cmocka_unit_test(test_registers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
