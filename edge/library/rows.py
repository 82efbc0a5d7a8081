"""What the scan tells box, row by row: songs, files seen again, and how each folder fared."""

from __future__ import annotations

from typing import Literal

import msgspec

from edge.messages import Mood

Known = dict[str, tuple[int, int]]
"""Path → size and time of change (ns) of each file that the library has read already."""


class Row(msgspec.Struct, frozen=True, kw_only=True, tag_field="row", tag=str.lower):
    """One thing that a scan found out."""


class Tags(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says about its song; unknown is null."""

    title: str | None = None
    artist: str | None = None
    album: str | None = None
    genre: str | None = None
    language: str | None = None
    """ISO 639-1."""
    mood: Mood | None = None
    mood_from: Literal["folder", "tag"] | None = None
    """Who said so: the owner by a folder's name, or whoever tagged the file."""
    duration_s: float | None = None


class Song(Row, frozen=True):
    """A file that is new or was changed."""

    id: str
    """Of the sound alone: outlives moving, renaming and retagging."""
    path: str
    root: str
    size: int
    mtime_ns: int
    tags: Tags


class Seen(Row, frozen=True):
    """Files that are as they were."""

    root: str
    paths: tuple[str, ...]


class Trouble(Row, frozen=True):
    """A file that cannot be taken in, and why."""

    path: str
    message: str


class Walked(Row, frozen=True):
    """A folder of the configuration is done, with everything below it."""

    root: str
    files: int
    """How many songs stand there: told and seen."""
    away: bool
    """Missing or empty, as when its drive is unplugged: nothing of it counts as removed."""
    unread: tuple[str, ...] = ()
    """Folders below that could not be read now: nothing of them counts as removed."""


AnyRow = Song | Seen | Trouble | Walked
