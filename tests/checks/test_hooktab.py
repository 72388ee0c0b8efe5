# SPDX-License-Identifier: BSD-2-Clause-Patent
"""
scripts/hooktab and scripts/size-diff, on images linked here: a small tree with
its own points, so that each mistake can be made on purpose.
"""

import subprocess

import pytest

HOOKS_DEF = """
FLOW_STEP(boot, "an OS is loaded")
HOOK_POINT(stop, (void), "at the end")
"""

HOOKPOINTS = "%define POINT_BITS_detect 32\n%define POINT_BITS_longmode 32\n"

TABLES = ("board", "cc_guest", "log_sink", "pci_driver")
POINTS = ("boot_pre", "boot", "boot_post", "stop")


def hook(point, order, owner, size=24, address_of=None):
    return (f'\t.section .hook.{point}.{order}.{owner}, "a"\n'
            f"\t.globl {address_of or f'hook__{point}__{order}__{owner}'}\n"
            f"{address_of or f'hook__{point}__{order}__{owner}'}:\n\t.zero {size}\n")


def fragment(point, slot, order, owner):
    symbol = f"asmhook__{point}__{slot}__{order}__{owner}"
    return (f'\t.section .reset.{point}.{slot}.{order}.{owner}, "ax"\n'
            f"\t.globl {symbol}\n{symbol}:\n\tnop\n")


def row(table, order, name):
    return (f'\t.section .{table}.{order}, "a"\n\t.globl {table}__{order}__{name}\n'
            f"{table}__{order}__{name}:\n\t.quad 0\n")


def linker_script(points=POINTS, keep=True):
    """The shape of platform/ovmf/cloister.lds.S."""
    def collect(pattern):
        return f"KEEP(*(SORT_BY_NAME({pattern})))" if keep else f"*(SORT_BY_NAME({pattern}))"
    lines = ["SECTIONS {", ".text : { *(.text)"]
    for point in ("detect", "longmode"):
        for label, slot in (("pre", "0pre"), ("main", "1main"), ("post", "2post")):
            lines += [f"reset_{point}_{label} = .;", collect(f".reset.{point}.{slot}.*")]
        lines.append(f"reset_{point}_end = .;")
    lines.append("} .rodata : {")
    for point in points:
        lines += [f"hooks_{point}_start = .;", collect(f".hook.{point}.*"),
                  f"hooks_{point}_end = .;"]
    for table in TABLES:
        lines += [f"{table}s_start = .;", collect(f".{table}.*"), f"{table}s_end = .;"]
    return "\n".join(lines + ["} }"])


GOOD = {
    "core/boot": hook("boot", "10", "common") + hook("stop", "50", "common"),
    "cc/x/all": hook("boot", "10", "x") + fragment("detect", "0pre", "10", "x"),
    "arch/reset": fragment("detect", "1main", "50", "common") +
                  fragment("longmode", "1main", "50", "common"),
    "drivers/uart": row("log_sink", "20", "uart_sink"),
}

EXPECTED = """\
point     slot   order  owner   file
detect    0pre   10     x       cc/x/all.asm
detect    1main  50     common  arch/reset.asm
longmode  1main  50     common  arch/reset.asm
boot      -      10     common  core/boot.c
boot      -      10     x       cc/x/all.asm
stop      -      50     common  core/boot.c
(points with no entry: boot_pre, boot_post)

table     order  name       file
log_sink  20     uart_sink  drivers/uart.c
(tables with no entry: board, cc_guest, pci_driver)
"""


class Image:
    def __init__(self, sample):
        self.sample = sample
        sample.write({"include/fw/hooks.def": HOOKS_DEF,
                      "arch/x86/reset/hookpoints.inc": HOOKPOINTS,
                      "core/boot.c": "", "cc/x/all.asm": "", "arch/reset.asm": "",
                      "drivers/uart.c": ""})

    def link(self, objects, script=None, options=()):
        root = self.sample.root
        for name, text in objects.items():
            self.sample.write({f"{name}.s": text})
            subprocess.run(["as", "-o", f"{name}.o", f"{name}.s"], cwd=root, check=True)
        self.sample.write({"image.lds": script or linker_script()})
        subprocess.run(["ld", "-T", "image.lds", "-Map=image.map", "-o", "image.elf", *options,
                        *(f"{name}.o" for name in objects)], cwd=root, check=True)

    def report(self, *options):
        root = self.sample.root
        return self.sample.run("hooktab", root / "image.elf", "--srctree", root, *options)


@pytest.fixture
def image(sample):
    return Image(sample)


def test_report(image):
    image.link(GOOD)
    done = image.report()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == EXPECTED


def test_order_of_objects_changes_nothing(image):
    image.link(dict(reversed(list(GOOD.items()))))
    assert image.report().stdout == EXPECTED


