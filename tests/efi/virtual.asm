; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; An application that does what an operating system's kernel does with runtime
; services, and more than Linux: it ends boot services, moves everything to other
; addresses, takes the old ones away, calls the services there, writes what it
; saw into the variable "Report", and ends the machine.
; Documents: UEFI 2.10, sections 7.2, 8 and 4.5; Microsoft PE Format, "Optional
; Header", "Section Table".
;
; Build: nasm -f bin -DRESET=0 -o virtual.efi virtual.asm
; RESET is the type of reset: 0 cold, 1 warm, 2 off.

%define HEADERS		0x200
%define CODE_SIZE	0x1000
%define MEMORY_SIZE	0x10000
%define MAP_SIZE	0x8000
%define DELTA		0xffff800000000000	; entry 256 of the top level of tables
%define TABLE_MASK	0x0000007ffffff000	; without a bit that says "encrypted"

; Of the system table, boot services and runtime services.
%define RUNTIME_SERVICES 0x58
%define BOOT_SERVICES	0x60
%define GET_MEMORY_MAP	0x38
%define EXIT_BOOT	0xe8
%define GET_TIME	0x18
%define SET_TIME	0x20
%define GET_WAKEUP	0x28
%define SET_WAKEUP	0x30
%define SET_VIRTUAL	0x38
%define CONVERT		0x40
%define GET_VARIABLE	0x48
%define NEXT_NAME	0x50
%define SET_VARIABLE	0x58
%define NEXT_HIGH	0x60
%define RESET_SYSTEM	0x68
%define UPDATE_CAPSULE	0x70
%define QUERY_CAPSULE	0x78
%define QUERY_VARIABLE	0x80

; service OFFSET, NUMBER: calls a runtime service of the table in R12, and keeps its status
%macro service 2
	call	[r12 + %1]
	mov	[rel status + 8 * (%2)], rax
%endmacro

	bits	64
	org	0

image:
	db	"MZ"
	times	0x3c - ($ - image) db 0
	dd	pe_header
pe_header:
	db	"PE", 0, 0
	dw	0x8664			; machine: x86-64
	dw	1			; sections
	dd	0, 0, 0
	dw	section_table - optional_header
	dw	0x0206			; executable, no line numbers, no debug
optional_header:
	dw	0x020b			; PE32+
	db	1, 0
	dd	CODE_SIZE
	dd	0, 0
	dd	start
	dd	HEADERS
	dq	0			; image base
	dd	HEADERS, HEADERS	; section and file alignment
	dw	0, 0, 1, 0, 0, 0
	dd	0
	dd	HEADERS + MEMORY_SIZE
	dd	HEADERS
	dd	0
	dw	10			; subsystem: EFI application
	dw	0
	dq	0, 0, 0, 0
	dd	0
	dd	6			; data directories
	times	6 dq 0
section_table:
	db	".text", 0, 0, 0
	dd	MEMORY_SIZE, HEADERS, CODE_SIZE, HEADERS
	dd	0, 0, 0
	dd	0xe0000020		; code, execute, read, write

	times	HEADERS - ($ - image) db 0

start:
	and	rsp, -16
	sub	rsp, 64
	mov	[rel handle], rcx
	mov	rbx, rdx		; the system table
	mov	r12, [rbx + RUNTIME_SERVICES]
	mov	r13, [rbx + BOOT_SERVICES]

	lea	rcx, [rel time0]
	lea	rdx, [rel capabilities]
	service GET_TIME, 0
	lea	rcx, [rel scratch]
	lea	rdx, [rel scratch]
	lea	r8, [rel scratch]
	service GET_WAKEUP, 1
	lea	rcx, [rel high0]
	service NEXT_HIGH, 2
	mov	ecx, 48
	mov	edx, 48
	mov	r8d, 1
	lea	r9, [rel map]
	service SET_VIRTUAL, 3		; too early

	; The end of boot services.
	mov	r14d, 8
.again:	mov	qword [rel map_size], MAP_SIZE
	lea	rcx, [rel map_size]
	lea	rdx, [rel map]
	lea	r8, [rel key]
	lea	r9, [rel stride]
	lea	rax, [rel version]
	mov	[rsp + 32], rax
	call	[r13 + GET_MEMORY_MAP]
	mov	rcx, [rel handle]
	mov	rdx, [rel key]
	call	[r13 + EXIT_BOOT]
	test	rax, rax
	jz	.ended
	dec	r14d
	jnz	.again
	jmp	dead
.ended:
	cli

	; All memory is at DELTA, too.
	mov	rax, cr0
	btr	rax, 16			; WP: the tables are not ours
	mov	cr0, rax
	mov	rax, cr3
	mov	rcx, TABLE_MASK
	and	rax, rcx
	mov	rcx, [rax]
	mov	[rax + 256 * 8], rcx
	mov	r15, rax
	mov	rax, cr3
	mov	cr3, rax

	lea	rsi, [rel map]
	mov	rdi, rsi
	add	rdi, [rel map_size]
	mov	rdx, DELTA
