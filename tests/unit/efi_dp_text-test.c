/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of device paths as text and of the device path utilities protocol
 * (UEFI 2.10, sections 10.5 and 10.6).
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <spec/efi/device_path_from_text.h>
#include <spec/efi/device_path_to_text.h>
#include <spec/efi/device_path_utilities.h>

#include "efi_world.h"

#define BYTES(...)	(const u8[]){ __VA_ARGS__ }, sizeof((const u8[]){ __VA_ARGS__ })
#define GUID		0x67, 0x45, 0x23, 0x01, 0xab, 0x89, 0xef, 0xcd, 1, 2, 3, 4, 5, 6, 7, 8
#define GUID_TEXT	"01234567-89AB-CDEF-0102-030405060708"
#define END		0x7f, 0xff, 4, 0
#define ROOT		2, 1, 12, 0, 0xd0, 0x41, 0x03, 0x0a, 0, 0, 0, 0

static struct efi_device_path_to_text *to_text;
static struct efi_device_path_from_text *from_text;
static struct efi_device_path_utilities *utilities;

static int setup(void **state)
{
	void *p[3];

	if (world_start(state) ||
	    efi_locate_protocol(&efi_guid_device_path_to_text, NULL, &p[0]) ||
	    efi_locate_protocol(&efi_guid_device_path_from_text, NULL, &p[1]) ||
	    efi_locate_protocol(&efi_guid_device_path_utilities, NULL, &p[2]))
		return -1;
	to_text = p[0];
	from_text = p[1];
	utilities = p[2];
	return 0;
}

static const efi_char16_t *wide(const char *text)
{
	static efi_char16_t buf[512];

	ucs2_from_ascii(buf, text, ARRAY_SIZE(buf));
	return buf;
}

static const char *narrow(efi_char16_t *text)
{
	static char buf[512];

	assert_non_null(text);
	ucs2_to_ascii(buf, text, sizeof(buf));
	assert_int_equal(efi_free_pool(text), EFI_SUCCESS);
	return buf;
}

