# SPDX-License-Identifier: BSD-2-Clause-Patent
"""scripts/gdb/start, as `make gdb` calls it, and the commands that it adds to gdb."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from conftest import ROOT
from vm import PATIENCE

pytestmark = pytest.mark.own_behaviour


def debug(bench, *commands):
    """What gdb shows of a machine that stopped at the reset vector."""
    objtree = bench.path("objtree")
    objtree.mkdir(exist_ok=True)
    for suffix in (".fd", ".elf"):
        link = objtree / f"cloister{suffix}"
        link.unlink(missing_ok=True)
        link.symlink_to(Path(os.environ["CLOISTER_FW"]).with_suffix(suffix))
    script = objtree / "commands"
    script.write_text("\n".join((*commands, "kill")) + "\n", encoding="ascii")
    done = subprocess.run(
        [ROOT / "scripts/gdb/start"], capture_output=True, text=True, check=True,
        stdin=subprocess.DEVNULL, timeout=60 * PATIENCE,
        env={**os.environ, "OBJTREE": str(objtree), "KERNEL": str(bench.kernel),
             "GDB_ARGS": f"-nx -batch -x {script}"})
    assert "Error" not in done.stderr, done.stderr
    return done.stdout


def test_stops_at_reset(bench):
    shown = debug(bench, r'printf "at %x:%x\n", $cs, $rip')
    assert "\nat f000:fff0\n" in shown


def test_commands(bench):
    shown = debug(bench, "hbreak linux_load", "continue", "fw-hooks", "fw-memmap", "fw-log")
    assert re.search(r"^Breakpoint 1, linux_load", shown, re.M)
    hooks = re.findall(r"^(\w+) +(\d\d) +(\w+) +(\w+)$", shown, re.M)
    assert ("console", "10", "common", "log_init") in hooks
    assert ("boot", "50", "common", "linux_load") in hooks
    assert "-" not in [function for *_, function in hooks]
    # The points are in the order of the flow.
    points = [point for point, *_ in hooks]
    assert points.index("console") < points.index("pci") < points.index("boot")
    assert re.search(r"^0x\w+-0x\w+ +\d+ KiB +conventional$", shown, re.M)
    assert "\nmemmap: RAM: 524288 KiB below 4 GiB" in shown
