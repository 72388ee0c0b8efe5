/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Starts the kernel that QEMU was given with -kernel by its EFI stub: the file as
 * an image, -append as its load options, -initrd as the file that it finds on
 * Linux's own media device. There is no other way for it into an image with UEFI.
 * Documents: Linux 6.12, Documentation/admin-guide/efi-stub.rst and
 * Documentation/arch/x86/boot.rst; UEFI 2.10, sections 7.4.1, 9.1 and 13.2.
 */
#define pr_fmt(fmt) "boot: " fmt

#include <fw/cc.h>
#include <fw/efi.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/linux_boot.h>
#include <fw/log.h>
#include <fw/memmap.h>
#include <fw/string.h>
#include <spec/efi/load_file.h>
#include <spec/efi/loaded_image.h>

#include "measure.h"

/* What a boot manager sets (UEFI 2.10, section 3.1.2), and codes it may use. */
#define WATCHDOG_SECONDS	300
#define WATCHDOG_CODE		0x10000

/* Far more than any kernel takes. */
#define CMDLINE_MAX		KiB(64)

/* A vendor's node (struct efi_dp_vendor) without data of its own. */
struct media_node {
	struct efi_device_path head;
	struct efi_guid guid;
} __packed;

struct media_path {
	struct media_node media;
	struct efi_device_path end;
} __packed;

/* A handle for such a path, and what it has besides. */
struct media_device {
	struct media_path path;
	struct efi_load_file *file;
	efi_handle_t handle;
};

struct kernel_path {
	struct media_node media;
	struct efi_device_path file;
	u8 name[14];		/* "kernel", in 16-bit characters with a NUL */
	struct efi_device_path end;
} __packed;

#define END_NODE	{ DP_END, DP_END_ENTIRE, { sizeof(struct efi_device_path), 0 } }
#define MEDIA_HEAD	{ DP_MEDIA, DP_MEDIA_VENDOR, { sizeof(struct media_node), 0 } }

/* Their names are filled in before they are used: constants are not constant in C. */
static struct media_device kernel_media = {
	.path = { .media.head = MEDIA_HEAD, .end = END_NODE },
};
static struct kernel_path kernel_path = {
	.media.head = MEDIA_HEAD,
	.file = { DP_MEDIA, DP_MEDIA_FILE, {
		sizeof(struct efi_device_path) + sizeof(kernel_path.name), 0
	} },
	.name = { 'k', 0, 'e', 0, 'r', 0, 'n', 0, 'e', 0, 'l', 0, 0, 0 },
	.end = END_NODE,
};

static struct linux_payload payload;
static efi_char16_t *load_options;

/* 13.2: asked for the size first, with no buffer or one that is too small. */
static efi_status_t EFIAPI load_initrd(struct efi_load_file *this __unused,
				       struct efi_device_path *path, efi_bool_t boot_policy,
				       efi_uintn_t *size, void *buffer)
{
	if (path == NULL || size == NULL)
		return EFI_INVALID_PARAMETER;
	if (boot_policy)
		return EFI_UNSUPPORTED;
	if (!efi_dp_is_end(path))
		return EFI_NOT_FOUND;
	if (buffer == NULL || *size < payload.initrd.size) {
		*size = payload.initrd.size;
		return EFI_BUFFER_TOO_SMALL;
	}
	*size = payload.initrd.size;
	kernel_measure_initrd(payload.initrd.data, payload.initrd.size);
	memcpy(buffer, payload.initrd.data, payload.initrd.size);
	return EFI_SUCCESS;
}

static struct efi_load_file initrd_file = { .load = load_initrd };

static struct media_device initrd_media = {
	.path = { .media.head = MEDIA_HEAD, .end = END_NODE },
	.file = &initrd_file,
};

static efi_uintn_t pages_of(u64 size)
{
	return (size >> PAGE_SHIFT) + !IS_ALIGNED(size, PAGE_SIZE);
}