/* A node and its text; each is made of the other. */
static const struct {
	const char *text;
	const u8 *node;
	size_t size;
} nodes[] = {
	{ "Pci(0x1F,0x2)", BYTES(1, 1, 6, 0, 2, 0x1f) },
	{ "PcCard(0x3)", BYTES(1, 2, 5, 0, 3) },
	{ "MemoryMapped(0xB,0x1000,0xFFFFFFFFF)",
	  BYTES(1, 3, 24, 0, 11, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0,
		0xff, 0xff, 0xff, 0xff, 0xf, 0, 0, 0) },
	{ "VenHw(" GUID_TEXT ")", BYTES(1, 4, 20, 0, GUID) },
	{ "VenHw(" GUID_TEXT ",00FF10)", BYTES(1, 4, 23, 0, GUID, 0, 0xff, 0x10) },
	{ "Ctrl(0x1)", BYTES(1, 5, 8, 0, 1, 0, 0, 0) },
	{ "BMC(0x1,0xCA2)", BYTES(1, 6, 13, 0, 1, 0xa2, 0x0c, 0, 0, 0, 0, 0, 0) },
	{ "PciRoot(0x0)", BYTES(ROOT) },
	{ "PcieRoot(0x2)", BYTES(2, 1, 12, 0, 0xd0, 0x41, 0x08, 0x0a, 2, 0, 0, 0) },
	{ "Floppy(0x1)", BYTES(2, 1, 12, 0, 0xd0, 0x41, 0x04, 0x06, 1, 0, 0, 0) },
	{ "Keyboard(0x0)", BYTES(2, 1, 12, 0, 0xd0, 0x41, 0x01, 0x03, 0, 0, 0, 0) },
	{ "Serial(0x1)", BYTES(2, 1, 12, 0, 0xd0, 0x41, 0x01, 0x05, 1, 0, 0, 0) },
	{ "ParallelPort(0x0)", BYTES(2, 1, 12, 0, 0xd0, 0x41, 0x01, 0x04, 0, 0, 0, 0) },
	{ "Acpi(PNP0C0A,0x7)", BYTES(2, 1, 12, 0, 0xd0, 0x41, 0x0a, 0x0c, 7, 0, 0, 0) },
	/* Q is 17, E is 5, M is 13. */
	{ "Acpi(QEM0002,0x0)", BYTES(2, 1, 12, 0, 0xad, 0x44, 0x02, 0x00, 0, 0, 0, 0) },
	{ "Acpi(0xFFFF0001,0x0)", BYTES(2, 1, 12, 0, 1, 0, 0xff, 0xff, 0, 0, 0, 0) },
	{ "AcpiEx(PNP0A03,0x0,0x5,hid,cid,uid)",
	  BYTES(2, 2, 28, 0, 0xd0, 0x41, 0x03, 0x0a, 5, 0, 0, 0, 0, 0, 0, 0,
		'h', 'i', 'd', 0, 'u', 'i', 'd', 0, 'c', 'i', 'd', 0) },
	{ "AcpiExp(PNP0C0A,0x0,uid)",
	  BYTES(2, 2, 22, 0, 0xd0, 0x41, 0x0a, 0x0c, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 'u', 'i', 'd', 0, 0) },
	{ "AcpiAdr(0x80010100)", BYTES(2, 3, 8, 0, 0, 1, 1, 0x80) },
	{ "AcpiAdr(0x1,0x2)", BYTES(2, 3, 12, 0, 1, 0, 0, 0, 2, 0, 0, 0) },
	{ "Ata(Secondary,Master,0x0)", BYTES(3, 1, 8, 0, 1, 0, 0, 0) },
	{ "Scsi(0x1,0x2)", BYTES(3, 2, 8, 0, 1, 0, 2, 0) },
	{ "Fibre(0x1,0x200000000)",
	  BYTES(3, 3, 24, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0) },
	{ "FibreEx(0x0001020304050607,0x0000000000000001)",
	  BYTES(3, 21, 24, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 0, 0, 0, 0, 0, 0, 0, 1) },
	{ "I1394(0000000000000ABC)",
	  BYTES(3, 4, 16, 0, 0, 0, 0, 0, 0xbc, 0xa, 0, 0, 0, 0, 0, 0) },
	{ "USB(0x1,0x0)", BYTES(3, 5, 6, 0, 1, 0) },
	{ "I2O(0x9)", BYTES(3, 6, 8, 0, 9, 0, 0, 0) },
	{ "Infiniband(0x1," GUID_TEXT ",0x2,0x3,0x4)",
	  BYTES(3, 9, 48, 0, 1, 0, 0, 0, GUID, 2, 0, 0, 0, 0, 0, 0, 0,
		3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0) },
	{ "VenMsg(" GUID_TEXT ",AA)", BYTES(3, 10, 21, 0, GUID, 0xaa) },
	{ "VenUtf8()",
	  BYTES(3, 10, 20, 0, 0xd6, 0xa0, 0x15, 0xad, 0xec, 0x8b, 0xcf, 0x4a,
		0xa0, 0x73, 0xd0, 0x1d, 0xe7, 0x7e, 0x2d, 0x88) },
	{ "VenPcAnsi()",
	  BYTES(3, 10, 20, 0, 0x53, 0x47, 0xc1, 0xe0, 0xbe, 0xf9, 0xd2, 0x11,
		0x9a, 0x0c, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d) },
	{ "UartFlowCtrl(Hardware)",
	  BYTES(3, 10, 24, 0, 0x9d, 0x9a, 0x49, 0x37, 0x2f, 0x54, 0x89, 0x4c,
		0xa0, 0x26, 0x35, 0xda, 0x14, 0x20, 0x94, 0xe4, 1, 0, 0, 0) },
	{ "SAS(0x1,0x2,0x3,SATA,External,Expanded,0x5,0x6)",
	  BYTES(3, 10, 44, 0, 0xb4, 0xdd, 0x87, 0xd4, 0x8b, 0x00, 0xd9, 0x11,
		0xaf, 0xdc, 0x00, 0x10, 0x83, 0xff, 0xca, 0x4d, 6, 0, 0, 0,
		1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0x72, 4, 3, 0) },
	{ "MAC(525400123456,0x1)",
	  BYTES(3, 11, 37, 0, 0x52, 0x54, 0, 0x12, 0x34, 0x56, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1) },
	{ "IPv4(192.168.0.1,TCP,DHCP,10.0.2.15,10.0.2.2,255.255.255.0)",
	  BYTES(3, 12, 27, 0, 10, 0, 2, 15, 192, 168, 0, 1, 0, 0, 0, 0, 6, 0, 0,
		10, 0, 2, 2, 255, 255, 255, 0) },
	{ "IPv6(2001:0DB8:0000:0000:0000:0000:0000:0001,UDP,StatelessAutoConfigure,"
	  "0000:0000:0000:0000:0000:0000:0000:0000,0000:0000:0000:0000:0000:0000:0000:0002,"
	  "0x40)",
	  BYTES(3, 13, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0,
		17, 0, 1, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2) },
	{ "Uart(115200,8,N,1)",
	  BYTES(3, 14, 19, 0, 0, 0, 0, 0, 0, 0xc2, 1, 0, 0, 0, 0, 0, 8, 1, 1) },
	{ "Uart(DEFAULT,DEFAULT,D,1.5)",
	  BYTES(3, 14, 19, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2) },
	{ "UsbMassStorage(0x1,0x2,0x6,0x50)", BYTES(3, 15, 11, 0, 1, 0, 2, 0, 8, 6, 0x50) },
	{ "UsbDeviceFirmwareUpdate(0x1,0x2,0x3)", BYTES(3, 15, 11, 0, 1, 0, 2, 0, 254, 1, 3) },
	{ "UsbClass(0xFFFF,0xFFFF,0x55,0x1,0x2)",
	  BYTES(3, 15, 11, 0, 0xff, 0xff, 0xff, 0xff, 0x55, 1, 2) },
	{ "UsbWwid(0x1,0x2,0x3,\"a,b\")",
	  BYTES(3, 16, 16, 0, 3, 0, 1, 0, 2, 0, 'a', 0, ',', 0, 'b', 0) },
	{ "Unit(0x1)", BYTES(3, 17, 5, 0, 1) },
	{ "Sata(0x1,0xFFFF,0x0)", BYTES(3, 18, 10, 0, 1, 0, 0xff, 0xff, 0, 0) },
	{ "iSCSI(iqn.a:b,0x1,0x0102030405060708,CRC32C,None,CHAP_UNI,TCP)",
	  BYTES(3, 19, 25, 0, 0, 0, 2, 0x10, 1, 2, 3, 4, 5, 6, 7, 8, 1, 0,
		'i', 'q', 'n', '.', 'a', ':', 'b') },
	{ "Vlan(100)", BYTES(3, 20, 6, 0, 100, 0) },
	{ "SasEx(0x0102030405060708,0x0000000000000000,0x1,NoTopology,0,0,0)",
	  BYTES(3, 22, 24, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0) },
	{ "NVMe(0x1,00-11-22-33-44-55-66-77)",
	  BYTES(3, 23, 16, 0, 1, 0, 0, 0, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, 0) },
	{ "Uri(http://a.b/c?d=(e),f)",
	  BYTES(3, 24, 24, 0, 'h', 't', 't', 'p', ':', '/', '/', 'a', '.', 'b', '/', 'c', '?',
		'd', '=', '(', 'e', ')', ',', 'f') },
	{ "Uri()", BYTES(3, 24, 4, 0) },
	{ "UFS(0x0,0x3)", BYTES(3, 25, 6, 0, 0, 3) },
	{ "SD(0x0)", BYTES(3, 26, 5, 0, 0) },
	{ "Bluetooth(001320F5FA77)", BYTES(3, 27, 10, 0, 0, 0x13, 0x20, 0xf5, 0xfa, 0x77) },
	{ "Wi-Fi(net)",
	  BYTES(3, 28, 36, 0, 'n', 'e', 't', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) },
	{ "eMMC(0x1)", BYTES(3, 29, 5, 0, 1) },
	{ "BluetoothLE(001320F5FA77,0x1)",
	  BYTES(3, 30, 11, 0, 0, 0x13, 0x20, 0xf5, 0xfa, 0x77, 1) },
	{ "Dns(8.8.8.8,10.0.2.3)",
	  BYTES(3, 31, 37, 0, 0, 8, 8, 8, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		10, 0, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) },
	{ "RestService(0x1,0x2)", BYTES(3, 33, 6, 0, 1, 2) },
	{ "RestService(0xFF,0x2," GUID_TEXT ",EE)", BYTES(3, 33, 23, 0, 0xff, 2, GUID, 0xee) },
	{ "HD(1,GPT," GUID_TEXT ",0x800,0x32000)",
	  BYTES(4, 1, 42, 0, 1, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0x20, 3, 0, 0, 0, 0, 0,
		GUID, 2, 2) },
	{ "HD(2,MBR,0xA0021243,0x3F,0x1000)",
	  BYTES(4, 1, 42, 0, 2, 0, 0, 0, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0,
		0x43, 0x12, 2, 0xa0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1) },
	{ "CDROM(0x1,0x10,0x20)",
	  BYTES(4, 2, 24, 0, 1, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0, 0) },
	{ "VenMedia(" GUID_TEXT ")", BYTES(4, 3, 20, 0, GUID) },
	{ "\\EFI\\a.efi",
	  BYTES(4, 4, 26, 0, '\\', 0, 'E', 0, 'F', 0, 'I', 0, '\\', 0, 'a', 0, '.', 0, 'e', 0,
		'f', 0, 'i', 0, 0, 0) },
	{ "Media(" GUID_TEXT ")", BYTES(4, 5, 20, 0, GUID) },
	{ "FvFile(" GUID_TEXT ")", BYTES(4, 6, 20, 0, GUID) },
	{ "Fv(" GUID_TEXT ")", BYTES(4, 7, 20, 0, GUID) },
	{ "Offset(0x10,0x20)",
	  BYTES(4, 8, 24, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0, 0) },
	{ "VirtualDisk(0x1000,0x1FFF,3)",
	  BYTES(4, 9, 38, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0xff, 0x1f, 0, 0, 0, 0, 0, 0,
		0x5a, 0x53, 0xab, 0x77, 0xfc, 0x45, 0x4b, 0x62, 0x55, 0x60, 0xf7, 0xb2,
		0x81, 0xd1, 0xf9, 0x6e, 3, 0) },
	{ "RamDisk(0x1,0x2,4," GUID_TEXT ")",
	  BYTES(4, 9, 38, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, GUID, 4, 0) },
	{ "BBS(HD,disk,0x3)",
	  BYTES(5, 1, 13, 0, 2, 0, 3, 0, 'd', 'i', 's', 'k', 0) },
	{ "HardwarePath(9,0102)", BYTES(1, 9, 6, 0, 1, 2) },
	{ "AcpiPath(200)", BYTES(2, 200, 4, 0) },
	{ "Msg(34,FF)", BYTES(3, 34, 5, 0, 0xff) },
	{ "MediaPath(77)", BYTES(4, 77, 4, 0) },
	{ "BbsPath(2,00)", BYTES(5, 2, 5, 0, 0) },
	{ "Path(66,1,0A)", BYTES(66, 1, 5, 0, 0xa) },
	{ "Path(0,5)", BYTES(0, 5, 4, 0) },
};

