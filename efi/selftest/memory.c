/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Memory services, and whether the processor keeps to what they say.
 * Document: UEFI 2.10, sections 7.2 and 37.7.
 */
#include <asm/irq.h>
#include <fw/string.h>
#include <spec/efi/memory_attribute.h>

#include "selftest.h"

#define LOW_LAST	((u64)0x9ffff)
#define PAGES		3
#define MAP_SLACK	KiB(4)		/* what the map may grow by */
#define RET		0xc3

#define VECTOR_PF	14
#define GATES		32

/* The part of a gate that says where the handler is, and on which stack. */
struct gate {
	u16 offset_low;
	u16 selector;
	u8 ist;
	u8 type;
	u16 offset_mid;
	u32 offset_high;
	u32 reserved;
};

struct idt_ptr {
	u16 limit;
	u64 base;
} __packed;

struct map {
	u8 *entries;
	efi_uintn_t size, key, stride;
};

static const u8 constant = 0x5a;
static struct gate gates[GATES];

static bool map_get(struct map *map)
{
	efi_uintn_t size = 0, stride = 0, key;
	void *entries;
	u32 version;

	CHECK(BS->get_memory_map(&size, NULL, &key, &stride, &version) == EFI_BUFFER_TOO_SMALL);
	CHECK(stride > sizeof(struct efi_memory_descriptor));
	size += MAP_SLACK;
	if (!CHECK(BS->allocate_pool(MEM_LOADER_DATA, size, &entries) == EFI_SUCCESS))
		return false;
	*map = (struct map) { .entries = entries, .size = size };
	return CHECK(BS->get_memory_map(&map->size, entries, &map->key, &map->stride,
					&version) == EFI_SUCCESS);
}

static void map_free(struct map *map)
{
	CHECK(BS->free_pool(map->entries) == EFI_SUCCESS);
}

static const struct efi_memory_descriptor *map_find(const struct map *map, u64 address)
{
	const struct efi_memory_descriptor *d, *found = NULL;
	efi_uintn_t at, count = 0;

	for (at = 0; at < map->size; at += map->stride) {
		d = (const void *)(map->entries + at);
		if (address - d->physical_start < d->pages << PAGE_SHIFT) {
			found = d;
			count++;
		}
	}
	/* Ranges do not overlap. */
	CHECK(count <= 1);
	return found;
}

static void test_pages(void)
{
	u64 any = 0, low = LOW_LAST, same, odd = 0x1001;

	CHECK(BS->allocate_pages(EFI_ALLOCATE_ANY_PAGES, MEM_LOADER_DATA, PAGES, &any) ==
	      EFI_SUCCESS);
	CHECK(any != 0 && IS_ALIGNED(any, PAGE_SIZE));
	CHECK(BS->allocate_pages(EFI_ALLOCATE_MAX_ADDRESS, MEM_LOADER_DATA, 1, &low) ==
	      EFI_SUCCESS);
	CHECK(low != 0 && low + PAGE_SIZE - 1 <= LOW_LAST);
	same = low;
	CHECK(BS->allocate_pages(EFI_ALLOCATE_ADDRESS, MEM_LOADER_DATA, 1, &same) ==
	      EFI_NOT_FOUND);
	CHECK(BS->free_pages(low, 1) == EFI_SUCCESS);
	CHECK(BS->allocate_pages(EFI_ALLOCATE_ADDRESS, MEM_LOADER_CODE, 1, &same) ==
	      EFI_SUCCESS);
	CHECK(BS->free_pages(same, 1) == EFI_SUCCESS);
	CHECK(BS->free_pages(same, 1) == EFI_NOT_FOUND);
	CHECK(BS->free_pages(odd, 1) == EFI_INVALID_PARAMETER);
	CHECK(BS->allocate_pages(EFI_MAX_ALLOCATE_TYPE, MEM_LOADER_DATA, 1, &same) ==
	      EFI_INVALID_PARAMETER);
	CHECK(BS->allocate_pages(EFI_ALLOCATE_ANY_PAGES, MEM_PERSISTENT, 1, &same) ==
	      EFI_INVALID_PARAMETER);
	/* A part may be given back, the middle one, too. */
	CHECK(BS->free_pages(any + PAGE_SIZE, 1) == EFI_SUCCESS);
	CHECK(BS->free_pages(any, 1) == EFI_SUCCESS);
	CHECK(BS->free_pages(any + 2 * PAGE_SIZE, 1) == EFI_SUCCESS);
}

static void test_map(void)
{
	const struct efi_memory_descriptor *d;
	struct map before, after;
	u64 base;

	CHECK(BS->allocate_pages(EFI_ALLOCATE_ANY_PAGES, 0x80000001, PAGES, &base) ==
	      EFI_SUCCESS);
	if (!map_get(&before))
		return;
	d = map_find(&before, base);
	CHECK(d != NULL && d->type == 0x80000001 && d->pages >= PAGES);
	CHECK(d != NULL && (d->attribute & EFI_MEMORY_WB) != 0);
	d = map_find(&before, (uintptr_t)efi_system_table);
	CHECK(d != NULL && d->type == MEM_RUNTIME_DATA &&
	      (d->attribute & EFI_MEMORY_RUNTIME) != 0);
	CHECK(BS->free_pages(base, PAGES) == EFI_SUCCESS);
	if (!map_get(&after))
		return;
	d = map_find(&after, base);
	CHECK(d != NULL && d->type == MEM_CONVENTIONAL);
	CHECK(after.key != before.key);
	map_free(&after);
	map_free(&before);
}

