"""`moodbox library` as people run it: alone, beside a box, and interrupted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.library.lock import LibraryLock
from edge.library.watching import Watcher
from edge.messages import FilesChanged
from tests.songs import write_song
from tests.waiting import until

DEADLINE_S = 60.0
CHECKOUT = Path(__file__).resolve().parents[2]


class Home:
    """A state folder, a music folder, and the command."""

    def __init__(self, folder: Path) -> None:
        self.state = folder / "state"
        self.music = folder / "music"
        self.config = folder / "moodbox.toml"
        self.config.write_text("[player]\ndriver = 'none'\n")
        write_song(self.music / "Happy Stuff" / "Björk - Jóga.ogg", 440)
        write_song(self.music / "sad" / "b.mp3", 550, tags={"title": "ज़िंदगी", "artist": "Arijit"})
        write_song(self.music / "c.flac", 660, tags={"title": "Three", "artist": "Beyoncé"})
        (self.music / "Scary night.m3u").write_text("c.flac\n")

    def command(self, *words: str) -> list[str]:
        start = [sys.executable, "-m", "edge.cli"]
        return [*start, *words, f"--state={self.state}", f"--config={self.config}"]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command("library", *words),
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            check=False,
        )

    def found(self, *words: str) -> list[str]:
        done = self.run("search", "--json", *words)
        return [json.loads(line)["title"] for line in done.stdout.splitlines()]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_scan_and_search(home: Home) -> None:
    done = home.run("scan", "--json", str(home.music))
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["added"], told["songs"], told["read"]) == (3, 3, 4)
    again = json.loads(home.run("scan", "--json").stdout)
    assert (again["added"], again["read"], again["same"]) == (0, 0, 4)
    assert home.found("bjork") == ["Jóga"]
    assert home.found("beyonce", "thr") == ["Three"]
    assert home.found("zindagi") == home.found("जिंदगी") == home.found("ज़िंद") == ["ज़िंदगी"]
    assert home.run("search", "nothing").returncode == 1
    found = json.loads(home.run("search", "--json", "three").stdout)
    assert (found["rank"], found["kind"], found["mood"]) == (1, "song", "fear")
    (home.music / "broken.mp3").touch()
    done = home.run("scan")
    assert done.returncode == 1
    assert "broken.mp3" in done.stderr
    home.run("scan", "--forget", str(home.music))
    assert home.found("three") == []


def test_search_before_any_scan_says_what_to_do(home: Home) -> None:
    done = home.run("search", "x")
    assert done.returncode == 1
    assert "library scan" in done.stderr


@pytest.fixture
def many(home: Home) -> Home:
    song = write_song(home.music / "one.wav", seconds=0.1).read_bytes()
    for number in range(3000):
        (home.music / f"{number}.wav").write_bytes(song[:-8] + number.to_bytes(8, "big"))
    return home


def test_ctrl_c_keeps_what_is_done(many: Home) -> None:
    tool = subprocess.Popen(
        many.command("library", "scan", str(many.music)),
        cwd=CHECKOUT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    until(LibraryThere(many.state), DEADLINE_S, "the first songs")
    os.killpg(tool.pid, signal.SIGINT)
    _, complaint = tool.communicate(timeout=DEADLINE_S)
    assert tool.returncode == 130
    assert "are kept" in complaint
    again = json.loads(many.run("scan", "--json").stdout)
    assert again["same"] > 0
    assert again["songs"] == 3004


class LibraryThere:
    """Whether songs are in it already."""

    def __init__(self, state: Path) -> None:
        self._path = state / "library.db"

    def __call__(self) -> bool:
        import sqlite3

        if not self._path.exists():
            return False
        try:
            database = sqlite3.connect(f"file:{self._path}?mode=ro", uri=True)
            try:
                return bool(database.execute("SELECT count(*) FROM songs").fetchone()[0])
            finally:
                database.close()
        except sqlite3.Error:
            return False


@pytest.fixture
def box(home: Home) -> Iterator[subprocess.Popen[bytes]]:
    process = start_box(home)
    yield process
    process.terminate()
    process.wait(10)


def start_box(home: Home) -> subprocess.Popen[bytes]:
    socket = home.state / "link.sock"
    process = subprocess.Popen(
        [*home.command("box"), f"--socket={socket}", f"--set=library.paths=['{home.music}']"],
        cwd=CHECKOUT,
        stderr=subprocess.DEVNULL,
    )
    until(socket.exists, DEADLINE_S, "box's socket")
    return process


@pytest.mark.usefixtures("box")
def test_a_running_box_is_asked_and_watches(home: Home) -> None:
    done = home.run("scan", "--json", "--full")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["songs"] == 3
    assert home.found("beyonce") == ["Three"]
    write_song(home.music / "new album" / "Artist - Fourth.ogg", 770)
    until(lambda: home.found("fourth") == ["Fourth"], DEADLINE_S, "the new song")
    (home.music / "c.flac").unlink()
    until(lambda: home.found("beyonce") == [], DEADLINE_S, "the song to go")


def test_a_tool_gives_way_to_a_box(many: Home) -> None:
    tool = subprocess.Popen(
        many.command("library", "watch"),
        cwd=CHECKOUT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    until((many.state / "library.db").exists, DEADLINE_S, "the tool")
    box = start_box(many)
    try:
        _, complaint = tool.communicate(timeout=DEADLINE_S)
        assert tool.returncode == 1
        assert "box has started" in complaint
    finally:
        box.terminate()
        box.wait(10)


def test_one_writer_at_a_time(home: Home) -> None:
    with LibraryLock(home.state).held(1):
        done = home.run("scan")
    assert done.returncode == 1
    assert "in use" in done.stderr


def test_the_watcher_tells_where_something_happened(tmp_path: Path) -> None:
    told: list[str] = []
    heard = threading.Event()

    def put(changed: FilesChanged) -> None:
        told.extend(changed.folders)
        heard.set()

    (tmp_path / "deep").mkdir()
    with Watcher(lambda: (str(tmp_path),), put) as watcher:
        until(lambda: watcher.watched == 2, DEADLINE_S, "the watches")
        (tmp_path / "deep" / "note.txt").write_text("no music")
        (tmp_path / "deep" / "a.mp3").write_bytes(b"x")
        assert heard.wait(DEADLINE_S)
        assert told == [str(tmp_path / "deep")]
        heard.clear()
        (tmp_path / "deep").rename(tmp_path / "renamed")
        assert heard.wait(DEADLINE_S)
        assert str(tmp_path) in told


def test_words_and_paths_that_are_no_utf8(home: Home) -> None:
    home.run("scan")
    odd = os.fsdecode(b"caf\xe9")
    searched = home.run("search", odd)
    assert (searched.returncode, searched.stderr) == (1, "No song has these words.\n")
    refused = home.run("scan", f"/nowhere/{odd}")
    assert refused.returncode == 2
    assert "is not UTF-8" in refused.stderr
    assert "Traceback" not in refused.stderr
