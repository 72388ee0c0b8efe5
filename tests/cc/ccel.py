# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Reads a confidential guest's event log, and what registers it must have led to.

Public documents: ACPI 6.5, section 5.2.34 (CCEL); TCG PC Client Platform Firmware Profile
1.06, section 10 (crypto agile log).
"""

import hashlib
import re
import struct
from collections import namedtuple

Event = namedtuple("Event", "register type digest data")

SHA384, SHA384_SIZE = 0x000C, 48
EV_NO_ACTION = 3
SPEC_ID = b"Spec ID Event03\0"
# What follows the last event, up to the end of the area.
UNUSED = 0xFFFFFFFF


def parse(log):
    """The events after the header."""
    index, kind, size = struct.unpack_from("<II20xI", log)
    assert kind == EV_NO_ACTION, "the log does not begin with a specification ID"
    header = log[32:32 + size]
    assert header.startswith(SPEC_ID)
    count, = struct.unpack_from("<I", header, 24)
    algorithms = [struct.unpack_from("<HH", header, 28 + 4 * i) for i in range(count)]
    assert algorithms == [(SHA384, SHA384_SIZE)]
    assert len(header) == 28 + 4 * count + 1 + header[28 + 4 * count]
    events, at = [], 32 + size
    while at + 4 <= len(log):
        register, = struct.unpack_from("<I", log, at)
        if register == UNUSED:
            break
        kind, count, algorithm = struct.unpack_from("<IIH", log, at + 4)
        assert (count, algorithm) == (1, SHA384)
        digest = log[at + 14:at + 14 + SHA384_SIZE]
        at += 14 + SHA384_SIZE
        size, = struct.unpack_from("<I", log, at)
        data = log[at + 4:at + 4 + size]
        assert len(data) == size, "an event reaches beyond the log"
        events.append(Event(register, kind, digest, data))
        at += 4 + size
    assert set(log[at:]) <= {0xFF}, "something follows the last event"
    return events


def replay(events):
    """RTMR0 to RTMR3 as the events have extended them; register 1 of an event is RTMR0."""
    registers = [bytes(SHA384_SIZE)] * 4
    for event in events:
        if event.type == EV_NO_ACTION:
            continue
        registers[event.register - 1] = hashlib.sha384(
            registers[event.register - 1] + event.digest).digest()
    return registers


def held(lines):
    """RTMR0 to RTMR3 as the emulator's log has them at the end."""
    registers = [bytes(SHA384_SIZE)] * 4
    for line in lines:
        match = re.search(r"\bRTMR([0-3]) is ([0-9a-f]{96})$", line)
        if match:
            registers[int(match[1])] = bytes.fromhex(match[2])
    return registers
