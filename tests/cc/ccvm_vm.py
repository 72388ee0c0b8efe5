# SPDX-License-Identifier: BSD-2-Clause-Patent
"""A QEMU that is started by the ccvm command, and what it left behind."""

import hashlib
import json
import os
import shutil
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/boot"))

from guest import parse_reports  # noqa: E402
from vm import BusyError, Vm  # noqa: E402

CCVM = ROOT / "tests/ccvm/ccvm"


class CcVm(Vm):
    """A machine as the boot tests start it, but inside the emulator.

    mode, firmware: --cc and --fw; options: further options of the command
    """

    def __init__(self, mode, firmware, log, options=(), **machine):
        super().__init__(firmware, log, **machine)
        position = self.argv.index("-bios")
        arguments = self.argv[1:position] + self.argv[position + 2:]
        files = [word for name in ("log", "stats", "launch")
                 if (mode, name) != ("plain", "launch") for word in (f"--{name}", f"{log}.{name}")]
        self.argv = [str(CCVM), "--cc", mode, "--fw", str(firmware), *files,
                     *map(str, options), "--", *arguments]

    def __enter__(self):
        for suffix in ("stats", "launch", "log"):
            Path(f"{self.log}.{suffix}").unlink(missing_ok=True)
        return super().__enter__()


class Run:
    """What is left of a machine that ended by itself."""

    def __init__(self, vm, status, seconds):
        self.log, self.status, self.seconds = vm.log, status, seconds
        self.serial, self.errors = vm.serial, vm.errors
        self.guests = parse_reports(self.serial)

    def __repr__(self):
        return f"<Run {self.log}.*>"

    @property
    def guest(self):
        assert len(self.guests) == 1, f"{len(self.guests)} reports in {self.log}.serial"
        return self.guests[0]

    def json(self, suffix):
        return json.loads(Path(f"{self.log}.{suffix}").read_text(encoding="ascii"))

    @property
    def lines(self):
        """The emulator's log."""
        return Path(f"{self.log}.log").read_text(encoding="ascii", errors="replace").splitlines()


class Bench:
    """Makes machines, all with names of their own in the work directory."""

    def __init__(self, name):
        self.name = name
        self.work = Path(os.environ["CLOISTER_CC_DIR"])
        with open(self.work / "peers.json", encoding="ascii") as file:
            self.peers = json.load(file)

    def path(self, suffix):
        folder = self.work / "logs"
        folder.mkdir(exist_ok=True)
        return folder / f"{self.name}.{suffix}"

    def disk(self, size=1 << 20):
        """A disk whose content is the same for each name, and not all zero."""
        path = self.path("disk")
        block = hashlib.sha256(self.name.encode()).digest()
        path.write_bytes((block * (size // len(block) + 1))[:size])
        return path

    def flash(self, firmware):
        """The image for --fw and the arguments of the flash chip with the variables."""
        code, template = self.peers[firmware][1:]
        copy = self.path("vars")
        shutil.copyfile(template, copy)
        return code, ["-drive", f"if=pflash,unit=1,format=raw,file={copy}"]

    def boot(self, boot, options=(), timeout=300, **machine):
        """Boots the checking guest and waits until the machine ends by itself.

        What a busy host does to Linux is tried again; a fault of ours comes each time.
        """
        for attempt in range(3):
            try:
                return self.boot_once(boot, options, timeout, **machine)
            except BusyError:
                if attempt == 2:
                    raise

    def boot_once(self, boot, options, timeout, **machine):
        extra = []
        image = self.peers[boot.firmware][0]
        if boot.image == "pflash":
            image, extra = self.flash(boot.firmware)
        kernel, initrd = self.peers[boot.kernel]
        initrd = machine.pop("initrd", initrd)
        machine.setdefault("append", "console=ttyS0 panic=-1 cloister.end=poweroff")
        with CcVm(boot.mode, image, self.path("vm"), options, kernel=kernel, initrd=initrd,
                  smp=boot.cpus, mem=boot.memory, disk=self.disk(), extra=extra, **machine) as vm:
            return self.ended(vm, timeout)

    def ended(self, vm, timeout, kind=Run):
        """Waits until the machine ends by itself; what is left of it."""
        start = time.monotonic()
        status = vm.wait(timeout)
        run = kind(vm, status, time.monotonic() - start)
        self.path("seconds").write_text(f"{run.seconds}\n", encoding="ascii")
        return run
