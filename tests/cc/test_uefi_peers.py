# SPDX-License-Identifier: BSD-2-Clause-Patent
"""The same disk under OVMF and under our firmware: what the guest sees is the same.

Where it is not, a row of DIFFERENCES or EVENT_DIFFERENCES says how and why. A difference
without a row fails, and so does a row without its difference.

Public documents: UEFI 2.10, section 8.2 (attributes of variables); ACPI 6.5, sections
5.2.6 and 5.2.9 (table headers, FADT); SMBIOS Reference Specification 3.6, section 6.1.
"""

import difflib
import hashlib
import re
from collections import namedtuple

import pytest

import ccel
from guest import disassemble
from test_measured import (ACTION, APPLICATION, CONFIG_FLAGS, EVENT_TAG, GPT, HANDOFF, SEPARATOR,
                           VARIABLE, variable)
from uefi_vm import UefiBench, UefiBoot

KINDS = ("sev", "sev-es", "sev-snp", "tdx")
OURS, THEIRS = "uefi", "ovmf-2025.02"

Difference = namedtuple("Difference", "what ours theirs reason kinds", defaults=[KINDS])

# What each firmware may keep of 512 MiB, and by how much that may differ.
KEPT = {OURS: 2 << 20, THEIRS: 8 << 20}

# Complaints of the kernel that firmware can be the reason of. Others come and go with what
# else the host has to do, mostly those of timers.
COMPLAINT = re.compile(r"[Ff]irmware|ACPI|EFI|efi:|PCI|pci |DMI|SMBIOS|e820|MTRR|PAT|MSR|memory|"
                       r"Memory|WARNING: CPU")

UNCACHED_BELOW = "0x080000000", "2048MB", "uncachable"
UNCACHED_ABOVE = "0x800000000", "32768MB", "uncachable"

DIFFERENCES = (
    Difference("EFI vendor", "Cloister firmware", "Debian distribution of EDK II",
               "its name"),
    Difference("LoaderFirmwareInfo is", "Cloister firmware", "Debian distribution of EDK II",
               "its name"),
    Difference("SMBIOS type 0", b"Cloister", b"Debian distribution of EDK II",
               "its name; both add the structure, which QEMU leaves out"),
    Difference("order of SMBIOS types", (0, 1, 3, 4, 16, 17, 19, 32, 127),
               (1, 3, 4, 16, 17, 19, 32, 0, 127),
               "OVMF takes QEMU's structures one by one, and adds its own behind them"),
    Difference("SMBIOS type 127", b"\x7f\x04\x00\x7f\0\0", b"\x7f\x04\xff\xfe\0\0",
               "ours is QEMU's; OVMF makes one of its own, with another handle"),
    Difference("configuration table RTPROP", "there", None,
               "OVMF has all runtime services, so it need not say which; ours has no capsules "
               "and no alarm"),
    Difference("configuration table Unaccepted", "there", None,
               "OVMF accepts all RAM below 4 GiB itself, and 512 MiB are below",
               ("sev-snp", "tdx")),
    Difference("MCFG base", "0xb0000000", "0xe0000000",
               "where PCI's configuration space is, is the firmware's choice"),
    Difference("ranges of the DSDT",
               ("0xb0000000-0xbfffffff", "0xa0000-0xbffff", "0x80000000-0xafffffff",
                "0xc0000000-0xfebfffff", "0x140000000-0x93fffffff"),
               ("0xe0000000-0xefffffff", "0xa0000-0xbffff", "0x80000000-0xdfffffff",
                "0xf0000000-0xfebfffff", "0x800000000-0xfffffffff"),
               "QEMU tells what the firmware has set: configuration space, and around it PCI's "
               "windows. The one above 4 GiB begins with the first registers there, in OVMF at "
               "32 GiB; ours has put none there, and it begins behind RAM"),
    Difference("MTRRs", (UNCACHED_BELOW,), (UNCACHED_BELOW, UNCACHED_ABOVE),
               "OVMF marks its window above 4 GiB too; Linux maps such registers uncached "
               "anyway, by the PAT", ("sev",)),
    Difference("MTRRs", (), (UNCACHED_BELOW, UNCACHED_ABOVE),
               "the host keeps these registers and may do with them what it likes: ours has all "
               "memory write-back, see cc/sev/mtrr.c; Linux maps registers uncached by the PAT",
               ("sev-es", "sev-snp")),
    Difference("warning: [Firmware Bug]: Failed to parse event in TPM Final Events Log", None,
               "there", "the header of OVMF's log has index 1, and Linux wants PCR 0 there",
               ("tdx",)),
    Difference("CCEL made by", "", "INTEL EDK2", "OVMF's author; ours leaves the fields empty",
               ("tdx",)),
    Difference("disk is as it was", True, False,
               "without a flash OVMF writes its variables into a file, NvVars, on the disk"),
    Difference(("variable SecureBoot", "variable SetupMode"), "BS RT", None,
               "UEFI 2.10, section 3.3, has them in all firmware; Debian's OVMF.fd, built "
               "without Secure Boot, does not"),
    Difference(("variable Boot0000", "variable Boot0001", "variable Boot0002",
                "variable BootOrder"), None, "NV BS RT",
               "OVMF makes options for its setup page, the disk and its shell; ours tries a "
               "disk without an option of its own, and changes none"),
    Difference(("variable BootCurrent", "variable BootOptionSupport"), None, "BS RT",
               "the disk is no Boot#### in ours, and options are started as they are: no keys, "
               "no Driver####, no SysPrep####"),
    Difference(("variable Key0000", "variable Key0001", "variable Timeout"), None, "NV BS RT",
               "keys for OVMF's setup page and for going on, and for how long it waits. Ours "
               "makes no such variables; it reads Timeout if somebody has set it"),
    Difference("variable PlatformRecovery0000", None, "BS RT",
               "OVMF's name for what ours does anyway: each disk's \\EFI\\BOOT\\BOOTX64.EFI"),
    Difference(("variable ConIn", "variable ConOut", "variable ErrOut"), None, "NV BS RT",
               "which consoles to use: all, in ours"),
    Difference(("variable ConInDev", "variable ConOutDev", "variable ErrOutDev"), None, "BS RT",
               "which consoles could be used: all, in ours"),
    Difference(("variable Lang", "variable PlatformLang"), None, "NV BS RT",
               "ours has texts in one language and none to choose"),
    Difference(("variable LangCodes", "variable PlatformLangCodes"), None, "BS RT",
               "ours has texts in one language and none to choose"),
    Difference(("variable MTC", "variable VarErrorFlag", "variable NvVars"), None, "NV BS RT",
               "EDK II's own: a counter of starts, errors of its store, a file on the disk "
               "with variables"),
)

