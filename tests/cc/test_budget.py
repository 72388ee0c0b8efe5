# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Exits to the host up to the kernel, which are counted, and who accepts memory."""

import pytest

import matrix
from ccvm_vm import Bench
from payload_runs import KERNEL_REACHED, PayloadRun, bench

GIB_MORE = 3.5


def host_exits(run, mode):
    return bench.derive(mode, run.stats)["host_exits"]


@pytest.mark.parametrize("mode", bench.KINDS)
def test_exits(mode):
    run = PayloadRun(f"budget-{mode}", mode)
    assert run.status == KERNEL_REACHED and run.said == [], run
    assert 0 < host_exits(run, mode) < bench.BUDGET["host_exits"]


@pytest.mark.parametrize("cpus", [1, 4])
@pytest.mark.parametrize("mode", ["sev-snp", "tdx"])
def test_exits_per_gib(mode, cpus):
    """What memory costs is the same, however many processors accept it."""
    small, big = (PayloadRun(f"budget-{mode}-{cpus}cpu-{memory}", mode, memory=memory, cpus=cpus)
                  for memory in ("512M", "4G"))
    assert small.status == big.status == KERNEL_REACHED, (small, big)
    more = host_exits(big, mode) - host_exits(small, mode)
    assert 0 <= more <= bench.BUDGET["host_exits_per_gib"] * GIB_MORE
    # In units of 2 MiB, each of them once.
    accepts = bench.derive(mode, big.stats)["accepts"] - bench.derive(mode, small.stats)["accepts"]
    assert accepts == GIB_MORE * 512


def test_processors_help():
    """The firmware starts each processor of an SNP guest for each large range, and ends it."""
    run = PayloadRun("helpers", "sev-snp", memory="4G", cpus=4)
    assert run.status == KERNEL_REACHED, run
    started = [line.split()[2] for line in run.lines if line.startswith("smp: cpu ")]
    ranges = 2		# below 4 GiB and above
    assert sorted(started) == sorted(["1", "2", "3"] * ranges)
    # Each state is made and unmade; one more asks for the level.
    assert run.events["rmpadjust"] == 1 + 2 * 3 * ranges


@pytest.mark.parametrize("cpus", [1, 4])
@pytest.mark.parametrize("settings", [["tdx-4k"], ["tdx-map-budget=7"],
                                      ["tdx-4k", "tdx-map-budget=7"]], ids="+".join)
def test_tdx_hosts(settings, cpus):
    """Hosts that add small pages only, or do a conversion in many parts."""
    run = PayloadRun(f"host-{'-'.join(settings)}-{cpus}", "tdx",
                     [word for setting in settings for word in ("--host", setting)], cpus=cpus)
    assert run.status == KERNEL_REACHED and run.said == [], run
    small = run.events["accept"] > (512 << 20) // 4096 * 0.9
    assert small == ("tdx-4k" in settings)
    assert (run.events["map_gpa"] > 100) == ("tdx-map-budget=7" in settings)


@pytest.mark.parametrize("mode, cpus, options", [
    ("sev-snp", 1, ["--kernel-hashes"]),
    ("tdx", 4, ["--host", "tdx-4k", "--host", "tdx-map-budget=7"]),
])
def test_userspace(mode, cpus, options):
    """And Linux finds nothing to complain about."""
    boot = matrix.Boot(mode, "cloister", "6.12", cpus, "512M", "bios")
    run = Bench(f"hosts-{mode}").boot(boot, options + [f"--paravirt-only={matrix.code_range()}"])
    assert run.status == 0, run.errors
    assert int(run.guest.text("nproc")) == cpus
