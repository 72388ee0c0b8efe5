/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The way of a kernel from fw_cfg to its entry: the boot and handover steps
 * with the real memory map and page allocator, and a host that can be spoilt.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <asm/linux_entry.h>
#include <asm/paging.h>
#include <asm/random.h>
#include <fw/acpi.h>
#include <fw/alloc.h>
#include <fw/cc.h>
#include <fw/errno.h>
#include <fw/fw_cfg.h>
#include <fw/hooks.h>
#include <fw/memmap.h>
#include <spec/fw_cfg.h>

#include "bzimage.h"
#include "linux.h"
#include "support.h"

/* What the host memory of the test backs; RAM above it is never touched. */
#define RAM_BASE	0x10000u
#define RAM_END		0x7fff0000u
#define RSDP		0xf5a20u

#define CMDLINE		"console=ttyS0 quiet"

/* The host's items. */
static u8 setup_item[BZ_SETUP_SIZE];
static u8 kernel_item[BZ_KERNEL_SIZE];
static u32 kernel_size, setup_size, cmdline_size, initrd_size;
static char cmdline_item[4096];
static u16 broken_key;

/* What the firmware did. */
struct dma {
	u16 key;
	u32 offset;
	phys_addr_t dst;
	u32 len;
};
static struct dma dma[32];
static size_t dma_count;
static struct { phys_addr_t base; u64 size, prot; } mapped[4];
static size_t mapped_count;
static int paging_rc;
static phys_addr_t entered, entered_params;
static jmp_buf kernel_entry;
static unsigned int rdrand_works;
static bool untrusted;
static struct linux_payload payload;
static unsigned int payloads;
static int payload_rc;
static void *heap[16];
static size_t heap_count;

void *heap_alloc(size_t size)
{
	assert_in_range(heap_count, 0, ARRAY_SIZE(heap) - 1);
	heap[heap_count] = calloc(1, size);
	return heap[heap_count++];
}

static const void *item_of(u16 key, u32 *size)
{
	switch (key) {
	case FW_CFG_SETUP_DATA:
		*size = sizeof(setup_item);
		return setup_item;
	case FW_CFG_KERNEL_DATA:
		*size = sizeof(kernel_item);
		return kernel_item;
	case FW_CFG_CMDLINE_DATA:
		*size = sizeof(cmdline_item);
		return cmdline_item;
	case FW_CFG_INITRD_DATA:
		*size = 0;
		return NULL;
	}
	fail_msg("unexpected item 0x%x", key);
	return NULL;
}

static void copy_item(u16 key, u32 offset, void *dst, u32 len)
{
	u32 size, n;
	const u8 *data = item_of(key, &size);

	n = offset < size ? MIN(len, size - offset) : 0;
	if (n)
		memcpy(dst, data + offset, n);
	memset((u8 *)dst + n, 0, len - n);
}

int fw_cfg_read(const struct fw_cfg_file *file, u32 offset, phys_addr_t dst, u32 len)
{
	u16 key = file->key;
	enum mem_type type = key == FW_CFG_KERNEL_DATA ? MEM_LOADER_CODE :
			     key == FW_CFG_SETUP_DATA ? MEM_BOOT_DATA : MEM_LOADER_DATA;

	/* Nothing but whole items can be measured and verified. */
	assert_int_equal(file->input->policy, HOST_INPUT_VERIFIED);
	assert_int_equal(offset, 0);
	assert_int_equal(len, file->size);

	/* The host may write only where memory was set aside for it. */
	assert_true(memmap_has_type(&memmap, dst, len, type));
	assert_in_range(dma_count, 0, ARRAY_SIZE(dma) - 1);
	dma[dma_count++] = (struct dma) { key, offset, dst, len };
	if (key == broken_key)
		return -EIO;
	if (dst + len <= RAM_END && key != FW_CFG_INITRD_DATA)
		copy_item(key, offset, (void *)(uintptr_t)dst, len);
	return 0;
}

