# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Exits to the host and pages accepted up to the first EFI application, beside OVMF."""

import os

import pytest

from payload_runs import bench
from uefi_vm import UefiBench

# Exits to the host of OVMF, Debian 13's 2025.02, with the same disk in the same machine:
#	tests/bench/cc.py --efi --ccvm build/ovmf/ccvm/ccvm.fd all build/ovmf/cloister.fd
# Those of Debian 12's 2022.11 are more, where it comes that far.
OVMF = {"sev": 19192, "sev-es": 27702, "sev-snp": 23120, "tdx": 33057}

# OVMF polls clocks, so it is not the same each time.
TOLERANCE = 1.25


def work(kind):
    folder = UefiBench(f"uefi-budget-{kind}").path("bench")
    folder.mkdir(exist_ok=True)
    return folder


def count_ovmf(kind, full):
    """Its exits to the host: counted, if there is time for it."""
    if not full:
        return {"host_exits": OVMF[kind]}
    row = bench.count(kind, UefiBench(kind).peers["ovmf-2025.02"][0], os.environ["CCVM_IMAGE"],
                      work(kind), options=bench.peer_options(kind, "2025.02"),
                      boot=bench.disk_boot)
    assert OVMF[kind] / TOLERANCE < row["host_exits"] < OVMF[kind] * TOLERANCE
    return row


@pytest.mark.parametrize("kind", bench.KINDS)
def test_first_application(kind, request):
    """A twentieth of OVMF's exits, no #VC or #VE, and what is accepted is as much in any RAM."""
    row = bench.efi_report(kind, UefiBench(kind).peers["uefi"][0], os.environ["CCVM_IMAGE"],
                           work(kind))
    assert row["host_exits"] > 0 and row["exceptions"] == 0
    assert (row["accepted"] > 0) == (kind in ("sev-snp", "tdx"))
    assert bench.over_efi_budget(row, count_ovmf(kind, request.config.getoption("--full"))) == []