static int alloc_part(const char *what, u64 size, u64 *address)
{
	if (efi_allocate_pages(EFI_ALLOCATE_ANY_PAGES, MEM_BOOT_DATA, pages_of(size),
			       address) == EFI_SUCCESS)
		return 0;
	pr_err("%s does not fit: no %llu bytes of free RAM in one piece", what,
	       (unsigned long long)size);
	return -ENOMEM;
}

static int read_part(struct linux_part *part, enum linux_part_kind kind, const char *what)
{
	u64 address;
	int rc;

	if (part->size == 0)
		return 0;
	rc = alloc_part(what, part->size, &address);
	return rc ? rc : linux_payload_read(part, kind, address);
}

/* Setup and the rest follow each other, as in the file. */
static int read_kernel(struct linux_payload *load)
{
	u64 size = (u64)load->setup.size + load->kernel.size, address;
	int rc;

	rc = alloc_part("kernel", size, &address);
	if (rc == 0)
		rc = linux_payload_read(&load->setup, LINUX_SETUP, address);
	if (rc == 0)
		rc = linux_payload_read(&load->kernel, LINUX_KERNEL, address + load->setup.size);
	return rc;
}

static int read_payload(struct linux_payload *load)
{
	int rc;

	if (load->cmdline.size > CMDLINE_MAX) {
		pr_err("command line of %u bytes is longer than 64 KiB", load->cmdline.size);
		return -E2BIG;
	}
	rc = read_kernel(load);
	if (rc == 0)
		rc = read_part(&load->cmdline, LINUX_CMDLINE, "command line");
	if (rc == 0)
		rc = read_part(&load->initrd, LINUX_INITRD, "initrd");
	if (rc == 0)
		rc = hook_run(linux_loaded, load);
	return rc ? rc : linux_check_cmdline(&load->cmdline);
}

/*
 * A character of a UTF-8 text. What is not UTF-8 is taken byte by byte, so that
 * nothing is lost.
 */
static u32 next_char(const u8 *text, size_t left, size_t *len)
{
	static const u8 lead[] = { 0xc0, 0xe0, 0xf0 };
	static const u8 mask[] = { 0xe0, 0xf0, 0xf8 };
	size_t i, more;
	u32 c;

	*len = 1;
	for (more = 1; more <= ARRAY_SIZE(lead); more++) {
		if ((text[0] & mask[more - 1]) != lead[more - 1] || more >= left)
			continue;
		c = text[0] & (u8)~mask[more - 1];
		for (i = 1; i <= more && (text[i] & 0xc0) == 0x80; i++)
			c = c << 6 | (text[i] & 0x3f);
		if (i <= more || c >= 0x110000)
			continue;
		*len = more + 1;
		return c;
	}
	return text[0];
}

/* The command line as load options, in pool; its length with the NUL, in bytes. */
static efi_char16_t *make_options(const struct linux_part *cmdline, u32 *bytes)
{
	const u8 *text = cmdline->data;
	size_t at, len, size = cmdline->size - 1;
	efi_char16_t *options = efi_zalloc((size + 1) * sizeof(*options)), *end = options;

	if (options == NULL)
		return NULL;
	for (at = 0; at < size; at += len) {
		u32 c = next_char(text + at, size - at, &len);

		if (c >= 0x10000) {
			*end++ = (efi_char16_t)(0xd800 + ((c - 0x10000) >> 10));
			c = 0xdc00 + (c & 0x3ff);
		}
		*end++ = (efi_char16_t)c;
	}
	*bytes = (u32)((size_t)(end + 1 - options) * sizeof(*options));
	return options;
}

static int install(struct media_device *device, const struct efi_guid *name)
{
	efi_status_t status;

	device->path.media.guid = *name;
	device->handle = NULL;
	status = efi_install_multiple_protocol_interfaces(&device->handle,
				&efi_guid_device_path, &device->path,
				device->file ? &efi_guid_load_file2 : NULL, device->file, NULL);
	if (status == EFI_SUCCESS)
		return 0;
	pr_err("no memory for the kernel's devices");
	return -ENOMEM;
}

