# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Measured boot by way of UEFI: the log leads to the registers, and has what
docs/measurements.rst says, in that order, from the data that it says.
"""

import csv
import hashlib
import struct
import uuid
from pathlib import Path

import pytest

import authenticode
import ccel
from uefi_vm import KERNEL, UefiBench, UefiBoot

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/measurements.rst"

SEPARATOR, EVENT_TAG, CONFIG_FLAGS, HANDOFF = 4, 6, 0x0a, 0x8000000b
VARIABLE, APPLICATION, GPT, ACTION = 0x80000001, 0x80000003, 0x80000006, 0x80000007
NAMES = {SEPARATOR: "EV_SEPARATOR", GPT: "EV_EFI_GPT_EVENT"}

GLOBAL = uuid.UUID("8be4df61-93ca-11d2-aa0d-00e098032b8c")
SECURITY = uuid.UUID("d719b2cb-3d3a-4596-a3bc-dad00e67656f")

# Half of the name of EFI_CC_MEASUREMENT_PROTOCOL, as Linux' stub has it.
PROTOCOL = bytes.fromhex("3d1a7596f472a641")

TABLES = "files that etc/table-loader names"
CALLING = "Calling EFI Application from Boot Option"
OPTIONS, INITRD = "LOADED_IMAGE::LoadOptions", "Linux initrd"
EXIT = ["Exit Boot Services Invocation", "Exit Boot Services Returned with Success"]

# Register 1 of an event is RTMR0.
CONFIG = [(1, name) for name in (
    "TD HOB", "etc/table-loader", TABLES, TABLES, "etc/smbios/smbios-tables",
    "etc/smbios/smbios-anchor", "bootorder", "SecureBoot", "PK", "KEK", "db", "dbx")]
FIRST_ATTEMPT = [(2, CALLING), (1, "EV_SEPARATOR"), (2, "EV_SEPARATOR"), (3, "EV_SEPARATOR")]
END = [(2, text) for text in EXIT]


def variable(data):
    """(namespace, name, value) of UEFI_VARIABLE_DATA."""
    length, size = struct.unpack_from("<QQ", data, 16)
    end = 32 + 2 * length
    assert len(data) == end + size
    return uuid.UUID(bytes_le=data[:16]), data[32:end].decode("utf-16-le"), data[end:]


def name(event):
    """What the log says of an event, short."""
    if event.type in NAMES:
        return NAMES[event.type]
    if event.type == VARIABLE:
        return variable(event.data)[1]
    if event.type == APPLICATION:
        return "image"
    if event.type == EVENT_TAG:
        return event.data[8:].rstrip(b"\0").decode("ascii")
    if event.type in (CONFIG_FLAGS, HANDOFF, ACTION):
        return event.data.decode("ascii")
    return f"{event.type:#x}"


def outline(events):
    return [(event.register, name(event)) for event in events]


def digest(data):
    return hashlib.sha384(data).digest()


def events_of(run):
    """The events of the log, which leads to the registers."""
    events = ccel.parse(run.guest.files["acpi-data/CCEL"])
    assert ccel.replay(events) == ccel.held(run.lines)
    return events


def one(events, wanted):
    found = [event for event in events if name(event) == wanted]
    assert len(found) == 1, (wanted, found)
    return found[0]


def boot(label, chain, cpus=1, memory="512M", **options):
    bench = UefiBench(f"measured-{label}")
    run = bench.boot(UefiBoot("tdx", chain, cpus=cpus, memory=memory), **options)
    assert run.status == 0
    return bench, run


def test_kernel():
    """A kernel from fw_cfg: the image by the firmware, the rest by its stub."""
    bench, run = boot("kernel", KERNEL)
    events = events_of(run)
    assert outline(events) == CONFIG + FIRST_ATTEMPT + [
        (2, "image"), (3, OPTIONS), (3, INITRD)] + END
    image = Path(bench.kernel).read_bytes()
    # What the makers of the kernel have signed is what is measured here.
    assert authenticode.digest(image, "sha256") in authenticode.signed_digests(image)
    loaded = one(events, "image")
    assert loaded.type == APPLICATION and loaded.digest == authenticode.digest(image)
    assert struct.unpack_from("<8xQ", loaded.data)[0] == len(image)
    options = (bench.cmdline + "\0").encode("utf-16-le")
    assert one(events, OPTIONS).digest == digest(options)
    assert one(events, INITRD).digest == digest(Path(bench.initrd).read_bytes())
    for event in events:
        if event.type in (SEPARATOR, ACTION, VARIABLE):
            assert event.digest == digest(event.data)
    assert {event.data for event in events if event.type == SEPARATOR} == {bytes(4)}
    values = [variable(event.data) for event in events if event.type == VARIABLE]
    assert values == [(GLOBAL, "SecureBoot", b"\0"), (GLOBAL, "PK", b""), (GLOBAL, "KEK", b""),
                      (SECURITY, "db", b""), (SECURITY, "dbx", b"")]
    # The stub has found the protocol, and Linux the table of final events.
    log = run.guest.text("dmesg")
    assert " CCFinalLog=0x" in log and " TPMEventLog=0x" in log


def test_stub_that_does_not_measure():
    """Its load options and its initrd are in the same register with the same digests."""
    bench = UefiBench("measured-old-stub")
    usual = UefiBoot("tdx", KERNEL)
    bench.prepare(usual)
    old = bench.path("kernel")
    image = Path(bench.kernel).read_bytes()
    assert PROTOCOL in image
    old.write_bytes(image.replace(PROTOCOL, bytes(len(PROTOCOL))))
    run = bench.boot(usual, kernel=old)
    assert "Measured initrd" not in run.screen
    events = events_of(run)
    assert outline(events) == CONFIG + FIRST_ATTEMPT + [
        (2, "image"), (3, OPTIONS), (3, INITRD)] + END
    assert one(events, "image").digest == authenticode.digest(old.read_bytes())
    assert one(events, OPTIONS).digest == digest((bench.cmdline + "\0").encode("utf-16-le"))
    assert one(events, INITRD).digest == digest(Path(bench.initrd).read_bytes())


@pytest.mark.parametrize("chain", ("uki", "sdboot-entry"))
def test_disk(chain):
    """A boot loader from a disk: its partition table, once, and each image."""
    bench, run = boot(chain, chain)
    events = events_of(run)
    plan = outline(events)
    # QEMU has an order for -kernel, and without it only with bootindex=.
    config = [event for event in CONFIG if event != (1, "bootorder")]
    start = config + FIRST_ATTEMPT + [(2, "EV_EFI_GPT_EVENT"), (2, "image")]
    assert plan[:len(start)] == start and plan[-2:] == END
    disk = bench.path("img").read_bytes()
    table = one(events, "EV_EFI_GPT_EVENT")
    count, = struct.unpack_from("<Q", table.data, 92)
    assert table.digest == digest(table.data) and table.data[:92] == disk[512:604]
    assert count == 1 and table.data[100:] == disk[1024:1024 + 128 * count]
    # The kernel, and nothing of the firmware's configuration after the separator.
    loaded = [event.digest for event in events if event.type == APPLICATION]
    assert loaded[-1] == authenticode.digest(Path(bench.kernel).read_bytes())
    assert len(loaded) == len(set(loaded)) == 2
    assert all(register != 1 for register, _ in plan[len(start):])


def documented(choice):
    """Register and name of the events that the page's table says a choice changes."""
    lines = PAGE.read_text(encoding="ascii").splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("   :header: register, event"))
    table = [lines[at].removeprefix("   :header:"), *lines[at + 2:lines.index("", at + 2)]]
    rows = csv.DictReader([line.strip() for line in table], skipinitialspace=True)
    return {(int(row["register"][-1]) + 1, row["event"]) for row in rows
            if row[choice] == "yes"}


def changes(before, after):
    """Names of events whose digest is another one, or that are in one log only."""
    old = [(event.register, name(event), event.digest) for event in before]
    new = [(event.register, name(event), event.digest) for event in after]
    return {(register, text) for register, text, _ in set(old) ^ set(new)}


@pytest.fixture(scope="module")
def usual():
    return events_of(boot("usual", KERNEL)[1])


VARIANTS = {
    "RAM": {"memory": "1G"},
    "processors": {"cpus": 2},
    "machine type": {"machine": "pc"},
    "machine version": {"extra": ["-machine", "pc-q35-6.0"]},
}


# In one process, so that they share the boot that they are compared with.
@pytest.mark.xdist_group("measured-choices")
@pytest.mark.parametrize("choice", VARIANTS)
def test_host_choices(usual, choice):
    """What the host may choose changes what the documentation says, and nothing else."""
    label = choice.replace(" ", "-")
    events = events_of(boot(label, KERNEL, **VARIANTS[choice])[1])
    assert changes(usual, events) == documented(choice)
    before, after = ccel.replay(usual), ccel.replay(events)
    assert before[0] != after[0] and before[1:] == after[1:]
