/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Fuzz target: what the emulated machine reads of a firmware image: GUID
 * table, SNP and TDX metadata. Whatever is accepted must lie in the image.
 */
#include <stdlib.h>
#include <string.h>

#include "guidtab.h"
#include "snp_meta.h"
#include "support.h"
#include "tdhob.h"
#include "tdvf.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

static void check_snp(const uint8_t *image, size_t size)
{
	struct snp_meta meta;
	const char *why = NULL;
	u32 i;

	if (snp_meta_parse(image, size, &meta, &why)) {
		if (!why)
			mock_fail("no reason given");
		return;
	}
	for (i = 0; i < meta.count; i++) {
		if ((u64)meta.section[i].gpa + meta.section[i].size > 0x100000000)
			mock_fail("section passes 4 GiB");
	}
}

static void check_tdvf(const uint8_t *image, size_t size)
{
	static const struct tdhob_range ram[] = { { 0, 0x80000000 }, { 0x100000000, 0x40000000 } };
	static u8 hob[0x2000];
	const struct tdvf_section *s;
	struct tdvf tdvf;
	const char *why = NULL;
	u32 i, sum = 0;
	u64 n;

	if (tdvf_parse(image, size, &tdvf, &why)) {
		if (!why)
			mock_fail("no reason given");
		return;
	}
	for (i = 0; i < tdvf.count; i++) {
		s = &tdvf.section[i];
		for (n = 0; tdvf_from_image(s) && n < s->mem_size; n += 0x800)
			sum += image[s->data_offset + n];
	}
	if (!tdvf_hob(&tdvf) || sum == 0xffffffff)
		mock_fail("no TD_HOB section");
	tdhob_build(hob, sizeof(hob), &tdvf, ram, 2);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	/* A copy of exactly this size, so that a read beyond it is seen. */
	uint8_t *image = malloc(size);
	struct guidtab_area area;
	u32 addr;

	if (size)
		memcpy(image, input, size);
	guidtab_sev_es_reset(image, size, &addr);
	guidtab_area(image, size, &guid_kernel_hashes, &area);
	guidtab_area(image, size, &guid_launch_secret, &area);
	check_snp(image, size);
	check_tdvf(image, size);
	free(image);
	return 0;
}
