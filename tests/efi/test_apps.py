# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Applications that are no way to a kernel: they show a screen and take keys."""

import pytest

import nvram
from disk import ESP_GUID
from packages import package, package_file

DISK = ["-device", "virtio-blk-pci,drive=esp"]


def drive(path):
    return ["-drive", f"if=none,id=esp,format=raw,file={path},snapshot=on", *DISK]


def efitools(name):
    return package_file("efitools", f"lib/efitools/*/{name}.efi")


def app(bench, path, size=40 << 20):
    return drive(bench.disk({"EFI/BOOT/BOOTX64.EFI": path}, size=size))


@pytest.mark.parametrize("machine", ("q35", "pc"))
def test_memtest(bench, machine):
    """As a boot option with a short path and options for the image, as efibootmgr makes them."""
    memtest = package("memtest86+") / "boot/memtest86+x64.efi"
    disk = bench.disk({"memtest.efi": memtest}, size=40 << 20)
    store = bench.variables("nv")
    path = nvram.partition_node(ESP_GUID) + nvram.file_node("\\memtest.efi")
    nvram.write(store, "Boot0007", nvram.load_option("memtest86+", path,
                                                     nvram.text("console=ttyS0,115200")))
    nvram.write(store, "BootOrder", nvram.boot_order(7))
    extra = drive(disk) + ["-device", "VGA"]
    # Measures caches first, which takes long for a large one in an emulator.
    with bench.vm(machine=machine, variables="nv", extra=extra,
                  cpu="qemu64,l3-cache=off") as vm:
        vm.wait_for_serial("QEMU Standard PC", 60)
        vm.wait_for_serial("Pass:", 30)
        assert 'boot: trying "memtest86+"' in vm.debug


def test_wrong_machine(bench):
    """An image for 32 bits is refused in one line, and the firmware goes on."""
    memtest = package("memtest86+") / "boot/memtest86+ia32.efi"
    with bench.vm(extra=app(bench, memtest), keys=True) as vm:
        vm.wait_for_screen("No boot option is left.")
        assert "not an image for this machine" in vm.screen


def test_hello_world(bench):
    with bench.vm(extra=app(bench, efitools("HelloWorld")), keys=True) as vm:
        vm.wait_for_screen("This file is used to prove you have managed")


def test_read_vars(bench):
    """
    Takes arguments from its load options. Without any, Debian's build looks at what
    happens to be on its stack, under any firmware.
    """
    disk = bench.disk({"readvars.efi": efitools("ReadVars")}, size=40 << 20)
    path = nvram.partition_node(ESP_GUID) + nvram.file_node("\\readvars.efi")
    store = bench.variables("nv")
    nvram.write(store, "Boot0000", nvram.load_option("ReadVars", path,
                                                     nvram.text("ReadVars one two three")))
    nvram.write(store, "BootOrder", nvram.boot_order(0))
    with bench.vm(extra=drive(disk), variables="nv", keys=True) as vm:
        vm.wait_for_screen("Usage: ReadVars: [-s|-n] [var]")
        vm.wait_for_screen('Back from "ReadVars"')


def test_key_tool(bench):
    """A text interface with menus."""
    with bench.vm(extra=app(bench, efitools("KeyTool")), keys=True, variables="nv") as vm:
        vm.wait_for_screen("KeyTool main menu")
        vm.wait_for_screen("Save Keys")
        vm.type("\r")
        vm.wait_for_screen(" ESP ")


@pytest.mark.parametrize("machine", ("q35", "pc"))
def test_ipxe(bench, machine):
    """iPXE's own driver of the network device, and an address from QEMU's network."""
    extra = app(bench, package("ipxe") / "boot/ipxe.efi") + [
        "-netdev", "user,id=net0", "-device", "virtio-net-pci,netdev=net0,romfile="]
    with bench.vm(machine=machine, extra=extra, keys=True) as vm:
        vm.wait_for_screen("Press Ctrl-B", 40)
        vm.type("\x02")
        vm.wait_for_screen("iPXE>", 40)
        vm.type("dhcp\r")
        vm.wait_for_screen("Configuring (net0", 20)
        vm.wait_for(lambda: vm.screen.count("iPXE>") >= 2, "prompt after dhcp", 60)
        vm.type("route\r")
        vm.wait_for_screen("10.0.2.15/255.255.255.0", 20)
