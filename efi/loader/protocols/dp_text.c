/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The table of the text forms of device path nodes.
 * Document: UEFI 2.10, sections 10.3 and 10.6.1.6.
 */
#include <fw/byteorder.h>
#include <fw/string.h>

#include "dp_text.h"

/* Subtypes that only their text needs. */
#define HW_PCCARD	0x02
#define HW_BMC		0x06
#define MSG_FIBRE	0x03
#define MSG_1394	0x04
#define MSG_I2O		0x06
#define MSG_INFINIBAND	0x09
#define MSG_ISCSI	0x13
#define MSG_FIBRE_EX	0x15
#define MSG_SAS_EX	0x16
#define MSG_UFS		0x19
#define MSG_SD		0x1a
#define MSG_BLUETOOTH	0x1b
#define MSG_WIFI	0x1c
#define MSG_EMMC	0x1d
#define MSG_BLUETOOTH_LE 0x1e
#define MSG_DNS		0x1f
#define MSG_REST	0x21
#define BBS_BBS		0x01

/* The low halves of PNP identifiers, and offsets, of an expanded ACPI node. */
#define PNP_PCI		EISA_PNP_ID(0x0a03)
#define PNP_PCIE	EISA_PNP_ID(0x0a08)
#define ACPI_EX_HID	4
#define ACPI_EX_CID	12
#define ACPI_EX_STRINGS	16

size_t dp_text_string(const u8 *node, size_t len, unsigned int which, const char **text)
{
	size_t start = ACPI_EX_STRINGS;
	const u8 *end;

	for (;; which--) {
		end = start < len ? memchr(node + start, 0, len - start) : NULL;
		if (!end)
			return 0;
		*text = (const char *)node + start;
		if (which == 0)
			return (size_t)(end - (node + start));
		start = (size_t)(end - node) + 1;
	}
}

static bool is_root(const u8 *node, size_t len __unused)
{
	u32 hid = get_le32(node + ACPI_EX_HID), cid = get_le32(node + ACPI_EX_CID);

	return hid == PNP_PCI || (cid == PNP_PCI && hid != PNP_PCIE);
}

static bool is_express_root(const u8 *node, size_t len __unused)
{
	return get_le32(node + ACPI_EX_HID) == PNP_PCIE ||
	       get_le32(node + ACPI_EX_CID) == PNP_PCIE;
}

/* Its unique identifier is the only string. */
static bool has_unique_string(const u8 *node, size_t len)
{
	const char *text;

	return dp_text_string(node, len, 0, &text) == 0 &&
	       dp_text_string(node, len, 2, &text) == 0 &&
	       dp_text_string(node, len, 1, &text) > 0;
}

#define PROTOCOLS	":TCP=6|UDP=11"
#define SAS_TOPOLOGY(offset)						\
	#offset "T0 " #offset "T1 " #offset "T2 " #offset "T3"
#define USB_CLASS(name, octet)						\
	{ DP_MESSAGING, DP_MSG_USB_CLASS, 11, 11, DP_TEXT_SHORTCUT, name, \
	  "8=" octet " 4x2 6x2 9x1 10x1", NULL }
#define USB_APPLICATION(name, octet)					\
	{ DP_MESSAGING, DP_MSG_USB_CLASS, 11, 11, DP_TEXT_SHORTCUT, name, \
	  "8=FE" octet " 4x2 6x2 10x1", NULL }
#define VENDOR(name, guid, size, fields)				\
	{ DP_MESSAGING, DP_MSG_VENDOR, size, size, DP_TEXT_SHORTCUT, name, \
	  "4=" guid fields, NULL }
#define RAM_DISK(name, guid)						\
	{ DP_MEDIA, DP_MEDIA_RAM_DISK, 38, 38, 0, name,			\
	  "20=" guid " 4x8 12x8 36d2", NULL }
#define PNP(name, id)							\
	{ DP_ACPI, DP_ACPI_HID, 12, 12, 0, name, "4=D041" id " 8x4", NULL }

