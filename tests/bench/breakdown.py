# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Where a firmware's instructions, exits and pages come from."""

import bisect
import re
import subprocess
from collections import Counter, defaultdict

ACCESS = re.compile(r"memory_region_ops_(read|write) cpu 0 .* addr (0x[0-9a-f]+) "
                    r".* name '([^']*)'")
MMIO_START = 0x10000	# port addresses are below


class Symbols:
    """Address to name, from the linked ELF; without one, by 4 KiB page."""

    def __init__(self, elf):
        self.starts, self.names, self.all = [], [], {}
        if elf:
            self.load(elf)

    def load(self, elf):
        text = subprocess.run(["nm", "-n", str(elf)], capture_output=True, text=True,
                              check=True).stdout
        for line in text.splitlines():
            fields = line.split()
            if len(fields) != 3:
                continue
            address, kind, name = int(fields[0], 16), fields[1], fields[2]
            self.all[name] = address
            if kind not in "tT" or is_marker(name):
                continue
            if self.starts and self.starts[-1] == address:
                self.names[-1] = name
            else:
                self.starts.append(address)
                self.names.append(name)

    def name(self, address):
        i = bisect.bisect_right(self.starts, address) - 1
        if i < 0 or address - self.starts[i] > 0x10000:
            return f"page {address & ~0xfff:#x}"
        return self.names[i]


def is_marker(name):
    """Symbols that mark an end or a NASM-local label, not a function."""
    return "." in name.lstrip(".") and not name.endswith((".cold", ".part.0")) \
        or name.endswith(("_start", "_end")) and name.startswith(
            ("text", "rodata", "data", "image", "bss", "hooks_"))


def read_trace(path):
    """
    Join the plugin's lines ("site <pc> pio") with the access that follows each
    in QEMU's trace. INS is logged after its access, so the last port seen
    serves when no access follows.

    Return: Counter of (pc, port, direction, device), and device by address.
    """
    ports, devices = Counter(), {}
    pc, last = None, ("?", "?", "?")
    with open(path, encoding="ascii", errors="replace") as log:
        for line in log:
            if line.startswith("site "):
                if pc is not None:
                    ports[(pc, *last)] += 1
                fields = line.split()
                pc = int(fields[1], 16) if fields[2] == "pio" else None
                continue
            access = ACCESS.match(line)
            if not access:
                continue
            address = int(access[2], 16)
            if address >= MMIO_START:
                devices[address] = access[3]
                continue
            last = (address, access[1], access[3])
            if pc is not None:
                ports[(pc, *last)] += 1
                pc = None
    if pc is not None:
        ports[(pc, *last)] += 1
    return ports, devices


def exits(result, trace):
    """(pc, kind, address or None, device, number) for every exit."""
    ports, devices = read_trace(trace)
    for (pc, port, direction, device), number in ports.items():
        yield pc, f"port {direction}", port, device, number
    for phys, pc, reads, writes in result["mmio_sites"]:
        device = devices.get(phys, "?")
        if reads:
            yield pc, "mmio read", phys, device, reads
        if writes:
            yield pc, "mmio write", phys, device, writes
    for pc, _, kind, number in result["sites"]:
        if kind in ("cpuid", "rdmsr", "wrmsr") and number:
            yield pc, kind, None, "", number


def heading(text, total):
    print(f"\n{text} ({total} in all)")


def top(counter, limit, row):
    ranked = sorted(counter.items(), key=lambda item: (-item[1], str(item[0])))
    for key, number in ranked[:limit]:
        print(f"  {number:>10}  {row(key)}")
    rest = sum(n for _, n in ranked[limit:])
    if rest:
        print(f"  {rest:>10}  ({len(ranked) - limit} more)")


def source_lines(elf, counts):
    """Sum of @counts (by address) by source line, inlined code at its own line."""
    addresses = sorted(counts)
    text = subprocess.run(["addr2line", "-e", str(elf)], text=True, check=True,
                          input="\n".join(f"{a:#x}" for a in addresses),
                          capture_output=True).stdout
    lines = Counter()
    for address, place in zip(addresses, text.splitlines()):
        lines[re.sub(r" \(discriminator \d+\)$", "", place)] += counts[address]
    return lines


def show_instructions(result, symbols, elf, limit):
    functions, addresses = Counter(), Counter()
    for pc, executed, _, _ in result["sites"]:
        functions[symbols.name(pc)] += executed
        addresses[pc] += executed
    heading("Instructions by function, callees not included", result["instructions"])
    top(functions, limit, str)
    if elf:
        heading("Instructions by source line", result["instructions"])
        top(source_lines(elf, addresses), limit, str)


def show_exits(result, symbols, trace, limit):
    by_device, by_address, by_function = Counter(), Counter(), Counter()
    details = defaultdict(Counter)
    for pc, kind, address, device, number in exits(result, trace):
        name = symbols.name(pc)
        by_device[f"{kind} {device}".strip()] += number
        by_function[name] += number
        details[name][f"{kind} {device}".strip()] += number
        if address is not None:
            by_address[f"{kind:10} {address:#x} {device}: {name}"] += number
    total = sum(by_device.values())
    heading("Exits by kind and device; string I/O element by element", total)
    top(by_device, limit, str)
    heading("Exits by function", total)
    top(by_function, limit, lambda name: name + ": " + ", ".join(
        f"{n} {what}" for what, n in details[name].most_common()))
    heading("Device accesses by address and function", sum(by_address.values()))
    top(by_address, limit, str)


def regions(symbols):
    """(start, end, name) of what the linker placed, the smallest first."""
    found = []
    for name, start in symbols.all.items():
        base = name.removesuffix("_start")
        end = symbols.all.get(base + "_end") or symbols.all.get(
            name.removesuffix("_bottom") + "_top")
        if name.startswith(("layout_", "text_", "rodata_", "data_", "image_")) \
                and not name.endswith("_end") or name.endswith("_bottom"):
            if end and end > start and not name.startswith("hooks_"):
                found.append((start, end, base.removesuffix("_bottom")))
    return sorted(found, key=lambda r: r[1] - r[0])


def page_region(page, placed):
    for start, end, name in placed:
        if start < page + 0x1000 and page < end:
            return name
    for end, name in ((0x1000, "page 0"), (0xa0000, "low RAM"), (0xf0000, "legacy area"),
                      (0x100000, "F segment"), (0xff000000, "RAM or MMIO below 4 GiB"),
                      (1 << 32, "flash")):
        if page < end:
            return name
    return "above 4 GiB"


def ranges(pages):
    """'0x1000-0x3fff rw' for runs of pages with one kind of access."""
    out, run = [], None
    for page, access in sorted(pages):
        if run and run[1] == page and run[2] == access:
            run[1] = page + 0x1000
        else:
            run = [page, page + 0x1000, access]
            out.append(run)
    return ", ".join(f"{a:#x}{f'-{b - 1:#x}' if b - a > 0x1000 else ''} {c}" for a, b, c in out)


def show_pages(result, symbols):
    placed = regions(symbols)
    by_region = defaultdict(list)
    for page, access in result["page_list"]:
        by_region[page_region(page, placed)].append((page, access))
    heading("Pages touched by region (r read, w written, x executed)", result["pages"])
    for name, pages in sorted(by_region.items(), key=lambda item: -len(item[1])):
        print(f"  {len(pages):>10}  {name}: {ranges(pages)}")


def show(result, trace, elf, limit):
    """Print everything about one run that measure.count() made with a trace."""
    symbols = Symbols(elf)
    show_instructions(result, symbols, elf, limit)
    show_exits(result, symbols, trace, limit)
    show_pages(result, symbols)
