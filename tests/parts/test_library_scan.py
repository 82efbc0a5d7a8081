"""The scan as box runs it: a real child over real files, into a real library.db."""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edge.library.rows import AnyRow, Job, Missing, Place
from edge.library.scanner import Scanner
from edge.library.store import LibraryStore
from edge.library.walk import Walk
from edge.library.watching import Watcher
from edge.messages import FilesChanged, Found, TracksFound
from tests.songs import write_song

DEADLINE_S = 60.0
CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """Three songs, and things that are none."""
    root = tmp_path / "music"
    write_song(root / "happy" / "Artist - One.ogg", 440)
    write_song(root / "happy" / "deep" / "two.mp3", 550)
    write_song(root / "three.flac", 660, tags={"title": "Drei", "artist": "Wir"})
    (root / "cover.jpg").write_bytes(b"\xff\xd8")
    (root / "empty.mp3").touch()
    shutil.copy(root / "three.flac", root / ".hidden.flac")
    return root


class Box:
    """The scanner's other side: one queue, one library."""

    def __init__(self, folder: Path, roots: list[Path]) -> None:
        self._inbox: queue.Queue[Found] = queue.Queue()
        self.store = LibraryStore(folder / "library.db", roots)
        self.scanner = Scanner(self._inbox.put)

    def scan(self) -> TracksFound:
        assert self.scanner.start(self.store.job())
        return self.wait()

    def wait(self) -> TracksFound:
        while True:
            whole = self.store.take(self._inbox.get(timeout=DEADLINE_S))
            self.scanner.taken()
            if whole is not None:
                until(lambda: not self.scanner.busy)
                return whole

    def close(self) -> None:
        self.scanner.close()
        self.store.close()


@pytest.fixture
def box(tmp_path: Path, music: Path) -> Iterator[Box]:
    opened = Box(tmp_path, [music])
    yield opened
    opened.close()


def until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + DEADLINE_S
    while not done():
        assert time.monotonic() < end
        time.sleep(0.01)


def counts(found: TracksFound) -> tuple[int, int, int]:
    return found.added, found.changed, found.removed


def test_finds_songs_and_only_songs(box: Box) -> None:
    found = box.scan()
    assert counts(found) == (3, 0, 0)
    told = {(track.title, track.artist, track.mood) for track in box.store.tracks()}
    expected = {("One", "Artist", "happy"), ("two", None, "happy"), ("Drei", "Wir", None)}
    assert told == expected
    assert all(track.duration_s and Path(track.path).is_file() for track in box.store.tracks())


def test_the_second_scan_finds_what_changed(box: Box, music: Path) -> None:
    box.scan()
    assert counts(box.scan()) == (0, 0, 0)
    (music / "three.flac").rename(music / "drei.flac")
    (music / "happy" / "deep" / "two.mp3").unlink()
    write_song(music / "sad" / "four.opus", 770)
    found = box.scan()
    assert counts(found) == (1, 1, 1)
    assert {Path(track.path).name for track in box.store.tracks()} == {
        *("Artist - One.ogg", "drei.flac", "four.opus")
    }


def test_an_unplugged_drive_costs_nothing(box: Box, music: Path) -> None:
    box.scan()
    away = music.rename(music.with_name("unplugged"))
    assert counts(box.scan()) == (0, 0, 0)
    assert box.store.tracks() == ()
    music.mkdir()
    assert counts(box.scan()) == (0, 0, 0)
    music.rmdir()
    away.rename(music)
    found = box.scan()
    assert counts(found) == (0, 0, 0)
    assert found.total == 3


def test_links_are_followed_once(box: Box, music: Path) -> None:
    (music / "round").symlink_to(music, target_is_directory=True)
    (music / "broken.mp3").symlink_to(music / "nowhere.mp3")
    assert box.scan().total == 3


def test_a_name_that_is_no_utf8_is_left_out(box: Box, music: Path) -> None:
    source = os.fsencode(music / "three.flac")
    shutil.copy(source, os.fsencode(music) + b"/caf\xe9.flac")
    assert box.scan().total == 3


def test_one_scan_at_a_time_and_none_after_the_end(box: Box) -> None:
    assert box.scanner.start(box.store.job())
    assert not box.scanner.start(box.store.job())
    box.wait()
    box.scanner.close()
    assert not box.scanner.start(box.store.job())


def test_a_link_to_itself_and_a_folder_that_holds_itself_end(box: Box, music: Path) -> None:
    (music / "loop.mp3").symlink_to(music / "loop.mp3")
    (music / "round").mkdir()
    (music / "round" / "and round").symlink_to(music)
    assert box.scan().total == 3
    assert [line.split(": ")[0] for line in box.store.progress().named if "loop" in line] == [
        str(music / "loop.mp3")
    ]