static void test_pool(void)
{
	u8 *p[3];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(p); i++) {
		if (!CHECK(BS->allocate_pool(MEM_LOADER_DATA, 5000, (void **)&p[i]) ==
			   EFI_SUCCESS))
			return;
		CHECK(IS_ALIGNED((uintptr_t)p[i], 8));
		BS->set_mem(p[i], 5000, (u8)i);
	}
	for (i = 0; i < ARRAY_SIZE(p); i++) {
		CHECK(p[i][0] == i && p[i][4999] == i);
		CHECK(BS->free_pool(p[i]) == EFI_SUCCESS);
	}
	CHECK(BS->free_pool(p[0]) == EFI_INVALID_PARAMETER);
	CHECK(BS->free_pool(&p) == EFI_INVALID_PARAMETER);
}

/* A table of our own, with a handler that lets the test go on. */
static u64 faults_begin(struct idt_ptr *old)
{
	struct idt_ptr idt = { sizeof(gates) - 1, (uintptr_t)gates };
	u64 entry = (uintptr_t)fault_entry, flags = irq_save();

	__asm__ volatile("sidt %0" : "=m"(*old));
	memcpy(gates, (const void *)(uintptr_t)old->base, sizeof(gates));
	gates[VECTOR_PF].offset_low = (u16)entry;
	gates[VECTOR_PF].offset_mid = (u16)(entry >> 16);
	gates[VECTOR_PF].offset_high = (u32)(entry >> 32);
	gates[VECTOR_PF].ist = 0;
	__asm__ volatile("lidt %0" : : "m"(idt));
	return flags;
}

static void faults_end(const struct idt_ptr *old, u64 flags)
{
	__asm__ volatile("lidt %0" : : "m"(*old));
	irq_restore(flags);
}

enum { CAN_READ = 1, CAN_WRITE = 2, CAN_CALL = 4 };

/* Without the handler an access that is not allowed ends the boot. */
static int can_access(u64 address, int tries)
{
	void *p = (void *)(uintptr_t)address;
	struct idt_ptr old;
	u64 flags = faults_begin(&old);
	int can = 0;

	if ((tries & CAN_READ) && try_read(p))
		can |= CAN_READ;
	if ((tries & CAN_WRITE) && try_write(p))
		can |= CAN_WRITE;
	if ((tries & CAN_CALL) && try_call(p))
		can |= CAN_CALL;
	faults_end(&old, flags);
	return can;
}

static void test_attributes(struct efi_memory_attribute *protocol)
{
	const int all = CAN_READ | CAN_WRITE | CAN_CALL;
	u64 page, is;

	if (!CHECK(BS->allocate_pages(EFI_ALLOCATE_ANY_PAGES, MEM_LOADER_DATA, 1, &page) ==
		   EFI_SUCCESS))
		return;
	BS->set_mem((void *)(uintptr_t)page, PAGE_SIZE, RET);
	CHECK(protocol->get(protocol, page, PAGE_SIZE, &is) == EFI_SUCCESS);
	CHECK(is == EFI_MEMORY_XP);
	CHECK(can_access(page, all) == (CAN_READ | CAN_WRITE));
	CHECK(protocol->clear(protocol, page, PAGE_SIZE, EFI_MEMORY_XP) == EFI_SUCCESS);
	CHECK(protocol->set(protocol, page, PAGE_SIZE, EFI_MEMORY_RO) == EFI_SUCCESS);
	CHECK(can_access(page, all) == (CAN_READ | CAN_CALL));
	CHECK(protocol->set(protocol, page, PAGE_SIZE, EFI_MEMORY_RP) == EFI_SUCCESS);
	CHECK(can_access(page, all) == 0);
	CHECK(protocol->get(protocol, page, PAGE_SIZE, &is) == EFI_SUCCESS);
	CHECK(is == (EFI_MEMORY_RP | EFI_MEMORY_RO));
	CHECK(protocol->clear(protocol, page, PAGE_SIZE, EFI_MEMORY_RP | EFI_MEMORY_RO) ==
	      EFI_SUCCESS);
	CHECK(can_access(page, all) == all);
	CHECK(BS->free_pages(page, 1) == EFI_SUCCESS);
}

/* The firmware's own pages. */
static void test_firmware(void)
{
	u64 code = (uintptr_t)fault_entry, data = (uintptr_t)gates;

	CHECK(can_access(code, CAN_READ | CAN_WRITE) == CAN_READ);
	CHECK(can_access((uintptr_t)&constant, CAN_READ | CAN_WRITE) == CAN_READ);
	CHECK(can_access(data, CAN_READ | CAN_WRITE | CAN_CALL) == (CAN_READ | CAN_WRITE));
}

static void test_memory(void)
{
	struct efi_memory_attribute *protocol = find_protocol(&efi_guid_memory_attribute);

	test_pages();
	test_map();
	test_pool();
	test_firmware();
	if (protocol != NULL)
		test_attributes(protocol);
}
SELFTEST(10, memory, test_memory);
