# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Other people's firmware and kernels, unmodified, in every kind of guest.

Each combination boots once; the tests then read what the guest reported. These
are the proof that the emulator does what hardware does, so no strict check is
switched off here but those of matrix.VIOLATIONS.
"""

import hashlib
import re
from pathlib import Path

import pytest

import ccel
import matrix
import calculator
from ccvm_vm import Bench
from guest import check_smbios_anchor, dmidecode

# RAM that firmware keeps for itself: tables, runtime services, the image.
FIRMWARE_KEEPS = 64 << 20


def boots(full):
    return matrix.everything() if full else matrix.pairwise()


class Booted:
    """One combination and its run."""

    def __init__(self, boot):
        self.boot = boot
        self.bench = Bench(str(boot))
        options = [word for check in matrix.violations(boot)
                   for word in ("--allow", check)]
        if boot.firmware == "cloister":
            # Its code takes no #VC and no #VE.
            options.append(f"--paravirt-only={matrix.code_range()}")
        self.run = self.bench.boot(boot, options)


@pytest.fixture(scope="module")
def booted(request):
    return Booted(request.param)


def test_poweroff(booted):
    """The guest reached user space and powered off; no strict check was violated."""
    assert booted.run.status == 0, booted.run.errors
    assert booted.run.guest


def test_violations(booted):
    """Only what is known of this peer was violated, and that still is."""
    seen = {line.split(": ")[1] for line in booted.run.lines if line.startswith("allowed: ")}
    assert seen == set(matrix.violations(booted.boot))


def test_guest_kind(booted):
    """The kernel says which kind of guest it is, and no other."""
    mode, kernel = booted.boot.mode, booted.boot.kernel
    messages = booted.run.guest.dmesg()
    prefix = "Memory Encryption Features active: "
    features = [line[len(prefix):] for line in messages if line.startswith(prefix)]
    assert features == [text for text in (matrix.FEATURES[mode],) if text]
    wanted = list(matrix.MESSAGES.get(mode, ()))
    if kernel == "6.12":
        wanted += matrix.MESSAGES_612.get(mode, ())
    for text in wanted:
        assert any(line.startswith(text) for line in messages), text
    for other, texts in matrix.MESSAGES.items():
        for text in texts:
            assert other == mode or not any(line.startswith(text) for line in messages), text
    assert ("tdx_guest" in booted.run.guest.text("cpuinfo").split()) == (mode == "tdx")


def test_firmware(booted):
    """It was the firmware that the test names which started the kernel."""
    efi = [line for line in booted.run.guest.dmesg() if line.startswith("efi: EFI v2.7")]
    assert len(efi) == (0 if booted.boot.firmware == "cloister" else 1)
    assert all("EDK II" in line for line in efi)


def test_memory(booted):
    """All RAM is there, none twice, and nothing of the emulator's."""
    guest, size = booted.run.guest, matrix.memory_bytes(booted.boot.memory)
    e820 = guest.e820
    for before, after in zip(e820, e820[1:]):
        assert before.end < after.start, f"{before} overlaps {after}"
    assert 0 <= size - guest.usable() < FIRMWARE_KEEPS
    assert size * 3 // 4 < guest.mem_total < size


def records(text, title):
    """The fields of dmidecode's records of one kind."""
    for record in text.split("\n\n"):
        lines = record.splitlines()
        if title in lines:
            yield dict(re.findall(r"^\t(\w[^:]*): (.*)$", record, re.M))


