# SPDX-License-Identifier: BSD-2-Clause-Patent
"""scripts/run, as `make run` calls it: on a terminal, on pipes, and with wrong settings."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time

import pytest

from conftest import ROOT
from vm import PATIENCE

RUN = ROOT / "scripts/run"
PROMPT = b"/root # "


@pytest.fixture
def settings(bench):
    """An environment whose build directory holds the image under test."""
    objtree = bench.path("objtree")
    objtree.mkdir(exist_ok=True)
    image = objtree / "cloister.fd"
    image.unlink(missing_ok=True)
    image.symlink_to(bench.firmware("ours", "q35"))
    keep = {name: value for name, value in os.environ.items()
            if name not in ("CC", "MACHINE", "SMP", "MEM", "ACCEL", "KERNEL", "INITRD",
                            "APPEND", "QEMU_ARGS")}
    return {**keep, "OBJTREE": str(objtree)}


class Terminal:
    """A user at a terminal in front of the launcher."""

    def __init__(self, environment):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 33, 101, 0, 0))
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        self.output = b""
        self.process = subprocess.Popen([RUN], stdin=slave, stdout=slave, stderr=slave,
                                        env=environment, start_new_session=True)

    def read(self, timeout):
        if select.select([self.master], [], [], timeout)[0]:
            self.output += os.read(self.master, 65536)

    def expect(self, text, timeout=60):
        deadline = time.monotonic() + timeout * PATIENCE
        while text not in self.output:
            assert time.monotonic() < deadline, f"no {text}: {self.output[-2000:]}"
            self.read(0.1)
        self.output = self.output[self.output.index(text) + len(text):]

    def send(self, text):
        os.write(self.master, text)

    def wait(self, timeout=30):
        deadline = time.monotonic() + timeout * PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < deadline, self.output[-2000:]
            self.read(0.1)
        return self.process.returncode

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()
        os.close(self.slave)
        os.close(self.master)


@pytest.fixture
def terminal(settings):
    terminal = Terminal({**settings, "SMP": "2", "MEM": "300M"})
    yield terminal
    terminal.close()


def test_shell_on_a_terminal(terminal):
    terminal.expect(b"qemu-system-x86_64 ")
    terminal.expect(b" -machine q35 ")
    terminal.expect(b"memmap: RAM")
    terminal.expect(b"Linux version")
    terminal.expect(PROMPT)
    terminal.send(b"echo $(nproc) CPUs, $(stty size)\n")
    terminal.expect(b"2 CPUs, 33 101")
    terminal.expect(PROMPT)
    # Ctrl-C belongs to the guest.
    terminal.send(b"sleep 1000\n")
    terminal.expect(b"sleep 1000")
    time.sleep(1)
    terminal.send(b"\x03")
    terminal.expect(PROMPT)
    terminal.send(b"poweroff\n")
    assert terminal.wait() == 0
    assert termios.tcgetattr(terminal.slave) == terminal.before


def test_ctrl_a_x(terminal):
    """QEMU's own way out, in the middle of a boot, leaves the terminal as it was."""
    terminal.expect(b"Linux version")
    terminal.send(b"\x01x")
    assert terminal.wait() == 0
    assert termios.tcgetattr(terminal.slave) == terminal.before


def test_reboot_from_the_shell(terminal):
    terminal.expect(PROMPT)
    terminal.send(b"reboot\n")
    terminal.expect(b"Linux version")
    terminal.expect(PROMPT)
    terminal.send(b"exit\n")
    assert terminal.wait() == 0


@pytest.mark.parametrize("machine", ("q35", "pc", "microvm"))
def test_commands_from_a_pipe(settings, machine):
    result = subprocess.run([RUN], env={**settings, "MACHINE": machine}, capture_output=True,
                            input=b"echo sum $((40 + 2))\n", timeout=90 * PATIENCE, check=True)
    assert b"\nsum 42" in result.stdout
    assert b"Linux version" in result.stdout


def test_no_input_at_all(settings):
    subprocess.run([RUN], env={**settings, "APPEND": "quiet"}, stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, timeout=90 * PATIENCE, check=True)


def test_own_kernel_and_arguments(bench, settings):
    """KERNEL, INITRD, APPEND and QEMU_ARGS reach QEMU."""
    result = subprocess.run(
        [RUN], env={**settings, "KERNEL": str(bench.kernel), "INITRD": str(bench.initrd),
                    "APPEND": "cloister.disk=none panic=-1",
                    "QEMU_ARGS": "-name 'two words' -no-reboot"},
        stdin=subprocess.DEVNULL, capture_output=True, timeout=90 * PATIENCE, check=True)
    assert b"-name 'two words'" in result.stdout
    assert b"CLOISTER-REPORT-END" in result.stdout


@pytest.mark.parametrize("wrong", (
    {"CC": "sev"}, {"CC": "tdx"}, {"CC": "vax"}, {"MACHINE": "vax"}, {"ACCEL": "xen"},
    {"SMP": "0"}, {"SMP": "two"}, {"MEM": "lots"}, {"MEM": "0"}, {"KERNEL": "/nonexistent"},
    {"INITRD": "/nonexistent"}, {"QEMU_ARGS": "'"}, {"OBJTREE": "/nonexistent"},
    {"QEMU": "/nonexistent/qemu"}))
def test_wrong_settings(settings, wrong):
    """One line that names the setting, and nothing is started."""
    (name, value), = wrong.items()
    result = subprocess.run([RUN], env={**settings, **wrong}, stdin=subprocess.DEVNULL,
                            capture_output=True, text=True, timeout=60 * PATIENCE, check=False)
    assert result.returncode == 2
    assert not result.stdout
    assert len(result.stderr.splitlines()) == 1
    assert value in result.stderr or name in result.stderr
    if name in ("MACHINE", "ACCEL"):
        assert "one of" in result.stderr


def test_kernel_is_bad(settings, bench):
    """The firmware's own reason reaches the user."""
    kernel = bench.path("kernel")
    kernel.write_bytes(bench.kernel.read_bytes()[:0x10000])
    result = subprocess.run([RUN], env={**settings, "KERNEL": str(kernel),
                                        "QEMU_ARGS": "-device isa-debug-exit,iobase=0xf4"},
                            stdin=subprocess.DEVNULL, capture_output=True, check=False,
                            timeout=60 * PATIENCE)
    assert result.returncode == 35
    assert b"boot: bad kernel" in result.stdout