.next:	test	byte [rsi + 32 + 7], 0x80	; EFI_MEMORY_RUNTIME
	jz	.skip
	mov	rax, [rsi + 8]
	add	rax, rdx
	mov	[rsi + 16], rax
.skip:	add	rsi, [rel stride]
	cmp	rsi, rdi
	jb	.next
	call	set_virtual
	mov	[rel status + 8 * 4], rax
	call	set_virtual
	mov	[rel status + 8 * 5], rax	; only once

	; Go there, and take the old addresses away.
	mov	rdx, DELTA
	add	rsp, rdx
	add	rbx, rdx
	add	r15, rdx
	lea	rax, [rel .high]
	add	rax, rdx
	jmp	rax
.high:	mov	qword [r15], 0
	mov	rax, cr3
	mov	cr3, rax
	mov	r12, [rbx + RUNTIME_SERVICES]

	lea	rcx, [rel time1]
	xor	edx, edx
	service GET_TIME, 6
	lea	rcx, [rel new_time]
	service SET_TIME, 7
	lea	rcx, [rel time2]
	xor	edx, edx
	service GET_TIME, 8
	lea	rcx, [rel high1]
	service NEXT_HIGH, 9
	mov	ecx, 7
	lea	rdx, [rel room]
	lea	r8, [rel room + 8]
	lea	r9, [rel room + 16]
	service QUERY_VARIABLE, 10
	lea	rcx, [rel secure_boot]
	lea	rdx, [rel efi_global]
	xor	r8d, r8d
	lea	r9, [rel size]
	lea	rax, [rel scratch]
	mov	[rsp + 32], rax
	service GET_VARIABLE, 11
	xor	ecx, ecx
	lea	rdx, [rel pointer]
	service CONVERT, 12
	lea	rcx, [rel pointer]
	mov	edx, 1
	lea	r8, [rel scratch]
	lea	r9, [rel scratch]
	service QUERY_CAPSULE, 13
	lea	rcx, [rel pointer]
	mov	edx, 1
	xor	r8d, r8d
	service UPDATE_CAPSULE, 14
	xor	ecx, ecx
	xor	edx, edx
	service SET_WAKEUP, 15

	; Each name once.
	xor	r14d, r14d
.name:	mov	qword [rel size], 512
	lea	rcx, [rel size]
	lea	rdx, [rel name]
	lea	r8, [rel vendor]
	call	[r12 + NEXT_NAME]
	test	rax, rax
	jnz	.names
	inc	r14d
	cmp	r14d, 1000
	jb	.name
.names:	mov	[rel status + 8 * 16], rax
	mov	[rel names], r14

	lea	rcx, [rel report_name]
	lea	rdx, [rel own]
	mov	r8d, 7
	mov	r9d, report_end - report
	lea	rax, [rel report]
	mov	[rsp + 32], rax
	call	[r12 + SET_VARIABLE]

	mov	ecx, RESET
	xor	edx, edx
	xor	r8d, r8d
	xor	r9d, r9d
	call	[r12 + RESET_SYSTEM]
dead:	cli
	hlt
	jmp	dead

set_virtual:
	sub	rsp, 40
	mov	rcx, [rel map_size]
	mov	rdx, [rel stride]
	mov	r8d, [rel version]
	lea	r9, [rel map]
	call	[r12 + SET_VIRTUAL]
	add	rsp, 40
	ret

	align	8, db 0
handle:	dq	0
key:	dq	0
stride:	dq	0
map_size: dq	0
size:	dq	16
pointer: dq	image
version: dd	0, 0
; 2033-04-05 06:07:08, a quarter past UTC
new_time:
	dw	2033
	db	4, 5, 6, 7, 8, 0
	dd	0
	dw	-15
	db	0, 0
efi_global: dd	0x8be4df61
	dw	0x93ca, 0x11d2
	db	0xaa, 0x0d, 0x00, 0xe0, 0x98, 0x03, 0x2b, 0x8c
own:	dd	0x0e6b5b4e
	dw	0x9a1c, 0x4f1e
	db	0x8f, 0x0e, 0x5f, 0x0f, 0x1a, 0x7d, 0x3c, 0x21
secure_boot:
	dw	'S', 'e', 'c', 'u', 'r', 'e', 'B', 'o', 'o', 't', 0
report_name:
	dw	'R', 'e', 'p', 'o', 'r', 't', 0

	align	8, db 0
report:
status:	times	17 dq 0xdead		; by number
time0:	times	2 dq 0
time1:	times	2 dq 0
time2:	times	2 dq 0
room:	times	3 dq 0
names:	dq	0
high0:	dd	0
high1:	dd	0
capabilities:
	times	2 dq 0
report_end:

scratch:
	times	8 dq 0
vendor:	times	2 dq 0
name:	dw	0

	times	HEADERS + CODE_SIZE - ($ - image) db 0
map:					; MAP_SIZE bytes of the section that are not in the file
