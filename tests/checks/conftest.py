# SPDX-License-Identifier: BSD-2-Clause-Patent
"""What the tests of the project's own scripts share."""

import subprocess
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2]


class Sample:
    """A small source tree, and a script of the project run on it."""

    def __init__(self, root):
        self.root = root

    def write(self, files):
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def run(self, script, *args):
        return subprocess.run([str(SOURCE / "scripts" / script), *map(str, args)],
                              capture_output=True, text=True, check=False)

    def violations(self, script):
        done = self.run(script, self.root)
        assert done.stderr == ""
        lines = done.stdout.splitlines()
        assert done.returncode == (1 if lines else 0)
        return lines


@pytest.fixture
def sample(tmp_path):
    return Sample(tmp_path)
