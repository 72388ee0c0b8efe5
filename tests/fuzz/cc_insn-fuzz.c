/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Instructions done in the processor's place: registers, then code of any
 * length. Nothing is read behind the code, what is accepted makes sense, and
 * devices are only reached where the page tables have shared pages. A seed is
 * struct exception_frame and the bytes of the instruction.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <asm/cpu.h>
#include <asm/cpu_ops.h>
#include <asm/exception.h>
#include <asm/paging.h>
#include <fw/cc_insn.h>
#include <fw/memmap.h>

#include "support.h"

#define TABLES		0x10000000ull
#define MEMORY		0x10200000ull
#define DEVICE		0x18000000ull
#define LARGE		0x200000ull
#define C_BIT		((u64)1 << 47)

struct memmap memmap;

u64 paging_private_mask(void) { return C_BIT; }
u64 paging_shared_mask(void) { return 0; }
u64 mock_read_cr(unsigned int cr) { return cr == 3 ? TABLES | C_BIT : 0; }

static void check_device(phys_addr_t addr, unsigned int width)
{
	if (addr < DEVICE || addr + width > DEVICE + LARGE)
		mock_fail("%u bytes at %llx are no device", width, (unsigned long long)addr);
	if (width == 0 || width > 8 || (width & (width - 1)))
		mock_fail("width %u", width);
}

static u64 read_device(phys_addr_t addr, unsigned int width)
{
	check_device(addr, width);
	return 0x8182838485868788;
}

static void write_device(phys_addr_t addr, u64 value, unsigned int width)
{
	(void)value;
	check_device(addr, width);
}

static const struct cpu_ops ops = { .mmio_read = read_device, .mmio_write = write_device };
const struct cpu_ops *cpu_ops = &ops;

static const char *transfer(const struct port_io *io, void *data, unsigned int count)
{
	if (io->size != 1 && io->size != 2 && io->size != 4)
		mock_fail("size %u", io->size);
	if (count == 0 || count * io->size > PORT_IO_MAX)
		mock_fail("%u times %u bytes", count, io->size);
	if (io->in)
		memset(data, 0xa5, count * io->size);
	return NULL;
}

static void map_2m(u64 addr, u64 bits)
{
	u64 *table = (u64 *)(uintptr_t)TABLES;

	table[0] = (TABLES + 0x1000) | 0x23 | C_BIT;
	table[512] = (TABLES + 0x2000) | 0x23 | C_BIT;
	table[1024 + addr / LARGE] = addr | 0xe3 | bits;
}

static void init(void)
{
	static int done;

	if (done)
		return;
	done = 1;
	mock_ram(TABLES, 2 * LARGE);
	map_2m(MEMORY, C_BIT);
	map_2m(DEVICE, 0);
}

/* Into the middle of one of the two places, so that strings stay inside. */
static u64 place(u64 value)
{
	return (value & 1 ? MEMORY : DEVICE) + LARGE / 2 + value % (LARGE / 4);
}

static void check_insn(const struct insn *insn, size_t size)
{
	if (insn->length == 0 || insn->length > INSN_MAX || insn->length > size)
		mock_fail("length %u of %zu", insn->length, size);
	if (insn->size != 1 && insn->size != 2 && insn->size != 4 && insn->size != 8)
		mock_fail("size %u", insn->size);
	if (insn->reg > 15 || insn->rm > 15)
		mock_fail("register %u %u", insn->reg, insn->rm);
}

static int is_port_io(u32 opcode)
{
	return (opcode >= 0x6c && opcode <= 0x6f) || (opcode >= 0xe4 && opcode <= 0xe7) ||
	       (opcode >= 0xec && opcode <= 0xef);
}

static void emulate(struct exception_frame *frame, const struct insn *insn)
{
	u64 rip = frame->rip;

	frame->rip += insn->length;
	if (!is_port_io(insn->opcode)) {
		mmio_emulate(frame, insn, NULL);
	} else {
		/* A string's memory may not be a device here: nobody would handle it. */
		frame->rsi |= 1;
		frame->rdi |= 1;
		frame->rsi = place(frame->rsi);
		frame->rdi = place(frame->rdi);
		if (port_io_emulate(frame, insn, transfer) != NULL)
			return;
	}
	if (frame->rip != rip && frame->rip != rip + insn->length)
		mock_fail("RIP moved by %lld", (long long)(frame->rip - rip));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct exception_frame frame;
	struct insn insn;
	uint8_t *code;

	if (size < sizeof(frame))
		return 0;
	init();
	memcpy(&frame, data, sizeof(frame));
	size -= sizeof(frame);
	/* Of its own, so that the sanitizer sees where it ends. */
	code = malloc(size);
	memcpy(code, data + sizeof(frame), size);
	frame.rsi = place(frame.rsi);
	frame.rdi = place(frame.rdi);
	frame.rbx = place(frame.rbx);
	if (insn_decode(&insn, code, size, &frame) == 0) {
		check_insn(&insn, size);
		emulate(&frame, &insn);
	}
	free(code);
	return 0;
}
