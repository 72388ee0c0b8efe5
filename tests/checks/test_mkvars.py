# SPDX-License-Identifier: BSD-2-Clause-Patent
"""The empty variable store is OVMF's, and the tests' reader reads what OVMF writes."""

import importlib.util
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OVMF = Path("/usr/share/OVMF")


@pytest.fixture(name="reader")
def load_reader():
    path = ROOT / "tests/unit/support/vars_reader.py"
    spec = importlib.util.spec_from_file_location("vars_reader", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def make(tmp_path, *args):
    file = tmp_path / "vars.fd"
    subprocess.run([ROOT / "scripts/mkvars", *args, file], check=True)
    return file.read_bytes()


@pytest.mark.parametrize("args, ovmf", [
    ((), "OVMF_VARS_4M.fd"), (("-s", "4M"), "OVMF_VARS_4M.fd"), (("-s", "2M"), "OVMF_VARS.fd"),
])
def test_template(tmp_path, reader, args, ovmf):
    made = make(tmp_path, *args)
    assert reader.read(made) == []
    if not (OVMF / ovmf).exists():
        pytest.skip("package ovmf is not installed")
    assert made == (OVMF / ovmf).read_bytes()


@pytest.mark.parametrize("args", [(), ("-s", "3M", "x"), ("a", "b"), ("-s",)])
def test_usage(args):
    done = subprocess.run([ROOT / "scripts/mkvars", *args], capture_output=True, text=True,
                          check=False)
    assert done.returncode != 0
    assert "usage:" in done.stderr


@pytest.mark.parametrize("name", ["OVMF_VARS.ms.fd", "OVMF_VARS_4M.ms.fd"])
def test_reader(reader, name):
    if not (OVMF / name).exists():
        pytest.skip("package ovmf is not installed")
    flash = (OVMF / name).read_bytes()
    found = {v.name: v for v in reader.read(flash)}
    assert found["PK"].attributes == 0x27
    assert found["SecureBootEnable"].data == b"\1"
    with pytest.raises(reader.Damaged):
        reader.read(flash[:0x64] + b"\0" + flash[0x65:])
    with pytest.raises(reader.Damaged):
        reader.read(flash[:0x32] + b"\0" + flash[0x33:])
