"""`moodbox recommend` and `library films` as their user runs them, without a box."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from edge.library.rows import Song, Tags, Walked
from edge.library.store import LibraryStore
from edge.messages import Found, Lesson, Now
from edge.mind.features import of_choice, of_song

KEYS = [
    *("rank", "id", "kind", "title", "artist", "album", "genre", "language", "duration_s"),
    *("mood", "valence", "arousal", "score", "reason"),
]


def moodbox(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.environ.get("PYTHONPATH", str(Path.cwd())),
        "HOME": str(home),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CONFIG_HOME": str(home / "config"),
    }
    return subprocess.run(
        [sys.executable, "-m", "edge.cli", *words],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def listed(home: Path, *words: str) -> list[dict[str, Any]]:
    done = moodbox(home, *words, "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert isinstance(answer, list)
    return answer


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """A library with a few songs, as a scan leaves it."""
    root = tmp_path / "music"
    songs = [
        ("h1", Tags(title="Sunny", artist="A", genre="Pop", mood="happy", language="en")),
        ("h2", Tags(title="Khushi", artist="B", genre="Bollywood", mood="happy", language="hi")),
        ("s1", Tags(title="Rain", artist="A", genre="Pop", mood="sad")),
        ("x1", Tags(title="Jingle Bells", artist="C", genre="Christmas", mood="happy")),
        ("a1", Tags(title="Rage", artist="D", genre="Metal", mood="angry")),
    ]
    rows = [
        Song(id=name, path=str(root / f"{name}.mp3"), root=str(root), size=1, mtime_ns=1, tags=tags)
        for name, tags in songs
    ]
    state = tmp_path / "state" / "moodbox"
    with LibraryStore(state / "library.db", [root]) as store:
        walked = Walked(root=str(root), start=str(root), files=len(rows), away=False)
        store.take(Found(rows=(*rows, walked), done=True))
        (khushi,) = (track for track in store.tracks() if track.id == "h2")
        features = of_choice(of_song(khushi), 0.0, True)
        lesson = Lesson(track_id="h2", mood="happy", what="liked", features=features)
        store.learn(lesson, Now(at=0.0, wall=1.0))
    config = tmp_path / "config" / "moodbox" / "moodbox.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f'[library]\npaths = ["{root}"]\n[dj]\nexclude = ["metal", "christmas"]\n')
    return tmp_path


def test_songs_in_the_form_that_others_read(music: Path) -> None:
    items = listed(music, "recommend", "--mood", "happy")
    assert [list(item) for item in items] == [KEYS] * len(items)
    assert [item["rank"] for item in items] == [1, 2, 3]
    assert [item["id"] for item in items] == ["h2", "h1", "s1"]
    assert {item["kind"] for item in items} == {"song"}
    scores = [item["score"] for item in items]
    assert scores == sorted(scores, reverse=True)
    assert items[0]["reason"] == "happy, like the mood"


def test_exclusions_hold_and_languages_are_kept(music: Path) -> None:
    angry = listed(music, "recommend", "--mood", "angry", "-n", "100")
    assert not {"x1", "a1"} & {item["id"] for item in angry}
    english = listed(music, "recommend", "--mood", "happy", "--language", "en")
    assert [item["id"] for item in english] == ["h1"]


def test_films_need_no_library(tmp_path: Path) -> None:
    items = listed(
        tmp_path, *["recommend", "--kind", "film", "--mood", "fear", "--language", "hi", "-n", "5"]
    )
    assert [list(item) for item in items] == [KEYS] * 5
    assert {(item["kind"], item["language"], item["mood"]) for item in items} == {
        ("film", "hi", "fear")
    }
    lifted = listed(
        tmp_path, *["recommend", "--kind", "film", "--mood", "angry", "--policy", "lift"]
    )
    assert not {"angry", "fear", "disgust"} & {item["mood"] for item in lifted}
    assert moodbox(tmp_path, "recommend", "--kind", "film").stdout.count("\n") == 10


def test_own_films_and_those_that_are_broken(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("title,year,language\nSholay,1975,hi\n,1999,en\n")
    done = moodbox(tmp_path, "library", "films", str(own), "--json")
    assert done.returncode == 1
    assert [film["title"] for film in json.loads(done.stdout)] == ["Sholay"]
    assert "line 3 is left out: it has no title" in done.stderr
    assert len(listed(tmp_path, "library", "films")) >= 120


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["recommend"], 1),
        (["recommend", "--language", "hindi"], 2),
        (["recommend", "--mood", "bored"], 2),
        (["recommend", "-n", "0"], 2),
    ],
)
def test_wrong_use_and_no_library(tmp_path: Path, words: list[str], status: int) -> None:
    done = moodbox(tmp_path, *words)
    assert done.returncode == status
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
