"""Making the starter songs: the same every time, only what is missing, and never half a file."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from music.compose import HERE, compose, main, place
from music.mixdown import render
from music.pieces import PIECES
from music.score import Piece


def short(piece: Piece) -> Piece:
    """Its first section only, so that it is made in an instant."""
    return replace(piece, form=piece.form[:1])


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_same_piece_is_the_same_samples() -> None:
    piece = short(PIECES[4])
    assert render(piece).tobytes() == render(piece).tobytes()
    assert render(piece).tobytes() != render(replace(piece, seed=1)).tobytes()


def test_made_twice_it_is_left_alone_and_made_anew_it_is_the_same(tmp_path: Path) -> None:
    pieces = [short(PIECES[2]), short(PIECES[13])]
    assert compose(tmp_path, 2, pieces) == 2
    files = [place(piece, tmp_path) for piece in pieces]
    before = [(digest(path), path.stat().st_mtime_ns) for path in files]
    assert compose(tmp_path, 2, pieces) == 0
    assert [(digest(path), path.stat().st_mtime_ns) for path in files] == before
    files[0].write_bytes(files[0].read_bytes()[:20])
    assert compose(tmp_path, 2, pieces) == 1
    assert [digest(path) for path in files] == [digest_ for digest_, _ in before]


def test_only_what_we_made_is_tidied_away(tmp_path: Path) -> None:
    first, second = (replace(short(PIECES[13]), title=title) for title in ("Old", "New"))
    compose(tmp_path, 1, [first])
    own = tmp_path / "neutral" / "my own song.ogg"
    own.write_bytes(b"not of our making")
    compose(tmp_path, 1, [second])
    assert not place(first, tmp_path).exists()
    assert sorted(path.name for path in own.parent.iterdir()) == ["14-new.ogg", own.name]


def test_interrupted_it_ends_at_once_and_leaves_nothing_half_made(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "music.compose", "--out", str(tmp_path), "--jobs", "1"]
    with subprocess.Popen(
        command, cwd=HERE.parent, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        assert running.stdout is not None
        assert "Lemonade Steps" in running.stdout.readline()
        running.send_signal(signal.SIGINT)
        said, _ = running.communicate(timeout=20)
    assert running.returncode == 130
    assert said.splitlines()[-1] == "Stopped; the songs made so far are kept."
    assert "Traceback" not in said
    assert place(PIECES[0], tmp_path).exists()
    assert not list(tmp_path.rglob(".*"))


def test_where_nothing_can_be_written_one_sentence_says_so(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert main(["--out", str(tmp_path / "file" / "music"), "--jobs", "1"]) == 1
    said = capfd.readouterr()
    assert said.err.startswith("The starter songs were not made: ")
    assert said.err.count("\n") == 1
    assert said.out == ""
