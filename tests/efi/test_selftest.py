# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Self-tests inside the image: what can only be tried in the machine itself.

An image of its own, with configs/fragments/selftest.config: before the boot manager starts
it calls the services of UEFI as loaded software does (efi/selftest/), and reads its disks.
"""

import fcntl
import functools
import os
import re
import subprocess
import zlib

import pytest

from conftest import ROOT
from disk import make_cdrom

# The least number of checks of each, in their order.
TESTS = {"memory": 66, "events": 64, "protocols": 49, "paths": 40, "image": 52, "ram_disk": 19,
         "tables": 25, "variables": 33, "time": 6, "block": 1, "media": 0}
PASSED = re.compile(r"^selftest: (\w+): (\d+) checks$", re.M)
DISK = re.compile(r"^block-selftest: (.*): (\d+) x (\d+): crc ([0-9a-f]{8}), (\d+) partitions$",
                  re.M)
FAILED = "selftest: {}: not so: "


@functools.lru_cache(None)
def image(work):
    """The image; each process that runs tests may be the one that builds it."""
    build = work / "selftest"
    env = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    make = ["make", "-s", "-C", str(ROOT), f"O={build}"]
    with open(work / "selftest.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for goals in (["ovmf_defconfig", "selftest.config"], ["all"]):
            subprocess.run(make + goals, check=True, env=env)
    return build / "cloister.fd"


def machine(bench, **options):
    """One that is not started yet, with our image in place of the usual one."""
    vm = bench.vm(**options)
    for i, argument in enumerate(vm.argv):
        vm.argv[i] = argument.replace(os.environ["CLOISTER_FW"], str(image(bench.work)))
    return vm


def disks(machine_name, path):
    """A disk and a CD-ROM, on what the machine has of its own and on a bus that all have."""
    extra = []
    for i, device in enumerate(("ide-hd,bus=ide.0", "ide-cd,bus=ide.1", "virtio-blk-pci")):
        media = ",media=cdrom,readonly=on" if "cd" in device else ",snapshot=on"
        extra += ["-drive", f"if=none,id=d{i},format=raw,file={path}{media}",
                  "-device", f"{device},drive=d{i}"]
    return extra


@pytest.mark.parametrize("machine_name, flash", (("q35", True), ("pc", True), ("pc", False)))
def test_all(bench, machine_name, flash):
    """Each of them passes, and the disks are read as they are."""
    disk = bench.disk({"a.txt": b"something"}, size=36 << 20)
    with machine(bench, machine=machine_name, flash=flash,
                 extra=disks(machine_name, disk)) as vm:
        vm.wait_for(lambda: "selftest: media: " in vm.debug or "not so" in vm.debug,
                    "last self-test", 120)
        log = vm.debug
    assert "not so" not in log
    found = PASSED.findall(log)
    assert [name for name, _ in found] == list(TESTS)
    for name, count in found:
        assert int(count) >= TESTS[name], f"{name}: {count}"
    content = disk.read_bytes()
    sizes = [(int(blocks), int(size)) for _, blocks, size, _, _ in DISK.findall(log)]
    assert sorted(sizes) == sorted([(len(content) // 2048, 2048), (len(content) // 512, 512),
                                    (len(content) // 512, 512)])
    for name, _, size, crc, partitions in DISK.findall(log):
        assert int(crc, 16) == zlib.crc32(content), name
        # On a CD-ROM the table is not where its blocks say.
        assert partitions == ("1" if size == "512" else "0"), name
    disk.unlink()


@pytest.mark.parametrize("name", TESTS)
def test_failure(bench, name):
    """Each is able to fail: then one line says what, and nothing comes after it."""
    with machine(bench, machine="q35", extra=[
            "-drive", "if=none,id=d0,driver=null-co,size=65536,read-zeroes=on",
            "-device", "virtio-blk-pci,drive=d0",
            "-fw_cfg", f"name=opt/cloister/selftest,string={name}"]) as vm:
        vm.wait_for(vm.halted_for_good, "end of the boot", 60)
        log = vm.debug
    assert log.count("not so") == 1 and FAILED.format(name) in log
    assert [found for found, _ in PASSED.findall(log)] == list(TESTS)[:list(TESTS).index(name)]
    assert "boot: trying" not in log


DRIVES = {
    "ahci": ("q35", ["-device", "ide-cd,id=cd,drive=cd0,bus=ide.2"]),
    "ide": ("pc", ["-device", "ide-cd,id=cd,drive=cd0,bus=ide.1"]),
    "virtio-scsi": ("q35", ["-device", "virtio-scsi-pci", "-device", "scsi-cd,id=cd,drive=cd0"]),
}


def medium(bench, name, megabytes):
    return make_cdrom(bench.path(f"{name}.iso"), {"a.txt": b"x"}, {"b.txt": b"y"},
                      esp_size=megabytes << 20)


@pytest.mark.parametrize("drive", DRIVES)
def test_media(bench, drive):
    """A CD-ROM is taken out and others come in its place, seen through Block I/O."""
    machine_name, extra = DRIVES[drive]
    first, second = medium(bench, "first", 12), medium(bench, "second", 16)
    with machine(bench, machine=machine_name, extra=[
            "-drive", f"if=none,id=cd0,media=cdrom,format=raw,readonly=on,file={first}", *extra,
            "-fw_cfg", "name=opt/cloister/media,string=1"]) as vm:
        def insert(path):
            vm.qmp.command("blockdev-change-medium", id="cd", filename=str(path), format="raw",
                           **{"read-only-mode": "read-only"})

        def wait_for(text):
            vm.wait_for(lambda: text in vm.debug or "not so" in vm.debug, text, 60)
            assert "not so" not in vm.debug

        wait_for("media: take it out")
        vm.qmp.command("eject", id="cd", force=True)
        wait_for("media: put another in")
        insert(second)
        wait_for("media: change it")
        assert f"media: {second.stat().st_size // 2048} blocks now" in vm.debug
        insert(first)
        wait_for("selftest: media: ")
        assert f"media: {first.stat().st_size // 2048} blocks now" in vm.debug


def test_empty_drive(bench):
    """It costs one line, and is looked into when somebody asks."""
    with machine(bench, machine="pc", extra=["-device", "ide-cd,bus=ide.1"]) as vm:
        vm.wait_for(lambda: "boot: no boot option" in vm.debug or "not so" in vm.debug,
                    "last boot option", 60)
        assert "block: ide 00:01.1 drive 1.0: no medium" in vm.debug
        assert "not so" not in vm.debug and "error" not in vm.debug


def test_unknown_name(bench):
    """A name that is no test's does not pass for a test that has not failed."""
    with machine(bench, machine="q35",
                 extra=["-fw_cfg", "name=opt/cloister/selftest,string=nothing"]) as vm:
        vm.wait_for(vm.halted_for_good, "end of the boot", 60)
        assert "selftest: there is no test nothing" in vm.debug
