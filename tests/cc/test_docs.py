# SPDX-License-Identifier: BSD-2-Clause-Patent
"""docs/ccvm.rst: what it calls enforced names a test, and the tests that it names are there."""

import re

import pytest

from ccvm_vm import ROOT

ROW = re.compile(r"(.{51}) (enforced|approximated|absent)\b(.*)")
PAGE = (ROOT / "docs/ccvm.rst").read_text(encoding="utf-8")
ROWS = [match.groups() for match in map(ROW.match, PAGE.splitlines()) if match]


def known():
    """Tests here, files here, unit tests."""
    found = {"rules"}
    for path in (ROOT / "tests/cc").glob("test_*.py"):
        found |= {path.name, *re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.M)}
    found |= {path.name for path in (ROOT / "tests/cc/guests").iterdir()}
    found |= {path.name[:-len("-test.c")] for path in (ROOT / "tests/unit").glob("*-test.c")}
    return found


@pytest.mark.parametrize("rule, text", [(rule.strip(), text) for rule, grade, text in ROWS
                                        if grade == "enforced"])
def test_enforced(rule, text):
    assert set(re.findall(r"``([\w.]+)``", text)) & known(), rule


def test_names():
    assert len(ROWS) > 80
    assert set(re.findall(r"``(test_\w+(?:\.py)?)``", PAGE)) <= known()
