"""What a scan costs, against bare mutagen: `python -m tests.bench.library --files 5000`.

The files are made here: a second of tone in each of five containers, each with a sound and tags of
its own. Everything is read from the page cache, so the figures are of work, not of a drive. Both
sides run at the same niceness, turn by turn, and the best turn of each counts; beside the time of
the clock stands the processor time of all processes, which other work on the machine disturbs less.
"""

from __future__ import annotations

import argparse
import os
import queue
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import msgspec
import mutagen
from mutagen.flac import Picture
from mutagen.id3 import APIC
from mutagen.mp4 import MP4Cover

from edge.bench.report import Report, Result, machine
from edge.config import LibraryConfig
from edge.library.identity import id_of
from edge.library.scan import NICENESS
from edge.library.scanner import Scanner
from edge.library.store import LibraryStore
from edge.library.tags import tags_of
from edge.library.window import Window
from edge.messages import Found, TracksFound
from tests.songs import write_song

KINDS = (".mp3", ".flac", ".ogg", ".opus", ".m4a")
WORKERS = 2
COVER = os.urandom(5 << 20)
_TURNS = 3
_COVERED = 40
_COVER_TURNS = 20
_FOLDER = 12
"""Songs of one album."""


def make(folder: Path, count: int, kinds: tuple[str, ...] = KINDS) -> list[Path]:
    """So many songs in folders of albums."""
    whole = {kind: write_song(folder / f"whole{kind}", seconds=1.0).read_bytes() for kind in kinds}
    for kind in kinds:
        (folder / f"whole{kind}").unlink()
    paths = []
    for number in range(count):
        kind = kinds[number % len(kinds)]
        artist, album = number // (_FOLDER * 5), number // _FOLDER
        path = folder / f"Artist {artist}" / f"Album {album}" / f"{number:06} Song{kind}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_another(whole[kind], kind, number))
        _tag(path, number, artist, album)
        paths.append(path)
    return paths


def _another(data: bytes, kind: str, number: int) -> bytes:
    """The same with another sound, as far as a hash can tell."""
    place = data.index(b"mdat") + 100 if kind == ".m4a" else len(data) - 16
    return data[:place] + number.to_bytes(8, "big") + data[place + 8 :]


def _tag(path: Path, number: int, artist: int, album: int) -> None:
    file: Any = mutagen.File(path, easy=True)
    if file.tags is None:
        file.add_tags()
    values = {
        "title": f"Song {number}",
        "artist": f"Artist {artist}",
        "albumartist": f"Artist {artist}",
        "album": f"Album {album}",
        "tracknumber": f"{number % _FOLDER + 1}/{_FOLDER}",
        "discnumber": "1/1",
        "date": str(1960 + number % 60),
        "genre": ("Pop", "Rock", "Filmi", "Jazz")[number % 4],
        "bpm": str(60 + number % 120),
    }
    for name, value in values.items():
        file[name] = value
    file.save()


def cover(path: Path) -> None:
    """A picture of 5 MB, in the container's own way."""
    file: Any = mutagen.File(path)
    if path.suffix == ".mp3":
        file.tags.add(APIC(encoding=3, mime="image/jpeg", type=3, desc="", data=COVER))
    elif path.suffix == ".m4a":
        file["covr"] = [MP4Cover(COVER)]
    else:
        picture = Picture()
        picture.data, picture.mime, picture.type = COVER, "image/jpeg", 3
        if path.suffix == ".flac":
            file.add_picture(picture)
        else:
            import base64

            file["metadata_block_picture"] = base64.b64encode(picture.write()).decode()
    file.save()


class Scan:
    """One scan of a folder into a library, as box makes it."""

    def __init__(self, folder: Path, database: Path) -> None:
        self.first_s: float | None = None
        """Until the first songs were told."""
        inbox: queue.Queue[Found] = queue.Queue()
        began = time.monotonic()
        self.memory: list[tuple[int, int, int]] = []
        config = LibraryConfig(workers=WORKERS)
        with (
            LibraryStore(database, [folder], config=config) as store,
            Scanner(inbox.put) as scanner,
        ):
            scanner.start(store.job())
            told: TracksFound | None = None
            while told is None:
                found = inbox.get(timeout=120)
                told = store.take(found)
                scanner.taken()
                if store.more() is not None and self.first_s is None:
                    self.first_s = time.monotonic() - began
                if store.progress().read % 1000 < 100:
                    self.memory.append((store.progress().read, *resident()))
        self.seconds = time.monotonic() - began
        self.found = told


def resident() -> tuple[int, int]:
    """MiB of this process, and of the largest one beneath it."""
    beneath = [pid for child in _children(os.getpid()) for pid in (child, *_children(child))]
    return _mib(os.getpid()), max(map(_mib, beneath), default=0)


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    try:
        return [int(child) for task in tasks for child in task.read_text().split()]
    except OSError:
        return []


