/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Device memory that loaded software reaches with an ordinary instruction. That
 * it is device memory is only believed of a page that the tables mark as shared
 * and that is no RAM: else the host could read and replace what is the guest's.
 * Documents: Intel SDM volume 3, section 4.5 (page tables), and volume 2, MOV,
 * MOVS, MOVSX and MOVZX.
 */
#include <asm/cpu.h>
#include <asm/cpu_ops.h>
#include <asm/exception.h>
#include <asm/flags.h>
#include <asm/paging.h>
#include <fw/cc_insn.h>
#include <fw/memmap.h>
#include <fw/string.h>

#define ENTRIES		512

bool mmio_find_page(u64 addr, phys_addr_t *phys, bool *shared)
{
	u64 mask = paging_private_mask() | paging_shared_mask();
	int level = read_cr4() & CR4_LA57 ? 5 : 4;
	u64 entry = read_cr3();

	for (; level > 0; level--) {
		const u64 *table = (const u64 *)(uintptr_t)(entry & PTE_ADDR_MASK & ~mask);
		u64 size = (u64)1 << (12 + 9 * (level - 1));

		entry = table[addr / size % ENTRIES];
		if (!(entry & PTE_PRESENT))
			return false;
		if (level > 1 && (level > 3 || !(entry & PTE_LARGE)))
			continue;
		*phys = (entry & PTE_ADDR_MASK & ~mask & ~(size - 1)) | (addr & (size - 1));
		*shared = (entry & mask) == paging_shared_mask();
		return true;
	}
	return false;
}

size_t insn_fetch(u64 rip, u8 bytes[INSN_MAX])
{
	size_t count = INSN_MAX, in_page = (size_t)(PAGE_SIZE - rip % PAGE_SIZE);
	phys_addr_t phys;
	bool shared;

	memset(bytes, 0, INSN_MAX);
	if (!mmio_find_page(rip, &phys, &shared))
		return 0;
	if (count > in_page && !mmio_find_page(rip + in_page, &phys, &shared))
		count = in_page;
	memcpy(bytes, (const void *)(uintptr_t)rip, count);
	return count;
}

/* Whether the memory map knows the page as anything but a place for devices. */
static bool is_ram(phys_addr_t phys)
{
	const struct memmap_entry *e;

	for (e = memmap.entry; e < memmap.entry + memmap.count; e++) {
		if (phys >= e->base && phys - e->base < e->pages << PAGE_SHIFT)
			return e->type != MEM_RESERVED && e->type != MEM_MMIO;
	}
	return false;
}

static bool is_memory(u64 addr)
{
	phys_addr_t phys;
	bool shared;

	return mmio_find_page(addr, &phys, &shared) && (!shared || is_ram(phys));
}

static const char *find_device(u64 addr, unsigned int size, const phys_addr_t *expected,
			       phys_addr_t *phys)
{
	bool shared;

	if (addr % PAGE_SIZE + size > PAGE_SIZE)
		return "device memory across a page boundary";
	if (!mmio_find_page(addr, phys, &shared))
		return "device memory that is not mapped";
	if (!shared)
		return "device memory that is mapped private";
	if (is_ram(*phys))
		return "device memory that is RAM";
	if (expected != NULL && *expected != *phys)
		return "device memory at another address";
	return NULL;
}

static const char *device_read(u64 addr, unsigned int size, const phys_addr_t *expected,
			       u64 *value)
{
	phys_addr_t phys;
	const char *why = find_device(addr, size, expected, &phys);

	if (why == NULL)
		*value = cpu_ops->mmio_read(phys, size);
	return why;
}

static const char *device_write(u64 addr, unsigned int size, const phys_addr_t *expected,
				u64 value)
{
	phys_addr_t phys;
	const char *why = find_device(addr, size, expected, &phys);

	if (why == NULL)
		cpu_ops->mmio_write(phys, value, size);
	return why;
}

/* A byte register; without REX, 4 to 7 are the second bytes of the first four. */
static u8 *byte_register(struct exception_frame *frame, const struct insn *insn)
{
	bool second = !insn->rex && insn->reg >= 4 && insn->reg < 8;

	return (u8 *)insn_register(frame, second ? insn->reg - 4u : insn->reg) + second;
}

