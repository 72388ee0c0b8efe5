# SPDX-License-Identifier: BSD-2-Clause-Patent
"""
Runtime services without boot services, at other addresses only: virtual.asm. Linux
does not call all of them: nothing in it asks for the time.
"""

import struct
import subprocess
from collections import namedtuple
from pathlib import Path

import pytest

import nvram

SOURCE = Path(__file__).with_name("virtual.asm")
ERROR = 1 << 63
SUCCESS, UNSUPPORTED = 0, ERROR | 3
NOT_FOUND, INVALID_PARAMETER = ERROR | 14, ERROR | 2
COLD, WARM, OFF = range(3)

# In the order of the calls; see virtual.asm.
STATUS = {
    "GetTime, boot": SUCCESS, "GetWakeupTime": UNSUPPORTED, "NextHighCount, boot": SUCCESS,
    "SetVirtualAddressMap, boot": UNSUPPORTED, "SetVirtualAddressMap": SUCCESS,
    "SetVirtualAddressMap, again": UNSUPPORTED, "GetTime": SUCCESS, "SetTime": SUCCESS,
    "GetTime, after SetTime": SUCCESS, "NextHighCount": SUCCESS, "QueryVariableInfo": SUCCESS,
    "GetVariable": SUCCESS, "ConvertPointer": UNSUPPORTED, "QueryCapsule": UNSUPPORTED,
    "UpdateCapsule": UNSUPPORTED, "SetWakeupTime": UNSUPPORTED, "GetNextVariableName": NOT_FOUND,
}

TIME = struct.Struct("<HBBBBBxIhBx")
UNSPECIFIED = 2047

Report = namedtuple("Report", "status times room names high")


def parse(data):
    """The variable "Report"."""
    status = dict(zip(STATUS, struct.unpack_from("<17Q", data)))
    times = [TIME.unpack_from(data, 136 + 16 * i) for i in range(3)]
    *room, names = struct.unpack_from("<4Q", data, 184)
    return Report(status, times, room, names, struct.unpack_from("<2I", data, 216))


def application(bench, reset):
    path = bench.path("efi")
    subprocess.run(["nasm", "-f", "bin", "-Werror", f"-DRESET={reset}", "-o", path, SOURCE],
                   check=True)
    return path


@pytest.mark.parametrize("machine", ("q35", "pc"))
@pytest.mark.parametrize("reset", (COLD, WARM, OFF), ids=("cold", "warm", "off"))
def test_services(bench, reset, machine):
    disk = bench.disk({"EFI/BOOT/BOOTX64.EFI": application(bench, reset)}, size=40 << 20)
    extra = ["-drive", f"if=none,id=esp,format=raw,file={disk},snapshot=on",
             "-device", "virtio-blk-pci,drive=esp", "-rtc", "base=2031-12-30T23:58:01"]
    with bench.vm(machine=machine, variables="nv", extra=extra) as vm:
        assert vm.wait() == 0
        reason = vm.event("SHUTDOWN")["reason"]
    assert reason == ("guest-shutdown" if reset == OFF else "guest-reset")

    store = nvram.read(bench.variables("nv"))
    report = parse(store["Report"])
    assert report.status == STATUS
    for time in report.times[:2]:
        assert time[:4] == (2031, 12, 30, 23) and time[4] in (58, 59)
        assert time[6:] == (0, UNSPECIFIED, 0)
    assert report.times[2][:5] == (2033, 4, 5, 6, 7)
    assert report.times[2][6:] == (0, -15, 0)
    assert report.high == (1, 2)
    most, left, largest = report.room
    assert 0 < largest < left < most
    # Those of the flash that are for runtime, and volatile ones.
    assert report.names >= 5
