#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause-Patent
#
# Writes the seed corpus of pci_enumerate-fuzz.c, whose format is described
# there: pci_enumerate-seeds.py DIRECTORY

import os
import struct
import sys

BRIDGE, PREF64, PORT, MULTI, CAPS, NO_IO = 1, 2, 4, 8, 16, 32
IO, MEM32, PREF32, MEM64, MEM64_PREF = 1, 0, 8, 4, 12


def func(parent=0, slot=0, fn=0, flags=0, root=0, bars=(), tail=b""):
    pairs = b"".join(struct.pack("BB", order, kind) for order, kind in bars)
    return (struct.pack("BBBB", parent, slot << 3 | fn, flags, root)
            + pairs.ljust(12, b"\0") + tail.ljust(16, b"\0"))


NIC = [(13, MEM32), (13, MEM32), (3, IO), (10, MEM32)]
VIRTIO = [(4, IO), (8, MEM32), (0, 0), (0, 0), (10, MEM64_PREF)]
WISH = bytes([0x09, 0, 32, 1]) + struct.pack("<IQ", 2, 8192)

q35 = func(slot=0) + func(slot=1, bars=[(20, PREF32), (0, 0), (8, MEM32)]) \
    + func(slot=2, bars=NIC, tail=b"\1") + func(slot=31, flags=MULTI) \
    + func(slot=31, fn=2, bars=[(0, 0)] * 4 + [(3, IO), (8, MEM32)])
bridges = func(slot=3, flags=PORT) + func(parent=1, bars=VIRTIO) \
    + func(slot=4, flags=BRIDGE | PREF64, bars=[(4, MEM64)]) \
    + func(parent=3, slot=9, flags=BRIDGE) + func(parent=4, slot=5, bars=NIC, tail=b"\2") \
    + func(slot=5, flags=PORT | NO_IO) + func(parent=6, bars=VIRTIO)

SEEDS = {
    "q35": b"\x00" + q35,
    "ports": b"\x02" + q35,
    "bridges": b"\x00" + bridges,
    "few-buses": b"\x10" + bridges,
    "small-window": b"\x20" + bridges,
    "no-io": b"\x40" + bridges,
    "large": b"\x00" + func(slot=1, bars=[(29, MEM64_PREF), (0, 0), (27, MEM32)]) + bridges,
    "large-no-high": b"\x08" + func(slot=1, bars=[(29, MEM64_PREF), (0, 0), (27, MEM32)]),
    "wishes": b"\x00" + func(slot=1, flags=BRIDGE | PREF64 | CAPS, tail=WISH) + q35,
    "roots": b"\x04" + q35 + func(slot=1, flags=PORT, root=64) + func(parent=6, bars=VIRTIO),
    "hostile-ones": b"\x01" + struct.pack("<IIII", 0x12345678, 0, 0x06040000, 0x00810000) * 8,
    "hostile-count": b"\x01" + bytes(range(256)) * 2,
}


def main():
    for name, data in SEEDS.items():
        with open(os.path.join(sys.argv[1], name), "wb") as f:
            f.write(data)


main()
