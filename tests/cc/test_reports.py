# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Attestation: reports and quotes as a verifier reads them, which knows the image only.

Public documents: SEV-SNP firmware ABI (AMD 56860), chapter 7 and tables
"ATTESTATION_REPORT" and "Signature"; Intel TDX module ABI (348551), TDREPORT_STRUCT;
Intel TDX DCAP Quoting Library API, "TD quote format", version 4.
"""

import hashlib
import struct
import subprocess
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA384

import calculator
from ccvm_vm import CCVM, Bench

# One process runs all of them: its guests' files have one name each.
pytestmark = pytest.mark.xdist_group("reports")

GUESTS = Path(__file__).resolve().parent / "guests"
PAGE = 4096

# The documented test key; tests/ccvm/report.h.
TEST_KEY = hashlib.sha384(b"ccvm test key, proves nothing").digest()
KEY = ec.derive_private_key(int.from_bytes(TEST_KEY, "big"), ec.SECP384R1()).public_key()


class Result:
    """A guest that wrote something to the debug port."""

    def __init__(self, name, mode, source, **defines):
        bench = Bench(f"report-{name}")
        image, log, port = bench.path("fd"), bench.path("log"), bench.path("port")
        subprocess.run(["nasm", "-f", "bin", "-w-number-overflow", f"-I{GUESTS}/",
                        *(f"-D{key}={value}" for key, value in defines.items()),
                        GUESTS / source, "-o", image], check=True)
        process = subprocess.run(
            [CCVM, "--cc", mode, "--fw", image, "--log", log, "--timeout", "60", "--",
             "-m", "512M", "-nodefaults", "-display", "none",
             "-chardev", f"file,id=port,path={port}",
             "-device", "isa-debugcon,iobase=0x402,chardev=port"], check=False,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.status, self.image = process.returncode, image.read_bytes()
        self.output = port.read_bytes()
        lines = log.read_text(encoding="ascii", errors="replace").splitlines()
        assert self.status == 16, lines
        self.ending, = (line for line in lines if line.startswith("terminated: "))


def verify(data, r, s):
    KEY.verify(utils.encode_dss_signature(r, s), data, ec.ECDSA(SHA384()))


# --- SEV-SNP --------------------------------------------------------------

REPORT_SIZE, SIGNED = 0x4A0, 0x2A0
REPORT_DATA = bytes(range(64))


class GuestMessages:
    """The guest's side of the channel to the PSP."""

    def __init__(self, key, number=0):
        self.cipher, self.number = AESGCM(key), number

    def _iv(self, sequence):
        return sequence.to_bytes(12, "little")

    def seal(self, kind, payload, sequence=1):
        header = struct.pack("<BBHBBHIB35x", 1, 1, 0x60, kind, 1, len(payload), 0, self.number)
        sealed = self.cipher.encrypt(self._iv(sequence), payload, header)
        tag = sealed[-16:].ljust(32, b"\0")
        return (tag + struct.pack("<QQ", sequence, 0) + header + sealed[:-16]).ljust(PAGE, b"\0")

    def open(self, page, kind):
        sequence, = struct.unpack_from("<Q", page, 0x20)
        algorithm, version, size, found, _, length, _, number = struct.unpack_from(
            "<BBHBBHIB", page, 0x30)
        assert (sequence, algorithm, version, size) == (2, 1, 1, 0x60)
        assert (found, number) == (kind, self.number)
        sealed = page[0x60:0x60 + length] + page[:16]
        return self.cipher.decrypt(self._iv(sequence), sealed, page[0x30:0x60])


@pytest.fixture(scope="module")
def vmpcks():
    """The keys of the secrets page."""
    page = Result("snp-secrets", "sev-snp", "report_snp.asm").output
    assert len(page) == PAGE
    keys = [page[0x20 + 32 * n:0x40 + 32 * n] for n in range(4)]
    assert len(set(keys)) == 4 and bytes(32) not in keys
    return keys


