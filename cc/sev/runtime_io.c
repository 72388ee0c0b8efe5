/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Devices for runtime services: requests through the GHCB. This is part of the
 * runtime image, and stays when the firmware is gone.
 * Document: GHCB specification (AMD 56421, revision 2.03), sections 2.6 and 4.1.
 *
 * Until ExitBootServices the page is the firmware's. After it the page is what
 * the GHCB MSR says at each call: the operating system's page of this processor,
 * which it maps at its physical address for these services, and which is free
 * when they run (Linux, arch/x86/kernel/sev.c, sev_es_efi_map_ghcbs()). If the
 * MSR has no page, then the operating system has none either, and the service
 * fails.
 *
 * The host can change what the MSR reads as. It is not let write to this image
 * with that; of the rest of memory, the operating system has hardly any mapped
 * while it runs services. An NMI whose handler makes requests of its own, too,
 * spoils a request that is being put together, which then fails or is another
 * one of the operating system's: the specification has no answer to that.
 */
#include <asm/native.h>
#include <asm/vmgexit.h>
#include <fw/efi_runtime_io.h>
#include <fw/errno.h>
#include <fw/string.h>
#include <spec/ghcb.h>
#include <spec/snp.h>

#include "runtime_io.h"

#define PAGE	0x1000u

static struct {
	u64 page;		/* 0: as the MSR says */
	u64 image, image_size;
	u16 version;
} via;

/* An event, and the fields that not all have. */
struct event {
	u64 code, info1, info2;
	u64 rax;		/* sent if @has_rax, and taken if @wants_rax */
	bool has_rax, wants_rax;
	bool has_data;		/* in the page's buffer */
	u32 data;
};

static void start(u64 data)
{
	via.page = SEV_RUNTIME_PAGE(data);
	via.version = SEV_RUNTIME_VERSION(data);
}

static void exit_boot(phys_addr_t image, u64 size)
{
	via.page = 0;
	via.image = image;
	via.image_size = size;
}

static struct ghcb *find_page(void)
{
	u64 page = via.page;

	if (page) {
		native_wrmsr(MSR_GHCB, page);
	} else {
		page = native_rdmsr(MSR_GHCB);
		if (page % PAGE != 0 || page - via.image < via.image_size)
			page = 0;
	}
	return (struct ghcb *)(uintptr_t)page;
}

static void set_valid(struct ghcb *page, size_t offset)
{
	page->valid[offset / 64] |= (u8)(1u << offset / 8 % 8);
}

static bool is_valid(const struct ghcb *page, size_t offset)
{
	return page->valid[offset / 64] >> offset / 8 % 8 & 1;
}

#define PUT(page, field, value)						\
	do {								\
		(page)->field = cpu_to_le64(value);			\
		set_valid(page, offsetof(struct ghcb, field));		\
	} while (0)

static void put_event(struct ghcb *page, const struct event *event)
{
	memset(page->valid, 0, sizeof(page->valid));
	PUT(page, exit_code, event->code);
	PUT(page, exit_info1, event->info1);
	PUT(page, exit_info2, event->info2);
	if (event->has_rax)
		PUT(page, rax, event->rax);
	if (event->has_data) {
		memcpy(page->buffer, &event->data, sizeof(event->data));
		PUT(page, scratch, (uintptr_t)page->buffer);
	}
	page->version = cpu_to_le16(via.version);
	page->usage = cpu_to_le32(0);
}

/* Any answer but success, with all that belongs to it, is a failure. */
static int get_answer(struct ghcb *page, struct event *event)
{
	int rc = (u32)le64_to_cpu(page->exit_info1) == GHCB_OK ? 0 : -EIO;

	if (event->wants_rax) {
		if (!is_valid(page, offsetof(struct ghcb, rax)))
			rc = -EIO;
		event->rax = le64_to_cpu(page->rax);
	}
	memcpy(&event->data, page->buffer, sizeof(event->data));
	memset(page->valid, 0, sizeof(page->valid));
	return rc;
}

static int request(struct event *event)
{
	/* An interrupt's handler makes requests in the same page. */
	u64 flags = native_irq_save();
	struct ghcb *page = find_page();
	int rc = -EIO;

	if (page) {
		put_event(page, event);
		vmgexit();
		rc = get_answer(page, event);
	}
	native_irq_restore(flags);
	return rc;
}

static u32 cut(u64 value, unsigned int width)
{
	return (u32)value & (u32)(((u64)1 << 8 * width) - 1);
}

static int port_read(u16 port, unsigned int width, u32 *value)
{
	struct event event = {
		.code = EXIT_IOIO,
		.info1 = IOIO_PORT(port) | IOIO_ADDRESS_64 | IOIO_SIZE(width) | IOIO_IN,
		.wants_rax = true,
	};
	int rc = request(&event);

	*value = cut(event.rax, width);
	return rc;
}

static int port_write(u16 port, unsigned int width, u32 value)
{
	struct event event = {
		.code = EXIT_IOIO,
		.info1 = IOIO_PORT(port) | IOIO_ADDRESS_64 | IOIO_SIZE(width),
		.rax = cut(value, width),
		.has_rax = true,
	};

	return request(&event);
}

static int memory_read(const struct efi_runtime_mmio *at, u32 offset, u8 *value)
{
	struct event event = {
		.code = EXIT_MMIO_READ,
		.info1 = at->phys + offset,
		.info2 = 1,
		.has_data = true,
	};
	int rc = request(&event);

	*value = (u8)event.data;
	return rc;
}

static int memory_write(const struct efi_runtime_mmio *at, u32 offset, unsigned int width,
			u32 value)
{
	struct event event = {
		.code = EXIT_MMIO_WRITE,
		.info1 = at->phys + offset,
		.info2 = width,
		.has_data = true,
		.data = cut(value, width),
	};

	return request(&event);
}

EFI_RUNTIME_IO(ghcb_io) = {
	.code = SEV_RUNTIME_IO,
	.start = start,
	.exit_boot = exit_boot,
	.io_read = port_read,
	.io_write = port_write,
	.mmio_read = memory_read,
	.mmio_write = memory_write,
};
