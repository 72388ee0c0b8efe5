# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Expected launch measurements of a firmware image, from the file alone.

Shares nothing with the emulator, which computes the same from what it loaded.

Public documents: SEV API (AMD 55766), LAUNCH_MEASURE; SEV-SNP firmware ABI (AMD
56860), "Measuring Guest Memory"; AMD64 APM volume 2 (24593), appendix B (VMSA);
Intel TDX module ABI (348551), TDH.MEM.PAGE.ADD and TDH.MR.EXTEND; Intel TDX virtual
firmware design guide (344991), "TDVF metadata"; QEMU, "specs/sev-guest-firmware".
"""

import hashlib
import struct
import uuid
from collections import namedtuple

PAGE = 4096
TOP = 1 << 32

FOOTER = "96b582de-1fb2-45f7-baea-a366c55a082d"
RESET_BLOCK = "00f771de-1a7e-4fcb-890e-68c77e2fb44e"
HASHES_AREA = "7255371f-3a3b-4b04-927b-1da6efa8d454"
SNP_METADATA = "dc886566-984a-4798-a75e-5585a7bf67cc"
TDX_METADATA = "e47a6535-984a-4798-865e-4685a7bf8ec2"

HASH_TABLE = "9438d606-4f22-4cc9-b479-a793d411fd21"
CMDLINE_HASH = "97d02dd8-bd20-4c94-aa78-e7714d36ab2a"
INITRD_HASH = "44baf731-3a2f-4bd7-9af1-41e29169781d"
KERNEL_HASH = "4de79437-abd2-427f-b835-d5b172d2045b"

# SNP page types, and those of the sections in the image's metadata.
SNP_NORMAL, SNP_VMSA, SNP_ZERO, SNP_UNMEASURED, SNP_SECRETS, SNP_CPUID = 1, 2, 3, 4, 5, 6
SECTION_SECRETS, SECTION_CPUID, SECTION_HASHES = 2, 3, 0x10
VMSA_GPA = 0xFFFFFFFFF000

MR_EXTEND, PAGE_AUG = 1, 2

# CPUID(1).EAX of QEMU's CPU models; "max" as TCG has it.
SIGNATURES = {"max": 0x00060FB1,
              "EPYC": 0x00800F12, "EPYC-Rome": 0x00830F10, "EPYC-Milan": 0x00A00F11,
              "EPYC-Genoa": 0x00A10F10, "EPYC-Turin": 0x00B00F00}

SnpSection = namedtuple("SnpSection", "gpa size type")
TdvfSection = namedtuple("TdvfSection", "offset raw_size gpa size type attributes")


class ImageError(Exception):
    """The image lacks what such a guest needs."""


def guid_bytes(text):
    return uuid.UUID(text).bytes_le


def guid_table(image):
    """Data of each entry of the table at the end of the image, by GUID."""
    footer = len(image) - 48
    if footer < 2 or image[footer:footer + 16] != guid_bytes(FOOTER):
        return {}
    length, = struct.unpack_from("<H", image, footer - 2)
    bottom = footer + 16 - length
    position = footer - 2
    entries = {}
    while position - 18 >= bottom:
        size, = struct.unpack_from("<H", image, position - 18)
        if size < 18 or position - size < bottom:
            raise ImageError("an entry of the GUID table is larger than the table")
        guid = str(uuid.UUID(bytes_le=image[position - 16:position]))
        entries[guid] = image[position - size:position - 18]
        position -= size
    return entries


def _metadata(image, guid, signature):
    entry = guid_table(image).get(guid)
    if entry is None:
        raise ImageError(f"the image has no {signature.decode()} metadata")
    start = len(image) - struct.unpack("<I", entry[:4])[0]
    found, _, version, count = struct.unpack_from("<4sIII", image, start)
    if found != signature or version != 1:
        raise ImageError(f"{signature.decode()} metadata: {found} version {version}")
    return start + 16, count


def snp_sections(image):
    start, count = _metadata(image, SNP_METADATA, b"ASEV")
    return [SnpSection(*struct.unpack_from("<III", image, start + 12 * n)) for n in range(count)]


def tdvf_sections(image):
    start, count = _metadata(image, TDX_METADATA, b"TDVF")
    return [TdvfSection(*struct.unpack_from("<IIQQII", image, start + 32 * n))
            for n in range(count)]


def ap_start(image):
    """Where processors other than the first one start."""
    entry = guid_table(image).get(RESET_BLOCK)
    if entry is None:
        raise ImageError("the image has no SEV-ES reset block")
    return struct.unpack("<I", entry[:4])[0]


def kernel_hashes(kernel, initrd=b"", cmdline=""):
    """The 176 bytes that stand for a directly booted kernel."""
    table = b""
    for guid, content in ((CMDLINE_HASH, cmdline.encode() + b"\0"), (INITRD_HASH, initrd),
                          (KERNEL_HASH, kernel)):
        table += guid_bytes(guid) + struct.pack("<H", 50) + hashlib.sha256(content).digest()
    table = guid_bytes(HASH_TABLE) + struct.pack("<H", len(table) + 18) + table
    return table + bytes(-len(table) % 16)


def vmsa(start, features, signature=SIGNATURES["EPYC"], fpu=True):
    """The page a processor starts from; fpu: whether KVM fills in the FPU's part."""
    page = bytearray(PAGE)

    def segment(offset, selector, attributes, limit, base=0):
        struct.pack_into("<HHIQ", page, offset, selector, attributes, limit, base)

    for offset in (0x00, 0x20, 0x30, 0x40, 0x50):
        segment(offset, 0, 0x93, 0xFFFF)
    segment(0x10, 0xF000, 0x9B, 0xFFFF, start & 0xFFFF0000)
    segment(0x60, 0, 0, 0xFFFF)
    segment(0x70, 0, 0x82, 0xFFFF)
    segment(0x80, 0, 0, 0xFFFF)
    segment(0x90, 0, 0x8B, 0xFFFF)
    for offset, value in ((0x0D0, 0x1000), (0x148, 0x40), (0x158, 0x10), (0x160, 0x400),
                          (0x168, 0xFFFF0FF0), (0x170, 2), (0x178, start & 0xFFFF),
                          (0x268, 0x0007040600070406), (0x310, signature), (0x3B0, features),
                          (0x3E8, 1)):
        struct.pack_into("<Q", page, offset, value)
    if fpu:
        struct.pack_into("<I", page, 0x408, 0x1F80)
        struct.pack_into("<H", page, 0x410, 0x37F)
    return bytes(page)