/* The first one that a node matches counts, so special ones are before general ones. */
const struct dp_text_form dp_text_forms[] = {
	{ DP_HARDWARE, DP_HW_PCI, 6, 6, 0, "Pci", "5x1 4x1", NULL },
	{ DP_HARDWARE, HW_PCCARD, 5, 5, 0, "PcCard", "4x1", NULL },
	{ DP_HARDWARE, DP_HW_MEMORY, 24, 24, 0, "MemoryMapped", "4x4 8x8 16x8", NULL },
	{ DP_HARDWARE, DP_HW_VENDOR, 20, 20, 0, "VenHw", "4g16 20r0", NULL },
	{ DP_HARDWARE, DP_HW_CONTROLLER, 8, 8, 0, "Ctrl", "4x4", NULL },
	{ DP_HARDWARE, HW_BMC, 13, 13, 0, "BMC", "4x1 5x8", NULL },

	PNP("PciRoot", "030A"),
	PNP("PcieRoot", "080A"),
	PNP("Floppy", "0406"),
	PNP("Keyboard", "0103"),
	PNP("Serial", "0105"),
	PNP("ParallelPort", "0104"),
	{ DP_ACPI, DP_ACPI_HID, 12, 12, 0, "Acpi", "4i4 8x4", NULL },
	{ DP_ACPI, DP_ACPI_HID_EX, 19, 16, DP_TEXT_DISPLAY, "PciRoot", "8U4", is_root },
	{ DP_ACPI, DP_ACPI_HID_EX, 19, 16, DP_TEXT_DISPLAY, "PcieRoot", "8U4",
	  is_express_root },
	{ DP_ACPI, DP_ACPI_HID_EX, 19, 16, 0, "AcpiExp", "4i4 12i4 16n1", has_unique_string },
	{ DP_ACPI, DP_ACPI_HID_EX, 19, 16, 0, "AcpiEx", "4i4 12i4 8x4 16n0 16n2 16n1", NULL },
	{ DP_ACPI, DP_ACPI_ADR, 8, 4, 0, "AcpiAdr", "4A4", NULL },

	{ DP_MESSAGING, DP_MSG_ATAPI, 8, 8, 0, "Ata",
	  "4e1?:Primary|Secondary 5e1?:Master|Slave 6x2", NULL },
	{ DP_MESSAGING, DP_MSG_SCSI, 8, 8, 0, "Scsi", "4x2 6x2", NULL },
	{ DP_MESSAGING, MSG_FIBRE, 24, 24, 0, "Fibre", "8x8 16x8", NULL },
	{ DP_MESSAGING, MSG_FIBRE_EX, 24, 24, 0, "FibreEx", "8H8 16H8", NULL },
	{ DP_MESSAGING, MSG_1394, 16, 16, 0, "I1394", "8p8", NULL },
	{ DP_MESSAGING, DP_MSG_USB, 6, 6, 0, "USB", "4x1 5x1", NULL },
	{ DP_MESSAGING, MSG_I2O, 8, 8, 0, "I2O", "4x4", NULL },
	{ DP_MESSAGING, MSG_INFINIBAND, 48, 48, 0, "Infiniband",
	  "4x4 8g16 24x8 32x8 40x8", NULL },
	VENDOR("VenPcAnsi", "5347C1E0BEF9D2119A0C0090273FC14D", 20, ""),
	VENDOR("VenVt100", "6560A6DF19B4D3119A2D0090273FC14D", 20, ""),
	VENDOR("VenVt100Plus", "0BC5AE7BE057764C8E872F9E28088343", 20, ""),
	VENDOR("VenUtf8", "D6A015ADEC8BCF4AA073D01DE77E2D88", 20, ""),
	VENDOR("UartFlowCtrl", "9D9A49372F54894CA02635DA142094E4", 24,
	       " 20e4:None|Hardware|XonXoff"),
	VENDOR("SAS", "B4DD87D48B00D911AFDC001083FFCA4D", 44,
	       " 24x8 32x8 42x2 " SAS_TOPOLOGY(40) " 20x4"),
	VENDOR("DebugPort", "D2E8A4EB5838EC41A2812647BA9660D0", 20, ""),
	{ DP_MESSAGING, DP_MSG_VENDOR, 20, 20, 0, "VenMsg", "4g16 20r0", NULL },
	{ DP_MESSAGING, DP_MSG_MAC, 37, 37, 0, "MAC", "4m32 36x1", NULL },
	{ DP_MESSAGING, DP_MSG_IPV4, 19, 27, 0, "IPv4",
	  "8v4 16e2?" PROTOCOLS " 18e1?:DHCP|Static 4v4? 19v4? 23v4?", NULL },
	{ DP_MESSAGING, DP_MSG_IPV6, 43, 60, 0, "IPv6",
	  "20w16 40e2?" PROTOCOLS
	  " 42e1?:Static|StatelessAutoConfigure|StatefulAutoConfigure 4w16? 44w16? 43x1?",
	  NULL },
	{ DP_MESSAGING, DP_MSG_UART, 19, 19, 0, "Uart",
	  "8f8:DEFAULT 16f1:DEFAULT 17e1:D|N|E|O|M|S 18e1:D|1|1.5|2", NULL },
	USB_CLASS("UsbAudio", "01"),
	USB_CLASS("UsbCDCControl", "02"),
	USB_CLASS("UsbHID", "03"),
	USB_CLASS("UsbImage", "06"),
	USB_CLASS("UsbPrinter", "07"),
	USB_CLASS("UsbMassStorage", "08"),
	USB_CLASS("UsbHub", "09"),
	USB_CLASS("UsbCDCData", "0A"),
	USB_CLASS("UsbSmartCard", "0B"),
	USB_CLASS("UsbVideo", "0E"),
	USB_CLASS("UsbDiagnostic", "DC"),
	USB_CLASS("UsbWireless", "E0"),
	USB_APPLICATION("UsbDeviceFirmwareUpdate", "01"),
	USB_APPLICATION("UsbIrdaBridge", "02"),
	USB_APPLICATION("UsbTestAndMeasurement", "03"),
	{ DP_MESSAGING, DP_MSG_USB_CLASS, 11, 11, 0, "UsbClass", "4x2 6x2 8x1 9x1 10x1", NULL },
	{ DP_MESSAGING, DP_MSG_USB_WWID, 10, 10, 0, "UsbWwid", "6x2 8x2 4x2 10q0", NULL },
	{ DP_MESSAGING, DP_MSG_LUN, 5, 5, 0, "Unit", "4x1", NULL },
	{ DP_MESSAGING, DP_MSG_SATA, 10, 10, 0, "Sata", "4x2 6x2 8x2", NULL },
	{ DP_MESSAGING, MSG_ISCSI, 18, 18, 0, "iSCSI",
	  "18a0 16x2 8H8 6e2&3:None|CRC32C=2 6e2&C:None|CRC32C=8 "
	  "6e2&1C00:CHAP_BI|CHAP_UNI=1000|None=800 4e2:TCP", NULL },
	{ DP_MESSAGING, DP_MSG_VLAN, 6, 6, 0, "Vlan", "4d2", NULL },
	{ DP_MESSAGING, MSG_SAS_EX, 24, 24, 0, "SasEx",
	  "4H8 12H8 22x2 " SAS_TOPOLOGY(20), NULL },
	{ DP_MESSAGING, DP_MSG_NVME, 16, 16, 0, "NVMe", "4x4 8E8", NULL },
	{ DP_MESSAGING, DP_MSG_URI, 4, 4, 0, "Uri", "4a0", NULL },
	{ DP_MESSAGING, MSG_UFS, 6, 6, 0, "UFS", "4x1 5x1", NULL },
	{ DP_MESSAGING, MSG_SD, 5, 5, 0, "SD", "4x1", NULL },
	{ DP_MESSAGING, MSG_BLUETOOTH, 10, 10, 0, "Bluetooth", "4h6", NULL },
	{ DP_MESSAGING, MSG_WIFI, 36, 36, 0, "Wi-Fi", "4s32", NULL },
	{ DP_MESSAGING, MSG_EMMC, 5, 5, 0, "eMMC", "4x1", NULL },
	{ DP_MESSAGING, MSG_BLUETOOTH_LE, 11, 11, 0, "BluetoothLE", "4h6 10x1", NULL },
	{ DP_MESSAGING, MSG_DNS, 5, 5, 0, "Dns", "5D16", NULL },
	{ DP_MESSAGING, MSG_REST, 6, 6, 0, "RestService", "4x1 5x1 6g16 22r0", NULL },

	{ DP_MEDIA, DP_MEDIA_HD, 42, 42, 0, "HD", "4d4 40e1:MBR=1|GPT 24S16 8x8 16x8", NULL },
	{ DP_MEDIA, DP_MEDIA_CDROM, 24, 24, 0, "CDROM", "4x4 8x8 16x8", NULL },
	{ DP_MEDIA, DP_MEDIA_VENDOR, 20, 20, 0, "VenMedia", "4g16 20r0", NULL },
	{ DP_MEDIA, DP_MEDIA_PROTOCOL, 20, 20, 0, "Media", "4g16", NULL },
	{ DP_MEDIA, DP_MEDIA_FV_FILE, 20, 20, 0, "FvFile", "4g16", NULL },
	{ DP_MEDIA, DP_MEDIA_FV, 20, 20, 0, "Fv", "4g16", NULL },
	{ DP_MEDIA, DP_MEDIA_OFFSET, 24, 24, 0, "Offset", "8x8 16x8", NULL },
	RAM_DISK("VirtualDisk", "5A53AB77FC454B625560F7B281D1F96E"),
	RAM_DISK("VirtualCD", "30BD5A3DCE7587416D64D2ADE523C4BB"),
	RAM_DISK("PersistentVirtualDisk", "C902EA5C074DD369269F4496FBE096F9"),
	RAM_DISK("PersistentVirtualCD", "88810108CD4248BB100F5387D53DED3D"),
	{ DP_MEDIA, DP_MEDIA_RAM_DISK, 38, 38, 0, "RamDisk", "4x8 12x8 36d2 20g16", NULL },

	{ DP_BBS, BBS_BBS, 8, 8, 0, "BBS",
	  "4e2:Floppy=1|HD|CDROM|PCMCIA|USB|Network 8z0 6x2?", NULL },
};

