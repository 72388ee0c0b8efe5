# SPDX-License-Identifier: BSD-2-Clause-Patent
"""What every test of UEFI boot chains needs: images, guests, disks and machines."""

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [os.path.dirname(__file__), str(ROOT / "tests/boot"),
                str(ROOT / "tests/unit/support")]

from disk import make_gpt_disk  # noqa: E402
from guest import parse_reports  # noqa: E402
from vm import BusyError, Vm  # noqa: E402

PACKAGES = ["linux-image-cloud-amd64", "busybox-static", "shim-signed",
            "shim-helpers-amd64-signed", "grub-efi-amd64-signed", "grub-efi-amd64-bin",
            "grub-common", "systemd-boot-efi", "memtest86+", "ovmf", "refind", "ipxe", "efitools",
            "syslinux-efi", "syslinux-common", "efibootmgr", "libefivar1", "libefiboot1",
            "libpopt0", "libc6", "e2fsprogs", "libext2fs2", "libcom-err2"]

# What the guest's initramfs has beside BusyBox: dynamic programs with their libraries.
GUEST_FILES = {
    "efibootmgr": ["bin/efibootmgr"],
    "libefivar1": ["lib/*/libefivar.so.1"],
    "libefiboot1": ["lib/*/libefiboot.so.1"],
    "libpopt0": ["lib/*/libpopt.so.0"],
    "e2fsprogs": ["bin/chattr"],
    "libext2fs2": ["lib/*/libe2p.so.2"],
    "libcom-err2": ["lib/*/libcom_err.so.2"],
    "libc6": ["lib/*/libc.so.6", "lib/*/libdl.so.2", "lib/*/ld-linux-x86-64.so.2"],
}


def pytest_addoption(parser):
    parser.addoption("--fw", default=os.environ.get("CLOISTER_FW"),
                     help="the firmware image, with cloister_vars.fd beside it")
    parser.addoption("--full", action="store_true",
                     default=bool(os.environ.get("CLOISTER_FULL")),
                     help="every combination instead of a cover")
    parser.addoption("--work", default=os.environ.get("CLOISTER_TEST_DIR"),
                     help="where guests are built and logs are kept")


def pytest_configure(config):
    """Runs first in the process that starts the workers: makes the guest for all of them."""
    if hasattr(config, "workerinput") or config.option.collectonly or config.option.help:
        return
    fw = config.getoption("--fw")
    if not fw or not Path(fw).is_file():
        raise pytest.UsageError(f"no image {fw}: --fw PATH or CLOISTER_FW")
    work = Path(config.getoption("--work") or "efi-tests").absolute()
    (work / "logs").mkdir(parents=True, exist_ok=True)
    result = subprocess.run([ROOT / "scripts/fetch-guest", *PACKAGES], check=False,
                            stdout=subprocess.PIPE, text=True)
    if result.returncode:
        pytest.exit("the guest's packages cannot be had (reason above)", 3)
    for name, folder in zip(PACKAGES, result.stdout.splitlines()):
        os.environ["PACKAGE_" + re.sub(r"\W", "_", name)] = folder
    subprocess.run([ROOT / "tests/guest/mkinitramfs", ROOT / "tests/guest/init-efi",
                    package("linux-image-cloud-amd64"), package("busybox-static"),
                    work / "efi.cpio.gz", *guest_files()], check=True)
    os.environ["CLOISTER_FW"] = str(Path(fw).absolute())
    os.environ["CLOISTER_TEST_DIR"] = str(work)
    if config.getoption("--full"):
        os.environ["CLOISTER_FULL"] = "1"


def package(name):
    return Path(os.environ["PACKAGE_" + re.sub(r"\W", "_", name)])


def package_file(name, pattern):
    """One file of a package, by a pattern below its root or its /usr."""
    root = package(name)
    found = sorted(root.glob(pattern)) + sorted(root.glob(f"usr/{pattern}"))
    assert found, f"no {pattern} in {root}"
    return found[0]


def guest_files():
    """mkinitramfs's arguments for GUEST_FILES."""
    for name, patterns in GUEST_FILES.items():
        for pattern in patterns:
            path = package_file(name, pattern)
            yield f"{pattern.split('/')[0]}/{path.name}={path.resolve()}"


def kernel():
    return next((package("linux-image-cloud-amd64") / "boot").glob("vmlinuz-*"))


