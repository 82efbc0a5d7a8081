"""Walks through folders by the owner's rules, and tells which files are new, changed or missing."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from edge.library.known import known_for
from edge.library.playlists import PLAYLISTS, is_playlist
from edge.library.rows import AnyRow, Job, Missing, Place, Seen, Trouble, Walked
from edge.library.tags import SUFFIXES

BATCH = 100
"""Paths told of in one row."""
_SEEN_AT_ONCE = 500
_WANTED = SUFFIXES | PLAYLISTS


class Fresh:
    """A file that is to be read."""

    __slots__ = ("mtime_ns", "path", "root", "size")

    def __init__(self, path: str, root: str, size: int, mtime_ns: int) -> None:
        self.path = path
        self.root = root
        self.size = size
        self.mtime_ns = mtime_ns


class Walk:
    """One pass over all places; a folder reached twice, by a link, is walked once."""

    def __init__(self, job: Job, put: Callable[[AnyRow], None]) -> None:
        self._job = job
        self._put = put
        self._left = dict(known_for(job))
        self._been: set[tuple[int, int]] = set()
        self._unread: list[str] = []
        self._seen = 0
        self.songs = 0
        """Of the present place; readers take away what turns out to be none."""

    def place(self, place: Place) -> Iterator[Fresh]:
        """The files of one place that are new or changed; tells of all the others."""
        self._unread = []
        self.songs = 0
        for path, entry in self._files(place.start):
            if fresh := self._file(path, entry, place.root):
                yield fresh
        self._hand_over_seen()

    def end(self, place: Place) -> None:
        """Once all its files are read: tell what is missing and how it fared."""
        # A folder inside may well be empty or gone for good, as long as the root is there.
        away = self.songs == 0 and (place.start == place.root or not _holds_something(place.root))
        if not away:
            self._tell_missing(place)
        self._put(Walked(root=place.root, start=place.start, files=self.songs, away=away))

    def count(self) -> int:
        """How many files there are, without looking at any."""
        total = sum(1 for place in self._job.places for _ in self._files(place.start))
        self._been.clear()
        return total

    def _files(self, start: str) -> Iterator[tuple[str, os.DirEntry[str] | None]]:
        """Every music file below, folder by folder in the order of their names."""
        if Path(start).is_file():
            yield start, None
            return
        waiting = [start]
        while waiting:
            folder = waiting.pop()
            files, folders = self._listed(folder)
            for entry in files:
                yield entry.path, entry
            waiting += reversed(folders)

    def _listed(self, folder: str) -> tuple[list[os.DirEntry[str]], list[str]]:
        files, folders = [], []
        try:
            status = Path(folder).stat()
            if (status.st_dev, status.st_ino) in self._been:
                return [], []
            self._been.add((status.st_dev, status.st_ino))
            with os.scandir(folder) as entries:
                for entry in sorted(entries, key=lambda entry: entry.name):
                    kind = self._kind(entry)
                    if kind == "folder":
                        folders.append(entry.path)
                    elif kind == "file":
                        files.append(entry)
        except OSError:
            self._unread.append(speakable(folder))
        return files, folders

    def _kind(self, entry: os.DirEntry[str]) -> Literal["file", "folder"] | None:
        """None: it is nothing that is asked for."""
        if entry.name[0] == "." and not self._job.hidden:
            return None
        try:
            if entry.is_symlink() and not self._follows(entry):
                return None
            if entry.is_dir():
                return "folder"
        except OSError:  # a link to itself; as a file it is told of
            self._unread.append(speakable(entry.path))
        return "file" if os.path.splitext(entry.name)[1].lower() in _WANTED else None  # noqa: PTH122 - ten times as fast as Path

    def _follows(self, entry: os.DirEntry[str]) -> bool:
        if self._job.follow_links and not Path(entry.path).exists():
            # It points to a drive that is not there now.
            self._unread.append(speakable(entry.path))
            return os.path.splitext(entry.name)[1].lower() in _WANTED  # noqa: PTH122 - as above
        return self._job.follow_links

    def _file(self, path: str, entry: os.DirEntry[str] | None, root: str) -> Fresh | None:
        known = self._left.pop(path, None)
        try:
            if speakable(path) != path:
                raise ValueError("its name is not UTF-8; rename it")
            status = Path(path).stat() if entry is None else entry.stat()
            if not stat.S_ISREG(status.st_mode):
                raise ValueError("it is no file, though it has the name of one")
            if status.st_size == 0:
                raise ValueError("it is empty")
        except (OSError, ValueError) as error:
            if known is not None:
                self._left[path] = known
            if isinstance(error, OSError):
                self._unread.append(speakable(path))  # it may come back
            reason = getattr(error, "strerror", None) or str(error)
            self._put(Trouble(path=speakable(path), message=reason))
            return None
        self.songs += not is_playlist(path)
        if known == (status.st_size, status.st_mtime_ns):
            self._seen += 1
            if self._seen >= _SEEN_AT_ONCE:
                self._hand_over_seen()
            return None
        return Fresh(path, root, status.st_size, status.st_mtime_ns)

    def _hand_over_seen(self) -> None:
        if self._seen:
            self._put(Seen(files=self._seen))
            self._seen = 0

    def _tell_missing(self, place: Place) -> None:
        below = place.start.rstrip("/") + "/"
        hidden = tuple(f"{folder.rstrip('/')}/" for folder in self._unread)
        exact = frozenset(self._unread)
        left = [path for path in self._left if path == place.start or path.startswith(below)]
        away = [path for path in left if path.startswith(hidden) or path in exact]
        gone = sorted(frozenset(left).difference(away))
        for paths, is_away in ((away, True), (gone, False)):
            for start in range(0, len(paths), BATCH):
                self._put(Missing(paths=tuple(paths[start : start + BATCH]), away=is_away))


def _holds_something(folder: str) -> bool:
    try:
        with os.scandir(folder) as entries:
            return any(True for _ in entries)
    except OSError:
        return False


def speakable(path: str) -> str:
    """The path as JSON can hold it: bytes that are not UTF-8 become question marks."""
    return path if path.isascii() else path.encode(errors="replace").decode()
