# SPDX-License-Identifier: BSD-2-Clause-Patent
"""scripts/fetch-guest with an apt that is only pretended, in a cache of its own."""

import os
import subprocess

import pytest

from conftest import ROOT

FETCH = ROOT / "scripts/fetch-guest"

APT_CACHE = """#!/bin/sh
case "$1 $2" in
"policy guest") echo "  Candidate: ${GUEST_VERSION:-1:1.0}" ;;
"show guest="*) echo "SHA256: $GUEST_SHA256" ;;
esac
"""

APT_GET = """#!/bin/sh
echo "$*" >>"$GUEST_LOG"
case "$*" in
*" download "*) [ -n "$GUEST_DEB" ] && cp "$GUEST_DEB" guest.deb && exit 0 ;;
*" update") exit 0 ;;
esac
echo "E: network is unreachable"
exit 100
"""


@pytest.fixture
def machine(tmp_path):
    """An environment in which apt knows one package, "guest"."""
    binaries, package = tmp_path / "bin", tmp_path / "package"
    binaries.mkdir()
    (package / "DEBIAN").mkdir(parents=True)
    (package / "DEBIAN/control").write_text(
        "Package: guest\nVersion: 1:1.0\nArchitecture: all\nMaintainer: none <none@localhost>\n"
        "Description: for a test\n")
    (package / "content").write_text("hello\n")
    for name, text in (("apt-cache", APT_CACHE), ("apt-get", APT_GET)):
        (binaries / name).write_text(text)
        (binaries / name).chmod(0o755)
    deb = tmp_path / "guest.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "--build", package, deb], check=True,
                   stdout=subprocess.DEVNULL)
    digest = subprocess.run(["sha256sum", deb], check=True, capture_output=True, text=True)
    return {**os.environ, "PATH": f"{binaries}:{os.environ['PATH']}",
            "CLOISTER_CACHE": str(tmp_path / "the cache"), "GUEST_DEB": str(deb),
            "GUEST_SHA256": digest.stdout.split()[0], "GUEST_LOG": str(tmp_path / "log")}


def fetch(environment, *names, **changes):
    return subprocess.run([FETCH, *names], env={**environment, **changes}, capture_output=True,
                          text=True, check=False)


def downloads(environment):
    with open(environment["GUEST_LOG"], encoding="ascii") as file:
        return sum(" download " in line for line in file)


def test_unpacks_once(machine):
    first = fetch(machine, "guest")
    assert first.returncode == 0, first.stderr
    folder = first.stdout.strip()
    assert folder == machine["CLOISTER_CACHE"] + "/guest_1%3a1.0"
    with open(folder + "/content", encoding="ascii") as file:
        assert file.read() == "hello\n"
    second = fetch(machine, "guest", GUEST_DEB="")
    assert (second.returncode, second.stdout) == (0, first.stdout)
    assert downloads(machine) == 1


def test_several_at_once(machine):
    running = [subprocess.Popen([FETCH, "guest"], env=machine, stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, text=True) for _ in range(4)]
    assert len({process.communicate()[0] for process in running}) == 1
    assert [process.returncode for process in running] == [0] * 4
    assert downloads(machine) == 1


def test_older_one_without_network(machine):
    first = fetch(machine, "guest")
    later = fetch(machine, "guest", GUEST_VERSION="2.0", GUEST_DEB="")
    assert (later.returncode, later.stdout) == (0, first.stdout)
    assert "using an older one" in later.stderr


def test_nothing_and_no_network(machine):
    result = fetch(machine, "guest", GUEST_DEB="")
    assert result.returncode == 1 and not result.stdout
    assert "cannot get guest 1:1.0: network is unreachable" in result.stderr
    assert not os.path.lexists(machine["CLOISTER_CACHE"] + "/guest")


def test_wrong_checksum(machine):
    result = fetch(machine, "guest", GUEST_SHA256="0" * 64)
    assert result.returncode == 1 and not result.stdout
    assert "checksum" in result.stderr
    assert [name for name in os.listdir(machine["CLOISTER_CACHE"]) if "guest" in name] == []


@pytest.mark.parametrize("name", ("../guest", "two words", "", "UPPER", "other"))
def test_names(machine, name):
    result = fetch(machine, name)
    assert result.returncode == 1 and not result.stdout
    assert name in result.stderr
