; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; Where every other processor enters ccvm: a page below 1 MiB that the guest
; never sees, from real mode to 64-bit mode, then a stack by APIC id and C.
; Document: Intel SDM volume 3, sections 9.4 and 10.8.5.

%define CR0_PE		(1 << 0)
%define CR0_ET		(1 << 4)
%define CR0_NE		(1 << 5)
%define CR0_WP		(1 << 16)
%define CR0_PG		(1 << 31)
%define CR4_PAE		(1 << 5)
%define MSR_EFER	0xc0000080
%define EFER_LME_NXE	((1 << 8) | (1 << 11))

%define SEL_CODE32	0x08
%define SEL_CODE64	0x10
%define SEL_DATA	0x18

%define STACK_SHIFT	16		; CPU_STACK_SIZE in vcpu.h
%define PAGE_BASE	0x9f000		; HIDDEN_PAGE in memory.h

extern host_pml4
extern cpu_stacks
extern smp_ap_main

%define AT(label)	(label - ap_page)
%define PHYS(label)	(PAGE_BASE + AT(label))

section .rodata.ap_page progbits alloc noexec nowrite align=16
bits 16
global ap_page, ap_page_end
ap_page:
	cli
	cld
	o32 lgdt [cs:AT(ap_gdtr)]
	mov eax, CR0_PE | CR0_ET | CR0_NE
	mov cr0, eax
	jmp dword SEL_CODE32:PHYS(.flat)
bits 32
.flat:
	mov ax, SEL_DATA
	mov ds, ax
	mov es, ax
	mov ss, ax
	mov fs, ax
	mov gs, ax
	mov eax, host_pml4
	mov cr3, eax
	mov eax, CR4_PAE
	mov cr4, eax
	mov ecx, MSR_EFER
	rdmsr
	or eax, EFER_LME_NXE
	wrmsr
	mov eax, cr0
	or eax, CR0_PG | CR0_WP
	mov cr0, eax
	jmp dword SEL_CODE64:ap_start64

	align 8
ap_gdt:
	dq 0
	dq 0x00cf9b000000ffff
	dq 0x00af9b000000ffff
	dq 0x00cf93000000ffff
ap_gdtr:
	dw $ - ap_gdt - 1
	dd PHYS(ap_gdt)
ap_page_end:

section .text.ap_start64 progbits alloc exec nowrite align=16
bits 64
ap_start64:
	mov eax, 1
	cpuid
	shr ebx, 24
	mov edi, ebx
	lea eax, [rbx + 1]
	shl rax, STACK_SHIFT
	add rax, cpu_stacks
	mov rsp, rax
	xor ebp, ebp
	call smp_ap_main
	ud2
