# SPDX-License-Identifier: BSD-2-Clause-Patent
"""The ccvm command: what it makes of QEMU's arguments, and how it ends.

A script stands in for QEMU, so these need no emulator.
"""

import json
import os
import shlex
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CCVM = ROOT / "tests/ccvm/ccvm"
sys.path.insert(0, str(CCVM.parent))

from qemuargs import ArgumentError, Arguments, split_options  # noqa: E402

MIB, GIB = 1 << 20, 1 << 30
EMULATOR_SIZE, CODE_SIZE = 256 << 10, 3584 << 10

FAKE_QEMU = r"""#!/bin/sh
log=$(printf '%s\n' "$@" | sed -n 's/.*id=ccvm-log,path=//p')
printf '%s\n' "$@" >"$FAKE_DIR/argv"
echo $$ >"$FAKE_DIR/pid"
[ -z "$FAKE_LINES" ] || printf "$FAKE_LINES" >"$log"
[ -z "$FAKE_SLEEP" ] || exec sleep "$FAKE_SLEEP"
exit ${FAKE_STATUS:-0}
"""


class Command:
    """The command with files of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.emulator, self.fw = folder / "ccvm.fd", folder / "fw,1.fd"
        self.emulator.write_bytes(b"\x11" * EMULATOR_SIZE)
        self.fw.write_bytes(b"\x22" * CODE_SIZE)
        qemu = folder / "qemu"
        qemu.write_text(FAKE_QEMU, encoding="ascii")
        qemu.chmod(0o755)
        (folder / "tmp").mkdir()
        self.env = {**os.environ, "QEMU": str(qemu), "FAKE_DIR": str(folder),
                    "TMPDIR": str(folder / "tmp"), "CCVM_IMAGE": str(self.emulator)}

    def start(self, *arguments, **env):
        return subprocess.Popen([CCVM, *map(str, arguments)], env={**self.env, **env}, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *arguments, mode="sev-snp", fw=True, **env):
        image = ["--fw", self.fw] if fw else []
        process = self.start("--cc", mode, *image, *arguments, **env)
        process.output, process.errors = process.communicate(timeout=30)
        return process

    def dry(self, *arguments, **options):
        process = self.run("--dry-run", *arguments, **options)
        assert process.returncode == 0, process.errors
        return shlex.split(process.output)

    def refuses(self, *arguments, **options):
        process = self.run("--dry-run", *arguments, **options)
        assert process.returncode == 2
        assert process.errors.count("\n") == 1, process.errors
        assert process.errors.startswith("ccvm: ")
        return process.errors


@pytest.fixture
def command(tmp_path):
    made = Command(tmp_path)
    yield made
    # Nothing stays behind, however the command ended.
    assert not list((tmp_path / "tmp").iterdir())


def value(argv, option, start=""):
    return [after for word, after in zip(argv, argv[1:])
            if word == option and after.startswith(start)]


def settings(argv):
    """The fw_cfg files, by name."""
    found = {}
    for text in value(argv, "-fw_cfg"):
        pairs = dict(split_options(text))
        found[pairs["name"].rsplit("/", 1)[1]] = pairs.get("file", pairs.get("string"))
    return found


@pytest.mark.parametrize("text, size", [
    ("512", 512 * MIB), ("512M", 512 * MIB), ("size=2G", 2 * GIB), ("1.5G", 1536 * MIB),
    ("0x400", GIB), ("2097152K", 2 * GIB), ("4194304B", 4 * MIB),
])
def test_memory_sizes(text, size):
    assert Arguments(["-m", text]).ram == size


def test_memory_default():
    assert Arguments([]).ram == 128 * MIB


@pytest.mark.parametrize("text", ["", "x", "-1", "1P", "size=", "3K", "0"])
def test_memory_bad(text):
    with pytest.raises(ArgumentError):
        Arguments(["-m", text])


@pytest.mark.parametrize("text, cpus", [
    ("4", 4), ("cpus=4", 4), ("sockets=2,cores=2", 4), ("2,maxcpus=2", 2), ("maxcpus=3", 3),
    ("cores=2,threads=2", 4),
])
def test_cpus(text, cpus):
    assert Arguments(["-smp", text]).cpus == cpus


@pytest.mark.parametrize("text, last", [
    ("1", 0), ("5", 4), ("sockets=3", 2), ("6,cores=2", 5), ("6,threads=2", 5),
    ("8,sockets=2,cores=2,threads=2", 7), ("12,sockets=3,cores=2,threads=2", 11),
    ("12,dies=3,cores=4", 11), ("4,dies=2", 3),
])
def test_topology(text, last):
    assert Arguments(["-smp", text]).last_apic_id == last


@pytest.mark.parametrize("text", [
    "9,sockets=3,cores=3", "6,sockets=2", "sockets=2,cores=3", "6,dies=2", "6,threads=3",
    "12,sockets=2,dies=3,cores=2", "6,cores=3", "-1",
])
def test_topology_refused(command, text):
    assert "-smp" in command.refuses("--", "-smp", text)


@pytest.mark.parametrize("text, pairs", [
    ("a=b,,c,d=e", [("a", "b,c"), ("d", "e")]),
    ("file=x,,,d=1", [("file", "x,"), ("d", "1")]),
    ("name,on", [("type", "name"), ("on", "on")]),
])
def test_commas(text, pairs):
    assert split_options(text, "type") == pairs


def test_values_are_not_options():
    """What looks like an option may be the value of the one before."""
    found = Arguments(["-append", "-m", "-kernel", "-smp", "-nographic", "-m", "1G", "disk.img"])
    assert found.ram == GIB and found.cpus == 1
    assert found.rest == ["-append", "-m", "-kernel", "-smp", "-nographic", "disk.img"]


@pytest.mark.parametrize("arguments, reason", [
    (["-accel", "kvm"], "TCG only"),
    (["-machine", "q35,accel=kvm:tcg"], "TCG only"),
    (["-enable-kvm"], "TCG only"),
    (["-cpu", "EPYC"], "'max'"),
    (["-machine", "microvm"], "q35 and pc"),
    (["-machine", "q35,confidential-guest-support=sev0"], "--cc"),
    (["-machine", "q35,smm=on"], "no SMM"),
    (["-machine", "q35,max-ram-below-4g=1G"], "lays out RAM"),
    (["-m", "1G,slots=2,maxmem=4G"], "cannot be added"),
    (["-smp", "1,maxcpus=2"], "cannot be added"),
    (["-object", "sev-snp-guest,id=x"], "--cc"),
    (["-object", '{"qom-type":"tdx-guest","id":"x"}'], "--cc"),
    (["-device", "pc-dimm,id=x"], "lays out RAM"),
    (["-device", "{"], "Expecting"),
    (["-numa", "node"], "NUMA"),
    (["-bios", "x"], "more than once"),
    (["-m"], "needs a value"),
    (["-machine", "q35,pflash0=x"], "pflash0="),
    (["-drive", "if=pflash,unit=2,file=x"], "no unit 2"),
], ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_refused(command, arguments, reason):
    assert reason in command.refuses("--", *arguments)


def test_no_firmware(command):
    assert "no firmware" in command.refuses(fw=False)


@pytest.mark.parametrize("content", [b"", b"x" * 4095], ids=["empty", "odd"])
def test_bad_image(command, content):
    command.fw.write_bytes(content)
    assert "4096" in command.refuses()


def test_missing_image(command):
    command.emulator.unlink()
    assert "the emulator" in command.refuses()


@pytest.mark.parametrize("ram, low, high, total", [
    ("512M", 512, 0, 2816), ("1G", 1024, 0, 3200), ("2G", 2016, 32, 4288),
    ("4G", 2016, 2080, 8384),
])
def test_memory_plan(command, ram, low, high, total):
    argv = command.dry("--", "-m", ram)
    assert value(argv, "-m") == [f"{total}M"]
    ram = (low + high) * MIB
    assert settings(argv)["ram"] == f"{ram} {low * MIB} {high * MIB}"


def test_machine(command):
    argv = command.dry("--", "-M", "pc,hpet=off", "-smp", "4", "-name", "x")
    machine = dict(split_options(value(argv, "-machine")[0]))
    assert machine == {"type": "pc", "hpet": "off", "smm": "off", "max-ram-below-4g": "2G"}
    assert settings(argv)["smp"] == "4" and value(argv, "-smp") == ["cpus=4"]
    assert value(argv, "-bios") == [str(command.emulator)]
    assert value(argv, "-accel") == ["tcg"] and "-no-reboot" in argv
    assert settings(argv)["fw"] == str(command.fw) and settings(argv)["mode"] == "sev-snp"
    assert argv[-2:] == ["-name", "x"]


@pytest.mark.parametrize("mode, cpu", [("plain", "max"), ("sev-snp", "max"),
                                       ("tdx", "max,mpx=off")])
def test_processor(command, mode, cpu):
    """What a trust domain's XFAM does not have, QEMU's processor does not have either."""
    assert value(command.dry(mode=mode), "-cpu") == [cpu]
    assert value(command.dry("--", "-cpu", "max,-sse4a", mode=mode),
                 "-cpu") == ["max,-sse4a" + cpu[3:]]


@pytest.mark.parametrize("mode, count", [("plain", 0), ("sev", 6), ("tdx", 6)])
def test_virtio(command, mode, count):
    """QEMU's own confidential guests have these too."""
    assert len(value(command.dry(mode=mode), "-global")) == count


