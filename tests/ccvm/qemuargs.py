# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Reads QEMU's own arguments, as far as the emulated machine depends on them.

Public document: QEMU documentation, "Invocation".
"""

import json
import re

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30

# Options of QEMU that take no value. Every other one takes the next argument.
FLAGS = frozenset("""
    S enable-fips enable-kvm enable-sync-profile full-screen daemonize mem-prealloc no-acpi
    no-fd-bootchk no-hpet no-quit no-reboot no-shutdown no-user-config nodefaults nographic
    old-param only-migratable preconfig semihosting singlestep snapshot usb win2k-hack curses
    """.split())
INFORMATION = frozenset(("h", "help", "version"))

# Firmware replaces the machine's; the rest would change what the guest has
# behind the emulator's back.
REFUSED = {
    "enable-kvm": "the emulator runs on TCG only",
    "numa": "the emulator lays out RAM itself and knows no NUMA nodes",
    "igvm-cfg": "images in IGVM format are not supported",
    "pflash": "use -drive if=pflash",
}

CONFIDENTIAL_OBJECTS = ("sev-guest", "sev-snp-guest", "tdx-guest")

# Devices that add RAM at addresses which the emulator does not know about.
RAM_DEVICES = ("pc-dimm", "nvdimm", "virtio-mem-pci", "virtio-pmem-pci", "ivshmem-plain",
               "ivshmem-doorbell", "cxl-type3")

MACHINE_OPTIONS = {
    "memory-encryption": "the guest kind is chosen with --cc",
    "confidential-guest-support": "the guest kind is chosen with --cc",
    "max-ram-below-4g": "the emulator lays out RAM itself",
    "memory-backend": "the emulator lays out RAM itself",
    "firmware": "the firmware is chosen with --fw",
    "kernel": "use -kernel", "initrd": "use -initrd", "append": "use -append",
    "dtb": "device trees are not for this machine",
}


class ArgumentError(Exception):
    """The arguments cannot be honoured; the text says why."""


def escape(path):
    """A value inside a comma-separated option."""
    return str(path).replace(",", ",,")


def split_options(text, implied=None):
    """The (key, value) pairs of a comma-separated option; two commas stand for one."""
    parts = re.split(r"(?<!,)((?:,,)*),(?!,)", text)
    # The separator's group keeps pairs of commas that end a part.
    joined = [parts[0]]
    for commas, part in zip(parts[1::2], parts[2::2]):
        joined[-1] += commas
        joined.append(part)
    pairs = []
    for index, part in enumerate(joined):
        part = part.replace(",,", ",")
        key, equals, value = part.partition("=")
        if not equals:
            key, value = (implied, part) if index == 0 and implied else (part, "on")
        pairs.append((key, value))
    return pairs


def join_options(pairs):
    return ",".join(f"{key}={escape(value)}" for key, value in pairs)


def parse_size(text, what):
    """A size as QEMU writes it; without a unit it is in MiB."""
    match = re.fullmatch(r"(0[xX][0-9a-fA-F]+|\d+(?:\.\d+)?)([bBkKmMgGtT]?)", text)
    if not match:
        raise ArgumentError(f"{what}: '{text}' is not a size")
    unit = {"b": 1, "k": KIB, "": MIB, "m": MIB, "g": GIB, "t": 1 << 40}[match[2].lower()]
    number = int(match[1], 16) if match[1][:2].lower() == "0x" else float(match[1])
    return int(number * unit)


def parse_number(text, what):
    try:
        return int(text, 0)
    except ValueError:
        raise ArgumentError(f"{what}: '{text}' is not a number") from None


def parse_object(text, implied):
    """An option that QEMU takes as JSON too."""
    if not text.startswith("{"):
        return dict(split_options(text, implied))
    try:
        return json.loads(text)
    except ValueError as error:
        raise ArgumentError(f"'{text}': {error}") from None


class Arguments:
    """What was found, and the arguments that stay as they are.

    ram: bytes of RAM the guest has
    cpus: number of processors
    machine: (key, value) pairs of -machine, the type first
    cpu, accel: value of -cpu and -accel
    bios: image named by -bios, or None
    code: image that pflash unit 0 has, or None
    kernel: file that -kernel names, or None
    vars: whether there is a pflash unit 1
    rest: everything else, in order
    """

    def __init__(self, argv):
        self.ram = 128 * MIB
        self.smp = {}
        self.machine = {}
        self.cpu = "max"
        self.accel = "tcg"
        self.bios = self.code = self.kernel = None
        self.vars = False
        self.rest = []
        self._drives = 0
        self._nodes = {}
        self._read(list(argv))
        self._check_machine()
        self._check_topology()
        self._resolve_nodes()

    def _read(self, argv):
        position = 0
        while position < len(argv):
            word = argv[position]
            position += 1
            if not word.startswith("-"):
                # A disk image without an option.
                self.rest.append(word)
                continue
            name = word.lstrip("-") if word != "-" else word
            if name in INFORMATION:
                raise ArgumentError(f"{word}: ask QEMU itself")
            if name in FLAGS:
                self._check_refused(name, word)
                self.rest.append(word)
                continue
            if position == len(argv):
                raise ArgumentError(f"{word} needs a value")
            self._option(name, word, argv[position])
            position += 1

    def _option(self, name, word, value):
        self._check_refused(name, word)
        handler = {
            "m": self._read_memory, "smp": self._read_smp, "M": self._read_machine,
            "machine": self._read_machine, "cpu": self._read_cpu, "accel": self._read_accel,
            "bios": self._read_bios, "drive": self._read_drive, "blockdev": self._read_blockdev,
            "object": self._read_object, "device": self._read_device,
            "kernel": self._read_kernel,
        }.get(name)
        if handler is None or not handler(value):
            self.rest += [word, value]

    def _check_refused(self, name, word):
        reason = REFUSED.get(name)
        if reason:
            raise ArgumentError(f"{word}: {reason}")

    def _read_memory(self, value):
        for key, text in split_options(value, "size"):
            if key == "size":
                self.ram = parse_size(text, "-m")
            elif key in ("slots", "maxmem"):
                raise ArgumentError(f"-m {key}=: RAM cannot be added to a running guest here")
            else:
                raise ArgumentError(f"-m: unknown key '{key}'")
        if self.ram % (2 * MIB) or not self.ram:
            raise ArgumentError(f"-m {value}: RAM must be a multiple of 2 MiB")
        return True

    def _read_smp(self, value):
        for key, text in split_options(value, "cpus"):
            self.smp[key] = parse_number(text, "-smp")
        return True

    @property
    def cpus(self):
        if "cpus" in self.smp:
            return self.smp["cpus"]
        number = 1
        for key in ("sockets", "dies", "clusters", "cores", "threads"):
            number *= self.smp.get(key, 1)
        return self.smp.get("maxcpus", number)

    @property
    def topology(self):
        """(sockets, dies, cores, threads), where QEMU fills in what is not given."""
        given = [self.smp.get(key, 0) for key in ("sockets", "dies", "cores", "threads")]
        sockets, dies, cores, threads = given[0], given[1] or 1, given[2], given[3]
        if not cores:
            sockets, threads = sockets or 1, threads or 1
            cores = self.cpus // (sockets * dies * threads)
        elif not sockets:
            threads = threads or 1
            sockets = self.cpus // (dies * cores * threads)
        return sockets, dies, cores, threads or self.cpus // (sockets * dies * cores)

    @property
    def last_apic_id(self):
        """Each level of the topology has whole bits of an APIC id."""
        apic_id = shift = 0
        for number in reversed(self.topology):
            apic_id |= (number - 1) << shift
            shift += (number - 1).bit_length()
        return apic_id

    def _check_topology(self):
        if any(number < 0 for number in self.smp.values()):
            raise ArgumentError("-smp: a negative number")
        if not self.cpus or 0 in self.topology:
            return  # QEMU says what is wrong with it.
        if self.last_apic_id >= self.cpus:
            names = ("sockets", "dies", "cores", "threads")
            text = ",".join(f"{name}={number}" for name, number in zip(names, self.topology))
            raise ArgumentError(f"-smp: APIC ids of {text} have gaps, which the emulator does not "
                                "support; use powers of two below the highest level")

    def _read_machine(self, value):
        for key, text in split_options(value, "type"):
            self.machine[key] = text
        return True

    def _check_machine(self):
        kind = self.machine.setdefault("type", "q35")
        if not re.fullmatch(r"(q35|pc|pc-q35-[\d.]+|pc-i440fx-[\d.]+)", kind):
            raise ArgumentError(f"-machine {kind}: only q35 and pc can be emulated")
        for key, reason in MACHINE_OPTIONS.items():
            if key in self.machine:
                raise ArgumentError(f"-machine {key}=: {reason}")
        if self.machine.get("smm", "off") not in ("off", "auto"):
            raise ArgumentError("-machine smm=on: there is no SMM in the emulated machine")
        self._read_accel(self.machine.pop("accel", self.accel))
        if self.smp.get("maxcpus", self.cpus) != self.cpus:
            raise ArgumentError("-smp maxcpus=: processors cannot be added to a running guest here")

    @property
    def is_q35(self):
        return "q35" in self.machine["type"]

    def _read_cpu(self, value):
        model = value.split(",", 1)[0]
        if model != "max":
            raise ArgumentError(f"-cpu {model}: use 'max', QEMU's only model with every "
                                "feature that the emulator builds on")
        self.cpu = value
        return True

    def _read_accel(self, value):
        if value.split(",", 1)[0] != "tcg":
            raise ArgumentError(f"-accel {value}: the emulator runs on TCG only")
        self.accel = value
        return True

    def _read_bios(self, value):
        self.bios = value
        return True

    def _read_kernel(self, value):
        self.kernel = value
        return False

    def _read_drive(self, value):
        pairs = dict(split_options(value))
        if pairs.get("if") != "pflash":
            return False
        unit = parse_number(pairs.get("unit", str(self._drives)), "-drive unit")
        self._drives = unit + 1
        if unit == 1:
            self.vars = True
            return False
        if unit != 0:
            raise ArgumentError(f"-drive if=pflash: there is no unit {unit}")
        if "file" not in pairs:
            raise ArgumentError("-drive if=pflash,unit=0: no file=")
        if pairs.get("format", "raw") != "raw":
            raise ArgumentError("-drive if=pflash,unit=0: only format=raw can be read")
        self.code = pairs["file"]
        return True

    def _read_blockdev(self, value):
        node = parse_object(value, "driver")
        if "node-name" in node:
            self._nodes[node["node-name"]] = node
        return False

    def _resolve_nodes(self):
        """pflash0 of -machine, through nodes of format raw to the file."""
        if "pflash1" in self.machine:
            self.vars = True
        name = self.machine.pop("pflash0", None)
        if name is None:
            return
        if self.code:
            raise ArgumentError("pflash unit 0 is given by -drive and by -machine pflash0=")
        for _ in range(4):
            node = self._nodes.get(name) if isinstance(name, str) else name
            if node is None:
                break
            if node.get("driver") == "file" and "filename" in node:
                self.code = node["filename"]
                return
            if node.get("driver") != "raw":
                break
            name = node.get("file") or {key[5:]: text for key, text in node.items()
                                        if key.startswith("file.")}
        raise ArgumentError("-machine pflash0=: not a -blockdev of driver raw or file")

    def _read_object(self, value):
        kind = parse_object(value, "qom-type").get("qom-type")
        if kind in CONFIDENTIAL_OBJECTS:
            raise ArgumentError(f"-object {kind}: the guest kind is chosen with --cc")
        return False

    def _read_device(self, value):
        kind = parse_object(value, "driver").get("driver")
        if kind in RAM_DEVICES:
            raise ArgumentError(f"-device {kind}: the emulator lays out RAM itself")
        return False
