# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Writes variables and boot options into a flash image, as its owner may.

Documents: UEFI 2.10, sections 3.1.3 (load options) and 10.3 (device paths); EDK II,
MdeModulePkg/Include/Guid/VariableFormat.h.
"""

import struct
import uuid

import vars_reader

GLOBAL = "8be4df61-93ca-11d2-aa0d-00e098032b8c"
NV_BS_RT, NV_BS = 7, 3
ACTIVE, HIDDEN = 1, 8
END = bytes.fromhex("7fff0400")


def text(string):
    return (string + "\0").encode("utf-16-le")


def node(kind, subtype, data):
    return struct.pack("<BBH", kind, subtype, 4 + len(data)) + data


def file_node(name):
    return node(4, 4, text(name))


def partition_node(guid, number=1, start=2048, size=96 << 11):
    return node(4, 1, struct.pack("<IQQ", number, start, size) +
                uuid.UUID(guid).bytes_le + b"\2\2")


def pci_path(*functions):
    path = node(2, 1, struct.pack("<II", 0x0a0341d0, 0))
    return path + b"".join(node(1, 1, bytes([function, device]))
                           for device, function in functions)


def load_option(name, path, data=b"", attributes=ACTIVE):
    path += END
    return struct.pack("<IH", attributes, len(path)) + text(name) + path + data


def write(store, name, data, vendor=GLOBAL, attributes=NV_BS_RT):
    """Adds a variable behind those that are there; the name must be new."""
    flash = store.read_bytes()
    end = vars_reader.check_headers(flash)
    at = vars_reader.FIRST
    while at + vars_reader.RECORD.size <= end and flash[at:at + 2] == b"\xaa\x55":
        sizes = struct.unpack_from("<II", flash, at + 0x24)
        at = (at + vars_reader.RECORD.size + sum(sizes) + 3) & ~3
    record = vars_reader.RECORD.pack(0x55aa, vars_reader.ADDED, attributes, 0, bytes(16), 0,
                                     len(text(name)), len(data), uuid.UUID(vendor).bytes_le)
    record += text(name) + data
    assert at + len(record) <= end
    store.write_bytes(flash[:at] + record + flash[at + len(record):])


def read(store):
    """Data by name, of global variables and all others."""
    return {variable.name: variable.data
            for variable in vars_reader.read(store.read_bytes())}


def boot_order(*numbers):
    return struct.pack(f"<{len(numbers)}H", *numbers)
