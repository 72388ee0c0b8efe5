# SPDX-License-Identifier: BSD-2-Clause-Patent
"""The digest of an EFI image, as it is signed.

Public document: Microsoft, "Windows Authenticode Portable Executable Signature Format"
(21 March 2008), "Calculating the PE Image Hash".
"""

import hashlib
import struct

CHECKSUM, DIRECTORY_COUNT, CERTIFICATES = 64, 108, 112 + 8 * 4

# An algorithm's identifier and NULL, then a string of 32 bytes: SHA-256 as a signature has it.
SHA256_INFO = bytes.fromhex("300d060960864801650304020105000420")


def _layout(image):
    """(optional header, certificates' directory or None, size of headers, sections)."""
    header, = struct.unpack_from("<I", image, 0x3c)
    assert image[header:header + 4] == b"PE\0\0"
    count, size = struct.unpack_from("<H12xH", image, header + 6)
    optional = header + 24
    assert image[optional:optional + 2] == b"\x0b\x02", "not PE32+"
    directories, = struct.unpack_from("<I", image, optional + DIRECTORY_COUNT)
    headers, = struct.unpack_from("<I", image, optional + 60)
    sections = [struct.unpack_from("<II", image, optional + size + 40 * i + 16)
                for i in range(count)]
    return optional, optional + CERTIFICATES if directories > 4 else None, headers, sections


def certificates(image):
    """The signatures' part of the file, empty if it is not signed."""
    _, entry, _, _ = _layout(image)
    offset, size = struct.unpack_from("<II", image, entry) if entry else (0, 0)
    return image[offset:offset + size]


def digest(image, algorithm="sha384"):
    optional, entry, headers, sections = _layout(image)
    state = hashlib.new(algorithm)
    state.update(image[:optional + CHECKSUM])
    if entry:
        state.update(image[optional + CHECKSUM + 4:entry])
        state.update(image[entry + 8:headers])
    else:
        state.update(image[optional + CHECKSUM + 4:headers])
    done = headers
    for size, offset in sorted(sections, key=lambda s: s[1]):
        data = image[offset:offset + size]
        state.update(data)
        done += len(data)
    state.update(image[done:len(image) - len(certificates(image))])
    return state.digest()


def signed_digests(image):
    """The SHA-256 digests that the image's signatures are for."""
    data, found, at = certificates(image), [], 0
    while (at := data.find(SHA256_INFO, at)) >= 0:
        at += len(SHA256_INFO)
        found.append(data[at:at + 32])
    return found