static void test_nodes(void **state)
{
	struct efi_device_path *node;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(nodes); i++) {
		assert_string_equal(narrow(to_text->node((const void *)nodes[i].node, false, true)),
				    nodes[i].text);
		node = from_text->node(wide(nodes[i].text));
		if (!node)
			fail_msg("%s is refused", nodes[i].text);
		if (efi_dp_node_size(node) != nodes[i].size ||
		    memcmp(node, nodes[i].node, nodes[i].size) != 0)
			fail_msg("%s became another node", nodes[i].text);
		efi_free_pool(node);
	}
}

static void node_is(const u8 *node, bool display_only, bool shortcuts, const char *text)
{
	assert_string_equal(narrow(to_text->node((const void *)node, display_only, shortcuts)),
			    text);
}

/* What differs for display, and without shortcuts. */
static void test_variants(void **state)
{
	static const u8 ata[] = { 3, 1, 8, 0, 1, 1, 2, 0 };
	static const u8 bbs[] = { 5, 1, 10, 0, 1, 0, 3, 0, 'a', 0 };
	static const u8 usb[] = { 3, 15, 11, 0, 1, 0, 2, 0, 8, 6, 0x50 };
	static const u8 vt[] = { 3, 10, 20, 0, 0xd6, 0xa0, 0x15, 0xad, 0xec, 0x8b, 0xcf, 0x4a,
				 0xa0, 0x73, 0xd0, 0x1d, 0xe7, 0x7e, 0x2d, 0x88 };
	static const u8 root[] = { 2, 2, 22, 0, 0xd0, 0x41, 0x03, 0x0a, 5, 0, 0, 0, 0, 0, 0, 0,
				   0, 'u', 'i', 'd', 0, 0 };
	static const u8 number[] = { 2, 2, 19, 0, 0xd0, 0x41, 0x08, 0x0a, 5, 0, 0, 0, 0, 0, 0, 0,
				     0, 0, 0 };
	static const u8 ip[] = { 3, 12, 19, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 17, 0, 1 };

	node_is(ata, true, false, "Ata(0x2)");
	node_is(bbs, true, false, "BBS(Floppy,a)");
	node_is(usb, false, false, "UsbClass(0x1,0x2,0x8,0x6,0x50)");
	node_is(vt, false, false, "VenMsg(AD15A0D6-8BEC-4ACF-A073-D01DE77E2D88)");
	node_is(root, true, false, "PciRoot(uid)");
	node_is(root, false, false, "AcpiExp(PNP0A03,0x0,uid)");
	node_is(number, true, false, "PcieRoot(0x5)");
	node_is(number, false, false, "AcpiEx(PNP0A08,0x0,0x5,,,)");
	node_is(ip, true, false, "IPv4(5.6.7.8)");
	/* Of the time before gateways. */
	node_is(ip, false, false, "IPv4(5.6.7.8,UDP,Static,1.2.3.4)");
}

