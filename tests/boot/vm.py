# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Runs one QEMU, keeps what it printed, and talks QMP to it.

Public document: QEMU documentation, "QEMU Machine Protocol Specification".
"""

import json
import os
import shlex
import socket
import subprocess
import tempfile
import time

QEMU = os.environ.get("QEMU", "qemu-system-x86_64")

# How often the time limits are stretched, for slow or busy machines.
PATIENCE = float(os.environ.get("CLOISTER_PATIENCE", "1"))

DEBUG_PORT = 0x402

MACHINES = {
    "q35": "q35",
    "pc": "pc",
    "microvm": "microvm,acpi=on,rtc=on",
}

DISK_DEVICE = {
    "q35": "virtio-blk-pci",
    "pc": "virtio-blk-pci",
    "microvm": "virtio-blk-device",
}


class VmError(Exception):
    """QEMU or the guest did not do in time what was waited for."""


class BusyError(VmError):
    """What happens to Linux on a busy host under any firmware: worth another try."""


class TimerError(BusyError):
    """Linux found no timer interrupt."""


class PatchError(BusyError):
    """A processor ran a breakpoint that another one had replaced by then: QEMU goes on with
    the code that it has translated."""


class Qmp:
    """The control channel. QEMU connects to us, so no event is ever missed."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="qmp-")
        self.path = os.path.join(self.folder.name, "s")
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen(1)
        self.connection = None
        self.pending = b""
        self.events = []

    def accept(self, timeout):
        self.listener.settimeout(timeout)
        self.connection, _ = self.listener.accept()
        self._read_message(timeout)
        self.command("qmp_capabilities")

    def close(self):
        if self.connection:
            self.connection.close()
        self.listener.close()
        self.folder.cleanup()

    def _read_message(self, timeout):
        """The next message, or None at the end of the timeout; EOFError when QEMU is gone."""
        deadline = time.monotonic() + timeout
        while b"\n" not in self.pending:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                return None
            self.connection.settimeout(remaining)
            try:
                data = self.connection.recv(65536)
            except socket.timeout:
                return None
            except ConnectionResetError:
                data = b""
            if not data:
                raise EOFError
            self.pending += data
        line, self.pending = self.pending.split(b"\n", 1)
        message = json.loads(line)
        if "event" in message:
            self.events.append(message)
        return message

    def pump(self, timeout):
        """Collects events until the timeout; false when QEMU is gone."""
        try:
            self._read_message(timeout)
        except EOFError:
            return False
        return True

    def command(self, name, timeout=20, **arguments):
        request = {"execute": name, "arguments": arguments}
        self.connection.sendall(json.dumps(request).encode())
        deadline = time.monotonic() + timeout
        while True:
            message = self._read_message(max(deadline - time.monotonic(), 0))
            if message is None:
                raise VmError(f"QMP: no answer to {name}")
            if "return" in message:
                return message["return"]
            if "error" in message:
                raise VmError(f"QMP: {name}: {message['error']['desc']}")


