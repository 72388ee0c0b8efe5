# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Displays and keyboards: what somebody would see and press, without a serial port."""

import pytest

import screen
from packages import package

DISPLAYS = {
    "VGA": ["-device", "VGA"],
    "bochs": ["-device", "bochs-display"],
    "virtio-vga": ["-device", "virtio-vga"],
    "virtio-gpu": ["-device", "virtio-gpu-pci"],
    "ramfb": ["-device", "ramfb"],
}
NO_PS2 = ",i8042=off"
KEYBOARDS = {
    "ps2": ("", []),
    "usb": (NO_PS2, ["-device", "qemu-xhci", "-device", "usb-kbd"]),
    "usb-hub": (NO_PS2, ["-device", "qemu-xhci", "-device", "usb-hub,port=1",
                         "-device", "usb-kbd,port=1.3"]),
    "usb-nec-full-speed": (NO_PS2, ["-device", "nec-usb-xhci", "-device", "usb-mouse",
                                    "-device", "usb-kbd,usb_version=1"]),
}
MENU = "boot menu, plain guest"

GRUB_CFG = b"""
set timeout=-1
insmod efi_gop
%s
menuentry 'First entry' { true }
menuentry 'Second entry' { true }
"""
GRAPHICS = b"""
insmod gfxterm
loadfont unicode
set gfxmode=1024x768
terminal_output gfxterm
"""


def grub_disk(bench, name, setup):
    grub = package("grub-efi-amd64-bin") / "usr/lib/grub/x86_64-efi/monolithic/grubx64.efi"
    disk = bench.disk({
        "EFI/BOOT/BOOTX64.EFI": grub, "EFI/debian/grub.cfg": GRUB_CFG % setup,
        "EFI/debian/fonts/unicode.pf2": package("grub-common") / "usr/share/grub/unicode.pf2",
    }, name=name, size=48 << 20)
    return ["-drive", f"if=none,id=esp,format=raw,file={disk}",
            "-device", "virtio-blk-pci,drive=esp"]


def open_menu(vm):
    """There is nothing to boot from."""
    screen.wait_for_text(vm, "Press a key.")
    screen.press(vm, "spc")
    screen.wait_for_text(vm, MENU)


@pytest.mark.parametrize("display", DISPLAYS)
def test_boot_menu(bench, display):
    """The menu is the same on all displays."""
    with bench.vm(extra=DISPLAYS[display]) as vm:
        open_menu(vm)
        picture = screen.wait_for(vm, lambda s: "Power off" in "".join(s.text()), "whole menu")
        assert (picture.width, picture.height) == (1280, 800)
        lines = picture.text()
        assert lines[0].startswith("Cloister ") and lines[0].endswith(MENU)
        assert picture.selected() == ["Setup page"]
        assert not any("\ufffd" in line for line in lines)
        # Nothing is beside the text.
        assert picture.pixels.count(b"\0") >= 3 * (1280 * 800 - 640 * 400)


@pytest.mark.parametrize("keyboard", KEYBOARDS)
def test_keyboard(bench, keyboard):
    options, devices = KEYBOARDS[keyboard]
    with bench.vm(extra=DISPLAYS["bochs"] + devices, machine_opts=options) as vm:
        open_menu(vm)
        screen.press(vm, "down")
        screen.wait_for(vm, lambda s: s.selected() == ["Restart"], "selection")
        screen.press(vm, "up", "ret")
        screen.wait_for_text(vm, "Firmware")


def test_keyboard_plugged_in(bench):
    """Hubs are looked at when they are found, root ports whenever something changes."""
    with bench.vm(extra=DISPLAYS["bochs"] + ["-device", "qemu-xhci,id=x"],
                  machine_opts=NO_PS2) as vm:
        screen.wait_for_text(vm, "Press a key.")
        for turn, expected in enumerate(("Setup page", "Restart", "Power off")):
            vm.qmp.command("device_add", driver="usb-kbd", id=f"kbd{turn}", bus="x.0")
            vm.qmp.pump(1)
            screen.press(vm, "down")
            screen.wait_for(vm, lambda s, e=expected: s.selected() == [e], "selection")
            vm.qmp.command("device_del", id=f"kbd{turn}")
            vm.wait_for(lambda t=turn: vm.events.count("DEVICE_DELETED") > t, "device gone")


@pytest.mark.parametrize("display", DISPLAYS)
def test_grub_text(bench, display):
    """Box characters and positions; and keys by way of another's menu."""
    extra = DISPLAYS[display] + grub_disk(bench, "disk", b"")
    with bench.vm(extra=extra) as vm:
        screen.wait_for_text(vm, "GNU GRUB")
        picture = screen.wait_for_text(vm, "Second entry")
        lines = picture.text()
        boxes = [line for line in lines if "\u250c" in line or "\u2514" in line]
        assert len(boxes) == 2
        assert boxes[0].strip("\u250c\u2500\u2510 ") == ""
        assert picture.selected() == ["*First entry"] or "*First entry" in picture.selected()[0]


def test_grub_graphics(bench):
    """Graphics of a boot loader, pixel by pixel what they are under other firmware."""
    disk = grub_disk(bench, "disk", GRAPHICS)
    pictures = {}

    def is_drawn(picture):
        """GRUB's gray has six bits of each colour."""
        gray = picture.pixels.count(b"\xa8\xa8\xa8")
        return (picture.width, picture.height) == (1024, 768) and gray > 20000

    for name in (*DISPLAYS, "theirs"):
        side = "theirs" if name == "theirs" else "ours"
        with bench.vm(side, name=name, extra=DISPLAYS.get(name, DISPLAYS["VGA"]) + disk) as vm:
            screen.wait_for(vm, is_drawn, "menu in graphics", 60)
            vm.qmp.pump(1)
            pictures[name] = screen.take(vm).pixels
    for name, pixels in pictures.items():
        assert pixels == pictures["theirs"], f"{name} shows something else"