/* Too short for what they say they are, or without an end. */
static void test_malformed(void **state)
{
	static const u8 hd[] = { 4, 1, 10, 0, 1, 0, 0, 0, 0, 8 };
	static const u8 no_strings[] = { 2, 2, 19, 0, 0xd0, 0x41, 0x0a, 0x0c, 0, 0, 0, 0,
					 0, 0, 0, 0, 'a', 'b', 'c' };
	static const u8 file[] = { 4, 4, 7, 0, 'a', 0, 'b' };
	static const u8 tiny[] = { 1, 1, 3, 0, 0, 0 };
	static const u8 path[] = { 1, 1, 6, 0, 0, 0, 1, 1, 2, 0, END };

	node_is(hd, false, true, "MediaPath(1,010000000008)");
	node_is(no_strings, false, true, "AcpiEx(PNP0C0A,0x0,0x0,,,)");
	node_is(file, false, true, "a");
	assert_null(to_text->node((const void *)tiny, false, false));
	assert_null(to_text->node(NULL, false, false));
	assert_null(to_text->path(NULL, false, false));
	assert_null(to_text->path((const void *)path, false, false));
}

/* Appendix C of the specification, and what QEMU's machines have. */
static const char *const paths[] = {
	"PciRoot(0x0)/Pci(0x1F,0x1)/Ata(Primary,Master,0x0)",
	"PciRoot(0x0)/Pci(0x1E,0x0)/Pci(0x0,0x0)/MAC(525400123456,0x1)",
	"Acpi(PNP0C0A,0x0)/Serial(0x0)/Uart(9600,8,N,1)/VenPcAnsi()",
	"PciRoot(0x0)/Pci(0x4,0x0)/HD(1,GPT," GUID_TEXT ",0x800,0x32000)/\\EFI\\BOOT\\BOOTX64.EFI",
	"PciRoot(0x0)/Pci(0x2,0x0)/NVMe(0x1,00-00-00-00-00-00-00-00)/HD(1,MBR,0x01020304,0x1,0x2)",
	"VenMedia(" GUID_TEXT ")/kernel",
	"PciRoot(0x0)/Pci(0x1,0x0),VenHw(" GUID_TEXT ")",
	"PciRoot(0x0)/Pci(0x3,0x0)/MAC(525400123456,0x0)/"
	"IPv4(0.0.0.0,0x0,DHCP,0.0.0.0,0.0.0.0,0.0.0.0)/Uri(http://h/p)",
	"",
};

