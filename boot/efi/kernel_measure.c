/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Load options and initrd of a kernel from fw_cfg are measured exactly once, by
 * whoever comes first: the kernel's stub, as it begins with them, or the firmware,
 * before boot services end. The register and what is hashed are the same in both
 * cases. An initrd that nobody has asked for is not measured.
 * Documents: Linux 6.12, drivers/firmware/efi/libstub/efi-stub-helper.c (events);
 * TCG PC Client Platform Firmware Profile 1.06, section 10.4.2.1 (EV_EVENT_TAG).
 */
#include <fw/byteorder.h>
#include <fw/efi_measure.h>
#include <fw/hooks.h>
#include <fw/string.h>

#include "measure.h"

#define TAG_INITRD	0x8f3b22ecu
#define TAG_OPTIONS	0x8f3b22edu

struct tagged_event {
	le32 id;
	le32 size;
	char text[32];		/* with its NUL, as the stub has it */
} __packed;

/* What is to be measured still: @size is 0 if there is nothing. */
struct owed {
	const void *data;
	size_t size;
	u32 tag;
	const char *text;
};

static struct owed options = { .tag = TAG_OPTIONS, .text = "LOADED_IMAGE::LoadOptions" };
static struct owed initrd = { .tag = TAG_INITRD, .text = "Linux initrd" };

void kernel_measure_options(const void *data, size_t size)
{
	options.data = data;
	options.size = size;
}

/* A kernel may ask more than once; it is the same initrd. */
void kernel_measure_initrd(const void *data, size_t size)
{
	static const void *known;

	if (known == data)
		return;
	known = data;
	initrd.data = data;
	initrd.size = size;
}

static void note(struct owed *owed, const void *data, u64 size)
{
	if (owed->size != 0 && size == owed->size && memcmp(data, owed->data, size) == 0)
		owed->size = 0;
}

/* Loaded software has measured something. */
static int note_measured(u32 index, const void *data, u64 size)
{
	if (index == (u32)measure_ops()->map_pcr(PCR_OPERATING_SYSTEM)) {
		note(&options, data, size);
		note(&initrd, data, size);
	}
	return 0;
}
HOOK(efi_measured, 50, common, note_measured);

static void settle(struct owed *owed)
{
	struct tagged_event event = { .id = cpu_to_le32(owed->tag) };
	size_t len = strlen(owed->text) + 1;

	if (owed->size == 0)
		return;
	event.size = cpu_to_le32((u32)len);
	memcpy(event.text, owed->text, len);
	efi_measure_as(PCR_OPERATING_SYSTEM, EV_EVENT_TAG, owed->data, owed->size, &event,
		       offsetof(struct tagged_event, text) + len);
	owed->size = 0;
}

void kernel_measure_end(void)
{
	settle(&options);
	settle(&initrd);
}

static int end_at_exit(void)
{
	kernel_measure_end();
	return 0;
}
HOOK(efi_exit_called, 10, common, end_at_exit);
