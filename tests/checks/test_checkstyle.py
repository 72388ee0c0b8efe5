# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Each check of scripts/checkstyle finds its bad sample and accepts the good one."""

import subprocess

import pytest

C = "/* SPDX-License-Identifier: BSD-2-Clause-Patent */\n/* Sample. */\n"
ASM = "; SPDX-License-Identifier: BSD-2-Clause-Patent\n;\n; Sample.\n"
HASH = "# SPDX-License-Identifier: BSD-2-Clause-Patent\n"
GUARD = "#ifndef X_H\n#define X_H\n%s\n#endif\n"

# Put together, so that this file passes the check itself.
TO_DO = "TO" + "DO"

LONG_FUNCTION = "int f(void)\n{\n" + "\tg();\n" * 81 + "}\n"
JUST_FITS = "int f(void)\n{\n" + "\tg();\n" * 80 + "}\n"

CHAIN = {f"include/fw/h{i}.h": C + f"#include <fw/h{i + 1}.h>\nint v{i};\n" for i in range(1, 6)}
CHAIN["include/fw/h6.h"] = C + "int v6;\n"

# check, files, the violation (None: there must be none)
CASES = [
    ("10-spdx", {"core/a.c": C}, None),
    ("10-spdx", {"core/a.c": "int a;\n"}, "core/a.c:1: the first line must be"),
    ("10-spdx", {"core/a.c": C.splitlines()[0] + "\nint a;\n"},
     "core/a.c:2: a comment must say"),
    ("10-spdx", {"core/a.c": C.replace("/*", "//").replace(" */", "")},
     "core/a.c:1: the first line"),
    ("10-spdx", {"a.asm": ASM, "Makefile": HASH, "s": "#!/bin/sh\n" + HASH + "# Does.\n"}, None),
    ("10-spdx", {"s": "#!/bin/sh\n# Does.\n"}, "s:2: the first line must be"),
    ("10-spdx", {"s": "#!/bin/sh\n" + HASH + "exit\n"}, "s:3: a comment must say"),
    ("10-spdx", {"empty.c": ""}, "empty.c:1: the first line must be"),
    ("10-spdx", {"LICENSES/x.txt": "A licence\n", "tests/golden/x.hooks": "point\n"}, None),

    ("20-whitespace", {"a.c": C + "int a;\n"}, None),
    ("20-whitespace", {"a.c": C + "int a; \n"}, "a.c:3: white space at the end"),
    ("20-whitespace", {"a.c": C + "        int a;\n"}, "a.c:3: eight spaces"),
    ("20-whitespace", {"a.c": C + "  \tint a;\n"}, "a.c:3: space before tab"),
    ("20-whitespace", {"a.c": C + "int a;"}, "a.c:3: no newline"),
    ("20-whitespace", {"a.c": C + "int a;\n\n"}, "a.c:4: empty line at the end"),
    ("20-whitespace", {"a.c": C + "int " + "a" * 97 + ";\n"}, "a.c:3: longer than 100"),
    ("20-whitespace", {"a.c": C + "\t" * 12 + "int a;\n"}, "a.c:3: longer than 100"),
    ("20-whitespace", {"a.c": C + 'f("' + "a" * 120 + '");\n'}, None),
    ("20-whitespace", {"a.c": C + "/* \u00e4 */\n"}, "a.c:3: not ASCII"),
    ("20-whitespace", {"a.c": C + "\n" * 799 + "int a;\n"}, "a.c:800: more than 800 lines"),
    ("20-whitespace", {"a.c": "int a;\n" * 800}, None),

    ("30-ifdef", {"core/a.c": C + "#ifdef CONFIG_PCI\n#endif\n"}, "core/a.c:3: #if on a"),
    ("30-ifdef", {"core/a.c": C + "#if defined(X) && \\\n\tCONFIG_PCI\n#endif\n"},
     "core/a.c:3: #if on a"),
    ("30-ifdef", {"core/a.c": C + "# elif IS_ENABLED(CONFIG_PCI)\n"}, "core/a.c:3: #if on a"),
    ("30-ifdef", {"core/a.c": C + "/*\n#ifdef CONFIG_PCI\n*/\n", "include/fw/a.h":
                  C + "#ifdef CONFIG_PCI\n#endif\n"}, None),

    ("31-asm-bits", {"arch/x86/reset/a.asm": ASM + "HOOK_FRAGMENT a, 0pre, 10, x\n\tbits 32\n"},
     "arch/x86/reset/a.asm:5: mode set by hand"),
    ("31-asm-bits", {"cc/x/a.asm": ASM + "HOOK_FRAGMENT a, 0pre, 10, x\n[BITS 16]\n"},
     "cc/x/a.asm:5: mode set by hand"),
    ("31-asm-bits", {"cc/x/a.asm": ASM + "section .reset.detect.0pre.10.x\n"},
     "cc/x/a.asm:4: section by hand"),
    ("31-asm-bits", {"cc/x/a.asm": ASM + "HOOK_FRAGMENT a, 0pre, 10, x\n\tnop\n"
                     "section .text\nbits 64\n"}, None),

    ("40-maintainers", {"core/a.c": C, "MAINTAINERS": "CORE\nF:\tcore/\nF:\tMAINTAINERS\n"},
     None),
    ("40-maintainers", {"core/a.c": C}, "MAINTAINERS:1: does not exist"),
    ("40-maintainers", {"core/a.c": C, "lib/b.c": C, "MAINTAINERS":
                        "F:\tcore/\nF:\tMAINTAINERS\n"}, "lib/b.c:1: no owner"),
    ("40-maintainers", {"core/a.c": C, "MAINTAINERS": "F:\tcore/*.h\nF:\tMAINTAINERS\n"},
     "core/a.c:1: no owner"),
    ("40-maintainers", {"MAINTAINERS": "F:\tMAINTAINERS\nF:\tgone/\n"},
     "MAINTAINERS:2: no such file: gone/"),
    ("40-maintainers", {"core/a.c": C, "MAINTAINERS": "F:\t*/\nF:\tcore/\nF:\tMAINTAINERS\n"},
     "MAINTAINERS:1: a pattern for everything"),
    ("40-maintainers", {"lib/b.c": C, "MAINTAINERS":
                        "TWO\nF:\tlib/\n\nONE: MORE\nF:\tMAINTAINERS\n"},
     "MAINTAINERS:4: not in alphabetical order: ONE: MORE"),

    ("50-kconfig", {"Kconfig": "config PCI\n\tbool\n", "core/a.c": C + "int a = CONFIG_PCI;\n"},
     None),
    ("50-kconfig", {"core/a.c": C + "int a = CONFIG_PCI;\n"},
     "core/a.c:3: CONFIG_ is Kconfig's prefix; it has no symbol PCI"),
    ("50-kconfig", {"Kconfig": "config PCI\n\tbool\n", "core/a.c": C + "/* CONFIG_PCI */\n"},
     "Kconfig:1: Kconfig symbol is not used: PCI"),
    ("50-kconfig", {"Kconfig": "config PCI\n\tbool\n\thelp\n\t  PCI\n\t  if PCI\n"},
     "Kconfig:1: Kconfig symbol is not used: PCI"),
    ("50-kconfig", {"Kconfig": "config A\n\tbool\nconfig B\n\tdepends on A\n", "core/Makefile":
                    "obj-$(CONFIG_B) += b.o\n"}, None),
    ("50-kconfig", {"Kconfig": "config A\n\tbool\n", "core/Makefile": "obj-$(CONFIG_A) += a.o\n",
                    "configs/x_defconfig": "# CONFIG_GONE is not set\n"},
     "configs/x_defconfig:1: CONFIG_ is Kconfig's prefix; it has no symbol GONE"),

    ("60-spec", {"include/spec/a.h": C.splitlines()[0] + "\n/* ACPI 6.5, chapter 5. */\n"}, None),
    ("60-spec", {"include/spec/a.h": C}, "include/spec/a.h:2: the comment names no document"),
    ("60-spec", {"include/spec/a.h": C.splitlines()[0] + "\n/* ACPI 6.5. */\n"},
     "include/spec/a.h:2: the comment names no section"),

    ("70-functions", {"core/a.c": C + JUST_FITS}, None),
    ("70-functions", {"core/a.c": C + LONG_FUNCTION}, "core/a.c:4: f() has 81 lines"),
    ("70-functions", {"core/a.c": C + "int f(void)\n{\nerr1:\n}\n"}, "core/a.c:5: a label's"),
    ("70-functions", {"a.py": "def f():\n" + "    g()\n" * 81}, "a.py:1: f() has 81 lines"),
    ("70-functions", {"a.py": "def f(:\n"}, "a.py:1: not Python"),

    ("80-leftovers", {"core/a.c": C + f"/* {TO_DO}: more */\n"}, "core/a.c:3: left for later"),
    ("80-leftovers", {"core/a.c": C + "<<<<<<< ours\n"}, "core/a.c:3: conflict marker"),
    ("80-leftovers", {"core/CamelCase.c": C}, "core/CamelCase.c:1: names are lower case"),
    ("80-leftovers", {"core/a_b.c": C, "tests/unit/a-test.c": C}, None),
]


