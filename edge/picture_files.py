"""The pictures that a command line names: files, folders, zip archives, one after another."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from edge.errors import PictureError
from edge.eye.pictures import LARGEST_BYTES, bounded, file_bytes

SUFFIXES = (
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff"),
    *(".jp2", ".pbm", ".pgm", ".ppm", ".pnm"),
)
"""What is taken for a picture inside a folder or an archive; a file named by itself always is."""
_ENCRYPTED = 0x1


class PictureFile(msgspec.Struct, frozen=True):
    """One picture, not yet read."""

    name: str
    """As it was named; inside an archive `file.zip/inner/name.jpg`."""
    read: Callable[[], bytes]
    """Its bytes, or PictureError."""


def pictures(paths: Iterable[str]) -> Iterator[PictureFile]:
    """Each in its turn, found while the ones before are read; what is wrong shows at `read`."""
    for given in paths:
        path = Path(given)
        if path.is_dir():
            yield from _in_folder(path)
        elif path.suffix.lower() == ".zip" and path.is_file():
            yield from _in_archive(path)
        else:
            yield _file(path)


def _in_folder(folder: Path) -> Iterator[PictureFile]:
    """Whatever lies under it, in the order of the names; links to folders are not followed."""
    found = False
    closed: list[OSError] = []
    for place, inner, names in os.walk(folder, onerror=closed.append):
        inner.sort()
        for name in sorted(names):
            if name.lower().endswith(SUFFIXES):
                found = True
                yield _file(Path(place, name))
    for error in closed:
        yield _wrong(Path(error.filename), f"This folder cannot be read: {_reason(error)}.")
    if not found and not closed:
        yield _wrong(folder, "There is no picture in this folder.")


def _in_archive(path: Path) -> Iterator[PictureFile]:
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        yield _wrong(path, f"This archive cannot be opened: {_reason(error)}.")
        return
    with archive:
        found = [one for one in archive.infolist() if one.filename.lower().endswith(SUFFIXES)]
        for entry in sorted(found, key=lambda one: one.filename):
            yield _entry(archive, entry, path)
        if not found:
            yield _wrong(path, "There is no picture in this archive.")


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path) -> PictureFile:
    def read() -> bytes:
        if entry.flag_bits & _ENCRYPTED:
            raise PictureError("unreadable", "It is locked with a password; unpack the archive.")
        try:
            with archive.open(entry) as file:
                # The size in the archive's list may be a lie.
                return bounded(file.read(LARGEST_BYTES + 1))
        except (OSError, zipfile.BadZipFile, NotImplementedError, EOFError, ValueError) as error:
            raise PictureError("unreadable", f"It cannot be unpacked: {_reason(error)}.") from error

    return PictureFile(f"{_shown(path)}/{entry.filename}", read)


def _file(path: Path) -> PictureFile:
    return PictureFile(_shown(path), lambda: file_bytes(path))


def _wrong(path: Path, sentence: str) -> PictureFile:
    def read() -> bytes:
        raise PictureError("unreadable", sentence)

    return PictureFile(_shown(path), read)


def _shown(path: Path) -> str:
    """Names on disk need not be UTF-8; JSON is."""
    return os.fsencode(path).decode("utf-8", "replace")


def _reason(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return text[:1].lower() + text[1:].rstrip(".")
