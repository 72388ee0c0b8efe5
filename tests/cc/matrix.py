# SPDX-License-Identifier: BSD-2-Clause-Patent
"""What is booted in the emulator: which firmware, as which guest, with which kernel."""

import functools
import itertools
import json
import os
import re
import subprocess
from collections import namedtuple
from pathlib import Path

MIB, GIB = 1 << 20, 1 << 30


class Boot(namedtuple("Boot", "mode firmware kernel cpus memory image")):
    """One combination, whose text is its name."""

    def __str__(self):
        return (f"{self.mode}-{self.firmware}-{self.kernel}-{self.cpus}cpu-{self.memory}-"
                f"{self.image}")


DIMENSIONS = Boot(
    mode=("plain", "sev", "sev-es", "sev-snp", "tdx"),
    firmware=("ovmf-2022.11", "ovmf-2025.02", "cloister"),
    kernel=("6.1", "6.12"),
    cpus=(1, 4),
    memory=("512M", "2G", "4G"),
    image=("bios", "pflash"),
)

# Debian package of each peer, its image for -bios, and the pair for flash. The pair of 4 MiB
# in Debian 12 begins in 32-bit mode, where OVMF does not support SEV-ES.
FIRMWARE_PACKAGES = {"ovmf-2022.11": "ovmf/bookworm", "ovmf-2025.02": "ovmf/trixie"}
FIRMWARE_FILES = {
    "ovmf-2022.11": ("usr/share/ovmf/OVMF.fd", "usr/share/OVMF/OVMF_CODE.fd",
                     "usr/share/OVMF/OVMF_VARS.fd"),
    "ovmf-2025.02": ("usr/share/ovmf/OVMF.fd", "usr/share/OVMF/OVMF_CODE_4M.fd",
                     "usr/share/OVMF/OVMF_VARS_4M.fd"),
}
KERNEL_PACKAGES = {"6.1": "linux-image-cloud-amd64/bookworm",
                   "6.12": "linux-image-cloud-amd64/trixie"}

# Modes that each firmware is meant to run in. What is not here is not tested.
MODES = {
    "ovmf-2022.11": ("plain", "sev", "sev-es", "sev-snp", "tdx"),
    "ovmf-2025.02": ("plain", "sev", "sev-es", "sev-snp", "tdx"),
    "cloister": ("plain", "sev", "sev-es", "sev-snp", "tdx"),
}

# Strict checks that a peer itself violates: the check, and how we know.
#
# ghcb-version: SevEsProtocolCheck() in edk2's OvmfPkg/Sec/AmdSev.c takes the version from a
# variable in which it has just stored the GHCB's address, and so writes version 0.
#
# unvalidated: edk2 52fa7e78d2 (2024-11-18), "Move NV vars init to after SEV-SNP memory
# acceptance": the variable store is copied to memory that is not validated yet.
#
# shared-of-private: the flash driver of 2022 looks for a flash chip at the start of the image
# through a mapping without the C-bit. KVM and QEMU make such a page shared on access.
#
# mmio-private: SEC uses the local APIC through the reset vector's tables, which map everything
# below 4 GiB with the C-bit. KVM does not look at it.
#
# ghcb-reserved: PageStateChangeVmgExit() in edk2's SnpPageStateChangeInternal.c (2024) fills in
# the header in the shared buffer but for its reserved field, which keeps what was there.
#
# exec-shared: where the other processors wait once the firmware has gone, UefiCpuPkg's MpInitLib
# (2025) gives them page tables of its own, without the C-bit. The processor fetches
# instructions as private all the same.
VIOLATIONS = {
    ("ovmf-2022.11", "sev-es"): ("ghcb-version", "mmio-private"),
    ("ovmf-2022.11", "sev-snp"): ("ghcb-version", "unvalidated", "shared-of-private",
                                  "mmio-private"),
    ("ovmf-2025.02", "sev-es"): ("ghcb-version",),
    ("ovmf-2025.02", "sev-snp"): ("ghcb-version", "ghcb-reserved"),
}
VIOLATIONS_SMP = {
    ("ovmf-2025.02", "sev"): ("exec-shared",),
    ("ovmf-2025.02", "sev-snp"): ("exec-shared",),
}

