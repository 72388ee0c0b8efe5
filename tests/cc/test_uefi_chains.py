# SPDX-License-Identifier: BSD-2-Clause-Patent
"""The ways of tests/efi from a disk to a kernel, in each kind of guest.

Each combination boots once; the tests then read what the guest reported, those of
test_boot.py among them.
"""

import dataclasses
import functools
import hashlib
import itertools

import pytest

import matrix
# Tests that are the same for each way to a kernel.
from test_boot import (test_bounce_buffers, test_cpus, test_guest_kind,  # noqa: F401
                       test_launch, test_memory, test_poweroff, test_smbios, test_violations)
from uefi_vm import DISK_NAMES, KERNEL, UefiBench, UefiBoot

MIB, SECTOR = 1 << 20, 512

MODES = ("sev", "sev-es", "sev-snp", "tdx")
CHAINS = (KERNEL, "uki", "sdboot-entry", "shim-grub")

# What only that way leaves: words of the kernel's command line, variables.
TRACES = {
    KERNEL: ((), ()),
    "uki": ((), ("StubInfo",)),
    "sdboot-entry": (("initrd=",), ("LoaderInfo",)),
    "shim-grub": (("BOOT_IMAGE=",), ("SbatLevelRT",)),
}


def is_possible(boot):
    # 6.1 knows nothing of TDX; only SEV-SNP guests tell the newer one more.
    if boot.kernel != matrix.ours_kernel(boot.mode) and boot.mode != "sev-snp":
        return False
    return boot.image == "bios" or boot.mode in ("sev", "sev-es")


# The same objects at each call, as in matrix.py.
@functools.lru_cache(None)
def boots(full):
    names = ("mode", "kernel", "chain", "device", "cpus", "memory", "image")
    every = (UefiBoot(**dict(zip(names, values))) for values in itertools.product(
        MODES, ("6.1", "6.12"), CHAINS, DISK_NAMES, (1, 4), ("512M", "2G"), ("bios", "pflash")))
    every = list(filter(is_possible, every))
    return alternate(every) if full else matrix.cover(every, dataclasses.astuple)


def alternate(every):
    """All of them, but each with one size of RAM and one kind of image, in turn."""
    groups = {}
    for boot in every:
        groups.setdefault((boot.mode, boot.kernel, boot.chain, boot.device, boot.cpus),
                          []).append(boot)
    return [group[i % len(group)] for i, group in enumerate(groups.values())]


class Booted:
    """One combination and its run."""

    def __init__(self, boot):
        self.boot = boot
        self.bench = UefiBench(f"uefi-{boot}")
        self.run = self.bench.boot(boot)
        disk = self.bench.path("img")
        with open(disk, "rb") as file:
            self.disk = file.read(2 * MIB)
        disk.unlink()


@pytest.fixture(scope="module")
def booted(request):
    return Booted(request.param)


def test_firmware(booted):
    """The kernel names our firmware, and finds each of its tables."""
    lines = [line for line in booted.run.guest.dmesg() if line.startswith("efi: ")]
    assert lines[0] in ("efi: EFI v2.7 by Cloister firmware", "efi: EFI v2.70 by Cloister firmware")
    assert {"ACPI 2.0", "SMBIOS", "MEMATTR", "RTPROP"} <= tables(booted.run)
    assert booted.run.guest.text("efi/fw_platform_size") == "64"


def tables(run):
    """Names of configuration tables, as the kernel shows them."""
    for line in run.guest.dmesg():
        if line.startswith("efi: ") and "ACPI 2.0=" in line:
            words = line[len("efi: "):].replace("ACPI 2.0", "ACPI_2.0").split()
            return {word.split("=")[0].replace("_", " ") for word in words}
    return set()


def test_chain(booted):
    """It came to the kernel by the way that the test names, and by no other."""
    guest = booted.run.guest
    variables = {name.partition("-")[0] for name in guest.lines("variables")}
    for chain, (words, names) in TRACES.items():
        found = all(word in guest.text("cmdline") for word in words) and variables >= set(names)
        if words or names:
            assert found == (chain == booted.boot.chain), chain
    assert "cloister.end=poweroff" in guest.text("cmdline")


def test_disk(booted):
    """The guest read what was on the disk, and what it wrote arrived there."""
    guest = booted.run.guest
    written = guest.text("disk-written").encode()
    at = 1024 * SECTOR
    assert len(written) == 36 and booted.disk[at:at + len(written)] == written
    before = booted.disk[:at] + bytes(SECTOR) + booted.disk[at + SECTOR:]
    assert guest.text("disk-read").split()[0] == hashlib.sha256(before).hexdigest()


def test_hand_over(booted):
    """The firmware left no RAM shared; the emulator looked as the kernel's tables came."""
    handover = booted.run.json("stats")["handover"]
    assert handover["shared"] == 0
    assert (handover["accepted"] > 0) == (booted.boot.mode in ("sev-snp", "tdx"))
