# SPDX-License-Identifier: BSD-2-Clause-Patent
"""The boot manager: what is tried in which order, what is said, and the menu."""

import subprocess

import pytest

import nvram
from disk import ESP_GUID, ESP_START, TOOLS, make_grub
from packages import package

MIB = 1 << 20
UP, DOWN, ESC, ENTER = "\x1b[A", "\x1b[B", "\x1b", "\r"

# One module each; the commands come from the configuration beside the program.
MODULES = ["part_gpt", "fat", "normal", "echo", "configfile", "efifwsetup", "halt", "reboot",
           "sleep", "date", "datehook", "test", "minicmd", "search", "lsefi", "lsefimmap"]


def grub(bench, name, *commands):
    """GRUB with a script of its own inside."""
    return make_grub(bench.path(f"{name}.efi"), package("grub-efi-amd64-bin"), commands, MODULES)


def says(bench, text, then="halt"):
    return grub(bench, text, f"echo this-is-{text}", then)


def disk(bench, files, name="disk"):
    return bench.disk(files, name=name, size=36 * MIB)


def drives(*paths, order=None):
    extra = []
    for i, path in enumerate(paths):
        index = f",bootindex={order[i]}" if order and order[i] is not None else ""
        extra += ["-drive", f"if=none,id=disk{i},format=raw,file={path},snapshot=on",
                  "-device", f"virtio-blk-pci,drive=disk{i}{index}"]
    return extra


def option(store, number, name, path, **more):
    nvram.write(store, f"Boot{number:04X}", nvram.load_option(name, path, **more))


def on_esp(name):
    return nvram.partition_node(ESP_GUID, size=36 << 11) + nvram.file_node(name)


def test_order_of_options(bench):
    """BootOrder counts, an inactive option and one that is missing are passed over."""
    image = disk(bench, {"a.efi": says(bench, "a"), "b.efi": says(bench, "b")})
    store = bench.variables("nv")
    option(store, 1, "inactive", on_esp("\\b.efi"), attributes=0)
    option(store, 2, "good", on_esp("\\a.efi"))
    nvram.write(store, "BootOrder", nvram.boot_order(9, 1, 2))
    run = bench.boot(variables="nv", extra=drives(image))
    assert "this-is-a" in run.screen and "this-is-b" not in run.screen
    assert "Boot0009: there is no such variable" in run.debug
    assert 'boot: trying "good"' in run.debug and "inactive" not in run.debug


def test_boot_next(bench):
    """BootNext counts once, also for an inactive option, and is gone before the image runs."""
    image = disk(bench, {"a.efi": says(bench, "a"), "b.efi": says(bench, "b")})
    store = bench.variables("nv")
    option(store, 1, "next", on_esp("\\b.efi"), attributes=0)
    option(store, 2, "usual", on_esp("\\a.efi"))
    nvram.write(store, "BootOrder", nvram.boot_order(2))
    nvram.write(store, "BootNext", nvram.boot_order(1))
    run = bench.boot(variables="nv", extra=drives(image))
    assert "this-is-b" in run.screen
    assert "BootNext" not in nvram.read(store)
    run = bench.boot(variables="nv", extra=drives(image), name="again")
    assert "this-is-a" in run.screen


@pytest.mark.parametrize("path", ("file", "disk", "partition"))
def test_short_forms(bench, path):
    """A file on whatever has it; a whole disk and a partition, which mean the default file."""
    empty = disk(bench, {"readme.txt": b"nothing"}, name="empty")
    image = disk(bench, {"EFI/BOOT/BOOTX64.EFI": says(bench, "default"),
                         "other.efi": says(bench, "other")})
    paths = {"file": nvram.file_node("\\other.efi"), "disk": nvram.pci_path((2, 0)),
             "partition": nvram.partition_node(ESP_GUID, size=36 << 11)}
    store = bench.variables("nv")
    subprocess.run(["sgdisk", "-u", "1:R", empty], check=True, env=TOOLS,
                   stdout=subprocess.DEVNULL)
    option(store, 0, path, paths[path])
    nvram.write(store, "BootOrder", nvram.boot_order(0))
    run = bench.boot(variables="nv", extra=drives(empty, image))
    assert "this-is-other" in run.screen if path == "file" else "this-is-default" in run.screen
    assert f'boot: trying "{path}"' in run.debug


def test_host_order(bench):
    """What -device bootindex= says comes before the variables."""
    first = disk(bench, {"EFI/BOOT/BOOTX64.EFI": says(bench, "first"),
                         "x.efi": says(bench, "x")}, name="first")
    second = disk(bench, {"EFI/BOOT/BOOTX64.EFI": says(bench, "second")}, name="second")
    subprocess.run(["sgdisk", "-u", "1:R", second], check=True, env=TOOLS,
                   stdout=subprocess.DEVNULL)
    store = bench.variables("nv")
    option(store, 0, "x", on_esp("\\x.efi"))
    nvram.write(store, "BootOrder", nvram.boot_order(0))
    run = bench.boot(variables="nv", extra=drives(first, second, order=(None, 1)))
    assert "this-is-second" in run.screen
    run = bench.boot(variables="nv", extra=drives(first, second, order=(2, 5)), name="again")
    assert "this-is-x" in run.screen


def damage(image, what):
    with open(image, "r+b") as file:
        if what == "gpt":
            # Both headers: the first one, and the copy at the end.
            for at in (512, image.stat().st_size - 512):
                file.seek(at + 24)
                file.write(b"\xff" * 16)
        elif what == "fat":
            file.seek(ESP_START + 14)
            file.write(bytes(40))


