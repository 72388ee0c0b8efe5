# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Kernel hashes and launch secret: what a guest finds is what was asked for.

guests/sev_launch.asm shows the areas, and what fw_cfg gives it. Expected values come from
the files alone, by hashlib and calculator.py.
"""

import hashlib
import json
import struct
import subprocess

import pytest

import calculator
from ccvm_vm import CCVM, Bench
from sev_guests import Guest

KINDS = {"sev": "sev", "sev-es": "es", "sev-snp": "snp"}
SECRET_SIZE, HASHES_AT = 0xC00, 0xC00
COMMAND_LINE = "console=ttyS0 loglevel=7, two  spaces"


def bytes_of(name, size):
    return (hashlib.sha256(name.encode()).digest() * (size // 32 + 1))[:size]


def make_kernel(sectors=3):
    """A kernel's header in the boot protocol 2.15, whose fields QEMU changes for other guests."""
    kernel = bytearray(bytes_of("kernel", 512 * (sectors + 1) + 4321))
    kernel[0x1F1:0x250] = bytes(0x250 - 0x1F1)
    kernel[0x1F1] = sectors
    kernel[0x202:0x206] = b"HdrS"
    struct.pack_into("<H", kernel, 0x206, 0x20F)
    kernel[0x211] = 1
    struct.pack_into("<I", kernel, 0x22C, 0x7FFFFFFF)
    struct.pack_into("<I", kernel, 0x238, 2047)
    return bytes(kernel)


class Launched(Guest):
    """A guest of a kind, with files for it; None stands for an option that is not there."""

    def __init__(self, name, mode, kernel=None, initrd=None, cmdline=None, secret=None,
                 options=(), hashes=0x400, area=SECRET_SIZE):
        name = f"launch-{mode}-{name}"
        self.files = {}
        qemu, options = [], [*options, "--launch", Bench(name).path("launch")]
        for what, content in (("kernel", kernel), ("initrd", initrd), ("secret", secret)):
            if content is None:
                continue
            path = Bench(name).path(what)
            path.write_bytes(content)
            if what == "secret":
                options += ["--launch-secret", path]
            else:
                qemu += [f"-{what}", path]
        if cmdline is not None:
            qemu += ["-append", cmdline]
        super().__init__(name, "sev_launch.asm", mode, options, qemu=qemu, KIND=KINDS[mode],
                         **({"HASHES": hashes} if hashes is not None else {}),
                         **({"SECRET": area} if area is not None else {}))
        self.bench = Bench(name)
        self.items = self._items()

    def _items(self):
        data, items = self.output.read_bytes(), []
        while data:
            size, = struct.unpack_from("<I", data)
            items.append(data[4:4 + size])
            data = data[4 + size:]
        return items

    @property
    def measurement(self):
        return json.loads(self.bench.path("launch").read_text(encoding="ascii"))["measurement"]

    @property
    def areas(self):
        assert self.code == 0, self
        return self.items[0]

    @property
    def hashes(self):
        return self.areas[HASHES_AT:HASHES_AT + 176]


@pytest.mark.parametrize("cmdline", [COMMAND_LINE, None], ids=["cmdline", "no-cmdline"])
@pytest.mark.parametrize("initrd", [bytes_of("initrd", 5000), None], ids=["initrd", "no-initrd"])
@pytest.mark.parametrize("mode", KINDS)
def test_kernel_hashes(mode, initrd, cmdline):
    """The table is of the files as they are, the guest gets those, and both are measured."""
    kernel = make_kernel()
    guest = Launched(f"hashes-{bool(initrd)}-{bool(cmdline)}", mode, kernel, initrd, cmdline,
                     options=["--kernel-hashes"])
    line = (cmdline or "").encode() + b"\0"
    setup, rest, disk, read_line = guest.items[1:]
    assert (setup + rest, disk, read_line) == (kernel, initrd or b"", line)
    assert len(setup) == 2048
    table = calculator.kernel_hashes(kernel, initrd or b"", cmdline or "")
    assert guest.hashes == table
    for content in (kernel, initrd or b"", line):
        assert guest.hashes.count(hashlib.sha256(content).digest()) == 1
    assert not any(guest.areas[HASHES_AT + 176:]) and not any(guest.areas[:HASHES_AT])
    assert guest.measurement == calculator.expected(mode, guest.image.read_bytes(), 1, table)


