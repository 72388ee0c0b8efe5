/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The boot and handover steps with a host that says anything: sizes, setup
 * header, command line and what is appended to the kernel all come from the
 * input. Either the boot is refused with one line, or what the kernel is
 * entered with keeps the rules of Linux 6.12, Documentation/arch/x86/boot.rst.
 *
 * Input: struct input, then the bytes at the end of the kernel's item, which
 * are the bytes of the command line, too.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <asm/linux_entry.h>
#include <asm/paging.h>
#include <asm/random.h>
#include <fw/acpi.h>
#include <fw/alloc.h>
#include <fw/errno.h>
#include <fw/fw_cfg.h>
#include <fw/hooks.h>
#include <fw/memmap.h>
#include <spec/fw_cfg.h>

#include "linux.h"
#include "support.h"

#define RAM_BASE	0x10000u
#define RAM_END		0x40000000u
#define HIGH_SIZE	GiB(2)
#define HEAP_SIZE	(4u << 20)
/* The host proposes this address for the kernel. */
#define PROPOSED	0x100000u

struct input {
	u32 kernel_size;
	u32 setup_size;
	u32 cmdline_size;
	u32 initrd_size;
	struct linux_setup_header hdr;
	u8 fragments;		/* holes in RAM */
} __packed;

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static struct input in;
static const u8 *tail;
static size_t tail_len;
static u8 heap[HEAP_SIZE] __aligned(16);
static size_t heap_used;
static jmp_buf kernel_entry;
static phys_addr_t entered, entered_params;

