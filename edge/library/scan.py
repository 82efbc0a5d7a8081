"""The scan, a niced child process: walks folders, reads what is new, hands rows to stdout.

`python -m edge.library.scan --parent PID PATH…` takes on stdin, as one JSON object, the files that
the library knows, and writes one JSON list of rows a line. It ends with its parent.
"""

from __future__ import annotations

import ctypes
import os
import signal
import stat
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType

import msgspec

from edge.library.identity import song_id
from edge.library.rows import AnyRow, Known, Seen, Song, Trouble, Walked
from edge.library.tags import SUFFIXES, read_tags

BATCH = 100
"""Rows of one line."""
PATIENCE_S = 0.5
"""After this long a line is written even if it is short."""
STALL_S = 5.0
"""A file that takes longer to read is left out."""
NICENESS = 15
_SEEN_AT_ONCE = 500
_PR_SET_PDEATHSIG = 1


class _Stalled(BaseException):
    """The time for one file is over."""


class _Outlet:
    """Collects rows into lines."""

    def __init__(self) -> None:
        self._rows: list[AnyRow] = []
        self._began = time.monotonic()
        self._encode = msgspec.json.Encoder().encode

    def put(self, row: AnyRow) -> None:
        self._rows.append(row)
        if len(self._rows) >= BATCH or time.monotonic() - self._began >= PATIENCE_S:
            self.flush()

    def flush(self) -> None:
        if self._rows:
            sys.stdout.buffer.write(self._encode(self._rows) + b"\n")
            sys.stdout.buffer.flush()
            self._rows.clear()
        self._began = time.monotonic()


class _Walk:
    """One pass over all folders; a folder reached twice, by a link, is walked once."""

    def __init__(self, known: Known, outlet: _Outlet) -> None:
        self._known = known
        self._outlet = outlet
        self._been: set[tuple[int, int]] = set()
        self._unread: list[str] = []
        self._seen: list[str] = []

    def root(self, root: Path) -> None:
        self._unread = []
        count = 0
        for path in self._songs(root):
            count += self._file(path, root)
        self._hand_over_seen(root)
        self._outlet.put(
            Walked(root=str(root), files=count, away=count == 0, unread=tuple(self._unread))
        )
        self._outlet.flush()

    def _songs(self, root: Path) -> Iterator[Path]:
        """Every music file below, folder by folder in the order of their names."""
        if root.is_file():
            yield root
            return
        waiting = [root]
        while waiting:
            folder = waiting.pop()
            files, folders = self._listed(folder)
            yield from files
            waiting += reversed(folders)

    def _listed(self, folder: Path) -> tuple[list[Path], list[Path]]:
        files, folders = [], []
        try:
            status = folder.stat()
            if (status.st_dev, status.st_ino) in self._been:
                return [], []
            self._been.add((status.st_dev, status.st_ino))
            with os.scandir(folder) as entries:
                for entry in sorted(entries, key=lambda entry: entry.name):
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir():
                        folders.append(Path(entry.path))
                    elif Path(entry.name).suffix.lower() in SUFFIXES:
                        files.append(Path(entry.path))
        except OSError:
            self._unread.append(_speakable(folder))
        return files, folders

    def _file(self, path: Path, root: Path) -> int:
        """Tell of one file; 1 where it counts as a song."""
        try:
            if _speakable(path) != str(path):
                raise ValueError("its name is not UTF-8; rename it")
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                raise ValueError("it is no file, though it has the name of one")
            if status.st_size == 0:
                raise ValueError("it is empty")
            if self._known.get(str(path)) == (status.st_size, status.st_mtime_ns):
                self._seen.append(str(path))
                if len(self._seen) >= _SEEN_AT_ONCE:
                    self._hand_over_seen(root)
                return 1
            self._outlet.put(_read(path, root, status))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            self._outlet.put(Trouble(path=_speakable(path), message=reason))
            return 0
        except _Stalled:
            reason = f"it could not be read in {STALL_S:g} s"
            self._outlet.put(Trouble(path=_speakable(path), message=reason))
            return 0
        return 1

    def _hand_over_seen(self, root: Path) -> None:
        if self._seen:
            self._outlet.put(Seen(root=str(root), paths=tuple(self._seen)))
            self._seen = []


def _read(path: Path, root: Path, status: os.stat_result) -> Song:
    """Id and tags, within the time for one file; beyond it, _Stalled."""
    signal.setitimer(signal.ITIMER_REAL, STALL_S)
    try:
        return Song(
            id=song_id(path),
            path=str(path),
            root=str(root),
            size=status.st_size,
            mtime_ns=status.st_mtime_ns,
            tags=read_tags(path, root),
        )
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _stalled(_signal: int, _frame: FrameType | None) -> None:
    raise _Stalled


def _speakable(path: Path) -> str:
    """The path as JSON can hold it: bytes that are not UTF-8 become question marks."""
    return str(path).encode("utf-8", errors="replace").decode("utf-8")


def _end_with(parent: int) -> None:
    """Have the kernel end this process with its parent; PDEATHSIG is Linux's own."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit(1)  # it went before the line above


def main(arguments: Sequence[str]) -> int:
    """Scan the paths; 2 for wrong use."""
    if len(arguments) < 2 or arguments[0] != "--parent" or not arguments[1].isdecimal():
        sys.stderr.write("usage: python -m edge.library.scan --parent PID PATH…\n")
        return 2
    _end_with(int(arguments[1]))
    # Ctrl-C in a terminal reaches the whole group; this process ends when its parent says so.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, _stalled)
    os.nice(NICENESS)
    known = msgspec.json.decode(sys.stdin.buffer.read() or b"{}", type=Known)
    outlet = _Outlet()
    walk = _Walk(known, outlet)
    for argument in arguments[2:]:
        walk.root(Path(argument))
    outlet.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
