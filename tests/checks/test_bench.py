# SPDX-License-Identifier: BSD-2-Clause-Patent
"""
tests/bench counts right: a firmware made here executes a known number of
everything, and reaches the plugin's marker in its own code.
"""

import importlib.machinery
import importlib.util
import subprocess
import sys
from types import SimpleNamespace

import pytest

from conftest import SOURCE

BENCH = SOURCE / "tests" / "bench"

# From the reset vector in real mode; each line's cost stands beside it.
FIRMWARE = """
	bits 16
	org 0
	times 0xf000 db 0
start:
	xor ax, ax		; 1 instruction
	mov ds, ax		; 1
	mov es, ax		; 1
	mov cx, 5		; 1
.loop:	out 0x80, al		; 5 port
	mov [0x1000], al	; 5, page 0x1000
	loop .loop		; 5
	mov dx, 0x70		; 1
	in al, dx		; 1 port
	xor eax, eax		; 1
	cpuid			; 1 cpuid
	mov ecx, 0x277		; 1
	rdmsr			; 1 rdmsr
	wrmsr			; 1 wrmsr
	wrmsr			; 1 wrmsr
	mov dx, 0x80		; 1
	mov si, 0x2000		; 1
	mov cx, 6		; 1
	cld			; 1
	rep outsb		; 6 and the end: 1 port, 6 elements, page 0x2000
	mov cx, 0		; 1
	rep outsb		; 1, no port
	mov si, 0x2ffe		; 1
	mov cx, 4		; 1
	rep outsb		; 4 and the end: 2 port (2 pages), 4 elements, page 0x3000
	o32 lgdt [cs:gdtr]	; 1, reads flash
	mov eax, cr0		; 1
	or al, 1		; 1
	mov cr0, eax		; 1
	mov ax, 8		; 1
	mov ds, ax		; 1; 4 GiB long from now on
	mov eax, 0xfec00000	; 1
	mov ebx, [eax]		; 1; I/O APIC: MMIO
	mov [eax], ebx		; 1; MMIO
	db 0x64, 0x65, 0x64, 0x65, 0x64, 0x26, 0x90
	hlt
	align 8
gdt:	dq 0, 0x00cf93000000ffff
gdtr:	dw 15
	dd 0xffff0000 + gdt
	times 0xfff0 - ($ - $$) db 0
	jmp start		; 1
	times 0x10000 - ($ - $$) db 0
"""

EXPECTED = {
    "entry": "16-bit", "image": 0x10000,
    "instructions": 1 + 4 + 15 + 2 + 2 + 4 + 4 + 7 + 1 + 1 + 2 + 5 + 9,
    "pio": 5 + 1 + 1 + 2, "pio_elements": 5 + 1 + 6 + 4,
    "mmio": 2, "cpuid": 1, "rdmsr": 1, "wrmsr": 2, "msr": 3, "exits": 9 + 2 + 1 + 3,
    "page_list": [[0x1000, "w"], [0x2000, "r"], [0x3000, "r"], [0xfffff000, "rx"]],
    "pages": 4, "flash_pages": 1,
}


def load(name):
    sys.path.insert(0, str(BENCH))
    try:
        loader = importlib.machinery.SourceFileLoader(f"bench_{name}", str(BENCH / name))
        module = importlib.util.module_from_spec(
            importlib.util.spec_from_loader(loader.name, loader))
        loader.exec_module(module)
    finally:
        sys.path.remove(str(BENCH))
    return module


measure = load("measure.py")
breakdown = load("breakdown.py")


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    directory = tmp_path_factory.mktemp("bench")
    measure.build(directory)
    return directory


def assemble(directory, text, name="rom"):
    (directory / "rom.asm").write_text(text, encoding="ascii")
    subprocess.run(["nasm", "-f", "bin", "-o", name, "rom.asm"], cwd=directory, check=True)
    return directory / name


def test_counts_of_known_code(work):
    rom = assemble(work, FIRMWARE)
    found = measure.count(work, rom)
    assert {key: found.get(key) for key in EXPECTED} == EXPECTED


def test_breakdown_agrees(work):
    rom = assemble(work, FIRMWARE)
    trace = work / "trace.log"
    found = measure.count(work, rom, breakdown=trace)
    assert sum(executed for _, executed, _, _ in found["sites"]) == EXPECTED["instructions"]
    seen = {}
    for _, kind, address, _, number in breakdown.exits(found, trace):
        seen[kind, address] = seen.get((kind, address), 0) + number
    assert seen == {
        ("port write", 0x80): 5 + 6 + 4, ("port read", 0x70): 1,
        ("mmio read", 0xfec00000): 1, ("mmio write", 0xfec00000): 1,
        ("cpuid", None): 1, ("rdmsr", None): 1, ("wrmsr", None): 2,
    }


@pytest.mark.parametrize("firmware", ["qemu/qboot.rom", "seabios/bios-256k.bin"])
def test_counts_repeat(work, firmware):
    path = measure.Path("/usr/share") / firmware
    if not path.exists():
        pytest.skip(f"{path} is not installed")
    first, second = (measure.count(work, path) for _ in range(2))
    assert first == second
    assert first["entry"] == "16-bit"


def test_firmware_that_gets_nowhere(work):
    rom = assemble(work, FIRMWARE.replace("db 0x64,", "hlt\n\tdb 0x64,"), "stuck")
    with pytest.raises(measure.BenchError, match="not reached in 3 s"):
        measure.count(work, rom, timeout=3)


@pytest.mark.parametrize("efi", (False, True))
def test_budget(efi):
    bench = load("bench")
    args = SimpleNamespace(efi=efi)
    limits = bench.EFI_BUDGET if efi else bench.BUDGET
    good = dict.fromkeys(measure.COUNTS, 0) | limits
    assert not list(bench.over_budget(args, good, good, good))
    for key in ("image", "instructions", "exits", "pages"):
        bad = good | {key: good[key] + 1}
        assert [p.split(":")[0] for p in bench.over_budget(args, bad, bad, bad)] == [key]
    again = good | {"exits": good["exits"] - 1}
    assert "when run again" in next(bench.over_budget(args, good, again, good))
    big = good | {"pages": good["pages"] + 5000}
    assert "with 8 GiB" in next(bench.over_budget(args, good, good, big))


def test_budgets_are_those_of_the_design():
    bench = load("bench")
    assert bench.BUDGET == {"image": 65536, "instructions": 150_000, "exits": 400, "pages": 120}
    assert bench.EFI_BUDGET == {"image": 1 << 20, "instructions": 10_000_000, "exits": 1500,
                                "pages": 1000}
