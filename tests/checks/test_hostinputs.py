# SPDX-License-Identifier: BSD-2-Clause-Patent
"""scripts/hostinputs, on small images linked here."""

import subprocess

import pytest

SCRIPT = """SECTIONS {
	.rodata 0x1000 : {
		host_inputs_start = .;
		KEEP(*(SORT_BY_NAME(.host_input.*)))
		%s
		host_inputs_end = .;
		*(.rodata.*)
	}
}
"""


def row(owner, name, policy, *, key=0, event=0, pcr=0, pad=""):
    return (f'\t.section .host_input.{owner}.{name}, "a"\n'
            f"\t.quad 1f\n\t.long {event}\n\t.short {key}\n\t.byte {policy}, {pcr}\n{pad}"
            f'\t.section .rodata.text, "a"\n1:\t.asciz "the {name}"\n')


GOOD = row("common", "map", 1, event=0x0a, pcr=1) + row("common", "rom", 4, key=0xffff) + \
    row("common", "size", 0, key=0x17) + row("x", "page", 3, key=0xffff)


@pytest.fixture(name="report")
def report_fixture(sample):
    def report(source, extra="", script=SCRIPT):
        sample.write({"drivers/a.s": source, "drivers/a.c": "", "lds": script % extra})
        root = sample.root
        subprocess.run(["as", "-o", root / "drivers/a.o", root / "drivers/a.s"], check=True)
        subprocess.run(["ld", "-T", "lds", "-Map=a.map", "-o", "a.elf", "drivers/a.o"], check=True,
                       cwd=root, capture_output=True)
        return sample.run("hostinputs", root / "a.elf", "--srctree", root)
    return report


def test_rows(report):
    done = report(GOOD)
    assert done.stderr == ""
    assert [line.split("  ") for line in done.stdout.splitlines()] and done.returncode == 0
    lines = [[cell for cell in line.split("  ") if cell] for line in done.stdout.splitlines()]
    assert [[cell.strip() for cell in line] for line in lines] == [
        ["name", "source", "plain", "CC guests", "register", "event", "owner", "file"],
        ["the map", "fw_cfg file", "checked", "measured", "PCR 1", "EV_PLATFORM_CONFIG_FLAGS",
         "common", "drivers/a.c"],
        ["the rom", "-", "refused", "refused", "-", "-", "common", "drivers/a.c"],
        ["the size", "fw_cfg 0x17", "checked", "checked", "-", "-", "common", "drivers/a.c"],
        ["the page", "-", "-", "refused", "-", "-", "x", "drivers/a.c"]]


@pytest.mark.parametrize("source, extra, problem", [
    (row("common", "a", 1), "", "measured, with event type 0x0"),
    (row("common", "a", 0, event=13), "", "checked, with event type 0xd"),
    (row("common", "a", 99), "", "policy 99"),
    (row("common", "a", 0, pad="\t.quad 0\n"), "", "not one row of 16 bytes"),
    (GOOD + row("x", "page", 0), "", "not one row"),
    (GOOD, "QUAD(0)", "the table ends at"),
])
def test_mistakes(report, source, extra, problem):
    done = report(source, extra)
    assert done.returncode == 1 and done.stdout == ""
    assert problem in done.stderr


def test_not_collected(report):
    done = report(GOOD, script="SECTIONS { .rodata 0x1000 : { *(.host_input.*) *(.rodata.*) %s } }")
    assert done.returncode == 1
    assert "does not collect the table" in done.stderr