int fw_cfg_read_buf(const struct fw_cfg_file *file, u32 offset, void *dst, u32 len)
{
	u16 key = file->key;

	assert_false(untrusted && file->input->policy == HOST_INPUT_REFUSED);
	copy_item(key, offset, dst, len);
	return key == broken_key ? -EIO : 0;
}

int fw_cfg_read_u32(const struct host_input *input, u32 *value)
{
	u16 key = input->key;

	switch (key) {
	case FW_CFG_KERNEL_ADDR:
		*value = 0x100000;
		break;
	case FW_CFG_KERNEL_SIZE:
		*value = kernel_size;
		break;
	case FW_CFG_SETUP_SIZE:
		*value = setup_size;
		break;
	case FW_CFG_CMDLINE_SIZE:
		*value = cmdline_size;
		break;
	case FW_CFG_INITRD_SIZE:
		*value = initrd_size;
		break;
	default:
		fail_msg("unexpected item 0x%x", key);
	}
	return key == broken_key ? -EIO : 0;
}

int paging_map(phys_addr_t base, u64 size, u64 prot)
{
	assert_in_range(mapped_count, 0, ARRAY_SIZE(mapped) - 1);
	mapped[mapped_count].base = base;
	mapped[mapped_count].size = size;
	mapped[mapped_count].prot = prot;
	mapped_count++;
	return paging_rc;
}

void linux_enter64(phys_addr_t entry, phys_addr_t params)
{
	entered = entry;
	entered_params = params;
	longjmp(kernel_entry, 1);
}

phys_addr_t acpi_rsdp(void)
{
	return RSDP;
}

bool mock_has_rdrand(void)
{
	return rdrand_works;
}

bool mock_rdrand64(u64 *v)
{
	/* Works every so many times. */
	static unsigned int calls;

	*v = 0x1122334455667788;
	return ++calls % rdrand_works == 0;
}

bool cc_has(enum cc_attr attr)
{
	return untrusted && attr == CC_ATTR_HOST_UNTRUSTED;
}

static void set_header(struct linux_setup_header hdr)
{
	memcpy(setup_item + LINUX_SETUP_HEADER_OFFSET, &hdr, sizeof(hdr));
}

/* RAM as the firmware finds it, with pages of its own in the way. */
static void set_ram(u64 low_end, u64 high_size)
{
	memmap.count = 0;
	assert_int_equal(memmap_add(&memmap, 0, 0x1000, MEM_BOOT_DATA), 0);
	assert_int_equal(memmap_add(&memmap, 0x1000, 0x9e000, MEM_CONVENTIONAL), 0);
	assert_int_equal(memmap_add(&memmap, 0x100000, low_end - 0x100000, MEM_CONVENTIONAL), 0);
	assert_int_equal(memmap_set(&memmap, 0x800000, 0x17000, MEM_BOOT_DATA), 0);
	if (high_size)
		assert_int_equal(memmap_add(&memmap, GiB(4), high_size, MEM_CONVENTIONAL), 0);
}

static int setup(void **state)
{
	size_t i;

	mock_log_reset();
	mock_ram(RAM_BASE, RAM_END - RAM_BASE);
	set_ram(MiB(512), 0);
	memset(setup_item, 0x5a, sizeof(setup_item));
	set_header(bz_header());
	for (i = 0; i < sizeof(kernel_item); i++)
		kernel_item[i] = (u8)(i * 7 >> 3);
	strcpy(cmdline_item, CMDLINE);
	kernel_size = sizeof(kernel_item);
	setup_size = sizeof(setup_item);
	cmdline_size = sizeof(CMDLINE);
	initrd_size = 0;
	broken_key = 0;
	dma_count = 0;
	mapped_count = 0;
	paging_rc = 0;
	entered = 0;
	rdrand_works = 0;
	untrusted = false;
	payloads = 0;
	payload_rc = 0;
	return 0;
}

static int teardown(void **state)
{
	while (heap_count)
		free(heap[--heap_count]);
	return 0;
}

