/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The runtime image: code, constants and data on pages of their own. It is
 * linked at 0 and runs anywhere; all pointers that a move changes are in data.
 */
#define PAGE	0x1000

OUTPUT_FORMAT(elf64-x86-64)
OUTPUT_ARCH(i386:x86-64)
ENTRY(runtime_start)

PHDRS
{
	text PT_LOAD FLAGS(5);
	rodata PT_LOAD FLAGS(4);
	data PT_LOAD FLAGS(6);
	dynamic PT_DYNAMIC FLAGS(6);
}

SECTIONS
{
	. = 0;

	.text : {
		/* struct efi_runtime_header of fw/efi_runtime.h */
		runtime_header = .;
		LONG(0x4d495452)
		LONG(runtime_start)
		LONG(rodata_start)
		LONG(data_start)
		LONG(image_end)
		LONG(data_end)
		LONG(bss_end)
		LONG(runtime_relocs_start)
		LONG(runtime_relocs_end)
		. = ALIGN(16);
		*(.text .text.*)
	} :text =0xcccccccc

	. = ALIGN(PAGE);
	rodata_start = .;
	.rodata : {
		*(.rodata .rodata.*)
		. = ALIGN(8);
	} :rodata =0
	.rela.dyn : {
		runtime_relocs_start = .;
		*(.rela .rela.* .relaruntime_io)
		runtime_relocs_end = .;
	} :rodata
	/* What the linker makes for a dynamic loader, and nobody reads. */
	.dynamic : { *(.dynamic) } :rodata :dynamic
	.dynsym : { *(.dynsym) } :rodata
	.dynstr : { *(.dynstr) } :rodata
	.gnu.hash : { *(.hash .gnu.hash .gnu.version .gnu.version_d .gnu.version_r) } :rodata

	. = ALIGN(PAGE);
	data_start = .;
	.data : {
		*(.data .data.*)
		. = ALIGN(8);
		/* fw/efi_runtime_io.h */
		__start_runtime_io = .;
		KEEP(*(runtime_io))
		__stop_runtime_io = .;
		. = ALIGN(8);
	} :data =0
	data_end = .;
	.bss (NOLOAD) : {
		*(.bss .bss.[!.]* .dynbss COMMON)
		. = ALIGN(8);
		bss_end = .;
		/* What is written before it is read. */
		*(.bss..noinit)
		. = ALIGN(PAGE);
	} :data
	image_end = .;

	/* Tables of addresses: code would read them before they are right. */
	.tables : {
		*(.got .got.* .igot .igot.* .plt .plt.* .iplt .iplt.*)
		*(.init_array .init_array.* .fini_array .fini_array.* .ctors .dtors)
		*(.tdata .tdata.* .tbss .tbss.*)
	}

#include <fw/debug.lds>

	/DISCARD/ : {
		*(.note .note.*)
		*(.eh_frame .eh_frame_hdr .interp .sframe)
		*(.llvm_addrsig)
	}
}

ASSERT(SIZEOF(.tables) == 0, "the runtime image must reach everything by distance")
