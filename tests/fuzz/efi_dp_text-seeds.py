#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Writes the seeds of the efi_dp_text fuzz target.

    tests/fuzz/efi_dp_text-seeds.py tests/fuzz/corpus/efi_dp_text

Each is text of UEFI 2.10, section 10.6.1.6, or a path with one node of a kind.
"""

import pathlib
import struct
import sys

GUID = "01234567-89AB-CDEF-0102-030405060708"
TEXT = {
    "pci": "PciRoot(0x0)/Pci(0x1F,0x2)/Ata(Primary,Master,0x0)",
    "acpi-ex": "AcpiEx(PNP0A03,0x0,0x5,hid,cid,uid)/AcpiAdr(0x1,0x2)",
    "acpi-exp": "AcpiExp(PNP0C0A,0x0,uid)",
    "hd-gpt": f"HD(1,GPT,{GUID},0x800,0x32000)/\\EFI\\BOOT\\BOOTX64.EFI",
    "hd-mbr": "HD(2,MBR,0xA0021243,0x3F,0x1000)",
    "net": "MAC(525400123456,0x1)/IPv4(1.2.3.4,TCP,DHCP,5.6.7.8)/Uri(http://a/b)",
    "net6": "IPv6(fe80::1,UDP,Static)/Dns(::1,::2)/Vlan(4)",
    "vendor": f"VenHw({GUID},00FF10)/VenMsg({GUID})/VenUtf8()",
    "usb": "USB(0x1,0x0)/UsbWwid(0x1,0x2,0x3,\"a,b\")/UsbHub(1,2,3,4)",
    "sas": "SAS(0x1,0x2,0x3,SATA,External,Expanded,0x5,0x6)/SasEx(0x01,0x02,1,SAS,0,0,3)",
    "iscsi": "iSCSI(iqn.a:b,0x1,0x0102030405060708,CRC32C,None,CHAP_UNI,TCP)",
    "nvme": "NVMe(0x1,00-11-22-33-44-55-66-77)/Uart(115200,8,N,1)",
    "generic": "Path(66,1,0A)/Msg(34,FF)/BBS(HD,disk,0x3)/RamDisk(1,2,3)",
    "instances": "PciRoot(0)/Pci(1,0),PciRoot(1),",
}
# Kinds with variable parts, and lengths of each that are worth a try.
KINDS = ((1, 4), (2, 1), (2, 2), (2, 3), (3, 10), (3, 11), (3, 12), (3, 13), (3, 15), (3, 16),
         (3, 19), (3, 22), (3, 24), (3, 28), (3, 31), (3, 33), (4, 1), (4, 3), (4, 4), (4, 9),
         (5, 1), (66, 1))


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in TEXT.items():
        (folder / name).write_bytes(text.encode())
    end = struct.pack("<BBH", 0x7f, 0xff, 4)
    for kind, subtype in KINDS:
        data = bytes(range(1, 61))
        path = struct.pack("<BBH", kind, subtype, 4 + len(data)) + data + end
        (folder / f"node-{kind}-{subtype}").write_bytes(path)


main()
