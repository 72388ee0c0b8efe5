# SPDX-License-Identifier: BSD-2-Clause-Patent
"""The few commands of GDB's remote protocol that a test needs to break a machine.

Public document: Debugging with GDB, appendix "GDB Remote Serial Protocol".
"""

import socket
import time

RSP = 7     # register numbers of x86-64 in GDB's own order
RIP = 16


class GdbRemote:
    """A connection to QEMU's -gdb unix:PATH,server=on,wait=off."""

    def __init__(self, path, timeout=20):
        deadline = time.monotonic() + timeout
        while True:
            self.socket = socket.socket(socket.AF_UNIX)
            try:
                self.socket.connect(str(path))
                break
            except OSError:
                self.socket.close()
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
        self.socket.settimeout(timeout)
        self.pending = b""
        # QEMU only lets registers be written by a client that knows their layout.
        self.command("qXfer:features:read:target.xml:0,ffb")

    def close(self):
        self.socket.close()

    def _byte(self):
        if not self.pending:
            self.pending = self.socket.recv(4096)
            if not self.pending:
                raise EOFError("QEMU closed the connection")
        byte, self.pending = self.pending[:1], self.pending[1:]
        return byte

    def _send(self, text):
        checksum = sum(text.encode()) & 0xff
        self.socket.sendall(f"${text}#{checksum:02x}".encode())

    def _receive(self):
        while self._byte() != b"$":
            pass
        packet = b""
        while (byte := self._byte()) != b"#":
            packet += byte
        self._byte()
        self._byte()
        self.socket.sendall(b"+")
        return packet.decode()

    def command(self, text):
        self._send(text)
        return self._receive()

    def run_to(self, address):
        """Runs until the instruction at the address is about to be executed."""
        assert self.command(f"Z1,{address:x},1") == "OK"
        stop = self.command("c")
        assert stop[0] in "TS", stop
        assert self.command(f"z1,{address:x},1") == "OK"

    def set_register(self, number, value):
        assert self.command(f"P{number:x}={value.to_bytes(8, 'little').hex()}") == "OK"

    def resume(self):
        """Runs on, without waiting for anything."""
        self._send("c")
