/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * GDT, TSS and IDT, and what happens on an exception: all registers and the
 * top of the stack are shown as addresses that cloister.map resolves, and the
 * machine stops.
 * Document: Intel SDM volume 3, sections 3.4.5, 6.14 and 7.7.
 */
#include <asm/cpu.h>
#include <asm/exception.h>
#include <fw/cc.h>
#include <fw/layout.h>
#include <fw/log.h>
#include <fw/panic.h>

#define VECTORS		32
#define STUB_SIZE	16
#define STACK_WORDS	16	/* shown of the stack */

#define SEL_CODE64	0x10
#define SEL_TSS		0x20
#define SEL_FS		0x30

#define IST_EXCEPTION	1
#define IST_FAULT	2
#define IST_INTERRUPT	3

/* Exceptions, and the interrupts that there may be. */
#define GATES		(VECTORS + (IS_ENABLED(CONFIG_X86_TIMER) ? 16 : 0))

/*
 * An exception may be handled and return, and its handler may cause another
 * one: each takes this much of the stack.
 */
#define IST_SLICE	0x800

#define VECTOR_NMI	2
#define VECTOR_DF	8
#define VECTOR_PF	14
#define VECTOR_MC	18

struct tss {
	u32 reserved0;
	u64 rsp[3];
	u64 reserved1;
	u64 ist[7];		/* ist[0] is IST1 */
	u64 reserved2;
	u16 reserved3;
	u16 io_map;
} __packed;

struct idt_gate {
	u16 offset_low;
	u16 selector;
	u8 ist;
	u8 type;
	u16 offset_mid;
	u32 offset_high;
	u32 reserved;
};

#define GATE_INTERRUPT	0x8e	/* present, DPL 0, 64-bit interrupt gate */

struct descriptor_ptr {
	u16 limit;
	u64 base;
} __packed;

extern const u8 exception_stubs[];

/*
 * Libraries look for a canary here (System V psABI, section 3.4.2, and GCC's
 * -fstack-protector).
 */
static struct {
	u8 reserved[0x28];
	u64 stack_canary;
} thread_area;

static struct tss tss;
static struct idt_gate idt[GATES];

/* Selectors as in the reset vector; 0x10 and 0x18 are the boot protocol's. */
static u64 gdt[] = {
	0,
	0x00cf9b000000ffff,	/* 0x08: 32-bit code */
	0x00af9b000000ffff,	/* 0x10: 64-bit code */
	0x00cf93000000ffff,	/* 0x18: data */
	0, 0,			/* 0x20: TSS */
	0,			/* 0x30: what FS refers to */
};

static const char *const exception_names[VECTORS] = {
	"divide error", "debug", "NMI", "breakpoint", "overflow", "bound range",
	"invalid opcode", "device not available", "double fault", NULL,
	"invalid TSS", "segment not present", "stack fault",
	"general protection", "page fault", NULL, "x87 error",
	"alignment check", "machine check", "SIMD error", "virtualization",
	"control protection", NULL, NULL, NULL, NULL, NULL, NULL,
	"hypervisor injection", "VMM communication", "security",
};

static void set_gate(unsigned int vector, u64 entry, u8 ist)
{
	/* The image is below 4 GiB: offset_high stays zero. */
	idt[vector].offset_low = (u16)entry;
	idt[vector].offset_mid = (u16)(entry >> 16);
	idt[vector].selector = SEL_CODE64;
	idt[vector].ist = ist;
	idt[vector].type = GATE_INTERRUPT;
}

static void idt_init(void)
{
	unsigned int i;

	for (i = 0; i < VECTORS; i++) {
		u64 stub = (u64)(uintptr_t)exception_stubs + i * STUB_SIZE;
		bool fault = i == VECTOR_NMI || i == VECTOR_DF || i == VECTOR_MC;

		set_gate(i, stub, fault ? IST_FAULT : IST_EXCEPTION);
	}
}

void interrupt_set_gate(unsigned int vector, const void *entry, void *stack)
{
	fw_assert(vector >= VECTORS && vector < GATES);
	tss.ist[IST_INTERRUPT - 1] = (u64)(uintptr_t)stack;
	set_gate(vector, (u64)(uintptr_t)entry, IST_INTERRUPT);
}

