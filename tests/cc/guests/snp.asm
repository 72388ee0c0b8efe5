; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; SEV-SNP guests, one for each value of CASE. Most violate one strict check and must
; not survive it; "rules" exercises return codes and answers, and ends well.
; Documents: AMD64 APM volume 3 (24594), PVALIDATE and RMPADJUST; GHCB
; specification (AMD 56421), sections 2.3 and 4.

%include "sev.inc"

guest:
%ifidn CASE, unvalidated
	mov eax, [abs dword FRESH]
	finish 1

%elifidn CASE, unvalidated_private
	; Assigned to the guest, but not validated by it.
	page_state FRESH, PSC_PRIVATE
	mov eax, [abs dword FRESH]
	finish 1

%elifidn CASE, shared_of_private
	mov rbx, SHARED + VALID
	mov eax, [rbx]
	finish 1

%elifidn CASE, shared_of_image
	mov rbx, SHARED + image + SIZE - 0x1000
	mov eax, [rbx]
	finish 1

%elifidn CASE, private_of_shared
	page_state FRESH, PSC_SHARED
	mov eax, [abs dword FRESH]
	finish 1

%elifidn CASE, double_validate
	page_state FRESH, PSC_PRIVATE
	pvalidate FRESH, 0, 1
	pvalidate FRESH, 0, 1
	finish 1

%elifidn CASE, validate_shared
	pvalidate FRESH, 0, 1
	finish 1

%elifidn CASE, shared_validated
	page_state VALID, PSC_SHARED
	finish 1

%elifidn CASE, exec_shared
	page_state FRESH, PSC_SHARED
	mov rbx, SHARED + FRESH
	mov byte [rbx], 0xc3
	call rbx
	finish 1

%elifidn CASE, tables_shared
	page_state FRESH, PSC_SHARED
	mov rbx, 2 << 39
	mov eax, [rbx]
	finish 1

%elifidn CASE, mmio_private
	mov ebx, 0xfec00000
	mov eax, [rbx]
	finish 1

%elifidn CASE, ghcb_unregistered
	page_state GHCB, PSC_SHARED
	ghcb_page
	ghcb_event 0x80000010, 0, 0
	finish 1

%elifidn CASE, ghcb_other
	; Registered is another page than the one used.
	call ghcb_setup
	page_state FRESH, PSC_SHARED
	mov eax, FRESH | 0x12
	msr_request
	ghcb_page
	ghcb_event 0x8000fffd, 0, 0
	finish 1

%elifidn CASE, ghcb_private
	mov eax, VALID | 0x12
	msr_request
	mov eax, VALID
	xor edx, edx
	mov ecx, GHCB_MSR
	wrmsr
	vmgexit
	finish 1

%elifidn CASE, ghcb_usage
	call ghcb_setup
	ghcb_page
	mov dword [rdi + GHCB_USAGE], 1
	ghcb_event 0x8000fffd, 0, 0
	finish 1

%elifidn CASE, ghcb_version_0
	call ghcb_setup
	ghcb_page
	mov word [rdi + GHCB_VERSION], 0
	ghcb_event 0x8000fffd, 0, 0
	finish 1

%elifidn CASE, ghcb_version_3
	call ghcb_setup
	ghcb_page
	mov word [rdi + GHCB_VERSION], 3
	ghcb_event 0x8000fffd, 0, 0
	finish 1

%elifidn CASE, ghcb_event
	call ghcb_setup
	ghcb_page
	ghcb_event 0x80001234, 0, 0
	finish 1

%elifidn CASE, ghcb_msr_event
	mov eax, 0xabc
	msr_request
	finish 1

%elifidn CASE, ghcb_missing_register
	; CPUID needs RAX and RCX.
	call ghcb_setup
	ghcb_page
	ghcb_put GHCB_RAX, 1
	ghcb_event 0x72, 0, 0
	finish 1

%elifidn CASE, ghcb_missing_code
	call ghcb_setup
	ghcb_page
	ghcb_put GHCB_INFO1, 0
	ghcb_put GHCB_INFO2, 0
	mov qword [rdi + GHCB_CODE], 0x81
	call ghcb_send
	finish 1

%elifidn CASE, ghcb_extra
	; RBX is nothing that CPUID needs: its value would leak.
	call ghcb_setup
	ghcb_page
	ghcb_put GHCB_RAX, 1
	ghcb_put GHCB_RCX, 0
	ghcb_put GHCB_RBX, 0x1234
	ghcb_event 0x72, 0, 0
	finish 1

%elifidn CASE, ghcb_reserved
	; A page state change whose header has something in its reserved field.
	call ghcb_setup
	ghcb_page
	mov dword [rdi + GHCB_BUFFER + 4], 1
	mov rax, PSC_PRIVATE << 52 | FRESH
	mov [rdi + GHCB_BUFFER + 8], rax
	ghcb_put GHCB_SCRATCH, GHCB + GHCB_BUFFER
	ghcb_event 0x80000010, 0, 0
	finish 1

