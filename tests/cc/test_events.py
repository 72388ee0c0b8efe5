# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Instructions of loaded software that need the host: our image carries them out.

An image of its own, with configs/fragments/events.config: before the hand-over it executes
them itself and compares (cc/events_selftest.c).
"""

import fcntl
import functools
import os
import re
import subprocess

import pytest

import matrix
from ccvm_vm import ROOT, Bench, CcVm, Run

# What the handler is called by, and the exit codes of an access to a device and of port I/O.
HANDLERS = {"sev-es": ("#VC", "400", "7b"), "sev-snp": ("#VC", "400", "7b"),
            "tdx": ("#VE", "48", "30")}
COUNTED = {"#VC": "vc", "#VE": "ve"}
SUMMARY = re.compile(r"^events: (\d+) instructions handled, (\d+) of them wrong$", re.M)
REFUSAL = re.compile(r"(#V[CE]) (\w+) refused: (.*); at 0x([0-9a-f]+), bytes ([0-9a-f]{16})")
INSTRUCTIONS = 100      # at least so many are tried


@functools.lru_cache(None)
def image(work):
    """The image; each process that runs tests may be the one that builds it."""
    build = work / "events"
    env = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    make = ["make", "-s", "-C", str(ROOT), f"O={build}"]
    with open(work / "events.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for goals in (["direct_defconfig", "events.config"], ["cloister.fd"]):
            subprocess.run(make + goals, check=True, env=env)
    return build / "cloister.fd"


def machine(mode, name, options=(), **more):
    """One that is not started yet."""
    bench = Bench(f"events-{mode}-{name}")
    kernel = bench.peers[matrix.ours_kernel(mode)][0]
    return CcVm(mode, image(bench.work), bench.path("vm"), options, kernel=kernel,
                initrd=bench.peers["end"][0], mem="512M",
                append="console=ttyS0 quiet panic=-1", **more)


def check_summary(text):
    (count, wrong), = SUMMARY.findall(text)
    assert int(count) >= INSTRUCTIONS and wrong == "0", text
    return int(count)


@pytest.mark.parametrize("mode", HANDLERS)
def test_handled(mode):
    """Each does what the direct call does; then a kernel boots that brings its own handlers."""
    vm = machine(mode, "boot")
    with vm:
        # Switched off by the first process.
        assert vm.wait(300) == 0, vm.errors
    check_summary(vm.serial)


@pytest.mark.parametrize("mode", ["plain", "sev"])
def test_without_handler(mode):
    """Where the processor executes them the comparison is the same: it is right."""
    vm = machine(mode, "native")
    with vm:
        vm.wait_for(lambda: SUMMARY.search(vm.serial), "summary of instructions")
    check_summary(vm.serial)


# The file's content, index of the exit code in HANDLERS, first bytes, part of the reason.
REFUSED = {
    "xchg": (1, "87", "not one that is known"),
    "private": (1, "8b", "mapped private"),
    "segment": (2, "646e", "prefixes"),
}


# A private access to a device never gets to a trust domain's handler: the module ends it.
@pytest.mark.parametrize("mode, what", [(mode, what) for mode in HANDLERS for what in REFUSED
                                        if (mode, what) != ("tdx", "private")])
def test_refused(mode, what):
    """One line names the instruction, where it is and the exit code; the guest ends."""
    vm = machine(mode, what, ["--allow", "mmio-private"] if what == "private" else [],
                 extra=["-fw_cfg", f"name=opt/cloister/events,string={what}"])
    with vm:
        run = Run(vm, vm.wait(), 0)
    position, opcode, reason = REFUSED[what]
    (vector, code, why, address, found), = REFUSAL.findall(run.serial)
    assert (vector, code) == (HANDLERS[mode][0], HANDLERS[mode][position])
    assert reason in why and found.startswith(opcode)
    first, end = (int(number, 16) for number in matrix.code_range().split("-"))
    assert first <= int(address, 16) < end
    assert f"rip {int(address, 16):016x}" in run.serial
    assert run.status == 16, run.errors
    # It was the handler that has done all before: no kernel ran, whose events would count.
    assert run.json("stats")["events"][COUNTED[vector]] > check_summary(run.serial)
