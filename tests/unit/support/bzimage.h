/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * A good setup header to spoil: the values of a distribution's kernel, with
 * small sizes (Linux 6.12, Documentation/arch/x86/boot.rst).
 */
#ifndef UNIT_BZIMAGE_H
#define UNIT_BZIMAGE_H

#include <spec/linux_boot.h>

#define BZ_SETUP_SIZE	(40 * LINUX_SECTOR_SIZE)
#define BZ_LOAD_SIZE	0x10000u
/* What the host has of it: a signature follows the kernel. */
#define BZ_KERNEL_SIZE	(BZ_LOAD_SIZE + 0x5c0)
#define BZ_INIT_SIZE	0x378000u
#define BZ_PREF		0x1000000u
#define BZ_ALIGN	0x200000u
#define BZ_CMDLINE_MAX	2047u
#define BZ_INITRD_MAX	0x7fffffffu

static inline struct linux_setup_header bz_header(void)
{
	return (struct linux_setup_header) {
		.setup_sects = 39,
		.root_flags = cpu_to_le16(1),
		.syssize = cpu_to_le32(BZ_LOAD_SIZE / 16),
		.vid_mode = cpu_to_le16(0xffff),
		.boot_flag = cpu_to_le16(LINUX_BOOT_FLAG),
		.jump = { 0xeb, 0x6a },
		.header = cpu_to_le32(LINUX_HEADER_MAGIC),
		.version = cpu_to_le16(0x20f),
		.kernel_version = cpu_to_le16(0x42c0),
		/* As QEMU leaves them for the 16-bit entry. */
		.type_of_loader = 0xb0,
		.loadflags = LINUX_LOADED_HIGH | LINUX_CAN_USE_HEAP,
		.code32_start = cpu_to_le32(0x100000),
		.ramdisk_image = cpu_to_le32(0x12345000),
		.ramdisk_size = cpu_to_le32(0x5678),
		.heap_end_ptr = cpu_to_le16(0xfe00),
		.cmd_line_ptr = cpu_to_le32(0x20000),
		.initrd_addr_max = cpu_to_le32(BZ_INITRD_MAX),
		.kernel_alignment = cpu_to_le32(BZ_ALIGN),
		.relocatable_kernel = 1,
		.min_alignment = 21,
		.xloadflags = cpu_to_le16(0x7f),
		.cmdline_size = cpu_to_le32(BZ_CMDLINE_MAX),
		.payload_offset = cpu_to_le32(0x2cc),
		.payload_length = cpu_to_le32(0x8000),
		.pref_address = cpu_to_le64(BZ_PREF),
		.init_size = cpu_to_le32(BZ_INIT_SIZE),
		.kernel_info_offset = cpu_to_le32(0x8000),
	};
}

#endif
