# SPDX-License-Identifier: BSD-2-Clause-Patent
"""What the emulator costs: the same boots with it and without.

Compared is the processor time of all that was started; wall times are reported only. An
exit empties QEMU's caches of translations, so on a machine that does much else the
emulator suffers more than plain QEMU does: there only the number of exits is looked at.
"""

import os
import resource
import statistics
import time

import pytest

import matrix
from ccvm_vm import Bench
from vm import Vm

FIRMWARE, KERNEL, MEMORY = "ovmf-2025.02", "6.1", "512M"
APPEND = "console=ttyS0 panic=-1"

# The most that a boot as SEV-SNP guest may take, in boots of plain QEMU; and its exits,
# of which there are 260,000.
MOST = 4
MOST_EXITS = 320000


def children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def plain_boot(bench):
    """QEMU by itself, with the machine that the emulator's guests have."""
    with Vm(bench.peers[FIRMWARE][0], bench.path("plain"), kernel=bench.peers[KERNEL][0],
            initrd=bench.peers["end"][0], mem=MEMORY, disk=bench.disk(), append=APPEND) as vm:
        assert vm.wait(300) == 0, vm.errors


def snp_boot(bench):
    boot = matrix.Boot("sev-snp", FIRMWARE, KERNEL, 1, MEMORY, "bios")
    run = bench.boot(boot, [word for check in matrix.violations(boot)
                            for word in ("--allow", check)],
                     initrd=bench.peers["end"][0], append=APPEND)
    assert run.status == 0, run.errors
    assert run.json("stats")["total"] < MOST_EXITS


def is_busy():
    """More waits for each processor than two of these tests do."""
    return os.getloadavg()[0] > 2 * os.cpu_count()


def measured(boot, bench):
    wall, used = time.monotonic(), children()
    boot(bench)
    return children() - used, time.monotonic() - wall


@pytest.mark.xdist_group("speed")
def test_snp_within_limit(request):
    """Firmware and kernel to user space, in pairs, so that a busy machine slows both."""
    bench = Bench("speed")
    rounds = 3 if request.config.getoption("--full") else 1
    pairs = [(measured(plain_boot, bench), measured(snp_boot, bench)) for _ in range(rounds)]
    ratio, wall = (statistics.median(snp[i] / plain[i] for plain, snp in pairs) for i in (0, 1))
    bench.path("ratio").write_text(
        f"SEV-SNP against plain QEMU: {ratio:.2f} times its processor time, {wall:.2f} times its "
        f"wall time\n", encoding="ascii")
    if is_busy():
        pytest.skip(f"the machine is busy; {ratio:.2f} times the processor time of plain QEMU")
    assert ratio < MOST, pairs
