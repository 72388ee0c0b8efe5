/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * A random seed for the kernel, from the processor and never from the host.
 * Document: Linux 6.12, arch/x86/include/uapi/asm/setup_data.h (RNG_SEED).
 */
#include <asm/random.h>
#include <fw/hooks.h>
#include <fw/linux_boot.h>
#include <spec/linux_boot.h>

#define SEED_WORDS	4
/* The processor's manual (see asm/random.h): after ten tries it counts as broken. */
#define RDRAND_TRIES	10

static bool random_word(u64 *word)
{
	unsigned int i;

	for (i = 0; i < RDRAND_TRIES; i++) {
		if (rdrand64(word))
			return true;
	}
	return false;
}

static int linux_add_rng_seed(struct setup_data_list *list)
{
	u64 seed[SEED_WORDS];
	unsigned int i;

	if (!cpu_has_rdrand())
		return 0;
	for (i = 0; i < SEED_WORDS; i++) {
		if (!random_word(&seed[i]))
			return 0;
	}
	return setup_data_add(list, SETUP_RNG_SEED, seed, sizeof(seed));
}

HOOK(linux_setup_data, 10, common, linux_add_rng_seed);
