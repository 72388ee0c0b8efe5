# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Restarts: asked for by the guest through ACPI, and by the host."""

import pytest

from guest import parse_reports

MACHINES = ("q35", "pc", "microvm")


@pytest.mark.parametrize("machine", MACHINES)
def test_reboot_reaches_qemu(bench, machine):
    """The guest's reset is a reset to QEMU too, which -no-reboot turns into its end."""
    run = bench.boot(machine=machine, end="reboot")
    assert run.status == 0
    assert run.guest
    assert "reboot: machine restart" in run.serial or "Restarting system" in run.serial


@pytest.mark.parametrize("machine", MACHINES)
def test_reboot_boots_again(bench, machine):
    """After the guest's reset the firmware boots it a second time, to the same machine."""
    disk = bench.disk()
    with bench.vm(machine=machine, smp=2, end="reboot-once", disk=disk, reboot=True) as vm:
        status = vm.wait(90)
        events, serial = vm.events, vm.serial
    assert status == 0
    assert events.count("RESET") == 1
    first, second = parse_reports(serial)
    for name in ("e820", "cpu-online", "pci", "acpi/APIC"):
        assert first.files[name] == second.files[name], name


@pytest.mark.parametrize("machine", ("q35", "microvm"))
def test_reset_by_the_host(bench, machine):
    """system_reset in the middle of a running guest."""
    with bench.vm(machine=machine, smp=2, end="wait", reboot=True) as vm:
        vm.wait_for_serial("CLOISTER-WAIT end", 60)
        vm.qmp.command("system_reset")
        vm.wait_for(lambda: vm.serial.count("CLOISTER-WAIT end") == 2, "second boot", 60)
        first, second = parse_reports(vm.serial)
    assert first.files["e820"] == second.files["e820"]
