#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause-Patent
"""
Count what a firmware costs its host in a confidential guest, beside OVMF.

Counted by the emulated machine (tests/ccvm) from reset to the first instruction
of the kernel, or with --efi of an EFI application on a disk, which ends the machine
by a triple fault. A VMGEXIT, a request in the GHCB MSR and a TDG.VP.VMCALL each are
one exit to the host.
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

# To an EFI application: that part of what OVMF costs, and pages that have been accepted,
# which must not depend on the size of RAM.
EFI_BUDGET = {"of_ovmf": 1 / 20, "accepted": (32 << 20) >> 12}

SMALL, BIG = "512M", "4608M"
GIB_MORE = 4


def build_payload(work):
    """A kernel that ends at once: the bench's own, with another ending."""
    work.mkdir(parents=True, exist_ok=True)
    payload = work / "payload-fault"
    measure.run_tool(["nasm", "-f", "bin", "-DTRIPLE_FAULT", "-o", str(payload),
                      str(Path(__file__).with_name("payload.asm"))])
    return payload


def kernel_boot(work):
    return ["-kernel", str(build_payload(work))]


def disk_boot(work):
    return measure.disk_boot(work, build_payload(work).name)


def count(kind, firmware, ccvm, work, memory=SMALL, cpus=1, options=(), timeout=300,
          boot=kernel_boot):
    """What the emulator counted in one run; @boot: kernel_boot or disk_boot."""
    stats = work / f"{kind}.stats"
    stats.unlink(missing_ok=True)
    command = [str(CCVM), "--cc", kind, "--fw", str(firmware), "--ccvm-image", str(ccvm),
               "--stats", str(stats), "--timeout", str(timeout), *options, "--",
               "-machine", "q35", "-m", memory, "-smp", str(cpus), "-nodefaults",
               "-no-user-config", "-display", "none", *boot(work)]
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
        "accepted": stats.get("accepted", 0),
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


def efi_report(kind, firmware, ccvm, work, options=()):
    """The counts of the small machine, and what more RAM adds to the pages accepted."""
    small, big = (count(kind, firmware, ccvm, work, memory=memory, options=options,
                        boot=disk_boot) for memory in (SMALL, BIG))
    return {**small, "accepted_more": big["accepted"] - small["accepted"]}


def over_efi_budget(row, ovmf):
    """The same for an application; @ovmf: what its peer cost, or None."""
    found = []
    if ovmf and row["host_exits"] > ovmf["host_exits"] * EFI_BUDGET["of_ovmf"]:
        found.append(f"{row['host_exits']} exits to the host, more than a twentieth of "
                     f"OVMF's {ovmf['host_exits']}")
    if row["accepted"] > EFI_BUDGET["accepted"]:
        found.append(f"{row['accepted']} pages accepted, more than {EFI_BUDGET['accepted']}")
    if row["accepted_more"] > 0:
        found.append(f"{row['accepted_more']} more pages accepted with {BIG} than with {SMALL}")
    return found


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


EFI_COLUMNS = (
    ("host exits", "host_exits"), ("#VC/#VE", "exceptions"), ("TDCALLs", "tdcalls"),
    ("pages", "accepted"), (f"more at {BIG}", "accepted_more"),
)


def show(rows, columns):
    print(f"{'kind':8} {'firmware':9}" + "".join(f"{title:>14}" for title, _ in columns))
    for kind, firmware, row in rows:
        print(f"{kind:8} {firmware:9}" + "".join(
            f"{row.get(name, '-'):>14,}" if name in row else f"{'-':>14}"
            for _, name in columns))


def find_ovmf(args):
    """OVMF of Debian 12; for disks Debian 13's, since the older one reads none in SEV-ES."""
    if args.no_peers:
        return None
    if not args.efi:
        return next((path for path in OVMF if os.path.exists(path)), None)
    done = subprocess.run([ROOT / "scripts/fetch-guest", "ovmf/trixie"], check=False,
                          stdout=subprocess.PIPE, text=True)
    return f"{done.stdout.strip()}/usr/share/ovmf/OVMF.fd" if done.returncode == 0 else None


def peer_options(kind, version):
    """OVMF breaks rules of its own, which tests/cc/matrix.py lists."""
    sys.path.insert(0, str(ROOT / "tests/cc"))
    import matrix
    checks = set(matrix.VIOLATIONS.get((f"ovmf-{version}", kind), ()))
    return [word for check in sorted(checks) for word in ("--allow", check)]


def measure_kind(kind, args, ovmf):
    """Rows for a table, and what is over the budget, as text."""
    work, peer = args.work, None
    if ovmf:
        peer = count(kind, ovmf, args.ccvm, work,
                     options=peer_options(kind, "2025.02" if args.efi else "2022.11"),
                     boot=disk_boot if args.efi else kernel_boot)
    if args.efi:
        row = efi_report(kind, args.fw, args.ccvm, work)
        failed = over_efi_budget(row, peer)
    else:
        row = report(kind, args.fw, args.ccvm, work)
        failed = over_budget(row)
    return [(kind, "Cloister", row)] + ([(kind, "OVMF", peer)] if peer else []), failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("kind", choices=KINDS + ("all",))
    parser.add_argument("fw", type=Path, help="our firmware image")
    parser.add_argument("--ccvm", type=Path, required=True, help="the emulator, ccvm.fd")
    parser.add_argument("--work", type=Path, help="default: tests/bench beside the image")
    parser.add_argument("--efi", action="store_true", help="to an EFI application on a disk with "
                        "GPT and FAT32, instead of a kernel from QEMU")
    parser.add_argument("--no-peers", action="store_true", help="only our image")
    args = parser.parse_args()
    args.work = args.work or args.fw.resolve().parent / "tests" / "bench"
    ovmf = find_ovmf(args)
    rows, failed = [], []
    for kind in KINDS if args.kind == "all" else (args.kind,):
        try:
            more, problems = measure_kind(kind, args, ovmf)
            rows += more
            failed += [f"{kind}: {text}" for text in problems]
        except measure.BenchError as error:
            failed.append(str(error))
    show(rows, EFI_COLUMNS if args.efi else COLUMNS)
    for text in failed:
        print(f"bench: {text}", file=sys.stderr)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
