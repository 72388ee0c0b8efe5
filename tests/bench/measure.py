# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Build the counting plugin and its payload, and run a firmware under them."""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "efi"))

from disk import make_gpt_disk  # noqa: E402

QEMU = os.environ.get("QEMU", "qemu-system-x86_64")
GIB = 1 << 30

# One instruction takes 128 ns of virtual time. It matters only to firmware
# that polls a clock or a device: an exit costs a real machine a microsecond or
# two, and a polling loop has ten to fifty instructions for each exit. With one
# nanosecond (shift=0) SeaBIOS would make 212,000 exits instead of 2,300.
ICOUNT_SHIFT = 7

PAYLOAD_EXIT_STATUS = 0x10 << 1 | 1
COUNTS = ("instructions", "pio", "mmio", "cpuid", "msr", "exits", "pages")


class BenchError(Exception):
    """A run that gave no counts; the message says which and why."""


def run_tool(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BenchError(f"{command[0]} failed:\n{done.stderr.strip()}")


def is_older(target, *sources):
    return not target.exists() or any(
        s.stat().st_mtime > target.stat().st_mtime for s in sources)


def build(work):
    """Put the plugin and the payload into directory @work."""
    work.mkdir(parents=True, exist_ok=True)
    plugin, payload = work / "count.so", work / "payload"
    sources = [HERE / "plugin" / "count.c", HERE / "plugin" / "qemu_plugin_api.h"]
    if is_older(plugin, *sources):
        run_tool([os.environ.get("HOSTCC", "gcc"), "-std=gnu11", "-O2", "-Wall", "-Wextra",
                  "-Werror", "-shared", "-fPIC", "-o", str(plugin), str(sources[0])])
    if is_older(payload, HERE / "payload.asm"):
        run_tool(["nasm", "-f", "bin", "-o", str(payload), str(HERE / "payload.asm")])


def parse_size(text):
    """'512M' or '8G' in bytes."""
    units = {"K": 1 << 10, "M": 1 << 20, "G": GIB, "T": GIB << 10}
    unit = units.get(text[-1:].upper())
    return int(text[:-1]) * unit if unit else int(text)


def kernel_boot(work):
    """The payload as QEMU's -kernel."""
    return ["-kernel", str(work / "payload")]


def disk_boot(work, payload="payload"):
    """The payload as the default file of a disk with a system partition."""
    disk = work / f"{payload}.img"
    if is_older(disk, work / payload):
        make_gpt_disk(disk, {"EFI/BOOT/BOOTX64.EFI": work / payload})
    return ["-drive", f"if=none,id=disk,format=raw,file={disk},snapshot=on",
            "-device", "virtio-blk-pci,drive=disk"]


def base_command(work, machine, memory, firmware, boot):
    """The one QEMU command line for all firmwares."""
    return [QEMU, "-nodefaults", "-display", "none", "-no-reboot", "-no-user-config",
            "-accel", "tcg", "-cpu", "max", "-smp", "1",
            "-machine", f"{machine},memory-backend=ram",
            "-m", str(memory >> 20),
            "-object", f"memory-backend-ram,id=ram,size={memory},reserve=off",
            "-rtc", "base=2024-01-01T00:00:00,clock=vm",
            "-bios", str(firmware), *boot(work)]


def qemu(command, timeout, good):
    """Run QEMU; its exit status must be @good."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired:
        raise BenchError(f"the kernel was not reached in {timeout} s") from None
    if done.returncode != good:
        why = done.stderr.strip() or "the machine stopped"
        raise BenchError(f"the kernel was not reached: {why} (status {done.returncode})")


def derive(raw, firmware):
    """Add to the plugin's numbers what follows from them."""
    raw["image"] = firmware.stat().st_size
    raw["msr"] = raw["rdmsr"] + raw["wrmsr"]
    raw["exits"] = raw["pio"] + raw["mmio"] + raw["cpuid"] + raw["msr"]
    raw["page_list"] = raw.pop("pages")
    raw["pages"] = len(raw["page_list"])
    # The top 16 MiB below 4 GiB are flash, which no guest has to be given.
    raw["flash_pages"] = sum(4 * GIB - (16 << 20) <= p < 4 * GIB for p, _ in raw["page_list"])
    return raw


def count(work, firmware, machine="q35", memory=GIB // 2, timeout=120, breakdown=None,
          boot=kernel_boot):
    """
    Counts from reset to the payload's entry.

    @boot: kernel_boot or disk_boot
    @breakdown: a Path for QEMU's trace of device accesses; with it the result
    has "sites" and "mmio_sites" as well.
    """
    out = work / "counts.json"
    out.unlink(missing_ok=True)
    low_ram = min(memory, 2 * GIB)
    plugin = f"{work / 'count.so'},out={out},ram={low_ram}"
    command = base_command(work, machine, memory, firmware, boot)
    command += ["-icount", f"shift={ICOUNT_SHIFT},sleep=off"]
    if breakdown:
        plugin += ",breakdown=on"
        command += ["-d", "plugin", "-D", str(breakdown), "-trace", "memory_region_ops_*"]
    try:
        qemu(command + ["-plugin", plugin], timeout, 0)
        raw = json.loads(out.read_text())
    except (OSError, ValueError) as error:
        raise BenchError(f"no counts: {error}") from None
    finally:
        out.unlink(missing_ok=True)
    if raw["entry"] == "none":
        raise BenchError("the machine was switched off before the kernel was reached")
    return derive(raw, firmware)


def wall_time(work, firmware, machine="q35", memory=GIB // 2, timeout=120, runs=3,
              boot=kernel_boot):
    """Median seconds of a whole QEMU process without plugin and -icount."""
    command = base_command(work, machine, memory, firmware, boot)
    command += ["-device", "isa-debug-exit,iobase=0xf4,iosize=1"]
    seconds = []
    for _ in range(runs):
        start = time.monotonic()
        qemu(command, timeout, PAYLOAD_EXIT_STATUS)
        seconds.append(time.monotonic() - start)
    return statistics.median(seconds)
