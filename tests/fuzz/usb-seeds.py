#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Seeds of the usb target: a keyboard that types, a hub with one behind it, and a mouse.

    usb-seeds.py FOLDER

An input is the device's speed; answers, each after its length; then reports and events.
"""

import sys
from pathlib import Path

HIGH, FULL = 3, 1
DEVICE = bytes([18, 1, 0, 2, 0, 0, 0, 64])
HUB_DEVICE = bytes([18, 1, 0, 2, 9, 0, 0, 8])
KEYBOARD = bytes([9, 2, 34, 0, 1, 1, 0, 0xa0, 50, 9, 4, 0, 0, 1, 3, 1, 1, 0,
                  9, 0x21, 0x11, 1, 0, 1, 0x22, 63, 0, 7, 5, 0x81, 3, 8, 0, 7])
HUB = bytes([9, 2, 25, 0, 1, 1, 0, 0xe0, 0, 9, 4, 0, 0, 0, 9, 0, 0, 0, 7, 5, 0x81, 3, 2, 0, 255])


def answers(*parts):
    return b"".join(bytes([len(p)]) + p for p in parts)


def report(slot, *usages):
    return bytes([slot - 1]) + bytes([0, 0, *usages]).ljust(8, b"\0")


def port_event(port):
    return b"\x80" + bytes([0, 0, 0, port, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0x88, 0, 0])


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    keyboard = answers(DEVICE, KEYBOARD[:9], KEYBOARD)
    slow = answers(DEVICE[:7] + b"\x08", KEYBOARD[:9], KEYBOARD)
    mouse = KEYBOARD[:16] + b"\2" + KEYBOARD[17:]
    connected = bytes([3, 0, 0x10, 0])
    none = bytes(4)
    seeds = {
        "keyboard": bytes([HIGH]) + keyboard + report(1, 4) + report(1) + report(1, 0x51, 5),
        "mouse": bytes([HIGH]) + answers(DEVICE, mouse[:9], mouse) + port_event(1),
        "hub": bytes([FULL]) + answers(HUB_DEVICE, HUB[:9], HUB, bytes([9, 0x29, 4, 0, 0, 1, 0]),
                                       connected, connected) + slow +
        answers(none, none, none) + report(2, 4) + port_event(1),
        "config": KEYBOARD,
    }
    for name, data in seeds.items():
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
