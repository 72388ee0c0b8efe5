#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Writes the seeds of the fuzz targets sev_host and sev_secrets.

    tests/fuzz/sev-seeds.py tests/fuzz/corpus

Records are those of tests/fuzz/sev_host-fuzz.c (struct reply) and sev_secrets-fuzz.c.
"""

import pathlib
import struct
import sys

NEGOTIATE, MSR_PAGE, REGISTER, FEATURES, CALL, UNSHARE, SHARE, ACCEPT = range(8)
OPERATIONS, BATCH = 8, 253
HONEST_MSR, HONEST_PSC, HONEST_INFO, ALL_VALID = 1, 2, 4, 8
HONEST = HONEST_MSR | HONEST_PSC | HONEST_INFO | ALL_VALID


def reply(flags=HONEST, msr=0, info=(0, 0), valid=(0, 0), psc=(0, 0, 0)):
    return struct.pack("<QQQQQHHII", msr, *info, *valid, *psc, flags)


def host(operation, *replies, variant=0):
    return bytes([operation + OPERATIONS * variant]) + b"".join(replies)


def without(flag, **fields):
    return reply(HONEST & ~flag, **fields)


def secrets(status, adjust=0, size=0, vmpl=0):
    return struct.pack("<QB", status, adjust) + b"\3".ljust(0x148, b"\0") + struct.pack(
        "<QQIB", size, 0, 0, vmpl)


SEEDS = {
    "sev_host": {
        "negotiate": host(NEGOTIATE, without(HONEST_MSR, msr=2 << 48 | 1 << 32 | 51 << 24 | 1)),
        "negotiate-new": host(NEGOTIATE, without(HONEST_MSR, msr=9 << 48 | 3 << 32 | 1)),
        "negotiate-echo": host(NEGOTIATE, without(HONEST_MSR, msr=2)),
        "page": host(MSR_PAGE, without(HONEST_MSR, msr=0x15)),
        "page-error": host(MSR_PAGE, without(HONEST_MSR, msr=1 << 32 | 0x15)),
        "register": host(REGISTER, without(HONEST_MSR, msr=0x807013)),
        "register-other": host(REGISTER, without(HONEST_MSR, msr=0x808013)),
        "features": host(FEATURES, without(HONEST_MSR, msr=3 << 12 | 0x81)),
        "call": host(CALL, reply()),
        "call-no-rax": host(CALL, without(ALL_VALID)),
        "call-gp": host(CALL, without(HONEST_INFO, info=(1, 0x80000B0D))),
        "call-pf": host(CALL, without(HONEST_INFO, info=(1, 0x80000B0E))),
        "call-refused": host(CALL, without(HONEST_INFO, info=(2, 5))),
        "call-may-fail": host(CALL, without(HONEST_INFO, info=(2, 5)), variant=1),
        "unshare": host(UNSHARE, reply(), reply()),
        "unshare-small": host(UNSHARE, reply(), reply(), variant=3),
        "share": host(SHARE, reply(), reply()),
        "accept": host(ACCEPT, reply(), reply()),
        "accept-steps": host(ACCEPT, *(without(HONEST_PSC, psc=(n, BATCH - 1, 0))
                                       for n in (1, 1, 100, 252, 253)), reply()),
        "accept-back": host(ACCEPT, *(without(HONEST_PSC, psc=(n, BATCH - 1, 0))
                                      for n in (7, 6)), reply()),
        "accept-beyond": host(ACCEPT, without(HONEST_PSC, psc=(BATCH + 1, BATCH - 1, 0)), reply()),
        "accept-never": host(ACCEPT, without(HONEST_PSC, psc=(5, BATCH - 1, 0))),
        "accept-end": host(ACCEPT, without(HONEST_PSC, psc=(BATCH, 0, 0))),
        "accept-reserved": host(ACCEPT, without(HONEST_PSC, psc=(BATCH, BATCH - 1, 1))),
        "accept-error": host(ACCEPT, without(HONEST_INFO, info=(0, 1 << 32 | 2))),
    },
    "sev_secrets": {
        "level0": secrets(0x7),
        "features": secrets(0x824B87),
        "restricted": secrets(0x27),
        "level1": secrets(0x7, adjust=2, size=0x800000, vmpl=1),
        "svsm": secrets(0x7, size=0x800000, vmpl=2),
    },
}


def main():
    for name, seeds in SEEDS.items():
        target = pathlib.Path(sys.argv[1]) / name
        target.mkdir(parents=True, exist_ok=True)
        for seed, data in seeds.items():
            (target / seed).write_bytes(data)


if __name__ == "__main__":
    main()
