# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Boot menu and setup page of a confidential guest, on its serial port."""

import re
from pathlib import Path

import pytest

from uefi_vm import KERNEL, UefiBench, UefiBoot

# Columns of a terminal, and where on the page values begin.
WIDTH, INDENT = 80, 14

UP, ESC, END, ENTER = "\x1b[A", "\x1b", "\x1b[F", "\r"

# Two spaces at least are between columns: name, source, plain, CC guests, ...
COLUMNS = re.compile(r" {2,}")


def refused(image, kind):
    """Names of what such a guest does not take from its host, from the build's own table."""
    report = Path(image).with_name("report") / "host-inputs.txt"
    rows = [COLUMNS.split(line) for line in report.read_text("ascii").splitlines()[1:]]
    integrity = kind in ("sev-snp", "tdx")
    return {row[0] for row in rows
            if row[3] == "refused" or (integrity and row[3] == "refused with integrity")}


@pytest.mark.parametrize("kind", ("sev", "sev-es", "sev-snp", "tdx"))
def test_menu(kind):
    """They say which kind of guest this is; the page says what was refused, too."""
    bench = UefiBench(f"menu-{kind}")
    empty = bench.gpt_disk(UefiBoot(kind, KERNEL))
    with bench.vm(UefiBoot(kind), disk=empty, keys=True,
                  extra=["-boot", "menu=on,splash-time=60000"]) as vm:
        vm.wait_for_screen("Esc: boot menu", 60)
        vm.type(ESC)
        vm.wait_for_screen("Power off", 60)
        assert f"boot menu, {kind.upper()} guest" in vm.screen
        vm.type(END + UP * 2 + ENTER)
        vm.wait_for_screen("Refused ", 60)
        vm.wait_for_screen("Tables ", 60)
        page = vm.screen[vm.screen.index("Firmware  "):]
        assert f"Guest         {kind.upper()}, measures " in page
        assert ("measures nothing" in page) == (kind != "tdx")
        assert all(len(line) < WIDTH for line in page.splitlines())
        listed = re.search(r"^Refused +(.*?)\s*^Tables ", page, re.M | re.S)[1]
        # Lines end at a comma, and names are whole.
        names = re.sub(rf",\s*\n {{{INDENT}}}(?! )", ", ", listed).split(", ")
        assert set(names) == refused(bench.peers["uefi"][0], kind) and "\n" not in "".join(names)
        vm.type(" " + END + ENTER)
        vm.wait_for_event("SHUTDOWN", 60)