# Texts of the kernel's log that name the guest's kind; see "Memory Encryption
# Features active" in its source. No other kind's may be there.
FEATURES = {
    "plain": None,
    "sev": "AMD SEV",
    "sev-es": "AMD SEV SEV-ES",
    "sev-snp": "AMD SEV SEV-ES SEV-SNP",
    "tdx": "Intel TDX",
}
MESSAGES = {
    "sev-snp": ("SEV: Using SNP CPUID table, ", "SEV: SNP guest platform device initialized."),
    "tdx": ("tdx: Guest detected",),
}
MESSAGES_612 = {
    "sev": ("SEV: Status: SEV",),
    "sev-es": ("SEV: Status: SEV SEV-ES",),
    "sev-snp": ("SEV: Status: SEV SEV-ES SEV-SNP", "SEV: SNP running at VMPL0."),
}


def violations(boot):
    """The checks that this boot is known to violate."""
    key = boot.firmware, boot.mode
    return VIOLATIONS.get(key, ()) + (VIOLATIONS_SMP.get(key, ()) if boot.cpus > 1 else ())


def is_possible(boot):
    if boot.mode not in MODES[boot.firmware]:
        return False
    # Debian's 6.1 is built without CONFIG_INTEL_TDX_GUEST.
    if boot.mode == "tdx" and boot.kernel == "6.1":
        return False
    # QEMU gives such guests no flash; our image comes without variables.
    if boot.image == "pflash" and (boot.mode in ("sev-snp", "tdx") or boot.firmware == "cloister"):
        return False
    return True


# The same objects at each call: pytest compares parameters by identity to know which
# tests share a machine.
@functools.lru_cache(None)
def everything():
    return [boot for boot in itertools.starmap(Boot, itertools.product(*DIMENSIONS))
            if is_possible(boot)]


def pairs(values):
    return set(itertools.combinations(enumerate(values), 2))


def cheapest_first(boot):
    """Few processors and little memory, since these decide how long a boot takes."""
    return boot.cpus, DIMENSIONS.memory.index(boot.memory)


def cover(boots, values=tuple):
    """Boots in which each two values that are possible together occur together."""
    candidates = sorted(boots, key=cheapest_first)
    missing = set().union(*(pairs(values(boot)) for boot in candidates))
    chosen = []
    while missing:
        best = max(candidates, key=lambda boot: len(pairs(values(boot)) & missing))
        missing -= pairs(values(best))
        chosen.append(best)
    return chosen


@functools.lru_cache(None)
def pairwise():
    return sorted(set(cover(everything()) + ours()))


def ours():
    """Our own firmware: in each guest kind with few and many processors, little and much RAM."""
    return [boot for boot in everything() if boot.firmware == "cloister"
            and boot.memory in ("512M", "4G") and boot.kernel == ours_kernel(boot.mode)]


def ours_kernel(mode):
    """TDX guests need the newer kernel, and SEV-SNP guests have more to tell it."""
    return "6.12" if mode in ("tdx", "sev-snp") else "6.1"


@functools.lru_cache
def code_range(image="cloister"):
    """Where our firmware's code is in RAM: FIRST-END, as --paravirt-only takes it."""
    peers = json.loads((Path(os.environ["CLOISTER_CC_DIR"]) / "peers.json").read_text("ascii"))
    elf = Path(peers[image][0]).with_suffix(".elf")
    symbols = subprocess.run([os.environ.get("NM", "nm"), elf], check=True, text=True,
                             stdout=subprocess.PIPE).stdout
    first, end = (re.search(rf"^(\w+) \w {name}$", symbols, re.M)[1].lstrip("0")
                  for name in ("layout_image", "layout_image_end"))
    return f"{first}-{end}"


def memory_bytes(text):
    return int(text[:-1]) * {"M": MIB, "G": GIB}[text[-1]]
