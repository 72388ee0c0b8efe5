/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Device memory that loaded software reaches with an ordinary instruction. That
 * it is device memory is only believed of a page without the C-bit: else the
 * host could read and replace what goes to private memory.
 * Document: GHCB specification (AMD 56421, revision 2.03), section 4.1.2.
 */
#include <asm/cpu.h>
#include <asm/cpu_ops.h>
#include <asm/paging.h>
#include <fw/memmap.h>
#include <fw/string.h>

#include "mmio.h"
#include "sev.h"

#define CR4_LA57	((u64)1 << 12)
#define RFLAGS_DF	((u64)1 << 10)
#define PRIVATE_REFUSED	"device memory that is mapped private"

static u64 private_mask(void)
{
	const struct sev_work *work = sev_work();

	return (u64)1 << work->c_bit;
}

bool mmio_find_page(u64 addr, phys_addr_t *phys, bool *shared)
{
	int level = read_cr4() & CR4_LA57 ? 5 : 4;
	u64 mask = private_mask(), entry = read_cr3();

	for (; level > 0; level--) {
		const u64 *table = (const u64 *)(uintptr_t)(entry & PTE_ADDR_MASK & ~mask);
		u64 size = (u64)1 << (12 + 9 * (level - 1));

		entry = table[addr / size % 512];
		if (!(entry & PTE_PRESENT))
			return false;
		if (level > 1 && (level > 3 || !(entry & PTE_LARGE)))
			continue;
		*phys = (entry & PTE_ADDR_MASK & ~mask & ~(size - 1)) | (addr & (size - 1));
		*shared = !(entry & mask);
		return true;
	}
	return false;
}

static const char *find_device(u64 addr, unsigned int size, phys_addr_t *phys)
{
	bool shared;

	if (addr % PAGE_SIZE + size > PAGE_SIZE)
		return "device memory across a page boundary";
	if (!mmio_find_page(addr, phys, &shared))
		return "device memory that is not mapped";
	return shared ? NULL : PRIVATE_REFUSED;
}

static const char *device_read(u64 addr, unsigned int size, u64 *value)
{
	phys_addr_t phys;
	const char *why = find_device(addr, size, &phys);

	if (why == NULL)
		*value = cpu_ops->mmio_read(phys, size);
	return why;
}

static const char *device_write(u64 addr, unsigned int size, u64 value)
{
	phys_addr_t phys;
	const char *why = find_device(addr, size, &phys);

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

static const char *load(struct exception_frame *frame, const struct insn *insn)
{
	u64 *reg = insn_register(frame, insn->opcode <= 0xa3 && insn->opcode >= 0xa0 ?
				 0 : insn->reg);
	u64 value = 0;
	const char *why = device_read(insn->address, insn->size, &value);

	if (why != NULL)
		return why;
	if (insn->opcode == 0x8a)
		*byte_register(frame, insn) = (u8)value;
	else
		set_register(reg, value, insn->size);
	return NULL;
}

/* MOVZX and MOVSX: the memory operand's size is in the opcode. */
static const char *load_extended(struct exception_frame *frame, const struct insn *insn)
{
	unsigned int from = insn->opcode & 1 ? 2 : 1;
	u64 value = 0;
	const char *why = device_read(insn->address, from, &value);

	if (why != NULL)
		return why;
	if (insn->opcode & 8)
		value = sign_extend(value, from);
	set_register(insn_register(frame, insn->reg), value, insn->size);
	return NULL;
}

static const char *store(struct exception_frame *frame, const struct insn *insn)
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
	return device_write(insn->address, insn->size, value);
}

/* Shared memory of the guest's own is no device. */
static bool is_ram(phys_addr_t phys)
{
	size_t i;

	for (i = 0; i < memmap.count; i++) {
		const struct memmap_entry *e = &memmap.entry[i];

		if (phys >= e->base && phys - e->base < e->pages << PAGE_SHIFT)
			return memmap_type_is_ram(e->type);
	}
	return false;
}

static bool is_memory(u64 addr)
{
	phys_addr_t phys;
	bool shared;

	return mmio_find_page(addr, &phys, &shared) && (!shared || is_ram(phys));
}

/* One element, from or to a device; a repeated instruction comes again. */
static const char *move_string(struct exception_frame *frame, const struct insn *insn)
{
	u64 step = frame->rflags & RFLAGS_DF ? -(u64)insn->size : insn->size;
	const char *why = NULL;
	u64 value = 0;

	if (insn->address_32 || insn->odd_segment)
		return "string with such prefixes";
	if (insn->rep && frame->rcx == 0)
		return NULL;
	if (is_memory(frame->rsi))
		memcpy(&value, (const void *)(uintptr_t)frame->rsi, insn->size);
	else
		why = device_read(frame->rsi, insn->size, &value);
	if (why == NULL && is_memory(frame->rdi))
		memcpy((void *)(uintptr_t)frame->rdi, &value, insn->size);
	else if (why == NULL)
		why = device_write(frame->rdi, insn->size, value);
	if (why != NULL)
		return why;
	frame->rsi += step;
	frame->rdi += step;
	if (insn->rep && --frame->rcx != 0)
		frame->rip -= insn->length;
	return NULL;
}

const char *mmio_emulate(struct exception_frame *frame, const struct insn *insn)
{
	if (insn->opcode == 0xa4 || insn->opcode == 0xa5)
		return move_string(frame, insn);
	if (!insn->memory)
		return "no operand in memory";
	if (insn->odd_segment)
		return "an operand relative to FS or GS";
	switch (insn->opcode) {
	case 0x8a: case 0x8b: case 0xa0: case 0xa1:
		return load(frame, insn);
	case 0x0fb6: case 0x0fb7: case 0x0fbe: case 0x0fbf:
		return load_extended(frame, insn);
	case 0x88: case 0x89: case 0xa2: case 0xa3: case 0xc6: case 0xc7:
		return store(frame, insn);
	default:
		return "not an access to device memory that is known";
	}
}
