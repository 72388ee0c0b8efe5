# SPDX-License-Identifier: BSD-2-Clause-Patent
"""What is asked for is what is built, or make stops and names the line."""

import os
import subprocess

import pytest
from kconfig_toy import SOURCE, Toy

import kconfig


@pytest.fixture
def toy(tmp_path):
    return Toy(tmp_path)


def refused(result, *words):
    """The request was refused, with one line that says all of this."""
    assert result.returncode == 1
    lines = [l for l in result.stderr.splitlines() if all(w in l for w in words)]
    assert len(lines) == 1, result.stderr


def test_requests_that_hold(toy):
    done = toy.fragment('CONFIG_BASE=y\nCONFIG_THING=y\nCONFIG_LEVEL=6\nCONFIG_DEEP=y\n'
                        'CONFIG_SIZE=0x2000\nCONFIG_NAME="other"\n')
    assert (done.returncode, done.stderr) == (0, "")
    assert "CONFIG_DEEP=y" in toy.config()
    assert 'CONFIG_NAME="other"' in toy.config()


def test_unknown_symbol(toy):
    refused(toy.fragment("CONFIG_BASE=y\nCONFIG_BSAE=y\n"),
            "f.config:2", "CONFIG_BSAE=y", "unknown symbol")


def test_unknown_symbol_that_is_not_set(toy):
    refused(toy.fragment("# CONFIG_GONE is not set\n"), "f.config:1", "unknown symbol")


def test_unknown_symbol_in_a_defconfig(toy):
    toy.write("configs/toy_defconfig", "# comment\nCONFIG_GONE=y\n")
    refused(toy.configure("toy_defconfig"), "configs/toy_defconfig:2", "unknown symbol")


def test_name_in_a_help_text_is_no_symbol(toy):
    refused(toy.fragment("CONFIG_NOT_A_SYMBOL=y\n"), "f.config:1", "unknown symbol")


def test_unmet_dependency_of_the_menu(toy):
    refused(toy.fragment("CONFIG_THING=y\n"), "f.config:1", "CONFIG_THING=y",
            "unmet dependency: BASE", "CONFIG_BASE is n")


def test_unmet_dependency_of_an_if_and_its_own(toy):
    refused(toy.fragment("CONFIG_BASE=y\nCONFIG_THING=y\nCONFIG_DEEP=y\n"), "f.config:3",
            "unmet dependency: THING && LEVEL > 5", "CONFIG_LEVEL is 5")
    refused(toy.fragment("CONFIG_BASE=y\nCONFIG_THING=y\nCONFIG_LEVEL=7\nCONFIG_SOUR=y\n"
                         "CONFIG_DEEP=y\n"), "f.config:5", "unmet dependency: !SOUR")


def test_value_that_depends_on_something_unset(toy):
    refused(toy.fragment("CONFIG_LEVEL=6\n"), "f.config:1", "unmet dependency: BASE")


def test_out_of_range_is_not_clamped_silently(toy):
    for value in ("2", "8"):
        refused(toy.fragment(f"CONFIG_BASE=y\nCONFIG_LEVEL={value}\n"),
                "f.config:2", f"CONFIG_LEVEL={value}", "range is 3 to 7")


def test_wrong_kind_of_value(toy):
    refused(toy.fragment("CONFIG_BASE=7\n"), "f.config:1", "CONFIG_BASE=7")
    refused(toy.fragment("CONFIG_BASE=y\nCONFIG_LEVEL=high\n"), "f.config:2", "CONFIG_LEVEL=high")
    refused(toy.fragment("CONFIG_BASE=m\n"), "f.config:1", "CONFIG_BASE=m")
    refused(toy.fragment("CONFIG_NAME=bare\n"), "f.config:1", "CONFIG_NAME=bare")


def test_two_members_of_one_choice(toy):
    refused(toy.fragment("CONFIG_SWEET=y\nCONFIG_SOUR=y\n"),
            "f.config:2", "CONFIG_SWEET", "same choice", "f.config:1")


def test_two_members_of_one_choice_in_two_files(toy):
    toy.write("configs/toy_defconfig", "CONFIG_SOUR=y\n")
    refused(toy.fragment("CONFIG_SWEET=y\n"), "f.config:1", "CONFIG_SOUR", "same choice",
            "toy_defconfig:1")