def ask(name, request):
    path = Bench(f"report-{name}").path("request")
    path.write_bytes(request)
    result = Result(name, "sev-snp", "report_snp.asm", REQUEST=f'"{path}"')
    assert len(result.output) == 2 * PAGE
    return result, int(result.ending.rsplit(" ", 1)[1]), result.output[PAGE:]


@pytest.fixture(scope="module")
def snp(vmpcks):
    """A report, and the image it is about."""
    messages = GuestMessages(vmpcks[0])
    result, status, page = ask("snp", messages.seal(5, struct.pack("<64sII24x", REPORT_DATA, 0, 0)))
    assert status == 0
    answer = messages.open(page, 6)
    status, size = struct.unpack_from("<II", answer)
    assert (status, size, len(answer)) == (0, REPORT_SIZE, 32 + REPORT_SIZE)
    return result.image, answer[32:]


def snp_signature(report):
    return (int.from_bytes(report[SIGNED + offset:SIGNED + offset + 72], "little")
            for offset in (0, 72))


def test_snp_measurement(snp):
    image, report = snp
    assert report[0x90:0xC0].hex() == calculator.expected("sev-snp", image, 1)


def test_snp_fields(snp):
    _, report = snp
    version, guest_svn, policy = struct.unpack_from("<IIQ", report)
    vmpl, algorithm = struct.unpack_from("<II", report, 0x30)
    assert (version, guest_svn, policy, vmpl, algorithm) == (3, 0, 0x30000, 0, 1)
    assert report[0x50:0x90] == REPORT_DATA
    # Family, image and key digests, which need an ID block; the migration agent's report.
    assert report[0x10:0x30] == bytes(32) and report[0xE0:0x140] == bytes(96)
    assert report[0x160:0x180] == b"\xff" * 32
    signature = calculator.SIGNATURES["max"]
    family = (signature >> 8 & 15) + (signature >> 20 & 255)
    model = (signature >> 4 & 15) | (signature >> 12 & 0xF0)
    assert tuple(report[0x188:0x18B]) == (family, model, signature & 15)
    # Nobody may take it for a report of hardware.
    assert b"proves nothing" in report[0x1A0:0x1E0]
    assert report[0x208:SIGNED] == bytes(SIGNED - 0x208)


def test_snp_signature(snp):
    _, report = snp
    r, s = snp_signature(report)
    verify(report[:SIGNED], r, s)
    for offset in (0x50, 0x90, SIGNED - 1):
        forged = bytearray(report[:SIGNED])
        forged[offset] ^= 1
        with pytest.raises(InvalidSignature):
            verify(bytes(forged), r, s)


def test_snp_answer_is_authentic(vmpcks):
    """The answer opens with the key that the request named, and with no other."""
    payload = struct.pack("<64sII24x", REPORT_DATA, 0, 0)
    _, status, page = ask("snp-key1", GuestMessages(vmpcks[1], 1).seal(5, payload))
    assert status == 0
    assert len(GuestMessages(vmpcks[1], 1).open(page, 6)) == 32 + REPORT_SIZE
    with pytest.raises(InvalidTag):
        GuestMessages(vmpcks[0], 1).open(page, 6)


def test_snp_forged_request(vmpcks):
    """A request that is not authentic, or replayed, gets a status and no answer."""
    messages = GuestMessages(vmpcks[0])
    payload = struct.pack("<64sII24x", REPORT_DATA, 0, 0)
    changed = bytearray(messages.seal(5, payload))
    changed[0x60] ^= 1
    for name, request in (("changed", bytes(changed)),
                          ("sequence", messages.seal(5, payload, sequence=3)),
                          ("key", GuestMessages(vmpcks[1]).seal(5, payload))):
        result, status, page = ask(f"snp-{name}", request)
        assert status != 0, name
        # What the guest had put there before.
        assert page == result.output[:PAGE]


# --- TDX ------------------------------------------------------------------

TDREPORT_SIZE, BUFFER_SIZE, QUOTE_SIZE = 1024, 4096, 48 + 584 + 4 + 96 + 96
DIGEST, OTHER = (0x1122334455667788).to_bytes(8, "little") * 6, b"\xa5" * 48
ATTRIBUTES = 1 << 28