# The log of a trust domain, in order: what one of them has where the other has something else.
EVENT_DIFFERENCES = (
    (("1 EV_PLATFORM_CONFIG_FLAGS etc/table-loader",
      "1 EV_PLATFORM_CONFIG_FLAGS files that etc/table-loader names",
      "1 EV_PLATFORM_CONFIG_FLAGS files that etc/table-loader names",
      "1 EV_PLATFORM_CONFIG_FLAGS etc/smbios/smbios-tables",
      "1 EV_PLATFORM_CONFIG_FLAGS etc/smbios/smbios-anchor"),
     ("1 EV_EFI_PLATFORM_FIRMWARE_BLOB2",),
     "ours measures the host's tables as it reads them, SMBIOS too, and has its whole image in "
     "MRTD; OVMF's variables are in its image and not in MRTD"),
    ((),
     ("1 EV_SEPARATOR", "1 EV_PLATFORM_CONFIG_FLAGS ACPI DATA",
      "1 EV_PLATFORM_CONFIG_FLAGS ACPI DATA", "1 EV_PLATFORM_CONFIG_FLAGS ACPI DATA",
      "1 EV_EFI_VARIABLE_BOOT BootOrder", "1 EV_EFI_VARIABLE_BOOT Boot0000",
      "1 EV_EFI_VARIABLE_BOOT Boot0001", "1 EV_EFI_VARIABLE_BOOT Boot0002"),
     "OVMF goes on in RTMR0 after its separator: ACPI tables and options that it has made"),
    (("1 EV_SEPARATOR",), (),
     "ours has RTMR0's separator after all that the firmware adds to it"),
    (("3 EV_SEPARATOR",), (),
     "ours separates RTMR2 as well, see docs/measurements.rst"),
)

# Events that both have, from other data.
DIGEST_DIFFERENCES = {
    "1 EV_EFI_HANDOFF_TABLES2":
        "the TD HOB has its own address in it, which the image says, as well as what RAM the "
        "image has had added",
    "1 EV_EFI_VARIABLE_DRIVER_CONFIG SecureBoot":
        "a variable with 0 in ours; in OVMF there is none, which is an empty one",
}

# As much of the disk is read by the guest, before it writes.
LOOKED_AT = 2 << 20

BOOT_VARIABLE, BLOB = 0x80000002, 0x8000000a
EVENTS = {
    SEPARATOR: "EV_SEPARATOR", EVENT_TAG: "EV_EVENT_TAG", ACTION: "EV_EFI_ACTION",
    CONFIG_FLAGS: "EV_PLATFORM_CONFIG_FLAGS", HANDOFF: "EV_EFI_HANDOFF_TABLES2",
    BLOB: "EV_EFI_PLATFORM_FIRMWARE_BLOB2", VARIABLE: "EV_EFI_VARIABLE_DRIVER_CONFIG",
    BOOT_VARIABLE: "EV_EFI_VARIABLE_BOOT", GPT: "EV_EFI_GPT_EVENT",
    APPLICATION: "EV_EFI_BOOT_SERVICES_APPLICATION",
}