def dmi_size(text):
    number, unit = text.split()
    return int(number) * {"kB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}[unit]


def test_smbios(booted):
    """The tables tell of the guest's RAM, not of all that QEMU has."""
    guest, size = booted.run.guest, matrix.memory_bytes(booted.boot.memory)
    if booted.boot.firmware == "cloister" and booted.boot.mode == "sev-snp":
        # Without EFI to name the table, such a kernel does not look below 1 MiB for it.
        assert "dmi/DMI" not in guest.files
        return
    anchor, table = guest.files["dmi/smbios_entry_point"], guest.files["dmi/DMI"]
    check_smbios_anchor(anchor, len(table))
    text = dmidecode(anchor, table)
    array, = records(text, "Physical Memory Array")
    assert dmi_size(array["Maximum Capacity"]) == size
    devices = list(records(text, "Memory Device"))
    assert int(array["Number Of Devices"]) == len(devices)
    assert sum(dmi_size(device["Size"]) for device in devices) == size
    ranges = sorted((int(record["Starting Address"], 0), int(record["Ending Address"], 0) + 1)
                    for record in records(text, "Memory Array Mapped Address"))
    assert sum(end - start for start, end in ranges) == size
    assert [start for start, _ in ranges] == [0, 1 << 32][:len(ranges)]
    # All usable RAM is in one of them.
    for entry in (entry for entry in guest.e820 if entry.type == "System RAM"):
        assert any(start <= entry.start and entry.end < end for start, end in ranges), entry


def test_cpus(booted):
    guest = booted.run.guest
    assert int(guest.text("nproc")) == booted.boot.cpus
    assert guest.lines("cpu-ran") == [str(n) for n in range(booted.boot.cpus)]


def test_interrupts(booted):
    """Timers tick on every processor; lines of the I/O APIC and messages of a device arrive."""
    rows = [row.split() for row in booted.run.guest.lines("interrupts")]
    cpus = len(rows[0])
    assert cpus == booted.boot.cpus
    counts = {row[0]: [int(count) for count in row[1:1 + cpus]] for row in rows[1:]
              if len(row) > cpus}
    assert all(counts["LOC:"])
    for kind, device in ("IO-APIC", ""), ("PCI-MSI", "virtio0-req"):
        found = [sum(counts[row[0]]) for row in rows[1:]
                 if any(word.startswith(kind) for word in row) and row[-1].startswith(device)]
        assert any(found), kind


def test_disk(booted):
    """The guest read what is on the disk, and what it wrote arrived there."""
    guest = booted.run.guest
    written = guest.text("disk-written").encode()
    content = booted.bench.path("disk").read_bytes()
    assert content[8 * 512:8 * 512 + len(written)] == written
    original = booted.bench.disk().read_bytes()
    assert guest.text("disk-read").split()[0] == hashlib.sha256(original).hexdigest()


def test_bounce_buffers(booted):
    """Devices reach shared memory only, and the kernel knows."""
    text = ("software IO TLB: Memory encryption is active and system is using DMA bounce "
            "buffers")
    assert (text in booted.run.guest.dmesg()) == (booted.boot.mode != "plain")


def test_unaccepted_memory(booted):
    """RAM above 4 GiB is left to a kernel that can accept it."""
    boot = booted.boot
    # OVMF does so for TDX guests since 2022, for SEV-SNP guests since 2023. A guest of
    # 2 GiB has a little above 4 GiB already. A kernel that is loaded without EFI cannot be
    # told.
    lazy = boot.firmware != "cloister" and boot.memory != "512M" and boot.kernel == "6.12" and (
        boot.mode == "tdx" or (boot.mode == "sev-snp" and boot.firmware != "ovmf-2022.11"))
    efi = [line for line in booted.run.guest.dmesg() if line.startswith("efi: ")]
    assert any(" Unaccepted=0x" in line for line in efi) == lazy


def test_launch(booted):
    """What was loaded is measured as a calculator says that knows the file only."""
    boot = booted.boot
    if boot.mode == "plain":
        return
    image = booted.bench.peers[boot.firmware][1 if boot.image == "pflash" else 0]
    expected = calculator.expected(boot.mode, Path(image).read_bytes(), boot.cpus)
    launch = booted.run.json("launch")
    assert launch["mode"] == boot.mode
    assert launch.get("measurement") == expected


def test_event_log(booted):
    """The event log of a trust domain leads to the registers that the machine has."""
    files = booted.run.guest.files
    # OVMF of 2022 keeps no such log.
    if booted.boot.mode != "tdx" or booted.boot.firmware == "ovmf-2022.11":
        assert "acpi-data/CCEL" not in files
        return
    events = ccel.parse(files["acpi-data/CCEL"])
    assert events
    held = ccel.held(booted.run.lines)
    # OVMF and our firmware extend some of them, and nobody the last one.
    assert any(held[0]) and not any(held[3])
    assert ccel.replay(events) == held


def test_stats(booted):
    stats = booted.run.json("stats")
    assert stats["total"] > 0