static void uninstall(struct media_device *device)
{
	if (device->handle != NULL)
		efi_uninstall_multiple_protocol_interfaces(device->handle,
				&efi_guid_device_path, &device->path,
				device->file ? &efi_guid_load_file2 : NULL, device->file, NULL);
	device->handle = NULL;
}

static void free_part(const struct linux_part *part, u64 size)
{
	if (part->data != NULL)
		efi_free_pages((uintptr_t)part->data, pages_of(size));
}

/* Another operating system must not find this one's initrd. */
static void clean_up(struct linux_payload *load)
{
	uninstall(&initrd_media);
	uninstall(&kernel_media);
	free_part(&load->setup, (u64)load->setup.size + load->kernel.size);
	free_part(&load->initrd, load->initrd.size);
	free_part(&load->cmdline, load->cmdline.size);
	if (load_options != NULL)
		efi_free_pool(load_options);
	load_options = NULL;
	memset(load, 0, sizeof(*load));
}

static int load_kernel(const struct linux_payload *load, efi_handle_t *image)
{
	u64 size = (u64)load->setup.size + load->kernel.size;
	struct efi_loaded_image *loaded;
	efi_status_t status;

	kernel_path.media.guid = efi_guid_qemu_kernel_media;
	boot_measure_attempt();
	status = efi_load_image(true, efi_firmware_handle, &kernel_path.media.head,
				(void *)(uintptr_t)load->setup.data, size, image);
	if (status == EFI_SUCCESS)
		status = efi_handle_protocol(*image, &efi_guid_loaded_image, (void **)&loaded);
	if (status != EFI_SUCCESS) {
		pr_err("the kernel from fw_cfg cannot be loaded as an EFI image: status %llu",
		       (unsigned long long)(status & ~EFI_ERROR_BIT));
		return -EIO;
	}
	if (load->cmdline.size == 0)
		return 0;
	load_options = make_options(&load->cmdline, &loaded->load_options_size);
	if (load_options == NULL) {
		pr_err("no memory for the command line");
		return -ENOMEM;
	}
	loaded->load_options = load_options;
	kernel_measure_options(load_options, loaded->load_options_size);
	return 0;
}

static void start_kernel(efi_handle_t image)
{
	efi_status_t status;

	efi_signal_group(&efi_guid_event_ready_to_boot);
	efi_signal_group(&efi_guid_event_after_ready_to_boot);
	efi_set_watchdog_timer(WATCHDOG_SECONDS, WATCHDOG_CODE, 0, NULL);
	status = efi_start_image(image, NULL, NULL);
	efi_set_watchdog_timer(0, WATCHDOG_CODE, 0, NULL);
	kernel_measure_end();
	boot_measure_return();
	pr_err("the kernel from fw_cfg has come back: status %llu",
	       (unsigned long long)(status & ~EFI_ERROR_BIT));
}

static int boot_kernel(void)
{
	efi_handle_t image = NULL;
	int rc;

	rc = read_payload(&payload);
	if (rc == 0)
		rc = install(&kernel_media, &efi_guid_qemu_kernel_media);
	if (rc == 0 && payload.initrd.size != 0)
		rc = install(&initrd_media, &efi_guid_linux_initrd_media);
	if (rc == 0)
		rc = load_kernel(&payload, &image);
	if (rc == 0)
		start_kernel(image);
	else if (image != NULL)
		efi_unload_image(image);
	clean_up(&payload);
	return rc;
}

/*
 * Where the user is there to see it, a kernel that does not start leaves the other
 * ways to boot. Where the host is not trusted, it must not choose by such means
 * what is started.
 */
static int qemu_kernel_boot(void)
{
	int rc;

	rc = linux_payload_sizes(&payload);
	if (rc)
		return rc;
	if (payload.kernel.size == 0) {
		memset(&payload, 0, sizeof(payload));
		return hook_run(linux_loaded, &payload);
	}
	rc = boot_kernel();
	if (cc_has(CC_ATTR_HOST_UNTRUSTED))
		return rc ? rc : -EIO;
	return 0;
}

HOOK(boot, 40, common, qemu_kernel_boot);
