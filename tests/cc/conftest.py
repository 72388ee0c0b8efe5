# SPDX-License-Identifier: BSD-2-Clause-Patent
"""What every test of the emulator needs: the images, the peers, their combinations."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [os.path.dirname(__file__),
                *(str(ROOT / "tests" / name) for name in ("boot", "efi", "unit/support"))]

import matrix  # noqa: E402
import packages  # noqa: E402
import uefi_vm  # noqa: E402


def pytest_addoption(parser):
    parser.addoption("--ccvm", default=os.environ.get("CCVM_IMAGE"), help="the emulator, ccvm.fd")
    parser.addoption("--fw", default=os.environ.get("CLOISTER_FW"), help="our firmware image")
    parser.addoption("--uefi", default=os.environ.get("CLOISTER_UEFI"),
                     help="our image with UEFI, with cloister_vars.fd and cloister.elf beside it")
    parser.addoption("--full", action="store_true",
                     default=bool(os.environ.get("CLOISTER_FULL")),
                     help="every combination instead of a pairwise cover")
    parser.addoption("--work", default=os.environ.get("CLOISTER_CC_DIR"),
                     help="where guests are built and logs are kept")


def fetch(*packages):
    result = subprocess.run([ROOT / "scripts/fetch-guest", *packages], check=False,
                            stdout=subprocess.PIPE, text=True)
    if result.returncode:
        pytest.exit("the peers' packages cannot be had (reason above)", 3)
    return [Path(line) for line in result.stdout.splitlines()]


def make_peers(fw, work):
    """Files of each firmware and of each kernel, by name."""
    peers = {"cloister": [str(Path(fw).absolute())]}
    for name, folder in zip(matrix.FIRMWARE_PACKAGES, fetch(*matrix.FIRMWARE_PACKAGES.values())):
        peers[name] = [str(folder / path) for path in matrix.FIRMWARE_FILES[name]]
    busybox, = fetch("busybox-static")
    for name, folder in zip(matrix.KERNEL_PACKAGES, fetch(*matrix.KERNEL_PACKAGES.values())):
        initrd = work / f"check-{name}.cpio.gz"
        subprocess.run([ROOT / "tests/guest/mkinitramfs", ROOT / "tests/guest/init-check",
                        folder, busybox, initrd], check=True)
        peers[name] = [str(next((folder / "boot").glob("vmlinuz-*"))), str(initrd)]
    # One that only ends, and says nothing on the console.
    initrd = work / "end.cpio.gz"
    subprocess.run([ROOT / "tests/guest/mkinitramfs", ROOT / "tests/cc/guests/init-end", folder,
                    busybox, initrd], check=True)
    peers["end"] = [str(initrd)]
    return peers


def make_uefi_peers(image, work, peers):
    """What boot loaders need, and a guest that looks at what EFI firmware leaves."""
    image = Path(image).absolute()
    peers["uefi"] = [str(image)] * 2 + [str(image.with_name("cloister_vars.fd"))]
    packages.fetch(uefi_vm.PACKAGES)
    for name, folder in zip(matrix.KERNEL_PACKAGES, fetch(*matrix.KERNEL_PACKAGES.values())):
        initrd = work / f"efi-{name}.cpio.gz"
        subprocess.run([ROOT / "tests/guest/mkinitramfs", ROOT / "tests/guest/init-efi", folder,
                        packages.package("busybox-static"), initrd, *packages.guest_files()],
                       check=True)
        peers[f"efi-{name}"] = [peers[name][0], str(initrd)]


def pytest_configure(config):
    """Runs first in the process that starts the workers: makes the peers for all of them."""
    if hasattr(config, "workerinput") or config.option.collectonly or config.option.help:
        return
    for option in ("ccvm", "fw", "uefi"):
        image = config.getoption(option)
        if not image or not Path(image).is_file():
            raise pytest.UsageError(f"no image: --{option} PATH")
    work = Path(config.getoption("--work") or "cc-tests").absolute()
    work.mkdir(parents=True, exist_ok=True)
    for pattern in ("seconds", "ratio"):
        for old in work.glob(f"logs/*.{pattern}"):
            old.unlink()
    peers = make_peers(config.getoption("--fw"), work)
    make_uefi_peers(config.getoption("--uefi"), work, peers)
    (work / "peers.json").write_text(json.dumps(peers), encoding="ascii")
    # Workers are started with this environment.
    os.environ["CLOISTER_CC_DIR"] = str(work)
    if config.getoption("--full"):
        os.environ["CLOISTER_FULL"] = "1"
    os.environ["CCVM_IMAGE"] = str(Path(config.getoption("--ccvm")).absolute())


def pytest_generate_tests(metafunc):
    if "booted" in metafunc.fixturenames:
        full = metafunc.config.getoption("--full")
        chosen = metafunc.module.boots(full)
        # Long ones first, so that no processor idles at the end.
        chosen = sorted(chosen, key=matrix.cheapest_first, reverse=True)
        values = [pytest.param(boot, marks=pytest.mark.xdist_group(str(boot)))
                  for boot in chosen]
        metafunc.parametrize("booted", values, ids=map(str, chosen), indirect=True,
                             scope="module")


def pytest_terminal_summary(terminalreporter, config):
    """Time and exits of each boot: a report, never a reason to fail."""
    folder = Path(os.environ.get("CLOISTER_CC_DIR", "/nonexistent")) / "logs"
    rows = []
    for path in sorted(folder.glob("*.seconds")):
        stats = path.with_name(path.name.replace(".seconds", ".vm.stats"))
        exits = json.loads(stats.read_text(encoding="ascii")) if stats.exists() else {}
        rows.append(f"{path.name[:-len('.seconds')]:45} {float(path.read_text()):6.1f} s "
                    f"{exits.get('total', '?'):>9} exits")
    if rows and not hasattr(config, "workerinput"):
        terminalreporter.section("boots")
        for row in rows:
            terminalreporter.write_line(row)
        for path in folder.glob("*.ratio"):
            terminalreporter.write_line(path.read_text(encoding="ascii").strip())
