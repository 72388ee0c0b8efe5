# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Sphinx directive that shows the kernel-doc comments of headers.

    .. kernel-doc:: include/fw/*.h

makes a section per header that has such comments: its purpose, then each
documented function, macro, structure, enumeration and type. The name in a
comment must be that of the declaration below it. Form of the comments: Linux,
Documentation/doc-guide/kernel-doc.rst, less what this project does not use.
"""

import glob
import os
import re

from docutils import nodes
from docutils.parsers.rst import Directive
from docutils.statemachine import StringList
from sphinx.util.nodes import nested_parse_with_titles

TREE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
COMMENT = re.compile(r"^/\*(\*?)\s(.*?)\*/\n*", re.S | re.M)
ATTRIBUTE = re.compile(r"__attribute__\(\(.*?\)\)|__printf\(.*?\)|\b__\w+\b|\b(static|inline|extern)\b")
SECTION = re.compile(r"(@[\w.]+|Return|Context|Documents?):\s*(.*)")


def inline(text):
    """Plain text as reStructuredText: nothing in it is markup but @x and f()."""
    def piece(part):
        if part[0] == "@":
            return f"\\ ``{part[1:]}``\\ "
        if part.endswith("()"):
            return f"\\ :c:func:`{part[:-2]}`\\ "
        return re.sub(r"([\\*`|_<>])", r"\\\1", part)
    parts = re.split(r"(?<![\w@])(@\w+|[a-z]\w+\(\))(?!\w)", text)
    return "".join(piece(part) for part in parts if part)


def clean(comment):
    """The lines of a comment without their stars."""
    lines = [re.sub(r"^\s*\* ?", "", line).rstrip() for line in comment.split("\n")]
    return "\n".join(lines).strip("\n").split("\n")


def paragraphs(lines, indent=""):
    """Prose; what is indented by a tab is shown as it stands."""
    out = []
    for block in re.split(r"\n\s*\n", "\n".join(lines)):
        body = block.split("\n")
        if all(line.startswith("\t") for line in body):
            out += ["::", ""] + ["   " + line.expandtabs(8)[8:] for line in body] + [""]
        elif block.strip():
            out += [inline(" ".join(line.strip() for line in body)), ""]
    return [indent + line if line else "" for line in out]


def declaration(code):
    """Sphinx directive, signature, name and body of what a comment is above."""
    m = re.match(r"#define\s+(\w+)(\([^)]*\))?", code)
    if m:
        return "c:macro", m[1] + (m[2] or ""), m[1], None
    m = re.match(r"(struct|enum)\s+(\w+)\s*(\{.*?^\})", code, re.S | re.M)
    if m:
        # Not c:struct: to Sphinx a function of the same name would be a duplicate.
        return "describe", f"{m[1]} {m[2]}", m[2], m[0] + ";"
    m = re.match(r"typedef\s[^;]*?(\w+);", code)
    if m:
        return "c:type", m[1], m[1], None
    m = re.match(r"[^;{]+", code)
    text = " ".join(ATTRIBUTE.sub("", m[0]).split()) if m else ""
    m = re.search(r"(\w+)\(", text)
    return "c:function", text, m[1] if m else "", None


def entry(comment, code):
    """One documented thing as reStructuredText."""
    lines = clean(comment)
    m = re.match(r"(?:struct |enum )?(\w+)(?:\(\))? - (.*)", lines[0])
    kind, signature, name, body = declaration(code)
    if not m or m[1] != name:
        raise ValueError(f"'{lines[0]}' stands above {name or 'nothing that is known'}")
    prose, sections = [m[2]], []
    current = prose
    for line in lines[1:]:
        section = SECTION.match(line)
        if section:
            current = [section[2]]
            sections.append((section[1], current))
        elif not line and sections and current is sections[-1][1]:
            current = prose     # a paragraph after the parameters
            prose.append("")
        else:
            current.append(line)
    out = [f".. {kind}:: {signature}", ""] + paragraphs(prose, "   ")
    members = [title for title, _ in sections if title[0] == "@" and body]
    for title, text in sections:
        text = inline(" ".join(t.strip() for t in text if t))
        if title in members:
            out.append(f"   * ``{title[1:]}``: {text}")
        else:
            title = "param " + title[1:] if title[0] == "@" else title.replace("Return", "return")
            out.append(f"   :{title}: {text}")
    if body and not members:
        out += ["   .. code-block:: c", ""]
        out += ["      " + line.expandtabs(8) for line in body.split("\n")]
    return out + [""]


def page(path, name):
    """A header as reStructuredText; nothing if it documents nothing."""
    with open(path, encoding="utf-8") as f:
        text = f.read()
    found = list(COMMENT.finditer(text))
    documented = [m for m in found if m[1]]
    if not documented:
        return []
    out = [name, "^" * len(name), ""]
    if len(found) > 1 and not found[1][1] and "SPDX" not in found[1][2]:
        out += paragraphs(clean(found[1][2]))
    for m in documented:
        out += entry(m[2], text[m.end():])
    return out


class KernelDoc(Directive):
    """The directive: its argument is a pattern, relative to the source tree."""
    required_arguments = 1

    def run(self):
        lines = StringList()
        env = self.state.document.settings.env
        for path in sorted(glob.glob(os.path.join(TREE, self.arguments[0]))):
            name = re.sub(r".*include/", "", path)
            env.note_dependency(path)
            try:
                text = page(path, name)
            except ValueError as e:
                raise self.error(f"{name}: {e}")
            for number, line in enumerate(text):
                lines.append(line, name, number)
        node = nodes.section()
        node.document = self.state.document
        nested_parse_with_titles(self.state, lines, node)
        return node.children


def setup(app):
    app.add_directive("kernel-doc", KernelDoc)
    return {"parallel_read_safe": True}
