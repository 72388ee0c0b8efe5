# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Our firmware up to the kernel, which is one that only ends the machine."""

import json
import subprocess
import sys

from ccvm_vm import CCVM, ROOT, Bench

# pylint: disable=wrong-import-position
sys.path.insert(0, str(ROOT / "tests/bench"))
import cc as bench  # noqa: E402

KERNEL_REACHED, TERMINATED, TIMEOUT = bench.TRIPLE_FAULT, 16, 20


class PayloadRun:
    """A run that is over: its status, the firmware's lines, the emulator's lines and counts.

    options: of the command; machine: QEMU's arguments, as they are
    """

    def __init__(self, name, mode, options=(), machine=(), memory="512M", cpus=1, timeout=120):
        files = Bench(name)
        log, serial, stats = (files.path(suffix) for suffix in ("log", "serial", "stats"))
        serial.write_bytes(b"")
        payload = bench.build_payload(files.path("payload"))
        self.status = subprocess.run(
            [CCVM, "--cc", mode, "--fw", files.peers["cloister"][0], "--log", log,
             "--stats", stats, "--timeout", str(timeout), *options, "--", "-machine", "q35",
             "-m", memory, "-smp", str(cpus), "-nodefaults", "-no-user-config",
             "-display", "none", "-serial", f"file:{serial}", "-kernel", payload, *machine],
            check=False, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE).returncode
        self.said = serial.read_text(encoding="ascii", errors="replace").splitlines()
        self.lines = log.read_text(encoding="ascii", errors="replace").splitlines()
        self.stats = None
        if stats.exists():
            self.stats = json.loads(stats.read_text(encoding="ascii"))

    def __repr__(self):
        return f"<PayloadRun {self.status} {self.said} {self.lines[-3:]}>"

    @property
    def events(self):
        return self.stats["events"]

    def ending(self, prefix):
        return [line.partition(prefix)[2] for line in self.lines if line.startswith(prefix)]
