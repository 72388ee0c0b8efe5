# SPDX-License-Identifier: BSD-2-Clause-Patent
"""What a guest running tests/guest/init-check reported, and what can be read from it.

Public documents: ACPI Specification 6.5, section 5.2 (tables); SMBIOS Reference
Specification 3.6, section 5.2 (entry point).
"""

import base64
import io
import os
import re
import subprocess
import tarfile
import tempfile
from collections import namedtuple

BEGIN, END = "CLOISTER-REPORT-BEGIN", "CLOISTER-REPORT-END"

Range = namedtuple("Range", "start end type")
PciDevice = namedtuple("PciDevice", "address vendor device pci_class irq driver resources")
PciResource = namedtuple("PciResource", "index start end flags")

IORESOURCE_IO, IORESOURCE_MEM, IORESOURCE_PREFETCH = 0x100, 0x200, 0x2000


class Guest:
    """One report, as files by name."""

    def __init__(self, encoded):
        self.files = {}
        with tarfile.open(fileobj=io.BytesIO(base64.b64decode(encoded)), mode="r:gz") as tar:
            for member in tar.getmembers():
                if member.isfile():
                    name = member.name.removeprefix("./")
                    self.files[name] = tar.extractfile(member).read()

    def text(self, name):
        return self.files[name].decode("ascii", "replace").strip()

    def lines(self, name):
        return self.text(name).splitlines()

    def folder(self, name):
        prefix = name + "/"
        return {path[len(prefix):]: content for path, content in sorted(self.files.items())
                if path.startswith(prefix)}

    @property
    def e820(self):
        """The memory map the kernel was handed."""
        ranges = []
        for line in self.lines("e820"):
            start, end, kind = line.split(" ", 2)
            ranges.append(Range(int(start, 16), int(end, 16), kind))
        return sorted(ranges)

    @property
    def iomem(self):
        """What the kernel knows to be where in its address space, without what is inside."""
        ranges = []
        for line in self.lines("iomem"):
            if not line.startswith(" "):
                where, kind = line.split(" : ", 1)
                start, end = where.split("-")
                ranges.append(Range(int(start, 16), int(end, 16), kind))
        return ranges

    @property
    def uncached(self):
        """Ranges that the MTRRs keep out of the caches."""
        ranges = []
        for line in self.lines("mtrr"):
            match = re.match(r"reg\d+: base=0x(\w+) .* size= *(\d+)([KM])B, .*: uncachable", line)
            assert match, line
            start = int(match[1], 16)
            ranges.append(Range(start, start + int(match[2]) * {"K": 1 << 10, "M": 1 << 20}
                                [match[3]] - 1, "uncachable"))
        return ranges

    def usable(self):
        return sum(r.end - r.start + 1 for r in self.e820 if r.type == "System RAM")

    @property
    def mem_total(self):
        return int(re.search(r"MemTotal: +(\d+) kB", self.text("meminfo")).group(1)) * 1024

    def dmesg(self, max_level=7):
        """Kernel messages up to a level, without their times."""
        found = []
        for line in self.lines("dmesg"):
            match = re.match(r"<(\d+)>\[ *[\d.]+\] ?(.*)", line)
            if match and int(match.group(1)) & 7 <= max_level:
                found.append(match.group(2))
        return found

    @property
    def pci(self):
        devices = []
        for line in self.lines("pci"):
            fields = line.split()
            if fields[0] == "device":
                address, vendor, device, pci_class, irq = fields[1:6]
                driver = fields[6] if len(fields) > 6 else ""
                devices.append(PciDevice(address, vendor, device, pci_class, int(irq),
                                         driver, []))
            else:
                start, end, flags = (int(field, 16) for field in fields)
                resources = devices[-1].resources
                resources.append(PciResource(len(resources), start, end, flags))
        return devices

    @property
    def acpi(self):
        return self.folder("acpi")

    @property
    def interrupts(self):
        """Device interrupts taken so far, by name of the handler."""
        counts = {}
        rows = self.lines("interrupts")
        cpus = len(rows[0].split())
        for row in rows[1:]:
            fields = row.split()
            if fields[0][:-1].isdigit():
                counts[fields[-1]] = sum(int(count) for count in fields[1:1 + cpus])
        return counts


def parse_reports(serial):
    """Every report in the output of a serial port."""
    pattern = re.compile(rf"^{BEGIN}\n(.*?)^{END}$", re.MULTILINE | re.DOTALL)
    return [Guest(match.group(1)) for match in pattern.finditer(serial)]


def checksum(data):
    return sum(data) & 0xff


def disassemble(signature, content):
    """The lines iasl makes of a table, without its comments on the file itself."""
    with tempfile.TemporaryDirectory(prefix="iasl-") as folder:
        path = os.path.join(folder, "table.dat")
        with open(path, "wb") as file:
            file.write(content)
        result = subprocess.run(["iasl", "-d", path], capture_output=True, text=True,
                                cwd=folder, check=False)
        output = os.path.join(folder, "table.dsl")
        if result.returncode or not os.path.exists(output):
            raise AssertionError(f"iasl refuses {signature}:\n{result.stdout}{result.stderr}")
        with open(output, encoding="ascii", errors="replace") as file:
            text = file.read()
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    lines = (line.rstrip() for line in text.splitlines())
    # Data tables end in a hex dump of the same bytes.
    kept = []
    for line in lines:
        if line.startswith("Raw Table Data"):
            break
        if line:
            kept.append(line)
    return kept


def check_smbios_anchor(anchor, table_size):
    """Asserts what dmidecode would only complain about."""
    if anchor.startswith(b"_SM3_"):
        assert checksum(anchor[:anchor[6]]) == 0, "SMBIOS 3 anchor checksum"
        maximum = int.from_bytes(anchor[12:16], "little")
        assert table_size <= maximum
    else:
        assert anchor.startswith(b"_SM_"), f"SMBIOS anchor {anchor[:5]}"
        assert checksum(anchor[:anchor[5]]) == 0, "SMBIOS anchor checksum"
        assert anchor[16:21] == b"_DMI_" and checksum(anchor[16:31]) == 0, "_DMI_ checksum"
        assert int.from_bytes(anchor[22:24], "little") == table_size, "SMBIOS table length"


def smbios_table_address(anchor):
    if anchor.startswith(b"_SM3_"):
        return int.from_bytes(anchor[16:24], "little")
    return int.from_bytes(anchor[24:28], "little")


def _set_checksum(data, position, start, end):
    data[position] = 0
    data[position] = -sum(data[start:end]) & 0xff


def dmidecode(anchor, table):
    """dmidecode's text; its dump format is the anchor, then the table at offset 32."""
    anchor = bytearray(anchor)
    if anchor.startswith(b"_SM3_"):
        anchor[16:24] = (32).to_bytes(8, "little")
        _set_checksum(anchor, 5, 0, anchor[6])
    else:
        anchor[24:28] = (32).to_bytes(4, "little")
        _set_checksum(anchor, 21, 16, 31)
        _set_checksum(anchor, 4, 0, anchor[5])
    with tempfile.NamedTemporaryFile(prefix="dmi-") as file:
        file.write(bytes(anchor).ljust(32, b"\0") + table)
        file.flush()
        path = "/usr/sbin/dmidecode" if os.path.exists("/usr/sbin/dmidecode") else "dmidecode"
        result = subprocess.run([path, "--from-dump", file.name], capture_output=True,
                                text=True, check=False)
    assert result.returncode == 0 and not result.stderr, result.stderr
    return result.stdout
