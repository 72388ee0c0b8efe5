#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Writes the seeds of the memmap fuzz target.

    tests/fuzz/memmap-seeds.py tests/fuzz/corpus/memmap

Records are those of tests/fuzz/memmap-fuzz.c: operation, type, base, size.
"""

import pathlib
import struct
import sys

ADD, SET, FIND, END = range(4)
RESERVED, BOOT_DATA, CONVENTIONAL, MMIO = 0, 4, 7, 11
PAGE, MIB, GIB = 1 << 12, 1 << 20, 1 << 30
TOP = (1 << 64) - PAGE

SEEDS = {
    # RAM as a host describes it, then the firmware's own ranges.
    "boot": [
        (ADD, CONVENTIONAL, 0, 0x9fc00), (ADD, RESERVED, 0x9fc00, 0x400),
        (ADD, RESERVED, 0xf0000, 0x10000), (ADD, CONVENTIONAL, MIB, 3 * GIB - MIB),
        (ADD, MMIO, 0xfed00000, PAGE), (ADD, CONVENTIONAL, 4 * GIB, 5 * GIB),
        (SET, BOOT_DATA, 8 * MIB, 0x17000), (FIND, 9, 0, 0x123456), (END, 0, 4 * GIB, 0),
        (SET, CONVENTIONAL, 8 * MIB, 0x17000),
    ],
    "edges": [
        (ADD, CONVENTIONAL, TOP, PAGE), (ADD, RESERVED, TOP, PAGE + 1),
        (SET, MMIO, 0, (1 << 64) - 1), (SET, CONVENTIONAL, 1 << 52, TOP),
        (FIND, 51, 0, (1 << 64) - 1), (END, 0, (1 << 64) - 1, 0),
    ],
    # More ranges than the map holds.
    "full": [(ADD, RESERVED, i * 2 * PAGE, PAGE) for i in range(514)]
            + [(SET, CONVENTIONAL, 0, 100 * PAGE), (ADD, MMIO, 4000 * PAGE, PAGE)],
    "split": [(SET, i % 3, 0x100000 >> i << 12, 0x1000 << i) for i in range(20)],
}


def main():
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for name, ops in SEEDS.items():
        (target / name).write_bytes(b"".join(struct.pack("<BBQQ", *op) for op in ops))


if __name__ == "__main__":
    main()