static void test_paths(void **state)
{
	struct efi_device_path *path;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(paths); i++) {
		path = from_text->path(wide(paths[i]));
		assert_non_null(path);
		assert_true(efi_dp_size(path, EFI_DP_MAX) > 0);
		assert_string_equal(narrow(efi_dp_to_text(path, false, true)), paths[i]);
		efi_free_pool(path);
	}
}

static void path_becomes(const char *text, const char *expected)
{
	struct efi_device_path *path = from_text->path(wide(text));

	if (!expected) {
		assert_null(path);
		return;
	}
	assert_non_null(path);
	assert_string_equal(narrow(efi_dp_to_text(path, false, false)), expected);
	efi_free_pool(path);
}

/* Text as people write it. */
static void test_loose_text(void **state)
{
	path_becomes("pciroot(0)/pci(31,1)", "PciRoot(0x0)/Pci(0x1F,0x1)");
	path_becomes("/PciRoot()//Pci(1)/", "PciRoot(0x0)/Pci(0x1,0x0)");
	path_becomes("Acpi(0x0A0341D0,1)", "PciRoot(0x1)");
	path_becomes("IPv6(::1)", "IPv6(0000:0000:0000:0000:0000:0000:0000:0001,0x0,Static,"
		     "0000:0000:0000:0000:0000:0000:0000:0000,"
		     "0000:0000:0000:0000:0000:0000:0000:0000,0x0)");
	path_becomes("Dns(fe80::2:3)", "Dns(FE80:0000:0000:0000:0000:0000:0002:0003)");
	path_becomes("name(1).efi", "name(1).efi");
	path_becomes("Unknown(1)", "Unknown(1)");
	path_becomes("Pci", "Pci");
	path_becomes("Pci(1,2", "Pci(1,2");
	path_becomes("HD(1,GPT,0123,0x1,0x2)", NULL);
	path_becomes("VenHw(0123456Z-89AB-CDEF-0102-030405060708)", NULL);
	path_becomes("VenHw(" GUID_TEXT "-00)", NULL);
	path_becomes("VenHw(" GUID_TEXT ",0G)", NULL);
	path_becomes("MAC(0,1)", NULL);
	path_becomes("IPv4(1.2.3)", NULL);
	path_becomes("IPv4(1.2.3.256)", NULL);
	path_becomes("IPv6(1:2)", NULL);
	path_becomes("IPv6(1:2:3:4:5:6:7:8:9)", NULL);
	path_becomes("NVMe(1,0-1)", NULL);
	assert_null(from_text->path(NULL));
	assert_null(from_text->node(NULL));
}