%elifidn CASE, ghcb_scratch
	; No RAM is there.
	call ghcb_setup
	ghcb_page
	ghcb_put GHCB_SCRATCH, 0xe0000000
	ghcb_event 0x80000010, 0, 0
	finish 1

%elifidn CASE, host_private
	; The scratch area is a page that the host cannot read.
	call ghcb_setup
	ghcb_page
	ghcb_put GHCB_SCRATCH, VALID
	ghcb_event 0x80000010, 0, 0
	finish 1

%elifidn CASE, fw_cfg_request
	; The request itself is in a private page.
	call ghcb_setup
	mov edi, VALID
	call fw_cfg_dma
	finish 1

%elifidn CASE, fw_cfg_buffer
	; And here the buffer that it names: read 4 bytes of item 0.
	call ghcb_setup
	page_state FRESH, PSC_SHARED
	mov rdi, SHARED + FRESH
	mov dword [rdi], 0x0a000000
	mov dword [rdi + 4], 0x04000000
	mov rax, VALID
	bswap rax
	mov [rdi + 8], rax
	mov edi, FRESH
	call fw_cfg_dma
	mov rdi, SHARED + FRESH
	cmp dword [rdi], 0x01000000	; the error bit
	expect je, 1
	cmp dword [abs dword VALID], "QEMU"
	expect jne, 2
	finish 3

%elifidn CASE, left_shared
	; An operating system takes over, with code and addresses of its own. Shared is what
	; BEFORE shared, FRESH + 0x3000: firmware, 1, the system itself, 2, or nobody, 0. The
	; GHCB is shared in any case, FRESH and the page after it are not any more.
	call ghcb_setup
	page_state FRESH, PSC_SHARED
	page_state FRESH, PSC_PRIVATE
	pvalidate FRESH, 0, 1
	mov rdi, VALID + 0x800
	mov rax, 0xc3d9010ff3300f	; wrmsr; vmgexit; ret
	mov [rdi], rax
	mov ecx, GHCB_MSR
	mov edx, PSC_SHARED << 20
	mov eax, FRESH + 0x3000 | 0x14
%if BEFORE == 1
	wrmsr
	vmgexit
%elif BEFORE == 2
	call rdi
%endif
	mov rbx, HIGH + VALID + 0x800
	xor edx, edx
	mov eax, 0xf100
	call rbx
	ud2

%elifidn CASE, paravirt
	; Code at CODE executes CPUID.
	mov edi, CODE
	mov dword [rdi], 0x00c3a20f	; cpuid; ret
	lea rax, [rel .after]
	mov [abs dword RESUME], rax
	call rdi
.after:	cmp qword [abs dword VECTOR], 29
	expect je, 1
	finish 0

%elifidn CASE, attacked_cpuid
	call ghcb_setup
	mov ebp, CPUID_PAGE
	mov r12d, 4
.next:	mov esi, ebp
	mov ecx, 1024
	call put_bytes
	add ebp, 1024
	dec r12d
	jnz .next
	finish 0

%elifidn CASE, attacked_page
	; 999 pages stay, one is taken away, the next one stays again.
	mov ebp, FRESH
	mov r14d, 1001
.next:	mov rax, PSC_PRIVATE << 52 | 0x14
	or rax, rbp
	msr_request
	pvalidate rbp, 0, 1
	expect jnc, 1
	test eax, eax
	expect jz, 2
	cmp r14d, 2
	je .hit
	mov [rbp], ebp
.go_on:	add ebp, 0x1000
	dec r14d
	jnz .next
	mov ebp, FRESH
.look:	cmp ebp, FRESH + 999 * 0x1000
	je .last
	cmp [rbp], ebp
	expect je, 3
	add ebp, 0x1000
	jmp .look
.last:	cmp [rbp + 0x1000], dword FRESH + 1000 * 0x1000
	expect je, 4
	; Who validates it again gets a page, but not the one that was there.
	pvalidate rbp, 0, 1
	expect jnc, 5
	cmp dword [rbp], 0x5c5c5c5c
	expect je, 6
	finish 0
.hit:	cmp byte [rel attack], 0
	je .none
	traps 7, 29, 0x404, {mov [rbp], ebp}
	traps 8, 29, 0x404, {mov eax, [rbp + 0xffc]}
	jmp .go_on
.none:	mov [rbp], ebp			; 10: without an attack
	finish 10
attack:	db ATTACK

%elifidn CASE, triple_fault
	lidt [rel empty]
	ud2
empty:	dw 0
	dq 0

