"""The locks: up to date, every file by its hash, no address, nothing unwanted."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ROOT / "deploy" / "locks"
HASHED = [
    "build",
    "dev-py311",
    "dev-py313",
    "device-py311-aarch64",
    "device-py311-x86_64",
    "device-py313-aarch64",
    "device-py313-x86_64",
    "home-assistant-py313",
    "peers-py311-x86_64",
    "trainer-py311-x86_64",
]
TOGETHER = [
    ["build", "device-py311-x86_64", "dev-py311", "trainer-py311-x86_64"],
    ["build", "device-py311-aarch64", "dev-py311"],
    ["build", "device-py313-x86_64", "dev-py313"],
    ["build", "device-py313-aarch64", "dev-py313"],
]
"""What one .venv gets."""
UNWANTED = ("opencv-contrib", "opencv-python==", "nvidia-", "triton", "torch==")


def text(lock: str) -> str:
    return (LOCKS / f"{lock}.txt").read_text(encoding="utf-8")


def entries(lock: str) -> list[str]:
    """The requirements with their hashes, each on one line, without comments."""
    lines = [line for line in text(lock).splitlines() if not line.lstrip().startswith("#")]
    return [line for line in "\n".join(lines).replace("\\\n", " ").splitlines() if line.strip()]


def versions(lock: str) -> dict[str, str]:
    return dict(entry.split()[0].split("==", 1) for entry in entries(lock))


def test_there_is_a_lock_for_every_machine_and_no_other() -> None:
    names = {path.stem for path in LOCKS.glob("*.txt")}
    assert names == {*HASHED, "torch", "overrides"}


@pytest.fixture(scope="module")
def now() -> str:
    command = [sys.executable, str(LOCKS / "fingerprint.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize("lock", [*HASHED, "torch"])
def test_is_made_from_what_pyproject_says_now(lock: str, now: str) -> None:
    first = text(lock).splitlines()[0]
    assert first == f"# made by deploy/lock from {now}; do not edit", "run deploy/lock"


@pytest.mark.parametrize("lock", HASHED)
def test_names_every_file_by_its_hash_and_no_address(lock: str) -> None:
    assert entries(lock)
    for entry in entries(lock):
        name, *hashes = entry.split()
        assert re.fullmatch(r"[a-z0-9-]+==[0-9A-Za-z.+!]+", name), name
        assert hashes, f"{name} has no hash"
        for digest in hashes:
            assert re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", digest), digest
    assert "://" not in text(lock)


@pytest.mark.parametrize("lock", HASHED)
def test_holds_nothing_unwanted(lock: str) -> None:
    unwanted = UNWANTED if lock.startswith(("trainer", "peers")) else (*UNWANTED, "matplotlib")
    assert not [entry.split()[0] for entry in entries(lock) if entry.startswith(unwanted)]


@pytest.mark.parametrize("locks", TOGETHER, ids="+".join)
def test_agree_with_those_they_are_installed_with(locks: list[str]) -> None:
    chosen: dict[str, str] = {}
    for lock in locks:
        for name, version in versions(lock).items():
            assert chosen.setdefault(name, version) == version, f"{lock} has another {name}"


@pytest.mark.parametrize("lock", [name for name in HASHED if name.startswith("device")])
def test_numpy_fits_the_interpreters(lock: str) -> None:
    """tflite-runtime is built for numpy 1 and exists for Python 3.11 only."""
    have = versions(lock)
    assert have["numpy"].startswith("1.") == ("py311" in lock)
    assert ("tflite-runtime" in have) == ("py311" in lock)
    assert "ai-edge-litert" in have


def test_torch_is_the_version_that_pyproject_names() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [one for one in pyproject["dependency-groups"]["trainer"] if one.startswith("torch==")]
    assert entries("torch") == asked