/* No text is too long for the bounds; none goes beyond them. */
static void test_long_text(void **state)
{
	size_t sizes[] = { 100, 30000, 32000, 40000, 65535, 65536, 70000 }, i, n;
	struct efi_device_path *path;
	efi_char16_t *text;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		text = malloc((sizes[i] + 1) * sizeof(*text));
		for (n = 0; n < sizes[i]; n++)
			text[n] = 'a';
		text[n] = 0;
		path = from_text->path(text);
		assert_int_equal(path != NULL, sizes[i] <= 32000);
		if (path)
			efi_free_pool(path);
		/* As many nodes as it can be. */
		for (n = 0; n < sizes[i]; n++)
			text[n] = n % 2 ? '/' : 'a';
		path = from_text->path(text);
		assert_int_equal(path != NULL, sizes[i] <= 100);
		if (path)
			efi_free_pool(path);
		free(text);
	}
}

/* The length of a node has 16 bits. */
static void test_long_node(void **state)
{
	struct efi_device_path *node;
	static efi_char16_t text[32766];
	size_t i;

	for (i = 0; i < 32765; i++)
		text[i] = 'a';
	assert_null(from_text->node(text));
	text[32764] = 0;
	node = from_text->node(text);
	assert_non_null(node);
	assert_int_equal(efi_dp_node_size(node), 65534);
	efi_free_pool(node);
}

