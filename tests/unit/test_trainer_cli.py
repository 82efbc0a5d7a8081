"""`moodbox-train` answers quickly, tells data as JSON, and fails in one sentence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("PIL", reason="pillow is not installed: the trainer is not set up here")

from tests.unit.tiny_fer2013 import make

ROOT = Path(__file__).resolve().parents[2]


def train(cache: Path, *asked: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", "trainer.cli", *map(str, asked)]
    around = os.environ | {"XDG_CACHE_HOME": str(cache)}
    return subprocess.run(
        command, cwd=ROOT, env=around, capture_output=True, text=True, check=False, timeout=240
    )


def test_the_version_is_told(tmp_path: Path) -> None:
    told = train(tmp_path, "--version")
    assert told.returncode == 0
    assert told.stdout.startswith("moodbox-train ")


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys; sys.argv = ['moodbox-train', '--help']\n"
        "from trainer.cli import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code\n"
        "heavy = {'torch', 'numpy', 'PIL', 'litert_torch'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    asked = [sys.executable, "-c", code]
    told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert told.returncode == 0, told.stderr
    assert "mean-faces" in told.stdout


def test_data_as_json(tmp_path: Path) -> None:
    told = train(tmp_path / "cache", "data", make(tmp_path / "set"), "--json")
    about = json.loads(told.stdout)
    assert about["schema"] == 1
    assert [split["faces"] for split in about["splits"]] == [42, 14]


@pytest.mark.parametrize(
    ("asked", "code", "sentence"),
    [
        (("data", "/nowhere"), 1, "there is nothing at /nowhere"),
        (("data",), 2, "Missing argument"),
        (("evaluate", "x.tflite", ".", "--split", "Test"), 2, "Test is none of"),
        (("fit", "/nowhere", "--recipe", "compcat"), 1, "there is no recipe compcat"),
    ],
)
def test_failures_end_in_a_sentence(
    tmp_path: Path, asked: tuple[str, ...], code: int, sentence: str
) -> None:
    if asked[0] == "fit":
        pytest.importorskip("torch", reason="torch is not installed: the trainer is not set up")
    told = train(tmp_path, *asked)
    assert told.returncode == code
    assert sentence in told.stderr
    assert told.stdout == ""
    assert "Traceback" not in told.stderr


def test_two_processes_train_as_one(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="torch is not installed: the trainer is not set up")
    asked = ("--recipe", "tiny", "--epochs", "1", "--run", tmp_path / "run", "--threads", "1")
    several = ("--accelerator", "cpu", "--devices", "2", "--precision", "fp32")
    told = train(tmp_path / "cache", "fit", make(tmp_path / "set"), *asked, *several)
    assert told.returncode == 0, told.stderr
    assert told.stderr.count("epoch 1/1") == 1, "the second process says nothing"
    assert len((tmp_path / "run" / "log.jsonl").read_text(encoding="utf-8").splitlines()) == 1
    again = train(tmp_path / "cache", "fit", tmp_path / "set", *asked)
    assert "going on after epoch 1 of 1" in again.stderr
