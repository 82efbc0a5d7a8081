"""What a large collection costs box: `python -m tests.bench.collection --songs 100000`.

The songs are made here, a twentieth of a second of sound each, and scanned into a library. Then
box itself is started on it, and asked over its link again and again how it is: the longest wait for
an answer is the longest that its loop was held up. The clock counts, so a quiet machine is needed.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from mutagen.id3 import ID3, TALB, TBPM, TCON, TDRC, TIT2, TLAN, TPE1, TRCK

from edge.bench.report import Report, Result, machine
from edge.link import answers
from edge.messages import AskRest, AskScan, AskSearch, Hits, RestKept, ScanTold
from edge.mind.genres import GENRES
from edge.tool_line import Line
from tests.songs import write_song

ROOT = Path(__file__).resolve().parents[2]
_PER_FOLDER = 100
_LANGUAGES = ("eng", "hin", "deu", "fra", "")
_ASK_EVERY_S = 0.005
_DEADLINE_S = 600.0
_QUIET_S = 3.0


def make(folder: Path, songs: range) -> None:
    """Files that differ in sound, tags and place."""
    sound = write_song(folder / "one.mp3", seconds=0.05).read_bytes()
    (folder / "one.mp3").unlink()
    start = 10 + int.from_bytes(_unpadded(sound[6:10]), "big") if sound[:3] == b"ID3" else 0
    dice, genres = random.Random(songs.start), sorted(GENRES)
    for number in songs:
        path = folder / f"Artist {number // 200:05}" / f"Album {number // 12}" / f"{number:06}.mp3"
        path.parent.mkdir(parents=True, exist_ok=True)
        body = bytearray(sound[start:])
        body[-8:] = number.to_bytes(8, "big")
        path.write_bytes(_tags(number, dice, genres) + body)


def _unpadded(size: bytes) -> bytes:
    return (size[0] << 21 | size[1] << 14 | size[2] << 7 | size[3]).to_bytes(4, "big")


def _tags(number: int, dice: random.Random, genres: list[str]) -> bytes:
    tags = ID3()
    for frame, text in (
        (TIT2, f"Song number {number}"),
        (TPE1, f"Artist {number // 200}"),
        (TALB, f"Album {number // 12}"),
        (TRCK, str(number % 12 + 1)),
        (TCON, dice.choice(genres)),
        (TDRC, str(dice.randint(1950, 2024))),
        (TLAN, dice.choice(_LANGUAGES)),
        (TBPM, str(dice.randint(60, 180))),
    ):
        tags.add(frame(encoding=3, text=text))
    with tempfile.NamedTemporaryFile(suffix=".mp3") as file:
        tags.save(file.name)
        return Path(file.name).read_bytes()


class Waits(threading.Thread):
    """Asks box all the time, and keeps how long it waited for each answer."""

    def __init__(self, line: Line) -> None:
        super().__init__(name="waits", daemon=True)
        self._line = line
        self._stop_asking = threading.Event()
        self.waits: list[float] = []

    def run(self) -> None:
        while not self._stop_asking.wait(_ASK_EVERY_S):
            began = time.monotonic()
            self._line.request(AskRest(), RestKept)
            self.waits.append(time.monotonic() - began)

    def worst_ms(self) -> float:
        """Since the last time it was asked."""
        waits, self.waits = self.waits, []
        return 1000 * max(waits, default=0.0)

    def close(self) -> None:
        self._stop_asking.set()
        self.join(10)


@contextmanager
def box(state: Path, music: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The box process alone."""
    places = [f"--state={state}", f"--socket={state / 'link.sock'}"]
    sets = [f'--set=library.paths=["{music}"]', "--set=library.watch=true"]
    command = [sys.executable, "-m", "edge.cli", "box", *places, *sets]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(10)


def measure(songs: int, where: Path | None) -> Iterator[Result]:
    with tempfile.TemporaryDirectory(dir=where) as scratch:
        state, music = Path(scratch, "state"), Path(scratch, "music")
        state.mkdir()
        music.mkdir()
        make(music, range(songs))
        yield from _run(state, music, "an empty library", songs, 0)
        yield from _run(state, music, f"{songs} songs known", songs, 1000)


def _run(state: Path, music: Path, name: str, songs: int, more: int) -> Iterator[Result]:
    began = time.monotonic()
    with box(state, music) as process:
        _until(lambda: answers(state / "link.sock"))
        yield _result(f"{name}: box answers after", time.monotonic() - began, "s", songs)
        with Line(state / "link.sock") as line, Line(state / "link.sock") as asking:
            waits = Waits(asking)
            waits.start()
            _until(lambda: not _told(line).running and _told(line).songs > 0)
            yield _result(f"{name}: scan is over after", time.monotonic() - began, "s", songs)
            _settle(process.pid)
            yield _result(f"{name}: box is idle after", time.monotonic() - began, "s", songs)
            yield _result(f"{name}: longest wait until then", waits.worst_ms(), "ms", songs)
            if more:
                yield from _later(line, waits, process.pid, music, songs, more)
            yield _result(f"{name}: resident memory of box", _mib(process.pid), "MiB", songs)
            waits.close()


def _later(
    line: Line, waits: Waits, pid: int, music: Path, songs: int, more: int
) -> Iterator[Result]:
    """Songs that come while box runs, and searches."""
    make(music, range(songs, songs + more))
    _until(lambda: _told(line).songs >= songs + more)
    _settle(pid)
    yield _result(f"{more} files added: longest wait", waits.worst_ms(), "ms", songs)
    line.request(AskScan(), ScanTold)
    _until(lambda: not _told(line).running)
    _settle(pid)
    yield _result("scan of what is known: longest wait", waits.worst_ms(), "ms", songs)
    for words in ("song", "artist 77", "number 4711"):
        asked = time.monotonic()
        line.request(AskSearch(query=words), Hits)
        took = 1000 * (time.monotonic() - asked)
        yield _result(f"search for {words!r}", took, "ms", songs)


def _told(line: Line) -> ScanTold:
    return line.request(AskScan(start=False), ScanTold)


def _settle(pid: int) -> None:
    """Until it has hardly worked for some seconds; what listens beneath it is another process."""
    while True:
        before = _spent(pid)
        time.sleep(_QUIET_S)
        if _spent(pid) - before < 0.5 * _QUIET_S:
            return


def _spent(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _mib(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 / (1 << 20)


def _until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + _DEADLINE_S
    while not done():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.01)


def _result(name: str, value: float, unit: str, n: int) -> Result:
    return Result(name=name, value=round(value, 2), unit=unit, n=n)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--songs", type=int, default=20_000)
    parser.add_argument("--where", type=Path, help="Folder for the files that are made.")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    results = []
    for one in measure(options.songs, options.where):
        results.append(one)
        if not options.json:
            print(f"{one.name:55} {one.value:10.2f} {one.unit}", flush=True)
    if options.json:
        report = Report(bench="collection", machine=machine(), results=results)
        print(msgspec.json.encode(report).decode())


if __name__ == "__main__":
    main()
