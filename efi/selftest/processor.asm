; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; What the self-tests cannot say in C: accesses that may fault, and registers that
; the compiler does not use.
; Documents: Intel SDM volume 3, section 6.14.2 (stack frame); volume 1, sections
; 8.1.5 (x87 control word) and 10.2.3 (MXCSR).

bits 64
default rel

%define SSE_REGISTERS 16
MXCSR_DOWN	equ 0x3f80		; the usual one, but rounding down
FCW_DOWN	equ 0x077f

; The page fault's frame, after the error code.
FRAME_RIP	equ 0

; Not zero, and different for each register.
%define PATTERN(i)	(0x01020304 + 0x10101010 * (i))

section .text.selftest progbits alloc exec nowrite align=16

; bool try_read(const volatile void *address)
global try_read:function
try_read:
	mov rdx, rsp
	mov al, [rdi]
	mov eax, 1
	ret

; bool try_write(volatile void *address): with what is there
global try_write:function
try_write:
	mov rdx, rsp
	lock or byte [rdi], 0
	mov eax, 1
	ret

; bool try_call(const volatile void *address)
global try_call:function
try_call:
	mov rdx, rsp
	call rdi
	mov eax, 1
	ret

; RDX is the stack pointer to go back to.
not_possible:
	mov rsp, rdx
	xor eax, eax
	ret

; The interrupted function goes on where it says that it could not.
global fault_entry:function
fault_entry:
	add rsp, 8
	lea rax, [not_possible]
	mov [rsp + FRAME_RIP], rax
	iretq

; bool fpu_survives(const volatile u32 *changed, u64 turns)
global fpu_survives:function
fpu_survives:
	sub rsp, 24
	stmxcsr [rsp]
	fnstcw [rsp + 4]
	mov dword [rsp + 8], MXCSR_DOWN
	ldmxcsr [rsp + 8]
	mov word [rsp + 8], FCW_DOWN
	fldcw [rsp + 8]
	fld1
%assign i 0
%rep SSE_REGISTERS
	mov eax, PATTERN(i) & 0xffffffff
	movd xmm %+ i, eax
	pshufd xmm %+ i, xmm %+ i, 0
	%assign i i + 1
%endrep
.wait:
	cmp dword [rdi], 0
	jne .compare
	pause
	dec rsi
	jnz .wait
.compare:
	xor edx, edx
%assign i 0
%rep SSE_REGISTERS
	pshufd xmm %+ i, xmm %+ i, 0x1b		; the highest is as good as the lowest
	movd eax, xmm %+ i
	xor eax, PATTERN(i) & 0xffffffff
	or edx, eax
	%assign i i + 1
%endrep
	fstp dword [rsp + 8]
	mov eax, [rsp + 8]
	xor eax, __float32__(1.0)
	or edx, eax
	stmxcsr [rsp + 8]
	mov eax, [rsp + 8]
	xor eax, MXCSR_DOWN
	or edx, eax
	fnstcw [rsp + 8]
	movzx eax, word [rsp + 8]
	xor eax, FCW_DOWN
	or edx, eax
	fldcw [rsp + 4]
	ldmxcsr [rsp]
	xor eax, eax
	test edx, edx
	setz al
	add rsp, 24
	ret

; void fpu_spoil(void)
global fpu_spoil:function
fpu_spoil:
	fninit
	fldz
	ldmxcsr [mxcsr_default]
%assign i 0
%rep SSE_REGISTERS
	pxor xmm %+ i, xmm %+ i
	%assign i i + 1
%endrep
	ret

section .rodata.selftest progbits alloc noexec nowrite align=4
mxcsr_default:
	dd 0x1f80
