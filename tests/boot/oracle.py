# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Compares what a guest sees under our firmware with what it sees under SeaBIOS.

A fact is a list of lines. Every line that only one of the two has must be in
ALLOWED, with its reason; anything else is a failure.
"""

import re
from collections import namedtuple

from guest import IORESOURCE_IO, IORESOURCE_MEM, dmidecode, disassemble

# machine: a key of vm.MACHINES, or "" for all.
# side: "ours" for a line only we have, "oracle" for a line only SeaBIOS has.
Allowed = namedtuple("Allowed", "fact machine side pattern reason")

ALLOWED = [
    Allowed("dmi", "microvm", "oracle", "",
            "QEMU gives microvm no SMBIOS; SeaBIOS makes up tables of its own, we do not"),
]

# Usable RAM may differ by this much: each firmware keeps its own tables and
# data from the kernel, and neither keeps more than this.
MEMORY_TOLERANCE = 512 * 1024

# Tables whose bytes cannot depend on the firmware, only on the machine.
MACHINE_TABLES = ("APIC", "HPET", "WAET", "SRAT", "SLIT", "DMAR", "CLST")

# What the kernel says when it does not like where the firmware put something.
RESOURCE_COMPLAINTS = re.compile(
    r"can't claim|no compatible bridge window|BAR \d+: (no space|failed to assign|assigned)|"
    r"conflict|not reserved|disabling mmconfig|overlap", re.IGNORECASE)


# What the kernel says because emulated time stands still while the host does
# other work: on a busy machine under any firmware, on an idle one under none.
TIMING_NOISE = re.compile(
    r"APIC calibration not consistent with PM-Timer|TSC|clocksource|calibration|"
    r"hrtimer: interrupt took|Unstable clock detected|trace_clock|local clock|"
    r"on the kernel command line|rcu_.* stall|workqueue: .* hogged CPU|"
    r"perf: interrupt took", re.IGNORECASE)

# "node #0, CPUs: #1 #2 #3" is printed in pieces. When another processor's message
# comes between, the rest is left as lines of its own. The fact "cpus" counts them.
CUT_CPU_LIST = re.compile(r"( +#\d+)+")


def _without_addresses(line):
    line = re.sub(r"^(Hardware name|Code|R[A-Z0-9]{2}|[CDEFG]S|CR\d):.*", r"\1: #", line)
    line = re.sub(r"0x[0-9a-fA-F]+", "0x#", line)
    line = re.sub(r"\b[0-9a-fA-F]{8,16}\b", "#", line)
    return re.sub(r"\b\d+\.\d+ ?(MHz|BogoMIPS)", "#", line)


def acpi_signatures(guest):
    return sorted(re.sub(r"\d+$", "", name) for name in guest.acpi)


def acpi_machine_tables(guest):
    lines = []
    for name, content in guest.acpi.items():
        if re.sub(r"\d+$", "", name) in MACHINE_TABLES:
            lines += [f"{name}: {line}" for line in disassemble(name, content)]
    return lines


def pci_devices(guest):
    """Devices and the kind and size of their BARs, not where these are."""
    lines = []
    for device in guest.pci:
        lines.append(f"{device.address} {device.vendor} {device.device} {device.pci_class} "
                     f"{device.driver}")
        if device.pci_class.startswith("0x0604"):
            bars = device.resources[:2]
        else:
            bars = device.resources[:6]
        for bar in bars:
            if bar.flags & (IORESOURCE_IO | IORESOURCE_MEM):
                lines.append(f"{device.address} BAR {bar.index} flags {bar.flags:#x} "
                             f"size {bar.end - bar.start + 1:#x}")
    return lines


def pci_irqs(guest):
    return [f"{device.address} irq {device.irq}" for device in guest.pci]


def dmi(guest):
    """dmidecode's records, each as one line, without type 0 (which names the firmware)."""
    if "dmi/DMI" not in guest.files:
        return []
    text = dmidecode(guest.files["dmi/smbios_entry_point"], guest.files["dmi/DMI"])
    records = []
    for record in text.split("\n\n"):
        if not record.startswith("Handle") or "DMI type 0," in record:
            continue
        records.append(" | ".join(line.strip() for line in record.splitlines()[1:]))
    return records