const size_t dp_text_form_count = ARRAY_SIZE(dp_text_forms);

const char *const dp_text_generic[DP_TEXT_GENERIC_TYPES] = {
	[DP_HARDWARE] = "HardwarePath",
	[DP_ACPI] = "AcpiPath",
	[DP_MESSAGING] = "Msg",
	[DP_MEDIA] = "MediaPath",
	[DP_BBS] = "BbsPath",
};

int dp_text_hex_digit(u32 c)
{
	if (c >= '0' && c <= '9')
		return (int)c - '0';
	if (c >= 'a' && c <= 'f')
		return (int)c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return (int)c - 'A' + 10;
	return -1;
}

static u64 read_number(const char **p, unsigned int base)
{
	u64 value = 0;
	int digit;

	while ((digit = dp_text_hex_digit((u8)**p)) >= 0 && (unsigned int)digit < base) {
		value = value * base + (unsigned int)digit;
		(*p)++;
	}
	return value;
}

bool dp_text_next_field(const char **fields, struct dp_text_field *field)
{
	const char *p = *fields;

	if (*p == '\0')
		return false;
	*field = (struct dp_text_field){ .mask = ~(u64)0 };
	field->offset = (unsigned int)read_number(&p, 10);
	field->kind = *p++;
	if (field->kind == '=') {
		field->names = p;
	} else {
		field->size = (unsigned int)read_number(&p, 10);
		if (*p == '&') {
			p++;
			field->mask = read_number(&p, 16);
		}
		if (*p == '?') {
			p++;
			field->detail = true;
		}
		if (*p == ':')
			field->names = p + 1;
	}
	while (*p != '\0' && *p != ' ')
		p++;
	*fields = *p == ' ' ? p + 1 : p;
	return true;
}

const char *dp_text_next_name(const char **names, size_t *len, u64 *value)
{
	const char *p = *names, *name = p;

	if (*p == '\0' || *p == ' ')
		return NULL;
	while (*p != '\0' && *p != ' ' && *p != '|' && *p != '=')
		p++;
	*len = (size_t)(p - name);
	*value += 1;
	if (*p == '=') {
		p++;
		*value = read_number(&p, 16);
	}
	*names = *p == '|' ? p + 1 : p;
	return name;
}

size_t dp_text_octets(const char *hex, u8 *octets, size_t max)
{
	size_t n;

	for (n = 0; n < max && hex[2 * n] != '\0' && hex[2 * n] != ' '; n++)
		octets[n] = (u8)(dp_text_hex_digit((u8)hex[2 * n]) << 4 |
				 dp_text_hex_digit((u8)hex[2 * n + 1]));
	return n;
}
