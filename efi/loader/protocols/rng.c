/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The random number generator protocol, from the processor, or from a device if it
 * has none.
 * Document: UEFI 2.10, section 37.5.
 */
#include <asm/cpu.h>
#include <asm/random.h>
#include <fw/efi.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/rng.h>
#include <fw/string.h>
#include <spec/efi/rng.h>

#define TRIES	10	/* then it counts as broken (see asm/random.h) */

static bool has_generator;
static u64 last_word;

/* Asked for only once it is needed, since to find out costs exits. */
static bool has_source(void)
{
	static bool known, has;

	if (!known)
		has = cpu_has_rdseed();
	known = true;
	return has;
}

/* From the processor's source of entropy if it can be read, else from its generator. */
static bool draw(u64 *word)
{
	unsigned int i;

	for (i = 0; has_source() && i < TRIES; i++) {
		if (rdseed64(word))
			return true;
		cpu_relax();
	}
	for (i = 0; i < TRIES; i++) {
		if (rdrand64(word))
			return true;
	}
	return false;
}

/*
 * Processors have been seen that say yes and always give the same, after sleep for
 * one. That two good words are the same does not happen.
 */
static bool random_word(u64 *word)
{
	if (!draw(word) || *word == 0 || *word == ~(u64)0 || *word == last_word)
		return false;
	last_word = *word;
	return true;
}

static efi_status_t read_device(u8 *value, efi_uintn_t size)
{
	EFI_TPL_GUARD(TPL_NOTIFY);

	return IS_ENABLED(CONFIG_DRV_VIRTIO_RNG) && rng_read_device(value, size) == 0 ?
		EFI_SUCCESS : EFI_DEVICE_ERROR;
}

static efi_status_t EFIAPI get_info(struct efi_rng *this, efi_uintn_t *size,
				    struct efi_guid *algorithms)
{
	if (!this || !size)
		return EFI_INVALID_PARAMETER;
	if (*size < sizeof(*algorithms)) {
		*size = sizeof(*algorithms);
		return EFI_BUFFER_TOO_SMALL;
	}
	if (!algorithms)
		return EFI_INVALID_PARAMETER;
	*size = sizeof(*algorithms);
	memcpy(algorithms, &efi_guid_rng_algorithm_raw, sizeof(*algorithms));
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI get_rng(struct efi_rng *this, struct efi_guid *algorithm,
				   efi_uintn_t size, u8 *value)
{
	size_t n;
	u64 word;

	if (!this || !value || size == 0)
		return EFI_INVALID_PARAMETER;
	if (algorithm && !efi_guid_equal(algorithm, &efi_guid_rng_algorithm_raw))
		return EFI_UNSUPPORTED;
	if (!has_generator)
		return read_device(value, size);
	for (; size > 0; size -= n, value += n) {
		if (!random_word(&word))
			return EFI_DEVICE_ERROR;
		n = MIN(size, sizeof(word));
		memcpy(value, &word, n);
	}
	return EFI_SUCCESS;
}

static struct efi_rng protocol = {
	.get_info = get_info,
	.get_rng = get_rng,
};

/* Without a source there is no protocol, which everybody can live with. */
static int rng_install(void)
{
	/* Also asked for if it is not needed, since one that is refused is worth a line. */
	bool has_device = IS_ENABLED(CONFIG_DRV_VIRTIO_RNG) && rng_has_device();
	efi_handle_t handle = NULL;
	efi_status_t status;

	has_generator = cpu_has_rdrand();
	if (!has_generator && !has_device)
		return 0;
	status = efi_install_protocol_interface(&handle, &efi_guid_rng, EFI_NATIVE_INTERFACE,
						&protocol);
	return status == EFI_SUCCESS ? 0 : -ENOMEM;
}
HOOK(efi, 75, common, rng_install);