def test_bios_is_firmware(command):
    argv = command.dry("--", "-bios", command.fw, fw=False)
    assert value(argv, "-bios") == [str(command.emulator)]
    assert settings(argv)["fw"] == str(command.fw)


FLASH = [
    ["-drive", "if=pflash,unit=0,format=raw,readonly=on,file=FW"],
    ["-drive", "if=pflash,file=FW,format=raw"],
    ["-blockdev", "driver=file,filename=FW,node-name=code", "-machine", "q35,pflash0=code"],
    ["-blockdev", '{"driver":"raw","node-name":"c","file":{"driver":"file","filename":"JSON"}}',
     "-machine", "pflash0=c"],
]


@pytest.mark.parametrize("arguments", FLASH, ids=["unit", "first", "blockdev", "json"])
def test_flash(command, arguments):
    """The emulator is as large as what it replaces, so that unit 1 stays in its place."""
    arguments = [word.replace("FW", str(command.fw).replace(",", ",,"))
                 .replace("JSON", str(command.fw)) for word in arguments]
    unit1 = ["-drive", "if=pflash,unit=1,format=raw,file=vars"]
    process = command.run("--", *arguments, *unit1, fw=False, mode="sev")
    assert process.returncode == 0, process.errors
    argv = (command.folder / "argv").read_text(encoding="ascii").splitlines()
    assert dict(split_options(value(argv, "-machine")[0]))["pflash0"] == "ccvm-flash"
    assert not value(argv, "-bios") and value(argv, "-drive") == unit1[1:]
    assert settings(argv)["fw"] == str(command.fw)


