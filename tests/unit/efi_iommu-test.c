/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * EDKII_IOMMU_PROTOCOL in a guest with encrypted memory, and loaded drivers that use
 * it, or PCI I/O's functions behind it, as they should not.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <fw/cc.h>
#include <fw/dma.h>
#include <fw/hooks.h>
#include <spec/efi/iommu.h>
#include <spec/efi/pci_io.h>

#include "efi_world.h"

__asm__(".bss\n.balign 4096\n.globl layout_dma_early, layout_dma_early_end\n"
	"layout_dma_early: .skip 8192\nlayout_dma_early_end:\n.text\n");

static struct efi_iommu *iommu;
static u64 shared_bytes;
static u8 secret[3 * 4096];

bool cc_has(enum cc_attr attr)
{
	return attr == CC_ATTR_MEM_ENCRYPT;
}

int cc_share(phys_addr_t base, u64 size)
{
	shared_bytes += size;
	memset((void *)(uintptr_t)base, 0, size);
	return 0;
}

int cc_unshare(phys_addr_t base __unused, u64 size)
{
	shared_bytes -= size;
	return 0;
}

static int setup(void **state)
{
	void *found;

	if (world_start(state) || hook_run(memmap_post) ||
	    efi_locate_protocol(&efi_guid_iommu, NULL, &found))
		return -1;
	iommu = found;
	return 0;
}

static efi_status_t map(u32 operation, void *host, efi_uintn_t *size, u64 *device, void **mapping)
{
	return iommu->map(iommu, operation, host, size, device, mapping);
}

static void test_map(void **state)
{
	efi_uintn_t size = sizeof(secret);
	void *mapping;
	u64 device;

	assert_int_equal(iommu->revision, EFI_IOMMU_REVISION);
	memset(secret, 0x11, sizeof(secret));
	/* The device sees a copy; what it does to it is not the caller's. */
	assert_int_equal(map(EFI_IOMMU_READ64, secret, &size, &device, &mapping), EFI_SUCCESS);
	assert_int_equal(size, sizeof(secret));
	assert_true(device != (uintptr_t)secret && device + size <= GiB(4));
	assert_memory_equal((void *)(uintptr_t)device, secret, size);
	memset((void *)(uintptr_t)device, 0x22, size);
	assert_int_equal(iommu->unmap(iommu, mapping), EFI_SUCCESS);
	assert_int_equal(secret[0], 0x11);
	/* Nothing of it stays where the host sees it. */
	assert_int_equal(*(const u8 *)(uintptr_t)device, 0);

	assert_int_equal(map(EFI_IOMMU_WRITE, secret, &size, &device, &mapping), EFI_SUCCESS);
	assert_int_equal(*(const u8 *)(uintptr_t)device, 0);
	memset((void *)(uintptr_t)device, 0x33, size);
	assert_int_equal(secret[0], 0x11);
	assert_int_equal(iommu->unmap(iommu, mapping), EFI_SUCCESS);
	assert_int_equal(secret[sizeof(secret) - 1], 0x33);
}

static void test_common(void **state)
{
	efi_uintn_t size = 4096;
	void *host, *mapping;
	u64 device;

	assert_int_equal(map(EFI_IOMMU_COMMON64, secret, &size, &device, &mapping),
			 EFI_UNSUPPORTED);
	assert_int_equal(iommu->allocate_buffer(iommu, 0, MEM_BOOT_DATA, 2, &host,
						EFI_PCI_ATTR_MEMORY_CACHED), EFI_SUCCESS);
	assert_int_equal(map(EFI_IOMMU_COMMON, (u8 *)host + 4096, &size, &device, &mapping),
			 EFI_SUCCESS);
	assert_int_equal(device, (uintptr_t)host + 4096);
	assert_int_equal(iommu->unmap(iommu, mapping), EFI_SUCCESS);
	/* More than the buffer has. */
	size = 4097;
	assert_int_equal(map(EFI_IOMMU_COMMON, (u8 *)host + 4096, &size, &device, &mapping),
			 EFI_UNSUPPORTED);
	/* Not as it was allocated, then as it was, then again. */
	assert_int_equal(iommu->free_buffer(iommu, 1, host), EFI_INVALID_PARAMETER);
	assert_int_equal(iommu->free_buffer(iommu, 2, secret), EFI_INVALID_PARAMETER);
	assert_int_equal(iommu->free_buffer(iommu, 2, host), EFI_SUCCESS);
	assert_int_equal(iommu->free_buffer(iommu, 2, host), EFI_INVALID_PARAMETER);
}

