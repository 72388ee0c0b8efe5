# SPDX-License-Identifier: BSD-2-Clause-Patent
"""What cannot be booted ends in one line that says why, and in a stop the host can see."""

import struct

import pytest

pytestmark = pytest.mark.own_behaviour

# QEMU makes 2 * value + 1 of what is written to isa-debug-exit.
DEBUG_EXIT_STATUS = 35
DEBUG_EXIT = ("-device", "isa-debug-exit,iobase=0xf4,iosize=0x04")

MIB = 1 << 20
SETUP_HEADER = 0x1f1


def assert_one_reason(vm, reason):
    """One line on the serial port, nothing else; the same line once on the debug port."""
    lines = vm.serial.splitlines()
    assert len(lines) == 1, f"serial: {lines}"
    assert reason in lines[0]
    assert vm.debug.splitlines().count(lines[0]) == 1, vm.debug


def stop(bench, reason, **options):
    """The machine stops by itself through isa-debug-exit, for this reason."""
    with bench.vm(extra=DEBUG_EXIT, guest=False, **options) as vm:
        assert vm.wait(30) == DEBUG_EXIT_STATUS, vm.errors
        assert_one_reason(vm, reason)


def modified_kernel(bench, change):
    """The guest's kernel with its bytes changed in place."""
    content = bytearray(bench.kernel.read_bytes())
    change(content)
    path = bench.path("kernel")
    path.write_bytes(content)
    return path


def put(offset, value, size):
    def change(content):
        content[offset:offset + size] = value.to_bytes(size, "little")
    return change


@pytest.mark.parametrize("machine", ("q35", "pc", "microvm"))
def test_no_kernel(bench, machine):
    stop(bench, "no kernel", machine=machine)


@pytest.mark.parametrize("machine", ("q35", "pc", "microvm"))
def test_pvpanic(bench, machine):
    """The host is told through pvpanic when that is what there is."""
    with bench.vm(machine=machine, guest=False, extra=("-device", "pvpanic")) as vm:
        vm.wait_for_event("GUEST_PANICKED")
        assert vm.wait(30) == 0
        assert_one_reason(vm, "no kernel")


@pytest.mark.parametrize("machine", ("q35", "pc", "microvm"))
def test_nobody_listens(bench, machine):
    """Without any such device, the processor sleeps with interrupts off."""
    with bench.vm(machine=machine, smp=2, guest=False) as vm:
        vm.wait_for_serial("no kernel")
        vm.wait_for(vm.halted_for_good, "halt")
        assert vm.process.poll() is None
        assert_one_reason(vm, "no kernel")


@pytest.mark.parametrize("size", (0x1000, 0x10000, 0x300000))
def test_truncated_kernel(bench, size):
    kernel = modified_kernel(bench, lambda content: content.__delitem__(slice(size, None)))
    if size == 0x1000:
        # Shorter than its own setup part: QEMU does not even start.
        with bench.vm(guest=False, kernel=kernel) as vm:
            assert vm.wait(30) == 1
            assert "invalid kernel header" in vm.errors
        return
    stop(bench, "bad kernel", kernel=kernel)


HEADERS = {
    "no-magic": (put(0x202, 0, 4), "bad kernel"),
    "no-boot-flag": (put(0x1fe, 0, 2), "bad kernel"),
    "old-protocol": (put(0x206, 0x205, 2), "bad kernel"),
    "not-64-bit": (put(0x236, 0, 2), "bad kernel"),
    "huge-init-size": (put(0x260, 0xfffff000, 4), "kernel"),
    "preferred-address-0": (put(0x258, 0, 8), "kernel"),
    "preferred-address-huge": (put(0x258, 0xfffffffffff00000, 8), "kernel"),
    "alignment-3": (put(0x230, 3, 4), "bad kernel"),
    "syssize-huge": (put(0x1f4, 0xffffffff, 4), "bad kernel"),
}


@pytest.mark.parametrize("case", HEADERS)
def test_kernel_header(bench, case):
    change, reason = HEADERS[case]
    stop(bench, reason, kernel=modified_kernel(bench, change))


def sparse(path, size):
    with open(path, "wb") as file:
        file.truncate(size)
    return path


def test_initrd_too_big(bench):
    """QEMU lets it through because it fits into RAM, though not beside the kernel."""
    initrd = sparse(bench.path("initrd"), 230 * MIB)
    stop(bench, "initrd does not fit", mem="256M", kernel=bench.kernel, initrd=initrd)


def test_command_line_too_long(bench):
    stop(bench, "command line", kernel=bench.kernel, append="x" * 4000)


@pytest.mark.parametrize("machine", ("q35", "pc", "microvm"))
@pytest.mark.parametrize("mem", ("2M", "4M", "8M"))
def test_too_little_ram(bench, machine, mem):
    stop(bench, "RAM", machine=machine, mem=mem)


@pytest.mark.parametrize("machine", ("q35", "microvm"))
@pytest.mark.parametrize("mem", ("16M", "48M"))
def test_kernel_larger_than_ram(bench, machine, mem):
    stop(bench, "kernel does not fit", machine=machine, mem=mem, kernel=bench.kernel)


def loader_command(number, *fields):
    """A command of 128 bytes; names of files are padded to 56."""
    command = struct.pack("<I", number)
    for field in fields:
        command += field.encode().ljust(56, b"\0") if isinstance(field, str) else field
    return command.ljust(128, b"\0")


def allocate(name, align=64, zone=2):
    return loader_command(1, name, struct.pack("<IB", align, zone))


RSDP = "etc/acpi/rsdp"
ADD_POINTER, ADD_CHECKSUM = 2, 3
SCRIPTS = {
    "no-script": (b"", "its size is 0"),
    "half-a-command": (allocate(RSDP)[:100], "size 100 is that of no script"),
    "no-such-file": (allocate("etc/acpi/nothing"), "etc/acpi/nothing"),
    "name-without-end": (loader_command(1, "x" * 56, struct.pack("<IB", 64, 2)), "malformed file name"),
    "alignment-3": (allocate(RSDP, align=3), "no power of two"),
    "twice": (allocate(RSDP) * 2, "allocated twice"),
    "pointer-outside": (allocate(RSDP) + loader_command(
        ADD_POINTER, RSDP, RSDP, struct.pack("<IB", 0xfffffffe, 4)), "pointer is outside its file"),
    "checksum-outside": (allocate(RSDP) + loader_command(
        ADD_CHECKSUM, RSDP, struct.pack("<III", 8, 0, 0x10000)), "checksum is outside its file"),
    "nothing-allocated": (loader_command(
        ADD_POINTER, RSDP, RSDP, struct.pack("<IB", 16, 4)), "files that are not allocated"),
    "not-an-rsdp": (allocate(RSDP), "not an RSDP"),
    "no-rsdp": (loader_command(0), "no RSDP"),
}


@pytest.mark.parametrize("case", SCRIPTS)
def test_table_loader(bench, case):
    """ACPI tables of a host that makes mistakes; QEMU has none of its own with acpi=off."""
    script, reason = SCRIPTS[case]
    files = {"etc/table-loader": script, RSDP: bytes(64)}
    extra = []
    for name, content in files.items():
        path = bench.path(name.rpartition("/")[2])
        path.write_bytes(content)
        extra += ["-fw_cfg", f"name={name},file={path}"]
    with bench.vm(machine_opts=",acpi=off", guest=False, kernel=bench.kernel,
                  extra=(*DEBUG_EXIT, *extra)) as vm:
        assert vm.wait(30) == DEBUG_EXIT_STATUS, vm.errors
        assert_one_reason(vm, reason)
