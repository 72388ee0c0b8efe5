/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Device path nodes. Document: UEFI 2.10, section 10.3. */
#ifndef SPEC_EFI_DEVICE_PATH_H
#define SPEC_EFI_DEVICE_PATH_H

#include <spec/efi/types.h>

/** struct efi_device_path - the head of every node; @length is unaligned */
struct efi_device_path {
	u8 type;
	u8 subtype;
	u8 length[2];		/* little-endian, this head included */
};

#define DP_HARDWARE		0x01
#define   DP_HW_PCI		0x01
#define   DP_HW_MEMORY		0x03
#define   DP_HW_VENDOR		0x04
#define   DP_HW_CONTROLLER	0x05
#define DP_ACPI			0x02
#define   DP_ACPI_HID		0x01
#define   DP_ACPI_HID_EX	0x02
#define   DP_ACPI_ADR		0x03
#define DP_MESSAGING		0x03
#define   DP_MSG_ATAPI		0x01
#define   DP_MSG_SCSI		0x02
#define   DP_MSG_USB		0x05
#define   DP_MSG_VENDOR		0x0a
#define   DP_MSG_MAC		0x0b
#define   DP_MSG_IPV4		0x0c
#define   DP_MSG_IPV6		0x0d
#define   DP_MSG_UART		0x0e
#define   DP_MSG_USB_CLASS	0x0f
#define   DP_MSG_USB_WWID	0x10
#define   DP_MSG_LUN		0x11
#define   DP_MSG_SATA		0x12
#define   DP_MSG_VLAN		0x14
#define   DP_MSG_NVME		0x17
#define   DP_MSG_URI		0x18
#define DP_MEDIA		0x04
#define   DP_MEDIA_HD		0x01
#define   DP_MEDIA_CDROM	0x02
#define   DP_MEDIA_VENDOR	0x03
#define   DP_MEDIA_FILE		0x04
#define   DP_MEDIA_PROTOCOL	0x05
#define   DP_MEDIA_FV_FILE	0x06
#define   DP_MEDIA_FV		0x07
#define   DP_MEDIA_OFFSET	0x08
#define   DP_MEDIA_RAM_DISK	0x09
#define DP_BBS			0x05
#define DP_END			0x7f
#define   DP_END_INSTANCE	0x01
#define   DP_END_ENTIRE		0xff

struct efi_dp_pci {
	struct efi_device_path head;
	u8 function;
	u8 device;
} __packed;

struct efi_dp_memory {
	struct efi_device_path head;
	u32 memory_type;
	u64 start;
	u64 end;
} __packed;

struct efi_dp_vendor {
	struct efi_device_path head;
	struct efi_guid guid;
	u8 data[];
} __packed;

#define EISA_PNP_ID(number)	((u32)(number) << 16 | 0x41d0)

struct efi_dp_acpi {
	struct efi_device_path head;
	u32 hid;		/* EISA_PNP_ID() */
	u32 uid;
} __packed;

struct efi_dp_acpi_adr {
	struct efi_device_path head;
	u32 adr;
} __packed;

struct efi_dp_atapi {
	struct efi_device_path head;
	u8 channel;		/* 0: primary, 1: secondary */
	u8 drive;		/* 0: master, 1: slave */
	u16 lun;
} __packed;

struct efi_dp_scsi {
	struct efi_device_path head;
	u16 target;
	u16 lun;
} __packed;

struct efi_dp_usb {
	struct efi_device_path head;
	u8 port;
	u8 interface;
} __packed;

struct efi_dp_mac {
	struct efi_device_path head;
	u8 address[32];
	u8 type;
} __packed;

struct efi_dp_uart {
	struct efi_device_path head;
	u32 reserved;
	u64 baud;
	u8 data_bits;
	u8 parity;
	u8 stop_bits;
} __packed;

struct efi_dp_sata {
	struct efi_device_path head;
	u16 port;
	u16 multiplier;		/* 0xffff: none */
	u16 lun;
} __packed;

struct efi_dp_nvme {
	struct efi_device_path head;
	u32 namespace_id;
	u8 eui64[8];
} __packed;

#define DP_HD_MBR		1
#define DP_HD_GPT		2
#define DP_HD_SIGNATURE_NONE	0
#define DP_HD_SIGNATURE_MBR	1
#define DP_HD_SIGNATURE_GUID	2

struct efi_dp_hd {
	struct efi_device_path head;
	u32 partition;		/* from 1 */
	u64 start;		/* blocks */
	u64 size;
	u8 signature[16];
	u8 format;		/* DP_HD_* */
	u8 signature_type;
} __packed;

struct efi_dp_cdrom {
	struct efi_device_path head;
	u32 entry;
	u64 start;		/* blocks of 2048 bytes */
	u64 size;
} __packed;

struct efi_dp_file {
	struct efi_device_path head;
	efi_char16_t path[];	/* NUL-terminated */
} __packed;

#endif
