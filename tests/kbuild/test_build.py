# SPDX-License-Identifier: BSD-2-Clause-Patent
"""The build makes what it should, again when it must, and never in vain."""

import json
import os

import pytest
from kbuild_toy import Toy

AFTER_OBJECTS = {"LD cloister.elf", "IMAGE cloister.fd", "HOOKS report/hooks.txt",
                 "INPUTS report/host-inputs.txt", "SIZE report/size.txt"}


@pytest.fixture
def toy(tmp_path):
    return Toy(tmp_path)


def test_first_make_chooses_a_configuration_and_says_so(toy):
    text = toy.make()
    assert "choosing direct_defconfig" in text
    assert "0 %" in text.splitlines()[-1] and "of 65536 bytes used" in text
    assert toy.image()[-16:-13] == b"\xeb\xfe\x06"
    assert len(toy.image()) == 0x10000
    assert (toy.out / "report/hooks.txt").read_text() == "table of cloister.elf\n"
    assert (toy.out / "cloister.map").exists()
    # Nothing is written to the source tree.
    assert not (toy.src / ".config").exists() and not (toy.src / "build").exists()


def test_nothing_is_made_in_vain(toy):
    toy.make("direct_defconfig", "all")
    assert toy.made() == set()
    os.utime(toy.src / "core/Kconfig")
    assert toy.made() == set()
    os.utime(toy.src / "include/other.h")
    assert toy.made() == set()


def test_header_dependency(toy):
    toy.make()
    toy.edit("include/toy.h", "7", "8")
    assert toy.made() == {"CC core/main.o"} | AFTER_OBJECTS


def test_include_of_an_assembler_source(toy):
    toy.make()
    toy.edit("arch/x86/reset/toy.inc", "0x90", "0x91")
    assert toy.made() == {"NASM arch/x86/reset/vector.o"} | AFTER_OBJECTS


def test_header_that_is_gone(toy):
    toy.make()
    (toy.src / "include/toy.h").unlink()
    toy.edit("core/main.c", "#include <toy.h>", "#define TOY_VALUE 1")
    assert toy.made() == {"CC core/main.o"} | AFTER_OBJECTS


def test_command_line_change(toy):
    toy.make("direct_defconfig", "debug.config", "all")
    toy.edit("core/Makefile", "obj-y += main.o",
             "obj-y += main.o\nCFLAGS_main.o := -DNEW='\"a \\# $$b\"'")
    assert toy.made() == {"CC core/main.o"} | AFTER_OBJECTS
    assert toy.made() == set()


def test_compiler_change(toy):
    toy.make()
    assert "CC core/main.o" in toy.made("CC=clang")
    assert toy.made("CC=clang") == set()


def test_new_configuration(toy):
    toy.make("direct_defconfig", "all")
    assert {"CC core/trace.o", "CC core/main.o", "NASM arch/x86/reset/vector.o"} <= \
        toy.made("direct_defconfig", "debug.config", "all")
    assert toy.image()[-14] == 0xaa
    # The object leaves the image with its option.
    assert "LD cloister.elf" in toy.made("direct_defconfig", "all")
    assert toy.image()[-14] == 6
    assert (toy.out / ".config-name").read_text() == "direct\n"


def test_configuration_edited_by_hand(toy):
    toy.make("direct_defconfig", "all")
    config = toy.out / ".config"
    config.write_text(config.read_text().replace("CONFIG_LOG_LEVEL=6", "CONFIG_LOG_LEVEL=5"))
    toy.make()
    assert toy.image()[-14] == 5


def test_new_option_in_a_kconfig_file(toy):
    toy.make("direct_defconfig", "all")
    toy.edit("drivers/Kconfig", "endmenu", "config FRESH\n\tbool\n\tdefault y\n\nendmenu")
    assert "CC core/main.o" in toy.made()
    assert "CONFIG_FRESH 1" in (toy.out / "include/generated/autoconf.h").read_text()


def test_failing_report_stops_the_build_every_time(toy):
    toy.write("scripts/hooktab", "#!/bin/sh\necho wrong >&2\nexit 1\n")
    for _ in range(2):
        assert "wrong" in toy.make(ok=False)
    assert not (toy.out / "report/hooks.txt").exists()


def test_compile_error_stops_the_build_every_time(toy):
    toy.make()
    toy.edit("core/main.c", "return a", "int unused; return a")
    for _ in range(2):
        assert "unused" in toy.make(ok=False)


