/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Exceptions in ccvm itself, which are faults of ccvm. The task register is
 * the guest's all the time, so the gates use no stack switch.
 * Document: Intel SDM volume 3, section 6.14.
 */
#include <asm/cpu.h>
#include <asm/exception.h>
#include <fw/log.h>

#include "fault.h"
#include "stop.h"

#define VECTORS		32
#define STUB_SIZE	16
#define SEL_CODE64	0x10
#define SEL_DATA	0x18
#define GATE_INTERRUPT	0x8e

struct gate {
	u16 offset_low;
	u16 selector;
	u8 ist;
	u8 type;
	u16 offset_mid;
	u32 offset_high;
	u32 reserved;
};

struct descriptor_ptr {
	u16 limit;
	u64 base;
} __packed;

extern const u8 exception_stubs[];

static struct gate idt[VECTORS];

/* As in the reset vector, but in RAM. */
static u64 gdt[] = {
	0,
	0x00cf9b000000ffff,	/* 0x08: 32-bit code */
	0x00af9b000000ffff,	/* 0x10: 64-bit code */
	0x00cf93000000ffff,	/* 0x18: data */
};

void fault_init(void)
{
	struct descriptor_ptr gdtr = { sizeof(gdt) - 1, (u64)(uintptr_t)gdt };
	struct descriptor_ptr idtr = { sizeof(idt) - 1, (u64)(uintptr_t)idt };
	unsigned int i;

	for (i = 0; i < VECTORS; i++) {
		u64 stub = (u64)(uintptr_t)exception_stubs + i * STUB_SIZE;

		idt[i].offset_low = (u16)stub;
		idt[i].offset_mid = (u16)(stub >> 16);
		idt[i].selector = SEL_CODE64;
		idt[i].type = GATE_INTERRUPT;
	}
	__asm__ volatile("lgdt %0" : : "m"(gdtr));
	__asm__ volatile("lidt %0" : : "m"(idtr));
	__asm__ volatile("mov %0, %%ds; mov %0, %%es; mov %0, %%ss"
			 : : "r"((u32)SEL_DATA) : "memory");
}

void exception_handle(struct exception_frame *f)
{
	ccvm_stop(STOP_ERROR, "exception %llu in ccvm, error code %llx, rip %llx rsp %llx cr2 %llx",
		  (unsigned long long)f->vector, (unsigned long long)f->error,
		  (unsigned long long)f->rip, (unsigned long long)f->rsp,
		  (unsigned long long)read_cr2());
}
