#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Writes the seeds of the pe fuzz target.

    tests/fuzz/pe-seeds.py tests/fuzz/corpus/pe

Small images with the layouts of boot loaders in use; no bytes of one are used.
Document: Microsoft PE Format (learn.microsoft.com, revision 11).
"""

import pathlib
import struct
import sys

LFANEW = 0x40
EXECUTE, WRITE = 0x20000020, 0xc0000040


def image(sections, align=0x1000, headers=0x200, size=None, relocs=b"", base=0,
          nx=0, subsystem=10, flags=0x22e, directories=16):
    """An image; @sections: (rva, virtual size, data, flags)."""
    sections = list(sections)
    end = max((rva + vsize + align - 1) // align * align for rva, vsize, _, _ in sections)
    directory = [(0, 0)] * directories
    if relocs:
        directory[5] = (end, len(relocs))
        sections.append((end, len(relocs), relocs, 0x42000040))
        end += (len(relocs) + align - 1) // align * align
    table, body, offset = b"", b"", headers
    for rva, vsize, data, characteristics in sections:
        raw = data + bytes(-len(data) % 0x20)
        table += struct.pack("<8sIIIIIIHHI", b".sect", vsize, rva, len(raw), offset,
                             0, 0, 0, 0, characteristics)
        body += raw
        offset += len(raw)
    optional = struct.pack("<HBBIIIIIQIIHHHHHHIIIIHHQQQQII", 0x20b, 2, 0, 0x200, 0x200, 0,
                           sections[0][0], sections[0][0], base, align, 0x20, 0, 0, 0, 0, 0, 0,
                           0, size or end, headers, 0, subsystem, 0x100 if nx else 0,
                           0, 0, 0, 0, 0, directories)
    optional += b"".join(struct.pack("<II", *d) for d in directory)
    header = struct.pack("<4sHHIIIHH", b"PE\0\0", 0x8664, len(sections), 0, 0, 0,
                         len(optional), flags)
    dos = b"MZ" + bytes(0x3a) + struct.pack("<I", LFANEW)
    head = dos + header + optional + table
    assert len(head) <= headers
    return head + bytes(headers - len(head)) + body


def block(page, *entries):
    return struct.pack("<II", page, 8 + 2 * len(entries)) + struct.pack(
        f"<{len(entries)}H", *entries)


CODE = bytes(0x40)
SEEDS = {
    "plain": image([(0x1000, 0x40, CODE, EXECUTE), (0x2000, 0x1800, CODE, WRITE)], nx=1,
                   base=0x140000000, relocs=block(0x2000, 0xa008, 0) + block(0x1000, 0x3000)),
    "dummy-relocs": image([(0x1000, 0x40, CODE, EXECUTE)], base=0x200000,
                          relocs=block(0, 0)),
    "packed": image([(0x240, 0x40, CODE, EXECUTE), (0x280, 0x60, CODE, WRITE)], align=0x20,
                    headers=0x240, relocs=block(0, 0xa280, 0x3284, 0x1288, 0x228c)),
    "in-headers": image([(0x200, 0x900, CODE, EXECUTE)], size=0xb08, flags=0x20e),
    "holes": image([(0x1000, 0x33, CODE, EXECUTE), (0x40000, 0x10, CODE, 0x40000040)],
                   align=0x200),
    "stub": image([(0x1000, 0x40, CODE, EXECUTE | WRITE)], nx=1, directories=6),
    "driver": image([(0x1000, 0x40, CODE, EXECUTE)], subsystem=12, relocs=block(0x1000, 0xa000)),
    "fixed": image([(0x1000, 0x40, CODE, EXECUTE)], flags=0x20f, base=0x400000),
}


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for name, data in SEEDS.items():
        (out / name).write_bytes(data)


main()
