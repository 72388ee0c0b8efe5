/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Loaded software, played by the firmware itself: instructions that need the host
 * are executed, and must do what the direct calls do. A kernel that is started
 * directly brings handlers of its own, so that nothing else would show that ours
 * work. In a guest where none of them raises an exception, it is the processor
 * that is compared.
 * Documents: Intel SDM volume 2; 82093AA I/O APIC data sheet, section 3.1; Serial
 * ATA AHCI 1.3.1, section 3.1; PCI Local Bus Specification 3.0, section 3.2.2.3.2;
 * QEMU, docs/specs/fw_cfg.rst.
 */
#define pr_fmt(fmt) "events: " fmt

#include <asm/cpu.h>
#include <asm/io.h>
#include <asm/msr.h>
#include <asm/paging.h>
#include <fw/cc.h>
#include <fw/fw_cfg.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/memmap.h>
#include <fw/string.h>
#include <spec/fw_cfg.h>

/* A test may ask for one instruction that has to be refused. */
HOST_INPUT_FILE(refused, common, CHECKED, 0, 0, "opt/cloister/events");

#define CMOS_INDEX	0x70
#define CMOS_DATA	0x71
#define POST_CODE	0x80
#define PCI_ADDRESS	0xcf8
#define PCI_DATA	0xcfc
#define PCI_ENABLE	0x80000000u
#define PCI_CLASS	0x08
#define PCI_BAR5	0x24
#define PCI_IRQ_LINE	0x3c
#define CLASS_AHCI	0x010601

/* Its first register can be read and written in any width, and keeps 8 bits. */
#define IOAPIC		0xfec00000
#define IOAPIC_TEXT	"0xfec00000"

#define MTRR_LAST	7	/* the least that processors with MTRRs have */
#define RDTSCP_EDX	(1u << 27)

#define FILL		0x5aa5a55a1ee7c0deull

static unsigned int done, failed;

/* What else the instruction before has changed. */
static void check_also(const char *what, u64 is, u64 should)
{
	if (is == should)
		return;
	failed++;
	pr_err("%s: 0x%llx instead of 0x%llx", what, (unsigned long long)is,
	       (unsigned long long)should);
}

static void check(const char *what, u64 is, u64 should)
{
	done++;
	check_also(what, is, should);
}

static void check_bytes(const char *what, const void *is, const void *should, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++) {
		if (((const u8 *)is)[i] != ((const u8 *)should)[i])
			break;
	}
	check(what, i, size);
}

/* --- CPUID, MSRs and what else only names registers ------------------------- */