@pytest.mark.parametrize("check, files, expected", CASES,
                         ids=[f"{i}-{c[0]}" for i, c in enumerate(CASES)])
def test_check(sample, check, files, expected):
    sample.write(files)
    found = sample.violations(f"checkstyle.d/{check}")
    if expected is None:
        assert found == []
    else:
        assert any(line.startswith(expected) for line in found), found


WORDS = [
    ("core/a.c", "int sev_active;\n", "vendor word in a common folder: sev"),
    ("boot/a.c", "/* SNP pages */\n", "vendor word in a common folder: SNP"),
    ("lib/a.c", "int amd;\n", "vendor word in a common folder: amd"),
    ("arch/x86/reset/a.asm", "; for an Intel TDX guest\n", "vendor word in a common folder: TDX"),
    ("drivers/tdx_io.c", "int a;\n", "vendor word in a common folder's file name: tdx"),
    ("arch/x86/cpu/a.c", "/* Document: Intel SDM volume 3; AMD APM volume 2. */\n", None),
    ("core/a.c", "int seven, mediamd;\n", None),
    ("cc/sev/a.c", "int sev_active;\n", None),
]


@pytest.mark.parametrize("name, text, expected", WORDS)
def test_words(sample, name, text, expected):
    sample.write({name: text})
    found = sample.violations("checkwords")
    if expected:
        assert any(line.startswith(f"{name}:1: {expected}") for line in found), found
    else:
        assert found == []


