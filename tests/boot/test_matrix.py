# SPDX-License-Identifier: BSD-2-Clause-Patent
"""An unmodified Debian kernel on every chipset, CPU count and memory size.

Each combination boots once under our firmware and once under SeaBIOS; the tests
then read the two reports.
"""

import hashlib
import itertools

import pytest

import oracle
from conftest import Bench
from guest import IORESOURCE_MEM, check_smbios_anchor, checksum, disassemble, smbios_table_address

MACHINES = ("q35", "pc", "microvm")
CPUS = (1, 4)
MEMORY = ("256M", "3G", "8G")

EVERYTHING = list(itertools.product(MACHINES, CPUS, MEMORY))
# Every pair of two values occurs: the CPU count alternates like a chessboard.
PAIRWISE = [(machine, CPUS[(i + j) % 2], mem)
            for i, machine in enumerate(MACHINES) for j, mem in enumerate(MEMORY)]

MIB = 1 << 20


def pytest_generate_tests(metafunc):
    if "pair" in metafunc.fixturenames:
        chosen = EVERYTHING if metafunc.config.getoption("--full") else PAIRWISE
        names = [f"{machine}-{cpus}cpu-{mem}" for machine, cpus, mem in chosen]
        values = [pytest.param(value, marks=pytest.mark.xdist_group(name))
                  for value, name in zip(chosen, names)]
        metafunc.parametrize("pair", values, ids=names, indirect=True, scope="module")


class Pair:
    """The two runs of one combination."""

    def __init__(self, name, machine, cpus, mem):
        self.machine, self.cpus, self.mem = machine, cpus, mem
        self.bench = Bench(name)
        self.options = {"machine": machine, "smp": cpus, "mem": mem}
        self.ours, self.oracle = self.bench.both(**self.options)
        self.more = {}

    def boot_again(self, attempt):
        if attempt not in self.more:
            self.more[attempt] = self.bench.boot_again(**self.options).guest
        return self.more[attempt]

    @property
    def bytes(self):
        return int(self.mem[:-1]) * {"M": MIB, "G": 1024 * MIB}[self.mem[-1]]


@pytest.fixture(scope="module")
def pair(request):
    machine, cpus, mem = request.param
    return Pair(f"{machine}-{cpus}cpu-{mem}", machine, cpus, mem)


def test_poweroff(pair):
    """QEMU ends by itself, because the guest asked for it through ACPI."""
    assert pair.ours.status == 0
    assert "SHUTDOWN" in pair.ours.events
    assert "GUEST_PANICKED" not in pair.ours.events


def test_cpus(pair):
    guest = pair.ours.guest
    assert int(guest.text("nproc")) == pair.cpus
    assert guest.lines("cpu-ran") == [str(n) for n in range(pair.cpus)]


@pytest.mark.parametrize("fact", oracle.FACTS)
def test_same_as_oracle(pair, fact):
    found = oracle.confirmed_differences(fact, pair.machine, pair.ours.guest,
                                         pair.oracle.guest, pair.boot_again)
    assert not found, "\n".join([f"{pair.ours!r} against {pair.oracle!r}"] + found)


def test_memory_map(pair):
    """The map is sane by itself: sorted, without overlap, and all RAM is there."""
    guest = pair.ours.guest
    e820 = guest.e820
    for before, after in zip(e820, e820[1:]):
        assert before.end < after.start, f"{before} overlaps {after}"
    assert all(entry.start <= entry.end for entry in e820)
    assert 0 <= pair.bytes - guest.usable() < 2 * MIB
    for entry in e820:
        if entry.type == "System RAM":
            assert entry.end < 0xA0000 or entry.start >= 0x100000, entry


def test_memory_size(pair):
    ours, theirs = pair.ours.guest, pair.oracle.guest
    assert abs(ours.usable() - theirs.usable()) <= oracle.MEMORY_TOLERANCE
    assert abs(ours.mem_total - theirs.mem_total) <= oracle.MEMORY_TOLERANCE


# What /proc/iomem has of memory and of the firmware's own is in test_memory_map().
OF_FIRMWARE = ("System RAM", "Reserved", "Video ROM", "ACPI Tables", "ACPI Non-volatile Storage")


def test_address_space(pair):
    """Windows of bridges and places of devices, as the kernel found them in /proc/iomem.

    Below 1 MiB we reserve what is not RAM, which hides the window for VGA there.
    """
    ours, theirs = ([entry for entry in run.guest.iomem
                     if entry.type not in OF_FIRMWARE and entry.start >= MIB]
                    for run in (pair.ours, pair.oracle))
    assert ours == theirs
    kinds = {entry.type for entry in ours}
    assert "Local APIC" in kinds
    assert ("PCI Bus 0000:00" in kinds) == (pair.machine != "microvm")
    assert ("PCI MMCONFIG 0000 [bus 00-ff]" in kinds) == (pair.machine == "q35")


def test_memory_types(pair):
    """The boot processor's MTRRs: devices below 4 GiB are not cached, memory is.

    The others' are lost in an emulated machine, under any firmware (arch/x86/cpu/mp.c).
    """
    guest = pair.ours.guest
    assert guest.uncached
    for entry in guest.e820:
        for hole in guest.uncached:
            assert entry.type != "System RAM" or entry.end < hole.start or \
                entry.start > hole.end, (entry, hole)
    places = [(bar.start, bar.end) for device in guest.pci for bar in device.resources[:6]
              if bar.flags & IORESOURCE_MEM and bar.start]
    places += [(entry.start, entry.end) for entry in guest.iomem
               if entry.type not in OF_FIRMWARE and not entry.type.startswith("PCI Bus")]
    assert places
    for start, end in places:
        assert start >= 1 << 32 or any(hole.start <= start and end <= hole.end
                                       for hole in guest.uncached), f"{start:#x}-{end:#x}"


def test_acpi_tables(pair):
    for name, content in pair.ours.guest.acpi.items():
        assert int.from_bytes(content[4:8], "little") == len(content), name
        # FACS has no checksum (ACPI 6.5, 5.2.10).
        if name != "FACS":
            assert checksum(content) == 0, f"{name}: checksum"
            assert disassemble(name, content)


def test_acpi_tables_are_not_in_usable_memory(pair):
    addresses = oracle.acpi_addresses(pair.ours.guest)
    assert addresses
    for name, address in addresses:
        for entry in pair.ours.guest.e820:
            assert entry.type != "System RAM" or not entry.start <= address <= entry.end, name


def test_smbios(pair):
    guest = pair.ours.guest
    if pair.machine == "microvm":
        assert "dmi/DMI" not in guest.files
        return
    anchor, table = guest.files["dmi/smbios_entry_point"], guest.files["dmi/DMI"]
    check_smbios_anchor(anchor, len(table))
    address = smbios_table_address(anchor)
    inside = [entry for entry in guest.e820 if entry.start <= address <= entry.end]
    assert not inside or inside[0].type != "System RAM"


def test_pci_resources(pair):
    """Every BAR has an address of its own, outside RAM."""
    oracle.check_pci_resources(pair.ours.guest)


def test_disk(pair):
    """The guest read what is on the disk, and what it wrote arrived there."""
    guest = pair.ours.guest
    written = guest.text("disk-written").encode()
    content = pair.bench.path("ours.disk").read_bytes()
    assert content[8 * 512:8 * 512 + len(written)] == written
    original = pair.bench.disk("expected").read_bytes()
    assert guest.text("disk-read").split()[0] == hashlib.sha256(original).hexdigest()
