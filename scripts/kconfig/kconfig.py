# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Reads Kconfig files as far as is needed to explain a refused request.

The parser of kconfig-frontends decides what a configuration is; it says
nothing about what it drops. This module knows which symbols exist, what they
depend on and which of them share a choice.
Language: Documentation/kbuild/kconfig-language.rst of Linux 4.11.
"""

import os
import re

TYPES = {"bool", "tristate", "int", "hex", "string"}
TOKEN = re.compile(r'\s*(&&|\|\||!=|<=|>=|[!=<>()]|"[^"]*"|\'[^\']*\'|[A-Za-z0-9_]+)')


class Symbol:
    """One option, with everything its definitions say."""

    def __init__(self, name):
        self.name = name
        self.type = None
        self.has_prompt = False
        self.shown_if = []      # conditions of its prompts
        self.depends = []       # one list of expressions per definition
        self.ranges = []        # (low, high)
        self.choice = None      # number of the choice it is a member of
        self.place = None       # file:line of the first definition


class Tree:
    """All symbols of a Kconfig tree."""

    def __init__(self, srctree, top="Kconfig"):
        self.srctree = srctree
        self.symbols = {}
        self.files = []
        self._choices = 0
        # What encloses the line being read: (keyword, expressions, choice).
        self._blocks = []
        self._read(top)

    def _read(self, name):
        self.files.append(name)
        with open(os.path.join(self.srctree, name), encoding="utf-8") as f:
            lines = f.read().replace("\\\n", " ").splitlines()
        entry = None            # the symbol or block that attributes belong to
        help_indent = None      # None, or -1 until the first line of a help text
        for number, line in enumerate(lines, 1):
            text = line.expandtabs(8)
            if help_indent is not None:
                if not text.strip():
                    continue
                indent = len(text) - len(text.lstrip())
                if help_indent < 0 and indent > 0:
                    help_indent = indent
                if indent >= help_indent > 0:
                    continue
                help_indent = None
            stripped = text.strip()
            if not stripped or stripped.startswith("#"):
                continue
            word, _, rest = stripped.partition(" ")
            rest = rest.strip()
            if word in ("help", "---help---"):
                help_indent = -1
            elif word in ("config", "menuconfig"):
                entry = self._define(rest, f"{name}:{number}")
            elif word in ("menu", "if", "choice"):
                entry = self._open(word, rest)
            elif word in ("endmenu", "endif", "endchoice"):
                self._blocks.pop()
                entry = None
            elif word == "source":
                self._read(rest.strip("\"'"))
                entry = None
            elif word in ("mainmenu", "comment"):
                entry = None
            elif entry is not None:
                self._attribute(entry, word, rest)

    def _open(self, word, rest):
        conditions = [rest] if word == "if" else []
        choice = None
        if word == "choice":
            self._choices += 1
            choice = self._choices
        block = (word, conditions, choice)
        self._blocks.append(block)
        return block

    def _define(self, name, place):
        sym = self.symbols.setdefault(name, Symbol(name))
        sym.place = sym.place or place
        # The lists of the enclosing blocks are shared: a "depends on" that
        # the parser has yet to see for them is found when it is asked for.
        sym.depends.append([block[1] for block in self._blocks] + [[]])
        for block in self._blocks:
            if block[2] is not None:
                sym.choice = block[2]
        return sym

    @staticmethod
    def _attribute(entry, word, rest):
        if word == "depends":
            expression = rest.removeprefix("on").strip()
            (entry.depends[-1][-1] if isinstance(entry, Symbol) else entry[1]).append(expression)
        if not isinstance(entry, Symbol):
            return
        if word in TYPES or word == "prompt":
            entry.type = entry.type if word == "prompt" else word
            prompt = re.fullmatch(r"""("[^"]*"|'[^']*')(?:\s+if\s+(.*))?""", rest)
            if prompt:
                entry.has_prompt = True
                entry.shown_if.append(prompt[2] or "y")
        elif word in ("def_bool", "def_tristate"):
            entry.type = word[4:]
        elif word == "range":
            entry.ranges.append(tuple(rest.partition(" if ")[0].split()))

    def unmet(self, name, values):
        """The dependencies of @name that do not hold with these values.

        @values maps names without CONFIG_ to text; a missing one is n.
        Empty if one of the symbol's definitions has all it needs.
        """
        result = []
        for definition in self.symbols[name].depends:
            missing = [e for block in definition for e in block
                       if evaluate(e, values) == "n"]
            if not missing:
                return []
            result = result or missing
        return result

    def hidden_by(self, name, values):
        """The condition that hides its prompt, or nothing if one is shown."""
        shown_if = self.symbols[name].shown_if
        if any(evaluate(e, values) != "n" for e in shown_if):
            return None
        return shown_if[0] if shown_if else None


def names_in(expression):
    """Symbols that an expression mentions."""
    return [t for t in TOKEN.findall(expression)
            if re.fullmatch(r"[A-Z][A-Z0-9_]*", t)]


def evaluate(expression, values):
    """Value of a Kconfig expression: y, m or n."""
    tokens = TOKEN.findall(expression) + [None]
    order = "nmy"

    def text(token):
        if token[0] in "\"'":
            return token[1:-1]
        if token in ("y", "m", "n") or re.fullmatch(r"0x[0-9a-fA-F]+|[0-9]+", token):
            return token
        return values.get(token, "n")

    def compare(left, operator, right):
        try:
            left, right = int(left, 0), int(right, 0)
        except ValueError:
            pass
        return {"=": left == right, "!=": left != right, "<": left < right,
                ">": left > right, "<=": left <= right, ">=": left >= right}[operator]

    def primary():
        token = tokens.pop(0)
        if token == "!":
            return order[2 - order.index(primary())]
        if token == "(":
            value = either()
            if tokens.pop(0) != ")":
                raise ValueError(f"unbalanced: {expression}")
            return value
        if token is None:
            raise ValueError(f"incomplete: {expression}")
        if tokens[0] in ("=", "!=", "<", ">", "<=", ">="):
            operator = tokens.pop(0)
            return "y" if compare(text(token), operator, text(tokens.pop(0))) else "n"
        value = text(token)
        return value if value in ("y", "m") else "n"

    def both():
        value = primary()
        while tokens[0] == "&&":
            tokens.pop(0)
            value = min(value, primary(), key=order.index)
        return value

    def either():
        value = both()
        while tokens[0] == "||":
            tokens.pop(0)
            value = max(value, both(), key=order.index)
        return value

    return either()