FAILURES = {
    "gpt": "gpt: ",
    "fat": "",
    "pe": "not an image for this machine",
    "empty": "not found",
}


@pytest.mark.parametrize("what", FAILURES)
def test_damage(bench, what):
    """One line says what is wrong with a disk, and the next one is tried."""
    content = b"MZ" + bytes(1000) if what == "pe" else says(bench, "bad")
    name = "other.txt" if what == "empty" else "EFI/BOOT/BOOTX64.EFI"
    bad = disk(bench, {name: content}, name="bad")
    good = disk(bench, {"EFI/BOOT/BOOTX64.EFI": says(bench, "good")}, name="good")
    damage(bad, what)
    before = bad.read_bytes()
    run = bench.boot(extra=drives(bad, good))
    assert "this-is-good" in run.screen and "this-is-bad" not in run.screen
    assert FAILURES[what] in run.debug
    assert bad.read_bytes() == before


def test_damaged_option(bench):
    image = disk(bench, {"EFI/BOOT/BOOTX64.EFI": says(bench, "default")})
    store = bench.variables("nv")
    nvram.write(store, "Boot0000", b"\1\0\0\0\xff\xff" + nvram.text("liar") + nvram.END)
    nvram.write(store, "Boot0001", b"\1")
    option(store, 2, "elsewhere", nvram.partition_node("11111111-2222-3333-4444-555555555555") +
           nvram.file_node("\\x"))
    nvram.write(store, "BootOrder", nvram.boot_order(0, 1, 2) + b"\7")
    run = bench.boot(variables="nv", extra=drives(image))
    assert "this-is-default" in run.screen
    assert "Boot0000: not a load option" in run.debug
    assert "Boot0001: not a load option" in run.debug
    assert 'Boot0002 "elsewhere": its device is not here' in run.debug
    assert {"Boot0000", "Boot0001", "Boot0002"} <= set(nvram.read(store))


def test_menu_after_success(bench):
    """An application that ends well leaves the choice to the user."""
    image = disk(bench, {"EFI/BOOT/BOOTX64.EFI": says(bench, "app", "exit")})
    with bench.vm(extra=drives(image), keys=True) as vm:
        vm.wait_for_screen("this-is-app")
        vm.wait_for_screen("boot menu")
        assert "No boot option" not in vm.screen


@pytest.mark.parametrize("machine", ("q35", "pc"))
def test_menu(bench, machine):
    """Esc at start, the setup page, an option, and power off."""
    image = disk(bench, {"a.efi": says(bench, "a", "exit"), "b.efi": says(bench, "b", "exit")})
    store = bench.variables("nv")
    option(store, 1, "first one", on_esp("\\a.efi"))
    option(store, 2, "second one", on_esp("\\b.efi"))
    option(store, 3, "hidden one", on_esp("\\b.efi"), attributes=nvram.ACTIVE | nvram.HIDDEN)
    nvram.write(store, "BootOrder", nvram.boot_order(1, 3, 2))
    extra = drives(image) + ["-boot", "menu=on,splash-time=20000"]
    with bench.vm(machine=machine, variables="nv", extra=extra, keys=True) as vm:
        vm.wait_for_screen("Esc: boot menu")
        vm.type(ESC)
        vm.wait_for_screen("Power off")
        assert "first one" in vm.screen and "second one" in vm.screen
        assert "hidden one" not in vm.screen
        vm.type(DOWN + ENTER)
        vm.wait_for_screen("this-is-b")
        vm.wait_for_screen("Press a key.")
        assert "this-is-a" not in vm.screen
        vm.type(" " + DOWN * 2)
        vm.type(ENTER)
        vm.wait_for_screen("Memory        512 MiB")
        vm.type(" \x1b[F" + ENTER)
        vm.wait_for_event("SHUTDOWN")


def test_timeout(bench):
    """A number of seconds, then the default; for ever means the menu."""
    image = disk(bench, {"EFI/BOOT/BOOTX64.EFI": says(bench, "default")})
    store = bench.variables("short")
    nvram.write(store, "Timeout", (2).to_bytes(2, "little"))
    run = bench.boot(variables="short", extra=drives(image))
    assert "Esc: boot menu" in run.screen and "this-is-default" in run.screen
    store = bench.variables("forever")
    nvram.write(store, "Timeout", (0xffff).to_bytes(2, "little"))
    with bench.vm(variables="forever", extra=drives(image), keys=True) as vm:
        vm.wait_for_screen("Power off")
        vm.qmp.pump(3)
        assert "this-is-default" not in vm.screen
        vm.type(ESC)
        vm.wait_for_screen("this-is-default")


def test_firmware_setup(bench):
    """GRUB's fwsetup sets OsIndications and resets; the firmware shows its menu, once."""
    image = disk(bench, {"EFI/BOOT/BOOTX64.EFI": says(bench, "os", "fwsetup")})
    with bench.vm(variables="nv", extra=drives(image), keys=True, reboot=True) as vm:
        vm.wait_for_screen("this-is-os")
        vm.wait_for_event("RESET")
        vm.wait_for_screen("Power off")
        assert vm.screen.count("this-is-os") == 1
        store = nvram.read(bench.variables("nv"))
        assert store["OsIndications"] == bytes(8)


def test_time(bench):
    """GetTime, as GRUB shows it."""
    image = disk(bench, {"EFI/BOOT/BOOTX64.EFI": grub(bench, "time", "date", "halt")})
    run = bench.boot(extra=drives(image) + ["-rtc", "base=2031-05-06T07:08:09"])
    assert "2031-05-06 07:08:" in run.screen
