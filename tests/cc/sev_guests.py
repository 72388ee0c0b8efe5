# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Builds and runs the small SEV, SEV-ES and SEV-SNP guests of guests/."""

import subprocess
from pathlib import Path

from ccvm_vm import CCVM, Bench

SOURCES = Path(__file__).resolve().parent / "guests"
CHECKS = CCVM.parent / "check.def"

# isa-debug-exit makes odd statuses of what a guest without GHCB writes: code + 1.
SEV_OK = 2 * 1 + 1


class Guest:
    """A guest of one source file, and how it ended."""

    def __init__(self, name, source, mode, options=(), smp=1, qemu=(), **defines):
        bench = Bench(name)
        self.image, log, self.output = (bench.path(suffix) for suffix in ("fd", "log", "output"))
        subprocess.run(["nasm", "-f", "bin", "-Werror", "-w-number-overflow", f"-I{SOURCES}/",
                        *(f"-D{key}={value}" for key, value in defines.items()),
                        SOURCES / source, "-o", self.image], check=True)
        process = subprocess.run(
            [CCVM, "--cc", mode, "--fw", self.image, "--log", log, "--timeout", "60", *options,
             "--", "-m", "512M", "-smp", str(smp), "-nodefaults", "-display", "none",
             "-device", "isa-debug-exit,iobase=0xf4,iosize=4",
             "-chardev", f"file,id=output,path={self.output}",
             "-device", "isa-debugcon,iobase=0x402,chardev=output", *map(str, qemu)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        self.status, self.errors = process.returncode, process.stderr
        self.lines = log.read_text(encoding="ascii", errors="replace").splitlines()

    def __repr__(self):
        return "\n".join([f"<status {self.status}>", *self.lines, self.errors])

    def ending(self, start):
        """What follows that on the log's lines that begin with it."""
        return [line[len(start):] for line in self.lines if line.startswith(start)]

    @property
    def checks(self):
        """Names of the strict checks that ended the run."""
        return [line.split(":")[0] for line in self.ending("check: ")]

    @property
    def code(self):
        """What the guest ended with: 0, or which expectation failed; None: otherwise."""
        if self.status == 16:
            words = self.ending("terminated: ")[0].split()
            return int(words[-1]) if words[-5:-1] == ["reason", "set", "15", "code"] else None
        return (self.status - SEV_OK) // 2 if self.status % 2 else None
