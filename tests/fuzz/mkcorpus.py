#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Make the seeds of the fw_cfg fuzz targets from what QEMU really hands over.

    tests/fuzz/mkcorpus.py [TARGET ...]

Targets: fw_cfg_dir, acpi_loader, e820, smbios. The files of a paused machine
are read through the DMA interface of fw_cfg, whose descriptors a loader device
puts into RAM and whose port is written from the monitor; so no guest code
runs. The PCI host bridge gets the address of its configuration window first,
as firmware would do. Formats are told at each function. Document: QEMU,
docs/specs/fw_cfg.rst.
"""

import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile

QEMU = os.environ.get("QEMU", "qemu-system-x86_64")
CORPUS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus")

DESCRIPTORS = 0x1000
DATA = 0x1000000
SLOT = 0x40000          # a file's share of RAM; no file used here is larger
DIRECTORY = 0x19
KEYS = 100

MACHINES = {
    "q35": ["-M", "q35"],
    "q35-smp4-8g": ["-M", "q35", "-m", "8G", "-smp", "4"],
    "q35-smbios3": ["-M", "q35,smbios-entry-point-type=64", "-smp", "4,sockets=4",
                    "-smbios", "type=2,manufacturer=Nobody",
                    "-smbios", "type=11,value=one,value=two"],
    "q35-type0": ["-M", "q35", "-smbios", "type=0,vendor=Host,version=1.2,uefi=on"],
    "q35-numa-vmgenid": ["-M", "q35,nvdimm=on,hmat=off", "-m", "512,slots=2,maxmem=1G",
                         "-smp", "2", "-object", "memory-backend-ram,id=a,size=256M",
                         "-object", "memory-backend-ram,id=b,size=256M",
                         "-numa", "node,memdev=a,cpus=0", "-numa", "node,memdev=b,cpus=1",
                         "-device", "vmgenid,guid=324e6eaf-d1d1-4bf6-bf41-b9bb6c91fb87"],
    "pc": ["-M", "pc"],
    "pc-4g": ["-M", "pc", "-m", "4G"],
    "microvm": ["-M", "microvm"],
    "microvm-pcie": ["-M", "microvm,pcie=on", "-smp", "2"],
}


class Machine:
    """A machine that never runs; its devices are used from the monitor."""

    def __init__(self, args):
        self.tmp = tempfile.mkdtemp()
        path = os.path.join(self.tmp, "descriptors")
        with open(path, "wb") as f:
            for i in range(KEYS):
                f.write(struct.pack(">IIQ", (DIRECTORY + i) << 16 | 0x0a, SLOT,
                                    DATA + i * SLOT))
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(os.path.join(self.tmp, "qmp"))
        listener.listen(1)
        listener.settimeout(30)
        memory = [] if "-m" in args else ["-m", "512"]
        self.process = subprocess.Popen(
            [QEMU, "-S", "-accel", "tcg", "-display", "none", "-nodefaults",
             "-qmp", "unix:" + listener.getsockname(), "-device",
             f"loader,addr={DESCRIPTORS:#x},file={path},force-raw=on"] + memory + args)
        self.socket, _ = listener.accept()
        self.stream = self.socket.makefile("rw")
        self.stream.readline()
        self.command("qmp_capabilities")
        self.files = self.directory()

    def command(self, name, **arguments):
        self.stream.write(json.dumps({"execute": name, "arguments": arguments}) + "\n")
        self.stream.flush()
        while True:
            reply = json.loads(self.stream.readline())
            if "error" in reply:
                raise RuntimeError(f"{name}: {reply['error']}")
            if "return" in reply:
                return reply["return"]

    def monitor(self, line):
        return self.command("human-monitor-command", **{"command-line": line})

    def out32(self, port, value):
        self.monitor(f"o /w {port:#x} {value:#x}")

    def memory(self, addr, size):
        path = os.path.join(self.tmp, "memory")
        self.command("pmemsave", val=addr, size=size, filename=path)
        with open(path, "rb") as f:
            return f.read()

    def item(self, key, size):
        """An item's contents. Its descriptor can be used once."""
        slot = key - DIRECTORY
        addr = DESCRIPTORS + slot * 16
        self.out32(0x518, struct.unpack("<I", struct.pack(">I", addr))[0])
        if self.memory(addr, 4) != bytes(4):
            raise RuntimeError(f"key {key:#x}: DMA failed")
        return self.memory(DATA + slot * SLOT, size)

    def directory(self):
        blob = self.item(DIRECTORY, SLOT)
        count = struct.unpack(">I", blob[:4])[0]
        self.dir_blob = blob[:4 + 64 * count]
        files = {}
        for at in range(4, len(self.dir_blob), 64):
            size, key = struct.unpack(">IH", blob[at:at + 6])
            files[blob[at + 8:at + 64].split(b"\0")[0].decode()] = (key, size)
        return files

    def file(self, name):
        key, size = self.files[name]
        return self.item(key, size)

    def quit(self):
        self.command("quit")
        self.process.wait()
        self.socket.close()
        shutil.rmtree(self.tmp)


def fw_cfg_dir(machine):
    """The directory as it is: count, then entries."""
    return machine.dir_blob


def e820(machine):
    """The file as it is."""
    return machine.file("etc/e820")


def smbios(machine):
    """Length of the entry point in a byte, entry point, structures."""
    if "etc/smbios/smbios-anchor" not in machine.files:
        return None
    entry = machine.file("etc/smbios/smbios-anchor")
    return bytes([len(entry)]) + entry + machine.file("etc/smbios/smbios-tables")


def acpi_loader(machine):
    """Length of the script (le32), script; length and contents of each blob
    in the order of allocation. Padding at the end of the script and of the
    tables is left out."""
    machine.out32(0xcf8, 0x80000060)
    machine.out32(0xcfc, 0xb0000001)
    script = machine.file("etc/table-loader")
    script = script[:-(-len(script.rstrip(b"\0")) // 128) * 128]
    out = struct.pack("<I", len(script)) + script
    for at in range(0, len(script), 128):
        if struct.unpack("<I", script[at:at + 4])[0] != 1:
            continue
        name = script[at + 4:at + 60].split(b"\0")[0].decode()
        blob = machine.file(name)
        if len(blob) > 4096:
            blob = blob.rstrip(b"\0") + bytes(64)
        out += struct.pack("<I", len(blob)) + blob
    return out


TARGETS = {f.__name__: f for f in (fw_cfg_dir, e820, smbios, acpi_loader)}


def main():
    wanted = sys.argv[1:] or list(TARGETS)
    seen = {None}
    for name, args in MACHINES.items():
        machine = Machine(args)
        for target in wanted:
            seed = TARGETS[target](machine)
            if seed in seen:
                continue
            seen.add(seed)
            os.makedirs(os.path.join(CORPUS, target), exist_ok=True)
            with open(os.path.join(CORPUS, target, name), "wb") as f:
                f.write(seed)
        machine.quit()


if __name__ == "__main__":
    main()
