# SPDX-License-Identifier: BSD-2-Clause-Patent
"""What a machine's display shows: QEMU's screendump, read back glyph by glyph."""

import importlib.machinery
import importlib.util
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COLUMNS, ROWS = 80, 25
WIDTH, HEIGHT = 8, 16

BLACK, GRAY = bytes(3), b"\xaa\xaa\xaa"


def load_mkfont():
    loader = importlib.machinery.SourceFileLoader("mkfont", str(ROOT / "scripts/mkfont"))
    spec = importlib.util.spec_from_loader("mkfont", loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def load_glyphs():
    """Rows of a glyph -> character, for those that the firmware has."""
    mkfont = load_mkfont()
    with mkfont.gzip.open(mkfont.FONT) as file:
        glyphs = mkfont.Pcf(file.read()).glyphs()
    wanted = [c for low, high in mkfont.WANTED for c in range(low, high + 1) if c in glyphs]
    # Of characters that look the same the first one counts.
    return {glyphs[c]: chr(c) for c in reversed(wanted)}


class Screen:
    """A picture: width, height, and three bytes for each pixel."""

    glyphs = None

    def __init__(self, data):
        kind, size, depth, self.pixels = data.split(b"\n", 3)
        assert (kind, depth) == (b"P6", b"255")
        self.width, self.height = map(int, size.split())

    def pixel(self, x, y):
        at = 3 * (y * self.width + x)
        return self.pixels[at:at + 3]

    def cell(self, column, row):
        """Character, foreground, background; "" if it is no glyph in two colours."""
        left = ((self.width - COLUMNS * WIDTH) // 2 & ~7) + column * WIDTH
        top = (self.height - ROWS * HEIGHT) // 2 + row * HEIGHT
        rows = [[self.pixel(left + x, top + y) for x in range(WIDTH)] for y in range(HEIGHT)]
        colours = sorted({p for line in rows for p in line})
        if len(colours) == 1:
            return " ", None, colours[0]
        for fore, back in (colours, reversed(colours)):
            bits = bytes(sum((p == fore) << (7 - x) for x, p in enumerate(line)) for line in rows)
            if bits in Screen.glyphs and len(colours) == 2:
                return Screen.glyphs[bits], fore, back
        return "", None, None

    def text(self):
        """The lines of the text mode of 80 x 25 in the middle."""
        if Screen.glyphs is None:
            Screen.glyphs = load_glyphs()
        if self.width < COLUMNS * WIDTH or self.height < ROWS * HEIGHT:
            return []
        return ["".join(self.cell(c, r)[0] or "\ufffd" for c in range(COLUMNS)).rstrip()
                for r in range(ROWS)]

    def selected(self):
        """Text in black on gray."""
        self.text()
        cells = [[self.cell(c, r) for c in range(COLUMNS)] for r in range(ROWS)]
        lines = ["".join(char for char, _, back in line if back == GRAY) for line in cells]
        return [line.strip() for line in lines if line]


def take(vm):
    with tempfile.NamedTemporaryFile(prefix="screen-", suffix=".ppm") as file:
        vm.qmp.command("screendump", filename=file.name)
        return Screen(file.read())


def wait_for(vm, condition, what, timeout=30):
    """Takes pictures until one fulfils the condition; the picture."""
    found = []

    def look():
        screen = take(vm)
        if condition(screen):
            found.append(screen)
        return bool(found)

    vm.wait_for(look, what, timeout)
    return found[-1]


def wait_for_text(vm, text, timeout=30):
    return wait_for(vm, lambda s: any(text in line for line in s.text()),
                    f"'{text}' on the display", timeout)


def press(vm, *keys):
    """Keys by their QEMU names, one after the other."""
    for key in keys:
        vm.qmp.command("send-key", keys=[{"type": "qcode", "data": key}])
        vm.qmp.pump(0.3)