def vmsas(image, cpus, features, **options):
    starts = [0xFFFFFFF0] + [ap_start(image)] * (cpus - 1) if cpus > 1 else [0xFFFFFFF0]
    return [vmsa(start, features, **options) for start in starts]


def sev_digest(image, hashes=b"", pages=()):
    """SEV and, with the pages of the processors, SEV-ES."""
    return hashlib.sha256(b"".join((image, hashes, *pages))).hexdigest()


class SnpDigest:
    """The digest so far."""

    def __init__(self):
        self.value = bytes(48)

    def page(self, kind, gpa, content=None):
        if kind in (SNP_NORMAL, SNP_VMSA):
            contents = hashlib.sha384(content).digest()
        else:
            contents = bytes(48)
        info = struct.pack("<48s48sHBBBBBBQ", self.value, contents, 0x70, kind, 0, 0, 0, 0, 0, gpa)
        self.value = hashlib.sha384(info).digest()

    def pages(self, kind, gpa, size_or_content):
        if isinstance(size_or_content, int):
            for offset in range(0, size_or_content, PAGE):
                self.page(kind, gpa + offset)
        else:
            for offset in range(0, len(size_or_content), PAGE):
                self.page(kind, gpa + offset, size_or_content[offset:offset + PAGE])


def snp_digest(image, cpus=1, features=1, hashes=b"", **options):
    digest = SnpDigest()
    digest.pages(SNP_NORMAL, TOP - len(image), image)
    for section in snp_sections(image):
        if section.type == SECTION_HASHES and hashes:
            base, = struct.unpack("<I", guid_table(image)[HASHES_AREA][:4])
            page = bytes(base % PAGE) + hashes
            digest.pages(SNP_NORMAL, section.gpa, page.ljust(section.size, b"\0"))
        else:
            kinds = {SECTION_SECRETS: SNP_SECRETS, SECTION_CPUID: SNP_CPUID}
            kind = kinds.get(section.type, SNP_ZERO)
            digest.pages(kind, section.gpa, section.size)
    for page in vmsas(image, cpus, features, **options):
        digest.page(SNP_VMSA, VMSA_GPA, page)
    return digest.value.hex()


class Mrtd:
    """A digest over records of 128 bytes."""

    def __init__(self):
        self.state = hashlib.sha384()

    def page(self, gpa, content=None):
        """Adds a page, and extends with its content if there is one."""
        self.state.update(b"MEM.PAGE.ADD".ljust(16, b"\0") + struct.pack("<Q104x", gpa))
        for offset in range(0, len(content or b""), 256):
            self.state.update(b"MR.EXTEND".ljust(16, b"\0") +
                              struct.pack("<Q104x", gpa + offset))
            self.state.update(content[offset:offset + 256])

    def hexdigest(self):
        return self.state.hexdigest()


def mrtd(image):
    state = Mrtd()
    for section in tdvf_sections(image):
        if section.attributes & PAGE_AUG:
            continue
        content = image[section.offset:section.offset + section.raw_size]
        content = content.ljust(section.size, b"\0")
        for offset in range(0, section.size, PAGE):
            measured = section.attributes & MR_EXTEND
            state.page(section.gpa + offset, content[offset:offset + PAGE] if measured else None)
    return state.hexdigest()


def rtmr_extend(rtmr, digest):
    return hashlib.sha384(rtmr + digest).digest()


def expected(mode, image, cpus, hashes=b""):
    """What a guest of that kind is measured as in the emulator.

    That is a host with QEMU 7.2 and its CPU model "max". KVM leaves out the FPU's part of an
    SEV-ES processor that was made the old way (KVM_SEV_ES_INIT), as QEMU 7.2 does.
    """
    options = {"signature": SIGNATURES["max"], "fpu": mode != "sev-es"}
    if mode == "sev":
        return sev_digest(image, hashes)
    if mode == "sev-es":
        return sev_digest(image, hashes, vmsas(image, cpus, 0, **options))
    if mode == "sev-snp":
        return snp_digest(image, cpus, hashes=hashes, **options)
    return mrtd(image)
