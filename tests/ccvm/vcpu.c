/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Virtual processors: reset state, registers.
 * Document: AMD64 APM volume 2, section 14.1.3 (state after RESET and INIT).
 */
#define pr_fmt(fmt) "cpu: " fmt

#include <asm/cpu.h>
#include <fw/log.h>
#include <fw/string.h>

#include "gpaccess.h"
#include "mode.h"
#include "svm.h"
#include "vcpu.h"

_Static_assert(offsetof(struct cpu, vmcb) == 0, "svm_entry.asm");
_Static_assert(offsetof(struct cpu, gpr) == 0x3000, "svm_entry.asm");
_Static_assert(offsetof(struct vmcb_control, iopm) == 0x40, "VMCB");
_Static_assert(offsetof(struct vmcb_control, exit_code) == 0x70, "VMCB");
_Static_assert(offsetof(struct vmcb_control, np_enable) == 0x90, "VMCB");
_Static_assert(offsetof(struct vmcb_control, event_inj) == 0xa8, "VMCB");
_Static_assert(offsetof(struct vmcb, save) == 0x400, "VMCB");
_Static_assert(offsetof(struct vmcb_save, cpl) == 0xcb, "VMCB");
_Static_assert(offsetof(struct vmcb_save, cr4) == 0x148, "VMCB");
_Static_assert(offsetof(struct vmcb_save, rsp) == 0x1d8, "VMCB");
_Static_assert(offsetof(struct vmcb_save, cr2) == 0x240, "VMCB");
_Static_assert(offsetof(struct vmcb_save, g_pat) == 0x268, "VMCB");
_Static_assert(sizeof(struct vmcb) == 4096, "VMCB");

#define CR0_RESET	0x60000010ull
#define DR6_RESET	0xffff0ff0ull
#define DR7_RESET	0x400ull
#define PAT_RESET	0x0007040600070406ull

#define SEG_DATA16	0x93
#define SEG_CODE16	0x9b
#define SEG_LDT		0x82
#define SEG_TSS		0x8b

struct cpu cpus[MAX_CPUS];
u32 cpu_count;
bool cpus_running;
u8 cpu_stacks[MAX_CPUS][CPU_STACK_SIZE] __noinit __aligned(CPU_STACK_SIZE);

struct cpu *this_cpu(void)
{
	u64 sp = (u64)(uintptr_t)__builtin_frame_address(0);

	return *(struct cpu **)(uintptr_t)ALIGN_DOWN(sp, (u64)CPU_STACK_SIZE);
}

void cpu_bind(struct cpu *cpu)
{
	memcpy(cpu_stacks[cpu->id], &cpu, sizeof(cpu));
}

u64 *vcpu_reg(struct cpu *cpu, enum gpr reg)
{
	if (reg == RAX)
		return &cpu->vmcb.save.rax;
	if (reg == RSP)
		return &cpu->vmcb.save.rsp;
	return &cpu->gpr[reg];
}

u64 vcpu_linear_ip(const struct cpu *cpu)
{
	const struct vmcb_save *save = &cpu->vmcb.save;

	return vcpu_in_64bit(cpu) ? save->rip : (u32)(save->cs.base + save->rip);
}

void vcpu_start_at(struct cpu *cpu, u16 selector, u64 base, u64 ip)
{
	cpu->vmcb.save.cs = (struct vmcb_seg){ selector, SEG_CODE16, 0xffff, base };
	cpu->vmcb.save.rip = ip;
}

void vcpu_reset(struct cpu *cpu)
{
	static const struct vmcb_seg data = { 0, SEG_DATA16, 0xffff, 0 };
	struct vmcb_save *save = &cpu->vmcb.save;

	memset(save, 0, sizeof(*save));
	memset(cpu->gpr, 0, sizeof(cpu->gpr));
	vcpu_start_at(cpu, 0xf000, 0xffff0000, 0xfff0);
	save->ds = save->es = save->ss = save->fs = save->gs = data;
	save->gdtr.limit = 0xffff;
	save->idtr.limit = 0xffff;
	save->ldtr = (struct vmcb_seg){ 0, SEG_LDT, 0xffff, 0 };
	save->tr = (struct vmcb_seg){ 0, SEG_TSS, 0xffff, 0 };
	save->cr0 = CR0_RESET;
	save->dr6 = DR6_RESET;
	save->dr7 = DR7_RESET;
	save->g_pat = PAT_RESET;
	save->efer = EFER_SVME;
	save->rflags = RFLAGS_FIXED;
	cpu->gpr[RDX] = cpuid(1, 0).eax;
	svm_setup_vmcb(cpu);
	if (mode->reset != NULL)
		mode->reset(cpu);
}

static void dump_code(struct cpu *cpu)
{
	u8 byte[16] = { 0 };
	size_t n = gva_fetch(cpu, vcpu_linear_ip(cpu), byte, sizeof(byte));

	pr_err("code (%zu): %02x %02x %02x %02x %02x %02x %02x %02x %02x %02x %02x %02x", n,
	       byte[0], byte[1], byte[2], byte[3], byte[4], byte[5], byte[6], byte[7], byte[8],
	       byte[9], byte[10], byte[11]);
}

void vcpu_dump(struct cpu *cpu)
{
	const struct vmcb_control *c = &cpu->vmcb.control;
	const struct vmcb_save *s = &cpu->vmcb.save;
	const u64 *r = cpu->gpr;
	size_t i;
	const struct {
		const char *name[4];
		u64 value[4];
	} rows[] = {
		{ { "exit", "info1", "info2", "event" },
		  { c->exit_code, c->exit_info1, c->exit_info2, c->exit_int_info } },
		{ { "cs", "csbase", "rip", "rflags" },
		  { s->cs.selector, s->cs.base, s->rip, s->rflags } },
		{ { "cr0", "cr3", "cr4", "efer" }, { s->cr0, s->cr3, s->cr4, s->efer } },
		{ { "rax", "rcx", "rdx", "rbx" }, { s->rax, r[RCX], r[RDX], r[RBX] } },
		{ { "rsp", "rbp", "rsi", "rdi" }, { s->rsp, r[RBP], r[RSI], r[RDI] } },
		{ { "r8", "r9", "r10", "r11" }, { r[R8], r[R9], r[R10], r[R11] } },
		{ { "r12", "r13", "r14", "r15" }, { r[R12], r[R13], r[R14], r[R15] } },
	};

	pr_err("cpu %u, cpl %u, after %llu exits", cpu->id, s->cpl,
	       (unsigned long long)cpu->exits);
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		pr_err("%s %llx %s %llx %s %llx %s %llx",
		       rows[i].name[0], (unsigned long long)rows[i].value[0],
		       rows[i].name[1], (unsigned long long)rows[i].value[1],
		       rows[i].name[2], (unsigned long long)rows[i].value[2],
		       rows[i].name[3], (unsigned long long)rows[i].value[3]);
	dump_code(cpu);
}
