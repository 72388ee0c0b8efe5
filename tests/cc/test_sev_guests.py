# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Small SEV and SEV-ES guests, guests/sev.asm and es.asm: rules, and violations of them."""

import pytest

from sev_guests import Guest


def sev(case, *options, name="", **more):
    return Guest(f"sev-{case}{name}{''.join(options)}", "sev.asm", "sev", options, CASE=case,
                 **more)


LEVELS = pytest.mark.parametrize("levels", [4, 5], ids="{0}-levels".format)


@LEVELS
def test_sev_rules(levels):
    """What the processor says, C-bit and page walks, no events, devices."""
    guest = sev("rules", name=f"-{levels}", LEVELS=levels)
    assert guest.code == 0, guest


def test_sev_dma():
    """A device reads and writes shared memory, whatever the guest meant."""
    guest = sev("dma", qemu=["-device", "edu,addr=3"])
    assert guest.code == 0, guest


def test_sev_processors():
    """A second one starts, and the page by which it gets into the emulator is not seen."""
    guest = sev("smp", smp=2)
    assert guest.code == 0, guest


def test_sev_exec_shared():
    guest = sev("exec_shared")
    assert guest.status == 10 and guest.checks == ["exec-shared"], guest


def test_sev_triple_fault():
    assert sev("triple_fault").status == 14


KINDS = pytest.mark.parametrize("kind", ["sev", "sev-es"])
ELSEWHERE, PROGRAM = "--paravirt-only=700000-701000", "--paravirt-only=800000-801000"


def handover(kind, option, shared):
    return Guest(f"handover-{kind}-{shared}{option}", "handover.asm", kind, [option],
                 KIND=kind[-3:].lstrip("-"), BEFORE=shared)


@KINDS
def test_left_shared(kind):
    """Whoever loads page tables, and is not the firmware, finds RAM mapped shared."""
    guest = handover(kind, ELSEWHERE, 2)
    assert guest.status == 10 and guest.checks == ["left-shared"], guest
    assert guest.ending("check: ")[0].endswith(": 2, the first at 203000")


@KINDS
def test_nothing_left_shared(kind):
    """A GHCB may stay, and the firmware itself may load what it likes."""
    line = "800800 takes over; 0 pages of RAM are left shared, 0 are accepted"
    guest = handover(kind, ELSEWHERE, 0)
    assert guest.code == 0 and guest.ending("handover: a kernel at ") == [line], guest
    guest = handover(kind, PROGRAM, 2)
    assert guest.code == 0 and guest.ending("handover: ") == [], guest


def es(case, *options, name="", **more):
    return Guest(f"es-{case}{name}{''.join(options)}", "es.asm", "sev-es", options, CASE=case,
                 **more)


@LEVELS
def test_es_rules(levels):
    """The MSR protocol, what raises #VC and what does not, the answer of each event."""
    guest = es("rules", name=f"-{levels}", LEVELS=levels)
    assert guest.code == 0, guest


def test_es_processors():
    """Start at the reset block, both kinds of AP reset hold, INIT and SIPI, jump table."""
    guest = es("smp", smp=2)
    assert guest.code == 0, guest


# Bits of es.asm's FIELDS.
GHCB_FIELDS = {name: 1 << bit for bit, name in enumerate(
    "rax rbx rcx rdx cpl xcr0 xss scratch rdi code info1 info2".split())}
ALWAYS = ("code", "info1", "info2")
GHCB = 0x400000
SCRATCH = GHCB + 0x800

# What the guest gets: 32 times SW_EXITINFO1, and for a bad input the reason.
DONE, INJECTED = 0, 32
(NOT_REGISTERED, INVALID_USAGE, INVALID_SCRATCH, MISSING_INPUT, INVALID_INPUT,
 INVALID_EVENT) = range(65, 71)

APIC_VERSION, APIC_TPR = 0xFEE00030, 0xFEE00080