def screen_text(serial):
    """What a terminal would show, without its positions and colours."""
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", re.sub(r"\x1b\[\d+;\d+H", "\n", serial))


class KeyVm(Vm):
    """A machine whose serial port has somebody at the keyboard."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.port = os.path.join(self.qmp.folder.name, "serial")
        self.keyboard = None
        at = self.argv.index(f"file,id=serial,path={self.serial_path}")
        self.argv[at] = (f"socket,id=serial,path={self.port},server=on,wait=off,"
                         f"logfile={self.serial_path}")

    @property
    def screen(self):
        return screen_text(self.serial)

    def _drain(self):
        try:
            while self.keyboard.recv(65536):
                pass
        except OSError:
            pass

    def type(self, keys):
        """As one would by hand: each key, or its escape sequence, for itself."""
        if self.keyboard is None:
            self.keyboard = socket.socket(socket.AF_UNIX)
            self.keyboard.connect(self.port)
            threading.Thread(target=self._drain, daemon=True).start()
        for key in re.findall(r"\x1b\[[0-9]*[A-Z~]|.", keys, re.DOTALL):
            self.keyboard.sendall(key.encode())
            self.qmp.pump(0.1)

    def wait_for_screen(self, text, timeout=30):
        self.wait_for(lambda: text in self.screen, f"'{text}' on the screen", timeout)

    def __exit__(self, *arguments):
        super().__exit__(*arguments)
        if self.keyboard is not None:
            self.keyboard.close()


class Run:
    """What is left of a machine that ended by itself."""

    def __init__(self, vm, status):
        self.log, self.status = vm.log, status
        self.serial, self.debug = vm.serial, vm.debug
        self.screen = screen_text(self.serial)
        self.guests = parse_reports(self.serial)

    @property
    def guest(self):
        assert len(self.guests) == 1, f"{len(self.guests)} reports in {self.log}.serial"
        return self.guests[0]


class Bench:
    """Makes machines for one test, all with names of their own in the work directory."""

    def __init__(self, name):
        self.work = Path(os.environ["CLOISTER_TEST_DIR"])
        self.initrd = self.work / "efi.cpio.gz"
        self.kernel = kernel()
        self.name = re.sub(r"[^A-Za-z0-9.=,-]+", "-", name).strip("-")
        self.kept = set()

    def path(self, suffix):
        return self.work / "logs" / f"{self.name}.{suffix}"

    def disk(self, files, name="disk", **options):
        return make_gpt_disk(self.path(f"{name}.img"), files, **options)

    def variables(self, name, side="ours"):
        """A variable store of this test's own, by name; new at its first use."""
        path = self.path(f"{name}.vars")
        if path not in self.kept:
            template = Path(os.environ["CLOISTER_FW"]).with_name("cloister_vars.fd") \
                if side == "ours" else package("ovmf") / "usr/share/OVMF/OVMF_VARS_4M.fd"
            shutil.copyfile(template, path)
            self.kept.add(path)
        return path

    def flash(self, side, name):
        """A pair for two flash units: the image, and a variable store."""
        code = os.environ["CLOISTER_FW"] if side == "ours" else \
            package("ovmf") / "usr/share/OVMF/OVMF_CODE_4M.fd"
        return ["-drive", f"if=pflash,unit=0,format=raw,readonly=on,file={code}",
                "-drive", f"if=pflash,unit=1,format=raw,file={self.variables(name, side)}"]

    def vm(self, side="ours", name=None, flash=False, variables=None, keys=False, extra=(),
           mem="512M", **options):
        """
        A machine.

        flash: from a pair of flash units
        variables: the name of the store, which stays from one machine to the next
        keys: with somebody at the keyboard
        """
        image = os.environ["CLOISTER_FW"] if side == "ours" else \
            package("ovmf") / "usr/share/ovmf/OVMF.fd"
        vm = (KeyVm if keys else Vm)(image, self.path(name or side), mem=mem, extra=extra,
                                     **options)
        if flash or variables:
            if not variables:
                self.kept.discard(self.path(f"{side}.vars"))
            at = vm.argv.index("-bios")
            vm.argv[at:at + 2] = self.flash(side, variables or side)
        return vm

    def boot(self, side="ours", timeout=90, **options):
        """Boots and waits until the machine ends by itself."""
        for attempt in range(3):
            try:
                with self.vm(side, **options) as vm:
                    return Run(vm, vm.wait(timeout))
            except BusyError:
                if attempt == 2:
                    raise


@pytest.fixture
def bench(request):
    return Bench(request.node.name)
