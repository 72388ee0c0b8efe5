# SPDX-License-Identifier: BSD-2-Clause-Patent
"""What every boot test needs: the image, the guest and the machines' combinations."""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(__file__))

from guest import parse_reports  # noqa: E402
from vm import BusyError, Vm  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
SEABIOS = Path(os.environ.get("SEABIOS_DIR", "/usr/share/seabios"))


def pytest_addoption(parser):
    parser.addoption("--fw", default=os.environ.get("CLOISTER_FW"),
                     help="the firmware image, or 'seabios' to try the tests themselves")
    parser.addoption("--full", action="store_true",
                     default=bool(os.environ.get("CLOISTER_FULL")),
                     help="every combination instead of a pairwise cover")
    parser.addoption("--work", default=os.environ.get("CLOISTER_TEST_DIR"),
                     help="where guests are built and logs are kept")


def fetch_guest(*packages):
    result = subprocess.run([ROOT / "scripts/fetch-guest", *packages], check=False,
                            stdout=subprocess.PIPE, text=True)
    if result.returncode:
        pytest.exit("the guest's packages cannot be had (reason above)", 3)
    return [Path(line) for line in result.stdout.splitlines()]


def pytest_configure(config):
    """Runs first in the process that starts the workers: makes the guest for all of them."""
    config.addinivalue_line("markers", "own_behaviour: about what SeaBIOS does otherwise")
    if hasattr(config, "workerinput") or config.option.collectonly or config.option.help:
        return
    fw = config.getoption("--fw")
    if not fw:
        raise pytest.UsageError("no image: --fw PATH or CLOISTER_FW")
    if fw != "seabios" and not Path(fw).is_file():
        raise pytest.UsageError(f"no image {fw}")
    work = Path(config.getoption("--work") or "boot-tests").absolute()
    work.mkdir(parents=True, exist_ok=True)
    kernel, busybox = fetch_guest("linux-image-cloud-amd64", "busybox-static")
    subprocess.run([ROOT / "tests/guest/mkinitramfs", ROOT / "tests/guest/init-check",
                    kernel, busybox, work / "check.cpio.gz"], check=True)
    # Workers are started with this environment.
    os.environ["CLOISTER_FW"] = fw if fw == "seabios" else str(Path(fw).absolute())
    os.environ["CLOISTER_TEST_DIR"] = str(work)
    os.environ["CLOISTER_TEST_KERNEL"] = str(next((kernel / "boot").glob("vmlinuz-*")))


def pytest_collection_modifyitems(config, items):
    if os.environ.get("CLOISTER_FW") == "seabios":
        skip = pytest.mark.skip(reason="about what SeaBIOS does otherwise")
        for item in items:
            if item.get_closest_marker("own_behaviour"):
                item.add_marker(skip)


def kernel_arguments(machine):
    """What our guest's kernel needs on every boot."""
    arguments = "console=ttyS0 earlyprintk=ttyS0 panic=-1"
    if machine == "microvm":
        # Its kernel has only the TSC to tell the time, and measures it against
        # the PIT, which fails on a busy host.
        with open("/proc/cpuinfo", encoding="ascii") as file:
            match = re.search(r"^cpu MHz\s*: (\d+)\.(\d{3})", file.read(), re.MULTILINE)
        if match:
            arguments += f" tsc_early_khz={match.group(1)}{match.group(2)}"
    return arguments


class Run:
    """What is left of a machine that ended by itself."""

    def __init__(self, vm, status):
        self.log = vm.log
        self.status = status
        self.events = vm.events
        self.serial, self.debug = vm.serial, vm.debug
        self.guests = parse_reports(self.serial)

    def __repr__(self):
        return f"<Run {self.log}.*>"

    @property
    def guest(self):
        assert len(self.guests) == 1, f"{len(self.guests)} reports in {self.log}.serial"
        return self.guests[0]


class Bench:
    """Makes machines for one test, all with names of their own in the work directory."""

    def __init__(self, name):
        self.work = Path(os.environ["CLOISTER_TEST_DIR"])
        self.kernel = Path(os.environ["CLOISTER_TEST_KERNEL"])
        self.initrd = self.work / "check.cpio.gz"
        self.name = re.sub(r"[^A-Za-z0-9.=,-]+", "-", name).strip("-")
        (self.work / "logs").mkdir(exist_ok=True)

    def path(self, suffix):
        return self.work / "logs" / f"{self.name}.{suffix}"

    def firmware(self, side, machine):
        fw = os.environ["CLOISTER_FW"]
        if side == "oracle" or fw == "seabios":
            return SEABIOS / ("bios-microvm.bin" if machine == "microvm" else "bios-256k.bin")
        return fw

    def disk(self, name="ours", size=1 << 20):
        """A disk whose content is the same for each test, and not all zero."""
        path = self.path(f"{name}.disk")
        block = hashlib.sha256(self.name.encode()).digest()
        path.write_bytes((block * (size // len(block) + 1))[:size])
        return path

    def vm(self, side="ours", machine="q35", end="poweroff", append="", guest=True, name=None,
           **options):
        """A machine that boots our guest, unless guest is false."""
        if guest:
            options.setdefault("kernel", self.kernel)
            options.setdefault("initrd", self.initrd)
            append = f"{kernel_arguments(machine)} cloister.end={end} {append}".strip()
        return Vm(self.firmware(side, machine), self.path(name or side), machine=machine,
                  append=append or None, **options)

    def boot(self, side="ours", timeout=60, **options):
        """Boots our guest and waits until the machine ends by itself.

        A firmware that really loses the timer loses it each of the three times.
        """
        for attempt in range(3):
            try:
                with self.vm(side, **options) as vm:
                    return Run(vm, vm.wait(timeout))
            except BusyError:
                if attempt == 2:
                    raise

    def boot_with_disk(self, side, name, **options):
        """Boots our guest with a disk, unless options say disk=None."""
        disk = self.disk(name) if options.get("disk", True) else None
        append = options.get("append", "") + ("" if disk else " cloister.disk=none")
        return self.boot(side, **{**options, "name": name, "disk": disk, "append": append})

    def both(self, **options):
        """The same machine under our firmware and under SeaBIOS, each with its own disk."""
        return [self.boot_with_disk(side, side, **options) for side in ("ours", "oracle")]

    def boot_again(self, **options):
        """Ours once more, beside the logs of the first time."""
        return self.boot_with_disk("ours", "again", **options)


@pytest.fixture
def bench(request):
    return Bench(request.node.name)
