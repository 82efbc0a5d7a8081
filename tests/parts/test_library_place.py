"""`moodbox library place|explain|map`, with a running box and without one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.songs import write_song

CHECKOUT = Path(__file__).resolve().parents[2]
DEADLINE_S = 60.0


class Home:
    """One machine: its state, its music, its commands."""

    def __init__(self, folder: Path) -> None:
        self.state, self.music = folder / "state", folder / "music"
        self.env = {**os.environ, "PYTHONPATH": str(CHECKOUT), "HOME": str(folder)}
        self.options = ["--state", str(self.state), "--set", f'library.paths=["{self.music}"]']
        write_song(self.music / "happy" / "Artist - Glad.flac", 440, seconds=3.0)
        write_song(self.music / "Artist - Plain Song.flac", 300, seconds=3.0)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "edge.cli", "library", *words, *self.options]
        return subprocess.run(
            command, env=self.env, capture_output=True, text=True, timeout=DEADLINE_S, check=False
        )

    def explained(self, song: str) -> dict[str, object]:
        done = self.run("explain", song, "--json")
        assert done.returncode == 0, done.stderr
        answer: dict[str, object] = json.loads(done.stdout)
        return answer

    @contextmanager
    def box(self) -> Iterator[None]:
        command = [sys.executable, "-m", "edge.cli", "box", *self.options]
        with subprocess.Popen(
            [*command, "--socket", str(self.socket)], env=self.env, stderr=subprocess.PIPE
        ) as process:
            try:
                yield
            finally:
                process.terminate()
                process.communicate(timeout=DEADLINE_S)

    @property
    def socket(self) -> Path:
        return self.state / "s"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_without_a_box(home: Home) -> None:
    assert home.run("explain", "plain").returncode == 1, "there is no library yet"
    assert home.run("scan").returncode == 0
    assert home.explained("glad")["mood_from"] == "owner"
    assert home.explained("plain song")["mood"] is None
    placed = home.run("place", "plain song", "-0.5", "0.25")
    assert placed.returncode == 0, placed.stderr
    assert "you gave it this place" in placed.stdout
    told = home.explained("plain song")
    assert (told["valence"], told["arousal"], told["mood_from"]) == (-0.5, 0.25, "owner")
    assert home.run("place", "plain song", "--forget").returncode == 0
    assert home.explained("plain song")["mood"] is None
    drawn = home.run("map")
    assert "happy 1" in drawn.stdout
    picture = home.state / "map.svg"
    assert home.run("map", "--svg", str(picture)).returncode == 0
    assert "Glad" in picture.read_text(encoding="utf-8")


def test_words_that_name_no_song_or_no_place(home: Home) -> None:
    assert home.run("scan").returncode == 0
    for words in (["glad"], ["glad", "merry"], ["glad", "2", "0"], ["glad", "nan", "0"]):
        wrong = home.run("place", *words)
        assert wrong.returncode == 2, words
        assert "--forget" in wrong.stderr
    several = home.run("explain", "artist")
    assert several.returncode == 1
    assert "2 songs fit" in several.stderr
    assert home.run("place", "nobody", "sad").returncode == 1


def test_a_running_box_is_told_and_listens(home: Home) -> None:
    with home.box():
        end = time.monotonic() + DEADLINE_S
        while True:
            told = home.run("explain", "plain", "--json")
            if told.returncode == 0 and json.loads(told.stdout)["loudness_from"] is not None:
                break
            assert time.monotonic() < end, told.stderr
        assert json.loads(told.stdout)["mood_from"] == "listening"
        placed = home.run("place", "plain", "fear", "--socket", str(home.socket))
        assert placed.returncode == 0, placed.stderr
        assert home.explained("plain")["mood"] == "fear"
