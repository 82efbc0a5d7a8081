"""The curves of a run are drawn from its log, the same log to the same file."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

pytest.importorskip("matplotlib", reason="matplotlib is not installed: the trainer is not set up")
pytest.importorskip("torch", reason="torch is not installed: the trainer is not set up")

from trainer.curves import draw, read_log
from trainer.errors import RunError
from trainer.judge import Epoch


def run_with_log(folder: Path, epochs: int = 3) -> Path:
    folder.mkdir()
    lines = [
        msgspec.json.encode(
            Epoch(
                epoch=epoch,
                loss=2 / epoch,
                fer2013=0.5 + epoch / 50,
                perceived=0.7 + epoch / 50,
                perceived_balanced=0.6,
                seconds=1,
            )
        )
        for epoch in range(1, epochs + 1)
    ]
    (folder / "log.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    return folder


def test_the_best_of_each_run_stands_in_the_picture(tmp_path: Path) -> None:
    runs = [run_with_log(tmp_path / "one"), run_with_log(tmp_path / "two", epochs=5)]
    draw(runs, tmp_path / "a.svg")
    draw(runs, tmp_path / "b.svg")
    drawn = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert drawn == (tmp_path / "b.svg").read_text(encoding="utf-8")
    assert "one: 56.0 %" in drawn
    assert "two: 80.0 %" in drawn
    draw(runs, tmp_path / "c.png")
    assert (tmp_path / "c.png").read_bytes().startswith(b"\x89PNG")


def test_what_is_no_log_is_told(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be read"):
        read_log(tmp_path)
    (tmp_path / "log.jsonl").write_text("{}", encoding="utf-8")
    with pytest.raises(RunError, match="no log of a training"):
        read_log(tmp_path)
