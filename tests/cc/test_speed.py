# SPDX-License-Identifier: BSD-2-Clause-Patent
"""What the emulator costs: the same boots with it and without.

Asserted is the number of exits, which is the same everywhere. Processor and wall time
beside plain QEMU's are reported: an exit empties QEMU's caches of translations, so that
the emulator suffers more than plain QEMU does on a machine that does much else.
"""

import resource
import statistics
import time

import pytest

import matrix
from ccvm_vm import Bench
from vm import Vm

FIRMWARE, KERNEL, MEMORY = "ovmf-2025.02", "6.1", "512M"
APPEND = "console=ttyS0 panic=-1"

# Of a boot as SEV-SNP guest, which has 260,000.
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


def measured(boot, bench):
    wall, used = time.monotonic(), children()
    boot(bench)
    return children() - used, time.monotonic() - wall


@pytest.mark.xdist_group("speed")
def test_snp_exits(request):
    """Firmware and kernel to user space, in pairs, so that a busy machine slows both."""
    bench = Bench("speed")
    rounds = 3 if request.config.getoption("--full") else 1
    pairs = [(measured(plain_boot, bench), measured(snp_boot, bench)) for _ in range(rounds)]
    ratio, wall = (statistics.median(snp[i] / plain[i] for plain, snp in pairs) for i in (0, 1))
    bench.path("ratio").write_text(
        f"SEV-SNP against plain QEMU: {ratio:.2f} times its processor time, {wall:.2f} times its "
        f"wall time\n", encoding="ascii")
