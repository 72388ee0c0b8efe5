# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Commands for gdb: what is attached, how memory is laid out, what was logged.

	(gdb) source scripts/gdb/cloister.py
	(gdb) fw-hooks, fw-memmap, fw-log

"make gdb" does the first line. The firmware has no relocations, so cloister.elf
is right for every address once the image is in RAM; before that, the reset
fragments run at their own addresses.
"""

import re

import gdb  # pylint: disable=import-error


def function_name(pointer):
    """gdb shows a pointer to a function as {type} address <name>."""
    found = re.search(r"<(\w+)>", str(pointer))
    return found[1] if found else "-"


class Hooks(gdb.Command):
    """Show what is attached to the points of the flow, in order of address."""

    def __init__(self):
        super().__init__("fw-hooks", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        found = gdb.execute("info variables -n -q ^hook__", to_string=True)
        rows = []
        for name in re.findall(r"\bhook__(\w+)", found):
            point, order, owner = name.rsplit("__", 2)
            entry = gdb.parse_and_eval(f"hook__{name}")
            address = int(gdb.parse_and_eval(f"(unsigned long)&hook__{name}"))
            rows.append((address, point, order, owner, function_name(entry["fn"])))
        print(f"{'point':<18} {'order':<5}  {'owner':<6}  function")
        for _, point, order, owner, function in sorted(rows):
            print(f"{point:<18} {order:<5}  {owner:<6}  {function}")


class Memmap(gdb.Command):
    """Show the physical memory map."""

    def __init__(self):
        super().__init__("fw-memmap", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        memmap = gdb.parse_and_eval("memmap")
        entries = memmap["entry"]
        count = int(memmap["count"])
        low, high = entries.type.range()
        if count > high - low + 1:
            raise gdb.GdbError(f"memmap.count is {count}: memory is not set up, or overwritten")
        for i in range(count):
            base, pages = int(entries[i]["base"]), int(entries[i]["pages"])
            kind = str(entries[i]["type"]).removeprefix("MEM_").lower().replace("_", " ")
            print(f"{base:#014x}-{base + (pages << 12) - 1:#014x}  {pages * 4:>10} KiB  {kind}")
        if not count:
            print("The map is empty: the memmap step has not run.")


class Log(gdb.Command):
    """Show the log that is in memory, oldest line first."""

    def __init__(self):
        super().__init__("fw-log", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        ring = gdb.parse_and_eval("'log.c'::ring")
        low, high = ring.type.range()
        size = high - low + 1
        position = int(gdb.parse_and_eval("'log.c'::ring_pos"))
        if position >= size:
            raise gdb.GdbError("the log is not set up yet, or overwritten")
        raw = bytes(gdb.selected_inferior().read_memory(int(ring.address), size))
        # What follows the newest line is the oldest, or memory that is still zero.
        raw = raw[position:].replace(b"\0", b"") + raw[:position]
        print(raw.decode("ascii", "replace"), end="")


Hooks()
Memmap()
Log()