/* Both steps; the parameters with which the kernel was entered. */
static const struct linux_boot_params *boot(void)
{
	assert_int_equal(hook_run(boot), 0);
	if (!setjmp(kernel_entry)) {
		hook_run(handover);
		fail_msg("the kernel was not entered");
	}
	assert_int_equal(mock_log_errors(), 0);
	return (const void *)(uintptr_t)entered_params;
}

/* One line with the reason, and nothing to enter that is half loaded. */
static void assert_refused(int rc, const char *why)
{
	assert_int_equal(hook_run(boot), rc);
	assert_int_equal(mock_log_errors(), 1);
	assert_non_null(strstr(mock_log_last(), why));
	assert_int_equal(mapped_count, 0);
}

static const struct dma *dma_of(u16 key)
{
	size_t i;

	for (i = 0; i < dma_count; i++) {
		if (dma[i].key == key)
			return &dma[i];
	}
	fail_msg("item 0x%x was not read", key);
	return NULL;
}

/* Must be first: handover_set() has not been called yet. */
static void test_nothing_loaded(void **state)
{
	assert_int_equal(hook_run(handover), -ENOENT);
	assert_int_equal(mock_log_errors(), 1);
}

static void test_boot(void **state)
{
	const struct linux_boot_params *bp = boot();

	assert_int_equal(entered, BZ_PREF + 0x200);
	assert_memory_equal((void *)(uintptr_t)BZ_PREF, kernel_item, BZ_LOAD_SIZE);
	/* init_size bytes are the kernel's, in whole large pages. */
	assert_true(memmap_has_type(&memmap, BZ_PREF, MiB(4), MEM_LOADER_CODE));
	assert_int_equal(mapped_count, 2);
	assert_int_equal(mapped[0].base, BZ_PREF);
	assert_int_equal(mapped[0].size, MiB(4));
	assert_int_equal(mapped[0].prot, MAP_OS_IMAGE);
	assert_int_equal(mapped[1].base, 0);
	assert_int_equal(mapped[1].size, MiB(1));
	assert_int_equal(mapped[1].prot, MAP_OS_IMAGE);

	assert_string_equal((char *)(uintptr_t)le32_to_cpu(bp->hdr.cmd_line_ptr), CMDLINE);
	assert_int_equal(le64_to_cpu(bp->acpi_rsdp_addr), RSDP);
	assert_int_equal(le32_to_cpu(bp->hdr.ramdisk_size), 0);
	assert_int_equal(le64_to_cpu(bp->hdr.setup_data), 0);
	/* RAM from 1 MiB to its end is one range, whatever was loaded. */
	assert_int_equal(bp->e820_entries, 2);
	assert_int_equal(le64_to_cpu(bp->e820_table[0].addr), 0);
	assert_int_equal(le64_to_cpu(bp->e820_table[0].size), 0x9f000);
	assert_int_equal(le64_to_cpu(bp->e820_table[1].addr), 0x100000);
	assert_int_equal(le64_to_cpu(bp->e820_table[1].size), MiB(511));
}

/* What looks at the payload before anything of it is used. */
static int check_payload(const struct linux_payload *p)
{
	payload = *p;
	payloads++;
	/* Parameters are made of it, and the kernel is entered with them. */
	assert_int_equal(heap_count, 0);
	return payload_rc;
}
HOOK(linux_loaded, 10, common, check_payload);

static void test_payload(void **state)
{
	boot();
	assert_int_equal(payloads, 1);
	/* Exactly the host's bytes, with what follows the kernel in its file. */
	assert_int_equal(payload.setup.size, BZ_SETUP_SIZE);
	assert_memory_equal(payload.setup.data, setup_item, BZ_SETUP_SIZE);
	assert_int_equal(payload.kernel.size, BZ_KERNEL_SIZE);
	assert_int_equal((uintptr_t)payload.kernel.data, BZ_PREF);
	assert_memory_equal(payload.kernel.data, kernel_item, BZ_KERNEL_SIZE);
	assert_int_equal(payload.cmdline.size, sizeof(CMDLINE));
	assert_memory_equal(payload.cmdline.data, CMDLINE, sizeof(CMDLINE));
	assert_int_equal(payload.initrd.size, 0);
}