void exception_init(void)
{
	struct descriptor_ptr gdtr = { sizeof(gdt) - 1, (u64)(uintptr_t)gdt };
	struct descriptor_ptr idtr = { sizeof(idt) - 1, (u64)(uintptr_t)idt };
	u64 base = (u64)(uintptr_t)&tss;

	tss.ist[IST_EXCEPTION - 1] = (u64)(uintptr_t)ist_top;
	tss.ist[IST_FAULT - 1] = (u64)(uintptr_t)fault_top;
	tss.io_map = sizeof(tss);

	/* 64-bit TSS descriptor, present, available; base below 4 GiB. */
	gdt[SEL_TSS / 8] = (sizeof(tss) - 1) | (base & 0xffffff) << 16 |
			   (u64)0x89 << 40 | (base >> 24 & 0xff) << 56;
	/* 32-bit data segment descriptor: its base is all that 64-bit mode uses. */
	base = (u64)(uintptr_t)&thread_area;
	gdt[SEL_FS / 8] = (sizeof(thread_area) - 1) | (base & 0xffffff) << 16 |
			  (u64)0x4093 << 40 | (base >> 24 & 0xff) << 56;
	thread_area.stack_canary = rdtsc() << 8;
	idt_init();

	__asm__ volatile("lgdt %0" : : "m"(gdtr));
	__asm__ volatile("ltr %w0" : : "r"((u16)SEL_TSS));
	__asm__ volatile("lidt %0" : : "m"(idtr));
	__asm__ volatile("mov %w0, %%fs" : : "r"((u16)SEL_FS));
}

/* How many words of one of our own stacks lie at and above @addr; 0: not ours. */
static size_t stack_words(u64 addr)
{
	const struct {
		const u8 *bottom, *top;
	} stacks[] = {
		{ stack_bottom, stack_top },
		{ ist_bottom, ist_top },
		{ fault_bottom, fault_top },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(stacks); i++) {
		if (addr >= (u64)(uintptr_t)stacks[i].bottom &&
		    addr < (u64)(uintptr_t)stacks[i].top)
			return ((u64)(uintptr_t)stacks[i].top - addr) / sizeof(u64);
	}
	return 0;
}

static void show_stack(u64 rsp)
{
	const u64 *word = (const u64 *)(uintptr_t)rsp;
	size_t i, count = MIN(stack_words(rsp), (size_t)STACK_WORDS);

	if (count == 0)
		log_printf(LOG_ERR, "stack %016llx is not one of ours", (unsigned long long)rsp);
	for (i = 0; i < count; i++)
		log_printf(LOG_ERR, "stack +%02zx: %016llx", i * sizeof(u64),
			   (unsigned long long)word[i]);
}

static void show_registers(const struct exception_frame *f)
{
	const struct {
		const char *name[4];
		u64 value[4];
	} rows[] = {
		{ { "rip", "rsp", "flg", "cr2" }, { f->rip, f->rsp, f->rflags, read_cr2() } },
		{ { "rax", "rbx", "rcx", "rdx" }, { f->rax, f->rbx, f->rcx, f->rdx } },
		{ { "rsi", "rdi", "rbp", "r8 " }, { f->rsi, f->rdi, f->rbp, f->r8 } },
		{ { "r9 ", "r10", "r11", "r12" }, { f->r9, f->r10, f->r11, f->r12 } },
		{ { "r13", "r14", "r15", "cr3" }, { f->r13, f->r14, f->r15, read_cr3() } },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		log_printf(LOG_ERR, "%s %016llx %s %016llx %s %016llx %s %016llx",
			   rows[i].name[0], (unsigned long long)rows[i].value[0],
			   rows[i].name[1], (unsigned long long)rows[i].value[1],
			   rows[i].name[2], (unsigned long long)rows[i].value[2],
			   rows[i].name[3], (unsigned long long)rows[i].value[3]);
}

void exception_handle(struct exception_frame *frame)
{
	const char *name = exception_names[frame->vector % VECTORS];
	static unsigned int depth;
	bool handled;

	if (tss.ist[IST_EXCEPTION - 1] < (u64)(uintptr_t)ist_bottom + 2 * IST_SLICE)
		machine_stop();
	/* The next exception must not overwrite this one's frame. */
	tss.ist[IST_EXCEPTION - 1] -= IST_SLICE;
	handled = cc_exception(frame);
	tss.ist[IST_EXCEPTION - 1] += IST_SLICE;
	if (handled)
		return;

	/* What is below may fail in its turn: less is tried each time. */
	depth++;
	if (depth == 2)
		machine_stop();
	if (depth > 2)
		cpu_halt();

	log_printf(LOG_ERR, "exception %llu (%s), error code %llx, cs %llx ss %llx",
		   (unsigned long long)frame->vector, name ? name : "reserved",
		   (unsigned long long)frame->error, (unsigned long long)frame->cs,
		   (unsigned long long)frame->ss);
	show_registers(frame);
	show_stack(frame->rsp);
	machine_stop();
}
