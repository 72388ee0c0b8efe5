# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Small SEV-SNP guests that break one rule each and must be caught; guests/snp.asm."""

import re
import subprocess
from pathlib import Path

import pytest

from ccvm_vm import CCVM, Bench

SOURCES = Path(__file__).resolve().parent / "guests"
CHECKS = CCVM.parent / "check.def"

# The check that catches each case.
CASES = {
    "unvalidated": "unvalidated",
    "unvalidated_private": "unvalidated",
    "shared_of_private": "shared-of-private",
    "shared_of_image": "shared-of-private",
    "private_of_shared": "private-of-shared",
    "double_validate": "double-validate",
    "validate_shared": "validate-shared",
    "shared_validated": "shared-validated",
    "exec_shared": "exec-shared",
    "tables_shared": "tables-shared",
    "mmio_private": "mmio-private",
    "ghcb_unregistered": "ghcb-unregistered",
    "ghcb_other": "ghcb-unregistered",
    "ghcb_private": "host-private",
    "ghcb_usage": "ghcb-usage",
    "ghcb_version_0": "ghcb-version",
    "ghcb_version_3": "ghcb-version",
    "ghcb_event": "ghcb-event",
    "ghcb_msr_event": "ghcb-event",
    "ghcb_missing_register": "ghcb-missing",
    "ghcb_missing_code": "ghcb-missing",
    "ghcb_extra": "ghcb-extra",
    "ghcb_reserved": "ghcb-reserved",
    "ghcb_scratch": "ghcb-scratch",
    "host_private": "host-private",
}


class Result:
    """How a guest ended."""

    def __init__(self, case, *options, mode="sev-snp"):
        bench = Bench(f"snp-{case}{''.join(options)}")
        image, log = bench.path("fd"), bench.path("log")
        subprocess.run(["nasm", "-f", "bin", "-Werror", f"-DCASE={case}", f"-I{SOURCES}/",
                        SOURCES / "snp.asm", "-o", image], check=True)
        process = subprocess.run(
            [CCVM, "--cc", mode, "--fw", image, "--log", log, "--timeout", "60", *options, "--",
             "-m", "512M", "-nodefaults", "-display", "none"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        self.status, self.errors = process.returncode, process.stderr
        self.lines = log.read_text(encoding="ascii", errors="replace").splitlines()

    def ending(self, start):
        return [line[len(start):] for line in self.lines if line.startswith(start)]


@pytest.mark.parametrize("case, check", CASES.items(), ids=CASES)
def test_caught(case, check):
    result = Result(case)
    assert result.status == 10, result.lines
    assert [line.split(":")[0] for line in result.ending("check: ")] == [check]
    assert result.ending("exit: ") == ["check"]
    assert check in result.errors


@pytest.mark.parametrize("case", ["shared_of_private", "double_validate", "ghcb_usage",
                                  "ghcb_event"])
def test_allowed(case):
    """With the check switched off the guest goes on, and the log says what happened."""
    result = Result(case, "--allow", CASES[case])
    assert result.status == 16, result.lines
    assert result.ending("allowed: ")[0].startswith(CASES[case] + ": ")


def test_rules():
    """Return codes and answers; the reason code is the number of what was not as expected."""
    result = Result("rules")
    assert result.status == 16, result.lines
    reason, = result.ending("terminated: ")
    assert reason.endswith("reason set 15 code 0")


def test_triple_fault():
    result = Result("triple_fault")
    assert result.status == 14
    assert result.ending("exit: ") == ["triple-fault"]


def test_unknown_names():
    """A name that is not known is refused, not ignored."""
    for option in ("--allow", "--attack"):
        result = Result("rules", option, "nothing")
        assert result.status == 12
        assert any("nothing" in line for line in result.ending("fatal: "))


def test_every_check_has_a_case():
    """Checks that no SNP guest can violate are of other modes or need an option."""
    names = set(re.findall(r'^CHECK\(\w+, "([a-z-]+)"', CHECKS.read_text(encoding="ascii"), re.M))
    others = {"paravirt-only", "left-shared"}
    assert set(CASES.values()) <= names
    assert names - set(CASES.values()) <= others | {
        name for name in names if name.startswith("td-")}
