# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Disks with an EFI system partition, as an installation leaves them.

Documents: UEFI 2.10, sections 5.3 (GPT) and 13.3 (system partition); systemd,
"Unified Kernel Image" and "Boot Loader Specification".
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

MIB = 1 << 20
ESP_START = MIB
ROOT_LABEL = "rootfs"
ESP_GUID = "6f1c3a52-9c6d-4b5e-a9d4-3f1f2d6f7b10"
TOOLS = {**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin", "MTOOLS_SKIP_CHECK": "1"}


def run(*argv, **options):
    subprocess.run([str(a) for a in argv], check=True, env=TOOLS, stdout=subprocess.PIPE,
                   stderr=subprocess.STDOUT, **options)


def make_esp(path, files, size=96 * MIB, fat=32):
    """A FAT volume; files: what is in it, a path on this machine or bytes, by name there."""
    path.unlink(missing_ok=True)
    run("mkfs.fat", "-C", "-F", fat, "-s", 1 if fat == 32 else 4, "-n", "ESP", path, size // 1024)
    made = set()
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            parts = name.split("/")
            for depth in range(1, len(parts)):
                directory = "/".join(parts[:depth])
                if directory.upper() not in made:
                    made.add(directory.upper())
                    run("mmd", "-i", path, f"::{directory}")
            if isinstance(content, bytes):
                source = Path(folder) / "content"
                source.write_bytes(content)
                content = source
            run("mcopy", "-i", path, content, f"::{name}")
    return path


def make_ext4(path, files, size):
    """An ext4 volume; @files are paths on this machine, by name there."""
    path.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, source in files.items():
            target = Path(folder) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
        run("mkfs.ext4", "-q", "-L", ROOT_LABEL, "-O", "^metadata_csum,^64bit", "-b", 4096,
            "-d", folder, path, f"{size // 1024}k")
    return path


def make_gpt_disk(path, files, size=96 * MIB, root=None, root_size=64 * MIB):
    """The volume as the first partition of a disk; root: what is in an ext4 one after it."""
    esp = make_esp(path.with_suffix(".esp"), files, size)
    path.unlink(missing_ok=True)
    root_start = ESP_START + size
    with open(path, "wb") as file:
        file.truncate(size + (root_size if root else 0) + 2 * MIB)
    second = ["-n", f"2:{root_start // 512}:+{root_size // 512}s", "-t", "2:8300"] if root else []
    run("sgdisk", "-o", "-n", f"1:{ESP_START // 512}:+{size // 512}s", "-t", "1:ef00",
        "-c", "1:EFI System", "-u", f"1:{ESP_GUID}", *second, path)
    run("dd", f"if={esp}", f"of={path}", "bs=1M", f"seek={ESP_START // MIB}", "conv=notrunc")
    esp.unlink()
    if root:
        volume = make_ext4(path.with_suffix(".ext4"), root, root_size)
        run("dd", f"if={volume}", f"of={path}", "bs=1M", f"seek={root_start // MIB}",
            "conv=notrunc")
        volume.unlink()
    return path


def make_cdrom(path, esp_files, files, esp_size=16 * MIB):
    """An ISO image that boots from a volume in it (El Torito); files as for make_ext4()."""
    path.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            target = Path(folder) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                target.write_bytes(content)
            else:
                shutil.copyfile(content, target)
        make_esp(Path(folder) / "efi.img", esp_files, esp_size, fat=16)
        run("xorriso", "-as", "mkisofs", "-quiet", "-J", "-r", "-V", "TEST", "-o", path,
            "-eltorito-alt-boot", "-e", "efi.img", "-no-emul-boot", folder)
    return path


def make_grub(path, package, commands, modules):
    """GRUB with a script of its own inside; what it does not run by itself is in modules."""
    config = path.with_suffix(".cfg")
    config.write_text("".join(f"{command}\n" for command in commands))
    run("grub-mkimage", "-O", "x86_64-efi", "-d", package / "usr/lib/grub/x86_64-efi",
        "-p", "/none", "-c", config, "-o", path, *modules)
    return path


def make_uki(path, stub, kernel, initrd, cmdline):
    """A unified kernel image: sections added to systemd's stub, above what it has."""
    with tempfile.TemporaryDirectory() as folder:
        sections = {
            ".osrel": (b'ID=test\nNAME="Test"\nVERSION_ID=1\n', 0x20000),
            ".cmdline": (cmdline.encode(), 0x30000),
            ".linux": (Path(kernel).read_bytes(), 0x2000000),
            ".initrd": (Path(initrd).read_bytes(), 0x4000000),
        }
        arguments = []
        for name, (content, address) in sections.items():
            source = Path(folder) / name
            source.write_bytes(content)
            arguments += ["--add-section", f"{name}={source}",
                          "--change-section-vma", f"{name}={address:#x}"]
        run("objcopy", *arguments, stub, path)
    return path