@pytest.fixture(scope="module")
def tdx():
    result = Result("tdx", "tdx", "report_tdx.asm")
    assert " pass" in result.ending
    assert len(result.output) == TDREPORT_SIZE + 2 * BUFFER_SIZE
    return result


def rtmrs():
    """What the guest's extensions come to."""
    zero, extend = bytes(48), calculator.rtmr_extend
    return [extend(zero, DIGEST), extend(extend(zero, DIGEST), DIGEST), zero, extend(zero, OTHER)]


def tdreport(tdx):
    return tdx.output[:TDREPORT_SIZE]


def quotes(tdx):
    """Status and data of each GetQuote."""
    for start in (TDREPORT_SIZE, TDREPORT_SIZE + BUFFER_SIZE):
        buffer = tdx.output[start:start + BUFFER_SIZE]
        version, status, in_len, out_len = struct.unpack_from("<QQII", buffer)
        assert version == 1 and in_len == TDREPORT_SIZE
        yield status, buffer[24:24 + out_len]


def test_tdreport_measurements(tdx):
    report = tdreport(tdx)
    assert report[0x210:0x240].hex() == calculator.mrtd(tdx.image)
    for number, value in enumerate(rtmrs()):
        assert report[0x2D0 + 48 * number:0x300 + 48 * number] == value, number
    # MRCONFIGID, MROWNER, MROWNERCONFIG, SERVTD_HASH
    assert report[0x240:0x2D0] == bytes(144) and report[0x390:0x400] == bytes(112)


def test_tdreport_fields(tdx):
    report = tdreport(tdx)
    assert report[:4] == bytes((0x81, 0, 0, 0)) and report[4:16] == bytes(12)
    assert report[0x80:0xC0] == b"nonce..." * 8
    attributes, xfam = struct.unpack_from("<QQ", report, 0x200)
    assert attributes == ATTRIBUTES and xfam & 3 == 3
    assert hashlib.sha384(report[0x100:0x100 + 239]).digest() == report[0x20:0x50]
    assert hashlib.sha384(report[0x200:0x400]).digest() == report[0x50:0x80]


def test_tdreport_mac(tdx):
    """No key: a text that everybody recognizes, and a digest of what the MAC covers."""
    report = tdreport(tdx)
    assert report[0xE0:0x100] == b"ccvm fake MAC: \0" + hashlib.sha256(report[:0xE0]).digest()[:16]


def test_quote(tdx):
    report = tdreport(tdx)
    (status, quote), _ = quotes(tdx)
    assert status == 0 and len(quote) == QUOTE_SIZE
    version, key_type, tee, reserved = struct.unpack_from("<HHII", quote)
    assert (version, key_type, tee, reserved) == (4, 3, 0x81, 0)
    assert quote[12:28] == b"ccvm test quote!"
    body = quote[48:48 + 584]
    assert body[16:64] == report[0x118:0x148]		# MRSEAM
    assert body[520:584] == report[0x80:0xC0]
    assert body[136:184].hex() == calculator.mrtd(tdx.image)
    assert body[328:520] == b"".join(rtmrs())


def test_quote_signature(tdx):
    (_, quote), _ = quotes(tdx)
    signed = quote[:48 + 584]
    length, = struct.unpack_from("<I", quote, len(signed))
    r, s, x, y = (int.from_bytes(quote[len(signed) + 4 + 48 * n:len(signed) + 52 + 48 * n], "big")
                  for n in range(4))
    assert length == 4 * 48
    assert KEY.public_numbers() == ec.EllipticCurvePublicNumbers(x, y, ec.SECP384R1())
    verify(signed, r, s)
    with pytest.raises(InvalidSignature):
        verify(signed[:-1] + bytes([signed[-1] ^ 1]), r, s)


def test_quote_of_changed_report(tdx):
    """A report that the module did not make gets no quote."""
    _, (status, quote) = quotes(tdx)
    assert status == 1 << 63 and not quote