def test_owners(image):
    image.link(GOOD)
    assert image.report("--owners=common,x").returncode == 0
    done = image.report("--owners=common")
    assert done.returncode == 1 and done.stdout == ""
    assert "hook__boot__10__x: owner x does not belong" in done.stderr
    assert "asmhook__detect__0pre__10__x: owner x does not belong" in done.stderr


BAD = [
    # An entry bigger than a row of its table.
    ({"a": hook("boot", "10", "common", size=32)}, "boot: 32 bytes for 1 rows of 24"),
    # A row that no macro made: no symbol, or a wrong one.
    ({"a": '\t.section .hook.boot.10.common, "a"\n\t.zero 24\n'}, "boot: 24 bytes for 0 rows"),
    ({"a": hook("boot", "10", "common", address_of="hook__boot__1__common")},
     "not hook__<point>__<two digits>__<owner>"),
    ({"a": fragment("detect", "1mian", "10", "common")}, "not asmhook__"),
    # A fragment without its label.
    ({"a": '\t.section .reset.detect.0pre.10.y, "ax"\n\tnop\n'},
     ".reset.detect.0pre.10.y of a: in the image without its symbol"),
    # The label in one slot, the code in another.
    ({"a": '\t.section .reset.detect.1main.10.y, "ax"\n'
           "asmhook__detect__2post__10__y:\n\tnop\n"}, "outside its slot"),
    # The same entry twice, which only a static symbol can get past the linker.
    ({n: hook("boot", "10", "common").replace("\t.globl hook__boot__10__common\n", "")
      for n in "ab"}, "hook__boot__10__common: twice in the image"),
    # A label that is nowhere near its table.
    ({"a": '\t.section .hook.boot.10.common, "a"\n\t.zero 24\n\t.text\n'
           "hook__boot__10__common:\n\tnop\n"}, "not at row 0 of its table"),
]


@pytest.mark.parametrize("objects, expected", BAD)
def test_refuses(image, objects, expected):
    image.link(objects)
    done = image.report()
    assert done.returncode == 1 and done.stdout == ""
    assert expected in done.stderr, done.stderr


def test_unknown_points(image):
    objects = {"a": hook("bote", "10", "common") + fragment("detekt", "0pre", "10", "common")}
    image.link(objects, script=linker_script(POINTS + ("bote",)))
    done = image.report()
    assert done.returncode == 1
    assert "include/fw/hooks.def has no point bote" in done.stderr
    assert "arch/x86/reset/hookpoints.inc has no point detekt" in done.stderr


def test_table_that_the_linker_script_forgot(image):
    image.link(GOOD, script=linker_script(POINTS[:-1]))
    assert "stop: the linker script does not collect this table" in image.report().stderr


def test_empty_image(image):
    image.link({"a": "\tnop\n"})
    done = image.report()
    assert done.returncode == 0
    assert "(points with no entry: detect, longmode, boot_pre, boot, boot_post, stop)" \
        in done.stdout


def test_no_map(image):
    image.link(GOOD)
    (image.sample.root / "image.map").unlink()
    done = image.report()
    assert done.returncode == 1 and "no linker map" in done.stderr


# -- size-diff ---------------------------------------------------------------

SIZE = "folder  text  total\n{}total  {t}  {t}\nimage: 1 of 2 bytes used (50 %), 1 free\n"


def size_report(**folders):
    rows = "".join(f"{name}  {size}  {size}\n" for name, size in folders.items())
    return SIZE.format(rows, t=sum(folders.values()))


@pytest.mark.parametrize("old, new, found", [
    ({"core": 1000, "lib": 20000}, {"core": 1064, "lib": 20000}, []),
    ({"core": 1000, "lib": 20000}, {"core": 1000, "lib": 20200}, []),
    ({"core": 1000, "lib": 20000}, {"core": 1065, "lib": 20000},
     ["core: text 1000 -> 1065 (+65)", "core: total 1000 -> 1065 (+65)"]),
    ({"lib": 20000}, {"lib": 19799},
     ["lib: text 20000 -> 19799 (-201)", "lib: total 20000 -> 19799 (-201)"]),
    ({"core": 10}, {"core": 10, "lib": 1}, ["lib: new, with 1 bytes"]),
    ({"core": 10, "lib": 1}, {"core": 10}, ["lib: gone; it had 1 bytes"]),
])
def test_size_diff(sample, old, new, found):
    sample.write({"old": size_report(**old), "new": size_report(**new)})
    done = sample.run("size-diff", sample.root / "old", sample.root / "new")
    lines = [line for line in done.stdout.splitlines() if not line.startswith("total:")]
    assert lines == found
    assert done.returncode == (1 if found else 0)


def test_size_diff_of_something_else(sample):
    sample.write({"old": size_report(core=1), "new": "nothing\n"})
    done = sample.run("size-diff", sample.root / "old", sample.root / "new")
    assert done.returncode == 1 and "not a size report" in done.stderr