static void test_cpuid(void)
{
	static const u32 leaves[][2] = {
		{ 0x0, 0 }, { 0x1, 0 }, { 0x2, 0 }, { 0x7, 0 }, { 0xb, 0 }, { 0xb, 1 },
		{ 0xd, 0 }, { 0xd, 1 }, { 0x40000000, 0 }, { 0x80000001, 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(leaves); i++) {
		struct cpuid_regs is = native_cpuid(leaves[i][0], leaves[i][1]);
		struct cpuid_regs should = cpuid(leaves[i][0], leaves[i][1]);

		check_bytes("CPUID", &is, &should, sizeof(is));
	}
}

static void test_msr(void)
{
	static const u32 msrs[] = {
		MSR_MTRRCAP, MSR_MTRR_DEF_TYPE, MSR_MTRR_PHYSBASE(0), MSR_MTRR_PHYSMASK(0),
	};
	u64 old = rdmsr(MSR_MTRR_PHYSBASE(MTRR_LAST));
	size_t i;

	for (i = 0; i < ARRAY_SIZE(msrs); i++)
		check("RDMSR", native_rdmsr(msrs[i]), rdmsr(msrs[i]));
	/* Not in use, as its mask says. */
	native_wrmsr(MSR_MTRR_PHYSBASE(MTRR_LAST), old ^ 0x123456000);
	check("WRMSR", rdmsr(MSR_MTRR_PHYSBASE(MTRR_LAST)), old ^ 0x123456000);
	native_wrmsr(MSR_MTRR_PHYSBASE(MTRR_LAST), old);
	check("WRMSR", rdmsr(MSR_MTRR_PHYSBASE(MTRR_LAST)), old);
}

static u64 execute_rdtscp(void)
{
	u32 lo, hi;

	__asm__ volatile("rdtscp" : "=a"(lo), "=d"(hi) : : "ecx");
	return (u64)hi << 32 | lo;
}

static void test_time(void)
{
	u64 before = rdtsc(), now;

	if (cpuid(0x80000001, 0).edx & RDTSCP_EDX) {
		now = execute_rdtscp();
		check("RDTSCP", now > before && now < rdtsc(), true);
	}
	check("RDTSC", rdtsc() > before, true);
}

static u64 read_dr7(void)
{
	u64 value;

	__asm__ volatile("mov %%dr7, %0" : "=r"(value));
	return value;
}

static void write_dr7(u64 value)
{
	__asm__ volatile("mov %0, %%dr7" : : "r"(value));
}

/* A debug register, and what has no result that could be compared. */
static void test_others(void)
{
	u64 old = read_dr7();

	/* A breakpoint at address 0, where nothing is. */
	write_dr7(0x401);
	check("MOV to DR7", read_dr7(), 0x401);
	write_dr7(old);
	check("MOV from DR7", read_dr7(), old);
	__asm__ volatile("wbinvd" : : : "memory");
	check("WBINVD", 0, 0);
	/* Elsewhere it would wait for an interrupt, and there is none. */
	if (!cc_has(CC_ATTR_STATE_ENCRYPT))
		return;
	__asm__ volatile("monitor" : : "a"(&done), "c"(0), "d"(0));
	check("MONITOR", 0, 0);
	__asm__ volatile("mwait" : : "a"(0), "c"(0));
	check("MWAIT", 0, 0);
}

/* --- ports ------------------------------------------------------------------ */

static u32 pci_select(unsigned int devfn, u8 offset)
{
	u32 address = PCI_ENABLE | devfn << 8 | offset;

	outl(address, PCI_ADDRESS);
	return address;
}

static void test_in(void)
{
	u64 rax = FILL;

	pci_select(0, 0);
	check("IN AL, DX", native_inb(PCI_DATA), inb(PCI_DATA));
	check("IN AX, DX", native_inw(PCI_DATA), inw(PCI_DATA));
	check("IN EAX, DX", native_inl(PCI_DATA), inl(PCI_DATA));
	__asm__ volatile("inw %%dx, %%ax" : "+a"(rax) : "d"(PCI_DATA));
	check("IN AX, upper part", rax, (FILL & ~(u64)0xffff) | inw(PCI_DATA));
	rax = FILL;
	__asm__ volatile("inl %%dx, %%eax" : "+a"(rax) : "d"(PCI_DATA));
	check("IN EAX, upper part", rax, inl(PCI_DATA));
	__asm__ volatile("outb %%al, %0" : : "N"(CMOS_INDEX), "a"(0x0f));
	__asm__ volatile("inb %1, %%al" : "+a"(rax) : "N"(CMOS_DATA));
	check("OUT imm8, IN AL, imm8", rax & 0xff, inb(CMOS_DATA));
	__asm__ volatile("outw %%ax, %0; outl %%eax, %0" : : "N"(POST_CODE), "a"(0));
	check("OUT imm8", 0, 0);
}

static void test_out(void)
{
	u32 address = pci_select(0, PCI_IRQ_LINE);
	u32 old = inl(PCI_DATA);

	native_outb(0x12, PCI_DATA);
	check("OUT DX, AL", inb(PCI_DATA), 0x12);
	native_outw((u16)(old & 0xff00) | 0x34, PCI_DATA);
	check("OUT DX, AX", inw(PCI_DATA), (old & 0xff00) | 0x34);
	native_outl((old & ~0xffu) | 0x56, PCI_DATA);
	check("OUT DX, EAX", inl(PCI_DATA), (old & ~0xffu) | 0x56);
	outl(old, PCI_DATA);
	native_outl(address + 4, PCI_ADDRESS);
	check("OUT DX, EAX", inl(PCI_ADDRESS), address + 4);
}

/* A string instruction, upwards or downwards; the pointers end behind it. */
#define STRING(name, insn)						\
	static void name(u16 port, u64 *rsi, u64 *rdi, u64 *rcx, bool down)	\
	{								\
		__asm__ volatile("test %b[down], %b[down]; jz 1f; std; 1: " insn "; cld" \
				 : "+S"(*rsi), "+D"(*rdi), "+c"(*rcx)	\
				 : "d"(port), [down] "a"(down)		\
				 : "memory", "cc");			\
	}

STRING(insb_one, "insb")
STRING(insl_one, "insl")
STRING(outsl_one, "outsl")
STRING(ins1, "rep insb")
STRING(ins2, "rep insw")
STRING(ins4, "rep insl")
STRING(outs1, "rep outsb")
STRING(outs2, "rep outsw")
STRING(outs4, "rep outsl")
STRING(movs1, "rep movsb")
STRING(movs2, "rep movsw")
STRING(movs4, "rep movsl")
STRING(movs8, "rep movsq")
STRING(movsl_one, "movsl")

typedef void (*string_fn)(u16 port, u64 *rsi, u64 *rdi, u64 *rcx, bool down);

/* More than a handler does at a time, in each width. */
#define MANY		150

static u8 buffer[4 * MANY], wanted[4 * MANY];

static u64 address_of(const void *data)
{
	return (uintptr_t)data;
}

/* Where a string of elements in @base begins, and where its pointer ends. */
static u64 string_start(u64 base, unsigned int size, unsigned int count, bool down)
{
	return down ? base + (count - 1) * size : base;
}

static u64 string_end(u64 base, unsigned int size, unsigned int count, bool down)
{
	return down ? base - size : base + count * size;
}

/* From a port that gives something else each time. */
static void test_ins_sequence(bool down)
{
	u64 rsi = FILL, rdi = string_start(address_of(buffer), 1, MANY, down), rcx = MANY;
	unsigned int i;

	outw(FW_CFG_FILE_DIR, FW_CFG_PORT_SELECTOR);
	for (i = 0; i < MANY; i++)
		wanted[down ? MANY - 1 - i : i] = inb(FW_CFG_PORT_DATA);
	outw(FW_CFG_FILE_DIR, FW_CFG_PORT_SELECTOR);
	ins1(FW_CFG_PORT_DATA, &rsi, &rdi, &rcx, down);
	check_bytes("REP INSB", buffer, wanted, MANY);
	check_also("REP INSB, RDI", rdi, string_end(address_of(buffer), 1, MANY, down));
	check_also("REP INSB, RCX", rcx, 0);
}

static void test_ins(string_fn fn, unsigned int size, bool down)
{
	u64 rsi = FILL, rdi = string_start(address_of(buffer), size, MANY, down), rcx = MANY;
	u32 value = inl(PCI_DATA);
	unsigned int i;

	memset(buffer, 0, sizeof(buffer));
	fn(PCI_DATA, &rsi, &rdi, &rcx, down);
	for (i = 0; i < MANY; i++)
		memcpy(wanted + i * size, &value, size);
	check_bytes("REP INS", buffer, wanted, MANY * size);
	check_also("REP INS, RDI", rdi, string_end(address_of(buffer), size, MANY, down));
	check_also("REP INS, RCX and RSI", rcx ^ rsi, FILL);
}

/* Only the last one can be seen. */
static void test_outs(string_fn fn, unsigned int size, bool down)
{
	u64 rsi = string_start(address_of(buffer), size, MANY, down), rdi = FILL, rcx = MANY;
	u16 port = size == 4 ? PCI_ADDRESS : PCI_DATA;
	u8 last = down ? 0x21 : 0x43;
	u32 old;

	pci_select(0, PCI_IRQ_LINE);
	old = inl(PCI_DATA);
	memset(buffer, 0, sizeof(buffer));
	buffer[0] = 0x21;
	buffer[(MANY - 1) * size] = 0x43;
	fn(port, &rsi, &rdi, &rcx, down);
	check("REP OUTS", size == 4 ? inl(port) : inb(port), last);
	check_also("REP OUTS, RSI", rsi, string_end(address_of(buffer), size, MANY, down));
	check_also("REP OUTS, RCX and RDI", rcx ^ rdi, FILL);
	pci_select(0, PCI_IRQ_LINE);
	outl(old, PCI_DATA);
}

static void test_port_strings(bool down)
{
	u64 rsi = FILL, rdi = FILL, rcx = 0;

	test_ins_sequence(down);
	pci_select(0, 0);
	test_ins(ins1, 1, down);
	test_ins(ins2, 2, down);
	test_ins(ins4, 4, down);
	test_outs(outs1, 1, down);
	test_outs(outs2, 2, down);
	test_outs(outs4, 4, down);
	ins4(PCI_DATA, &rsi, &rdi, &rcx, down);
	check("REP INS of nothing", rdi, FILL);
}

static void test_ports(void)
{
	test_in();
	pci_select(0, 0);
	/* Registers that can be written are PCI's. */
	if (inl(PCI_DATA) == ~0u)
		return;
	test_out();
	test_port_strings(false);
	test_port_strings(true);
}

/* --- devices' memory -------------------------------------------------------- */

/* Read-only registers of all widths, if there are some. */
static u64 find_registers(void)
{
	unsigned int devfn;
	u32 bar;

	for (devfn = 0; devfn < 256; devfn++) {
		pci_select(devfn, PCI_CLASS);
		if (inl(PCI_DATA) >> 8 == CLASS_AHCI) {
			pci_select(devfn, PCI_BAR5);
			bar = inl(PCI_DATA) & ~0xfu;
			return bar != 0 ? bar : IOAPIC;
		}
	}
	return IOAPIC;
}

#define DIRECT(size, addr)	(cpu_ops->mmio_read(addr, size))

#define LOAD(name, insn, constraint, size, extend)			\
	do {								\
		u64 value = FILL;					\
									\
		__asm__ volatile(insn : constraint(value) : "S"(addr), "c"((u64)2) : "memory"); \
		check(name, value, extend(DIRECT(size, addr)));		\
	} while (0)

#define KEEP(mask, v)	((FILL & ~(u64)(mask)) | ((v) & (mask)))
#define KEEP_8(v)	KEEP(0xff, v)
#define KEEP_HIGH(v)	KEEP(0xff00, (v) << 8)
#define KEEP_16(v)	KEEP(0xffff, v)
#define ZERO(v)		(v)
#define S8_16(v)	KEEP(0xffff, (u64)(s8)(v))
#define S8_32(v)	((u64)(u32)(s8)(v))
#define S8_64(v)	((u64)(s8)(v))
#define S16_32(v)	((u64)(u32)(s16)(v))
#define S16_64(v)	((u64)(s16)(v))

static void test_loads(u64 addr)
{
	LOAD("MOV r8", "movb (%1), %b0", "+Q", 1, KEEP_8);
	LOAD("MOV AH", "movb (%1), %h0", "+a", 1, KEEP_HIGH);
	LOAD("MOV r16", "movw (%1), %w0", "+r", 2, KEEP_16);
	LOAD("MOV r32", "movl (%1), %k0", "+r", 4, ZERO);
	LOAD("MOV r64", "movq (%1), %q0", "+r", 8, ZERO);
	LOAD("MOV DIL", "movb (%1), %b0", "+D", 1, KEEP_8);
	LOAD("MOV, disp8", "movl -8(%1,%2,4), %k0", "+r", 4, ZERO);
	LOAD("MOV, disp32", "%{disp32%} movl -16(%1,%2,8), %k0", "+r", 4, ZERO);
	LOAD("MOVZX r16, m8", "movzbw (%1), %w0", "+r", 1, KEEP_16);
	LOAD("MOVZX r32, m8", "movzbl (%1), %k0", "+r", 1, ZERO);
	LOAD("MOVZX r64, m8", "movzbq (%1), %q0", "+r", 1, ZERO);
	LOAD("MOVZX r32, m16", "movzwl (%1), %k0", "+r", 2, ZERO);
	LOAD("MOVZX r64, m16", "movzwq (%1), %q0", "+r", 2, ZERO);
	LOAD("MOVSX r16, m8", "movsbw (%1), %w0", "+r", 1, S8_16);
	LOAD("MOVSX r32, m8", "movsbl (%1), %k0", "+r", 1, S8_32);
	LOAD("MOVSX r64, m8", "movsbq (%1), %q0", "+r", 1, S8_64);
	LOAD("MOVSX r32, m16", "movswl (%1), %k0", "+r", 2, S16_32);
	LOAD("MOVSX r64, m16", "movswq (%1), %q0", "+r", 2, S16_64);
}

#define STORE(name, insn, ...)						\
	do {								\
		cpu_ops->mmio_write(IOAPIC, 0, 4);			\
		__asm__ volatile(insn : : "S"((u64)IOAPIC), ##__VA_ARGS__ : "memory"); \
		check(name, DIRECT(4, IOAPIC), 0xb4);			\
	} while (0)

static void test_stores(void)
{
	STORE("MOV m8", "movb %b1, (%0)", "d"(FILL ^ 0x6a));
	STORE("MOV m8, AH", "movb %h1, (%0)", "a"(0xb400));
	STORE("MOV m16", "movw %w1, (%0)", "r"(0xb4));
	STORE("MOV m32", "movl %k1, (%0)", "r"(0xb4));
	STORE("MOV m64", "movq %q1, (%0)", "r"((u64)0xb4));
	STORE("MOV m8, imm8", "movb $0xb4, (%0)");
	STORE("MOV m16, imm16", "movw $0xb4, (%0)");
	STORE("MOV m32, imm32", "movl $0xb4, (%0)");
	STORE("MOV m64, imm32", "movq $0xb4, (%0)");
	STORE("MOV m8, SIB", "movb $0xb4, -0x40(%0,%1,8)", "r"((u64)8));
	STORE("MOV moffs8", "movabsb %%al, " IOAPIC_TEXT, "a"(0xb4));
	STORE("MOV moffs16", "movabsw %%ax, " IOAPIC_TEXT, "a"(0xb4));
	STORE("MOV moffs32", "movabsl %%eax, " IOAPIC_TEXT, "a"(0xb4));
	STORE("MOV moffs64", "movabsq %%rax, " IOAPIC_TEXT, "a"((u64)0xb4));
}

/* Registers that need a prefix to be named. */
static void test_load_extended(u64 addr)
{
	u64 value = FILL;

	__asm__ volatile("mov %0, %%r9; mov %1, %%r12; xor %%r13d, %%r13d; "
			 "movw (%%r12,%%r13,2), %%r9w; mov %%r9, %0"
			 : "+r"(value) : "r"(addr) : "r9", "r12", "r13", "cc", "memory");
	check("MOV R9W", value, KEEP_16(DIRECT(2, addr)));
}

static void test_load_moffs(void)
{
	u64 value = FILL;

	cpu_ops->mmio_write(IOAPIC, 0x87, 4);
	__asm__ volatile("movabsb " IOAPIC_TEXT ", %%al" : "+a"(value));
	check("MOV AL, moffs", value, KEEP_8(0x87ull));
	__asm__ volatile("movabsl " IOAPIC_TEXT ", %%eax" : "+a"(value));
	check("MOV EAX, moffs", value, 0x87);
	value = FILL;
	__asm__ volatile("movabsq " IOAPIC_TEXT ", %%rax" : "+a"(value));
	check("MOV RAX, moffs", value, 0x87);
}

/* Of the generic registers of AHCI: they do not change by themselves. */
#define REGISTERS	24

static void test_movs(u64 from, string_fn fn, unsigned int size, bool down)
{
	unsigned int i, count = REGISTERS / size;
	u64 rsi = string_start(from, size, count, down), rcx = count, value;
	u64 rdi = string_start(address_of(buffer), size, count, down);

	for (i = 0; i < count; i++) {
		value = DIRECT(size, from + i * size);
		memcpy(wanted + i * size, &value, size);
	}
	fn(0, &rsi, &rdi, &rcx, down);
	check_bytes("REP MOVS", buffer, wanted, REGISTERS);
	check_also("REP MOVS, RSI", rsi, string_end(from, size, count, down));
	check_also("REP MOVS, RDI", rdi, string_end(address_of(buffer), size, count, down));
	check_also("REP MOVS, RCX", rcx, 0);
}

/* To a device, and from one to another. */
static void test_movs_to_device(u64 from)
{
	u32 value = 0xb4;
	u64 rsi = address_of(&value), rdi = IOAPIC, rcx = FILL;

	movsl_one(0, &rsi, &rdi, &rcx, true);
	check("MOVSL to device", DIRECT(4, IOAPIC), value);
	check_also("MOVSL to device, RDI", rdi, IOAPIC - 4);
	value = (u8)DIRECT(4, from);
	rsi = from;
	rdi = IOAPIC;
	movsl_one(0, &rsi, &rdi, &rcx, false);
	check("MOVSL between devices", DIRECT(4, IOAPIC), value);
	check_also("MOVSL between devices, RSI", rsi, from + 4);
}

/* The handler's own access to the string needs the handler again. */
static void test_nested(void)
{
	u64 rsi = IOAPIC, rdi = IOAPIC, rcx = FILL;

	/* Without a handler that is the host's work, which not every one knows. */
	if (!cc_has(CC_ATTR_STATE_ENCRYPT))
		return;
	pci_select(0, 0);
	cpu_ops->mmio_write(IOAPIC, 0, 4);
	insb_one(PCI_DATA, &rsi, &rdi, &rcx, false);
	check("INSB to device", DIRECT(4, IOAPIC), inb(PCI_DATA));
	rdi = IOAPIC;
	cpu_ops->mmio_write(IOAPIC, 0, 4);
	insl_one(PCI_DATA, &rsi, &rdi, &rcx, true);
	check("INSL to device", DIRECT(4, IOAPIC), inb(PCI_DATA));
	check_also("INSL to device, RDI", rdi, IOAPIC - 4);
	cpu_ops->mmio_write(IOAPIC, 0xb4, 4);
	outsl_one(PCI_ADDRESS, &rsi, &rdi, &rcx, false);
	check("OUTSL from device", inl(PCI_ADDRESS), 0xb4);
	check_also("OUTSL from device, RSI and RCX", (rsi - IOAPIC) ^ rcx, 4 ^ FILL);
}

static void test_mmio(void)
{
	u32 old = readl(mmio(IOAPIC));
	u64 registers = find_registers();

	test_loads(registers);
	cpu_ops->mmio_write(IOAPIC, 0x87, 4);
	test_loads(IOAPIC);
	test_load_extended(registers);
	test_load_moffs();
	test_stores();
	if (registers != IOAPIC) {
		test_movs(registers, movs1, 1, false);
		test_movs(registers, movs2, 2, false);
		test_movs(registers, movs4, 4, false);
		test_movs(registers, movs8, 8, false);
		test_movs(registers, movs1, 1, true);
		test_movs(registers, movs8, 8, true);
	}
	test_movs_to_device(registers);
	test_nested();
	writel(old, mmio(IOAPIC));
}

/* --- what must be refused ------------------------------------------------------ */

/* Not a move. */
static void execute_xchg(void)
{
	u32 value = 0;

	__asm__ volatile("xchgl %0, (%1)" : "+r"(value) : "r"((u64)IOAPIC) : "memory");
}

/* A device that the tables say is private memory. */
static void execute_private(void)
{
	u32 value;

	if (paging_map(IOAPIC, PAGE_SIZE, MAP_RW) == 0)
		__asm__ volatile("movl (%1), %0" : "=r"(value) : "r"((u64)IOAPIC) : "memory");
}

/* Memory whose address depends on the base of a segment. */
static void execute_segment(void)
{
	__asm__ volatile("outsb %%fs:(%%rsi), %%dx" : : "S"(&done), "d"(POST_CODE));
}

static const struct {
	const char *name;
	void (*execute)(void);
} refusals[] = {
	{ "xchg", execute_xchg },
	{ "private", execute_private },
	{ "segment", execute_segment },
};

/* Does not come back if all is well. */
static int test_refusal(void)
{
	struct fw_cfg_file file;
	char name[16] = "";
	size_t i;

	if (fw_cfg_find(&host_input_refused, &file) != 0)
		return 0;
	if (fw_cfg_read_buf(&file, 0, name, MIN(file.size, (u32)sizeof(name) - 1)) != 0)
		return -EIO;
	for (i = 0; i < ARRAY_SIZE(refusals); i++) {
		if (strcmp(name, refusals[i].name) == 0)
			refusals[i].execute();
	}
	pr_err("%s was not refused", name);
	return -EIO;
}

static int test_events(void)
{
	const struct cc_guest *guest = cc_active();

	if (cc_has(CC_ATTR_STATE_ENCRYPT) && guest->exception == NULL) {
		log_printf(LOG_ERR, pr_fmt("this guest kind's handler is not in the image"));
		return 0;
	}
	test_cpuid();
	test_msr();
	test_time();
	test_others();
	test_ports();
	test_mmio();
	/* At the level that is shown in every guest. */
	log_printf(LOG_ERR, pr_fmt("%u instructions handled, %u of them wrong"), done, failed);
	return failed == 0 ? test_refusal() : -EIO;
}
HOOK(handover_pre, 80, common, test_events);