def test_flash_content(command):
    copy = command.folder / "copy"
    qemu = command.folder / "qemu"
    qemu.write_text("#!/bin/sh\nfor word; do case $word in *id=ccvm-log*|*filename=*)\n"
                    f"f=${{word##*filename=}}; [ ! -f $f ] || cp $f {copy};; esac; done\n",
                    encoding="ascii")
    process = command.run("--", "-drive", "if=pflash,unit=1,file=vars", mode="plain")
    assert process.returncode == 0, process.errors
    content = copy.read_bytes()
    assert len(content) == CODE_SIZE and content.endswith(b"\x11" * EMULATOR_SIZE)
    assert set(content[:-EMULATOR_SIZE]) == {0xFF}


@pytest.mark.parametrize("mode", ["sev-snp", "tdx"])
def test_flash_refused(command, mode):
    assert "no flash" in command.refuses("--", "-drive", "if=pflash,unit=1,file=v", mode=mode)


def test_options_file(command):
    copy = command.folder / "copy"
    qemu = command.folder / "qemu"
    qemu.write_text("#!/bin/sh\nfor word; do case $word in *ccvm/options*)\n"
                    f"cp ${{word##*file=}} {copy};; esac; done\n", encoding="ascii")
    process = command.run("--allow", "exec-shared", "--allow", "unvalidated", "--trace",
                          "--attack", "cpuid-hide", "--paravirt-only", "--kernel-hashes")
    assert process.returncode == 0, process.errors
    assert copy.read_text(encoding="ascii").splitlines() == [
        "allow=exec-shared", "allow=unvalidated", "attack=cpuid-hide", "trace=1", "paravirt-only",
        "kernel-hashes"]


