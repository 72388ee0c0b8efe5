#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause-Patent
"""
Count what a firmware costs its host in a confidential guest, beside OVMF.

Counted by the emulated machine (tests/ccvm) from reset to the first instruction
of the kernel, which ends the machine by a triple fault. A VMGEXIT, a request in
the GHCB MSR and a TDG.VP.VMCALL each are one exit to the host.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True

import measure  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
CCVM = ROOT / "tests/ccvm/ccvm"

KINDS = ("sev", "sev-es", "sev-snp", "tdx")
OVMF = ("/usr/share/ovmf/OVMF.fd", "/usr/share/OVMF/OVMF.fd")

# The exit status of the command for a triple fault (ccvm.1).
TRIPLE_FAULT = 14

# Exits that real hardware makes, too, in a guest whose registers the host sees.
OPEN_EXITS = ("io", "cpuid", "msr", "npf", "wbinvd", "rdtsc")

# From reset to the kernel, with 512 MiB and one processor; and for each GiB more.
BUDGET = {"host_exits": 1000, "host_exits_per_gib": 16}

SMALL, BIG = "512M", "4608M"
GIB_MORE = 4


def build_payload(work):
    """A kernel that ends at once: the bench's own, with another ending."""
    work.mkdir(parents=True, exist_ok=True)
    payload = work / "payload-fault"
    measure.run_tool(["nasm", "-f", "bin", "-DTRIPLE_FAULT", "-o", str(payload),
                      str(Path(__file__).with_name("payload.asm"))])
    return payload


def count(kind, firmware, ccvm, work, memory=SMALL, cpus=1, options=(), timeout=300):
    """What the emulator counted in one run."""
    stats = work / f"{kind}.stats"
    stats.unlink(missing_ok=True)
    command = [str(CCVM), "--cc", kind, "--fw", str(firmware), "--ccvm-image", str(ccvm),
               "--stats", str(stats), "--timeout", str(timeout), *options, "--",
               "-machine", "q35", "-m", memory, "-smp", str(cpus), "-nodefaults",
               "-no-user-config", "-display", "none", "-kernel", str(build_payload(work))]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          check=False)
    if done.returncode != TRIPLE_FAULT:
        raise measure.BenchError(f"{kind}: the kernel was not reached (status "
                                 f"{done.returncode}): {done.stderr.strip()}")
    return derive(kind, json.loads(stats.read_text(encoding="ascii")))


def derive(kind, stats):
    events, exits = stats["events"], stats["exits"]
    if kind == "sev":
        host = sum(exits.get(name, 0) for name in OPEN_EXITS)
    else:
        host = sum(events.get(name, 0) for name in ("vmgexit", "ghcb_msr", "tdvmcall"))
    return {
        "host_exits": host,
        "accepts": events.get("pvalidate", 0) + events.get("accept", 0),
        "exceptions": events.get("vc", 0) + events.get("ve", 0),
        "tdcalls": events.get("tdcall", 0),
    }


def report(kind, firmware, ccvm, work, options=()):
    """The small machine's counts, and what each GiB more costs with 1 and 4 processors."""
    small = count(kind, firmware, ccvm, work, options=options)
    row = dict(small)
    for cpus in (1, 4):
        base = count(kind, firmware, ccvm, work, cpus=cpus, options=options)
        big = count(kind, firmware, ccvm, work, memory=BIG, cpus=cpus, options=options)
        for name in ("host_exits", "accepts"):
            row[f"{name}_per_gib_{cpus}cpu"] = (big[name] - base[name]) / GIB_MORE
    return row


def over_budget(row):
    """What is more than it may be, as text."""
    found = []
    if row["host_exits"] >= BUDGET["host_exits"]:
        found.append(f"{row['host_exits']} exits to the host, not under {BUDGET['host_exits']}")
    for cpus in (1, 4):
        more = row[f"host_exits_per_gib_{cpus}cpu"]
        if more > BUDGET["host_exits_per_gib"]:
            found.append(f"{more:g} exits to the host for each GiB with {cpus} processors")
    return found


COLUMNS = (
    ("host exits", "host_exits"), ("#VC/#VE", "exceptions"), ("accepts", "accepts"),
    ("TDCALLs", "tdcalls"),
    ("exits/GiB", "host_exits_per_gib_1cpu"), ("with 4 CPUs", "host_exits_per_gib_4cpu"),
    ("accepts/GiB", "accepts_per_gib_1cpu"), ("with 4 CPUs", "accepts_per_gib_4cpu"),
)


def show(rows):
    print(f"{'kind':8} {'firmware':9}" + "".join(f"{title:>13}" for title, _ in COLUMNS))
    for kind, firmware, row in rows:
        print(f"{kind:8} {firmware:9}" + "".join(
            f"{row.get(name, '-'):>13,}" if name in row else f"{'-':>13}"
            for _, name in COLUMNS))


def peer_options(kind):
    """OVMF breaks rules of its own, which tests/cc/matrix.py lists."""
    sys.path.insert(0, str(ROOT / "tests/cc"))
    import matrix
    checks = set(matrix.VIOLATIONS.get(("ovmf-2022.11", kind), ()))
    return [word for check in sorted(checks) for word in ("--allow", check)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("kind", choices=KINDS + ("all",))
    parser.add_argument("fw", type=Path, help="our firmware image")
    parser.add_argument("--ccvm", type=Path, required=True, help="the emulator, ccvm.fd")
    parser.add_argument("--work", type=Path, help="default: tests/bench beside the image")
    parser.add_argument("--no-peers", action="store_true", help="only our image")
    args = parser.parse_args()
    work = args.work or args.fw.resolve().parent / "tests" / "bench"
    ovmf = next((path for path in OVMF if os.path.exists(path)), None)
    rows, failed = [], []
    for kind in KINDS if args.kind == "all" else (args.kind,):
        try:
            row = report(kind, args.fw, args.ccvm, work)
            rows.append((kind, "Cloister", row))
            failed += [f"{kind}: {text}" for text in over_budget(row)]
            if ovmf and not args.no_peers:
                rows.append((kind, "OVMF", count(kind, ovmf, args.ccvm, work,
                                                 options=peer_options(kind))))
        except measure.BenchError as error:
            failed.append(str(error))
    show(rows)
    for text in failed:
        print(f"bench: {text}", file=sys.stderr)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