/* As the processor does: 32 bits clear the upper half, fewer keep what is there. */
static void set_register(u64 *reg, u64 value, unsigned int size)
{
	if (size >= 4)
		*reg = size == 8 ? value : (u32)value;
	else
		memcpy(reg, &value, size);
}

static u64 sign_extend(u64 value, unsigned int size)
{
	unsigned int shift = 64 - 8 * size;

	return (u64)((s64)(value << shift) >> shift);
}

static const char *load(struct exception_frame *frame, const struct insn *insn,
			const phys_addr_t *expected)
{
	bool moffs = insn->opcode == 0xa0 || insn->opcode == 0xa1;
	u64 value = 0;
	const char *why = device_read(insn->address, insn->size, expected, &value);

	if (why != NULL)
		return why;
	if (insn->opcode == 0x8a)
		*byte_register(frame, insn) = (u8)value;
	else
		set_register(moffs ? &frame->rax : insn_register(frame, insn->reg), value,
			     insn->size);
	return NULL;
}

/* MOVZX and MOVSX: the memory operand's size is in the opcode. */
static const char *load_extended(struct exception_frame *frame, const struct insn *insn,
				 const phys_addr_t *expected)
{
	unsigned int from = insn->opcode & 1 ? 2 : 1;
	u64 value = 0;
	const char *why = device_read(insn->address, from, expected, &value);

	if (why != NULL)
		return why;
	if (insn->opcode & 8)
		value = sign_extend(value, from);
	set_register(insn_register(frame, insn->reg), value, insn->size);
	return NULL;
}

static const char *store(struct exception_frame *frame, const struct insn *insn,
			 const phys_addr_t *expected)
{
	u64 value;

	switch (insn->opcode) {
	case 0x88:
		value = *byte_register(frame, insn);
		break;
	case 0xc6: case 0xc7:
		if ((insn->reg & 7) != 0)
			return "no such instruction";
		value = insn->imm;
		break;
	case 0xa2: case 0xa3:
		value = frame->rax;
		break;
	default:
		value = *insn_register(frame, insn->reg);
		break;
	}
	return device_write(insn->address, insn->size, expected, value);
}

/*
 * One element, from or to a device; a repeated instruction comes again. The
 * processor reads first, so that it is the source's address that is expected,
 * if the source is a device.
 */
static const char *move_string(struct exception_frame *frame, const struct insn *insn,
			       const phys_addr_t *expected)
{
	u64 step = frame->rflags & RFLAGS_DF ? -(u64)insn->size : insn->size;
	bool from_memory = is_memory(frame->rsi), to_memory = is_memory(frame->rdi);
	const char *why = NULL;
	u64 value = 0;

	if ((insn->rep && frame->rcx == 0) || (from_memory && to_memory))
		return "a string that touches no device memory";
	if (from_memory)
		memcpy(&value, (const void *)(uintptr_t)frame->rsi, insn->size);
	else
		why = device_read(frame->rsi, insn->size, expected, &value);
	if (why == NULL && to_memory)
		memcpy((void *)(uintptr_t)frame->rdi, &value, insn->size);
	else if (why == NULL)
		why = device_write(frame->rdi, insn->size, from_memory ? expected : NULL, value);
	if (why != NULL)
		return why;
	frame->rsi += step;
	frame->rdi += step;
	if (insn->rep && --frame->rcx != 0)
		frame->rip -= insn->length;
	return NULL;
}

const char *mmio_emulate(struct exception_frame *frame, const struct insn *insn,
			 const phys_addr_t *expected)
{
	if (insn->odd_segment || insn->address_32)
		return "device memory with such prefixes";
	if (insn->opcode == 0xa4 || insn->opcode == 0xa5)
		return move_string(frame, insn, expected);
	if (!insn->memory)
		return "no operand in memory";
	switch (insn->opcode) {
	case 0x8a: case 0x8b: case 0xa0: case 0xa1:
		return load(frame, insn, expected);
	case 0x0fb6: case 0x0fb7: case 0x0fbe: case 0x0fbf:
		return load_extended(frame, insn, expected);
	case 0x88: case 0x89: case 0xa2: case 0xa3: case 0xc6: case 0xc7:
		return store(frame, insn, expected);
	default:
		return "not an access to device memory that is known";
	}
}
