"""`moodbox library scan|search|watch`: through the running box, else by themselves under its lock.

The library has one writer. Where a box runs, it does what is asked; where none does, the tool holds
box's lock meanwhile, and gives it up at once when a box starts.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, TextIO

import msgspec

from edge.config import LibraryConfig
from edge.config.paths import Paths, music_folders
from edge.errors import LibraryError
from edge.library.lock import LibraryLock
from edge.library.scanner import Scanner
from edge.library.store import LibraryStore
from edge.library.watching import Watcher
from edge.library_words import say, show, tell, tell_change
from edge.messages import AskScan, AskSearch, FilesChanged, Found, Hits, ScanTold, TracksFound
from edge.progress import Progress
from edge.scans import Scans
from edge.tool_line import Line

_LOCK_S: Final = 1.0
_WANTED_EVERY_S: Final = 0.5


class Request(msgspec.Struct, frozen=True):
    """What to scan, and how to tell of it."""

    paths: tuple[str, ...] = ()
    full: bool = False
    forget: bool = False
    json: bool = False


def library_of(config: LibraryConfig, places: Paths, *, reading: bool = False) -> LibraryStore:
    """The library as configuration and earlier scans have it."""
    folders = music_folders(config, places)
    return LibraryStore(
        places.library,
        folders if config.paths else (),
        starter=() if config.paths else folders,
        config=config,
        reading=reading,
    )


def scan_through_box(line: Line, request: Request, out: TextIO, err: TextIO) -> int:
    """Ask it, and watch how far it is."""
    asked = AskScan(full=request.full, paths=request.paths, forget=request.forget)
    with Progress(err, None) as progress:
        while True:
            began, told = time.monotonic(), line.request(asked, ScanTold)
            refused = told.problem is not None
            if refused and not told.running:
                raise LibraryError(told.problem or "")
            while told.running:
                line.next()
                show(progress, told, began)
                told = line.request(AskScan(start=False), ScanTold)
            if not refused:
                break  # else another scan was running, and now it is our turn
    return tell(told, time.monotonic() - began, request.json, out, err)


def scan_alone(
    config: LibraryConfig, places: Paths, request: Request, out: TextIO, err: TextIO
) -> int:
    """Do it here; Ctrl-C keeps what is done."""
    began = time.monotonic()
    with _opened(config, places) as alone, Progress(err, None) as progress:
        told = alone.scans.scan(
            AskScan(full=request.full, paths=request.paths, forget=request.forget)
        )
        try:
            while told.running:
                alone.turn()
                told = alone.told()
                show(progress, told, began)
        except KeyboardInterrupt:
            progress.clear()
            told = alone.stopped()
            print(f"Stopped; {told.read} files that were read are kept.", file=err)
            raise
        if alone.given_up:
            raise LibraryError(
                "A box has started, which takes the scan over; what is done is kept."
            )
    return tell(told, time.monotonic() - began, request.json, out, err)


def watch_alone(config: LibraryConfig, places: Paths, json: bool, out: TextIO, err: TextIO) -> int:
    """Scan, then follow every change until Ctrl-C."""
    with _opened(config, places) as alone:
        alone.scans.begin()
        with Watcher(lambda: alone.store.roots, alone.put, config.hidden):
            say(f"Watching {', '.join(alone.store.roots)}; Ctrl-C ends it.", err)
            while not alone.given_up:
                found = alone.turn()
                if found is not None:
                    tell_change(alone.told(), json, out)
    raise LibraryError("A box has started, which watches the music itself.")


def watch_through_box(line: Line, json: bool, out: TextIO, err: TextIO) -> int:
    """Tell of each scan that box makes."""
    told = line.request(AskScan(start=False), ScanTold)
    say("A box is running and watches the music; Ctrl-C ends this.", err)
    number = told.number if not told.running else told.number - 1
    while True:
        line.next()
        told = line.request(AskScan(start=False), ScanTold)
        if told.number > number and not told.running:
            number = told.number
            if told.added or told.changed or told.removed:
                tell_change(told, json, out)


def search_through_box(line: Line, asked: AskSearch) -> Hits:
    return line.request(asked, Hits)


def search_alone(config: LibraryConfig, places: Paths, asked: AskSearch) -> Hits:
    """Reads only, so that it needs no lock."""
    with library_of(config, places, reading=True) as store:
        return store.search(asked.query, asked.n, asked.offset)


class _Alone:
    """The library in this process's hands."""

    def __init__(
        self, store: LibraryStore, scanner: Scanner, inbox: queue.Queue[object], lock: LibraryLock
    ) -> None:
        self.store = store
        self.scans = Scans(store, scanner)
        self.given_up = False
        self.put = inbox.put
        self._inbox = inbox
        self._scanner = scanner
        self._lock = lock
        self._looked = time.monotonic()

    def turn(self) -> TracksFound | None:
        """Take in what comes within a moment; what came of a scan at its end."""
        if time.monotonic() - self._looked > _WANTED_EVERY_S:
            self._looked = time.monotonic()
            if self._lock.wanted():
                self.given_up = True
                self.stopped()
                return None
        try:
            item = self._inbox.get(timeout=0.2)
        except queue.Empty:
            self.scans.tend()
            return None
        if isinstance(item, FilesChanged):
            self.scans.changed(item)
        elif isinstance(item, Found):
            return self.scans.take(item)
        return None

    def told(self) -> ScanTold:
        return self.scans.told()

    def stopped(self) -> ScanTold:
        """End the scan and take in what it had found."""
        self._scanner.close()
        while True:
            try:
                item = self._inbox.get(timeout=0.1)
            except queue.Empty:
                return self.told()
            if isinstance(item, Found):
                self.scans.take(item)


@contextmanager
def _opened(config: LibraryConfig, places: Paths) -> Iterator[_Alone]:
    inbox: queue.Queue[object] = queue.Queue(64)
    lock = LibraryLock(places.state)
    with lock.held(_LOCK_S), library_of(config, places) as store, Scanner(inbox.put) as scanner:
        yield _Alone(store, scanner, inbox, lock)
