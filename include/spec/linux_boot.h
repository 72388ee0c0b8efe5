/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The Linux/x86 boot protocol.
 * Document: Linux 6.12, Documentation/arch/x86/boot.rst and zero-page.rst,
 * protocol version 2.15.
 */
#ifndef SPEC_LINUX_BOOT_H
#define SPEC_LINUX_BOOT_H

#include <fw/byteorder.h>

#define LINUX_SECTOR_SIZE	512
#define LINUX_BOOT_FLAG		0xaa55
#define LINUX_HEADER_MAGIC	0x53726448	/* "HdrS" */

#define LINUX_LOADED_HIGH	0x01
#define LINUX_KEEP_SEGMENTS	0x40
#define LINUX_CAN_USE_HEAP	0x80

#define LINUX_XLF_KERNEL_64		0x0001
#define LINUX_XLF_ABOVE_4G		0x0002

#define LINUX_LOADER_UNKNOWN	0xff
#define LINUX_ENTRY64_OFFSET	0x200

/* At 0x1f1 of the file and of struct linux_boot_params. */
struct linux_setup_header {
	u8 setup_sects;
	le16 root_flags;
	le32 syssize;
	le16 ram_size;
	le16 vid_mode;
	le16 root_dev;
	le16 boot_flag;
	u8 jump[2];
	le32 header;
	le16 version;
	le32 realmode_swtch;
	le16 start_sys_seg;
	le16 kernel_version;
	u8 type_of_loader;
	u8 loadflags;
	le16 setup_move_size;
	le32 code32_start;
	le32 ramdisk_image;
	le32 ramdisk_size;
	le32 bootsect_kludge;
	le16 heap_end_ptr;
	u8 ext_loader_ver;
	u8 ext_loader_type;
	le32 cmd_line_ptr;
	le32 initrd_addr_max;
	le32 kernel_alignment;
	u8 relocatable_kernel;
	u8 min_alignment;
	le16 xloadflags;
	le32 cmdline_size;
	le32 hardware_subarch;
	le64 hardware_subarch_data;
	le32 payload_offset;
	le32 payload_length;
	le64 setup_data;
	le64 pref_address;
	le32 init_size;
	le32 handover_offset;
	le32 kernel_info_offset;
} __packed;

#define LINUX_SETUP_HEADER_OFFSET	0x1f1
/* The header's end as its own jump instruction tells it: 0x202 + jump[1]. */
#define LINUX_SETUP_HEADER_END_BASE	0x202

struct linux_e820_entry {
	le64 addr;
	le64 size;
	le32 type;
} __packed;

#define E820_RAM		1
#define E820_RESERVED		2
#define E820_ACPI		3
#define E820_NVS		4
#define E820_UNUSABLE		5
#define E820_PMEM		7

#define LINUX_E820_MAX		128

struct linux_boot_params {
	u8 screen_info[0x40];
	u8 pad040[0x30];
	le64 acpi_rsdp_addr;		/* 0x070 */
	u8 pad078[0x48];
	le32 ext_ramdisk_image;		/* 0x0c0 */
	le32 ext_ramdisk_size;
	le32 ext_cmd_line_ptr;
	u8 pad0cc[0x11c];
	u8 e820_entries;		/* 0x1e8 */
	u8 pad1e9[0x08];
	struct linux_setup_header hdr;	/* 0x1f1 */
	u8 pad26c[0x2d0 - 0x1f1 - sizeof(struct linux_setup_header)];
	struct linux_e820_entry e820_table[LINUX_E820_MAX];	/* 0x2d0 */
	u8 padcd0[0x330];
} __packed;

_Static_assert(sizeof(struct linux_boot_params) == 4096, "the zero page is a page");
_Static_assert(offsetof(struct linux_boot_params, hdr) == LINUX_SETUP_HEADER_OFFSET, "");
_Static_assert(offsetof(struct linux_boot_params, e820_table) == 0x2d0, "");
_Static_assert(offsetof(struct linux_setup_header, kernel_info_offset) == 0x268 - 0x1f1, "");

#define SETUP_E820_EXT		1
#define SETUP_DTB		2
#define SETUP_RNG_SEED		9

struct linux_setup_data {
	le64 next;
	le32 type;
	le32 len;
	u8 data[];
} __packed;

#endif
