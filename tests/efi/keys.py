# SPDX-License-Identifier: BSD-2-Clause-Patent
"""A machine with somebody at the keyboard of its serial port."""

import os
import re
import socket
import threading

from vm import Vm


def screen_text(serial):
    """What a terminal would show, without its positions and colours."""
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", re.sub(r"\x1b\[\d+;\d+H", "\n", serial))


class KeyVm(Vm):
    """A machine whose serial port has somebody at the keyboard."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.port = os.path.join(self.qmp.folder.name, "serial")
        self.keyboard = None
        at = self.argv.index(f"file,id=serial,path={self.serial_path}")
        self.argv[at] = (f"socket,id=serial,path={self.port},server=on,wait=off,"
                         f"logfile={self.serial_path}")

    @property
    def screen(self):
        return screen_text(self.serial)

    def _drain(self):
        try:
            while self.keyboard.recv(65536):
                pass
        except OSError:
            pass

    def type(self, keys):
        """As one would by hand: each key, or its escape sequence, for itself."""
        if self.keyboard is None:
            self.keyboard = socket.socket(socket.AF_UNIX)
            self.keyboard.connect(self.port)
            threading.Thread(target=self._drain, daemon=True).start()
        for key in re.findall(r"\x1b\[[0-9]*[A-Z~]|.", keys, re.DOTALL):
            self.keyboard.sendall(key.encode())
            self.qmp.pump(0.1)

    def wait_for_screen(self, text, timeout=30):
        self.wait_for(lambda: text in self.screen, f"'{text}' on the screen", timeout)

    def __exit__(self, *arguments):
        super().__exit__(*arguments)
        if self.keyboard is not None:
            self.keyboard.close()
