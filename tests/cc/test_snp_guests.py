# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Small SEV-SNP guests that break one rule each and must be caught; guests/snp.asm."""

import re

import pytest

from sev_guests import CHECKS, Guest

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
    "fw_cfg_request": "host-private",
    "fw_cfg_buffer": "host-private",
}


def snp(case, *options, name="", **defines):
    return Guest(f"snp-{case}{name}{''.join(options)}", "snp.asm", "sev-snp", options, CASE=case,
                 **defines)


@pytest.mark.parametrize("case, check", CASES.items(), ids=CASES)
def test_caught(case, check):
    result = snp(case)
    assert result.status == 10, result
    assert [line.split(":")[0] for line in result.ending("check: ")] == [check]
    assert result.ending("exit: ") == ["check"]
    assert check in result.errors


# What some violate after that: the stack is in the page that was given away; there is no code
# in the private page; a scratch area that is private is in no place where it may be.
NEXT = {"shared_validated": ["private-of-shared"], "exec_shared": ["private-of-shared"],
        "host_private": ["ghcb-scratch"]}
# A GHCB that is private stays one that the host cannot read.
STOPPED = ("ghcb_private",)


@pytest.mark.parametrize("case", CASES)
def test_allowed(case):
    """With the check switched off the guest goes on, and the log says what happened."""
    result = snp(case, "--allow", CASES[case])
    assert result.ending("allowed: ")[0].startswith(CASES[case] + ": "), result
    assert result.checks == NEXT.get(case, [])
    assert result.status == 16 or case in NEXT or case in STOPPED, result


@pytest.mark.parametrize("levels", [4, 5], ids="{0}-levels".format)
def test_rules(levels):
    """Return codes and answers; the reason code is the number of what was not as expected."""
    result = snp("rules", name=f"-{levels}", LEVELS=levels)
    assert result.code == 0, result


def test_fw_cfg_error():
    """fw_cfg tells of a buffer that it cannot reach, and does not touch the page."""
    result = snp("fw_cfg_buffer", "--allow", "host-private")
    assert result.code == 3, result


def test_left_shared():
    """Named is the page that nobody knows about; a registered GHCB is known."""
    result = snp("left_shared", name="-firmware", BEFORE=1)
    assert result.status == 10 and result.checks == ["left-shared"], result
    assert result.ending("check: ")[0].endswith(": 1, the first at 203000")
    result = snp("left_shared", "--allow", "left-shared", name="-firmware", BEFORE=1)
    assert result.code == 0 and len(result.ending("allowed: ")) == 1


@pytest.mark.parametrize("who", [0, 2], ids=["nobody", "system"])
def test_nothing_left_shared(who):
    """What the system shares itself, at its physical addresses yet, is its own affair."""
    result = snp("left_shared", name=f"-{who}", BEFORE=who)
    assert result.code == 0, result
    assert "ffff800000800802 takes over; 0 pages of RAM are left shared, 4 are accepted" in \
        result.ending("handover: a kernel at ")


CODE = 0x800800


@pytest.mark.parametrize("option, caught", [
    ("", False), ("=800000-801000", True), ("=0x800800-0x800801", True), ("=800801-801000", False),
    ("=700000-800800", False), ("=0-ffffffffffffffff", True),
])
def test_paravirt_only_in_memory(option, caught):
    """#VC in a range of RAM that is said to be the firmware's."""
    result = snp("paravirt", f"--paravirt-only{option}", CODE=CODE)
    if caught:
        assert result.status == 10 and result.checks == ["paravirt-only"], result
        assert result.ending("check: ")[0].endswith("#VC 72 at 800800")
    else:
        assert result.code == 0, result


def test_paravirt_only_ranges():
    """More than one range; what makes no sense is refused."""
    result = snp("paravirt", "--paravirt-only=1000-2000", "--paravirt-only=800000-900000",
                 CODE=CODE)
    assert result.checks == ["paravirt-only"], result
    assert snp("paravirt", *(f"--paravirt-only=1000-200{n}" for n in range(4)), CODE=CODE).code == 0


def test_triple_fault():
    result = snp("triple_fault")
    assert result.status == 14
    assert result.ending("exit: ") == ["triple-fault"]


def test_unknown_names():
    """A name that is not known is refused, not ignored."""
    for option in ("--allow", "--attack"):
        result = snp("rules", option, "nothing")
        assert result.status == 12
        assert any("nothing" in line for line in result.ending("fatal: "))


def test_every_check_has_a_case():
    """Checks that no SNP guest can violate are of other modes or need an option."""
    names = set(re.findall(r'^CHECK\(\w+, "([a-z-]+)"', CHECKS.read_text(encoding="ascii"), re.M))
    others = {"paravirt-only", "left-shared", "flash-write"}
    assert set(CASES.values()) <= names
    assert names - set(CASES.values()) <= others | {
        name for name in names if name.startswith("td-")}