%elifidn CASE, rules
	; What the launch left: validated pages, CPUID and secrets.
	cmp dword [abs dword VALID], 0
	expect je, 1
	cmp dword [abs dword CPUID_PAGE], 0
	expect jne, 2
	cmp dword [abs dword CPUID_PAGE], 65
	expect jb, 3
	cmp dword [abs dword SECRETS], 2
	expect jae, 4
	mov rax, [abs dword SECRETS + 0x20]
	or rax, [abs dword SECRETS + 0x28]
	expect jne, 5

	; The MSR protocol: version and C-bit, features, CPUID, preferred GHCB.
	mov eax, 2
	msr_request
	mov rdx, rax
	shr rdx, 48
	cmp edx, 2
	expect jae, 11
	mov edx, eax
	and edx, 0xff000fff
	cmp edx, 39 << 24 | 1
	expect je, 12
	mov eax, 0x80
	msr_request
	and eax, 0x3fff
	cmp eax, 0x3081			; SNP, and AP creation
	expect je, 13
	mov rax, 0x8000001f << 32 | 1 << 30 | 4
	msr_request			; EBX: position of the C-bit
	cmp ax, 5
	expect je, 14
	shr rax, 32
	and eax, 0x3f
	cmp eax, 39
	expect je, 15

	; Validation: a fresh page, and again, and back.
	page_state FRESH, PSC_PRIVATE
	shr rax, 32
	expect jz, 20
	pvalidate FRESH, 0, 1
	expect jnc, 21
	test eax, eax
	expect jz, 22
	mov dword [abs dword FRESH], 0x12345678
	cmp dword [abs dword FRESH], 0x12345678
	expect je, 23
	pvalidate FRESH, 0, 0
	expect jnc, 24
	pvalidate FRESH, 0, 0		; no change
	expect jc, 25
	test eax, eax
	expect jz, 26
	page_state FRESH, PSC_SHARED
	shr rax, 32
	expect jz, 27
	mov rbx, SHARED + FRESH
	cmp dword [rbx], 0x12345678	; the other view has other contents
	expect jne, 28

	; Size mismatch: 2 MiB wanted, 4 KiB assigned.
	page_state FRESH, PSC_PRIVATE
	pvalidate FRESH, 1, 1
	cmp eax, 6
	expect je, 30
	pvalidate FRESH + 0x1000, 1, 1	; not aligned
	test eax, eax
	expect jnz, 31

	; An address that is no RAM.
	page_state 0xe0000000, PSC_PRIVATE
	shr rax, 32
	expect jnz, 33

	; The GHCB page: features, CPUID, a page state change of two pages.
	call ghcb_setup
	and eax, 0xfff
	cmp eax, 0x13
	expect je, 40
	ghcb_page
	ghcb_event 0x8000fffd, 0, 0
	mov rax, [rdi + GHCB_INFO2]
	and eax, 3
	cmp eax, 3
	expect je, 41
	bt dword [rdi + GHCB_VALID + 12], GHCB_INFO2 / 8 % 32
	expect jc, 42
	ghcb_page
	ghcb_put GHCB_RAX, 0x8000001f
	ghcb_put GHCB_RCX, 0
	ghcb_event 0x72, 0, 0
	mov eax, [rdi + GHCB_RAX]
	and eax, 0x1a
	cmp eax, 0x1a			; SEV, SEV-ES, SEV-SNP
	expect je, 43
	mov eax, [rdi + GHCB_RBX]
	and eax, 0x3f
	cmp eax, 39
	expect je, 44
	ghcb_page
	mov word [rdi + GHCB_BUFFER + 2], 1
	mov rax, PSC_PRIVATE << 52 | (FRESH + 0x2000)
	mov [rdi + GHCB_BUFFER + 8], rax
	add rax, 0x1000
	mov [rdi + GHCB_BUFFER + 16], rax
	ghcb_put GHCB_SCRATCH, GHCB + GHCB_BUFFER
	ghcb_event 0x80000010, 0, 0
	cmp qword [rdi + GHCB_INFO2], 0
	expect je, 45
	cmp word [rdi + GHCB_BUFFER], 2	; all entries are done
	expect je, 46
	pvalidate FRESH + 0x3000, 0, 1
	expect jnc, 47
	test eax, eax
	expect jz, 48

	; RMPADJUST: another VMPL than ours may be given rights.
	rmpadjust FRESH + 0x3000, 0, 0x301
	test eax, eax
	expect jz, 50
	rmpadjust FRESH + 0x3000, 1, 0x301
	test eax, eax
	expect jnz, 51
	finish 0

%else
%error "no such case"
%endif

; A request at EDI.
fw_cfg_dma:
	mov r8d, edi
	bswap r8d
	ghcb_page
	ghcb_put GHCB_RAX, 0
	ghcb_event 0x7b, 0x514 << 16 | IO_32, 0
	ghcb_page
	ghcb_put GHCB_RAX, r8
	ghcb_event 0x7b, 0x518 << 16 | IO_32, 0
	ret

guest_end
