"""What box asks of a scan, and what the scan tells box, row by row."""

from __future__ import annotations

from typing import Literal

import msgspec

from edge.messages import Mood

Known = dict[str, tuple[int, int]]
"""Path → size and time of change (ns) of each file that the library has read already."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A folder to walk through."""

    root: str
    """The library's folder, up to which folders' names say something of their songs."""
    start: str
    """Where the walk begins: the root, or a folder or file beneath it."""


class Barred(msgspec.Struct, frozen=True, kw_only=True):
    """A file on which a reader crashed or stalled; known by what is in it, wherever it stands."""

    content: str
    size: int
    message: str


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One scan."""

    places: tuple[Place, ...] = ()
    known: Known = {}
    """Where there is no file to read it from."""
    library: str | None = None
    """The library's file, where the scan reads what is known."""
    full: bool = False
    """Read everything anew."""
    barred: tuple[Barred, ...] = ()
    follow_links: bool = True
    hidden: bool = False
    workers: int = 2
    count: bool = False
    """Count the files first, for who wants to know how long it will take."""


class Row(msgspec.Struct, frozen=True, kw_only=True, tag_field="row", tag=str.lower):
    """One thing that a scan found out."""


class Tags(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a file says about its song; unknown is null. The names are those of a `Track`."""

    title: str | None = None
    artist: str | None = None
    album: str | None = None
    album_artist: str | None = None
    genre: str | None = None
    language: str | None = None
    """ISO 639-1."""
    disc: int | None = None
    number: int | None = None
    compilation: bool = False
    year: int | None = None
    bpm: float | None = None
    explicit: bool = False
    loudness: float | None = None
    album_loudness: float | None = None
    peak_db: float | None = None
    mood: Mood | None = None
    mood_from: Literal["owner", "tag", "folder"] | None = None
    """The owner by a folder's name, whoever tagged the file, or a name that holds a mood's word."""
    duration_s: float | None = None
    doubtful: tuple[str, ...] = ()
    """Fields whose letters are in an old code page that could not be told for sure."""


class Song(Row, frozen=True):
    """A file that is new or was changed."""

    id: str
    """Of the sound alone: outlives moving, renaming and retagging."""
    path: str
    root: str
    size: int
    mtime_ns: int
    tags: Tags


class Playlist(Row, frozen=True):
    """A playlist that is new or was changed."""

    path: str
    root: str
    size: int
    mtime_ns: int
    mood: Mood | None
    """That its name holds."""
    songs: tuple[str, ...]
    """Paths of the songs in it that are files here."""


class Seen(Row, frozen=True):
    """Files that are as they were; told for the progress alone."""

    files: int


class Trouble(Row, frozen=True):
    """A file that cannot be taken in, and why; it is tried again by the next scan."""

    path: str
    message: str


class Aside(Row, frozen=True):
    """A file that crashed or stalled its reader twice; it is not tried again while it is so."""

    path: str
    size: int
    content: str
    """Hash of what is in it; empty where not even that could be read."""
    message: str


class Missing(Row, frozen=True):
    """Known files that the walk did not meet."""

    paths: tuple[str, ...]
    away: bool
    """They stand in a folder that cannot be read now, so they do not count as removed."""


class Walked(Row, frozen=True):
    """A place is done, with everything below it."""

    root: str
    start: str
    files: int
    """How many songs stand there: told and seen."""
    away: bool
    """Missing or empty, as when its drive is unplugged: nothing of it counts as removed."""


class Outlook(Row, frozen=True):
    """How many files the scan will look at."""

    files: int


AnyRow = Song | Playlist | Seen | Trouble | Aside | Missing | Walked | Outlook
