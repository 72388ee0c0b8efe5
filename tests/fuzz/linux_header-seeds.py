#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Writes the seeds of the linux_header fuzz target.

    tests/fuzz/linux_header-seeds.py tests/fuzz/corpus/linux_header

Field values are those of a distribution's kernel; no bytes of one are used.
Document: Linux 6.12, Documentation/arch/x86/boot.rst.
"""

import pathlib
import struct
import sys

# struct linux_setup_header from setup_sects (0x1f1) to kernel_info_offset.
HEADER = "<BHIHHHH2sIHIHHBBHIIIIHBBIIIBBHIIQIIQQIII"
FIELDS = {
    "setup_sects": 39, "root_flags": 1, "syssize": 0x1000, "ram_size": 0,
    "vid_mode": 0xffff, "root_dev": 0, "boot_flag": 0xaa55, "jump": b"\xeb\x6a",
    "header": 0x53726448, "version": 0x20f, "realmode_swtch": 0,
    "start_sys_seg": 0x1000, "kernel_version": 0x42c0, "type_of_loader": 0xb0,
    "loadflags": 0x81, "setup_move_size": 0x8000, "code32_start": 0x100000,
    "ramdisk_image": 0, "ramdisk_size": 0, "bootsect_kludge": 0,
    "heap_end_ptr": 0xfe00, "ext_loader_ver": 0, "ext_loader_type": 0,
    "cmd_line_ptr": 0x20000, "initrd_addr_max": 0x7fffffff,
    "kernel_alignment": 0x200000, "relocatable_kernel": 1, "min_alignment": 21,
    "xloadflags": 0x7f, "cmdline_size": 2047, "hardware_subarch": 0,
    "hardware_subarch_data": 0, "payload_offset": 0x2cc, "payload_length": 0x8000,
    "setup_data": 0, "pref_address": 0x1000000, "init_size": 0x378000,
    "handover_offset": 0, "kernel_info_offset": 0x8000,
}
KERNEL_SIZE = 0x105c0
PROPOSED = 0x100000


def seed(tail=b"", kernel=KERNEL_SIZE, setup=40 * 512, cmdline=0, initrd=0, holes=0, **fields):
    """One input: sizes, header, number of holes in RAM, tail."""
    header = struct.pack(HEADER, *{**FIELDS, **fields}.values())
    return struct.pack("<IIII", kernel, setup, cmdline, initrd) + header + bytes([holes]) + tail


def setup_data(next_, type_, data):
    """One struct linux_setup_data."""
    return struct.pack("<QII", next_, type_, len(data)) + data


def chain():
    """A device tree and a random seed, as a host appends them."""
    second = setup_data(0, 9, bytes(range(32)))
    first_len = 16 + 64
    first_at = PROPOSED + KERNEL_SIZE - first_len - len(second)
    first = setup_data(first_at + first_len, 2, b"\xd0\x0d\xfe\xed" + bytes(60))
    return first + second, first_at


def seeds():
    """Names and contents."""
    tail, at = chain()
    return {
        "plain": seed(),
        "cmdline": seed(b"console=ttyS0\0", cmdline=14),
        "initrd": seed(initrd=0x345678),
        "initrd-high": seed(initrd=0x50000000),
        "initrd-below-4g": seed(initrd=0x50000000, xloadflags=1),
        "fragments": seed(holes=200),
        "setup-data": seed(tail, setup_data=at),
        "pref-taken": seed(pref_address=0x200000, holes=3),
        "not-relocatable": seed(pref_address=0x200000, holes=3, relocatable_kernel=0),
        "truncated": seed(kernel=0xffff),
        "version-2.12": seed(version=0x20c, jump=b"\xeb\x66"),
        "not-linux": seed(boot_flag=0, header=0),
        "no-kernel": seed(kernel=0),
    }


def main():
    """Write them all to the directory named by the only argument."""
    folder = pathlib.Path(sys.argv[1])
    for name, data in seeds().items():
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
