# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Sphinx directives for what the source tree already lists somewhere.

    .. flow-steps::      steps of include/fw/hooks.def
    .. hook-points::     the other points of include/fw/hooks.def
    .. reset-points::    points and contracts of arch/x86/reset/hookpoints.inc
    .. memory-layout::   include/fw/layout.def and the linker script's numbers
    .. launch-areas::    the same pages as each guest kind finds them at its start
    .. efi-protocols::   efi/loader/protocols: what each file installs, and its option

With a point stands what the tree attaches to it, whatever the configuration;
report/hooks.txt says it for one image.
"""

import glob
import os
import re

from docutils import nodes
from docutils.parsers.rst import Directive

TREE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDERS = ("arch", "boot", "cc", "core", "drivers", "efi", "platform")
HOOKS = "include/fw/hooks.def"
RESET = "arch/x86/reset/hookpoints.inc"
LAYOUT = "include/fw/layout.def"
PROTOCOLS = "efi/loader/protocols"


def read(path):
    """A file of the source tree."""
    with open(os.path.join(TREE, path), encoding="utf-8") as f:
        return f.read()


def attached(pattern, suffix):
    """{point: [text]} from the lines of all sources that match."""
    found = {}
    for folder in FOLDERS:
        for path in sorted(glob.glob(f"{TREE}/{folder}/**/*{suffix}", recursive=True)):
            name = os.path.relpath(path, TREE)
            for m in re.finditer(pattern, read(name), re.M):
                found.setdefault(m[1], []).append((m[2], m[3], name))
    return {point: sorted(rows) for point, rows in found.items()}


def hooks():
    """What HOOK() attaches: {point: [(order, function, file)]}."""
    return attached(r"^HOOK\((\w+), (\d\d), \w+, (\w+)\);", ".c")


def cell(lines):
    """A table cell: each line is a string, or the parts (text, is code)."""
    block = nodes.line_block()
    for line in lines:
        row = nodes.line()
        for text, code in [(line, False)] if isinstance(line, str) else line:
            row += nodes.literal(text, text) if code else nodes.Text(text)
        block += row
    return nodes.entry("", block)


def table(widths, head, rows):
    """A docutils table; every cell is a list of lines."""
    group = nodes.tgroup(cols=len(widths))
    group += [nodes.colspec(colwidth=width) for width in widths]
    top, body = nodes.thead(), nodes.tbody()
    top += nodes.row("", *[cell([text]) for text in head])
    for row in rows:
        body += nodes.row("", *[cell(lines) for lines in row])
    group += [top, body]
    return nodes.table("", group)


def code(text):
    """A line that is code."""
    return [(text, True)]


class Tables(Directive):
    """Common part: a subclass names its files and makes rows."""
    files = ()

    def run(self):
        env = self.state.document.settings.env
        for path in self.files:
            env.note_dependency(os.path.join(TREE, path))
        env.note_reread()       # sources that attach are many, and cheap to read
        return self.make()

    def make(self):
        return [self.table()]


def hexadecimal(text, digits=0):
    """A number of layout.def, or the option that it is."""
    return text if text.startswith("CONFIG_") else f"{int(text, 16):#0{digits}x}"


class FlowSteps(Tables):
    files = (HOOKS,)

    def table(self):
        names, rows = hooks(), []
        for step, what in re.findall(r'^FLOW_STEP\((\w+), "(.*)"\)', read(HOOKS), re.M):
            lines = []
            for point in (step + "_pre", step, step + "_post"):
                lines += [[(f"{point} {order} {func}", True), (f"  {path}", False)]
                          for order, func, path in names.get(point, [])]
            rows.append(([code(step)], [what], lines))
        return table((12, 38, 50),
                     ("Step", "What it does", "Attached: point, order, function"), rows)


class HookPoints(Tables):
    files = (HOOKS,)

    def table(self):
        names, rows = hooks(), []
        for point, args, when in re.findall(r'^HOOK_POINT\((\w+), (\(.*?\)), "(.*)"\)',
                                            read(HOOKS), re.M):
            lines = [[(f"{order} {func}", True), (f"  {path}", False)]
                     for order, func, path in names.get(point, [])]
            rows.append(([code(point), code("int " + args)], [when], lines))
        return table((30, 35, 35), ("Point", "When it runs", "Attached"), rows)


class ResetPoints(Tables):
    files = (RESET,)

    def table(self):
        text = read(RESET)
        bits = dict(re.findall(r"^%define POINT_BITS_(\w+)\s+(\d+)", text, re.M))
        block = text.partition("; Contract of each point\n")[2].partition("\n;\n")[0]
        contract = {}
        for line in block.split("\n")[1:]:
            m = re.match(r"; (\S+)?\s+(.*)", line)
            point = m[1] or point
            contract.setdefault(point, []).append(m[2])
        if list(contract) != list(bits):
            raise self.error(f"{RESET}: points {list(bits)}, contracts {list(contract)}")
        names = attached(r"^HOOK_FRAGMENT (\w+), (\w+, \d\d), (\w+)", ".asm")
        rows = []
        for point, lines in contract.items():
            entry, _, out = " ".join(lines).partition("Out: ")
            rows.append(([code(point), f"{bits[point]} bits"],
                         [text for text in (entry.strip(), out and f"Out: {out}") if text],
                         [[(f"{slot.replace(',', '')} {owner}", True), (f"  {os.path.basename(path)}", False)]
                          for slot, owner, path in names.get(point, [])]))
        return table((14, 52, 34), ("Point", "Contract", "Attached: slot, order, owner"), rows)

    def make(self):
        """The table, and the paragraph after the contracts, which is for all of them."""
        block = read(RESET).partition("; Contract of each point\n")[2].split("\n;\n")[1]
        text = " ".join(line.lstrip("; ") for line in block.partition("\n\n")[0].split("\n"))
        return [self.table(), nodes.paragraph("", text)]


class MemoryLayout(Tables):
    files = (LAYOUT,)

    def table(self):
        rows = [([code(hexadecimal(base, 10))], [code(hexadecimal(size))],
                 [code(name)], [what], [code(kind)])
                for name, base, size, kind, what in re.findall(
                    r'^LAYOUT_RANGE\((\w+),\s*(\w+),\s*(\w+),\s*(\w+),\s*\w+,\s*"(.*)"\)',
                    read(LAYOUT), re.M)]
        return table((16, 18, 16, 32, 18), ("Address", "Size", "Name", "Holds", "Type"), rows)


class LaunchAreas(Tables):
    """What a kind does with HOST0 to HOST2 is in its metadata.c and guidtab.asm."""
    files = (LAYOUT,)
    KINDS = ("SEV", "SEV-ES", "SEV-SNP", "TDX")
    USES = {
        "ZERO": ("-", "-", "zero", "zero"),
        "HOST0": ("-", "-", "CPUID page", "TD HOB"),
        "HOST1": ("-", "AP jump table, by the firmware", "secrets page", "TD HOB, second page"),
        "HOST2": ("kernel hashes",) * 3 + ("zero",),
    }

    def table(self):
        rows = [([code(name)], [code(hexadecimal(base)), code(hexadecimal(size))],
                 *([use] for use in self.USES[launch]))
                for name, base, size, launch in re.findall(
                    r"^LAYOUT_RANGE\((\w+),\s*(\w+),\s*(\w+),\s*\w+,\s*(\w+),",
                    read(LAYOUT), re.M)]
        return table((18, 14, 14, 20, 17, 17), ("Area", "Address, size") + self.KINDS, rows)


class EfiProtocols(Tables):
    """Names are those of include/spec/efi/guids.def; the header comment has the section."""
    files = (PROTOCOLS + "/Makefile", "efi/loader/Kconfig")

    INSTALL = re.compile(r"efi_install_(?:multiple_)?protocol_interfaces?\(([^()]*)\)")

    def installed(self, text):
        names = []
        for m in self.INSTALL.finditer(text):
            names += re.findall(r"&efi_guid_(\w+)", m[1])
        return [name for name in dict.fromkeys(names) if name != "device_path"]

    def section(self, text):
        comment = " ".join(re.sub(r"^ \* ?", "", text.split("*/")[1], flags=re.M).split())
        comment = re.sub(r" \([^)]*\)", "", comment)
        m = re.search(r"UEFI 2\.10, sections? ([\d., and()]*\d)", comment)
        return m[1] if m else ""

    def table(self):
        rows = []
        for option, name in re.findall(r"^obj-(?:y|\$\(CONFIG_(\w+)\)) \+= (\w+)\.o$",
                                       read(PROTOCOLS + "/Makefile"), re.M):
            text = read(f"{PROTOCOLS}/{name}.c")
            names = self.installed(text)
            if names:
                rows.append(([code(n) for n in names], [self.section(text)],
                             [code(option)] if option else ["always"],
                             [code(name + ".c")]))
        return table((34, 16, 32, 18), ("Protocols", "UEFI 2.10", "Option", "File"), rows)


def setup(app):
    app.add_directive("flow-steps", FlowSteps)
    app.add_directive("hook-points", HookPoints)
    app.add_directive("reset-points", ResetPoints)
    app.add_directive("memory-layout", MemoryLayout)
    app.add_directive("launch-areas", LaunchAreas)
    app.add_directive("efi-protocols", EfiProtocols)
    return {"parallel_read_safe": True}
