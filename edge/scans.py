"""Which scan runs, which waits, and what box answers a tool that asks for one or searches."""

from __future__ import annotations

from typing import Any, Protocol

from msgspec.structs import replace

from edge.messages import (
    AskScan,
    AskSearch,
    FilesChanged,
    Found,
    Hits,
    ScanTold,
    TracksFound,
)
from edge.ports import Library


class Scanner(Protocol):
    """What looks through the music; see `edge.library.scanner`."""

    @property
    def busy(self) -> bool: ...
    def start(self, job: Any) -> bool: ...
    def taken(self) -> None: ...


class Scans:
    """One scan at a time; what changes meanwhile is looked at after it."""

    def __init__(self, library: Library, scanner: Scanner) -> None:
        self._library = library
        self._scanner = scanner
        self._running = False
        self._quiet = False
        """The scan was nobody's wish, and is told of only where it found something."""
        self._changed: dict[str, None] = {}

    def begin(self) -> None:
        """Look through everything, as box does when it starts."""
        self._start(quiet=False)

    def changed(self, folders: FilesChanged) -> None:
        """Look at these folders, now or after the present scan."""
        self._changed.update(dict.fromkeys(folders.folders))
        self._next()

    def take(self, found: Found) -> TracksFound | None:
        """Keep what was found, and begin what waits."""
        told = self._library.take(found)
        self._scanner.taken()
        if found.done:
            self._running = False
        if self._quiet and told is not None:
            return told if told.added or told.changed or told.removed else None
        return told

    def tend(self) -> None:
        """Now and then: begin what had to wait."""
        self._next()

    def answer(self, asked: AskScan | AskSearch) -> ScanTold | Hits:
        if isinstance(asked, AskSearch):
            return self._library.search(asked.query, asked.n, asked.offset)
        return self.scan(asked) if asked.start else self.told()

    def scan(self, asked: AskScan) -> ScanTold:
        """Begin it; `problem` says why where it cannot be."""
        if self._running or self._scanner.busy:
            return self.told("A scan is running already; ask again when it is over.")
        if asked.paths:
            self._library.join(asked.paths, leave=asked.forget)
        self._start(quiet=False, full=asked.full, paths=() if asked.forget else asked.paths)
        return self.told()

    def told(self, problem: str | None = None) -> ScanTold:
        """How far it is, or how the last one ended."""
        told = self._library.progress()
        return replace(told, running=self._running, problem=problem)

    def _next(self) -> None:
        if self._changed and not self._running and not self._scanner.busy:
            paths, self._changed = tuple(self._changed), {}
            self._start(quiet=True, paths=paths)

    def _start(self, *, quiet: bool, full: bool = False, paths: tuple[str, ...] = ()) -> None:
        job = self._library.job(full=full, paths=paths, count=not quiet)
        if self._scanner.start(job):
            self._running, self._quiet = True, quiet