# Code, SW_EXITINFO1 and 2, needed fields, answer, values of RAX and RCX.
EVENTS = {
    "read-dr7": (0x27, 0, 0, (), DONE, 0, 0),
    "write-dr7": (0x37, 0, 0, ("rax",), DONE, 0x400, 0),
    "rdtsc": (0x6E, 0, 0, (), DONE, 0, 0),
    "rdpmc": (0x6F, 0, 0, ("rcx",), INJECTED, 0, 0),
    "cpuid": (0x72, 0, 0, ("rax", "rcx"), DONE, 1, 0),
    "cpuid-xsave": (0x72, 0, 0, ("rax", "rcx", "xcr0"), DONE, 13, 0),
    "out": (0x7B, 0x800010, 0, ("rax",), DONE, 0, 0),
    "in": (0x7B, 0x800011, 0, (), DONE, 0, 0),
    "outs": (0x7B, 0x80001C, 1, ("scratch",), DONE, 0, 0),
    "ins": (0x7B, 0x80001D, 1, ("scratch",), DONE, 0, 0),
    "rdmsr": (0x7C, 0, 0, ("rcx",), DONE, 0, 0x1B),
    "wrmsr": (0x7C, 1, 0, ("rax", "rcx", "rdx"), DONE, 0, 0x2FF),
    "vmmcall": (0x81, 0, 0, ("rax", "cpl"), DONE, 12345, 0),
    "rdtscp": (0x87, 0, 0, (), DONE, 0, 0),
    "wbinvd": (0x89, 0, 0, (), DONE, 0, 0),
    "monitor": (0x8A, 0, 0, ("rax", "rcx", "rdx"), DONE, 0, 0),
    "mwait": (0x8B, 0, 0, ("rax", "rcx"), DONE, 0, 0),
    "mmio-read": (0x80000001, APIC_VERSION, 4, ("scratch",), DONE, 0, 0),
    "mmio-write": (0x80000002, APIC_TPR, 4, ("scratch",), DONE, 0, 0),
    "nmi-complete": (0x80000003, 0, 0, (), DONE, 0, 0),
    "jump-table": (0x80000005, 1, 0, (), DONE, 0, 0),
    "features": (0x8000FFFD, 0, 0, (), DONE, 0, 0),
}
# Fields that an event may have without needing them.
MAY = {"vmmcall": {"rbx", "rcx", "rdx", "rdi"}, "cpuid": {"xcr0", "xss"}, "cpuid-xsave": {"xss"},
       "rdmsr": {"rax", "rdx"}, "in": {"rax", "scratch"}, "out": {"scratch"},
       "outs": {"rax"}, "ins": {"rax"}}


def event(name, code, info1, info2, fields, rax=0, rcx=0, *options, version=2, usage=0,
          scratch=SCRATCH):
    mask = sum(GHCB_FIELDS[field] for field in fields)
    return es("event", *options, name=f"-{name}-{mask:x}-{version}-{usage}-{scratch:x}", CODE=code,
              INFO1=info1, INFO2=info2, FIELDS=mask, VALUE_RAX=rax, VALUE_RCX=rcx,
              VERSION=version, USAGE=usage, SCRATCH=scratch)


def named(name, fields=None, *options, **more):
    code, info1, info2, need, _, rax, rcx = EVENTS[name]
    return event(name, code, info1, info2, [*need, *ALWAYS] if fields is None else fields, rax,
                 rcx, *options, **more)


def caught(guest, check):
    assert guest.status == 10 and guest.checks == [check], guest
    assert guest.ending("exit: ") == ["check"]
    assert check in guest.errors


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("name", EVENTS)
def test_event(name, version):
    """With what it needs an event is answered, in both versions of the protocol."""
    guest = named(name, version=version)
    assert guest.code == EVENTS[name][4], guest


@pytest.mark.parametrize("name, field", [(name, field) for name, entry in EVENTS.items()
                                         for field in entry[3]])
def test_missing_field(name, field):
    fields = [other for other in (*EVENTS[name][3], *ALWAYS) if other != field]
    caught(named(name, fields), "ghcb-missing")
    assert named(name, fields, "--allow", "ghcb-missing").code == MISSING_INPUT


@pytest.mark.parametrize("field", ALWAYS)
def test_missing_always(field):
    fields = [other for other in ALWAYS if other != field]
    caught(named("rdtsc", fields), "ghcb-missing")
    assert named("rdtsc", fields, "--allow", "ghcb-missing").code == MISSING_INPUT


@pytest.mark.parametrize("name", EVENTS)
def test_extra_fields(name):
    """Registers that an event does not need would leak."""
    entry = EVENTS[name]
    extra = set(GHCB_FIELDS) - set(ALWAYS) - set(entry[3]) - MAY.get(name, set())
    for field in extra if name in ("cpuid", "outs", "wrmsr") else sorted(extra)[:1]:
        if name == "vmmcall" and field in ("scratch", "xcr0", "xss"):
            continue
        caught(named(name, [*entry[3], *ALWAYS, field]), "ghcb-extra")


@pytest.mark.parametrize("name", MAY)
def test_optional_fields(name):
    entry = EVENTS[name]
    assert named(name, [*entry[3], *ALWAYS, *sorted(MAY[name])]).code == entry[4]


@pytest.mark.parametrize("version", [0, 3, 0xFFFF])
def test_version(version):
    caught(named("rdtsc", version=version), "ghcb-version")
    # KVM does not look at it.
    assert named("rdtsc", None, "--allow", "ghcb-version", version=version).code == DONE