def warnings(guest):
    return [_without_addresses(line) for line in guest.dmesg(max_level=4)
            if not TIMING_NOISE.search(line) and not CUT_CPU_LIST.fullmatch(line)]


def resource_complaints(guest):
    return [_without_addresses(line) for line in guest.dmesg()
            if RESOURCE_COMPLAINTS.search(line)]


def cpus(guest):
    return [f"{name} {guest.text(name)}" for name in
            ("cpu-online", "cpu-present", "cpu-possible", "nproc")] + [
            f"ran on {n}" for n in guest.lines("cpu-ran")]


FACTS = {
    "cpus": cpus,
    "acpi-signatures": acpi_signatures,
    "acpi-machine-tables": acpi_machine_tables,
    "pci-devices": pci_devices,
    "pci-irqs": pci_irqs,
    "dmi": dmi,
    "warnings": warnings,
    "resource-complaints": resource_complaints,
}

# Facts of which we may have fewer lines than SeaBIOS without an explanation.
COMPLAINTS = ("warnings", "resource-complaints")


def _minus(left, right):
    """Lines of left that right does not have, counting repetitions."""
    rest, missing = list(right), []
    for line in left:
        if line in rest:
            rest.remove(line)
        else:
            missing.append(line)
    return missing


def _allowed(fact, machine, side, line):
    return any(entry.fact == fact and entry.machine in ("", machine) and entry.side == side and
               re.search(entry.pattern, line) for entry in ALLOWED)


def differences(fact, machine, ours, oracle):
    """Unexplained differences, as printable lines."""
    our_lines, oracle_lines = FACTS[fact](ours), FACTS[fact](oracle)
    found = [("ours", line) for line in _minus(our_lines, oracle_lines)]
    if fact not in COMPLAINTS:
        found += [("oracle", line) for line in _minus(oracle_lines, our_lines)]
    return [f"{fact}: only {side}: {line}" for side, line in found
            if not _allowed(fact, machine, side, line)]


def confirmed_differences(fact, machine, ours, oracle, boot_again):
    """Differences; a complaint counts only if three more boots of ours make it too.

    A kernel on a busy host has complaints about time that come and go.
    """
    found = differences(fact, machine, ours, oracle)
    for attempt in range(3):
        if not found or fact not in COMPLAINTS:
            break
        again = differences(fact, machine, boot_again(attempt), oracle)
        found = [line for line in found if line in again]
    return found


def acpi_addresses(guest):
    """Where the kernel found each table: (name, address)."""
    found = []
    for line in guest.dmesg():
        match = re.match(r"ACPI: (RSDP|[A-Z0-9_]{4}) 0x([0-9A-F]{16}) ", line)
        if match:
            found.append((match.group(1), int(match.group(2), 16)))
    return found


def check_pci_resources(guest):
    ranges = []
    for device in guest.pci:
        bridge = device.pci_class.startswith("0x0604")
        for bar in device.resources[:2 if bridge else 7]:
            kind = bar.flags & (IORESOURCE_IO | IORESOURCE_MEM)
            if not kind:
                continue
            where = f"{device.address} resource {bar.index} {bar.start:#x}-{bar.end:#x}"
            assert bar.start, f"{where}: no address"
            assert bar.end < 1 << 16 or kind == IORESOURCE_MEM, where
            ranges.append((kind, bar.start, bar.end, where))
            if kind == IORESOURCE_MEM:
                for entry in guest.e820:
                    assert (entry.type != "System RAM" or bar.end < entry.start or
                            bar.start > entry.end), f"{where} is in RAM {entry}"
    ranges.sort()
    for before, after in zip(ranges, ranges[1:]):
        assert before[0] != after[0] or before[2] < after[1], f"{before[3]} overlaps {after[3]}"
