"""M3U and M3U8 playlists: which songs here they name, and the mood that their own name holds."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit

from edge.library.hints import mood_of
from edge.library.letters import decoded
from edge.library.rows import Playlist

PLAYLISTS: Final = frozenset((".m3u", ".m3u8"))
_MOST_BYTES = 4 << 20
_MOST_SONGS = 20_000
_LONGEST_PATH = 4096


def is_playlist(path: str) -> bool:
    return path.lower().endswith(tuple(PLAYLISTS))


def read_playlist(path: Path, root: Path, size: int, mtime_ns: int) -> Playlist:
    """Songs in their order; what is no file here is passed over."""
    with path.open("rb") as file:
        text = decoded(file.read(_MOST_BYTES))
    songs: dict[str, None] = {}
    for line in text.replace("\0", "").splitlines()[: 2 * _MOST_SONGS]:
        entry = line.strip().strip("\ufeff")
        if entry and not entry.startswith("#") and len(entry) < _LONGEST_PATH:
            found = _song(entry, path.parent, root)
            if found is not None and len(songs) < _MOST_SONGS:
                songs[found] = None
    return Playlist(
        path=str(path),
        root=str(root),
        size=size,
        mtime_ns=mtime_ns,
        mood=mood_of(path.stem),
        songs=tuple(songs),
    )


def _song(entry: str, folder: Path, root: Path) -> str | None:
    """The file that an entry means, as the walk would name it."""
    if "://" in entry:
        try:
            parts = urlsplit(entry)
        except ValueError:
            return None  # `http://[`
        if parts.scheme.lower() != "file":
            return None
        entry = unquote(parts.path)
    for name in dict.fromkeys((entry, entry.replace("\\", "/"), unquote(entry))):
        for form in ("NFC", "NFD"):
            meant = os.path.normpath(folder / unicodedata.normalize(form, name))
            if os.path.isfile(meant):  # noqa: PTH113 - Path raises at names that are too long
                return meant
    return _moved(entry.replace("\\", "/"), folder, root)


def _moved(entry: str, folder: Path, root: Path) -> str | None:
    """Written on another machine: the end of its path may be right here, too."""
    parts = PurePosixPath(entry).parts
    for skip in range(1, min(len(parts), 16)):
        tail = Path(*parts[skip:])
        if ".." in tail.parts:
            continue
        for base in (folder, root):
            if os.path.isfile(base / tail):  # noqa: PTH113 - as above
                return os.path.normpath(base / tail)
    return None
