#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Writes the seeds of the efi_store fuzz target.

    tests/fuzz/efi_store-seeds.py tests/fuzz/corpus/efi_store

The format is that of tests/fuzz/efi_store-fuzz.c: a byte of settings, then
patches of an empty store.
"""

import pathlib
import struct
import sys
import uuid

VENDOR = uuid.UUID("8be4df61-93ca-11d2-aa0d-00e098032b8c")
FIRST, WORK, SPARE, REGION = 0x64, 0xf000, 0x10000, 0xe000
VOLUME = uuid.UUID("fff12b8d-7696-4c8b-a985-2747075b4f50")


def patch(at, data):
    return struct.pack("<IH", at, len(data)) + data


def record(name, data, state=0x3f, attributes=7):
    name = (name + "\0").encode("utf-16-le")
    head = struct.pack("<HBxIQ16xIII16s", 0x55aa, state, attributes, 0, 0, len(name), len(data),
                       VENDOR.bytes_le)
    body = head + name + data
    return body + b"\xff" * (-len(body) % 4)


def entry(state, record_state, target=-SPARE):
    head = struct.pack("<B3x16s4xQQ", state, VOLUME.bytes_le, 1, 0)
    return head + struct.pack("<B7xQQQq", record_state, 0, 0x48, REGION - 0x48, target)


LIVE = record("Boot0000", b"abc") + record("BootOrder", b"\0\0")

SEEDS = {
    "empty": b"",
    "live": patch(FIRST, LIVE),
    "dead": patch(FIRST, record("a", b"x", 0x3d) + record("b", b"x", 0x3c) + LIVE),
    "twins": patch(FIRST, record("a", b"x", 0x3e) + record("a", b"y") + record("a", b"z")),
    "unfinished": patch(FIRST, record("a", b"x", 0x7f) + record("a", b"y", 0xff)[:60] + LIVE),
    "damaged": patch(FIRST, record("a", b"x") + b"\0\0\0\0" + LIVE),
    "header": patch(0x48, b"\xff" * 28) + patch(FIRST, LIVE),
    "volume": patch(0, b"\xff" * 0x1000),
    "entry": patch(FIRST, LIVE) + patch(WORK + 32, entry(0xfc, 0xfd)),
    "abandoned": patch(FIRST, LIVE) + patch(WORK + 32, entry(0xfc, 0xff)),
    "done": patch(FIRST, LIVE) + patch(WORK + 32, entry(0xf8, 0xf9)),
}


def main():
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for name, data in SEEDS.items():
        (target / name).write_bytes(b"\1" + data)
        (target / (name + "-full")).write_bytes(b"\x08" + data)


if __name__ == "__main__":
    main()