def test_code_ranges(command):
    copy = command.folder / "copy"
    qemu = command.folder / "qemu"
    qemu.write_text("#!/bin/sh\nfor word; do case $word in *ccvm/options*)\n"
                    f"cp ${{word##*file=}} {copy};; esac; done\n", encoding="ascii")
    process = command.run("--paravirt-only=820000-1000000", "--paravirt-only=0xA-0xFF",
                          "--paravirt-only")
    assert process.returncode == 0, process.errors
    assert copy.read_text(encoding="ascii").splitlines() == [
        "paravirt-only", "code=820000-1000000", "code=a-ff"]


def test_setup(command):
    """The kernel's own setup part goes to every kind of guest for which QEMU would not change it."""
    kernel, copy = command.folder / "kernel", command.folder / "copy"
    content = bytearray(range(256)) * 16
    content[0x1F1], content[0x202:0x206] = 2, b"HdrS"
    kernel.write_bytes(content)
    qemu = command.folder / "qemu"
    qemu.write_text("#!/bin/sh\nfor word; do case $word in *ccvm/setup*)\n"
                    f"cp ${{word##*file=}} {copy};; esac; done\n", encoding="ascii")
    assert command.run("--", "-kernel", kernel, mode="plain").returncode == 0
    assert not copy.exists()
    assert command.run("--", "-kernel", kernel).returncode == 0
    assert copy.read_bytes() == content[:3 * 512]
    content[0x202] = 0
    kernel.write_bytes(content)
    assert "setup" not in settings(command.dry("--", "-kernel", kernel))
    assert "-kernel" in command.refuses("--", "-kernel", command.folder / "none")


@pytest.mark.parametrize("size, good", [(16, True), (16384, True), (0, False), (17, False),
                                        (16400, False)])
def test_secret(command, size, good):
    secret = command.folder / "sec,ret"
    secret.write_bytes(bytes(size))
    if good:
        argv = command.dry("--launch-secret", secret, mode="sev-es")
        assert settings(argv)["secret"] == str(secret)
    else:
        assert f"{size} bytes" in command.refuses("--launch-secret", secret, mode="sev")


def test_secret_missing(command):
    secret = command.folder / "secret"
    assert "No such file" in command.refuses("--launch-secret", secret, mode="sev")


@pytest.mark.parametrize("arguments", [["--cc", "sgx"], ["--trace=9"], ["--allow", "a b"],
                                       ["--attack", "x\ny"], ["--fwx"],
                                       ["--paravirt-only=1"], ["--paravirt-only=2-1"],
                                       ["--paravirt-only=x-y"], ["--paravirt-only=1-2"] * 5])
def test_usage(command, arguments):
    assert command.run(*arguments).returncode == 2


