/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * HashLogExtendEvent (UEFI 2.10, section 38.2.4). Input: calls, each of one byte for
 * flags and data, one for the bytes of the event that are there, and those. The event's
 * own size may say more: then nothing may be read of it unless the log has room for it.
 * After each call the log must lead to the registers.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Their state begins anew with each input. */
#include "../../cc/eventlog.c"
#undef pr_fmt
#include "../../efi/loader/protocols/cc_measurement.c"

#include "support.h"

#define CHECK(cond)						\
	do {							\
		if (!(cond))					\
			mock_fail("%s", #cond);			\
	} while (0)

#define REGISTERS	4
#define ROOM		KiB(64)
#define EVENT_MAX	(sizeof(struct efi_cc_event) + ROOM)

static u64 registers[REGISTERS];
static u8 log_area[ROOM] __aligned(4096), final_area[ROOM] __aligned(4096);
static struct efi_cc_measurement *cc;

void digest_sha384(const struct digest_part *parts, size_t count, u8 out[SHA384_SIZE])
{
	u64 sum = 1;
	size_t i, n;

	for (i = 0; i < count; i++) {
		for (n = 0; n < parts[i].len; n++)
			sum = sum * 31 + ((const u8 *)parts[i].data)[n];
	}
	memset(out, 0, SHA384_SIZE);
	put_le64(sum, out);
}

static int map_pcr(u32 pcr)
{
	return (int)(pcr & 3);
}

static int extend(u32 index, const u8 *digest)
{
	CHECK(index >= 1 && index <= REGISTERS);
	registers[index - 1] = registers[index - 1] * 31 + get_le64(digest);
	return 0;
}

static const struct measure_ops ops = {
	.last = REGISTERS, .map_pcr = map_pcr, .extend = extend,
};
static const struct cc_guest guest = { .name = "fuzz", .measure = &ops };

const struct cc_guest *cc_active(void)
{
	return &guest;
}

bool hook_is_active(const struct cc_guest *kind)
{
	return true;
}

void hook_trace(const char *point, const char *slot, const char *name, int rc)
{
}

phys_addr_t acpi_rsdp(void)
{
	return 0;
}

int acpi_add_table(const struct acpi_header *table)
{
	return 0;
}

int page_alloc(u32 type, u64 size, u64 align, phys_addr_t max, phys_addr_t *base)
{
	CHECK(size == ROOM);
	*base = (uintptr_t)log_area;
	return 0;
}

efi_status_t EFIAPI efi_allocate_pages(u32 how, u32 type, efi_uintn_t pages, u64 *address)
{
	CHECK(pages == ROOM / 4096);
	*address = (uintptr_t)final_area;
	return EFI_SUCCESS;
}

efi_status_t EFIAPI efi_install_configuration_table(const struct efi_guid *guid, void *table)
{
	return EFI_SUCCESS;
}

efi_status_t EFIAPI efi_install_protocol_interface(efi_handle_t *handle,
						   const struct efi_guid *protocol, u32 type,
						   void *interface)
{
	cc = interface;
	return EFI_SUCCESS;
}

efi_tpl_t EFIAPI efi_raise_tpl(efi_tpl_t tpl)
{
	return TPL_APPLICATION;
}

void EFIAPI efi_restore_tpl(efi_tpl_t tpl)
{
}

static void start(void)
{
	if (cc == NULL) {
		CHECK(measure_log_move() == 0);
		CHECK(hook_run(efi) == 0);
	}
	log_used = sizeof(first_record);
	log_last = 0;
	log_truncated = final_wanted = false;
	memset(log_area + log_used, 0xff, ROOM - log_used);
	memset(registers, 0, sizeof(registers));
	final_used = sizeof(*final_events);
	final_events->count = 0;
}

/* Return: number of records from @at on, all of them sound. */
static unsigned int walk(const u8 *area, size_t at, size_t end, u64 *values)
{
	const struct tcg_event2 *head;
	unsigned int count = 0;
	u64 *value;

	for (; at < end; at += sizeof(*head) + le32_to_cpu(head->size), count++) {
		head = (const void *)(area + at);
		CHECK(end - at >= sizeof(*head));
		CHECK(le32_to_cpu(head->index) >= 1 && le32_to_cpu(head->index) <= REGISTERS);
		CHECK(le32_to_cpu(head->size) <= end - at - sizeof(*head));
		value = &values[le32_to_cpu(head->index) - 1];
		if (le32_to_cpu(head->type) != EV_NO_ACTION)
			*value = *value * 31 + get_le64(head->digest);
	}
	CHECK(at == end);
	return count;
}

static void check(bool complete)
{
	u64 values[REGISTERS] = { 0 };

	walk(log_area, sizeof(first_record), log_used, values);
	CHECK(!complete || log_truncated || memcmp(values, registers, sizeof(values)) == 0);
	CHECK(walk(final_area, sizeof(*final_events), final_used, values) ==
	      final_events->count);
}

/* One call. Return: bytes of the input that it took. */
static size_t call(const u8 *p, size_t size)
{
	size_t len = MIN((size_t)p[1], size - 2);
	u8 *event = malloc(EVENT_MAX);
	u64 flags = (p[0] & 1) | (p[0] & 2) << 3 | (p[0] & 4) << 8;
	u64 data = p[0] & 8 ? 0 : (uintptr_t)p, data_size = p[0] & 16 ? ~(u64)0 : len;
	efi_status_t status;

	/* All that a log could have room for is there to be read. */
	memset(event, 0x5a, EVENT_MAX);
	memcpy(event, p + 2, len);
	status = cc->hash_log_extend_event(cc, flags, data, data_size, (const void *)event);
	CHECK(status == EFI_SUCCESS || status == EFI_INVALID_PARAMETER ||
	      status == EFI_UNSUPPORTED || status == EFI_VOLUME_FULL);
	free(event);
	return 2 + len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool complete = true;
	u64 location, last;
	efi_bool_t truncated;
	size_t at;

	start();
	for (at = 0; at + 2 <= size;) {
		complete = complete && !(data[at] & 1);
		if (data[at] & 32)
			cc->get_event_log(cc, EFI_CC_LOG_TCG_2, &location, &last, &truncated);
		at += call(data + at, size - at);
		check(complete);
	}
	return 0;
}
