/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Loaded software measures what it loads. Once it has asked for the log, of which it
 * may have made a copy, new records go to the table of final events as well.
 *
 * An application's data are hashed where they are. Whoever changes them meanwhile
 * runs in the guest, and could as well have given other data.
 * Document: UEFI 2.10, sections 38.2 and 38.3.
 */
#define pr_fmt(fmt) "cc-measurement: " fmt

#include <fw/byteorder.h>
#include <fw/digest.h>
#include <fw/efi.h>
#include <fw/efi_image.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/measure.h>
#include <fw/string.h>
#include <spec/efi/cc_measurement.h>

#define FINAL_SIZE	KiB(CONFIG_MEASURE_LOG_KIB)

static struct efi_cc_final_events *final_events;
static size_t final_used = sizeof(*final_events);
static bool final_wanted;

static efi_status_t EFIAPI get_capability(struct efi_cc_measurement *this,
					  struct efi_cc_capability *capability)
{
	if (this == NULL || capability == NULL)
		return EFI_INVALID_PARAMETER;
	if (capability->size < sizeof(*capability)) {
		capability->size = sizeof(*capability);
		return EFI_BUFFER_TOO_SMALL;
	}
	*capability = (struct efi_cc_capability) {
		.size = sizeof(*capability),
		.structure_version = { 1, 0 },
		.protocol_version = { 1, 0 },
		.hash_algorithms = EFI_CC_HASH_SHA384,
		.event_logs = EFI_CC_LOG_TCG_2,
		.type = measure_ops()->type,
	};
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI get_event_log(struct efi_cc_measurement *this, u32 format,
					 u64 *location, u64 *last_entry, efi_bool_t *truncated)
{
	struct measure_log log;

	if (this == NULL || format != EFI_CC_LOG_TCG_2 || location == NULL ||
	    last_entry == NULL || truncated == NULL)
		return EFI_INVALID_PARAMETER;
	EFI_TPL_GUARD(TPL_NOTIFY);
	measure_get_log(&log);
	*location = log.base;
	*last_entry = log.base + log.last;
	*truncated = log.truncated;
	final_wanted = true;
	return EFI_SUCCESS;
}

/* The record is also in the log, so the caller of a full table gets the same error. */
static int add_final(const struct tcg_event2 *record)
{
	size_t size = sizeof(*record) + le32_to_cpu(record->size);

	if (!final_wanted)
		return 0;
	if (size > FINAL_SIZE - final_used)
		return -ENOSPC;
	memcpy((u8 *)final_events + final_used, record, size);
	final_used += size;
	final_events->count++;
	return 0;
}
HOOK(measure_recorded, 50, common, add_final);

static efi_status_t make_digest(u64 flags, u64 data, u64 size, u8 *digest)
{
	const void *bytes = (const void *)(uintptr_t)data;
	const struct digest_part part = { bytes, size };
	const char *why;

	if (!(flags & EFI_CC_PE_COFF_IMAGE)) {
		digest_sha384(&part, 1, digest);
		return EFI_SUCCESS;
	}
	if (size == 0 || efi_image_digest(bytes, size, digest, &why) != 0)
		return EFI_UNSUPPORTED;
	return EFI_SUCCESS;
}

static bool event_is_sound(const struct efi_cc_event *event)
{
	return le32_to_cpu(event->header_size) == EFI_CC_EVENT_HEADER_SIZE &&
	       le16_to_cpu(event->header_version) == EFI_CC_EVENT_HEADER_VERSION &&
	       le32_to_cpu(event->size) >= sizeof(*event);
}

static bool register_is_there(u32 index)
{
	return index != 0 && index <= measure_ops()->last;
}

static efi_status_t extend_and_log(u64 flags, const u8 *digest, const struct efi_cc_event *event)
{
	u32 index = le32_to_cpu(event->index), type = le32_to_cpu(event->type);
	int rc = 0;

	EFI_TPL_GUARD(TPL_NOTIFY);
	/* Such an event is for readers of the log, and is in no register. */
	if (type != EV_NO_ACTION)
		rc = measure_extend(index, digest);
	if (rc != 0)
		return EFI_DEVICE_ERROR;
	if (flags & EFI_CC_EXTEND_ONLY)
		return EFI_SUCCESS;
	rc = measure_record(index, type, digest, event + 1,
			    le32_to_cpu(event->size) - sizeof(*event));
	return rc != 0 ? EFI_VOLUME_FULL : EFI_SUCCESS;
}

static efi_status_t EFIAPI hash_log_extend_event(struct efi_cc_measurement *this, u64 flags,
						 u64 data, u64 size,
						 const struct efi_cc_event *event)
{
	u8 digest[SHA384_SIZE] = { 0 };
	efi_status_t status;

	if (this == NULL || event == NULL || !event_is_sound(event) ||
	    (flags & ~(u64)(EFI_CC_EXTEND_ONLY | EFI_CC_PE_COFF_IMAGE)) ||
	    !register_is_there(le32_to_cpu(event->index)))
		return EFI_INVALID_PARAMETER;
	if (le32_to_cpu(event->type) != EV_NO_ACTION) {
		if (data == 0 || size > ~(u64)0 - data)
			return EFI_INVALID_PARAMETER;
		status = make_digest(flags, data, size, digest);
		if (status != EFI_SUCCESS)
			return status;
	}
	status = extend_and_log(flags, digest, event);
	if (flags == 0 && (status == EFI_SUCCESS || status == EFI_VOLUME_FULL) && data != 0)
		hook_run(efi_measured, le32_to_cpu(event->index),
			 (const void *)(uintptr_t)data, size);
	return status;
}

static efi_status_t EFIAPI map_pcr_to_mr_index(struct efi_cc_measurement *this, u32 pcr,
					       u32 *index)
{
	int rc;

	if (this == NULL || index == NULL)
		return EFI_INVALID_PARAMETER;
	rc = measure_ops()->map_pcr(pcr);
	if (rc < 0)
		return EFI_UNSUPPORTED;
	*index = (u32)rc;
	return EFI_SUCCESS;
}

static struct efi_cc_measurement protocol = {
	.get_capability = get_capability,
	.get_event_log = get_event_log,
	.hash_log_extend_event = hash_log_extend_event,
	.map_pcr_to_mr_index = map_pcr_to_mr_index,
};

static int install(void)
{
	efi_handle_t handle = NULL;
	efi_status_t status;
	u64 address;

	if (measure_ops() == NULL)
		return 0;
	status = efi_allocate_pages(EFI_ALLOCATE_ANY_PAGES, MEM_ACPI_NVS,
				    FINAL_SIZE >> PAGE_SHIFT, &address);
	if (status == EFI_SUCCESS) {
		final_events = (void *)(uintptr_t)address;
		*final_events = (struct efi_cc_final_events) {
			.version = EFI_CC_FINAL_EVENTS_VERSION,
		};
		status = efi_install_configuration_table(&efi_guid_cc_final_events,
							 final_events);
	}
	if (status == EFI_SUCCESS)
		status = efi_install_protocol_interface(&handle, &efi_guid_cc_measurement,
							EFI_NATIVE_INTERFACE, &protocol);
	if (status == EFI_SUCCESS)
		return 0;
	pr_err("no memory");
	return -ENOMEM;
}
HOOK(efi, 77, common, install);
