/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * ccvm.fd: linked for the top of low RAM, which the guest is not told of, and
 * copied there by the reset vector.
 *
 * Flash, low to high: text, rodata, data (in this order, as in RAM); free
 * space; reset fragments; reset vector at 4 GiB - 16.
 */
#define FLASH_END	0x100000000
#define FLASH_BASE	(FLASH_END - CONFIG_FLASH_SIZE)
#define IMAGE_BASE	0x7e000000	/* CCVM_BASE in memory.h */
#define IMAGE_LIMIT	0x80000000
#define PAGE		0x1000

#define HOOK_TABLE(point)						\
	hooks_##point##_start = .;					\
	KEEP(*(SORT_BY_NAME(.hook.point.*)))				\
	hooks_##point##_end = .;

/* The linker joins the fragments of a point; see arch/x86/reset/hookpoints.inc. */
#define RESET_POINT(point)						\
	reset_##point##_pre = .;					\
	KEEP(*(SORT_BY_NAME(.reset.point.0pre.*)))			\
	reset_##point##_main = .;					\
	KEEP(*(SORT_BY_NAME(.reset.point.1main.*)))			\
	reset_##point##_post = .;					\
	KEEP(*(SORT_BY_NAME(.reset.point.2post.*)))			\
	reset_##point##_end = .;

OUTPUT_FORMAT(elf64-x86-64)
OUTPUT_ARCH(i386:x86-64)
ENTRY(reset_vector)

PHDRS
{
	text PT_LOAD FLAGS(5);
	rodata PT_LOAD FLAGS(4);
	data PT_LOAD FLAGS(6);
	flash PT_LOAD FLAGS(5);
}

SECTIONS
{
	. = IMAGE_BASE;
	image_start = .;

	.text : AT(FLASH_BASE) {
		*(.text .text.*)
		. = ALIGN(PAGE);
	} :text =0xcccccccc

	.rodata : AT(FLASH_BASE + (ADDR(.rodata) - IMAGE_BASE)) {
		*(.rodata .rodata.*)
		. = ALIGN(8);
#define FLOW_STEP(step, what)						\
		HOOK_TABLE(step##_pre)					\
		HOOK_TABLE(step)					\
		HOOK_TABLE(step##_post)
#define HOOK_POINT(point, args, when)	HOOK_TABLE(point)
#include <fw/hooks.def>
		log_sinks_start = .;
		KEEP(*(SORT_BY_NAME(.log_sink.*)))
		log_sinks_end = .;
		. = ALIGN(PAGE);
	} :rodata =0

	.data : AT(FLASH_BASE + (ADDR(.data) - IMAGE_BASE)) {
		*(.data .data.*)
		*(.got .got.plt)	/* of libraries; the linker fills it */
		. = ALIGN(16);
	} :data =0
	image_load = FLASH_BASE;
	image_load_qwords = (ADDR(.data) + SIZEOF(.data) - IMAGE_BASE) / 8;

	.bss (NOLOAD) : {
		. = ALIGN(PAGE);
		bss_start = .;
		*(.bss .bss.[!.]* COMMON)
		. = ALIGN(8);
		bss_end = .;
		/* Written before they are read, or before bss is cleared. */
		*(.bss..noinit)
		. = ALIGN(PAGE);
	} :data
	bss_qwords = (bss_end - bss_start) / 8;
	image_end = .;

	.reset ((FLASH_END - 0x20 - SIZEOF(.reset)) & ~0xf) : AT(ADDR(.reset)) {
		KEEP(*(SORT_BY_NAME(.reset_const.*)))
		RESET_POINT(entry16)
		RESET_POINT(entry32)
		RESET_POINT(detect)
		RESET_POINT(lowmem)
		RESET_POINT(pagetables)
		RESET_POINT(longmode)
		RESET_POINT(start64)
		KEEP(*(.reset_fail))
	} :flash =0x90909090
	reset_gdtr_ip = reset_gdtr - (FLASH_END - 0x10000);

	.reset_vector (FLASH_END - 0x10) : AT(ADDR(.reset_vector)) {
		KEEP(*(.reset_vector))
		. = ALIGN(16);
	} :flash =0x90909090

	/* What a relocatable image would need; this one is not. */
	.dynamic_parts : {
		*(.igot .igot.* .plt .plt.* .iplt .iplt.*)
		*(.rel.* .rela.* .dynamic .dynsym .dynstr .hash .gnu.hash)
		*(.init_array .init_array.* .fini_array .fini_array.* .ctors .dtors)
		*(.tdata .tdata.* .tbss .tbss.*)
	}

#include <fw/debug.lds>

	/DISCARD/ : {
		*(.guidtab .guidtab.*)
		*(.note .note.*)
		*(.eh_frame .eh_frame_hdr)
		*(.llvm_addrsig)
	}
}

ASSERT(SIZEOF(.dynamic_parts) == 0, "the image must not need relocation at run time")
ASSERT(image_end <= IMAGE_LIMIT, "the image does not fit below 2 GiB")
ASSERT(FLASH_BASE + (ADDR(.data) + SIZEOF(.data) - IMAGE_BASE) <= ADDR(.reset), "the image does not fit in the flash: raise FLASH_SIZE")
ASSERT(ADDR(.reset) >= FLASH_END - 0x10000, "16-bit code cannot reach the reset fragments")
ASSERT(SIZEOF(.reset_vector) == 16, "the reset vector is not 16 bytes")
ASSERT(CONFIG_FLASH_SIZE % 0x10000 == 0, "FLASH_SIZE must be a multiple of 64 KiB")
