# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Each way from a disk to a running kernel, through other people's boot loaders."""

import os

import pytest

from chains import CHAINS, CMDLINE, DEVICES, ROOTS, drive, grub_cfg, kernel_files
from disk import make_cdrom
from packages import package

FULL = bool(os.environ.get("CLOISTER_FULL"))


def combinations():
    """Every chain once and every device once; all of them in the full matrix."""
    machines = ("q35", "pc")
    for i, chain in enumerate(CHAINS):
        for j, device in enumerate(DEVICES):
            for k, machine in enumerate(machines):
                if FULL or (device == "virtio-blk" and machine == machines[i % 2]) or \
                        (chain == "grub" and machine == machines[j % 2]):
                    yield pytest.param(chain, device, machine, (i + j + k) % 2 == 0,
                                       id=f"{chain}-{device}-{machine}")


@pytest.mark.parametrize("chain, device, machine, flash", combinations())
def test_chain(bench, chain, device, machine, flash):
    root = ROOTS[chain](bench) if chain in ROOTS else None
    disk = bench.disk(CHAINS[chain](bench), root=root)
    run = bench.boot(machine=machine, flash=flash, extra=drive(disk) + DEVICES[device])
    guest = run.guest
    assert "cloister.end=poweroff" in guest.text("cmdline")
    assert "efi: EFI v2.70 by Cloister" in guest.text("dmesg")
    assert guest.text("efi/fw_platform_size") == "64"
    disk.unlink()


CDROMS = {
    "ahci": ["-device", "ahci,id=ahci", "-device", "ide-cd,drive=esp,bus=ahci.0"],
    "virtio-scsi": ["-device", "virtio-scsi-pci", "-device", "scsi-cd,drive=esp"],
}


@pytest.mark.parametrize("device, machine", (("ahci", "q35"), ("virtio-scsi", "pc")))
def test_cdrom(bench, device, machine):
    """GRUB for optical media, from an El Torito image, reads the rest of the disk itself."""
    signed = package("grub-efi-amd64-signed") / "usr/lib/grub/x86_64-efi-signed"
    image = make_cdrom(bench.path("iso"),
                       {"EFI/BOOT/BOOTX64.EFI": signed / "gcdx64.efi.signed"},
                       {".disk/info": b"Test\n", "boot/grub/grub.cfg": grub_cfg(bench),
                        **kernel_files(bench)})
    run = bench.boot(machine=machine, extra=CDROMS[device] + [
        "-drive", f"if=none,id=esp,media=cdrom,format=raw,readonly=on,file={image}"])
    assert "cloister.end=poweroff" in run.guest.text("cmdline")
    assert "efi: EFI v2.70 by Cloister" in run.guest.text("dmesg")
    image.unlink()


@pytest.mark.parametrize("machine", ("q35", "pc"))
def test_kernel_from_fw_cfg(bench, machine):
    run = bench.boot(machine=machine, kernel=bench.kernel, initrd=bench.initrd, append=CMDLINE)
    assert "efi: EFI v2.70 by Cloister" in run.guest.text("dmesg")
    assert CMDLINE in run.guest.text("cmdline")


# Each way of loading a kernel: LoadImage, a loader's own, a driver's file system.
SAME = [chain for chain in CHAINS if FULL or chain == "sdboot-uki"]


@pytest.mark.parametrize("chain", SAME)
def test_same_as_ovmf(bench, chain):
    """The same disk leads to the same kernel, with what its loader tells it."""
    root = ROOTS[chain](bench) if chain in ROOTS else None
    disk = bench.disk(CHAINS[chain](bench), root=root)
    extra = drive(disk) + DEVICES["virtio-blk"]
    ours, other = (bench.boot(side, flash=True, timeout=timeout, extra=extra).guest
                   for side, timeout in (("ours", 90), ("ovmf", 180)))
    assert ours.text("cmdline") == other.text("cmdline")
    assert ours.text("block") == other.text("block")
    for name in ("LoaderInfo", "LoaderDevicePartUUID"):
        assert ours.files.get(f"vars/{name}") == other.files.get(f"vars/{name}")
    # Made by whoever starts from a disk: shim's fallback, systemd-boot and so on.
    loaders = [{name for name in guest.lines("variables")
                if name.startswith(("Loader", "Stub", "Mok", "Sbat"))}
               for guest in (ours, other)]
    assert loaders[0] - loaders[1] == set() and loaders[1] - loaders[0] == set()
    disk.unlink()
