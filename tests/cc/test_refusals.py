# SPDX-License-Identifier: BSD-2-Clause-Patent
"""What our firmware does not boot, or not on: one line, and the kernel is not reached."""

import pytest

import matrix
from ccvm_vm import Bench
from payload_runs import KERNEL_REACHED, TERMINATED, TIMEOUT, PayloadRun

PARTS = {"kernel": "kernel", "initrd": "initrd", "cmdline": "command line"}

# A SEV guest has nobody to tell that it is at its end: it halts.
STOPPED = {"sev": TIMEOUT, "sev-es": TERMINATED, "sev-snp": TERMINATED}


def payload(name, mode, *options, **machine):
    initrd = Bench(name).path("initrd")
    initrd.write_bytes(bytes(range(256)) * 100)
    return PayloadRun(name, mode, ["--kernel-hashes", *options],
                      ["-initrd", initrd, "-append", "console=ttyS0"], **machine)


@pytest.mark.parametrize("mode", STOPPED)
def test_measured_kernel(mode):
    """What the launch measurement names is started, without a word."""
    run = payload(f"hashes-{mode}", mode)
    assert run.status == KERNEL_REACHED and run.said == [], run


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("mode", STOPPED)
def test_other_kernel(mode, part):
    """Anything else is not, and the part is named."""
    run = payload(f"hashes-{mode}-{part}", mode, "--attack", f"other-{part}",
                  timeout=20 if mode == "sev" else 120)
    assert run.status == STOPPED[mode], run
    assert run.said == [
        f"sev: {PARTS[part]}: refused, since it is not what the launch measurement says"]


@pytest.mark.parametrize("level", [1, 3])
def test_svsm(level):
    """A guest that is not the most privileged one is refused."""
    # Without PVALIDATE it can only share the page that it needs for the message.
    run = PayloadRun(f"svsm-{level}", "sev-snp",
                     ["--host", f"snp-vmpl={level}", "--allow", "shared-validated"])
    assert run.status == TERMINATED, run
    assert run.said == [
        f"sev: this guest runs at VMPL {level} below an SVSM, which is not supported yet"]
    # It got no further than that page.
    assert run.events["page_state_change"] == 1 and "pvalidate" not in run.events


def test_hidden_encryption():
    """SEV_STATUS, which is the processor's, against CPUID, which is the host's."""
    run = PayloadRun("hidden-sev", "sev", ["--attack", "cpuid-hide"], timeout=20)
    assert run.status == TIMEOUT, run
    assert run.said == ["reset: SEV is active, but CPUID denies it"]


def test_remapped_page():
    """A page that the firmware has validated is another one when it is used."""
    run = PayloadRun("remapped", "sev-snp", ["--attack", "remap-early"])
    assert run.status == TERMINATED, run
    assert len(run.ending("attack: page ")) == 1
    assert run.said[0].startswith("exception 29 (VMM communication), error code 404,")
    assert "cpu 0 asks for termination" in run.ending("terminated: ")[0]


def test_wrong_exception():
    """A page fault instead of an answer: nothing can be said without the host any more."""
    run = PayloadRun("exception", "sev-snp", ["--attack", "ghcb-exception"])
    assert run.status == TERMINATED and run.said == [], run
    assert run.ending("attack: ") == ["GHCB event 100 is answered with a page fault"]
    assert run.ending("terminated: ") == ["cpu 0 asks for termination, reason set 0 code 0"]


@pytest.mark.parametrize("mode", ["sev-es", "sev-snp"])
def test_kernel_sees_hidden_encryption(mode):
    """What the firmware need not care for, the kernel refuses: it does not run without it."""
    bench = Bench(f"hidden-{mode}")
    kernel = matrix.ours_kernel(mode)
    run = bench.boot(matrix.Boot(mode, "cloister", kernel, 1, "512M", "bios"),
                     ["--attack", "cpuid-hide"], timeout=120)
    assert run.status == TERMINATED, run
    assert "Linux version" not in run.serial
    assert not run.guests
