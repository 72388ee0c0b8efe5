#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Writes the seeds of the efi_device_path fuzz target.

    tests/fuzz/efi_device_path-seeds.py tests/fuzz/corpus/efi_device_path

Nodes are those of UEFI 2.10, section 10.3; the input is described in
tests/fuzz/efi_device_path-fuzz.c.
"""

import pathlib
import struct
import sys


def node(kind, subtype, data=b""):
    return struct.pack("<BBH", kind, subtype, 4 + len(data)) + data


END = node(0x7f, 0xff)
NEXT = node(0x7f, 0x01)
ROOT = node(2, 1, struct.pack("<II", 0x0a0341d0, 0))
DISK = ROOT + node(1, 1, bytes([0, 3]))
PART = DISK + node(4, 1, struct.pack("<IQQ16sBB", 1, 2048, 4096, bytes(range(16)), 2, 2))
FILE = node(4, 4, "\\EFI\\BOOT\\BOOTX64.EFI\0".encode("utf-16-le"))

SEEDS = {
    "disk": (DISK + END, PART + END),
    "file": (PART + END, PART + FILE + END),
    "same": (PART + END, PART + END),
    "instances": (DISK + NEXT + ROOT + END, DISK + node(1, 1, bytes(2)) + NEXT + DISK + END),
    "empty": (END, ROOT + END),
    "no-end": (DISK, PART),
    "short-node": (struct.pack("<BBH", 1, 1, 3) + END, PART + END),
    "zero-node": (struct.pack("<BBH", 1, 1, 0) + END, END),
    "long-node": (DISK + struct.pack("<BBH", 4, 4, 0xffff) + END, END),
    "long-end": (DISK + struct.pack("<BBH", 0x7f, 0xff, 8) + bytes(4), END),
}


def main():
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for name, (first, second) in SEEDS.items():
        (target / name).write_bytes(struct.pack("<H", len(first)) + first + second)


if __name__ == "__main__":
    main()
