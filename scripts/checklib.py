# SPDX-License-Identifier: BSD-2-Clause-Patent
"""
What the checks of scripts/checkstyle share: which files there are, and how a
violation is said.

A check is a script that takes the root of a source tree as its only argument
(default: the tree it is in), prints "file:line: message" for each violation,
and exits with 1 if there was one.
"""

import re
import subprocess
import sys
from pathlib import Path

# The folders whose code runs in every guest; no vendor's name in them.
COMMON = ("core/", "efi/", "drivers/", "platform/", "lib/", "boot/",
          "arch/x86/reset/", "arch/x86/cpu/")

# Everything that becomes part of an image.
FIRMWARE = ("arch/", "boot/", "cc/", "core/", "drivers/", "efi/", "include/", "lib/",
            "platform/")

# Data, not text of ours: never looked at. The reason stands beside each.
NOT_SOURCE = (
    "LICENSES/",		# licence texts, as their owners wrote them
    "docs/images/",		# pictures
    "tests/golden/",		# generated reports
    "tests/fuzz/corpus/",	# inputs, mostly binary
)

C_COMMENT_OR_STRING = re.compile(
    r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|/\*.*?\*/|//[^\n]*', re.S)


class Tree:
    """A source tree and the violations found in it."""

    def __init__(self, root):
        self.root = Path(root).resolve()
        self.violations = set()
        self._files = None
        self._text = {}

    def _listed(self):
        """Names from git, or None if this is not the top of a checkout."""
        def git(*args):
            return subprocess.run(["git", "-C", str(self.root), *args], check=False,
                                  capture_output=True, text=True)
        try:
            top = git("rev-parse", "--show-toplevel")
        except FileNotFoundError:
            return None
        if top.returncode != 0 or Path(top.stdout.strip()).resolve() != self.root:
            return None
        return git("ls-files", "-z", "-co", "--exclude-standard").stdout.split("\0")

    def files(self, *suffixes, under=()):
        """
        Paths relative to the root, sorted; only those that end in one of
        @suffixes and begin with one of @under, if given.
        """
        if self._files is None:
            names = self._listed()
            if names is None:
                names = [str(p.relative_to(self.root)) for p in self.root.rglob("*")
                         if "__pycache__" not in p.parts]
            self._files = sorted(n for n in set(names) if n
                                 and not n.startswith((".git/", "build/", *NOT_SOURCE))
                                 and (self.root / n).is_file()
                                 and not (self.root / n).is_symlink())
        return [f for f in self._files
                if (not suffixes or f.endswith(suffixes))
                and (not under or f.startswith(tuple(under)))]

    def text(self, name):
        if name not in self._text:
            data = (self.root / name).read_bytes()
            self._text[name] = data.decode("utf-8", errors="replace")
        return self._text[name]

    def lines(self, name):
        """(number, line) from 1 on."""
        return enumerate(self.text(name).splitlines(), 1)

    def exists(self, name):
        return (self.root / name).exists()

    def fail(self, name, line, message):
        self.violations.add((name, line, message))


def c_code(text, keep_strings=False):
    """C or assembler-with-cpp text with comments (and strings) blanked, lines kept."""
    def blank(match):
        if keep_strings and match[0][0] in "\"'":
            return match[0]
        return re.sub(r"[^\n]", " ", match[0])
    return C_COMMENT_OR_STRING.sub(blank, text)


def is_python(tree, name):
    return name.endswith(".py") or "python3" in tree.text(name).split("\n", 1)[0][:40]


def run(check):
    """Run @check on the tree named on the command line, and exit."""
    if len(sys.argv) > 2:
        sys.exit(f"usage: {sys.argv[0]} [source tree]")
    root = sys.argv[1] if len(sys.argv) == 2 else Path(__file__).resolve().parents[1]
    tree = Tree(root)
    check(tree)
    for name, line, message in sorted(tree.violations):
        print(f"{name}:{line}: {message}")
    sys.exit(1 if tree.violations else 0)
