# SPDX-License-Identifier: BSD-2-Clause-Patent
"""RAM that UEFI leaves to an operating system to accept, or accepts for it at the end.

The emulator stops at whatever is used without being accepted, or accepted twice. Linux
6.12 accepts memory itself, and its start-up code says so to the firmware; 6.1 does not know
how, and GRUB 2.06 starts any kernel without that code (not in TDX guests, where it cannot).
"""

import re

import pytest

from uefi_vm import UefiBench, UefiBoot

MIB = 1 << 20
PAGES_PER_MIB = MIB >> 12

# The image and what is below it, one piece more than is asked for, and what is asked for: the
# unpacked kernel (56 MiB), its file and initrd twice, pages of the firmware's own.
NEED_MIB = 10 + 16 + 56 + 2 * 12 + 16

# Of RAM Linux does not get what firmware keeps for run time, and the hole below 1 MiB.
KEPT_KIB = 2048


def boot(name, mode, options=(), append="", **how):
    run = UefiBench(f"unaccepted-{name}-{mode}").boot(UefiBoot(mode, **how), options,
                                                      append=append)
    assert run.status == 0, run.errors
    return run


def pages_accepted(run):
    """Before Linux took over."""
    return run.json("stats")["handover"]["accepted"]


def ram_kib(run):
    """What Linux was told that there is."""
    return int(re.search(r"Memory: \d+K/(\d+)K available", run.guest.text("dmesg"))[1])


def unaccepted_kib(text):
    return [int(kib) for kib in re.findall(r"^Unaccepted: +(\d+) kB$", text, re.M)]


@pytest.mark.parametrize("mode", ["sev-snp", "tdx"])
def test_left(mode):
    """However much RAM there is, as much is accepted before Linux takes over."""
    small, big = (boot(f"left-{memory}", mode, chain="kernel", kernel="6.12", memory=f"{memory}M",
                       append="nokaslr cloister.efi=memory" if memory == 1024 else "nokaslr")
                  for memory in (1024, 3072))
    assert pages_accepted(small) == pages_accepted(big)
    assert pages_accepted(small) < NEED_MIB * PAGES_PER_MIB
    for run, mib in ((small, 1024), (big, 3072)):
        assert mib * 1024 - ram_kib(run) < KEPT_KIB
        assert "Unaccepted=" in run.guest.text("dmesg")
    assert unaccepted_kib(big.guest.text("meminfo"))[0] > 2048 * 1024
    # And it can all be used, which makes Linux accept it.
    before, after = unaccepted_kib(small.guest.text("did"))
    assert "fill: ok" in small.guest.text("did")
    assert before - after > 64 * 1024


def test_tdx_host():
    """One that has small pages only and does a conversion in many parts."""
    run = boot("host", "tdx", ("--host", "tdx-4k", "--host", "tdx-map-budget=7"), chain="kernel",
               memory="1024M", cpus=4)
    assert 1024 * 1024 - ram_kib(run) < KEPT_KIB
    assert pages_accepted(run) < NEED_MIB * PAGES_PER_MIB


@pytest.mark.parametrize("chain", ["kernel", "shim-grub"])
def test_not_left(chain):
    """Linux gets all of it, and finds all of it accepted, by every processor."""
    run = boot(chain, "sev-snp", chain=chain, kernel="6.1", memory="2304M", cpus=4)
    assert 2304 * 1024 - ram_kib(run) < KEPT_KIB
    assert pages_accepted(run) > (2304 - 4) * PAGES_PER_MIB
    assert "Unaccepted=" not in run.guest.text("dmesg")
    # For each large range, and gone again.
    log = "\n".join(run.lines).partition("a kernel at")[0]
    started = re.findall(r"^smp: cpu (\d) starts", log, re.M)
    assert set(started) == {"1", "2", "3"} and len(started) % 3 == 0
