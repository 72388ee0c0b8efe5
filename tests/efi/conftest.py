# SPDX-License-Identifier: BSD-2-Clause-Patent
"""What every test of UEFI boot chains needs: images, guests, disks and machines."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [os.path.dirname(__file__), str(ROOT / "tests/boot"),
                str(ROOT / "tests/unit/support")]

from chains import CMDLINE  # noqa: E402
from disk import make_gpt_disk  # noqa: E402
from guest import parse_reports  # noqa: E402
from keys import KeyVm, screen_text  # noqa: E402
from packages import PACKAGES, fetch, guest_files, package  # noqa: E402
from vm import BusyError, Vm  # noqa: E402


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
    fetch(PACKAGES)
    subprocess.run([ROOT / "tests/guest/mkinitramfs", ROOT / "tests/guest/init-efi",
                    package("linux-image-cloud-amd64"), package("busybox-static"),
                    work / "efi.cpio.gz", *guest_files()], check=True)
    os.environ["CLOISTER_FW"] = str(Path(fw).absolute())
    os.environ["CLOISTER_TEST_DIR"] = str(work)
    if config.getoption("--full"):
        os.environ["CLOISTER_FULL"] = "1"


def kernel():
    return next((package("linux-image-cloud-amd64") / "boot").glob("vmlinuz-*"))


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
        self.cmdline, self.suite = CMDLINE, ""
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
