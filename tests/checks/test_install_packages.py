# SPDX-License-Identifier: BSD-2-Clause-Patent
"""scripts/install-packages: what it installs, how, and what it says when it cannot."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from conftest import SOURCE

SCRIPT = SOURCE / "scripts/install-packages"
NEEDED = ("awk", "cat", "dirname", "env", "grep", "mktemp", "rm", "sed", "sh", "sort", "tr")

# Whatever is not in the file "installed" is missing; apt-get adds to it.
STUBS = {
    "dpkg-query": 'for last; do :; done; grep -qx "$last" installed && printf installed',
    "apt-get": 'echo "$*" >>calls; [ ! -e broken ] || { echo "no such host"; exit 100; }\n'
               'case "$*" in *" update") : >updated ;; *) [ ! -e stale ] || [ -e updated ] ;; esac',
    "id": "cat user",
    "sudo": '[ "$1" = -v ] || { echo "sudo $*" >>calls; exec "$@"; }',
}


class Machine:
    """A machine whose commands are the ones named, in the folder where they are run."""

    def __init__(self, folder):
        self.folder = folder
        self.bin = folder / "bin"
        self.bin.mkdir()
        for name in NEEDED:
            (self.bin / name).symlink_to(shutil.which(name))
        for name, text in STUBS.items():
            (self.bin / name).write_text(f"#!/bin/sh\n{text}\n", encoding="ascii")
            (self.bin / name).chmod(0o755)
        self.write("user", "0")
        self.write("installed")

    def write(self, name, *lines):
        (self.folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="ascii")

    def without(self, *names):
        for name in names:
            (self.bin / name).unlink()

    def run(self, *groups, status=0):
        done = subprocess.run([self.bin / "sh", SCRIPT, *groups], cwd=self.folder, text=True,
                              env={"PATH": str(self.bin)}, stdin=subprocess.DEVNULL, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert done.returncode == status, done.stdout
        return done.stdout

    @property
    def calls(self):
        path = self.folder / "calls"
        return path.read_text(encoding="ascii").splitlines() if path.exists() else []


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def packages(*groups):
    """Names and witnesses of the list itself, by group."""
    found, group = {}, None
    for line in (SOURCE / "scripts/packages").read_text(encoding="ascii").splitlines():
        if line.startswith("["):
            group = line[1:-1]
        elif line and not line.startswith("#"):
            name, witness, purpose = line.split("\t")
            assert purpose
            if not groups or group in groups:
                found[name] = witness
    return found


def test_nothing_is_missing(machine):
    machine.write("installed", *packages("build", "run"))
    assert machine.run("build", "run") == ""
    assert not machine.calls


def test_only_what_is_missing_is_installed_and_named(machine):
    machine.write("installed", *(set(packages("build", "run")) - {"nasm", "qemu-system-x86"}))
    said = machine.run("build", "run")
    assert said.startswith("Installing missing packages (apt-get install):\n  nasm\t")
    assert len(said.splitlines()) == 3
    call, = machine.calls
    assert "--no-install-recommends nasm qemu-system-x86" in call


def test_ordinary_user(machine):
    machine.write("user", "1000")
    assert "with sudo (apt-get install)" in machine.run("run")
    assert machine.calls[0].startswith("sudo env ")
    assert any(call.endswith("--no-install-recommends qemu-system-x86") for call in machine.calls)


def test_ordinary_user_without_sudo(machine):
    machine.write("user", "1000")
    machine.without("sudo")
    said = machine.run("run", status=1)
    assert "As root, run:\n  apt-get install --no-install-recommends qemu-system-x86\n" in said
    assert not machine.calls


def test_package_lists_are_old(machine):
    machine.write("stale")
    assert "Updating package lists" in machine.run("run")
    assert [re.search(r"\b(install|update)\b", call)[1] for call in machine.calls] == \
        ["install", "update", "install"]


def test_no_network(machine):
    machine.write("broken")
    said = machine.run("run", status=1)
    assert "no such host" in said
    assert said.splitlines()[-1] == "install-packages: apt-get failed; needed are: qemu-system-x86"


def test_other_distribution(machine):
    """All that is missing by what comes with it, Python's modules too."""
    machine.without("apt-get", "dpkg-query")
    said = machine.run("build", "run", "check", status=1)
    assert said.startswith("This is not a Debian system")
    named = {line.split("\t")[0].strip() for line in said.splitlines() if line.startswith("  ")}
    wanted = packages("build", "run", "check")
    assert named == {name for name, witness in wanted.items()
                     if witness != "-" and not os.path.exists(witness)}
    assert {"nasm", "python3-pytest", "qemu-system-x86"} <= named


def test_other_distribution_that_has_a_module(machine):
    machine.without("apt-get", "dpkg-query")
    (machine.bin / "python3").symlink_to(sys.executable)
    said = machine.run("build", "check", status=1)
    assert "nasm" in said and "python3-pytest\t" not in said


def test_group_that_does_not_exist(machine):
    assert "no group nothing" in machine.run("nothing", status=1)
    assert "groups: build run " in machine.run(status=1)


def test_groups_of_the_makefile_exist():
    text = (SOURCE / "scripts/kbuild/targets.mk").read_text(encoding="ascii")
    used = set(re.findall(r"^\t\$\(packages\) ((?:\w+ ?)+)", text, re.M))
    assert used
    for groups in used:
        for group in groups.split():
            assert packages(group), group
