# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Disks and CD-ROM drives of the pc machine itself: -hda and -cdrom, on IDE."""

import re

import pytest

from chains import chain_uki, grub_cfg, kernel_files
from disk import make_cdrom, make_grub
from packages import package

MODULES = ["part_gpt", "fat", "normal", "echo", "halt", "minicmd", "lsefi"]
POSITIONS = {(0, 0): 0, (0, 1): 1, (1, 0): 2, (1, 1): 3}


def ide(path, index=0, media="disk"):
    """As -hda to -hdd and -cdrom are, but the disk stays as it is."""
    keep = "snapshot=on" if media == "disk" else "readonly=on"
    return ["-drive", f"if=ide,index={index},media={media},format=raw,file={path},{keep}"]


def small_disk(bench, name, *commands):
    """A disk with a GRUB that does as it is told."""
    grub = make_grub(bench.path(f"{name}.efi"), package("grub-efi-amd64-bin"), commands, MODULES)
    return bench.disk({"EFI/BOOT/BOOTX64.EFI": grub}, name=name, size=36 << 20)


def says(bench, text):
    return small_disk(bench, text, f"echo this-is-{text}", "halt")


@pytest.mark.parametrize("flash", (True, False))
def test_disk(bench, flash):
    """A kernel of some megabytes and its initial file system, from a partition."""
    disk = bench.disk(chain_uki(bench))
    guest = bench.boot(machine="pc", flash=flash, extra=ide(disk)).guest
    assert "efi: EFI v2.70 by Cloister" in guest.text("dmesg")
    assert "cloister.end=poweroff" in guest.text("cmdline")
    disk.unlink()


def test_more_than_4_gib(bench):
    """The adapter does not reach all of the memory that a boot loader has."""
    disk = bench.disk(chain_uki(bench))
    guest = bench.boot(machine="pc", mem="5G", extra=ide(disk, index=3)).guest
    assert "efi: EFI v2.70 by Cloister" in guest.text("dmesg")
    disk.unlink()


def test_cdrom(bench):
    """GRUB for optical media, from an El Torito image, reads the rest of the disk itself."""
    signed = package("grub-efi-amd64-signed") / "usr/lib/grub/x86_64-efi-signed"
    image = make_cdrom(bench.path("iso"),
                       {"EFI/BOOT/BOOTX64.EFI": signed / "gcdx64.efi.signed"},
                       {".disk/info": b"Test\n", "boot/grub/grub.cfg": grub_cfg(bench),
                        **kernel_files(bench)})
    run = bench.boot(machine="pc", extra=ide(image, index=2, media="cdrom"))
    assert "cloister.end=poweroff" in run.guest.text("cmdline")
    assert "efi: EFI v2.70 by Cloister" in run.guest.text("dmesg")
    image.unlink()


def test_paths_as_in_ovmf(bench):
    """Boot loaders and boot options find a disk by its path: it must be the usual one."""
    disk = small_disk(bench, "disk", "lsefi", "halt")
    found = {}
    for side in ("ours", "ovmf"):
        run = bench.boot(side, machine="pc", timeout=120,
                         extra=ide(disk, index=1) + ide(disk, index=2, media="cdrom"))
        paths = re.findall(r"\S*/ATAPI\(\S*", run.screen)
        # A terminal breaks long lines: up to the drive they are as they were.
        found[side] = {re.match(r".*/ATAPI\([^)]*\)", path)[0] for path in paths}
    assert found["ours"] == found["ovmf"]
    assert len(found["ours"]) == 2, found


@pytest.mark.parametrize("first", range(4))
def test_host_order(bench, first):
    """-device bootindex= means each of the four drives, by channel and number."""
    extra = []
    for (channel, unit), i in POSITIONS.items():
        disk = says(bench, f"drive{i}")
        order = 0 if i == first else i + 1
        extra += ["-drive", f"if=none,id=d{i},format=raw,file={disk},snapshot=on", "-device",
                  f"ide-hd,drive=d{i},bus=ide.{channel},unit={unit},bootindex={order}"]
    run = bench.boot(machine="pc", extra=extra)
    assert f"this-is-drive{first}" in run.screen


def test_damaged_disk(bench):
    """A drive that fails is one line, and the next one is used."""
    good = says(bench, "good")
    bad = bench.path("bad.img")
    bad.write_bytes(bytes(1 << 20))
    rules = bench.path("rules")
    rules.write_text('[inject-error]\nevent = "read_aio"\nerrno = "5"\n')
    run = bench.boot(machine="pc", extra=[
        "-drive", f"if=none,id=bad,file.driver=blkdebug,file.config={rules},"
        f"file.image.driver=file,file.image.filename={bad},format=raw,rerror=report",
        "-device", "ide-hd,drive=bad,bus=ide.0,unit=0", *ide(good, index=2)])
    assert "this-is-good" in run.screen
    assert re.search(r"^ide: ide 00:01\.1 drive 0\.0: sector \d+: error -5$", run.debug, re.M)
