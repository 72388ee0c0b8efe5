# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Other people's network stacks on the firmware's Simple Network protocol.

Document: UEFI 2.10, section 24.1. The other side is QEMU's user network, which has a
DHCP and a TFTP server at 10.0.2.2.
"""

import shutil

import pytest

from disk import make_grub
from packages import package

CMDLINE = "console=ttyS0 panic=-1 cloister.end=poweroff"
ADDRESS = "52:54:00:12:34:56"
MODULES = ["part_gpt", "fat", "normal", "echo", "net", "efinet", "tftp", "linux", "chain",
           "halt", "sleep"]

# OVMF has no driver of its own for the other cards.
SIDES = [("virtio-net-pci", "ours"), ("e1000", "ours"), ("virtio-net-pci", "ovmf")]


def serve(bench, files):
    """A directory of a TFTP server."""
    folder = bench.path("tftp")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, source in files.items():
        shutil.copyfile(source, folder / name)
    return folder


def machine(bench, card, folder, commands, **files):
    """QEMU's arguments for GRUB on a disk, beside a network that has everything else."""
    grub = make_grub(bench.path("grub.efi"), package("grub-efi-amd64-bin"), commands, MODULES)
    disk = bench.disk({"EFI/BOOT/BOOTX64.EFI": grub, **files}, size=36 << 20)
    # OVMF drives only what has a place in the order.
    return ["-drive", f"if=none,id=esp,format=raw,file={disk},snapshot=on",
            "-device", "virtio-blk-pci,drive=esp,bootindex=0",
            "-netdev", f"user,id=net0,tftp={folder},bootfile=boot.ipxe",
            "-device", f"{card},netdev=net0,mac={ADDRESS},romfile=,bootindex=1"]


@pytest.mark.parametrize("card, side", [("e1000e", "ours"), *SIDES])
def test_grub(bench, card, side):
    """A lease, then kernel and initrd by TFTP."""
    folder = serve(bench, {"vmlinuz": bench.kernel, "initrd": bench.initrd})
    commands = ["net_dhcp", "net_ls_addr", f"linux (tftp,10.0.2.2)/vmlinuz {CMDLINE}",
                "initrd (tftp,10.0.2.2)/initrd", "boot"]
    run = bench.boot(side, machine="pc" if card == "e1000" else "q35", flash=side == "ovmf",
                     timeout=120, extra=machine(bench, card, folder, commands))
    assert f"{ADDRESS} 10.0.2.15" in run.screen
    assert CMDLINE in run.guest.text("cmdline")
    if side == "ours":
        assert "efi: EFI v2.70 by Cloister" in run.guest.text("dmesg")
    shutil.rmtree(folder)


@pytest.mark.parametrize("card, side", SIDES)
def test_snponly(bench, card, side):
    """
    iPXE uses the card that it was loaded from, with the firmware's driver, and follows
    what the DHCP server says. The card is that of GRUB's root, here without any use of
    it: GRUB never gives back one that it has used, under any firmware.
    """
    script = f"""#!ipxe
ifstat
route
kernel vmlinuz initrd=initrd {CMDLINE}
initrd initrd
boot
"""
    folder = serve(bench, {"vmlinuz": bench.kernel, "initrd": bench.initrd})
    (folder / "boot.ipxe").write_text(script)
    commands = ["net_add_addr eno0 efinet0 10.0.2.99", "set root=(tftp,10.0.2.2)",
                "chainloader (hd0,gpt1)/snponly.efi", "boot"]
    snponly = package("ipxe") / "usr/lib/ipxe/snponly.efi"
    run = bench.boot(side, flash=side == "ovmf", timeout=120,
                     extra=machine(bench, card, folder, commands, **{"snponly.efi": snponly}))
    assert f"Configuring (net0 {ADDRESS})" in run.screen
    assert f"net0: {ADDRESS} using SNP" in run.screen
    assert "net0: 10.0.2.15/255.255.255.0 gw 10.0.2.2" in run.screen
    assert CMDLINE in run.guest.text("cmdline")
    shutil.rmtree(folder)
