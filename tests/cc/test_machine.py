# SPDX-License-Identifier: BSD-2-Clause-Patent
"""What the machine does at a guest's word, with small guests: resets."""

import subprocess
from pathlib import Path

import pytest

from ccvm_vm import CCVM, Bench

GUESTS = Path(__file__).resolve().parent / "guests"

# A guest that goes on powers off, and that is status 0.
RESET, POWEROFF = 18, 0

WRITES = {
    "keyboard": (dict(PORT=0x64, VALUE=0xFE), RESET),
    "keyboard-other-lines": (dict(PORT=0x64, VALUE=0xF2), RESET),
    "keyboard-wide": (dict(PORT=0x64, VALUE=0xFE, WIDE=1), RESET),
    "keyboard-no-reset": (dict(PORT=0x64, VALUE=0xFD), POWEROFF),
    "keyboard-output": (dict(PORT=0x64, VALUE=0xD1, SECOND_PORT=0x60, SECOND=0xFE), RESET),
    "keyboard-output-a20": (dict(PORT=0x64, VALUE=0xD1, SECOND_PORT=0x60, SECOND=3), POWEROFF),
    "port92": (dict(PORT=0x92, VALUE=1), RESET),
    "port92-a20": (dict(PORT=0x92, VALUE=2), POWEROFF),
    "rst-cnt": (dict(PORT=0xCF9, VALUE=2, SECOND_PORT=0xCF9, SECOND=6), RESET),
    "rst-cnt-no-reset": (dict(PORT=0xCF9, VALUE=2), POWEROFF),
}


def run(name, mode, source, machine="q35", options=(), smp=1, **defines):
    """The exit status and the log's lines of one guest."""
    bench = Bench(f"machine-{mode}-{name}")
    image, log = bench.path("fd"), bench.path("log")
    subprocess.run(["nasm", "-f", "bin", "-w-number-overflow", f"-I{GUESTS}/",
                    *(f"-D{key}={value}" for key, value in defines.items()),
                    GUESTS / source, "-o", image], check=True)
    process = subprocess.run(
        [CCVM, "--cc", mode, "--fw", image, "--log", log, "--timeout", "60", *options, "--",
         "-M", machine, "-m", "512M", "-smp", str(smp), "-nodefaults", "-display", "none"],
        check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return process.returncode, log.read_text(encoding="ascii", errors="replace").splitlines()


@pytest.mark.parametrize("name", WRITES)
def test_reset(name):
    """The emulator sees each way to ask for a reset, and nothing else is taken for one."""
    defines, expected = WRITES[name]
    status, lines = run(name, "plain", "machine.asm", "pc", **defines)
    assert status == expected, lines
    assert ("exit: reset" in lines) == (expected == RESET)


@pytest.mark.parametrize("mode, source, defines", [
    ("sev-snp", "reset_snp.asm", {}),
    ("tdx", "tdx.asm", {"TEST": 16}),
])
def test_confidential_reset(mode, source, defines):
    """A guest that nobody can reset ends."""
    status, lines = run("reset", mode, source, **defines)
    assert status == RESET, lines
    assert lines.count("exit: reset") == 1


def test_processor_state_is_kept():
    """x87, SSE and AVX state outlives a park, and a start from a VMSA brings its own."""
    status, lines = run("park", "sev-snp", "park_snp.asm", smp=2)
    reason, = (line for line in lines if line.startswith("terminated: "))
    assert status == 16 and reason.endswith("reason set 15 code 0"), lines