LOADER = "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"
ATTRIBUTES = {1: "NV", 2: "BS", 4: "RT", 8: "HR", 0x10: "AW", 0x20: "AT", 0x40: "append"}


def log_facts(guest):
    """What the kernel says of the guest's kind, of EFI, and what it complains of."""
    log = guest.dmesg()
    kind = ("Memory Encryption Features active: ", "SEV: ", "tdx: ", "secureboot: ")
    yield "guest kind", tuple(line for line in log if line.startswith(kind))
    version, vendor = re.match(r"efi: EFI v(\S+) by (.*)$",
                               next(line for line in log if line.startswith("efi: "))).groups()
    yield "EFI version", version
    yield "EFI vendor", vendor
    for line in log:
        if line.startswith("efi: ") and "ACPI 2.0=0x" in line:
            for name in re.findall(r"(ACPI 2\.0|\w+)=0x", line[len("efi: "):]):
                yield f"configuration table {name}", "there"
    for line in guest.dmesg(4):
        if COMPLAINT.search(line):
            yield "warning: " + re.sub(r"0x[0-9a-fA-F]+|\b[0-9]+\b", "#", line), "there"


def table_facts(guest):
    """ACPI tables, without where they are; what the DSDT says of PCI's address space."""
    for name, table in guest.acpi.items():
        table = bytearray(table)
        if name != "FACS":
            yield f"{name} made by", " ".join(table[10:24].decode("ascii").strip("\0 ").split())
            table[9:36] = bytes(27)
        # Addresses: FACS and DSDT in the FADT, twice, and the log in CCEL.
        for first, end in {"FACP": ((36, 44), (132, 148)), "CCEL": ((48, 56),)}.get(name, ()):
            table[first:end] = bytes(end - first)
        if name == "MCFG":
            yield "MCFG base", hex(int.from_bytes(table[44:52], "little"))
            table[44:52] = bytes(8)
        if name == "DSDT":
            text = "\n".join(disassemble(name, guest.acpi[name]))
            ends = r"(0x\w+), +// Range (?:Minimum|Maximum)\n"
            found = re.findall(r"[DQ]WordMemory .*\n.*\n +" + ends + " +" + ends, text)
            yield "ranges of the DSDT", tuple(f"{int(a, 16):#x}-{int(b, 16):#x}"
                                              for a, b in found)
            table = re.sub(r" 0x\w+, +// (Range M\w+|Length)\n", "", text).encode()
        yield f"ACPI {name}", hashlib.sha256(table).hexdigest()


def smbios_facts(guest):
    anchor, table = guest.files["dmi/smbios_entry_point"], guest.files["dmi/DMI"]
    yield "SMBIOS anchor", anchor[:4].decode("ascii")
    order, at = [], 0
    while at + 4 <= len(table):
        kind, strings = table[at], at + table[at + 1]
        end = table.index(b"\0\0", strings) + 2
        order.append(kind)
        # Its version and date are the build's.
        content = table[strings:end].split(b"\0")[0] if kind == 0 else table[at:end]
        yield f"SMBIOS type {kind}", content
        at = end
    yield "order of SMBIOS types", tuple(order)


def variable_facts(guest):
    """Attributes of each variable, and data of boot loaders' ones."""
    lines = [line.split() for line in guest.lines("did")]
    assert [name for name, _ in lines] == guest.lines("variables")
    for full, text in lines:
        content, name, vendor = bytes.fromhex(text), full[:-37], full[-36:]
        attributes = int.from_bytes(content[:4], "little")
        yield f"variable {name}", " ".join(word for bit, word in ATTRIBUTES.items()
                                           if attributes & bit)
        if vendor == LOADER:
            yield f"{name} is", loader_value(name, content[4:])


def loader_value(name, data):
    if name == "StubFeatures":
        return data.hex()
    text = data.decode("utf-16-le").rstrip("\0")
    # It ends in a version.
    return text.rpartition(" ")[0] if name == "LoaderFirmwareInfo" else text