def test_words_exceptions(sample):
    allow = "scripts/checkwords.allow"
    sample.write({"core/a.c": "int sev;\n", allow: HASH + "core/a.c sev a real reason\n"})
    assert sample.violations("checkwords") == []
    sample.write({"core/a.c": "int other;\n"})
    assert sample.violations("checkwords") == [f"{allow}:2: exception is not needed: core/a.c sev"]
    sample.write({allow: "core/a.c sev\n"})
    assert sample.violations("checkwords") == [f"{allow}:1: an exception is: path, word, reason"]


INCLUDES = [
    ({"lib/a.c": "#include <fw/types.h>\n", "include/fw/types.h": C}, None),
    ({"lib/a.c": "#include <fw/pci.h>\n", "include/fw/pci.h": C},
     "lib/a.c:1: <fw/pci.h> may not be included from here"),
    ({"lib/a.c": "#include <asm/io.h>\n", "arch/x86/include/asm/io.h": C},
     "lib/a.c:1: <asm/io.h> may not be included from here"),
    ({"core/a.c": "#include <fw/gone.h>\n"}, "core/a.c:1: <fw/gone.h> does not exist"),
    ({"core/a.c": "#include <stdio.h>\n"}, "core/a.c:1: <stdio.h> may not be included"),
    ({"core/a.c": '#include "../lib/b.h"\n', "lib/b.h": C}, "core/a.c:1: include by ../"),
    ({"core/a.c": '#include "b.c"\n', "core/b.c": C}, "core/a.c:1: include of a .c file"),
    ({"boot/linux/a.c": '#include "dir.h"\n', "drivers/fw_cfg/dir.h": C},
     'boot/linux/a.c:1: "dir.h" is not in the file\'s own folder'),
    ({"boot/linux/a.c": "#include <drivers/fw_cfg/dir.h>\n", "drivers/fw_cfg/dir.h": C},
     "boot/linux/a.c:1: <drivers/fw_cfg/dir.h> may not be included"),
    ({"drivers/fw_cfg/a.c": '#include "dir.h"\n', "drivers/fw_cfg/dir.h": C}, None),
    ({"include/fw/a.h": "#include <asm/io.h>\n", "arch/x86/include/asm/io.h": C},
     "include/fw/a.h:1: <asm/io.h> may not be included from here"),
    ({"include/fw/a.h": C + GUARD % "#include <fw/b.h>\n#include <fw/c.h>",
      "include/fw/b.h": C, "include/fw/c.h": C}, "include/fw/a.h:1: umbrella header"),
    ({"cc/x/a.asm": '%include "../y/b.inc"\n', "cc/y/b.inc": ASM}, "cc/x/a.asm:1: include by ../"),
    ({"core/a.c": "/*\n#include <stdio.h>\n*/\n"}, None),
    (CHAIN | {"core/a.c": "#include <fw/h2.h>\n"}, None),
    (CHAIN | {"core/a.c": "\n#include <fw/h1.h>\n"}, "core/a.c:1: includes nested 6 deep"),
    (CHAIN | {"core/a.c": "#include <fw/h5.h>\n#include <fw/h2.h>\n"}, None),
]