static void test_payload_refused(void **state)
{
	payload_rc = -EBADMSG;
	/* Not even the end of the command line has been looked at. */
	cmdline_size--;
	assert_int_equal(hook_run(boot), -EBADMSG);
	assert_int_equal(payloads, 1);
	assert_int_equal(mapped_count, 0);
	assert_int_equal(mock_log_errors(), 0);
}

static void test_setup_size(void **state)
{
	setup_size = 512;
	assert_refused(-EINVAL, "setup size is 512");
	setup(state);
	setup_size = 0x20001;
	assert_refused(-EINVAL, "setup size is 131073");
	assert_int_equal(dma_count, 0);
}

/* A file that is larger than the memory that its kernel asks for. */
static void test_large_file(void **state)
{
	kernel_size = BZ_INIT_SIZE + MiB(3);
	boot();
	assert_true(memmap_has_type(&memmap, BZ_PREF, MiB(8), MEM_LOADER_CODE));
}

static void test_no_kernel(void **state)
{
	kernel_size = 0;
	assert_refused(-ENOENT, "boot: no kernel");
}

static void test_bad_header(void **state)
{
	memset(setup_item, 0, sizeof(setup_item));
	assert_refused(-EINVAL, "boot_flag");
	assert_int_equal(dma_count, 1);
}

static void test_truncated_kernel(void **state)
{
	kernel_size = BZ_LOAD_SIZE - 1;
	assert_refused(-EINVAL, "truncated");
	assert_int_equal(dma_count, 1);
}

static void test_every_item_broken(void **state)
{
	static const u16 keys[] = {
		FW_CFG_KERNEL_SIZE, FW_CFG_SETUP_SIZE, FW_CFG_CMDLINE_SIZE, FW_CFG_INITRD_SIZE,
		FW_CFG_SETUP_DATA, FW_CFG_KERNEL_DATA, FW_CFG_CMDLINE_DATA, FW_CFG_INITRD_DATA,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		setup(state);
		initrd_size = 0x1000;
		broken_key = keys[i];
		assert_refused(-EIO, "fw_cfg");
	}
}

static void test_pref_is_taken(void **state)
{
	const struct linux_boot_params *bp;

	set_ram(MiB(512) - 0x3000, 0);
	assert_int_equal(memmap_set(&memmap, BZ_PREF + MiB(1), 0x1000, MEM_BOOT_DATA), 0);
	bp = boot();
	/* Elsewhere, aligned, and told so. */
	assert_in_range(entered, BZ_PREF + MiB(2), MiB(512));
	assert_true(IS_ALIGNED(entered - 0x200, BZ_ALIGN));
	assert_int_equal(le32_to_cpu(bp->hdr.code32_start), entered - 0x200);
	assert_memory_equal((void *)(uintptr_t)(entered - 0x200), kernel_item, BZ_LOAD_SIZE);
	assert_int_equal(mapped[0].base, entered - 0x200);
}

static void test_pref_is_taken_not_relocatable(void **state)
{
	struct linux_setup_header hdr = bz_header();

	hdr.relocatable_kernel = 0;
	set_header(hdr);
	assert_int_equal(memmap_set(&memmap, BZ_PREF + MiB(1), 0x1000, MEM_BOOT_DATA), 0);
	assert_refused(-ENOMEM, "kernel does not fit");
	assert_int_equal(dma_count, 1);
}

/* There is room below the preferred address, where a kernel would not stay. */
static void test_kernel_does_not_fit(void **state)
{
	set_ram(MiB(18), 0);
	assert_refused(-ENOMEM, "kernel does not fit");
	assert_int_equal(dma_count, 1);
}

/* RAM above 4 GiB does not help. */
static void test_kernel_does_not_fit_low(void **state)
{
	set_ram(MiB(16), GiB(8));
	assert_refused(-ENOMEM, "kernel does not fit");
}

