# SPDX-License-Identifier: BSD-2-Clause-Patent
"""An image with configs/fragments/debug.config and 5level.config: what they are for is there."""

import fcntl
import os
import re
import subprocess
from pathlib import Path

import pytest

from conftest import ROOT

pytestmark = pytest.mark.own_behaviour

CR4_LA57 = 1 << 12
STEPS = ["reset", "console", "platform", "memmap", "pci", "acpi", "smbios", "efi", "boot",
         "handover"]


@pytest.fixture(autouse=True)
def image(monkeypatch):
    """Takes the place of the image under test; each process that runs tests may build it."""
    work = Path(os.environ["CLOISTER_TEST_DIR"])
    env = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    make = ["make", "-s", "-C", str(ROOT), f"O={work / 'fragments'}"]
    with open(work / "fragments.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for goals in (["direct_defconfig", "debug.config", "5level.config"], ["cloister.fd"]):
            subprocess.run(make + goals, check=True, env=env)
    monkeypatch.setenv("CLOISTER_FW", str(work / "fragments" / "cloister.fd"))


@pytest.mark.parametrize("cpu, levels", (("max", 5), ("max,la57=off", 4)), ids=("5", "4"))
def test_levels_of_page_tables(bench, cpu, levels):
    """As many as the processor has; the kernel starts from either."""
    with bench.vm(guest=False, cpu=cpu) as vm:
        vm.wait_for(vm.halted_for_good, "halt")
        cr4 = int(re.search(r"\bCR4=([0-9a-f]+)", vm.monitor("info registers"))[1], 16)
    assert bool(cr4 & CR4_LA57) == (levels == 5)
    run = bench.boot(cpu=cpu, smp=2, append="cloister.disk=none")
    assert run.status == 0
    assert ("la57" in run.guest.text("cpuinfo").split()) == (levels == 5)
    assert run.guest.lines("cpu-ran") == ["0", "1"]


@pytest.mark.parametrize("machine", ("q35", "pc", "microvm"))
def test_trace(bench, machine):
    """How long each step took, and each hook by its name, up to the kernel's entry."""
    run = bench.boot(machine=machine, append="cloister.disk=none")
    steps = re.findall(r"^trace: (\w+) +(\d+) ticks$", run.debug, re.M)
    assert [name for name, _ in steps] == STEPS
    assert int(steps[0][1]) > 0
    for hook in ("console: log_init", "memmap: ram_init", "boot: linux_load"):
        assert f"\nhook: {hook}\n" in "\n" + run.debug
    # The serial port shows what the fragment asks for: the same without debug messages.
    assert "memmap: RAM" in run.serial and "\ntrace:" not in run.serial
