/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Guest page walks in every paging mode.
 * Document: AMD64 APM volume 2, section 5.2 and 5.3.
 */
#include <fw/byteorder.h>
#include <fw/errno.h>
#include <fw/string.h>

#include "gpaccess.h"
#include "memory.h"
#include "mode.h"
#include "vcpu.h"

#define PTE_PRESENT	0x01ull
#define PTE_LARGE	0x80ull
#define PTE_ADDRESS	0x000ffffffffff000ull
#define PAGE_SIZE	0x1000ull

static int read_entry(const struct cpu *cpu, u64 table, u64 offset, size_t width, u64 *entry)
{
	u64 hpa = mode->translate(cpu, table + offset, ACCESS_WALK);

	if (hpa == MEM_NONE)
		return -ENOENT;
	*entry = width == 8 ? get_le64(host_ptr(hpa)) : get_le32(host_ptr(hpa));
	return *entry & PTE_PRESENT ? 0 : -ENOENT;
}

/* Tables of 512 entries: long mode, and what PAE has below its four pointers. */
static int walk_512(const struct cpu *cpu, u64 table, int level, u64 gva, u64 *gpa)
{
	u64 entry, size;

	for (;; level--) {
		size = PAGE_SIZE << 9 * (level - 1);
		if (read_entry(cpu, table, (gva / size & 511) * 8, 8, &entry) < 0)
			return -ENOENT;
		if (level == 1 || (level <= 3 && entry & PTE_LARGE))
			break;
		table = entry & PTE_ADDRESS;
	}
	*gpa = (entry & PTE_ADDRESS & ~(size - 1)) | (gva & (size - 1));
	return 0;
}

static int walk_pae(const struct cpu *cpu, u64 gva, u64 *gpa)
{
	u64 entry;

	if (read_entry(cpu, cpu->vmcb.save.cr3 & 0xffffffe0, (gva >> 30 & 3) * 8, 8, &entry) < 0)
		return -ENOENT;
	return walk_512(cpu, entry & PTE_ADDRESS, 2, gva, gpa);
}

static int walk_legacy(const struct cpu *cpu, u64 gva, u64 *gpa)
{
	u64 entry;

	if (read_entry(cpu, cpu->vmcb.save.cr3 & 0xfffff000, (gva >> 22 & 1023) * 4, 4, &entry) < 0)
		return -ENOENT;
	if (entry & PTE_LARGE && cpu->vmcb.save.cr4 & CR4_PSE) {
		*gpa = (entry & 0xffc00000) | (gva & 0x3fffff);
		return 0;
	}
	if (read_entry(cpu, entry & 0xfffff000, (gva >> 12 & 1023) * 4, 4, &entry) < 0)
		return -ENOENT;
	*gpa = (entry & 0xfffff000) | (gva & 0xfff);
	return 0;
}

int gva_to_gpa(const struct cpu *cpu, u64 gva, u64 *gpa)
{
	const struct vmcb_save *save = &cpu->vmcb.save;

	if (!vcpu_has_paging(cpu)) {
		*gpa = (u32)gva;
		return 0;
	}
	if (vcpu_in_long_mode(cpu))
		return walk_512(cpu, save->cr3 & PTE_ADDRESS, save->cr4 & CR4_LA57 ? 5 : 4,
				gva, gpa);
	if (save->cr4 & CR4_PAE)
		return walk_pae(cpu, (u32)gva, gpa);
	return walk_legacy(cpu, (u32)gva, gpa);
}

/* The bytes at @gva up to the end of their page; *len is cut to those. */
static void *locate(const struct cpu *cpu, u64 gva, size_t *len, enum access access)
{
	u64 gpa, hpa;

	if (gva_to_gpa(cpu, gva, &gpa) < 0)
		return NULL;
	hpa = mode->translate(cpu, gpa, access);
	if (hpa == MEM_NONE)
		return NULL;
	*len = MIN(*len, (size_t)(PAGE_SIZE - gva % PAGE_SIZE));
	return host_ptr(hpa);
}

int gva_read(const struct cpu *cpu, u64 gva, void *buf, size_t len)
{
	u8 *to = buf;

	while (len > 0) {
		size_t chunk = len;
		const void *from = locate(cpu, gva, &chunk, ACCESS_READ);

		if (from == NULL)
			return -ENOENT;
		memcpy(to, from, chunk);
		gva += chunk;
		to += chunk;
		len -= chunk;
	}
	return 0;
}

int gva_write(const struct cpu *cpu, u64 gva, const void *buf, size_t len)
{
	const u8 *from = buf;

	while (len > 0) {
		size_t chunk = len;
		void *to = locate(cpu, gva, &chunk, ACCESS_WRITE);

		if (to == NULL)
			return -ENOENT;
		memcpy(to, from, chunk);
		gva += chunk;
		from += chunk;
		len -= chunk;
	}
	return 0;
}

size_t gva_fetch(const struct cpu *cpu, u64 gva, u8 *buf, size_t len)
{
	size_t got = 0;

	while (got < len) {
		size_t chunk = len - got;
		const void *from = locate(cpu, gva + got, &chunk, ACCESS_FETCH);

		if (from == NULL)
			break;
		memcpy(buf + got, from, chunk);
		got += chunk;
	}
	return got;
}