def test_broken_playlists_cost_nothing(box: Box, music: Path) -> None:
    broken = {
        "Sad noise.m3u": bytes(range(256)) * 64,
        "Sad folders.m3u": b"..\n.\n/\n\n////\n" + b"/../" * 900,
        "Sad self.m3u8": b"Sad self.m3u8\nhttp://[::1\nfile://%00\nfile:///%ff%fe.mp3\n",
        "Sad long.m3u": b"x" * (1 << 20),
        "Sad halves.m3u8": b"\xff\xfe" + b"\x00\xd8" * 100,
        "Sad bytes.m3u": b"\xff.mp3\r\ntwo.mp3\r\n",
    }
    for name, text in broken.items():
        (music / name).write_bytes(text)
    assert box.scan().total == 3
    assert set(box.store.known()) >= {str(music / name) for name in broken}


def test_files_that_vanish_during_the_scan_are_told_and_not_lost(box: Box, music: Path) -> None:
    told: list[AnyRow] = []
    walk = Walk(Job(known={f"{music}/happy/deep/two.mp3": (1, 1)}), told.append)
    fresh = walk.place(Place(root=str(music), start=str(music)))
    assert next(fresh).path == f"{music}/three.flac"
    shutil.rmtree(music)
    assert list(fresh) == []
    walk.end(Place(root=str(music), start=str(music)))
    assert [row for row in told if isinstance(row, Missing)] == [
        Missing(paths=(f"{music}/happy/deep/two.mp3",), away=True)
    ]


def test_a_folder_that_is_no_utf8_does_not_stop_the_scan(box: Box, music: Path) -> None:
    """What the kernel tells of it is taken for the folder around it."""
    put: queue.Queue[FilesChanged] = queue.Queue()
    strange = music / os.fsdecode(b"caf\xe9")
    strange.mkdir()
    box.scan()
    with Watcher(lambda: (str(music),), put.put) as watcher:
        until(lambda: watcher.watched >= 4)
        shutil.copy(music / "three.flac", strange / "new.flac")
        changed = put.get(timeout=DEADLINE_S)
    assert changed.folders == (str(music),)
    assert box.scanner.start(box.store.job(paths=changed.folders))
    assert box.wait().total == 3


def test_pipes_and_devices_are_left_out(box: Box, music: Path) -> None:
    """A pipe with the name of a song would hold whoever opens it."""
    (music / "device.mp3").symlink_to("/dev/zero")
    os.mkfifo(music / "pipe.mp3")
    assert box.scan().total == 3


def test_a_file_that_stalls_the_reader_is_left_out(box: Box, music: Path) -> None:
    """Millions of empty atoms keep mutagen busy for longer than one file may take."""
    song = write_song(music / "another.m4a").read_bytes()
    (music / "atoms.m4a").write_bytes(song[:28] + b"\0\0\0\x08free" * 4_000_000)
    box.scan()
    assert {Path(track.path).name for track in box.store.tracks()} == {
        *("Artist - One.ogg", "two.mp3", "three.flac", "another.m4a")
    }


def test_close_ends_a_running_scan(music: Path) -> None:
    found: queue.Queue[Found] = queue.Queue()
    scanner = Scanner(found.put)
    for number in range(300):
        shutil.copy(music / "three.flac", music / f"{number}.flac")
    assert scanner.start(Job(places=(Place(root=str(music), start=str(music)),)))
    began = time.monotonic()
    scanner.close()
    assert time.monotonic() - began < DEADLINE_S
    assert not scanner.busy
    assert children() == []


def test_the_child_ends_with_its_parent() -> None:
    """A parent that is killed while its child waits leaves no child behind."""
    code = (
        "import os, subprocess, sys\n"
        "ends = os.pipe()\n"  # both ends stay open, so the child waits for ever
        "child = subprocess.Popen([sys.executable, '-m', 'edge.library.scan', '--parent',"
        " str(os.getpid())], stdin=ends[0])\n"
        "print(child.pid, flush=True)\n"
        "child.wait()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    with parent.stdout as out:
        child = int(out.readline())
        until(lambda: niceness(child) > 0)  # it is past its start
        parent.kill()
        parent.wait()
    until(lambda: not alive(child))


def test_a_wrong_parent_or_wrong_use_ends_it() -> None:
    command = [sys.executable, "-m", "edge.library.scan"]
    for arguments, status in ((["--parent", "1"], 1), ([], 2), (["/"], 2)):
        done = subprocess.run(
            [*command, *arguments],
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=DEADLINE_S,
            check=False,
        )
        assert done.returncode == status


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def niceness(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[16])


def children() -> list[int]:
    path = Path(f"/proc/self/task/{os.getpid()}/children")
    return [int(pid) for pid in path.read_text().split() if alive(int(pid))]
