# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Each way from a disk to a kernel: what is on the disk, and what the disk is.

A bench has a kernel, an initrd, a cmdline, and path() for files that are made; suite is
"" or, with a slash before it, the one that shim and GRUB come from.
"""

from disk import ROOT_LABEL, make_uki
from packages import package

CMDLINE = "console=ttyS0 panic=-1 cloister.end=poweroff"


def grub_cfg(bench):
    return f"""
set timeout=0
menuentry 'Linux' {{
  linux /vmlinuz {bench.cmdline}
  initrd /initrd
}}
""".encode()


def kernel_files(bench):
    return {"vmlinuz": bench.kernel, "initrd": bench.initrd}


def chain_uki(bench):
    """The kernel is the boot loader, with everything it needs in one file."""
    uki = make_uki(bench.path("uki"), systemd("linuxx64.efi.stub"), bench.kernel, bench.initrd,
                   bench.cmdline)
    return {"EFI/BOOT/BOOTX64.EFI": uki}


def systemd(name):
    return package("systemd-boot-efi") / "usr/lib/systemd/boot/efi" / name


def chain_sdboot_entry(bench):
    entry = f"title Linux\nlinux /vmlinuz\ninitrd /initrd\noptions {bench.cmdline}\n"
    return {"EFI/BOOT/BOOTX64.EFI": systemd("systemd-bootx64.efi"),
            "loader/loader.conf": b"timeout 0\n", "loader/entries/linux.conf": entry.encode(),
            **kernel_files(bench)}


def chain_sdboot_uki(bench):
    return {"EFI/BOOT/BOOTX64.EFI": systemd("systemd-bootx64.efi"),
            "loader/loader.conf": b"timeout 0\n",
            "EFI/Linux/test.efi": chain_uki(bench)["EFI/BOOT/BOOTX64.EFI"]}


def chain_grub(bench):
    grub = package("grub-efi-amd64-bin") / "usr/lib/grub/x86_64-efi/monolithic/grubx64.efi"
    return {"EFI/BOOT/BOOTX64.EFI": grub, "EFI/debian/grub.cfg": grub_cfg(bench),
            **kernel_files(bench)}


def chain_shim_grub(bench):
    shim, grub = (package(name + bench.suite) for name in ("shim-signed", "grub-efi-amd64-signed"))
    signed = grub / "usr/lib/grub/x86_64-efi-signed"
    return {"EFI/BOOT/BOOTX64.EFI": shim / "usr/lib/shim/shimx64.efi.signed",
            "EFI/BOOT/grubx64.efi": signed / "grubx64.efi.signed",
            "EFI/debian/grub.cfg": grub_cfg(bench), **kernel_files(bench)}


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
            "EFI/debian/grub.cfg": grub_cfg(bench), **kernel_files(bench)}


def chain_syslinux(bench):
    config = ("DEFAULT linux\nLABEL linux\nKERNEL /vmlinuz\nINITRD /initrd\n"
              f"APPEND {bench.cmdline}\n")
    return {"EFI/BOOT/BOOTX64.EFI": package("syslinux-efi") /
            "usr/lib/SYSLINUX.EFI/efi64/syslinux.efi",
            "EFI/BOOT/ldlinux.e64": package("syslinux-common") /
            "usr/lib/syslinux/modules/efi64/ldlinux.e64",
            "EFI/BOOT/syslinux.cfg": config.encode(), **kernel_files(bench)}


def chain_refind(bench):
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
  options "{bench.cmdline}"
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


def drive(path):
    return ["-drive", f"if=none,id=esp,format=raw,file={path},snapshot=on"]
