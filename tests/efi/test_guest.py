# SPDX-License-Identifier: BSD-2-Clause-Patent
"""What the kernel and its tools find of the firmware, and what stays of what they do."""

import struct

import pytest

import nvram
from chains import drive, systemd
from disk import make_uki
from test_chains import FULL

DISK = ["-device", "virtio-blk-pci,drive=esp"]
CONSOLE = "console=ttyS0 panic=-1"
RUNTIME_CODE, RUNTIME_DATA, MMIO = RUNTIME = 5, 6, 11


def boot(bench, side="ours", variables="nv", append="", **options):
    """The kernel from QEMU, with a script's part."""
    return bench.boot(side, variables=variables, kernel=bench.kernel, initrd=bench.initrd,
                      append=f"{CONSOLE} {append}", **options)


def did(run):
    return run.guest.text("did")


def test_write_survives(bench):
    run = boot(bench, append="cloister.efi=write")
    assert did(run).split("\n")[:4] == ["write: ok", "replace: ok", "large: ok", "delete: ok"]
    run = boot(bench, append="cloister.efi=read", name="again")
    assert did(run).strip() == "First: two"
    assert nvram.read(bench.variables("nv"))["First"] == b"two"


def test_many(bench):
    """More is written than the store has room for at once, so that it is reclaimed."""
    for turn in range(3):
        run = boot(bench, append="cloister.efi=many", name=f"turn{turn}")
        assert did(run).strip() == "many: done"
    assert not any(name.startswith("Variable") for name in nvram.read(bench.variables("nv")))


@pytest.mark.parametrize("first, second", (("ours", "ovmf"), ("ovmf", "ours")))
def test_store_of_the_other(bench, first, second):
    """A variable store goes from one firmware to the other, and on with what was in it."""
    bench.variables("nv", first)
    run = boot(bench, first, append="cloister.efi=write", name="first", timeout=150)
    assert "write: ok" in did(run)
    run = boot(bench, second, append="cloister.efi=read", name="second", timeout=150)
    assert did(run).strip() == "First: two"
    run = boot(bench, second, append="cloister.efi=many", name="third", timeout=150)
    assert did(run).strip() == "many: done"
    run = boot(bench, first, append="cloister.efi=read", name="fourth", timeout=150)
    assert did(run).strip() == "First: two"


def test_efivarfs(bench):
    # The shell says, too, what it was right not to be allowed.
    run = boot(bench, append="cloister.efi=selftest")
    lines = did(run).splitlines()
    assert not [line for line in lines if line.startswith("failed")]
    assert lines[-1] == "selftest: done"


def runtime_map(guest):
    """(start, pages, type, attributes) of each region."""
    for line in guest.lines("runtime-map"):
        yield tuple(int(field, 16) for field in line.split())


@pytest.mark.parametrize("machine", ("q35", "pc"))
def test_runtime_map(bench, machine):
    """Code, data and flash apart from each other, and nothing to be written and executed."""
    run = boot(bench, machine=machine, append="efi=debug")
    regions = [region for region in runtime_map(run.guest) if region[2] in RUNTIME]
    assert {RUNTIME_CODE, RUNTIME_DATA, MMIO} == {kind for _, _, kind, _ in regions}
    for start, pages, _, attributes in regions:
        assert attributes >> 63 and pages > 0
        assert all(start >= other + (count << 12) or start + (pages << 12) <= other
                   for other, count, _, _ in regions if other != start)
    log = run.guest.text("dmesg")
    # The table of attributes is right (drivers/firmware/efi/memattr.c), and obeyed.
    assert "efi: memattr: Unexpected" not in log and "efi: memattr: Entry" not in log
    assert "Checked W+X mappings: passed" in log


@pytest.mark.parametrize("how", ("reboot", "poweroff"))
def test_end(bench, how):
    """By ResetSystem."""
    run = boot(bench, append=f"reboot=efi cloister.end={how}")
    assert run.status == 0 and f"cloister.end={how}" in run.guest.text("cmdline")


def test_secure_boot_state(bench):
    guest = boot(bench).guest
    assert guest.files["vars/SecureBoot"][4:] == b"\0"
    assert guest.files["vars/SetupMode"][4:] == b"\1"
    assert struct.unpack("<Q", guest.files["vars/OsIndicationsSupported"][4:]) == (1,)


def uki_disk(bench):
    """The way of a usual system: no kernel from QEMU."""
    stub = systemd("linuxx64.efi.stub")
    disks = {}
    for part in ("boot-create", "boot-change", "boot-look"):
        uki = make_uki(bench.path(f"{part}.uki"), stub, bench.kernel, bench.initrd,
                       f"{CONSOLE} cloister.efi={part}")
        disks[part] = bench.disk({"EFI/BOOT/BOOTX64.EFI": uki}, name=part)
    return disks


@pytest.mark.parametrize("side", ("ours", "ovmf") if FULL else ("ours",))
def test_efibootmgr(bench, side):
    """Options that Linux's tool makes, deletes and puts in order, and where they lead."""
    disks = uki_disk(bench)
    bench.variables("nv", side)

    def step(part):
        return bench.boot(side, variables="nv", name=part, timeout=150,
                          extra=drive(disks[part]) + DISK)

    made = step("boot-create")
    assert "failed" not in did(made)
    numbers = {}
    for line in did(made).splitlines():
        if line.startswith("Boot0") and "\t" in line:
            numbers[line.split("* ", 1)[1].split("\t")[0]] = line[4:8]
    assert {"Made here", "Made later", "In vain"} <= set(numbers)
    changed = step("boot-change")
    if side == "ours":
        # The one that leads nowhere is said to, and the next one is tried.
        assert 'Cannot load "In vain": not found' in changed.debug
        assert f"BootCurrent: {numbers['Made later']}" in did(changed)
    looked = step("boot-look")
    if side == "ours":
        assert "failed" not in did(changed)
        assert f"BootCurrent: {numbers['Made later']}" in did(looked)
        assert "BootOrder: 0000,0001" in did(looked)
        assert "In vain" not in did(looked) and "BootNext" not in did(looked)
        assert "Timeout: 1 seconds" in did(looked)
