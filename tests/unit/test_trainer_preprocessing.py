"""Each preparation of a face is trained and judged with itself, and goes on where it stopped."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch", reason="torch is not installed: the trainer is not set up")
pytest.importorskip("PIL", reason="pillow is not installed: the trainer is not set up here")

import io

import torch
from rich.console import Console
from rich.progress import Progress

from edge.eye.face_image import Before
from tests.unit.tiny_fer2013 import make
from trainer.checkpoint import load_network
from trainer.data import load
from trainer.preprocessing import as_table, compare
from trainer.progress import Screen
from trainer.recipes import named

torch.set_num_threads(1)


def test_two_preparations_side_by_side(tmp_path: Path) -> None:
    dataset = load(make(tmp_path / "set", per_mood=8), cache=tmp_path / "cache")
    heard = io.StringIO()

    def screen(before: Before) -> Screen:
        console = Console(file=heard)
        return Screen(console, Progress(console=console, disable=True), 2)

    ways: tuple[Before, ...] = ("nothing", "clahe")
    results = compare(dataset, tmp_path / "runs", named("tiny"), 1, screen, ways)
    assert [result.before for result in results] == list(ways)
    damages = [condition.damage for condition in results[0].conditions]
    assert damages[0] == "clean"
    assert any(damage.startswith("dim light") for damage in damages)
    assert any(damage.startswith("noise") for damage in damages)
    assert load_network(tmp_path / "runs" / "clahe" / "best.pt").before == "clahe"
    assert "clahe perceived" in as_table(results)
    trained = heard.getvalue().count("epoch")
    assert compare(dataset, tmp_path / "runs", named("tiny"), 1, screen, ways) == results
    assert heard.getvalue().count("epoch") == trained, "nothing is trained twice"