def _mib(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 >> 20
    except OSError:
        return 0


def _bare_one(path: str) -> bool:
    return mutagen.File(path) is not None


def bare(paths: list[Path]) -> None:
    """mutagen alone over the same files."""
    with get_context("spawn").Pool(WORKERS, os.nice, (NICENESS,)) as pool:
        for known in pool.imap_unordered(_bare_one, map(str, paths), chunksize=64):
            assert known
        pool.close()
        pool.join()


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the clock, and of processors: ours and those of all that ended beneath."""
    began, spent = time.monotonic(), _spent()
    work()
    return time.monotonic() - began, _spent() - spent


def _spent() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def rates(folder: Path, paths: list[Path], scratch: Path) -> Iterator[Result]:
    ours: list[tuple[float, float]] = []
    theirs: list[tuple[float, float]] = []
    scans: list[Scan] = []
    for turn in range(_TURNS):
        theirs.append(timed(lambda: bare(paths)))
        database = scratch / f"{turn}.db"
        ours.append(timed(lambda database=database: scans.append(Scan(folder, database))))  # type: ignore[misc]  # mypy knows no defaults of lambdas
    n = len(paths)
    (wall, cpu), (bare_wall, bare_cpu) = map(_best, (ours, theirs))
    name = f"bare mutagen, {WORKERS} workers"
    yield _result(name, n / bare_wall, "files/s", n)
    yield _result("scan into a new library", n / wall, "files/s", n, name, bare_wall / wall)
    yield _result(f"{name}, processor time", 1000 * bare_cpu / n, "ms/file", n)
    yield _result("scan, processor time", 1000 * cpu / n, "ms/file", n, name, cpu / bare_cpu)
    yield _result("first songs told after", min(s.first_s or 0.0 for s in scans), "s", n)
    early, late = scans[-1].memory[len(scans[-1].memory) // 5], scans[-1].memory[-1]
    for index, who in ((1, "box"), (2, "largest child")):
        for read, size in ((early[0], early[index]), (late[0], late[index])):
            yield _result(f"resident memory of {who} after {read} files", size, "MiB", n)


def unchanged(folder: Path, count: int, database: Path) -> Result:
    times = []
    for _ in range(_TURNS):
        scan = Scan(folder, database)
        assert scan.found is not None
        assert scan.found.total == count
        times.append(scan.seconds)
    return _result("scan of as many unchanged files", min(times), "s", count)


def covers(folder: Path) -> Iterator[Result]:
    """Reading a file with a picture of 5 MB, in reading times of the same without."""
    for kind in KINDS:
        plain = make(folder / "plain", _COVERED, (kind,))
        covered = make(folder / "covered", _COVERED, (kind,))
        for path in covered:
            cover(path)
        ours = [(_read_all(plain, folder), _read_all(covered, folder)) for _ in range(_COVER_TURNS)]
        bare_ones = [(_bare_all(plain), _bare_all(covered)) for _ in range(_TURNS)]
        name = f"{kind[1:]} with a cover of 5 MB / plain"
        for label, times in ((name, ours), (f"{name}, bare mutagen", bare_ones)):
            least = min(plain_s for plain_s, _ in times)
            yield _result(label, min(s for _, s in times) / least, "x", _COVERED)
        shutil.rmtree(folder)


def _read_all(paths: list[Path], root: Path) -> float:
    began = time.process_time()
    for path in paths:
        with path.open("rb") as file:
            window = Window(file)
            tags_of(window, str(path), str(root))
            id_of(window)
    return time.process_time() - began


def _bare_all(paths: list[Path]) -> float:
    began = time.process_time()
    for path in paths:
        mutagen.File(path)
    return time.process_time() - began


def _best(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    return min(wall for wall, _ in pairs), min(cpu for _, cpu in pairs)


def _result(
    name: str, value: float, unit: str, n: int, reference: str | None = None, ratio: float = 0.0
) -> Result:
    return Result(
        name=name,
        value=round(value, 3),
        unit=unit,
        n=n,
        reference=reference,
        ratio=round(ratio, 3) if reference else None,
    )


@contextmanager
def _scratch(where: Path | None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=where) as folder:
        yield Path(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--where", type=Path, help="Folder for the files that are made.")
    parser.add_argument("--only", choices=("rates", "covers", "unchanged"))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    results: list[Result] = []
    with _scratch(options.where) as scratch:
        music = scratch / "music"
        music.mkdir()
        if options.only != "covers":
            paths = make(music, options.files)
            if options.only != "unchanged":
                results += rates(music, paths, scratch)
            else:
                Scan(music, scratch / "0.db")
            results.append(unchanged(music, options.files, scratch / "0.db"))
        if options.only in {None, "covers"}:
            results += covers(scratch / "covers")
    if options.json:
        report = Report(bench="library", machine=machine(), results=results)
        print(msgspec.json.encode(report).decode())
        return
    for one in results:
        beside = f"  {one.ratio:.2f} x {one.reference}" if one.reference else ""
        print(f"{one.name:55} {one.value:10.3f} {one.unit}{beside}")


if __name__ == "__main__":
    main()