class Vm:
    """One virtual machine, from start to end; use it as a context manager.

    firmware: path for -bios
    machine, smp, mem: as in QEMU, machine being a key of MACHINES
    log: path prefix of the files that keep the output
    extra: further QEMU arguments
    """

    def __init__(self, firmware, log, machine="q35", smp="1", mem="256M", kernel=None,
                 initrd=None, append=None, disk=None, extra=(), machine_opts="",
                 reboot=False, cpu="max"):
        self.serial_path, self.debug_path = f"{log}.serial", f"{log}.debug"
        self.log = log
        self.qmp = Qmp()
        self.process = None
        self.argv = [
            QEMU, "-machine", MACHINES[machine] + machine_opts, "-accel", "tcg", "-cpu", cpu,
            "-m", str(mem), "-smp", str(smp), "-bios", str(firmware),
            "-nodefaults", "-no-user-config", "-display", "none",
            "-chardev", f"file,id=serial,path={self.serial_path}",
            "-serial", "chardev:serial",
            "-chardev", f"file,id=debug,path={self.debug_path}",
            "-device", f"isa-debugcon,iobase={DEBUG_PORT:#x},chardev=debug",
            "-chardev", f"socket,id=qmp,path={self.qmp.path}",
            "-mon", "chardev=qmp,mode=control",
        ]
        if not reboot:
            self.argv += ["-no-reboot"]
        # QEMU drops events of the time before the control channel is set up. Who
        # asks for a stopped machine, for a debugger, starts it himself.
        self.starts_itself = "-S" in extra
        if not self.starts_itself:
            self.argv += ["-S"]
        for option, value in (("-kernel", kernel), ("-initrd", initrd), ("-append", append)):
            if value is not None:
                self.argv += [option, str(value)]
        if disk:
            self.argv += ["-drive", f"if=none,id=disk0,format=raw,file={disk}",
                          "-device", f"{DISK_DEVICE[machine]},drive=disk0"]
        self.argv += [str(argument) for argument in extra]

    def __enter__(self):
        with open(f"{self.log}.cmd", "w", encoding="utf-8") as file:
            file.write(shlex.join(self.argv) + "\n")
        for path in (self.serial_path, self.debug_path):
            with open(path, "wb"):
                pass
        with open(f"{self.log}.qemu", "wb") as errors:
            self.process = subprocess.Popen(self.argv, stdin=subprocess.DEVNULL,
                                            stdout=errors, stderr=errors)
        try:
            self.qmp.accept(20 * PATIENCE)
            if not self.starts_itself:
                self.qmp.command("cont")
        except (OSError, EOFError, VmError):
            # QEMU ended at once, for instance because it refuses its arguments.
            try:
                self.process.wait(2 * PATIENCE)
            except subprocess.TimeoutExpired:
                self.__exit__()
                raise self._error("QEMU does not open its control channel") from None
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.qmp.close()

    def _read(self, path):
        with open(path, "rb") as file:
            return file.read().decode("ascii", "replace").replace("\r", "")

    @property
    def serial(self):
        return self._read(self.serial_path)

    @property
    def debug(self):
        return self._read(self.debug_path)

    @property
    def errors(self):
        """What QEMU itself said."""
        return self._read(f"{self.log}.qemu")

    @property
    def events(self):
        return [event["event"] for event in self.qmp.events]

    def event(self, name):
        """The data of the first such event, or None."""
        return next((event.get("data", {}) for event in self.qmp.events
                     if event["event"] == name), None)

    def _error(self, what, kind=None):
        tail = "\n".join(self.serial.splitlines()[-15:])
        debug = "\n".join(self.debug.splitlines()[-15:])
        return (kind or VmError)(
            f"{what}\n--- {self.log}.cmd\n{shlex.join(self.argv)}\n"
            f"--- {self.log}.qemu\n{self.errors}\n--- end of {self.debug_path}\n{debug}\n"
            f"--- end of {self.serial_path}\n{tail}")

    def wait(self, timeout=60):
        """QEMU's exit status; an error if it does not end by itself in time."""
        deadline = time.monotonic() + timeout * PATIENCE
        while time.monotonic() < deadline:
            if not self.qmp.connection or not self.qmp.pump(0.2):
                try:
                    return self.process.wait(10)
                except subprocess.TimeoutExpired:
                    break
            if "timer doesn't work" in self.serial:
                raise self._error("the guest's kernel has no timer", TimerError)
            if "Kernel panic - not syncing" in self.serial:
                if "Oops: int3" in self.serial:
                    raise self._error("the guest's kernel ran an old breakpoint", PatchError)
                raise self._error("the guest's kernel panicked")
        raise self._error(f"QEMU still runs after {timeout} s")

    def wait_for(self, condition, what, timeout=30):
        """Waits until condition() holds, collecting events meanwhile."""
        deadline = time.monotonic() + timeout * PATIENCE
        while not condition():
            if time.monotonic() > deadline or not self.qmp.pump(0.1):
                if condition():
                    return
                raise self._error(f"no {what}")

    def wait_for_serial(self, text, timeout=30):
        self.wait_for(lambda: text in self.serial, f"'{text}' on the serial port", timeout)

    def wait_for_event(self, name, timeout=30):
        self.wait_for(lambda: name in self.events, f"QMP event {name}", timeout)

    def monitor(self, line):
        """The answer of the human monitor to one of its commands."""
        return self.qmp.command("human-monitor-command", **{"command-line": line})

    def memory(self, address, size):
        """Bytes of guest-physical memory."""
        with tempfile.NamedTemporaryFile(prefix="guest-memory-") as file:
            self.qmp.command("pmemsave", val=address, size=size, filename=file.name)
            return file.read()

    def halted_for_good(self):
        """Whether the boot processor sleeps with interrupts off."""
        registers = self.monitor("info registers")
        flags = next(word for word in registers.split() if word.startswith(("EFL=", "RFL=")))
        return "HLT=1" in registers and not int(flags[4:], 16) & 0x200
