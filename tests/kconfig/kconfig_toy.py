# SPDX-License-Identifier: BSD-2-Clause-Patent
"""A small configuration tree of our own for each test, and the real tool."""

import os
import pathlib
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "scripts" / "kconfig"))

KCONFIG = """\
mainmenu "Toy"

choice
	prompt "Flavour"
	default SWEET

config SWEET
	bool "Sweet"

config SOUR
	bool "Sour"

endchoice

config BASE
	bool "Base"

menu "Things"
	depends on BASE

config THING
	bool "Thing"
	help
	  A help text that mentions things to trip a parser:
	  config NOT_A_SYMBOL
	  endmenu

config LEVEL
	int "Level"
	range 3 7
	default 5

endmenu

config SIZE
	hex "Size"
	default 0x1000

config NAME
	string "Name"
	default "toy"

config SECRET
	int "Secret" if BASE
	default 1

config DERIVED
	def_bool THING

source "sub/Kconfig"
"""

SUB = """\
if THING && LEVEL > 5

config DEEP
	bool "Deep"
	depends on !SOUR

endif
"""


class Toy:
    """A source tree with a Kconfig and a build directory beside it."""

    def __init__(self, root):
        self.src = root / "src"
        self.out = root / "out"
        (self.src / "configs" / "fragments").mkdir(parents=True)
        (self.src / "sub").mkdir()
        self.out.mkdir()
        self.write("Kconfig", KCONFIG)
        self.write("sub/Kconfig", SUB)
        self.write("configs/toy_defconfig", "")

    def write(self, name, text):
        (self.src / name).write_text(text, encoding="utf-8")

    def configure(self, *goals, **env):
        return subprocess.run(
            [sys.executable, str(SOURCE / "scripts/kconfig/configure.py"), *goals],
            cwd=self.out, env={**os.environ, "srctree": str(self.src), **env}, check=False,
            stdin=subprocess.DEVNULL, text=True, capture_output=True, timeout=60)

    def fragment(self, text, name="f.config"):
        """Configures the defconfig with a fragment of this text on top."""
        self.write("configs/fragments/" + name, text)
        return self.configure("toy_defconfig", name)

    def config(self):
        return (self.out / ".config").read_text(encoding="utf-8").splitlines()