#define CHECK(cond)							\
	do {								\
		if (!(cond))						\
			mock_fail("%s:%d: %s", __FILE__, __LINE__, #cond); \
	} while (0)

void *heap_alloc(size_t size)
{
	void *p = &heap[heap_used];

	if (size > HEAP_SIZE - heap_used)
		return NULL;
	heap_used += ALIGN_UP(size, (size_t)16);
	memset(p, 0, size);
	return p;
}

/* Byte @offset of an item that ends with the input's tail. */
static void read_tail(u32 item_size, u32 offset, u8 *dst, u32 len)
{
	u32 start = item_size > tail_len ? item_size - (u32)tail_len : 0;
	u32 i;

	for (i = 0; i < len; i++) {
		u64 at = (u64)offset + i;

		dst[i] = at >= start && at - start < tail_len ? tail[at - start] : 0;
	}
}

int fw_cfg_read(const struct fw_cfg_file *file, u32 offset, phys_addr_t dst, u32 len)
{
	u16 key = file->key;
	enum mem_type type = key == FW_CFG_KERNEL_DATA ? MEM_LOADER_CODE :
			     key == FW_CFG_SETUP_DATA ? MEM_BOOT_DATA : MEM_LOADER_DATA;

	CHECK(len > 0 && memmap_has_type(&memmap, dst, len, type));
	if (key == FW_CFG_SETUP_DATA) {
		CHECK(offset == 0 && len == in.setup_size);
		memcpy((u8 *)(uintptr_t)dst + LINUX_SETUP_HEADER_OFFSET, &in.hdr, sizeof(in.hdr));
	}
	/* Nobody looks at the others, nor far from the command line's end. */
	if (key == FW_CFG_CMDLINE_DATA) {
		u32 n = MIN(len, (u32)tail_len + 1);

		CHECK(offset == 0 && len == in.cmdline_size);
		read_tail(len, len - n, (u8 *)(uintptr_t)dst + len - n, n);
	}
	return 0;
}

int fw_cfg_read_buf(const struct fw_cfg_file *file, u32 offset, void *dst, u32 len)
{
	CHECK(file->key == FW_CFG_KERNEL_DATA);
	CHECK(offset < in.kernel_size && len <= in.kernel_size - offset);
	read_tail(in.kernel_size, offset, dst, len);
	return 0;
}

int fw_cfg_read_u32(const struct host_input *input, u32 *value)
{
	switch (input->key) {
	case FW_CFG_KERNEL_SIZE:
		*value = in.kernel_size;
		break;
	case FW_CFG_SETUP_SIZE:
		*value = in.setup_size;
		break;
	case FW_CFG_CMDLINE_SIZE:
		*value = in.cmdline_size;
		break;
	case FW_CFG_INITRD_SIZE:
		*value = in.initrd_size;
		break;
	default:
		CHECK(input->key == FW_CFG_KERNEL_ADDR);
		*value = PROPOSED;
	}
	return 0;
}

int paging_map(phys_addr_t base, u64 size, u64 prot __unused)
{
	CHECK(size && IS_ALIGNED(base | size, PAGE_SIZE));
	CHECK(!base || memmap_has_type(&memmap, base, size, MEM_LOADER_CODE));
	return 0;
}

void linux_enter64(phys_addr_t entry, phys_addr_t params)
{
	entered = entry;
	entered_params = params;
	longjmp(kernel_entry, 1);
}

phys_addr_t acpi_rsdp(void)
{
	return 0xf0000;
}

bool mock_has_rdrand(void)
{
	return true;
}

bool mock_rdrand64(u64 *v)
{
	*v = 4;
	return true;
}

static void set_ram(void)
{
	static bool mapped;
	unsigned int i;

	if (!mapped) {
		void *p = mmap((void *)(uintptr_t)RAM_BASE, RAM_END - RAM_BASE,
			       PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE,
			       -1, 0);

		CHECK(p == (void *)(uintptr_t)RAM_BASE);
		mapped = true;
	}
	memmap.count = 0;
	CHECK(!memmap_add(&memmap, 0, 0x1000, MEM_BOOT_DATA));
	CHECK(!memmap_add(&memmap, 0x1000, 0x9e000, MEM_CONVENTIONAL));
	CHECK(!memmap_add(&memmap, 0x100000, RAM_END - 0x100000, MEM_CONVENTIONAL));
	CHECK(!memmap_add(&memmap, GiB(4), HIGH_SIZE, MEM_CONVENTIONAL));
	for (i = 0; i < in.fragments % 240; i++)
		CHECK(!memmap_set(&memmap, 0x200000 + i * 0x3000, 0x1000, MEM_RESERVED));
}

static bool is_ram(u64 base, u64 size, enum mem_type type)
{
	return base + size > base && memmap_has_type(&memmap, base, size, type);
}

static void check_setup_data(const struct linux_boot_params *bp)
{
	u64 next = le64_to_cpu(bp->hdr.setup_data);
	unsigned int count = 0;

	while (next) {
		const struct linux_setup_data *e = (const void *)(uintptr_t)next;
		const u8 *end = (const u8 *)e + sizeof(*e);

		CHECK((const u8 *)e >= heap && end <= heap + heap_used);
		CHECK(le32_to_cpu(e->len) <= (size_t)(heap + heap_used - end));
		CHECK(++count < 16);
		next = le64_to_cpu(e->next);
	}
}

static void check_params(void)
{
	const struct linux_boot_params *bp = (const void *)(uintptr_t)entered_params;
	u64 kernel = entered - LINUX_ENTRY64_OFFSET;
	u64 cmdline = le32_to_cpu(bp->hdr.cmd_line_ptr);
	u64 initrd = le32_to_cpu(bp->hdr.ramdisk_image) |
		     (u64)le32_to_cpu(bp->ext_ramdisk_image) << 32;
	u64 init_size = le32_to_cpu(in.hdr.init_size);

	CHECK(is_ram(kernel, init_size, MEM_LOADER_CODE) && kernel + init_size <= GiB(4));
	CHECK(kernel >= le64_to_cpu(in.hdr.pref_address));
	CHECK(IS_ALIGNED(kernel, (u64)le32_to_cpu(in.hdr.kernel_alignment)));
	CHECK(is_ram(entered_params, PAGE_SIZE, MEM_LOADER_DATA));
	CHECK(is_ram(cmdline, MAX(in.cmdline_size, 1u), MEM_LOADER_DATA));
	CHECK(!in.cmdline_size || in.cmdline_size - 1 <= le32_to_cpu(in.hdr.cmdline_size));
	CHECK(!*(const char *)(uintptr_t)(cmdline + MAX(in.cmdline_size, 1u) - 1));
	CHECK(le32_to_cpu(bp->hdr.ramdisk_size) == in.initrd_size);
	CHECK(!in.initrd_size || is_ram(initrd, in.initrd_size, MEM_LOADER_DATA));
	CHECK(bp->e820_entries > 0 && bp->e820_entries <= LINUX_E820_MAX);
	check_setup_data(bp);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	int rc;

	if (size < sizeof(in))
		return 0;
	memcpy(&in, data, sizeof(in));
	tail = data + sizeof(in);
	tail_len = size - sizeof(in);
	heap_used = 0;
	mock_log_reset();
	set_ram();

	rc = hook_run(boot);
	if (rc) {
		CHECK(rc < 0 && mock_log_errors() == 1);
		return 0;
	}
	if (!setjmp(kernel_entry)) {
		hook_run(handover);
		mock_fail("the kernel was not entered");
	}
	CHECK(mock_log_errors() == 0);
	check_params();
	return 0;
}
