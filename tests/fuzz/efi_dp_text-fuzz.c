/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Fuzz target: device paths as text and from text. The input is a path; what is
 * shown of it is made a path again, and the input is taken as text, too. A path that
 * was made of text must be one, and its text must make the same path again.
 */
#include <stdlib.h>
#include <string.h>

#include <fw/hooks.h>
#include <spec/efi/device_path_from_text.h>

#include "dp_text.h"
#include "support.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct efi_device_path_from_text *from_text;

efi_status_t EFIAPI efi_allocate_pool(u32 type __unused, efi_uintn_t size, void **buffer)
{
	*buffer = malloc(size);
	return *buffer ? EFI_SUCCESS : EFI_OUT_OF_RESOURCES;
}

efi_status_t EFIAPI efi_free_pool(void *buffer)
{
	free(buffer);
	return EFI_SUCCESS;
}

efi_status_t EFIAPI efi_install_protocol_interface(efi_handle_t *handle __unused,
						   const struct efi_guid *protocol __unused,
						   u32 type __unused, void *interface)
{
	from_text = interface;
	return EFI_SUCCESS;
}

static void check_text(const efi_char16_t *text)
{
	struct efi_device_path *path = from_text->path(text), *again;
	efi_char16_t *shown, *shown_again;

	if (!path)
		return;
	if (efi_dp_size(path, EFI_DP_MAX) == 0)
		mock_fail("made a path that is none");
	shown = efi_dp_to_text(path, false, true);
	again = from_text->path(shown);
	if (again) {
		/* Parameters may be out of their ranges the first time. */
		shown_again = efi_dp_to_text(again, false, true);
		if (!shown_again)
			mock_fail("text without a path");
		free(shown_again);
	}
	free(again);
	free(shown);
	free(path);
}

static void check_path(const uint8_t *data, size_t size, bool display_only, bool shortcuts)
{
	const struct efi_device_path *path = (const void *)data;
	efi_char16_t *text;

	if (efi_dp_size(path, size) == 0)
		return;
	text = efi_dp_to_text(path, display_only, shortcuts);
	if (!text)
		mock_fail("a path without text");
	if (!display_only)
		free(from_text->path(text));
	free(text);
	free(dp_node_to_text(path, display_only, shortcuts));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	efi_char16_t *text;
	uint8_t *copy;
	size_t i;

	if (!from_text)
		hook_run(efi);
	/* Of its own size, so that a read beyond it is found. */
	copy = malloc(size + !size);
	memcpy(copy, data, size);
	check_path(copy, size, false, true);
	check_path(copy, size, true, false);
	free(copy);

	text = malloc((size + 1) * sizeof(*text));
	for (i = 0; i < size; i++)
		text[i] = data[i];
	text[i] = 0;
	check_text(text);
	free(from_text->node(text));
	free(text);
	return 0;
}