@pytest.mark.parametrize("files, expected", INCLUDES)
def test_include(sample, files, expected):
    sample.write(files)
    found = sample.violations("checkinclude")
    if expected:
        assert any(line.startswith(expected) for line in found), found
    else:
        assert found == []


HEADERS = [
    ({"include/fw/a.h": C + GUARD % "#include <stdint.h>\nuint8_t f(void);"}, None),
    ({"include/fw/a.h": C + GUARD % "u8 f(void);"}, "include/fw/a.h:5: header does not compile"),
    ({"include/fw/a.h": C + "struct a { int b; };\n"}, "include/fw/a.h:3: header does not compile"),
    ({"include/fw/a.h": C + GUARD % "#ifdef CONFIG_A\nu8 f(void);\n#endif"},
     "include/fw/a.h:6: header does not compile"),
    ({"drivers/x/a.h": C + GUARD % "#include <fw/gone.h>"},
     "drivers/x/a.h:5: header does not compile"),
]


@pytest.mark.parametrize("files, expected", HEADERS)
def test_headers(sample, files, expected):
    sample.write(files)
    found = sample.violations("checkheaders")
    if expected:
        assert any(line.startswith(expected) for line in found), found
    else:
        assert found == []


def test_checkstyle_runs_everything(sample):
    """One violation for every script comes out of the one command."""
    sample.write({
        "core/bad.c": "#include <stdio.h>\n#ifdef CONFIG_GONE\n#endif\nint sev; \n" +
                      LONG_FUNCTION + f"/* {TO_DO} */\n",
        "core/bad.h": "u8 a;\n",
        "include/spec/bad.h": "int b;\n",
        "cc/bad.asm": "HOOK_FRAGMENT a, 0pre, 10, x\nbits 32\n",
    })
    found = "\n".join(sample.violations("checkstyle"))
    for text in ("first line must be", "white space at the end", "#if on a Kconfig option",
                 "mode set by hand", "MAINTAINERS:1", "no symbol GONE", "names no document",
                 "f() has 81 lines", "left for later", "vendor word", "<stdio.h>",
                 "does not compile alone"):
        assert text in found, text


def test_ignored_files_are_not_looked_at(sample):
    """In a checkout git says which files count."""
    subprocess.run(["git", "init", "-q", str(sample.root)], check=True)
    sample.write({".gitignore": HASH + "/out/\n", "out/a.c": "int a;\n", "b.c": "int b;\n"})
    found = sample.violations("checkstyle.d/10-spdx")
    assert len(found) == 1 and found[0].startswith("b.c:1:")
