# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Debian packages with boot loaders and the guest's programs, and the files in them."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PACKAGES = ["linux-image-cloud-amd64", "busybox-static", "shim-signed",
            "shim-helpers-amd64-signed", "grub-efi-amd64-signed", "grub-efi-amd64-bin",
            "grub-common", "systemd-boot-efi", "memtest86+", "ovmf", "refind", "ipxe", "efitools",
            "syslinux-efi", "syslinux-common", "efibootmgr", "libefivar1", "libefiboot1",
            "libpopt0", "libc6", "e2fsprogs", "libext2fs2", "libcom-err2"]

# What the guest's initramfs has beside BusyBox: dynamic programs with their libraries.
GUEST_FILES = {
    "efibootmgr": ["bin/efibootmgr"],
    "libefivar1": ["lib/*/libefivar.so.1"],
    "libefiboot1": ["lib/*/libefiboot.so.1"],
    "libpopt0": ["lib/*/libpopt.so.0"],
    "e2fsprogs": ["bin/chattr"],
    "libext2fs2": ["lib/*/libe2p.so.2"],
    "libcom-err2": ["lib/*/libcom_err.so.2"],
    "libc6": ["lib/*/libc.so.6", "lib/*/libdl.so.2", "lib/*/ld-linux-x86-64.so.2"],
}


def variable(name):
    return "PACKAGE_" + re.sub(r"\W", "_", name)


def fetch(names):
    """Has them unpacked, for package(), also in processes that are started later."""
    result = subprocess.run([ROOT / "scripts/fetch-guest", *names], check=False,
                            stdout=subprocess.PIPE, text=True)
    if result.returncode:
        pytest.exit("the guest's packages cannot be had (reason above)", 3)
    for name, folder in zip(names, result.stdout.splitlines()):
        os.environ[variable(name)] = folder


def package(name):
    return Path(os.environ[variable(name)])


def package_file(name, pattern):
    """One file of a package, by a pattern below its root or its /usr."""
    root = package(name)
    found = sorted(root.glob(pattern)) + sorted(root.glob(f"usr/{pattern}"))
    assert found, f"no {pattern} in {root}"
    return found[0]


def guest_files():
    """mkinitramfs's arguments for GUEST_FILES."""
    for name, patterns in GUEST_FILES.items():
        for pattern in patterns:
            path = package_file(name, pattern)
            yield f"{pattern.split('/')[0]}/{path.name}={path.resolve()}"
