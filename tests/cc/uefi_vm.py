# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Machines in the emulator that start from a disk, or from -kernel, by way of UEFI.

	run = UefiBench("my-test").boot(UefiBoot("tdx", chain="uki"))
	assert run.status == 0 and "efi: " in run.guest.text("dmesg")

The guest is the one of tests/efi, tests/guest/init-efi.
"""

from dataclasses import dataclass

import ccvm_vm
import matrix
from ccvm_vm import CcVm
from chains import CHAINS, CMDLINE, DEVICES
from disk import make_gpt_disk
from keys import KeyVm, screen_text
from packages import GUEST_FILES

PACKAGES = ["busybox-static", "shim-signed", "grub-efi-amd64-signed", "grub-efi-amd64-bin",
            "systemd-boot-efi", "efitools", "shim-signed/trixie", "grub-efi-amd64-signed/trixie",
            *GUEST_FILES]

# What Linux calls the disk of each kind.
DISK_NAMES = {"virtio-blk": "vda", "virtio-scsi": "sda", "nvme": "nvme0n1"}

# A kernel that QEMU hands over, which its own stub starts; there is a disk all the same.
KERNEL = "kernel"


@dataclass(frozen=True)
class UefiBoot:
    """What is booted.

    mode: kind of guest
    chain: KERNEL, or a key of CHAINS in tests/efi/chains.py
    device: a key of DISK_NAMES, what the disk is
    firmware: "uefi" is our image, others are those of matrix.py
    kernel: "6.1" or "6.12"; "" is the one that is usual for the kind of guest
    image: "bios" or "pflash"; the latter for plain, SEV and SEV-ES guests only
    """

    mode: str
    chain: str = "uki"
    device: str = "virtio-blk"
    cpus: int = 1
    firmware: str = "uefi"
    kernel: str = ""
    memory: str = "512M"
    image: str = "bios"

    def __post_init__(self):
        if not self.kernel:
            object.__setattr__(self, "kernel", matrix.ours_kernel(self.mode))

    @property
    def disk_name(self):
        return DISK_NAMES[self.device]

    def __str__(self):
        return (f"{self.mode}-{self.firmware}-{self.chain}-{self.device}-{self.kernel}-"
                f"{self.cpus}cpu-{self.memory}-{self.image}")


class CcKeyVm(KeyVm, CcVm):
    """A confidential machine with somebody at the keyboard."""


class Run(ccvm_vm.Run):
    """What is left of a machine that ended by itself."""

    @property
    def screen(self):
        return screen_text(self.serial)

    @property
    def violations(self):
        """Names of strict checks that --allow has let pass."""
        return {line.split(": ")[1] for line in self.lines if line.startswith("allowed: ")}


class UefiBench(ccvm_vm.Bench):
    """Makes disks and machines for one test, all with names of their own."""

    def __init__(self, name):
        super().__init__(name)
        self.kernel = self.initrd = None
        self.cmdline, self.suite = CMDLINE, ""

    def prepare(self, boot, append=""):
        """What chains.py puts on disks."""
        self.kernel, self.initrd = self.peers[f"efi-{boot.kernel}"]
        # GRUB of Debian 12 starts kernel 6.12, which has no EFI handover, at its 32-bit entry,
        # where Linux does not expect to be in a trust domain.
        self.suite = "/trixie" if boot.kernel == "6.12" else ""
        # The console costs an exit for each character, and dmesg is in the report.
        self.cmdline = f"{CMDLINE} quiet cloister.look=machine cloister.disk={boot.disk_name}"
        self.cmdline += f" {append}" if append else ""

    def gpt_disk(self, boot, append=""):
        """A disk that boots by itself; for KERNEL one with nothing to boot."""
        self.prepare(boot, append)
        files = {"readme.txt": b"data\n"} if boot.chain == KERNEL else CHAINS[boot.chain](self)
        return make_gpt_disk(self.path("img"), files, size=64 << 20)

    def options(self, boot):
        """Strict checks: all for our image, and no #VC or #VE in its code."""
        if boot.firmware == "uefi":
            return [f"--paravirt-only={matrix.code_range('uefi')}"]
        return [word for check in matrix.violations(boot) for word in ("--allow", check)]

    def vm(self, boot, options=(), append="", disk=None, extra=(), keys=False, **machine):
        """
        A machine, not started.

        options: more of the ccvm command
        append: more for the kernel's command line
        disk: instead of the chain's; False: none
        extra: more arguments for QEMU
        keys: with somebody at the keyboard (tests/efi/keys.py)
        """
        if disk is None:
            disk = self.gpt_disk(boot, append)
        self.prepare(boot, append)
        image, flash = self.peers[boot.firmware][0], []
        if boot.image == "pflash":
            image, flash = self.flash(boot.firmware)
        extra = [*flash, *extra]
        if disk:
            extra = ["-drive", f"if=none,id=esp,format=raw,file={disk}", *DEVICES[boot.device],
                     *extra]
        if boot.chain == KERNEL:
            machine = {"kernel": self.kernel, "initrd": self.initrd, "append": self.cmdline,
                       **machine}
        return (CcKeyVm if keys else CcVm)(
            boot.mode, image, self.path("vm"), [*self.options(boot), *options], smp=boot.cpus,
            mem=boot.memory, extra=extra, **machine)

    def boot_once(self, boot, options=(), timeout=300, **machine):
        with self.vm(boot, options, **machine) as vm:
            return self.ended(vm, timeout, Run)
