#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Write the seeds of partition-fuzz.c, whose format is described there.

    tests/fuzz/partition-seeds.py

The images are made by sgdisk (gdisk), sfdisk (fdisk) and xorriso, so that the
seeds are what others write. Numbers that these draw are given, where they can be.
"""

import os
import subprocess
import sys
import tempfile

CORPUS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus", "partition")

SIZES = {512: 0, 2048: 1, 4096: 2}
FIX_GPT, MBR, ELTORITO = 0x04, 2 << 3, 3 << 3

DISK_GUID = "11111111-2222-3333-4444-555555555555"
PART_GUID = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeee"


def run(args, **kwargs):
    subprocess.run(args, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   **kwargs)


def gpt(path, options=()):
    """A small disk: 8 entries, two partitions."""
    with open(path, "wb") as f:
        f.truncate(512 * 128)
    run(["sgdisk", "-a", "1", "-o", "-U", DISK_GUID, "-S", "8", *options,
         "-n", "1:40:60", "-t", "1:ef00", "-u", f"1:{PART_GUID}1", "-c", "1:ESP",
         "-n", "3:61:100", "-t", "3:8300", "-u", f"3:{PART_GUID}3", path])


def hybrid(path):
    gpt(path)
    run(["sgdisk", "-a", "1", "-h", "1", path])


def mbr(path):
    with open(path, "wb") as f:
        f.truncate(512 * 8192)
    table = "label: dos\nlabel-id: 0x12345678\n2048,100,ef,*\n2200,5000,5\n2300,100,83\n2500,100,82\n"
    run(["sfdisk", "--force", path], input=table.encode())


def iso(path):
    """A BIOS and a UEFI image, as an installer has them."""
    with tempfile.TemporaryDirectory() as tree:
        for name, size in (("bios", 2048), ("efi", 4096)):
            with open(os.path.join(tree, name), "wb") as f:
                f.truncate(size)
        run(["xorriso", "-as", "mkisofs", "-o", path, "-b", "bios", "-no-emul-boot",
             "-boot-load-size", "4", "-eltorito-alt-boot", "-e", "efi", "-no-emul-boot",
             "-no-pad", tree])


def pack(image, block_size, flags, keep=lambda lba: True):
    blocks = min(len(image) // block_size, 4096)
    out = bytes([SIZES[block_size] | flags]) + blocks.to_bytes(2, "little")
    for lba in range(blocks):
        block = image[lba * block_size:(lba + 1) * block_size]
        if any(block) and keep(lba):
            out += lba.to_bytes(2, "little") + block.ljust(block_size, b"\0")
    return out


def near_tables(lba):
    """Of an ISO only descriptors and the boot catalog: files are not looked at."""
    return 16 <= lba < 40


SEEDS = {
    "gpt": (gpt, 512, FIX_GPT, None),
    "gpt-exact": (gpt, 512, 0, None),
    "gpt-hybrid": (hybrid, 512, FIX_GPT, None),
    "gpt-backup": (gpt, 512, 0, lambda lba: lba != 1),
    "mbr": (mbr, 512, MBR, None),
    "iso": (iso, 2048, ELTORITO, near_tables),
    "iso-as-disk": (iso, 512, 0, lambda lba: lba == 0 or near_tables(lba // 4)),
}


def main():
    os.makedirs(CORPUS, exist_ok=True)
    for name, (make, block_size, flags, keep) in SEEDS.items():
        with tempfile.TemporaryDirectory() as tmp:
            path = os.path.join(tmp, "image")
            make(path)
            with open(path, "rb") as f:
                image = f.read()
        with open(os.path.join(CORPUS, name), "wb") as f:
            f.write(pack(image, block_size, flags, keep or (lambda lba: True)))


if __name__ == "__main__":
    sys.exit(main())
