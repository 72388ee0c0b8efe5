#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Writes the seeds of the fuzz targets of the emulated machine.

    tests/fuzz/ccvm-seeds.py tests/fuzz/corpus

Images are those that QEMU, docs/specs/sev-guest-firmware.rst, describes, cut
to their last kilobyte. Pages and operations are those of the targets' sources.
"""

import pathlib
import struct
import sys
import uuid

FOOTER = "96b582de-1fb2-45f7-baea-a366c55a082d"
SEV_ES_RESET = "00f771de-1a7e-4fcb-890e-68c77e2fb44e"
KERNEL_HASHES = "7255371f-3a3b-4b04-927b-1da6efa8d454"
LAUNCH_SECRET = "4c2eb361-7d9b-4cc3-8081-127c90d3d294"
SNP_METADATA = "dc886566-984a-4798-a75e-5585a7bf67cc"
TDX_METADATA = "e47a6535-984a-4798-865e-4685a7bf8ec2"

IMAGE = 1024
ASEV_AT, TDVF_AT = 0x200, 0x100     # from the image's start

SECTIONS = [(0x800000, 0x9000, 1), (0x80d000, 0x1000, 2), (0x80e000, 0x1000, 3),
            (0x80f000, 0x1000, 4), (0x810000, 0x1000, 0x10), (0x811000, 0xf000, 1)]
# The image is too small for a BFV of whole pages: that one must be refused.
TD_SECTIONS = [(0, 0x1000, 0xfffff000, 0x1000, 0, 1), (0, 0, 0x810000, 0x10000, 3, 0),
               (0, 0, 0x809000, 0x2000, 2, 0)]


def entry(guid, data):
    return data + struct.pack("<H", len(data) + 18) + uuid.UUID(guid).bytes_le


def table(entries):
    body = b"".join(entries)
    return body + struct.pack("<H", len(body) + 18) + uuid.UUID(FOOTER).bytes_le


def asev(sections):
    body = b"".join(struct.pack("<III", *s) for s in sections)
    return struct.pack("<4sIII", b"ASEV", 16 + len(body), 1, len(sections)) + body


def tdvf(sections):
    body = b"".join(struct.pack("<IIQQII", *s) for s in sections)
    return struct.pack("<4sIII", b"TDVF", 16 + len(body), 1, len(sections)) + body


def image(entries, sections=(), td_sections=(), size=IMAGE):
    out = bytearray(size)
    for at, data in ((ASEV_AT, asev(sections)), (TDVF_AT, tdvf(td_sections))):
        out[at:at + len(data)] = data
    tail = entries + bytes(32)
    out[size - len(tail):] = tail
    return bytes(out)


def full_table(size=IMAGE):
    return table([entry(LAUNCH_SECRET, struct.pack("<II", 0x810000, 0xc00)),
                  entry(KERNEL_HASHES, struct.pack("<II", 0x810c00, 0x400)),
                  entry(TDX_METADATA, struct.pack("<I", size - TDVF_AT)),
                  entry(SNP_METADATA, struct.pack("<I", size - ASEV_AT)),
                  entry(SEV_ES_RESET, struct.pack("<I", 0x80b004))])


def message(msg_type, size):
    head = struct.pack("<32sQQBBHBBHIB", b"", 1, 0, 1, 1, 0x60, msg_type, 1, size, 0, 0)
    return head.ljust(0x60, b"\0") + bytes(size)


def op(number, gfn, operand=0):
    return struct.pack("<BHQ", number, gfn, operand)


VALIDATE, SHARE, PRIVATE, SMASH = 0, 6, 5, 4
ACCEPT, AUG, MAP = 0x40, 0x41, 0x46
BIG = 0x80

SEEDS = {
    "ccvm_image": {
        "full": image(full_table(), SECTIONS, TD_SECTIONS),
        "tdx": image(full_table(0x1000), (), TD_SECTIONS, 0x1000),
        "empty": image(table([])),
        "none": bytes(IMAGE),
        "lone": image(entry(SEV_ES_RESET, struct.pack("<I", 0x1234))),
    },
    "ccvm_guest": {
        "vmsa": b"\0" + bytes(0xd0) + struct.pack("<Q", 0x1000) + bytes(0x2d8)
                + struct.pack("<Q", 1),
        "report": b"\1" + message(5, 96),
        "key": b"\1" + message(3, 32),
        "cpuid": b"\2" + struct.pack("<IIQIIQQ", 1, 0, 0, 0xd, 1, 1, 0),
        "tdreport": b"\3\x81",
    },
    "ccvm_pages": {
        "snp": op(PRIVATE | BIG, 512, 1) + op(VALIDATE | BIG, 512, 1 << 32 | 1)
               + op(SHARE, 600) + op(PRIVATE, 600) + op(VALIDATE, 600, 1 << 32)
               + op(VALIDATE | BIG, 512, 1 << 32 | 1) + op(SMASH | BIG, 512)
               + op(1, 601, 0x10f01),
        "tdx": op(AUG | BIG, 512, 1) + op(ACCEPT | BIG, 512, 1) + op(MAP, 600, 1 << 32 | 1)
               + op(MAP, 600, 1 << 32) + op(ACCEPT, 600) + op(AUG, 600) + op(ACCEPT, 600),
    },
}


def main():
    for target, seeds in SEEDS.items():
        folder = pathlib.Path(sys.argv[1]) / target
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in seeds.items():
            (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