@pytest.mark.parametrize("mode", KINDS)
def test_without_hashes(mode):
    """The header is as in the file all the same; nothing of the kernel is measured."""
    kernel = make_kernel(0)
    guest = Launched("plain", mode, kernel)
    assert b"".join(guest.items[1:3]) == kernel
    assert len(guest.items[1]) == 5 * 512
    assert not any(guest.areas)
    assert guest.measurement == calculator.expected(mode, guest.image.read_bytes(), 1)


@pytest.mark.parametrize("mode", KINDS)
def test_hashes_without_kernel(mode):
    """Nothing to hash: as without the option, as in QEMU."""
    guest = Launched("nothing", mode, options=["--kernel-hashes"])
    assert not any(guest.areas)
    assert guest.measurement == calculator.expected(mode, guest.image.read_bytes(), 1)


@pytest.mark.parametrize("mode", KINDS)
@pytest.mark.parametrize("size", [None, 0, 175])
def test_no_room_for_hashes(mode, size):
    """QEMU does not start such an image either: it would run unmeasured."""
    guest = Launched(f"no-room-{size}", mode, make_kernel(), options=["--kernel-hashes"],
                     hashes=size)
    assert guest.status == 12, guest
    assert guest.ending("fatal: ") == ["the image has no room for kernel hashes"]
    assert not guest.items


@pytest.mark.parametrize("mode", ["sev", "sev-es", "sev-snp"])
@pytest.mark.parametrize("firmware", ["ovmf-2022.11", "ovmf-2025.02"])
def test_peers_have_no_room(mode, firmware):
    """Debian's images name areas of no size: they do not check a kernel."""
    bench = Bench(f"launch-{mode}-{firmware}")
    image = bench.peers[firmware][0]
    with open(image, "rb") as file:
        assert calculator.guid_table(file.read())[calculator.HASHES_AREA] == bytes(8)
    kernel, log = bench.path("kernel"), bench.path("log")
    kernel.write_bytes(make_kernel())
    process = subprocess.run(
        [CCVM, "--cc", mode, "--fw", image, "--log", log, "--kernel-hashes", "--timeout", "60",
         "--", "-m", "512M", "-nodefaults", "-display", "none", "-kernel", kernel],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    assert process.returncode == 12
    assert "no room for kernel hashes" in process.stderr


@pytest.mark.parametrize("size", [16, 48, SECRET_SIZE])
@pytest.mark.parametrize("mode", ["sev", "sev-es"])
def test_secret(mode, size):
    """It is where the image wants it, and is no part of the measurement."""
    secret = bytes_of("secret", size)
    guest = Launched(f"secret-{size}", mode, secret=secret)
    assert guest.areas[:size] == secret
    assert not any(guest.areas[size:])
    assert guest.measurement == calculator.expected(mode, guest.image.read_bytes(), 1)


@pytest.mark.parametrize("mode", ["sev", "sev-es"])
def test_secret_beside_hashes(mode):
    kernel, secret = make_kernel(), bytes_of("secret", SECRET_SIZE)
    guest = Launched("both", mode, kernel, secret=secret, options=["--kernel-hashes"])
    assert guest.areas[:SECRET_SIZE] == secret
    assert guest.hashes == calculator.kernel_hashes(kernel)


@pytest.mark.parametrize("area, size, reason", [
    (None, 16, "the image has no room for a launch secret"),
    (0, 16, "the image has no room for a launch secret"),
    (32, 48, "the launch secret has 48 bytes, its area at 802000 has 32"),
])
def test_no_room_for_secret(area, size, reason):
    guest = Launched(f"no-room-secret-{area}", "sev", secret=bytes(size), area=area)
    assert guest.status == 12 and guest.ending("fatal: ") == [reason], guest
    assert not guest.items
