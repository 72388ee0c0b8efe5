# SPDX-License-Identifier: BSD-2-Clause-Patent
"""
UEFI runtime services inside Linux, in each kind of guest: variables, what lasts of
them, and the end of the machine. They reach devices without an exception, at boot
and when the kernel has moved them.
"""

import re
import shutil
from collections import namedtuple

import pytest

import nvram
from uefi_vm import KERNEL, UefiBench, UefiBoot

FLASH = ("sev", "sev-es")
NO_FLASH = ("sev-snp", "tdx")
# Where devices are reached by asking the host.
ASKING = ("sev-es", "sev-snp", "tdx")

# ccvm's for a guest that has reset the machine.
RESET = 18

# Where Linux maps runtime services (Documentation/arch/x86/x86_64/mm.rst, "EFI region mapping").
VIRTUAL = range(0xffffffef00000000, 0xffffffff00000000)
RUNTIME_CODE, MMIO = 5, 11

EXCEPTION = re.compile(r"#V[CE] \w+ at (\w+)")
# Value 6 to port 0xcf9, through the GHCB or as a TDVMCALL.
RESET_REQUEST = re.compile(r"event 7b info cf90210 0$|TDVMCALL 1e: 1 1 cf9 6$")

Served = namedtuple("Served", "bench mode run lines")


class Bench(UefiBench):
    """With one variable store for all its boots."""

    flash_copy = None

    def flash(self, firmware):
        code, template = self.peers[firmware][1:]
        if self.flash_copy is None:
            self.flash_copy = self.path("vars")
            shutil.copyfile(template, self.flash_copy)
        return code, ["-drive", f"if=pflash,unit=1,format=raw,file={self.flash_copy}"]


def boot(bench, mode, append, options=()):
    how = UefiBoot(mode, KERNEL, image="pflash" if mode in FLASH else "bios")
    return bench.boot(how, options, append=append)


@pytest.fixture(name="served", scope="module", params=[
    pytest.param(mode, marks=pytest.mark.xdist_group(f"runtime-{mode}"))
    for mode in FLASH + NO_FLASH])
def fixture_served(request):
    """Linux writes variables and resets the machine, by ResetSystem if that works."""
    mode = request.param
    bench = Bench(f"runtime-{mode}")
    options = ["--trace", "2"] if mode in ASKING else []
    run = boot(bench, mode, "cloister.efi=write reboot=efi cloister.end=reboot", options)
    return Served(bench, mode, run, run.lines)


def did(run):
    return run.guest.text("did").splitlines()


def regions(guest, kind):
    """(start, end) of runtime memory of a type."""
    for line in guest.lines("runtime-map"):
        start, pages, this, _ = (int(field, 16) for field in line.split())
        if this == kind:
            yield start, start + (pages << 12)


def test_variables(served):
    """They last where there is a flash for them; elsewhere the kernel knows that they do not."""
    guest = served.run.guest
    assert guest.files["vars/SecureBoot"][4:] == b"\0"
    if served.mode in NO_FLASH:
        assert did(served.run)[0].endswith("Read-only file system")
        assert "write: ok" not in did(served.run)
        # No device's memory is mapped for the services.
        assert not list(regions(guest, MMIO))
        return
    assert did(served.run)[:4] == ["write: ok", "replace: ok", "large: ok", "delete: ok"]
    assert len(list(regions(guest, MMIO))) == 1
    assert nvram.read(served.bench.flash_copy)["First"] == b"two"
    run = boot(served.bench, served.mode, "cloister.efi=read")
    assert run.status == 0 and did(run) == ["First: two"]


def test_reset(served):
    assert served.run.status == RESET
    if served.mode in ASKING:
        # The kernel's own way would raise an exception first.
        end = served.lines.index("exit: reset")
        assert RESET_REQUEST.search(served.lines[end - 1])
        assert not [line for line in served.lines[end - 3:end]
                    if re.search(r"#VC 7b|#VE 30", line)]


def test_no_exception(served):
    """None of the image's instructions raises one, where it was loaded or where Linux has it."""
    if served.mode not in ASKING:
        return
    (first, end), = regions(served.run.guest, RUNTIME_CODE)
    raised = [int(found[1], 16) for found in map(EXCEPTION.search, served.lines) if found]
    # Those of the kernel and of its stub.
    assert len(raised) > 1000
    assert not [hex(ip) for ip in raised if first <= ip < end or ip in VIRTUAL]