def machine_facts(guest):
    yield "command line", guest.text("cmdline")
    yield "firmware's bits", guest.text("efi/fw_platform_size")
    yield "block devices", tuple(guest.lines("block"))
    yield "MTRRs", tuple(re.findall(r"base=(0x\w+) .* size= *(\w+), .* (\w+)$",
                                    guest.text("mtrr"), re.M))
    for name in ("nproc", "cpu-possible", "cpu-present", "cpu-online", "cpu-ran"):
        yield name, guest.text(name)
    cpu = dict(re.findall(r"^(\S[^\t:]*)\t*: (.*)$", guest.text("cpuinfo"), re.M))
    for name in sorted(set(cpu) - {"cpu MHz", "bogomips", "flags"}):
        yield f"CPU's {name}", cpu[name]
    for flag in cpu["flags"].split():
        yield f"CPU's flag {flag}", "there"


def facts(guest, disk):
    parts = (log_facts, table_facts, smbios_facts, variable_facts, machine_facts)
    found = dict(fact for part in parts for fact in part(guest))
    found["disk is as it was"] = guest.text("disk-read").split()[0] == disk
    return found


def differences(ours, theirs):
    """{what: (ours, theirs)}; None is what is not there."""
    return {what: (ours.get(what), theirs.get(what)) for what in sorted({*ours, *theirs})
            if ours.get(what) != theirs.get(what)}


def expected(kind):
    """The table's rows for a kind of guest; what: one name, or many that differ alike."""
    found = {}
    for row in DIFFERENCES:
        assert row.reason
        for what in (row.what,) if isinstance(row.what, str) else row.what:
            if kind in row.kinds:
                assert what not in found, f"two rows for {what}"
                found[what] = row.ours, row.theirs
    return found


class Peers:
    """One kind of guest under both, from one disk, which no guest changes."""

    def __init__(self, kind):
        self.kind = kind
        append = "cloister.efi=dump"
        bench = UefiBench(f"peers-{kind}")
        disk = bench.gpt_disk(UefiBoot(kind), append)
        self.runs = {}
        for firmware in (OURS, THEIRS):
            boot = UefiBoot(kind, firmware=firmware)
            self.runs[firmware] = UefiBench(f"peers-{boot}").boot(
                boot, append=append, disk=disk, extra=["-snapshot"])
            assert self.runs[firmware].status == 0, self.runs[firmware].errors
        with open(disk, "rb") as file:
            self.disk = hashlib.sha256(file.read(LOOKED_AT)).hexdigest()
        disk.unlink()

    @property
    def guests(self):
        return [self.runs[firmware].guest for firmware in (OURS, THEIRS)]


@pytest.fixture(scope="module", params=[
    pytest.param(kind, marks=pytest.mark.xdist_group(f"peers-{kind}")) for kind in KINDS])
def peers(request):
    return Peers(request.param)


def test_differences(peers):
    found = [facts(guest, peers.disk) for guest in peers.guests]
    assert differences(*found) == expected(peers.kind)


def test_memory(peers):
    """All RAM but a little is the guest's, and ours leaves it no less."""
    size = 512 << 20
    for firmware, run in peers.runs.items():
        assert 0 < size - run.guest.usable() < KEPT[firmware], firmware
    ours, theirs = peers.guests
    assert ours.usable() >= theirs.usable()
    assert ours.mem_total >= theirs.mem_total


def title(event):
    """Index of the register, type, and what it is of."""
    text = ""
    if event.type in (VARIABLE, BOOT_VARIABLE):
        text = variable(event.data)[1]
    elif event.type == EVENT_TAG:
        text = event.data[8:].rstrip(b"\0").decode("ascii")
    elif event.type in (CONFIG_FLAGS, ACTION):
        text = event.data.decode("ascii")
    return f"{event.register} {EVENTS[event.type]} {text}".rstrip()


def compare_logs(ours, theirs):
    """What one has in another's place, as EVENT_DIFFERENCES; events whose digests differ."""
    titles = [[title(event) for event in log] for log in (ours, theirs)]
    found, others = [], set()
    matcher = difflib.SequenceMatcher(None, *titles, autojunk=False)
    for tag, first, end, their_first, their_end in matcher.get_opcodes():
        if tag == "equal":
            others |= {title(our) for our, their in zip(ours[first:end],
                                                        theirs[their_first:their_end])
                       if our.digest != their.digest}
        else:
            found.append((tuple(titles[0][first:end]), tuple(titles[1][their_first:their_end])))
    return found, others


def test_events(peers):
    """A trust domain's events, in order; those that both have are of the same data."""
    if peers.kind != "tdx":
        assert not any("acpi-data/CCEL" in guest.files for guest in peers.guests)
        return
    logs = [ccel.parse(guest.files["acpi-data/CCEL"]) for guest in peers.guests]
    for log, run in zip(logs, peers.runs.values()):
        assert ccel.replay(log) == ccel.held(run.lines)
    assert all(reason for *_, reason in EVENT_DIFFERENCES)
    found, others = compare_logs(*logs)
    assert found == [row[:2] for row in EVENT_DIFFERENCES]
    assert others == set(DIGEST_DIFFERENCES)
