#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause-Patent
"""
Make the seeds of the boot_option fuzz target: options as Linux's tools write them, with
the line of QEMU's boot order that means the same device.
Document: UEFI 2.10, sections 3.1.3 and 10.3.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "efi"), str(HERE.parent / "unit/support")]

from nvram import file_node, load_option, node, partition_node, pci_path, text  # noqa: E402

GUID = "6f1c3a52-9c6d-4b5e-a9d4-3f1f2d6f7b10"
SCSI = node(3, 2, bytes([1, 0, 0, 0]))
SATA = node(3, 0x12, bytes([1, 0, 0xff, 0xff, 0, 0]))
NVME = node(3, 0x17, bytes([1, 0, 0, 0]) + bytes(8))
FILE = file_node("\\EFI\\debian\\shimx64.efi")

SEEDS = {
    "short-form": ("/pci@i0cf8/scsi@4/disk@0,0\n", partition_node(GUID) + FILE, b""),
    "virtio-blk": ("/pci@i0cf8/scsi@4/disk@0,0", pci_path((4, 0)), bytes(16)),
    "virtio-scsi": ("/pci@i0cf8/scsi@5/channel@0/disk@1,0", pci_path((5, 0)) + SCSI, b""),
    "ahci": ("/pci@i0cf8/pci8086,2922@1f,2/drive@1/disk@0", pci_path((0x1f, 2)) + SATA, b""),
    "nvme": ("/pci@i0cf8/pci8086,5845@3/namespace@1,0", pci_path((3, 0)) + NVME + FILE,
             text("quiet")),
    "bridge": ("/pci-root@0/pci@i0cf8/pci-bridge@1/scsi@3/disk@0,0\nHALT",
               pci_path((1, 0), (3, 0)), b""),
}


def main():
    folder = HERE / "corpus/boot_option"
    folder.mkdir(parents=True, exist_ok=True)
    for name, (line, path, data) in SEEDS.items():
        (folder / name).write_bytes(line.encode() + b"\0" + load_option(name, path, data))


if __name__ == "__main__":
    main()
