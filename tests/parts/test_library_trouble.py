"""What a scan survives: readers that crash or stall, kills, and a database of an older version."""

from __future__ import annotations

import faulthandler
import os
import queue
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from edge.library.reader import Task
from edge.library.readers import Readers
from edge.library.rows import Aside, Barred, Trouble
from edge.library.scanner import Scanner
from edge.library.store import LibraryStore
from edge.messages import Found, TracksFound
from tests.songs import write_song
from tests.waiting import until

DEADLINE_S = 60.0
CHECKOUT = Path(__file__).resolve().parents[2]


class Told:
    """What readers answer."""

    def __init__(self) -> None:
        self.rows: list[dict[str, str]] = []
        self.left_out: list[Aside | Trouble] = []

    def answer(self, row: bytes) -> None:
        self.rows.append(msgspec.json.decode(row))


def tasks(folder: Path, count: int) -> list[Task]:
    found = []
    for number in range(count):
        path = write_song(folder / f"{number}.wav", 300 + number, 0.1)
        found.append(Task(str(path), str(folder), path.stat().st_size, 1))
    return found


def test_a_reader_that_is_killed_costs_no_file(tmp_path: Path) -> None:
    """The first one is; whoever takes its place reads what it had."""
    told, killed = Told(), tmp_path / "killed"

    def begin() -> None:
        if not killed.exists():
            killed.touch()
            os.kill(os.getpid(), signal.SIGKILL)

    readers = Readers(1, told.answer, told.left_out.append, begin)
    readers.read(iter(tasks(tmp_path, 50)))
    readers.close()
    assert len(told.rows) == 50
    assert told.left_out == []


@pytest.mark.parametrize("ending", ["crash", "stall"])
def test_a_file_that_loses_its_reader_is_set_aside_by_its_content(
    tmp_path: Path, ending: str
) -> None:
    told, given = Told(), tasks(tmp_path, 20)
    bad = given[7].path

    class Stream:
        """A drive on which one file cannot be read."""

        def __init__(self) -> None:
            self.opened = 0

        def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
            if event == "open" and arguments[0] == bad:
                self.opened += 1
                # The third opening only asks what is in it.
                if (tmp_path / "third").exists():
                    return
                if (tmp_path / "second").exists():
                    (tmp_path / "third").touch()
                (tmp_path / "second").touch()
                if ending == "crash":
                    faulthandler.disable()
                    os.kill(os.getpid(), signal.SIGSEGV)
                while True:
                    time.sleep(1)

    readers = Readers(
        2, told.answer, told.left_out.append, lambda: sys.addaudithook(Stream()), stall_s=0.5
    )
    readers.read(iter(given))
    readers.close()
    assert len(told.rows) == 19
    (aside,) = told.left_out
    assert isinstance(aside, Aside)
    assert aside.path == bad
    assert len(aside.content) == 24
    assert ("SIGSEGV" if ending == "crash" else "0.5 s") in aside.message
    # Under another name it is known again, and not opened for its tags.
    barred = Barred(content=aside.content, size=aside.size, message=aside.message)
    moved = Path(bad).rename(tmp_path / "moved.wav")
    told = Told()
    readers = Readers(1, told.answer, told.left_out.append, lambda: None)
    readers.read(iter([Task(str(moved), str(tmp_path), aside.size, 1, (barred,))]))
    readers.close()
    assert told.rows[0]["row"] == "aside"


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Four hundred songs, each with a sound of its own."""
    song = write_song(tmp_path / "one.wav", seconds=0.2).read_bytes()
    folder = tmp_path / "music"
    folder.mkdir()
    for number in range(400):
        (folder / f"{number}.wav").write_bytes(song[:-8] + number.to_bytes(8, "big"))
    return folder


SCAN = (
    "import queue, sys\n"
    "from pathlib import Path\n"
    "from edge.library.scanner import Scanner\n"
    "from edge.library.store import LibraryStore\n"
    "inbox = queue.Queue()\n"
    "store = LibraryStore(Path(sys.argv[1]), [Path(sys.argv[2])])\n"
    "scanner = Scanner(inbox.put)\n"
    "scanner.start(store.job())\n"
    "while True:\n"
    "    store.take(inbox.get()); scanner.taken()\n"
    "    print(store.progress().read, flush=True)\n"
)


def test_a_kill_in_the_middle_leaves_a_sound_library_with_what_was_done(
    tmp_path: Path, many: Path
) -> None:
    database = tmp_path / "library.db"
    box = subprocess.Popen(
        [sys.executable, "-c", SCAN, str(database), str(many)],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert box.stdout is not None
    with box.stdout as out:
        read = int(out.readline())
        box.kill()
        box.wait()
    with sqlite3.connect(database) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    opened.close()
    with LibraryStore(database, [many]) as store:
        before = len(store.tracks())
        assert before >= min(read, 1)
        found = whole(store)
        assert found.total == 400
        assert store.progress().same == before


def whole(store: LibraryStore) -> TracksFound:
    inbox: queue.Queue[Found] = queue.Queue()
    with Scanner(inbox.put) as scanner:
        assert scanner.start(store.job())
        while True:
            told = store.take(inbox.get(timeout=DEADLINE_S))
            scanner.taken()
            if told is not None:
                return told


FIRST = """
CREATE TABLE songs (
  id TEXT PRIMARY KEY, title TEXT, artist TEXT, album TEXT, genre TEXT, language TEXT,
  mood TEXT, mood_from TEXT, duration_s REAL, valence REAL, arousal REAL
) WITHOUT ROWID;
CREATE TABLE files (
  path TEXT PRIMARY KEY, root TEXT NOT NULL, id TEXT NOT NULL,
  size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, away INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX files_by_id ON files (id);
CREATE TABLE opinions (
  id TEXT PRIMARY KEY, liked INTEGER, plays INTEGER NOT NULL DEFAULT 0, played_at REAL
) WITHOUT ROWID;
CREATE TABLE plays (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT, wall REAL);
PRAGMA user_version = 1;
INSERT INTO songs VALUES ('a', 'Größe', 'X', NULL, NULL, 'de', 'sad', 'folder', 1.0, NULL, NULL);
INSERT INTO files VALUES ('/m/sad/a.mp3', '/m', 'a', 1, 2, 0);
INSERT INTO opinions VALUES ('a', 1, 3, 9.0);
INSERT INTO plays (id, wall) VALUES ('a', 9.0);
"""


def test_an_older_library_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    database = sqlite3.connect(path)
    database.executescript(FIRST)
    database.close()
    with LibraryStore(path, [Path("/m")]) as store:
        (track,) = store.tracks()
        assert (track.title, track.mood, track.mood_from) == ("Größe", "sad", "owner")
        assert store.likes() == {"a": True}
        assert store.heard() == ("a",)
        assert store.search("grosse").items[0].id == "a"
        assert store.known() == {"/m/sad/a.mp3": (1, -1)}  # read anew, for its new fields


def test_a_newer_library_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 99")
    database.close()
    before = path.read_bytes()
    with LibraryStore(path, [Path("/m")]) as store:
        assert store.tracks() == ()
    assert path.read_bytes() == before


def test_readers_end_with_the_scan_that_is_killed(many: Path, tmp_path: Path) -> None:
    inbox: queue.Queue[Found] = queue.Queue()
    with LibraryStore(tmp_path / "library.db", [many]) as store, Scanner(inbox.put) as scanner:
        assert scanner.start(store.job())
        inbox.get(timeout=DEADLINE_S)
        scanner.close()
        until(lambda: not scanner.busy, 10, "the scan's end")
