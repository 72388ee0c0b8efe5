# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Machines that differ from the plain ones in one thing, each beside SeaBIOS."""

import functools
import re
from collections import namedtuple

import pytest

import oracle
from guest import checksum, parse_reports

GIB = 1 << 30

Variant = namedtuple("Variant", "machine options full")


def variant(machine, *extra, full=False, **options):
    return Variant(machine, {"extra": extra, **options}, full)


def root_port(name, *more, bus="pcie.0"):
    """A hot-pluggable PCIe port; chassis numbers follow the name's digits."""
    number = re.search(r"\d+", name).group()
    return "-device", ",".join((f"pcie-root-port,id={name},bus={bus},chassis={number}", *more))


def ivshmem(size, bus=None):
    """A device with a 64-bit prefetchable BAR of any size, without the memory for it."""
    return ("-object", f"memory-backend-ram,id=shared,size={size},share=on,reserve=off",
            "-device", "ivshmem-plain,memdev=shared" + (f",bus={bus}" if bus else ""))


VARIANTS = {
    # PCI topologies
    "root-ports": variant(
        "q35", *root_port("rp1"), *root_port("rp2"), *root_port("rp3"),
        "-device", "virtio-rng-pci,bus=rp1", "-device", "e1000e,bus=rp2"),
    "switch": variant(
        "q35", *root_port("rp1"), "-device", "x3130-upstream,id=up,bus=rp1",
        "-device", "xio3130-downstream,id=down1,bus=up,chassis=11",
        "-device", "xio3130-downstream,id=down2,bus=up,chassis=12",
        "-device", "nvme,serial=1,bus=down1", "-device", "virtio-net-pci,bus=down2"),
    "pcie-to-pci": variant(
        "q35", *root_port("rp1"), "-device", "pcie-pci-bridge,id=b1,bus=rp1",
        "-device", "e1000,bus=b1,addr=1", "-device", "rtl8139,bus=b1,addr=2", full=True),
    "pci-bridges": variant(
        "pc", "-device", "pci-bridge,id=b1,chassis_nr=1",
        "-device", "pci-bridge,id=b2,bus=b1,chassis_nr=2,addr=2",
        "-device", "e1000,bus=b2,addr=1", "-device", "rtl8139,bus=b1,addr=3"),
    "pxb-pcie": variant(
        "q35", "-device", "pxb-pcie,id=pxb1,bus_nr=64",
        *root_port("rp1", bus="pxb1"), "-device", "virtio-net-pci,bus=rp1"),
    "pxb": variant("pc", "-device", "pxb,id=pxb1,bus_nr=32",
                   "-device", "e1000,bus=pxb1,addr=1", full=True),
    "big-bar": variant("q35", *ivshmem("8G")),
    "big-bar-behind-port": variant("q35", *root_port("rp1"), *ivshmem("2G", "rp1")),
    "big-bar-pc": variant("pc", *ivshmem("1G"), full=True),
    "vga-and-more": variant(
        "q35", "-vga", "std", "-device", "qemu-xhci", "-device", "intel-hda",
        "-device", "virtio-scsi-pci", "-device", "ich9-usb-ehci1", full=True),
    "many-devices": variant(
        "q35", *(argument for slot in range(2, 0x1b) for argument in
                 ("-device", f"e1000,addr={slot:#x}")), full=True),
    "multifunction": variant(
        "pc", "-device", "e1000,addr=5.0,multifunction=on", "-device", "e1000,addr=5.3",
        "-device", "virtio-rng-pci,addr=5.7", full=True),
    "reserve-hints": variant(
        "q35", *root_port("rp1", "bus-reserve=2", "io-reserve=4K", "mem-reserve=32M",
                          "pref64-reserve=1G")),
    "legacy-interrupts": variant("q35", append="pci=nomsi"),
    "legacy-interrupts-pc": variant("pc", append="pci=nomsi"),
    "microvm-pcie": variant("microvm", "-device", "virtio-net-pci", machine_opts=",pcie=on"),
    # Tables
    "numa": variant(
        "q35", "-object", "memory-backend-ram,id=m0,size=128M",
        "-object", "memory-backend-ram,id=m1,size=128M",
        "-numa", "node,nodeid=0,cpus=0,memdev=m0", "-numa", "node,nodeid=1,cpus=1,memdev=m1",
        "-numa", "dist,src=0,dst=1,val=20", smp=2),
    "iommu": variant("q35", "-device", "intel-iommu", append="no_timer_check", full=True),
    "acpitable": variant(
        "q35", "-acpitable", "sig=CLST,oem_id=OEMID,oem_table_id=OEMTABLE,data=/dev/null"),
    "smbios": variant(
        "q35", "-smbios", "type=1,manufacturer=Acme,product=Anvil,serial=4711,"
        "uuid=00112233-4455-6677-8899-aabbccddeeff",
        "-smbios", "type=3,manufacturer=Acme,asset=A1", "-smbios", "type=11,value=one,value=two"),
    "smbios-type0": variant("pc", "-smbios", "type=0,vendor=Acme,version=1.2,date=01/02/2003"),
    "smbios-3": variant("q35", machine_opts=",smbios-entry-point-type=64"),
    "memory-slots": variant("q35", mem="256M,slots=2,maxmem=4G"),
    "memory-slots-pc": variant("pc", mem="256M,slots=2,maxmem=4G", full=True),
    # Processors
    "possible-cpus": variant("q35", smp="2,maxcpus=6"),
    "sparse-apic-ids": variant("q35", smp="3,sockets=2,cores=3,maxcpus=6", full=True),
    "twelve-cpus": variant("pc", smp="12", full=True),
    "cpu-default": variant("q35", cpu="qemu64"),
    "cpu-old": variant("pc", cpu="Conroe", full=True),
    "cpu-without-1g-pages": variant("q35", cpu="max,pdpe1gb=off", mem="6G", full=True),
    "cpu-without-la57": variant("q35", cpu="max,la57=off", full=True),
    "cpu-large-address": variant("q35", cpu="max,phys-bits=48", full=True),
    # Chipset settings
    "no-smm": variant("q35", machine_opts=",smm=off"),
    "no-hpet": variant("q35", "-no-hpet", full=True),
    "old-q35": variant("q35", machine_opts=",type=pc-q35-4.0", full=True),
    "old-pc": variant("pc", machine_opts=",type=pc-i440fx-2.12", full=True),
    "split-2815M": variant("q35", mem="2815M", full=True),
    "split-2816M": variant("q35", mem="2816M"),
    "split-3583M": variant("pc", mem="3583M", full=True),
    "low-memory-limit": variant("pc", mem="3G", machine_opts=",max-ram-below-4g=1G", full=True),
    "little-memory": variant("q35", mem="160M"),
}


