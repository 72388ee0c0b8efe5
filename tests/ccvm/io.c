/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Port I/O. A port that no rule names goes to QEMU's devices as it is.
 * Documents: AMD64 APM volume 2, section 15.10; QEMU hw/acpi/ich9.c,
 * hw/acpi/piix4.c (power management ports); Intel ICH9 datasheet (316972),
 * sections 13.7.1 (PORT92) and 13.7.5 (RST_CNT); IBM PC AT technical
 * reference, keyboard controller commands.
 */
#include <asm/io.h>
#include <fw/string.h>

#include "fwcfg_filter.h"
#include "gpaccess.h"
#include "insn.h"
#include "io.h"
#include "mode.h"
#include "stop.h"
#include "vcpu.h"

#define MAP_SIZE	0x3000
#define MAX_STRING	0x10000		/* bytes of one INS or OUTS */

#define PM1_CNT_Q35	0x604
#define PM1_CNT_PC	0xb004
#define PM1_SLP_EN	0x2000
#define RESET_PORT	0xcf9
#define RESET_CPU	0x04
#define PORT92		0x92
#define PORT92_INIT	0x01

/* Keyboard controller. */
#define KBD_DATA	0x60
#define KBD_COMMAND	0x64
#define KBD_PULSE	0xf0	/* lines whose bit is 0 */
#define KBD_WRITE_LINES	0xd1	/* the next byte of data has them */
#define KBD_RESET_LINE	0x01	/* active low */

struct io_rule {
	u16 first, last;
	u32 (*read)(u16 port, unsigned int size);
	void (*write)(u16 port, unsigned int size, u32 value);
};

static u32 host_read(u16 port, unsigned int size)
{
	return size == 1 ? inb(port) : size == 2 ? inw(port) : inl(port);
}

static void host_write(u16 port, unsigned int size, u32 value)
{
	if (size == 1)
		outb((u8)value, port);
	else if (size == 2)
		outw((u16)value, port);
	else
		outl(value, port);
}

static void power_write(u16 port, unsigned int size, u32 value)
{
	if (value & PM1_SLP_EN && size >= 2)
		ccvm_finish("poweroff");
	host_write(port, size, value);
}

/*
 * Nobody can reset the processors of a confidential guest, so QEMU and KVM end
 * one that asks for it. Every other kind ends, too: ccvm is the first that a
 * real reset would start.
 */
static void reset_write(u16 port, unsigned int size, u32 value)
{
	if (value & RESET_CPU)
		ccvm_finish("reset");
	host_write(port, size, value);
}

static void port92_write(u16 port, unsigned int size, u32 value)
{
	if (value & PORT92_INIT)
		ccvm_finish("reset");
	host_write(port, size, value);
}

static bool kbd_lines_next;

static void kbd_command_write(u16 port, unsigned int size, u32 value)
{
	value &= 0xff;
	if ((value & KBD_PULSE) == KBD_PULSE && !(value & KBD_RESET_LINE))
		ccvm_finish("reset");
	kbd_lines_next = value == KBD_WRITE_LINES;
	host_write(port, size, value);
}

static void kbd_data_write(u16 port, unsigned int size, u32 value)
{
	if (kbd_lines_next && !(value & KBD_RESET_LINE))
		ccvm_finish("reset");
	kbd_lines_next = false;
	host_write(port, size, value);
}

static u32 nothing_read(u16 port __unused, unsigned int size __unused)
{
	return 0xffffffff;
}

static void nothing_write(u16 port __unused, unsigned int size __unused, u32 value __unused)
{
}

static const struct io_rule rules[] = {
	{ 0x510, 0x51b, fwcfg_filter_read, fwcfg_filter_write },
	{ PM1_CNT_Q35, PM1_CNT_Q35 + 1, host_read, power_write },
	{ PM1_CNT_PC, PM1_CNT_PC + 1, host_read, power_write },
	{ RESET_PORT, RESET_PORT, host_read, reset_write },
	{ PORT92, PORT92, host_read, port92_write },
	{ KBD_DATA, KBD_DATA, host_read, kbd_data_write },
	{ KBD_COMMAND, KBD_COMMAND, host_read, kbd_command_write },
	/* ccvm's own ports. */
	{ 0x403, 0x407, nothing_read, nothing_write },
};

