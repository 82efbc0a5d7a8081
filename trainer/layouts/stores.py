"""Where a dataset lies: a folder, a zip or a tar file, all listed and read the same way."""

from __future__ import annotations

import contextlib
import lzma
import os
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol, Self

from trainer.errors import DataError

ZIPS = (".zip",)
TARS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
FAILURES = (
    *(OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError),
    *(RuntimeError, NotImplementedError),  # zipfile's: a password; a kind of packing it lacks
)
"""What reading a damaged file or archive may raise."""
_NO_DATA = {"__macosx", "thumbs.db", "desktop.ini"}


class UnreadableError(DataError):
    """One entry cannot be read; the message is the reason alone."""


@dataclass(frozen=True)
class Entry:
    """One file inside a store."""

    name: str
    """With forward slashes, whatever the archive was packed with."""
    size: int
    """In bytes, unpacked, as the store claims."""
    stamp: str
    """Changes when the file changes; empty inside archives, whose own stamp changes."""
    key: Any
    """What the store itself calls it."""

    @property
    def parts(self) -> tuple[str, ...]:
        """Folders and the file's name, in small letters."""
        return tuple(part for part in self.name.lower().split("/") if part not in {"", "."})


class Store(Protocol):
    """A folder or an archive, open for reading."""

    path: Path
    entries: tuple[Entry, ...]
    """In the order in which reading is fast."""
    troubles: tuple[str, ...]
    """What could not even be listed."""

    def open(self, entry: Entry) -> IO[bytes]: ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


class _Closing:
    """Leaving closes; closing twice is allowed."""

    troubles: tuple[str, ...] = ()

    def close(self) -> None:
        """Nothing is held open by a folder."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Folder(_Closing):
    """A folder with all that lies beneath it, through links too."""

    def __init__(self, path: Path) -> None:
        self.path = path
        refused: list[str] = []
        self.entries = tuple(sorted(self._walk(refused), key=lambda entry: entry.name))
        self.troubles = tuple(refused)

    def _walk(self, refused: list[str]) -> Iterator[Entry]:
        seen: set[tuple[int, int]] = set()

        def note(error: OSError) -> None:
            refused.append(f"{error.filename} cannot be listed: {error.strerror}")

        for home, folders, files in os.walk(self.path, onerror=note, followlinks=True):
            about = Path(home).stat()
            if (about.st_dev, about.st_ino) in seen:  # a link that leads back
                folders.clear()
                continue
            seen.add((about.st_dev, about.st_ino))
            folders[:] = [name for name in folders if not _hidden(name)]
            inside = os.path.relpath(home, self.path)
            prefix = "" if inside == "." else inside.replace(os.sep, "/") + "/"
            for name in files:
                if not _hidden(name):
                    yield from self._entry(prefix + name, os.path.join(home, name))  # noqa: PTH118 a Path each for 36,000 files takes longer than reading them

    def _entry(self, name: str, place: str) -> Iterator[Entry]:
        try:
            about = os.stat(place)  # noqa: PTH116 as above
        except OSError:  # a link that leads nowhere
            return
        stamp = f"{about.st_size} {about.st_mtime_ns} {about.st_ctime_ns}"
        yield Entry(name, about.st_size, stamp, place)

    def open(self, entry: Entry) -> IO[bytes]:
        """One file of the folder."""
        return Path(entry.key).open("rb")


class File(_Closing):
    """A single file, listed like a folder that holds it alone."""

    def __init__(self, path: Path) -> None:
        self.path = path
        about = path.stat()
        stamp = f"{about.st_size} {about.st_mtime_ns} {about.st_ctime_ns}"
        self.entries: tuple[Entry, ...] = (Entry(path.name, about.st_size, stamp, path),)

    def open(self, entry: Entry) -> IO[bytes]:
        """The file."""
        return Path(entry.key).open("rb")


class Zip(_Closing):
    """A zip file; Windows' backslashes in it are slashes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._archive = zipfile.ZipFile(path)
        except FAILURES as broken:
            raise DataError(f"{path} is not a whole zip file: {reason(broken)}") from broken
        found = [
            Entry(info.filename.replace("\\", "/"), info.file_size, "", info)
            for info in self._archive.infolist()
            if not info.is_dir()
        ]
        shown = [entry for entry in found if not any(map(_hidden, entry.parts))]
        self.entries = tuple(sorted(shown, key=lambda entry: entry.name))

    def open(self, entry: Entry) -> IO[bytes]:
        """One file of the archive, unpacked while it is read."""
        return self._archive.open(entry.key)

    def close(self) -> None:
        """Close the file."""
        self._archive.close()


class Tar(_Closing):
    """A tar file, packed or not; it is listed and read in its own order, as it cannot jump."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with contextlib.ExitStack() as stack:
            try:
                self._archive = stack.enter_context(tarfile.open(path))
                members = self._archive.getmembers()
            except FAILURES as broken:
                raise DataError(f"{path} is not a whole tar file: {reason(broken)}") from broken
            stack.pop_all()
        found = [
            Entry(member.name, member.size, "", member) for member in members if member.isfile()
        ]
        self.entries = tuple(entry for entry in found if not any(map(_hidden, entry.parts)))

    def open(self, entry: Entry) -> IO[bytes]:
        """One file of the archive."""
        file = self._archive.extractfile(entry.key)
        if file is None:
            raise UnreadableError("it is no file")
        return file

    def close(self) -> None:
        """Close the file."""
        self._archive.close()


def is_archive(name: str) -> bool:
    """Whether a file's name says so."""
    return name.lower().endswith((*ZIPS, *TARS))


def open_store(path: Path) -> Store:
    """The folder, archive or file at `path`."""
    if path.is_dir():
        return Folder(path)
    if not path.is_file():
        raise DataError(f"there is nothing at {path}")
    name = path.name.lower()
    if name.endswith(TARS):
        return Tar(path)
    return Zip(path) if name.endswith(ZIPS) else File(path)


def read_whole(store: Store, entry: Entry, limit: int) -> bytes:
    """All bytes of a small entry; a bigger one is refused before it is unpacked."""
    if entry.size > limit:
        raise UnreadableError(f"{entry.size / 2**20:.0f} MiB are too many for one picture")
    try:
        with store.open(entry) as file:
            data = file.read(limit + 1)  # an archive may claim less than it unpacks to
    except FAILURES as broken:
        raise UnreadableError(reason(broken)) from broken
    if len(data) > limit:
        raise UnreadableError(f"more than {limit / 2**20:.0f} MiB are too many for one picture")
    return data


def reason(broken: BaseException) -> str:
    """Why reading failed, without the path that is named anyway."""
    told: str = getattr(broken, "strerror", None) or str(broken) or type(broken).__name__
    return told.partition("\n")[0].rstrip(" :-")  # tarfile's has five lines


def _hidden(name: str) -> bool:
    return name.startswith(".") or name.lower() in _NO_DATA
