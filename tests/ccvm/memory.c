/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The division of QEMU's memory, and which page is behind an address. */
#define pr_fmt(fmt) "memory: " fmt

#include <fw/errno.h>
#include <fw/log.h>
#include <fw/string.h>

#include "memory.h"
#include "stop.h"

#define PAGE_SIZE	0x1000ull

struct guest_memory guest;

static u64 private_base;	/* host-physical; low RAM, high RAM, firmware */
static u64 fw_shared_base;
static u64 heap, heap_end;
static u8 hidden_shared[PAGE_SIZE] __aligned(4096);

/* Tables: nested page tables of two views in 4-KiB pages, and page states. */
static u64 heap_size(u64 ram)
{
	return MiB(16) + ram / 64;
}

void mem_init(u64 ram, u64 fw_base, u64 fw_size, u64 host_low, u64 host_end)
{
	u64 need;

	if (ram < MiB(16) || ram % MiB(1) != 0 || ram > GiB(64))
		ccvm_stop(STOP_ERROR, "guest RAM of %llu bytes: want whole MiB, 16 MiB to 64 GiB",
			  (unsigned long long)ram);
	if (fw_size == 0 || fw_size > MiB(16) || fw_size % PAGE_SIZE != 0 ||
	    fw_base % PAGE_SIZE != 0 || fw_base + fw_size > GiB(4) || fw_base < GiB(4) - MiB(16))
		ccvm_stop(STOP_ERROR, "firmware of %llu bytes at %llx",
			  (unsigned long long)fw_size, (unsigned long long)fw_base);

	guest.low = MIN(ram, CCVM_BASE);
	guest.high = ram - guest.low;
	guest.fw_base = fw_base;
	guest.fw_size = fw_size;
	guest.host_end = host_end;

	private_base = ALIGN_UP(HIGH_RAM + guest.high, MiB(2));
	fw_shared_base = private_base + ram + fw_size;
	heap = fw_shared_base + fw_size;
	heap_end = heap + heap_size(ram);

	need = heap_end - HIGH_RAM + CCVM_LIMIT;
	if (host_low < CCVM_LIMIT || host_end < heap_end)
		ccvm_stop(STOP_ERROR, "a guest with %llu MiB needs QEMU to have -m %lluM",
			  (unsigned long long)(ram >> 20),
			  (unsigned long long)(ALIGN_UP(need, MiB(1)) >> 20));
	pr_info("RAM %llx + %llx, firmware %llx + %llx, private pages at %llx, tables at %llx",
		(unsigned long long)guest.low, (unsigned long long)guest.high,
		(unsigned long long)fw_base, (unsigned long long)fw_size,
		(unsigned long long)private_base, (unsigned long long)heap);
}

void *mem_alloc(size_t size)
{
	void *p = host_ptr(heap);

	size = ALIGN_UP(size, PAGE_SIZE);
	if (size > heap_end - heap)
		ccvm_stop(STOP_ERROR, "no memory left for tables");
	heap += size;
	memset(p, 0, size);
	return p;
}

bool mem_is_firmware(u64 gpa)
{
	return gpa >= guest.fw_base && gpa < guest.fw_base + guest.fw_size;
}

bool mem_is_ram(u64 gpa)
{
	return gpa < guest.low || (gpa >= HIGH_RAM && gpa < HIGH_RAM + guest.high);
}

/* Offset in the private pool, MEM_NONE if there is no page. */
static u64 pool_offset(u64 gpa)
{
	if (gpa < guest.low)
		return gpa;
	if (gpa >= HIGH_RAM && gpa < HIGH_RAM + guest.high)
		return guest.low + (gpa - HIGH_RAM);
	if (mem_is_firmware(gpa))
		return guest.low + guest.high + (gpa - guest.fw_base);
	return MEM_NONE;
}

u64 mem_page_number(u64 gpa)
{
	u64 offset = pool_offset(gpa);

	return offset == MEM_NONE ? MEM_NONE : offset / PAGE_SIZE;
}

u64 mem_page_count(void)
{
	return (guest.low + guest.high + guest.fw_size) / PAGE_SIZE;
}

u64 mem_page_gpa(u64 number)
{
	u64 offset = number * PAGE_SIZE;

	if (offset < guest.low)
		return offset;
	offset -= guest.low;
	if (offset < guest.high)
		return HIGH_RAM + offset;
	return guest.fw_base + (offset - guest.high);
}

u64 mem_private(u64 gpa)
{
	u64 offset = pool_offset(gpa);

	return offset == MEM_NONE ? MEM_NONE : private_base + offset;
}

u64 mem_shared(u64 gpa)
{
	if (mem_is_firmware(gpa))
		return fw_shared_base + (gpa - guest.fw_base);
	if (!mem_is_ram(gpa))
		return MEM_NONE;
	if (ALIGN_DOWN(gpa, PAGE_SIZE) == HIDDEN_PAGE)
		return (u64)(uintptr_t)hidden_shared + gpa % PAGE_SIZE;
	return gpa;
}

u64 mem_hole(void)
{
	static u64 hole;

	if (hole == 0) {
		hole = (u64)(uintptr_t)mem_alloc(PAGE_SIZE);
		memset(host_ptr(hole), 0xff, PAGE_SIZE);
	}
	return hole;
}

static bool in_one_page(u64 gpa, size_t len)
{
	return len <= PAGE_SIZE && gpa % PAGE_SIZE <= PAGE_SIZE - len;
}

void *mem_shared_ptr(u64 gpa, size_t len)
{
	u64 hpa = mem_shared(gpa);

	return hpa == MEM_NONE || !in_one_page(gpa, len) ? NULL : host_ptr(hpa);
}

void *mem_private_ptr(u64 gpa, size_t len)
{
	u64 hpa = mem_private(gpa);

	return hpa == MEM_NONE || !in_one_page(gpa, len) ? NULL : host_ptr(hpa);
}

int mem_copy_private(u64 gpa, const void *src, size_t len)
{
	const u8 *from = src;

	while (len > 0) {
		size_t chunk = MIN(len, (size_t)(PAGE_SIZE - gpa % PAGE_SIZE));
		void *to = mem_private_ptr(gpa, chunk);

		if (to == NULL)
			return -ERANGE;
		memcpy(to, from, chunk);
		gpa += chunk;
		from += chunk;
		len -= chunk;
	}
	return 0;
}