def test_usage():
    caught(named("rdtsc", usage=1), "ghcb-usage")
    assert named("rdtsc", None, "--allow", "ghcb-usage", usage=1).code == INVALID_USAGE


@pytest.mark.parametrize("code", [0x76, 0x80000010, 0x80000011, 0x80000013, 0x80001234])
def test_unknown_event(code):
    """Events of SNP, too; and INVD, which a guest must not pass on."""
    caught(event(f"unknown-{code:x}", code, 0, 0, ALWAYS), "ghcb-event")
    guest = event(f"unknown-{code:x}", code, 0, 0, ALWAYS, 0, 0, "--allow", "ghcb-event")
    assert guest.code == INVALID_EVENT, guest


@pytest.mark.parametrize("scratch", [0, 0x3F8, 0x7FC, 0xFED, 0xFF0, 0xFFC, 0xE0000000 - GHCB],
                         ids=hex)
def test_scratch_refused(scratch):
    """In the GHCB only its shared buffer; no device memory."""
    caught(named("mmio-read", scratch=GHCB + scratch), "ghcb-scratch")
    guest = named("mmio-read", None, "--allow", "ghcb-scratch", scratch=GHCB + scratch)
    assert guest.code == INVALID_SCRATCH, guest


@pytest.mark.parametrize("scratch", [0x800, 0xFEC, 0x1000, 0x1FFC], ids=hex)
def test_scratch(scratch):
    """All of the shared buffer, and other shared memory."""
    assert named("mmio-read", scratch=GHCB + scratch).code == DONE


@pytest.mark.parametrize("name, code, info1, info2", [
    ("io-size", 0x7B, 0x800071, 0), ("io-no-size", 0x7B, 0x800001, 0),
    ("string", 0x7B, 0x80001D, 5000), ("jump-table", 0x80000005, 2, 0),
    ("mmio-size", 0x80000001, APIC_VERSION, 3), ("mmio-ram", 0x80000001, 0x200000, 4),
    ("mmio-ccvm", 0x80000001, 0x7E000000, 4),
])
def test_bad_input(name, code, info1, info2):
    fields = ["scratch", *ALWAYS] if name.startswith(("mmio", "string")) else ALWAYS
    assert event(name, code, info1, info2, fields).code == INVALID_INPUT


def request(value, *options):
    return es("msr", *options, name=f"-{value:x}", REQUEST=value)


@pytest.mark.parametrize("value", [0xABC, 0x010, 0x400012, 0x0010000000200014, 0x016, 0x003])
def test_unknown_request(value):
    """Of the MSR protocol; some are of SEV-SNP only. The guest sees its own request."""
    caught(request(value), "ghcb-event")
    assert request(value, "--allow", "ghcb-event").code == 0


@pytest.mark.parametrize("ending, guest", [
    ("reason set 7 code 90", lambda: es("terminate_page")),
    ("reason set 3 code 66", lambda: request(0x423100)),
    ("the guest cannot handle #VC 404", lambda: es("unsupported")),
], ids=["page", "msr", "unsupported"])
def test_termination(ending, guest):
    result = guest()
    assert result.status == 16 and result.ending("exit: ") == ["terminated"]
    assert result.ending("terminated: ")[0].endswith(ending)


@pytest.mark.parametrize("case, check", [("mmio_private", "mmio-private"),
                                         ("exec_shared", "exec-shared"),
                                         ("flash_write", "flash-write")])
def test_es_caught(case, check):
    caught(es(case), check)


def test_no_gate():
    guest = es("no_gate")
    assert guest.status == 14 and guest.ending("exit: ") == ["triple-fault"], guest


@pytest.mark.parametrize("option, code, alias, image, where", [
    ("", 0x820000, 0, 0, None), ("", 0x820000, 0, 1, "ffff"),
    ("=820000-1000000", 0x820000, 0, 0, "820000"), ("=820000-1000000", 0xFFFFF0, 0, 0, "fffff0"),
    ("=820000-1000000", 0x1000000, 0, 0, None),
    # An operating system's mapping of the same memory.
    ("=820000-1000000", 0x820000, 0xFFFF800000000000, 0, None),
    # The range is of physical addresses.
    ("=ffff800000000000-ffff800001000000", 0x820000, 0xFFFF800000000000, 0, None),
], ids=["no-range", "image", "range", "range-end", "above", "other-address", "linear"])
def test_paravirt_only(option, code, alias, image, where):
    guest = es("paravirt", f"--paravirt-only{option}", name=f"-{code:x}-{bool(alias)}-{image}",
               CODE=code, ALIAS=alias, IMAGE=image)
    if where:
        caught(guest, "paravirt-only")
        assert f"#VC 72 at {where}" in guest.ending("check: ")[0]
    else:
        assert guest.code == 0, guest