static const struct io_rule *find_rule(u16 port)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		if (port >= rules[i].first && port <= rules[i].last)
			return &rules[i];
	}
	return NULL;
}

u32 io_read(u16 port, unsigned int size)
{
	const struct io_rule *rule = find_rule(port);

	return rule ? rule->read(port, size) : host_read(port, size);
}

void io_write(u16 port, unsigned int size, u32 value)
{
	const struct io_rule *rule = find_rule(port);

	if (rule)
		rule->write(port, size, value);
	else
		host_write(port, size, value);
}

void io_build_map(u8 *map)
{
	size_t i;
	u32 port;

	memset(map, mode->io_event ? 0xff : 0, MAP_SIZE);
	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		for (port = rules[i].first; port <= rules[i].last; port++)
			map[port / 8] |= 1u << port % 8;
	}
}

static u64 element_address(const struct cpu *cpu, const struct insn *insn, bool in, u64 offset)
{
	const struct vmcb_save *save = &cpu->vmcb.save;
	u64 base = in ? save->es.base : save->ds.base;

	if (vcpu_in_64bit(cpu))
		return offset;
	if (!in && insn->segment == 0x2e)
		base = save->cs.base;
	if (!in && insn->segment == 0x36)
		base = save->ss.base;
	if (!in && insn->segment == 0x26)
		base = save->es.base;
	return (u32)(base + offset);
}

/* One exit stands for a whole REP, so at most this many elements at a time. */
static void string_io(struct cpu *cpu)
{
	u64 info = cpu->vmcb.control.exit_info1;
	unsigned int size = IOIO_SIZE(info);
	bool in = info & IOIO_IN, rep = info & IOIO_REP;
	u64 *index = vcpu_reg(cpu, in ? RDI : RSI);
	u64 step = cpu->vmcb.save.rflags & RFLAGS_DF ? -(u64)size : size;
	struct insn insn;
	u64 mask, count, i;

	insn_fetch(cpu, &insn);
	mask = insn_address_mask(cpu, &insn);
	count = rep ? cpu->gpr[RCX] & mask : 1;
	for (i = 0; i < MIN(count, (u64)MAX_STRING / size); i++) {
		u64 gva = element_address(cpu, &insn, in, *index & mask);
		u32 value = 0;

		if (in)
			value = io_read(IOIO_PORT(info), size);
		if (in ? gva_write(cpu, gva, &value, size) : gva_read(cpu, gva, &value, size))
			ccvm_stop(STOP_ERROR, "string I/O at %llx, which is no memory",
				  (unsigned long long)gva);
		if (!in)
			io_write(IOIO_PORT(info), size, value);
		*index = (*index & ~mask) | ((*index + step) & mask);
	}
	if (rep)
		cpu->gpr[RCX] = (cpu->gpr[RCX] & ~mask) | ((count - i) & mask);
	if (!rep || i == count)
		cpu->vmcb.save.rip = cpu->vmcb.control.exit_info2;
}

void io_exit(struct cpu *cpu)
{
	u64 info = cpu->vmcb.control.exit_info1;
	unsigned int size = IOIO_SIZE(info);
	u64 mask = size == 4 ? 0xffffffff : size == 2 ? 0xffff : 0xff;
	u64 *rax = &cpu->vmcb.save.rax;

	if (mode->io_event) {
		mode->io_event(cpu);
		return;
	}
	if (info & IOIO_STRING) {
		string_io(cpu);
		return;
	}
	if (!(info & IOIO_IN))
		io_write(IOIO_PORT(info), size, (u32)(*rax & mask));
	else if (size == 4)
		*rax = io_read(IOIO_PORT(info), size);
	else
		*rax = (*rax & ~mask) | (io_read(IOIO_PORT(info), size) & mask);
	cpu->vmcb.save.rip = cpu->vmcb.control.exit_info2;
}
