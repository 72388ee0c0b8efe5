#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause-Patent
"""
Print the variables in a flash image in OVMF's format, one a line: vendor, name,
attributes, data. Written from the format's description alone, as a check of
those who write it.
Documents: UEFI Platform Initialization 1.8, volume 3, section 3.2.1; EDK II,
MdeModulePkg/Include/Guid/VariableFormat.h.

usage: vars_reader.py FILE
"""

import struct
import sys
import uuid
from collections import namedtuple
from pathlib import Path

VOLUME = "fff12b8d-7696-4c8b-a985-2747075b4f50"
STORE = "aaf32c78-947b-439a-a180-2e144ec37792"
RECORD = struct.Struct("<HBxIQ16sIII16s")
FIRST = 0x64
ADDED, TRANSITION, ERASED = 0x3f, 0x3e, 0xff

Variable = namedtuple("Variable", "vendor name attributes time data")


class Damaged(Exception):
    pass


def check_headers(flash):
    if str(uuid.UUID(bytes_le=flash[0x10:0x20])) != VOLUME or flash[0x28:0x2c] != b"_FVH":
        raise Damaged("no volume of variables")
    if sum(struct.unpack("<36H", flash[:0x48])) & 0xffff:
        raise Damaged("the volume's checksum is wrong")
    if struct.unpack_from("<Q", flash, 0x20)[0] != len(flash):
        raise Damaged("the volume is not as long as the file")
    if str(uuid.UUID(bytes_le=flash[0x48:0x58])) != STORE or flash[0x5c:0x5e] != b"\x5a\xfe":
        raise Damaged("no store of variables")
    return 0x48 + struct.unpack_from("<I", flash, 0x58)[0]


def records(flash):
    """(state, Variable) of each record; raises Damaged for what is not erased after them."""
    end = check_headers(flash)
    at = FIRST
    while at + RECORD.size <= end:
        start, state, attributes, _, time, _, name_size, size, vendor = \
            RECORD.unpack_from(flash, at)
        if start != 0x55aa:
            break
        at += RECORD.size
        if state == ERASED:
            continue
        if at + name_size + size > end:
            raise Damaged(f"{at:#x}: sizes are wrong")
        name = flash[at:at + name_size].decode("utf-16-le")
        data = flash[at + name_size:at + name_size + size]
        yield state, Variable(str(uuid.UUID(bytes_le=vendor)), name.rstrip("\0"), attributes,
                              time, data)
        at = (at + name_size + size + 3) & ~3
    if flash[at:end].strip(b"\xff"):
        raise Damaged(f"{at:#x}: free space is not erased")


def read(flash):
    """The variables, in the order of the file."""
    found = {}
    for state, variable in records(flash):
        key = variable.vendor, variable.name
        if state == ADDED and found.get(key, (TRANSITION,))[0] == ADDED:
            raise Damaged(f"{variable.name} is there twice")
        if state == ADDED or (state == TRANSITION and key not in found):
            found[key] = state, variable
    return [variable for _, variable in found.values()]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__.strip())
    try:
        for v in read(Path(sys.argv[1]).read_bytes()):
            print(v.vendor, v.name, f"{v.attributes:#x}", v.data.hex())
    except Damaged as error:
        sys.exit(f"{sys.argv[1]}: {error}")


if __name__ == "__main__":
    main()
