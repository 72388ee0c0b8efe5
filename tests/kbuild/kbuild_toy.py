# SPDX-License-Identifier: BSD-2-Clause-Patent
"""A source tree with the real build system and a firmware of three files."""

import os
import pathlib
import shutil
import subprocess

SOURCE = pathlib.Path(__file__).resolve().parents[2]

FILES = {
    "core/Makefile": "obj-y += main.o\nobj-$(CONFIG_HOOK_TRACE) += trace.o\n",
    "core/main.c": """\
#include <stdint.h>
#include <toy.h>
const uint32_t toy_data __attribute__((section(".rodata.keep"), used)) = TOY_VALUE;
int toy_sum(int a);
int toy_sum(int a) { return a + TOY_VALUE; }
""",
    "core/trace.c": "void toy_trace(void);\nvoid toy_trace(void) { }\n",
    "arch/x86/Makefile": "obj-y += reset/\n",
    "arch/x86/reset/Makefile": "obj-y += vector.o\n",
    "arch/x86/reset/toy.inc": "%define TOY_BYTE 0x90\n",
    "arch/x86/reset/vector.asm": """\
%include "toy.inc"
%ifdef CONFIG_HOOK_TRACE
%define LEVEL 0xaa
%else
%define LEVEL CONFIG_LOG_LEVEL
%endif
section .reset_vector progbits alloc exec nowrite align=1
	bits 16
	jmp $
	db LEVEL, TOY_BYTE
""",
    "include/toy.h": "#define TOY_VALUE 7\n",
    "include/other.h": "#define OTHER 1\n",
    "platform/Makefile": "obj-y += ovmf/\n",
    "platform/ovmf/Makefile": "",
    "platform/ovmf/cloister.lds.S": """\
ENTRY(toy_sum)
SECTIONS {
	. = 0x100000000 - CONFIG_FLASH_SIZE;
	.text : { *(.text .text.*) }
	.rodata : { KEEP(*(.rodata .rodata.*)) }
	.data : { *(.data .data.* .bss .bss.* COMMON) }
	.reset_vector 0xfffffff0 : { KEEP(*(.reset_vector)) . = ALIGN(16); }
	.none : { *(.got .got.* .igot .igot.* .iplt .plt .rela.*) }
	.debug_frame 0 : { *(.debug_frame) }
	.debug_info 0 : { *(.debug_info) }
	.debug_abbrev 0 : { *(.debug_abbrev) }
	.debug_aranges 0 : { *(.debug_aranges) }
	.debug_line 0 : { *(.debug_line) }
	.debug_line_str 0 : { *(.debug_line_str) }
	.debug_str 0 : { *(.debug_str) }
	.debug_str_offsets 0 : { *(.debug_str_offsets) }
	.debug_addr 0 : { *(.debug_addr) }
	.debug_loclists 0 : { *(.debug_loclists) }
	.debug_rnglists 0 : { *(.debug_rnglists) }
	.comment 0 : { *(.comment) }
	.symtab 0 : { *(.symtab) }
	.strtab 0 : { *(.strtab) }
	.shstrtab 0 : { *(.shstrtab) }
	/DISCARD/ : { *(.note .note.* .eh_frame .llvm_addrsig) }
}
""",
    "scripts/hostinputs": "import sys\nprint('inputs of', sys.argv[-1])\n",
    "scripts/hooktab": "#!/bin/sh\nfor last; do :; done\necho table of $last\n",
    "configs/direct_defconfig": "CONFIG_CC=y\n",
}
COPIED = ["Makefile", "Kconfig", "scripts/kbuild", "scripts/kconfig", "scripts/size",
          "scripts/compile-commands", "configs/fragments"]


class Toy:
    """The tree; make() runs in it and builds in out/ beside it."""

    def __init__(self, root, name="src"):
        self.src = root / name
        self.out = root / "out"
        self.src.mkdir()
        for name in COPIED:
            copy = shutil.copytree if (SOURCE / name).is_dir() else shutil.copy2
            (self.src / name).parent.mkdir(parents=True, exist_ok=True)
            copy(SOURCE / name, self.src / name)
        for path in SOURCE.glob("*/**/Kconfig"):
            target = self.src / path.relative_to(SOURCE)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
        for folder in ("boot", "cc", "drivers", "lib"):
            self.write(f"{folder}/Makefile", "")
        for name, text in FILES.items():
            self.write(name, text)
        (self.src / "scripts/hooktab").chmod(0o755)
        (self.src / "scripts/hostinputs").chmod(0o755)

    def write(self, name, text):
        path = self.src / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def edit(self, name, old, new):
        text = (self.src / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def make(self, *args, ok=True, **env):
        outer = {k: v for k, v in os.environ.items() if not k.startswith("MAKE") and k != "O"}
        done = subprocess.run(["make", f"O={self.out}", *args], cwd=self.src,
                              env={**outer, **env}, stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              check=False, timeout=120)
        assert (done.returncode == 0) == ok, done.stdout
        return done.stdout

    def made(self, *args, **env):
        """What the build did: {"CC core/main.o", ...}."""
        lines = self.make(*args, **env).splitlines()
        return {" ".join(l.split()) for l in lines if l.startswith("  ") and "used (" not in l}

    def image(self):
        return (self.out / "cloister.fd").read_bytes()
