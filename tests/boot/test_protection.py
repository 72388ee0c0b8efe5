# SPDX-License-Identifier: BSD-2-Clause-Patent
"""What the firmware's page tables allow, and what is shown when they are violated."""

import os
import re
import subprocess
import tempfile
from pathlib import Path

import pytest

from gdbremote import RIP, RSP, GdbRemote

pytestmark = pytest.mark.own_behaviour


@pytest.fixture(scope="module")
def symbols():
    elf = Path(os.environ["CLOISTER_FW"]).with_suffix(".elf")
    output = subprocess.run([os.environ.get("NM", "nm"), elf], check=True, text=True,
                            stdout=subprocess.PIPE).stdout
    return {name: int(value, 16) for value, _, name in
            (line.split() for line in output.splitlines() if len(line.split()) == 3)}


def stopped_page_tables(bench, **options):
    """QEMU's view of all mappings after a boot that found nothing to start."""
    with bench.vm(guest=False, **options) as vm:
        vm.wait_for(vm.halted_for_good, "halt")
        table = {}
        for line in vm.monitor("info tlb").splitlines():
            match = re.match(r"([0-9a-f]{16}): ([0-9a-f]{16}) ([-A-Z]+)", line.strip())
            if match:
                table[int(match.group(1), 16)] = (int(match.group(2), 16), match.group(3))
        return table


def writable(flags):
    return flags.endswith("W")


def executable(flags):
    return "X" not in flags     # QEMU's X is the no-execute bit


@pytest.fixture
def mappings(bench):
    table = stopped_page_tables(bench)
    assert len(table) > 1000
    return table


def test_nothing_is_writable_and_executable(mappings):
    assert not [hex(address) for address, (_, flags) in mappings.items()
                if writable(flags) and executable(flags)]


def test_mappings_are_identity(mappings):
    assert not [hex(address) for address, (target, _) in mappings.items() if address != target]


def test_image_is_mapped_by_section(mappings, symbols):
    def pages(first, last):
        return range(symbols[first], symbols[last], 0x1000)

    for page in pages("text_start", "text_end"):
        assert executable(mappings[page][1]) and not writable(mappings[page][1])
    for page in pages("rodata_start", "rodata_end"):
        assert not executable(mappings[page][1]) and not writable(mappings[page][1])
    for page in pages("data_start", "data_end"):
        assert writable(mappings[page][1])
    # Only the code runs.
    code = set(pages("text_start", "text_end"))
    assert {page for page, (_, flags) in mappings.items() if executable(flags)} == code


def test_null_and_guard_pages_are_not_mapped(mappings, symbols):
    for page in (0, symbols["stack_guard"], symbols["ist_guard"], symbols["fault_guard"]):
        assert page not in mappings


def crash(bench, symbols, *steps):
    """The log of a boot in which registers get values at the entries of functions."""
    # Not in the work directory: the name of a socket has room for 107 characters.
    with tempfile.TemporaryDirectory(prefix="gdb-") as folder:
        path = f"{folder}/s"
        arguments = ["-S", "-gdb", f"unix:{path},server=on,wait=off"]
        return crash_at(bench, symbols, path, arguments, steps)


def crash_at(bench, symbols, path, arguments, steps):
    with bench.vm(guest=False, extra=arguments) as vm:
        gdb = GdbRemote(path)
        for function, register, value in steps:
            gdb.run_to(symbols[function])
            gdb.set_register(register, value)
        gdb.resume()
        vm.wait_for(vm.halted_for_good, "halt")
        gdb.close()
        return vm.debug, vm.serial


def shown(text, register):
    return int(re.search(rf"\b{register} ([0-9a-f]{{16}})", text).group(1), 16)


def test_stack_overflow_is_caught(bench, symbols):
    """The first push below the stack hits the guard page, and there still is a stack to say so."""
    stack = symbols["stack_bottom"]
    for text in crash(bench, symbols, ("linux_load", RSP, stack)):
        assert "exception 14 (page fault)" in text
        assert symbols["stack_guard"] <= shown(text, "cr2") < stack
        assert shown(text, "rsp") == stack


def test_execution_of_data_is_caught(bench, symbols):
    data = symbols["data_start"]
    for text in crash(bench, symbols, ("linux_load", RIP, data)):
        assert "exception 14 (page fault)" in text
        assert shown(text, "rip") == shown(text, "cr2") == data
        # The interrupted function's return address is on the stack that is shown.
        words = [int(word, 16) for word in re.findall(r"stack \+[0-9a-f]+: ([0-9a-f]{16})", text)]
        assert any(symbols["text_start"] <= word < symbols["text_end"] for word in words)


def test_failure_before_the_console_is_shown(bench, symbols):
    """The log's sinks are found when they are needed, not only at their step."""
    for text in crash(bench, symbols, ("paging_init", RIP, 0x1000)):
        assert "exception 14 (page fault)" in text
        assert shown(text, "rip") == 0x1000


def test_failure_in_the_exception_handler_stops(bench, symbols):
    """Nothing more can be said, but the processor halts instead of trying for ever."""
    data = symbols["data_start"]
    debug, serial = crash(bench, symbols, ("linux_load", RIP, data), ("log_printf", RIP, data))
    assert "exception" not in debug + serial