def test_section_that_nobody_collects(toy):
    toy.edit("core/main.c", ".rodata.keep", ".surprise")
    toy.edit("core/main.c", "return a", "return (int)*(const volatile uint32_t *)&toy_data + a")
    assert "orphan" in toy.make(ok=False)


def test_image_of_the_wrong_size(toy):
    toy.edit("platform/ovmf/cloister.lds.S", "CONFIG_FLASH_SIZE;", "CONFIG_FLASH_SIZE + 16;")
    for _ in range(2):
        assert "CONFIG_FLASH_SIZE is 0x10000" in toy.make(ok=False)
    assert not (toy.out / "cloister.fd").exists()


def test_time_of_the_build_is_refused(toy):
    toy.write("core/main.c", (toy.src / "core/main.c").read_text() +
              'const char when[] = __DATE__;\n')
    assert "reproducible" in toy.make(ok=False)


def test_large_stack_frame(toy):
    toy.edit("core/main.c", "return a", "volatile char b[2000]; b[a] = 1; return b[a + 1]")
    assert "frame size" in toy.make(ok=False)


def test_sparse(toy):
    toy.make()
    toy.edit("core/main.c", "int toy_sum(int a) {", """
#ifdef __CHECKER__
#define __host __attribute__((noderef, address_space(__host)))
#else
#define __host
#endif
int toy_sum(int a) {
	static int __host *host;
	a += *host;""")
    toy.make("all")
    toy.make("C=1", "all")                # nothing is compiled, so nothing is checked
    for _ in range(2):
        assert "noderef" in toy.make("C=2", ok=False)
    os.utime(toy.src / "core/main.c")
    for _ in range(2):
        assert "noderef" in toy.make("C=1", ok=False)


def test_one_file(toy):
    assert "TOY_VALUE" not in toy.make("core/main.i") + (toy.out / "core/main.i").read_text()
    toy.make("core/main.s")
    assert "toy_sum" in (toy.out / "core/main.s").read_text()


def test_one_file_in_all_its_forms(toy):
    forms = [f"core/main.{suffix}" for suffix in "ois"]
    toy.make(*forms)
    assert [form for form in forms if not (toy.out / form).exists()] == []


def test_compile_commands(toy):
    toy.make("compile_commands.json")
    entries = json.loads((toy.out / "compile_commands.json").read_text())
    assert [e["file"] for e in entries] == [str(toy.src / "core/main.c")]
    assert entries[0]["command"].startswith("gcc ")


def test_guest_kind_is_not_a_compiler(toy):
    toy.make("CC=sev-snp")
    assert "gcc " in (toy.out / "core/.main.o.cmd").read_text()


@pytest.mark.parametrize("where", [".", "a b"])
def test_directories_that_cannot_be(toy, where):
    toy.make(f"O={where}", ok=False)
    assert not (toy.src / "cloister.fd").exists()


def test_source_in_two_languages(toy):
    toy.write("core/main.asm", "")
    assert "could come from" in toy.make(ok=False)


def test_clean_and_distclean(toy):
    toy.make("direct_defconfig", "all")
    toy.make("clean")
    assert (toy.out / ".config").exists() and not (toy.out / "cloister.fd").exists()
    assert [path.name for path in toy.out.iterdir() if "cloister" in path.name] == []
    toy.make()
    toy.make("distclean")
    assert not toy.out.exists()


def test_command_of_make_on_a_terminal(toy):
    assert "gcc " in toy.make("V=1")
    toy.make("clean")
    assert toy.make("-s", "all") == ""


def test_same_bytes_elsewhere(tmp_path):
    (tmp_path / "b" / "deep").mkdir(parents=True)
    one, two = Toy(tmp_path), Toy(tmp_path / "b" / "deep", "name")
    for tree in (one, two):
        tree.edit("core/main.c", "uint32_t toy_data", "char toy_file[] "
                  "__attribute__((section(\".rodata.keep\"), used)) = __FILE__;\nconst uint32_t toy_data")
    one.make("-j1", "all")
    two.make("-j4", "all", TZ="Asia/Tokyo", LANG="tr_TR.UTF-8", USER="other")
    assert one.image() == two.image()
    assert b"core/main.c" in one.image()
    assert str(tmp_path).encode() not in one.image()