static void test_kernel_just_fits(void **state)
{
	/* Its memory, then the parameters' page and the command line's. */
	set_ram(MiB(20) + 0x2000, 0);
	boot();
	assert_int_equal(entered, BZ_PREF + 0x200);
	setup(state);
	set_ram(MiB(20), 0);
	boot();
	assert_in_range(entered_params, 0x1000, BZ_PREF - 0x2000);
}

static void test_cmdline_limit(void **state)
{
	const struct linux_boot_params *bp;

	memset(cmdline_item, 'x', BZ_CMDLINE_MAX);
	cmdline_item[BZ_CMDLINE_MAX] = '\0';
	cmdline_size = BZ_CMDLINE_MAX + 1;
	bp = boot();
	assert_int_equal(strlen((char *)(uintptr_t)le32_to_cpu(bp->hdr.cmd_line_ptr)),
			 BZ_CMDLINE_MAX);
	teardown(state);
	setup(state);
	cmdline_size = BZ_CMDLINE_MAX + 2;
	assert_refused(-E2BIG, "command line");
	setup(state);
	cmdline_size = 0xffffffff;
	assert_refused(-E2BIG, "command line");
}

static void test_cmdline_not_terminated(void **state)
{
	cmdline_size = sizeof(CMDLINE) - 1;
	assert_refused(-EINVAL, "NUL");
}

static void test_no_cmdline(void **state)
{
	const struct linux_boot_params *bp;

	/* RAM is not zero when it is allocated. */
	memset((void *)(uintptr_t)MiB(511), 'x', MiB(1));
	cmdline_size = 0;
	bp = boot();
	assert_string_equal((char *)(uintptr_t)le32_to_cpu(bp->hdr.cmd_line_ptr), "");
	assert_true(memmap_has_type(&memmap, le32_to_cpu(bp->hdr.cmd_line_ptr), 1,
				    MEM_LOADER_DATA));
}

static phys_addr_t initrd_of(const struct linux_boot_params *bp)
{
	return le32_to_cpu(bp->hdr.ramdisk_image) |
	       (u64)le32_to_cpu(bp->ext_ramdisk_image) << 32;
}

static void test_initrd(void **state)
{
	const struct linux_boot_params *bp;

	/* Not a whole number of pages. */
	initrd_size = MiB(50) + 123;
	bp = boot();
	assert_int_equal(le32_to_cpu(bp->hdr.ramdisk_size), initrd_size);
	assert_int_equal(initrd_of(bp), dma_of(FW_CFG_INITRD_DATA)->dst);
	assert_int_equal(dma_of(FW_CFG_INITRD_DATA)->len, initrd_size);
	assert_true(IS_ALIGNED(initrd_of(bp), PAGE_SIZE));
	assert_in_range(initrd_of(bp), MiB(400), MiB(462));
}

static void test_initrd_max(void **state)
{
	struct linux_setup_header hdr = bz_header();
	const struct linux_boot_params *bp;

	hdr.initrd_addr_max = cpu_to_le32(0x0fffffff);
	set_header(hdr);
	initrd_size = MiB(16);
	bp = boot();
	assert_int_equal(initrd_of(bp), MiB(240));
}

static void test_initrd_above_4g(void **state)
{
	const struct linux_boot_params *bp;

	set_ram(MiB(512), GiB(8));
	initrd_size = MiB(600);
	bp = boot();
	assert_int_equal(initrd_of(bp), GiB(12) - MiB(600));
	assert_int_equal(le32_to_cpu(bp->hdr.ramdisk_size), MiB(600));
	assert_int_equal(le32_to_cpu(bp->ext_ramdisk_size), 0);
}

static void test_initrd_too_high(void **state)
{
	struct linux_setup_header hdr = bz_header();

	hdr.xloadflags = cpu_to_le16(LINUX_XLF_KERNEL_64);
	set_header(hdr);
	set_ram(MiB(512), GiB(8));
	initrd_size = MiB(600);
	assert_refused(-ENOMEM, "initrd does not fit");
}

static void test_initrd_too_big(void **state)
{
	initrd_size = 0xffffffff;
	assert_refused(-ENOMEM, "initrd does not fit");
}

