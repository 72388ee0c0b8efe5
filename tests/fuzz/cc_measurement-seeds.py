#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Writes the seeds of the cc_measurement fuzz target.

    tests/fuzz/cc_measurement-seeds.py tests/fuzz/corpus/cc_measurement

Events are those of UEFI 2.10, section 38.2.4; the input is described in
tests/fuzz/cc_measurement-fuzz.c.
"""

import pathlib
import struct
import sys

ONLY_EXTEND, IMAGE, UNKNOWN_FLAG, NO_DATA, WRAPS, GET_LOG = 1, 2, 4, 8, 16, 32


def event(index, kind, data=b"", size=None, header=14, version=1):
    return struct.pack("<IIHII", 18 + len(data) if size is None else size, header, version,
                       index, kind) + data


def call(flags, what):
    return bytes([flags, len(what)]) + what


SEEDS = {
    "usual": call(0, event(3, 6, b"tag")) + call(GET_LOG, event(2, 13)) + call(0, event(1, 4)),
    "flags": call(ONLY_EXTEND, event(4, 13)) + call(IMAGE, event(2, 3)) +
             call(UNKNOWN_FLAG, event(2, 13)),
    "data": call(NO_DATA, event(2, 13)) + call(WRAPS, event(2, 13)),
    "no-action": call(NO_DATA, event(1, 3, b"for readers")) + call(0, event(0, 3)),
    "sizes": call(0, event(2, 13, size=17)) + call(0, event(2, 13, header=13)) +
             call(0, event(2, 13, version=2)) + call(0, event(2, 13, size=0x10000)) +
             call(GET_LOG, event(2, 13, size=0xfff0)) + call(0, event(2, 13, size=0xffffffff)),
}


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in SEEDS.items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