def pytest_generate_tests(metafunc):
    if "case" in metafunc.fixturenames:
        full = metafunc.config.getoption("--full")
        metafunc.parametrize("case", [name for name, value in VARIANTS.items()
                                      if full or not value.full])


def compare(bench, machine, **options):
    """Boots both and asserts that they are the same to the guest."""
    ours, theirs = bench.both(machine=machine, **options)
    assert ours.status == 0
    oracle.check_pci_resources(ours.guest)
    assert abs(ours.guest.usable() - theirs.guest.usable()) <= oracle.MEMORY_TOLERANCE
    for name, content in ours.guest.acpi.items():
        assert name == "FACS" or checksum(content) == 0, name
    again = functools.lru_cache(lambda _: bench.boot_again(machine=machine, **options).guest)
    found = [line for fact in oracle.FACTS for line in oracle.confirmed_differences(
             fact, machine, ours.guest, theirs.guest, again)]
    assert not found, "\n".join([f"{ours!r} against {theirs!r}"] + found)
    return ours, theirs


def test_variant(bench, case):
    machine, options, _ = VARIANTS[case]
    compare(bench, machine, **options)


def test_possible_cpus_can_be_added(bench):
    """The guest brings a processor online that the host adds later."""
    with bench.vm(smp="1,maxcpus=2", append="cloister.hotplug=1 cloister.disk=none") as vm:
        vm.wait_for_serial("CLOISTER-WAIT cpu1", 60)
        cpu = next(slot for slot in vm.qmp.command("query-hotpluggable-cpus")
                   if "qom-path" not in slot)
        vm.qmp.command("device_add", driver=cpu["type"], id="cpu1", **cpu["props"])
        assert vm.wait(60) == 0
        guest, = parse_reports(vm.serial)
    assert guest.lines("cpu-ran") == ["0", "1"]


def test_vmgenid(bench):
    """The generation id is where both the guest's table and the host's fw_cfg say."""
    wanted = "11223344-5566-7788-99aa-bbccddeeff00"
    binary = bytes.fromhex("443322116655887799aabbccddeeff00")
    with bench.vm(end="wait", append="cloister.disk=none",
                  extra=("-device", f"vmgenid,guid={wanted}")) as vm:
        vm.wait_for_serial("CLOISTER-WAIT end", 60)
        guest, = parse_reports(vm.serial)
        # WRITE_POINTER: the host was told the address of its blob.
        address = int.from_bytes(guest.files["fw_cfg/vmgenid_addr"], "little")
        assert address
        # ADD_POINTER: the guest's table has it too (QEMU puts the id at offset 40).
        table = next(content for content in guest.acpi.values() if b"VMGENID" in content)
        position = table.index(b"VGIA") + 4
        assert table[position] == 0x0c, "DWordPrefix"
        blob = int.from_bytes(table[position + 1:position + 5], "little")
        assert vm.memory(blob + 40, 16) == binary
        assert address in (blob, blob + 40)
    assert any(entry.start <= blob <= entry.end and entry.type != "System RAM"
               for entry in guest.e820)


def test_960_gib(bench):
    """All of what 40 address bits allow; the kernel uses a little, but is told of all."""
    ours, _ = compare(
        bench, "q35", mem="960G", machine_opts=",memory-backend=ram", append="mem=1G", disk=None,
        extra=("-object", "memory-backend-ram,id=ram,size=960G,reserve=off"))
    high = [entry for entry in ours.guest.e820
            if entry.start >= 4 * GIB and entry.type == "System RAM"]
    assert [(entry.start, entry.end) for entry in high] == [(4 * GIB, 962 * GIB - 1)]


@pytest.mark.own_behaviour  # SeaBIOS makes up tables of its own then
@pytest.mark.parametrize("machine", ("q35", "pc"))
def test_no_acpi(bench, machine):
    """A machine without ACPI still boots."""
    run = bench.boot(machine=machine, machine_opts=",acpi=off", end="reboot",
                     append="cloister.disk=none")
    assert run.status == 0
    assert not run.guest.acpi


def test_microvm_without_acpi(bench):
    run = bench.boot(machine="microvm", machine_opts=",acpi=off", end="reboot",
                     append="cloister.disk=none")
    assert run.status == 0
    assert run.guest
