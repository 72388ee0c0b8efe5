# SPDX-License-Identifier: BSD-2-Clause-Patent
"""The expected measurements against published values.

Values for the small cases were computed by hand from the specifications; those of
Debian's images are what the public calculator sev-snp-measure 0.0.12 printed.
"""

import hashlib

import pytest

import calculator
from calculator import SIGNATURES, Mrtd, SnpDigest

ZERO_PAGE = bytes(4096)


def sha384(content):
    return hashlib.sha384(content).hexdigest()


@pytest.mark.parametrize("kind, gpa, expected", [
    (calculator.SNP_NORMAL, 0xFFFFF000,
     "46c510442a54cc32344cef32e14dc3d6312fc4a010780dd11fd33204df555059"
     "0356b069e6c6ca5bbfca71561f370399"),
    (calculator.SNP_ZERO, 0x800000,
     "4472405c6dbc65e5629805f2be1b3df74eb119841eff12466c24f43e67083c23"
     "df5e645b2742b6d9aa0f943e095cebaa"),
    (calculator.SNP_SECRETS, 0x80D000,
     "e82e99caf82a32c31ec5070eef9e2135866d8f7de60d756814f3bd8c989c1e82"
     "6622e0a97dad026c6d9d81818780e6a2"),
    (calculator.SNP_CPUID, 0x80E000,
     "c9e46442d2b4ddb823fa6b4a907930de7e93901180c5a3126ba234193059a0a5"
     "1a21ba82f05d2fe0f3136f22b1b1a8e4"),
], ids=["normal", "zero", "secrets", "cpuid"])
def test_snp_page(kind, gpa, expected):
    digest = SnpDigest()
    digest.page(kind, gpa, ZERO_PAGE)
    assert digest.value.hex() == expected


@pytest.mark.parametrize("model, expected", [
    ("EPYC", "77920c4c629ff47e90c0e174fc1ad0eb6fa664f88cd4739488058a8c6cb1a77b"
             "3856f55378e9518d0da99452d51c553a"),
    ("EPYC-Milan", "728af287318db5f3fc4d2357a969483c4225956dc555b514a78d64ee372112d1"
                   "3b3dca8afd02cdbd1c55697d8ce087f5"),
    ("EPYC-Genoa", "7d39672d1b8a3e38353a8eef23af9a14a850be7b9c80bd29898aff5cd2386719"
                   "e5ce72ad660a022def56b15e5e0f899e"),
    ("EPYC-Turin", "49ddacf0393b6d9401ac505250ec615e923bc580ff6ce0a0b4c5f2e261b0a972"
                   "cd4facec381e17ad503ce64f4de8a83e"),
])
def test_snp_vmsa(model, expected):
    assert sha384(calculator.vmsa(0xFFFFFFF0, 1, SIGNATURES[model])) == expected


@pytest.mark.parametrize("fpu, expected", [
    (True, "8295cef559b57130391d59605890ef93297720b48bef9a8c3c985b9c3fb0788c"),
    (False, "30a76bd1aa5adf81f02832d38c21e31b073cf0663dd2337455db2a3c210666af"),
], ids=["fpu", "no-fpu"])
def test_sev_es_vmsa(fpu, expected):
    page = calculator.vmsa(0xFFFFFFF0, 0, fpu=fpu)
    assert hashlib.sha256(page).hexdigest() == expected


def test_kernel_hashes():
    table = calculator.kernel_hashes(b"")
    assert len(table) == 176
    assert hashlib.sha256(table).hexdigest() == (
        "6e725681a17ae9f186635cbc1be742508b61e0e550918894f1a5363ac86b5a1a")


def test_mrtd_records():
    assert Mrtd().hexdigest() == (
        "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da"
        "274edebfe76f65fbd51ad2f14898b95b")
    state = Mrtd()
    state.page(0xFFFFF000)
    assert state.hexdigest() == (
        "8d411e4377a0da03b249acbe9a7939b44b4483b5a6c81341f00d60c1f417257f"
        "9a5c1c03f2f223c59f010f4933f238b8")
    state = Mrtd()
    state.page(0xFFFFF000, ZERO_PAGE)
    assert state.hexdigest() == (
        "07f08f558c5e2593b33452cf00c12a165c07b027a36424ecfa15ebf39b5415e0"
        "ed62418458e4bfd77f16fec0f1568dc9")
    for gpa in (0x810000, 0x811000, 0x809000, 0x80A000):
        state.page(gpa)
    assert state.hexdigest() == (
        "47358584f2ad7313fe908c75e2cb79e52950c467c3dd376c16793d3d267d4239"
        "b1d4da2176d73361b3786288a97830a0")


def test_rtmr_extend():
    separator = hashlib.sha384(bytes(4)).digest()
    assert calculator.rtmr_extend(bytes(48), separator).hex() == (
        "518923b0f955d08da077c96aaba522b9decede61c599cea6c41889cfbea4ae4d"
        "50529d96fe4d1afdafb65e7f95bf23c4")
