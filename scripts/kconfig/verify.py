#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Verifies that a configuration is what was asked for.

usage: verify.py CONFIG FILE...

Each line of the files must hold in CONFIG. kconfig-conf drops an unknown
symbol, a request whose dependency is not met, and all but one member of a
choice without a word; here each is an error with its file and line. A line
that a later file overrides is not a request any more.
"""

import os
import re
import sys
from typing import NamedTuple

import kconfig

SET = re.compile(r"CONFIG_([A-Za-z0-9_]+)=(.*)")
UNSET = re.compile(r"#\s*CONFIG_([A-Za-z0-9_]+) is not set")
SYNTAX = {
    "bool": re.compile("[yn]"),
    "tristate": re.compile("[ymn]"),
    "int": re.compile("-?[0-9]+"),
    "hex": re.compile("(0[xX])?[0-9a-fA-F]+"),
    "string": re.compile(r'"([^"\\]|\\.)*"'),
}


class Request(NamedTuple):
    """A line of a defconfig or fragment."""
    name: str
    value: str
    place: str

    def __str__(self):
        return f"{self.place}: CONFIG_{self.name}={self.value}"


def parse(path, label=None):
    """Requests of one file, and what is wrong with its lines."""
    requests, errors = [], []
    first = {}
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            line = line.strip()
            place = f"{label or path}:{number}"
            m = SET.fullmatch(line)
            unset = UNSET.fullmatch(line)
            if m:
                request = Request(m[1], m[2], place)
            elif unset:
                request = Request(unset[1], "n", place)
            elif not line or line.startswith("#"):
                if re.match(r"#\s*CONFIG_\S+ is ", line):
                    errors.append(f"{place}: not a configuration line: {line}")
                continue
            else:
                errors.append(f"{place}: not a configuration line: {line}")
                continue
            if request.name in first:
                errors.append(f"{place}: CONFIG_{request.name} was already set at "
                              f"{first[request.name]}")
            first.setdefault(request.name, place)
            requests.append(request)
    return requests, errors


def merge(lists):
    """The requests that are left when a later file overrides an earlier one."""
    merged = {}
    for requests in lists:
        for request in requests:
            merged[request.name] = request
    return merged


def read_values(path):
    """Values of a .config, by name without CONFIG_; what is not set is n."""
    return {r.name: r.value.strip('"') if r.value.startswith('"') else r.value
            for r in parse(path)[0]}


def same(kind, wanted, got):
    """Whether two values of a symbol of some type are the same."""
    if kind in ("int", "hex"):
        try:
            base = 16 if kind == "hex" else 10
            return int(wanted, base) == int(got, base)
        except ValueError:
            return False
    if kind == "string":
        wanted = wanted.strip('"')
    return wanted == got


def choice_errors(tree, merged):
    """Two members of one choice, each with its line."""
    errors = []
    chosen = {}
    for request in merged.values():
        sym = tree.symbols.get(request.name)
        if sym is None or sym.choice is None or request.value != "y":
            continue
        other = chosen.setdefault(sym.choice, request)
        if other is not request:
            errors.append(
                f"{request}: CONFIG_{other.name} of the same choice is asked for too, at "
                f"{other.place} (to override it, add "
                f"\"# CONFIG_{other.name} is not set\" here)")
    return errors


def reason(tree, sym, request, values):
    """Why a request does not hold."""
    unmet = tree.unmet(sym.name, values)
    if unmet and request.value != "n":
        names = dict.fromkeys(n for e in unmet for n in kconfig.names_in(e))
        state = ", ".join(f"CONFIG_{n} is {values.get(n, 'n')}" for n in names)
        return f"unmet dependency: {' && '.join(unmet)} ({state})"
    got = values.get(sym.name, "n")
    hidden = tree.hidden_by(sym.name, values)
    if hidden:
        return f"value differs: it is {got}; it can only be set if {hidden}"
    if sym.ranges and sym.type in ("int", "hex"):
        low, high = sym.ranges[0]
        return f"value differs: it is {got}; the range is {low} to {high}"
    if not sym.has_prompt:
        return f"value differs: it is {got}; nobody can set it, other options decide"
    if request.value == "n":
        return f"value differs: it is {got}; another option or a choice needs it"
    return f"value differs: it is {got}"


def request_errors(tree, merged):
    """What is wrong with the requests whatever the result is, one line each."""
    errors = choice_errors(tree, merged)
    for request in merged.values():
        sym = tree.symbols.get(request.name)
        if sym is None:
            errors.append(f"{request}: unknown symbol")
        elif not SYNTAX[sym.type or "string"].fullmatch(request.value):
            if request.value != "n":
                errors.append(f"{request}: not a value of type {sym.type}")
    return errors


def value_errors(tree, values, merged):
    """Requests that do not hold in @values, one line each."""
    errors = []
    for request in merged.values():
        sym = tree.symbols.get(request.name)
        if sym is not None and not same(sym.type, request.value, values.get(request.name, "n")):
            errors.append(f"{request}: {reason(tree, sym, request, values)}")
    return errors


def main(argv):
    if len(argv) < 3:
        raise SystemExit(__doc__)
    lists, errors = [], []
    for path in argv[2:]:
        requests, wrong = parse(path)
        lists.append(requests)
        errors += wrong
    tree = kconfig.Tree(os.environ.get("srctree", "."))
    requests = merge(lists)
    errors += request_errors(tree, requests)
    errors += value_errors(tree, read_values(argv[1]), requests)
    for error in errors:
        print(error, file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