@pytest.mark.parametrize("mode, option", [
    ("plain", "--launch"), ("tdx", "--kernel-hashes"), ("plain", "--launch-secret"),
    ("sev-snp", "--launch-secret"), ("tdx", "--launch-secret"),
])
def test_not_for_mode(command, mode, option):
    words = [option, "file"] if option.startswith("--launch") else [option]
    assert command.run(*words, mode=mode).returncode == 2


def test_help(command):
    process = command.start("--help")
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    page = (CCVM.parent / "ccvm.1").read_text(encoding="ascii").replace("\\-", "-")
    for option in ("--cc", "--fw", "--stats", "--launch", "--log", "--trace", "--allow",
                   "--attack", "--host", "--paravirt-only", "--kernel-hashes", "--launch-secret",
                   "--ccvm-image", "--timeout", "--verbose", "--dry-run"):
        assert option in output and option in page


@pytest.mark.parametrize("lines, qemu, status", [
    ("", 0, 0),
    ("exit: poweroff\\n", 0, 0),
    ("exit: poweroff\\n", 1, 1),
    ("check: unvalidated: x\\nexit: check\\n", 3, 10),
    ("fatal: x\\nexit: error\\n", 3, 12),
    ("exit: triple-fault\\n", 3, 14),
    ("exit: terminated\\n", 3, 16),
    ("exit: reset\\n", 3, 18),
    ("exit: selftest 0\\n", 3, 0),
    ("exit: selftest 7\\n", 3, 22),
    ("exit: triple-fault\\nexit: reset\\n", 3, 14),
    ("nonsense\\n", 35, 35),
])
def test_status(command, lines, qemu, status):
    process = command.run(FAKE_LINES=lines, FAKE_STATUS=str(qemu))
    assert process.returncode == status
    assert ("unvalidated" in process.errors) == ("unvalidated" in lines)


def test_json_files(command):
    stats, launch, log = (command.folder / name for name in ("stats", "launch", "log"))
    lines = ('launch: {"mode":"sev-snp","measurement":"ab"}\\nstats: {"total":1}\\n'
             'stats: {"total":2}\\n')
    process = command.run("--stats", stats, "--launch", launch, "--log", log, FAKE_LINES=lines)
    assert process.returncode == 0 and not process.errors
    assert json.loads(stats.read_text()) == {"total": 2}
    assert json.loads(launch.read_text()) == {"mode": "sev-snp", "measurement": "ab"}
    assert log.read_text() == lines.replace("\\n", "\n")


@pytest.mark.parametrize("lines", ["", "stats: {broken\\n"])
def test_json_missing(command, lines):
    process = command.run("--stats", command.folder / "stats", FAKE_LINES=lines)
    assert process.returncode == 12 and "no statistics" in process.errors


def test_timeout(command):
    start = time.monotonic()
    process = command.run("--timeout", "0.5", FAKE_SLEEP="20")
    assert process.returncode == 20 and "still runs" in process.errors
    assert time.monotonic() - start < 10


def wait_for_qemu(command):
    deadline = time.monotonic() + 10
    path = command.folder / "pid"
    while not path.exists() or not path.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return int(path.read_text())


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signal(command, number):
    process = command.start("--cc", "sev", "--fw", command.fw, FAKE_SLEEP="20")
    pid = wait_for_qemu(command)
    time.sleep(0.1)
    process.send_signal(number)
    process.communicate(timeout=10)
    assert process.returncode == 128 + number
    assert not is_alive(pid)


def test_killed(command):
    """QEMU does not outlive the command."""
    process = command.start("--cc", "sev", "--fw", command.fw, FAKE_SLEEP="20")
    pid = wait_for_qemu(command)
    time.sleep(0.1)
    process.kill()
    process.communicate(timeout=10)
    deadline = time.monotonic() + 5
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(pid)
    for left in (command.folder / "tmp").iterdir():
        subprocess.run(["rm", "-r", left], check=True)


def test_executable():
    assert CCVM.stat().st_mode & stat.S_IXUSR
