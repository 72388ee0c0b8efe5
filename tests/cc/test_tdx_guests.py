# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Small trust domains that break one rule each and must be caught; guests/tdx.asm."""

import subprocess
from pathlib import Path

import pytest

from ccvm_vm import CCVM, Bench

SOURCE = Path(__file__).resolve().parent / "guests/tdx.asm"

# Numbers of the guest's TEST, and the check that catches it.
CASES = {
    1: "unvalidated",
    2: "double-validate",
    3: "shared-of-private",
    4: "private-of-shared",
    5: "exec-shared",
    6: "tables-shared",
    7: "mmio-private",
    8: "validate-shared",
    9: "left-shared",
    10: "host-private",
    12: "unvalidated",
    22: "host-private",
    23: "host-private",
}


def run(test, *options, smp=1, levels=4, qemu=()):
    """The exit status and the log's lines of one trust domain."""
    bench = Bench(f"tdx-{test}-{levels}{''.join(options)}")
    image, log = bench.path("fd"), bench.path("log")
    subprocess.run(["nasm", "-f", "bin", "-w-number-overflow", f"-DTEST={test}",
                    f"-DLEVELS={levels}",
                    f"-I{SOURCE.parent}/", SOURCE,
                    "-o", image], check=True)
    process = subprocess.run(
        [CCVM, "--cc", "tdx", "--fw", image, "--log", log, "--timeout", "60", *options, "--",
         "-m", "512M", "-smp", str(smp), "-nodefaults", "-display", "none", *qemu], check=False,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return process.returncode, log.read_text(encoding="ascii", errors="replace").splitlines()


@pytest.mark.parametrize("test", CASES)
def test_caught(test):
    status, lines = run(test)
    assert status == 10, lines
    assert [line.split(":")[1].strip() for line in lines
            if line.startswith("check: ")] == [CASES[test]]


def test_remapped_page_is_caught():
    """The host takes an accepted page away; the next access must not see another page."""
    status, lines = run(14, "--attack", "remap-validated")
    assert status == 10, lines
    assert any(line.startswith("check: unvalidated:") for line in lines)


def test_paravirt_only():
    """An instruction of the firmware raises #VE, which only this option forbids."""
    status, lines = run(15, "--paravirt-only")
    assert status == 10, lines
    assert [line.split(":")[1].strip() for line in lines
            if line.startswith("check: ")] == ["paravirt-only"]
    assert run(15)[0] == 16


def test_paravirt_only_in_ram():
    """Code that firmware has moved is its own only where the option says so."""
    status, lines = run(18, "--paravirt-only", "100000-101000")
    assert status == 10, lines
    assert [line.split(":")[1].strip() for line in lines
            if line.startswith("check: ")] == ["paravirt-only"]
    status, lines = run(18, "--paravirt-only", "101000-102000")
    assert passed(status, lines), lines


def test_registers_are_kept():
    """x87, SSE, AVX and debug registers, while the module works and while the guest sleeps."""
    status, lines = run(17)
    assert passed(status, lines), lines


def test_dma():
    """A device writes to shared memory, also where the guest has a private page."""
    status, lines = run(21, qemu=["-device", "edu,addr=3"])
    assert passed(status, lines), lines


def passed(status, lines):
    return status == 16 and any(" pass" in line for line in lines
                                if line.startswith("terminated: "))


def test_processors():
    """All start at once, and differ by their index only."""
    status, lines = run(19, smp=3)
    assert passed(status, lines), lines


def test_map_gpa_budget():
    """A host that does a part of a MapGPA says where to go on."""
    status, lines = run(20, "--host", "tdx-map-budget=4")
    assert passed(status, lines), lines


@pytest.mark.parametrize("levels", [4, 5], ids="{0}-levels".format)
def test_rules(levels):
    """Return codes and dispositions; the guest says which of them was not as expected."""
    status, lines = run(0, "--allow", "double-validate", levels=levels)
    assert passed(status, lines), lines


def test_triple_fault():
    status, lines = run(13)
    assert status == 14, lines
