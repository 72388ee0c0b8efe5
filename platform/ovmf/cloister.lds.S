/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The image: C code and data, linked for one RAM address and copied there by
 * the reset vector, and what runs in place at the end of the flash.
 *
 * Flash, low to high: text, rodata, data (in this order, as in RAM); free
 * space; reset fragments; GUID table, ending at 4 GiB - 0x20; reset vector.
 *
 * Tables that files add to at link time are collected here and nowhere else.
 * KEEP, because nothing refers to an entry; sorted by name, so that the order
 * of objects on the command line changes nothing.
 */
#define FLASH_END	0x100000000
#define FLASH_BASE	(FLASH_END - CONFIG_FLASH_SIZE)
#define IMAGE_LIMIT	0x1000000	/* what the reset vector's tables map */
#define STACK_SIZE	CONFIG_STACK_SIZE
#define IST_SIZE	0x2000
#define PAGE		0x1000

#define TABLE(name)							\
	name##s_start = .;						\
	KEEP(*(SORT_BY_NAME(.name.*)))					\
	name##s_end = .;

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

/* fw/layout.def: low pages at fixed addresses. */
#define LAYOUT_RANGE(name, base, size, type, launch, what)		\
	layout_##name = base;						\
	layout_##name##_end = base + size;				\
	ASSERT(base >= layout_low, "layout.def: ranges overlap or are not in order") \
	layout_low = base + size;

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

layout_low = 0x800000;
#include <fw/layout.def>

SECTIONS
{
	. = layout_image;
	image_start = .;

	.text : AT(FLASH_BASE) {
		text_start = .;
		*(.text .text.*)
		. = ALIGN(16);
	} :text =0xcccccccc
	/*
	 * Constants follow at once: the page in which both meet is executable,
	 * and not writable. Data begins on a page of its own, but not in flash.
	 */
	text_end = ALIGN(PAGE);
	rodata_start = text_end;

	.rodata : AT(FLASH_BASE + (ADDR(.rodata) - layout_image)) {
		*(.rodata .rodata.*)
		. = ALIGN(8);
#define FLOW_STEP(step, what)						\
		HOOK_TABLE(step##_pre)					\
		HOOK_TABLE(step)					\
		HOOK_TABLE(step##_post)
#define HOOK_POINT(point, args, when)	HOOK_TABLE(point)
#include <fw/hooks.def>
		TABLE(log_sink)
		TABLE(cc_guest)
		TABLE(board)
		TABLE(pci_driver)
		TABLE(host_input)
		TABLE(text_screen)
		TABLE(keyboard)
		TABLE(selftest)
		. = ALIGN(16);
	} :rodata =0
	image_load = FLASH_BASE;
	image_load_qwords = (. - layout_image) / 8;
	data_load = FLASH_BASE + (. - layout_image);
	. = ALIGN(PAGE);
	rodata_end = .;

	.data : AT(data_load) {
		data_start = .;
		*(.data .data.*)
		. = ALIGN(16);
	} :data =0
	data_qwords = SIZEOF(.data) / 8;

	.bss (NOLOAD) : {
		bss_start = .;
		*(.bss .bss.[!.]* COMMON)
		. = ALIGN(8);
		bss_end = .;
		/* Buffers that are written before they are read. */
		*(.bss..noinit)
		. = ALIGN(PAGE);
		data_end = .;

		/* Each stack has an unmapped page below it. */
		stack_guard = .;
		. += PAGE;
		stack_bottom = .;
		. += STACK_SIZE;
		stack_top = .;
		ist_guard = .;
		. += PAGE;
		ist_bottom = .;
		. += IST_SIZE;
		ist_top = .;
		fault_guard = .;
		. += PAGE;
		fault_bottom = .;
		. += IST_SIZE;
		fault_top = .;
	} :data
	bss_qwords = (bss_end - bss_start) / 8;
	image_end = .;

	.reset ((FLASH_END - 0x20 - SIZEOF(.guidtab) - SIZEOF(.reset)) & ~0xf) : AT(ADDR(.reset)) {
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

	/*
	 * GUID table: entries, u16 length of all of it, footer GUID
	 * 96b582de-1fb2-45f7-baea-a366c55a082d (QEMU,
	 * hw/i386/pc_sysfw_ovmf.c).
	 */
	.guidtab (FLASH_END - 0x20 - SIZEOF(.guidtab)) : AT(ADDR(.guidtab)) {
		guidtab_start = .;
		KEEP(*(SORT_BY_NAME(.guidtab.*)))
		SHORT(. - guidtab_start + 18)
		LONG(0x96b582de)
		SHORT(0x1fb2)
		SHORT(0x45f7)
		LONG(0x66a3eaba)
		LONG(0x2d085ac5)
	} :flash

	.reset_vector (FLASH_END - 0x10) : AT(ADDR(.reset_vector)) {
		KEEP(*(.reset_vector))
		. = ALIGN(16);
	} :flash =0x90909090

	/* What a relocatable image would need; this one is not. */
	.dynamic_parts : {
		*(.got .got.* .igot .igot.* .plt .plt.* .iplt .iplt.*)
		*(.rel.* .rela.* .dynamic .dynsym .dynstr .hash .gnu.hash)
		*(.init_array .init_array.* .fini_array .fini_array.* .ctors .dtors)
		*(.tdata .tdata.* .tbss .tbss.*)
	}

#include <fw/debug.lds>

	/DISCARD/ : {
		*(.note .note.*)
		*(.eh_frame .eh_frame_hdr)
		*(.llvm_addrsig)
	}
}

ASSERT(SIZEOF(.dynamic_parts) == 0, "the image must not need relocation at run time")
ASSERT(image_end <= layout_image_end, "the image does not fit its place in layout.def")
ASSERT(layout_low <= IMAGE_LIMIT, "layout.def: more than the reset vector maps")
ASSERT(data_load + SIZEOF(.data) <= ADDR(.reset), "the image does not fit in the flash: raise FLASH_SIZE")
ASSERT(ADDR(.reset) >= FLASH_END - 0x10000, "16-bit code cannot reach the reset fragments")
ASSERT(ADDR(.guidtab) + SIZEOF(.guidtab) == FLASH_END - 0x20, "the GUID table is not where its readers look")
ASSERT(SIZEOF(.reset_vector) == 16, "the reset vector is not 16 bytes")
ASSERT(CONFIG_FLASH_SIZE % 0x10000 == 0, "FLASH_SIZE must be a multiple of 64 KiB")
