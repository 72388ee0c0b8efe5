# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Each attack does what it says, that and nothing else; and peers do not live with it."""

import json

import pytest

import matrix
from ccvm_vm import Bench
from sev_guests import Guest

# What the guests of this file end with if they are not attacked.
UNHARMED = 10


def attacked(source, mode, case, attack, **defines):
    """The same guest with the attack and without."""
    return [Guest(f"attack-{case}-{mode}{'-not' * (not options)}", source, mode, options,
                  CASE=case, **defines) for options in (["--attack", attack], [])]


@pytest.mark.parametrize("source, mode", [("sev.asm", "sev"), ("es.asm", "sev-es")])
def test_cpuid_hide(source, mode):
    """The leaf's EAX is zero, however it is asked for; the rest of CPUID and SEV_STATUS stay."""
    hidden, plain = attacked(source, mode, "attacked_cpuid", "cpuid-hide")
    assert (hidden.code, plain.code) == (0, UNHARMED), hidden


def test_cpuid_hide_in_page():
    """Of the CPUID page of an SNP guest only that one value is another."""
    hidden, plain = attacked("snp.asm", "sev-snp", "attacked_cpuid", "cpuid-hide")
    assert hidden.code == plain.code == 0
    before, after = plain.output.read_bytes(), hidden.output.read_bytes()
    changed = [at for at, (old, new) in enumerate(zip(before, after)) if old != new]
    # An entry has 48 bytes after a header of 16: the leaf first, EAX at 24.
    entry, = [at for at in range(16, len(before), 48)
              if before[at:at + 4] == (0x8000001F).to_bytes(4, "little")]
    assert changed == [entry + 24] and before[entry + 24] == 0x1A and after[entry + 24] == 0


def test_ghcb_exception():
    """One event is answered with a page fault, those before and after it are not touched."""
    hit, plain = attacked("es.asm", "sev-es", "attacked_reply", "ghcb-exception")
    assert (hit.code, plain.code) == (0, UNHARMED), hit
    assert hit.ending("attack: ") == ["GHCB event 100 is answered with a page fault"]


def test_remap_validated():
    """One page is gone, and says so by #VC; its neighbours stay."""
    taken = Guest("attack-page", "snp.asm", "sev-snp", ["--attack", "remap-validated"],
                  CASE="attacked_page", ATTACK=1)
    assert taken.code == 0, taken
    assert taken.ending("attack: ") == ["page 5e7000 gets another backing"]
    assert Guest("attack-page-not", "snp.asm", "sev-snp", CASE="attacked_page",
                 ATTACK=0).code == UNHARMED