static void test_rng_seed(void **state)
{
	const struct linux_setup_data *seed;

	rdrand_works = 10;
	seed = (const void *)(uintptr_t)le64_to_cpu(boot()->hdr.setup_data);
	assert_int_equal(le32_to_cpu(seed->type), SETUP_RNG_SEED);
	assert_int_equal(le32_to_cpu(seed->len), 32);
	assert_int_equal(seed->data[31], 0x11);
	assert_int_equal(le64_to_cpu(seed->next), 0);
}

/* A generator that never delivers costs the seed, not the boot. */
static void test_rng_broken(void **state)
{
	rdrand_works = ~0u;
	assert_int_equal(le64_to_cpu(boot()->hdr.setup_data), 0);
}

/* What QEMU's -dtb does: an entry behind the kernel, addressed as if at 1 MiB. */
static void add_host_dtb(void)
{
	struct linux_setup_data entry = {
		.type = cpu_to_le32(SETUP_DTB),
		.len = cpu_to_le32(16),
	};
	struct linux_setup_header hdr = bz_header();

	hdr.setup_data = cpu_to_le64(0x100000 + BZ_LOAD_SIZE);
	set_header(hdr);
	memcpy(kernel_item + BZ_LOAD_SIZE, &entry, sizeof(entry));
	memcpy(kernel_item + BZ_LOAD_SIZE + sizeof(entry), "0123456789abcdef", 16);
}

static void test_host_setup_data(void **state)
{
	const struct linux_setup_data *dtb;

	add_host_dtb();
	dtb = (const void *)(uintptr_t)le64_to_cpu(boot()->hdr.setup_data);
	assert_int_equal(le32_to_cpu(dtb->type), SETUP_DTB);
	assert_memory_equal(dtb->data, "0123456789abcdef", 16);
}

static void test_untrusted_host_setup_data(void **state)
{
	add_host_dtb();
	untrusted = true;
	assert_int_equal(le64_to_cpu(boot()->hdr.setup_data), 0);
}

/* A kernel that cannot be made executable is not entered. */
static void test_paging_fails(void **state)
{
	paging_rc = -ENOMEM;
	assert_int_equal(hook_run(boot), 0);
	assert_int_equal(hook_run(handover), -EIO);
	assert_int_equal(entered, 0);
	assert_int_equal(mock_log_errors(), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing_loaded, setup, teardown),
		cmocka_unit_test_setup_teardown(test_boot, setup, teardown),
		cmocka_unit_test_setup_teardown(test_payload, setup, teardown),
		cmocka_unit_test_setup_teardown(test_payload_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_setup_size, setup, teardown),
		cmocka_unit_test_setup_teardown(test_large_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_kernel, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bad_header, setup, teardown),
		cmocka_unit_test_setup_teardown(test_truncated_kernel, setup, teardown),
		cmocka_unit_test_setup_teardown(test_every_item_broken, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pref_is_taken, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pref_is_taken_not_relocatable, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_kernel_does_not_fit, setup, teardown),
		cmocka_unit_test_setup_teardown(test_kernel_does_not_fit_low, setup, teardown),
		cmocka_unit_test_setup_teardown(test_kernel_just_fits, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cmdline_limit, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cmdline_not_terminated, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_cmdline, setup, teardown),
		cmocka_unit_test_setup_teardown(test_initrd, setup, teardown),
		cmocka_unit_test_setup_teardown(test_initrd_max, setup, teardown),
		cmocka_unit_test_setup_teardown(test_initrd_above_4g, setup, teardown),
		cmocka_unit_test_setup_teardown(test_initrd_too_high, setup, teardown),
		cmocka_unit_test_setup_teardown(test_initrd_too_big, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rng_seed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rng_broken, setup, teardown),
		cmocka_unit_test_setup_teardown(test_host_setup_data, setup, teardown),
		cmocka_unit_test_setup_teardown(test_untrusted_host_setup_data, setup, teardown),
		cmocka_unit_test_setup_teardown(test_paging_fails, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
