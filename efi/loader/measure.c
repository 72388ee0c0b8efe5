/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * What the firmware measures of its own accord: images before they are loaded, and
 * the end of boot services.
 * Document: TCG PC Client Platform Firmware Profile 1.06, sections 3.3.4 (registers)
 * and 10.4 (events).
 */
#define pr_fmt(fmt) "measure: " fmt

#include <fw/byteorder.h>
#include <fw/digest.h>
#include <fw/efi.h>
#include <fw/efi_image.h>
#include <fw/efi_measure.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/panic.h>
#include <fw/string.h>
#include <spec/pe.h>

#include "pe.h"

/* Register and log must not be in two orders, and a notification may measure, too. */
void efi_measure_digest(u32 pcr, u32 type, const u8 *digest, const void *event,
			size_t event_size)
{
	int index, rc;

	if (measure_ops() == NULL)
		return;
	index = measure_ops()->map_pcr(pcr);
	{
		EFI_TPL_GUARD(TPL_NOTIFY);

		rc = measure_extend((u32)index, digest);
		if (rc == 0)
			rc = measure_record((u32)index, type, digest, event, event_size);
	}
	if (rc == 0)
		return;
	if (rc != -EIO)
		pr_err("no room in the event log for type 0x%x, PCR %u", type, pcr);
	machine_stop();
}

void efi_measure_as(u32 pcr, u32 type, const void *data, u64 size, const void *event,
		    size_t event_size)
{
	const struct digest_part part = { data, size };
	u8 digest[SHA384_SIZE];

	if (measure_ops() == NULL)
		return;
	digest_sha384(&part, 1, digest);
	efi_measure_digest(pcr, type, digest, event, event_size);
}

void efi_measure(u32 pcr, u32 type, const void *data, size_t size)
{
	efi_measure_as(pcr, type, data, size, data, size);
}

void efi_measure_action(u32 pcr, const char *text)
{
	efi_measure(pcr, EV_EFI_ACTION, text, strlen(text));
}

/* Section 10.4.2, UEFI_IMAGE_LOAD_EVENT; the device path follows. */
struct image_event {
	le64 address;
	le64 size;
	le64 link_address;
	le64 path_size;
	u8 path[];
} __packed;

static void log_image(const struct efi_image_source *source, const struct pe_image *pe,
		      const u8 *digest)
{
	size_t path_size = source->path != NULL ? efi_dp_size(source->path, EFI_DP_MAX) : 0;
	struct image_event *event = efi_zalloc(sizeof(*event) + path_size);
	u32 pcr = PCR_DRIVERS, type = EV_EFI_BOOT_SERVICES_DRIVER;

	if (event == NULL) {
		pr_err("no memory for the event of an image");
		machine_stop();
	}
	if (pe->subsystem == PE_SUBSYSTEM_APPLICATION) {
		pcr = PCR_BOOT_MANAGER;
		type = EV_EFI_BOOT_SERVICES_APPLICATION;
	} else if (pe->subsystem == PE_SUBSYSTEM_RUNTIME_DRIVER) {
		type = EV_EFI_RUNTIME_SERVICES_DRIVER;
	}
	event->address = cpu_to_le64((uintptr_t)source->data);
	event->size = cpu_to_le64(source->size);
	event->link_address = cpu_to_le64(pe->base);
	event->path_size = cpu_to_le64(path_size);
	if (path_size != 0)
		memcpy(event->path, source->path, path_size);
	efi_measure_digest(pcr, type, digest, event, sizeof(*event) + path_size);
	efi_free_pool(event);
}

/* What is no image is not loaded either, by the same check of the same bytes. */
static int measure_image(const struct efi_image_source *source)
{
	u8 digest[SHA384_SIZE];
	struct pe_image pe;
	const char *why;
	int rc;

	if (measure_ops() == NULL || source->size == 0 ||
	    pe_parse(&pe, source->data, source->size, &why) != 0)
		return 0;
	rc = pe_digest(&pe, digest, &why);
	if (rc != 0) {
		pr_err("image of %llu bytes refused: %s", (unsigned long long)source->size, why);
		return rc;
	}
	log_image(source, &pe, digest);
	return 0;
}
HOOK(efi_image_check, 10, common, measure_image);

static int measure_exit_call(void)
{
	efi_measure_action(PCR_BOOT_CONFIG, "Exit Boot Services Invocation");
	return 0;
}
HOOK(efi_exit_called, 50, common, measure_exit_call);

static int measure_exit_failure(void)
{
	efi_measure_action(PCR_BOOT_CONFIG, "Exit Boot Services Returned with Failure");
	return 0;
}
HOOK(efi_exit_failed, 50, common, measure_exit_failure);

static int measure_exit(void)
{
	efi_measure_action(PCR_BOOT_CONFIG, "Exit Boot Services Returned with Success");
	return 0;
}
HOOK(efi_exit, 10, common, measure_exit);
