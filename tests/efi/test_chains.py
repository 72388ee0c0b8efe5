# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Each way from a disk to a running kernel, through other people's boot loaders."""

import os

import pytest

from conftest import package
from disk import ROOT_LABEL, make_cdrom, make_uki

CMDLINE = "console=ttyS0 panic=-1 cloister.end=poweroff"
GRUB_CFG = f"""
set timeout=0
menuentry 'Linux' {{
  linux /vmlinuz {CMDLINE}
  initrd /initrd
}}
""".encode()


def kernel_files(bench):
    return {"vmlinuz": bench.kernel, "initrd": bench.initrd}


def chain_uki(bench):
    """The kernel is the boot loader, with everything it needs in one file."""
    uki = make_uki(bench.path("uki"), systemd("linuxx64.efi.stub"), bench.kernel, bench.initrd,
                   CMDLINE)
    return {"EFI/BOOT/BOOTX64.EFI": uki}


def systemd(name):
    return package("systemd-boot-efi") / "usr/lib/systemd/boot/efi" / name


def chain_sdboot_entry(bench):
    entry = f"title Linux\nlinux /vmlinuz\ninitrd /initrd\noptions {CMDLINE}\n"
    return {"EFI/BOOT/BOOTX64.EFI": systemd("systemd-bootx64.efi"),
            "loader/loader.conf": b"timeout 0\n", "loader/entries/linux.conf": entry.encode(),
            **kernel_files(bench)}


def chain_sdboot_uki(bench):
    return {"EFI/BOOT/BOOTX64.EFI": systemd("systemd-bootx64.efi"),
            "loader/loader.conf": b"timeout 0\n",
            "EFI/Linux/test.efi": chain_uki(bench)["EFI/BOOT/BOOTX64.EFI"]}


def chain_grub(bench):
    grub = package("grub-efi-amd64-bin") / "usr/lib/grub/x86_64-efi/monolithic/grubx64.efi"
    return {"EFI/BOOT/BOOTX64.EFI": grub, "EFI/debian/grub.cfg": GRUB_CFG, **kernel_files(bench)}


def chain_shim_grub(bench):
    signed = package("grub-efi-amd64-signed") / "usr/lib/grub/x86_64-efi-signed"
    return {"EFI/BOOT/BOOTX64.EFI": package("shim-signed") / "usr/lib/shim/shimx64.efi.signed",
            "EFI/BOOT/grubx64.efi": signed / "grubx64.efi.signed",
            "EFI/debian/grub.cfg": GRUB_CFG, **kernel_files(bench)}


def chain_shim_fallback(bench):
    """shim's fallback makes a boot option of what a file says, and starts it."""
    signed = package("shim-helpers-amd64-signed") / "usr/lib/shim"
    installed = chain_shim_grub(bench)
    csv = "shimx64.efi,Test,,An installed system\n".encode("utf-16")
    return {"EFI/BOOT/BOOTX64.EFI": installed["EFI/BOOT/BOOTX64.EFI"],
            "EFI/BOOT/fbx64.efi": signed / "fbx64.efi.signed",
            "EFI/debian/shimx64.efi": installed["EFI/BOOT/BOOTX64.EFI"],
            "EFI/debian/grubx64.efi": installed["EFI/BOOT/grubx64.efi"],
            "EFI/debian/BOOTX64.CSV": csv,
            "EFI/debian/grub.cfg": GRUB_CFG, **kernel_files(bench)}


def chain_syslinux(bench):
    config = f"DEFAULT linux\nLABEL linux\nKERNEL /vmlinuz\nINITRD /initrd\nAPPEND {CMDLINE}\n"
    return {"EFI/BOOT/BOOTX64.EFI": package("syslinux-efi") /
            "usr/lib/SYSLINUX.EFI/efi64/syslinux.efi",
            "EFI/BOOT/ldlinux.e64": package("syslinux-common") /
            "usr/lib/syslinux/modules/efi64/ldlinux.e64",
            "EFI/BOOT/syslinux.cfg": config.encode(), **kernel_files(bench)}


def chain_refind(_):
    """rEFInd with its driver of a file system, where the kernel is: ROOTS."""
    refind = package("refind") / "usr/share/refind/refind"
    config = f"""timeout -1
textonly
use_graphics_for linux
scanfor manual
menuentry Linux {{
  volume {ROOT_LABEL}
  loader /vmlinuz
  initrd /initrd
  options "{CMDLINE}"
}}
"""
    return {"EFI/BOOT/BOOTX64.EFI": refind / "refind_x64.efi",
            "EFI/BOOT/refind.conf": config.encode(),
            "EFI/BOOT/drivers_x64/ext4_x64.efi": refind / "drivers_x64/ext4_x64.efi"}


CHAINS = {
    "uki": chain_uki,
    "sdboot-entry": chain_sdboot_entry,
    "sdboot-uki": chain_sdboot_uki,
    "grub": chain_grub,
    "shim-grub": chain_shim_grub,
    "shim-fallback": chain_shim_fallback,
    "syslinux": chain_syslinux,
    "refind": chain_refind,
}

# Chains with a kernel on a file system that only their own driver reads.
ROOTS = {"refind": kernel_files}

DEVICES = {
    "virtio-blk": ["-device", "virtio-blk-pci,drive=esp"],
    "virtio-scsi": ["-device", "virtio-scsi-pci", "-device", "scsi-hd,drive=esp"],
    "nvme": ["-device", "nvme,drive=esp,serial=1"],
    "ahci": ["-device", "ahci,id=ahci", "-device", "ide-hd,drive=esp,bus=ahci.0"],
}

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


def drive(path):
    return ["-drive", f"if=none,id=esp,format=raw,file={path},snapshot=on"]


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
                       {".disk/info": b"Test\n", "boot/grub/grub.cfg": GRUB_CFG,
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