def test_choice_overridden_on_purpose(toy):
    toy.write("configs/toy_defconfig", "CONFIG_SOUR=y\n")
    done = toy.fragment("# CONFIG_SOUR is not set\nCONFIG_SWEET=y\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert "CONFIG_SWEET=y" in toy.config()


def test_choice_with_nothing_left(toy):
    refused(toy.fragment("# CONFIG_SWEET is not set\n# CONFIG_SOUR is not set\n"),
            "value differs", "CONFIG_SWEET=n")


def test_derived_value_cannot_be_requested(toy):
    refused(toy.fragment("CONFIG_DERIVED=y\n"), "f.config:1", "nobody can set it")


def test_prompt_that_is_hidden(toy):
    refused(toy.fragment("CONFIG_SECRET=2\n"), "f.config:1", "only be set if BASE")
    assert toy.fragment("CONFIG_BASE=y\nCONFIG_SECRET=2\n").returncode == 0


def test_not_set_can_be_written_in_two_ways(toy):
    for text in ("CONFIG_BASE=n\n", "# CONFIG_BASE is not set\n"):
        assert toy.fragment(text).returncode == 0
        assert "# CONFIG_BASE is not set" in toy.config()


def test_later_fragment_overrides_without_a_word(toy):
    toy.write("configs/toy_defconfig", "CONFIG_BASE=y\nCONFIG_LEVEL=4\n")
    toy.write("configs/fragments/a.config", "CONFIG_LEVEL=6\n")
    toy.write("configs/fragments/b.config", "# CONFIG_BASE is not set\n# CONFIG_THING is not set\n")
    done = toy.configure("toy_defconfig", "a.config")
    assert (done.returncode, done.stderr) == (0, "")
    assert "CONFIG_LEVEL=6" in toy.config()
    # With BASE gone, LEVEL=6 of a.config cannot hold: that is a request still.
    refused(toy.configure("toy_defconfig", "a.config", "b.config"), "a.config:1", "CONFIG_LEVEL")


def test_set_twice_in_one_file(toy):
    refused(toy.fragment("CONFIG_BASE=y\n# CONFIG_BASE is not set\n"),
            "f.config:2", "already set at", "f.config:1")


@pytest.mark.parametrize("line", ["BASE=y", "CONFIG_BASE = y", "CONFIG_BASE",
                                  "export CONFIG_BASE=y", "# CONFIG_BASE is unset"])
def test_line_that_is_no_request(toy, line):
    refused(toy.fragment(line + "\n"), "f.config:1", "not a configuration line")


def test_hex_is_compared_as_a_number(toy):
    assert toy.fragment("CONFIG_SIZE=0X2000\n").returncode == 0
    assert toy.fragment("CONFIG_SIZE=2000\n").returncode == 0


def test_refusal_leaves_the_configuration_alone(toy):
    assert toy.configure("toy_defconfig").returncode == 0
    before = toy.config()
    assert toy.fragment("CONFIG_BASE=y\nCONFIG_GONE=y\n").returncode == 1
    assert toy.config() == before
    assert sorted(p.name for p in toy.out.iterdir() if p.is_file()) == [".config", ".config-name"]


def test_fragment_on_top_of_what_is_there(toy):
    toy.write("configs/toy_defconfig", "CONFIG_BASE=y\nCONFIG_SOUR=y\n")
    toy.write("configs/fragments/f.config", "CONFIG_SWEET=y\n")
    refused(toy.configure("f.config"), "no .config")
    assert toy.configure("toy_defconfig").returncode == 0
    done = toy.configure("f.config")
    assert (done.returncode, done.stderr) == (0, "")
    assert {"CONFIG_BASE=y", "CONFIG_SWEET=y", "# CONFIG_SOUR is not set"} <= set(toy.config())
    assert (toy.out / ".config-name").read_text() == "toy+f\n"


def test_defconfig_that_does_not_exist(toy):
    refused(toy.configure("big_defconfig"), "big_defconfig", "toy_defconfig")


def test_fragment_that_does_not_exist(toy):
    refused(toy.configure("toy_defconfig", "none.config"), "none.config")


def test_parser_warning_is_an_error(toy):
    toy.write("sub/Kconfig", 'config PULLS\n\tbool "Pulls"\n\tselect NEEDY\n'
              'config NEEDY\n\tbool "Needy"\n\tdepends on BASE\n')
    done = toy.fragment("CONFIG_PULLS=y\n")
    assert done.returncode == 1
    assert "unmet direct dependencies" in done.stderr


def test_stray_variables_change_nothing(toy):
    done = toy.configure("toy_defconfig", CONFIG_="FW_", KCONFIG_CONFIG="elsewhere",
                         KCONFIG_ALLCONFIG="nowhere")
    assert (done.returncode, done.stderr) == (0, "")
    assert "# CONFIG_BASE is not set" in toy.config()
    assert toy.configure("--sync", KCONFIG_AUTOHEADER="elsewhere").returncode == 0
    assert (toy.out / "include/generated/autoconf.h").exists()


def test_menuconfig_without_a_terminal(toy):
    assert toy.configure("toy_defconfig").returncode == 0
    for target in ("menuconfig", "nconfig", "oldconfig"):
        refused(toy.configure(target), "terminal")


def test_new_option_gets_its_default_without_a_question(toy):
    assert toy.configure("toy_defconfig", "--sync").returncode == 0
    toy.write("sub/Kconfig", 'config FRESH\n\tbool "Fresh"\n\tdefault y\n')
    assert "CONFIG_FRESH" in toy.configure("listnewconfig").stdout
    assert toy.configure("--sync").returncode == 0
    assert "CONFIG_FRESH=y" in (toy.out / "include/config/auto.conf").read_text()


def test_verify_as_a_command(toy):
    toy.write("wanted.config", "CONFIG_BASE=y\n")
    assert toy.configure("toy_defconfig").returncode == 0
    done = subprocess.run([SOURCE / "scripts/kconfig/verify.py", ".config",
                           toy.src / "wanted.config"], cwd=toy.out, text=True,
                          env={**os.environ, "srctree": str(toy.src)},
                          capture_output=True, check=False)
    refused(done, "wanted.config:1", "CONFIG_BASE=y")


@pytest.mark.parametrize("expression, value", [
    ("A", "y"), ("!A", "n"), ("B", "n"), ("A && B", "n"), ("A || B", "y"), ("!(A && B)", "y"),
    ("N > 5", "y"), ("N <= 5", "n"), ("N = 6", "y"), ("A = y", "y"), ("B != n", "n"),
    ("A && (B || N = 6)", "y"), ("S = \"text\"", "y"), ("M", "m"), ("!M", "m"), ("A && M", "m")])
def test_expressions(expression, value):
    values = {"A": "y", "M": "m", "N": "6", "S": "text"}
    assert kconfig.evaluate(expression, values) == value