static void test_errors(void **state)
{
	efi_uintn_t size = 4096, zero = 0;
	void *host, *mapping;
	u64 device;

	assert_int_equal(map(EFI_IOMMU_OPERATIONS, secret, &size, &device, &mapping),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(map(EFI_IOMMU_READ, NULL, &size, &device, &mapping),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(map(EFI_IOMMU_READ, secret, NULL, &device, &mapping),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(map(EFI_IOMMU_READ, secret, &zero, &device, &mapping),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(map(EFI_IOMMU_READ, secret, &size, NULL, &mapping),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(map(EFI_IOMMU_READ, secret, &size, &device, NULL),
			 EFI_INVALID_PARAMETER);
	/* What Map() never gave, and what it gave, twice. */
	assert_int_equal(iommu->unmap(iommu, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(iommu->unmap(iommu, secret), EFI_INVALID_PARAMETER);
	assert_int_equal(map(EFI_IOMMU_READ, secret, &size, &device, &mapping), EFI_SUCCESS);
	assert_int_equal(iommu->unmap(iommu, mapping), EFI_SUCCESS);
	assert_int_equal(iommu->unmap(iommu, mapping), EFI_INVALID_PARAMETER);

	assert_int_equal(iommu->allocate_buffer(iommu, 0, MEM_LOADER_DATA, 1, &host, 0),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(iommu->allocate_buffer(iommu, 0, MEM_BOOT_DATA, 1, NULL, 0),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(iommu->allocate_buffer(iommu, 0, MEM_BOOT_DATA, 0, &host, 0),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(iommu->allocate_buffer(iommu, 0, MEM_BOOT_DATA, 1, &host, 1),
			 EFI_UNSUPPORTED);
	/* More than there is, also if the number of bytes is none. */
	assert_int_equal(iommu->allocate_buffer(iommu, 0, MEM_BOOT_DATA, 4096, &host, 0),
			 EFI_OUT_OF_RESOURCES);
	assert_int_equal(iommu->allocate_buffer(iommu, 0, MEM_BOOT_DATA, (efi_uintn_t)1 << 60,
						&host, 0), EFI_INVALID_PARAMETER);
}

static void test_access(void **state)
{
	efi_uintn_t size = 4096;
	void *mapping;
	u64 device;

	assert_int_equal(map(EFI_IOMMU_READ, secret, &size, &device, &mapping), EFI_SUCCESS);
	assert_int_equal(iommu->set_attribute(iommu, iommu, mapping, EFI_IOMMU_ACCESS_READ),
			 EFI_SUCCESS);
	assert_int_equal(iommu->set_attribute(iommu, iommu, mapping, 0), EFI_SUCCESS);
	assert_int_equal(iommu->set_attribute(iommu, iommu, mapping, EFI_IOMMU_ACCESS_WRITE),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(iommu->set_attribute(iommu, iommu, mapping, 4), EFI_INVALID_PARAMETER);
	assert_int_equal(iommu->set_attribute(iommu, NULL, mapping, 0), EFI_INVALID_PARAMETER);
	assert_int_equal(iommu->set_attribute(iommu, iommu, secret, 0), EFI_INVALID_PARAMETER);
	assert_int_equal(iommu->unmap(iommu, mapping), EFI_SUCCESS);
}

/* What drivers have forgotten is not the host's to see. */
static void test_end(void **state)
{
	efi_uintn_t size = sizeof(secret);
	void *mapping, *host;
	u64 device;

	assert_int_equal(map(EFI_IOMMU_READ, secret, &size, &device, &mapping), EFI_SUCCESS);
	assert_int_equal(iommu->allocate_buffer(iommu, 0, MEM_BOOT_DATA, 1, &host, 0),
			 EFI_SUCCESS);
	assert_true(shared_bytes != 0);
	assert_int_equal(hook_run(os_enter_pre), 0);
	assert_int_equal(shared_bytes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_map),
		cmocka_unit_test(test_common),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_access),
		cmocka_unit_test(test_end),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