static struct efi_device_path *dp(const u8 *bytes)
{
	return (struct efi_device_path *)bytes;
}

static void freed_is(struct efi_device_path *path, const u8 *bytes, size_t size)
{
	assert_non_null(path);
	assert_memory_equal(path, bytes, size);
	assert_int_equal(utilities->get_size(path), size);
	assert_int_equal(efi_free_pool(path), EFI_SUCCESS);
}

#define IS(path, ...)	freed_is(path, BYTES(__VA_ARGS__))
#define PCI(n)		1, 1, 6, 0, 0, n
#define NEXT		0x7f, 0x01, 4, 0

static const u8 end[] = { END };
static const u8 one[] = { PCI(1), END };
static const u8 two[] = { ROOT, PCI(2), END };
static const u8 both[] = { PCI(1), NEXT, ROOT, PCI(2), END };
static const u8 broken[] = { 1, 1, 0, 0, END };

static void test_utilities(void **state)
{
	assert_int_equal(utilities->get_size(NULL), 0);
	assert_int_equal(utilities->get_size(dp(end)), 4);
	assert_int_equal(utilities->get_size(dp(both)), sizeof(both));
	assert_null(utilities->duplicate(NULL));
	assert_null(utilities->duplicate(dp(broken)));
	IS(utilities->duplicate(dp(one)), PCI(1), END);
	IS(utilities->append_path(NULL, NULL), END);
	IS(utilities->append_path(dp(one), NULL), PCI(1), END);
	IS(utilities->append_path(NULL, dp(one)), PCI(1), END);
	IS(utilities->append_path(dp(two), dp(one)), ROOT, PCI(2), PCI(1), END);
	IS(utilities->append_node(NULL, dp(one)), PCI(1), END);
	IS(utilities->append_node(dp(two), NULL), ROOT, PCI(2), END);
	IS(utilities->append_node(NULL, NULL), END);
	IS(utilities->append_node(dp(two), dp(one)), ROOT, PCI(2), PCI(1), END);
	assert_null(utilities->append_instance(dp(one), NULL));
	assert_null(utilities->append_instance(dp(one), dp(broken)));
	assert_null(utilities->append_instance(dp(broken), dp(one)));
	IS(utilities->append_instance(NULL, dp(one)), PCI(1), END);
	IS(utilities->append_instance(dp(one), dp(two)), PCI(1), NEXT, ROOT, PCI(2), END);
	assert_false(utilities->is_multi_instance(NULL));
	assert_false(utilities->is_multi_instance(dp(two)));
	assert_false(utilities->is_multi_instance(dp(broken)));
	assert_true(utilities->is_multi_instance(dp(both)));
	assert_null(utilities->create_node(1, 1, 3));
	IS(efi_dp_append_node(NULL, dp((u8[]){ PCI(1) })), PCI(1), END);
}

static void test_instances(void **state)
{
	struct efi_device_path *pos = dp(both), *node;
	efi_uintn_t size = 1;

	IS(utilities->get_next_instance(&pos, &size), PCI(1), END);
	assert_int_equal(size, sizeof(one));
	IS(utilities->get_next_instance(&pos, &size), ROOT, PCI(2), END);
	assert_int_equal(size, sizeof(two));
	assert_null(pos);
	assert_null(utilities->get_next_instance(&pos, &size));
	assert_int_equal(size, 0);
	assert_null(utilities->get_next_instance(NULL, &size));
	pos = dp(one);
	IS(utilities->get_next_instance(&pos, NULL), PCI(1), END);

	node = utilities->create_node(3, 5, 6);
	assert_non_null(node);
	assert_memory_equal(node, ((u8[]){ 3, 5, 6, 0, 0, 0 }), 6);
	efi_free_pool(node);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nodes),
		cmocka_unit_test(test_variants),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_loose_text),
		cmocka_unit_test(test_long_text),
		cmocka_unit_test(test_long_node),
		cmocka_unit_test(test_utilities),
		cmocka_unit_test(test_instances),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
