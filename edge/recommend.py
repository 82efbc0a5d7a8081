"""`moodbox recommend`: the songs or films that suit a mood, from the library as it stands.

It needs no running box and changes nothing: library.db is opened to be read.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

import msgspec

from edge.config import LibraryConfig
from edge.config.paths import Paths
from edge.library.films import SHIPPED, read_films
from edge.library.store import LibraryStore
from edge.library_tool import library_of
from edge.messages import Mood, Now, Policy, Ranked, Track
from edge.mind import dj
from edge.mind.dj import Choice, Record, Wish
from edge.mind.house import House
from edge.mind.ranked import Kind, ranked
from edge.mind.shelves import arrange
from edge.mind.taste import learned


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for."""

    mood: Mood | None
    kind: Kind
    language: str
    policy: Policy
    count: int
    house: House
    library: LibraryConfig
    places: Paths
    films: tuple[Path, ...]
    """Folders and CSV files with films; none: the list that is shipped."""


def run(request: Request, out: TextIO, err: TextIO, *, json: bool) -> int:
    """1 where there is nothing to recommend."""
    items = recommended(request, _now(), err)
    if json:
        print(msgspec.json.encode(items).decode(), file=out)
    else:
        for item in items:
            print(line(item), file=out)
    if not items:
        print(_nothing(request), file=err)
    return 0 if items else 1


def recommended(request: Request, now: Now, err: TextIO) -> list[Ranked]:
    """The best first."""
    wish = Wish(mood=request.mood, policy=request.policy, language=request.language)
    if request.kind == "film":
        found = read_films(request.films or (SHIPPED,))
        for trouble in found.troubles:
            print(trouble, file=err)
        tracks, record = found.films, Record()
    else:
        with library_of(request.library, request.places, reading=True) as library:
            tracks, record = library.tracks(), _record(library)
    by_id = {track.id: track for track in tracks}
    shelves = arrange(tracks, request.house)
    chosen = dj.recommend(by_id, shelves, wish, record, now, request.count)
    return ranked(chosen, request.kind)


def line(item: Ranked) -> str:
    """For a person."""
    name = " · ".join(filter(None, (item.artist, item.title or item.id)))
    facts = ", ".join(filter(None, (item.genre, item.language)))
    return f"{item.rank:3}  {item.score:.2f}  {name}{f' ({facts})' if facts else ''}: {item.reason}"


def films(paths: Sequence[Path], out: TextIO, err: TextIO, *, json: bool) -> int:
    """Every film that can be recommended; 1 where some were left out."""
    found = read_films(paths or (SHIPPED,))
    for trouble in found.troubles:
        print(trouble, file=err)
    listed = sorted(found.films, key=lambda film: (film.title or "", film.year or 0))
    if json:
        whole = ranked([_listed(film) for film in listed], "film")
        print(msgspec.json.encode(whole).decode(), file=out)
    else:
        for film in listed:
            facts = ", ".join(filter(None, (film.genre, film.language, film.mood)))
            print(f"{film.title} ({film.year or '?'})  {facts}", file=out)
    return 1 if found.troubles else 0


def _listed(film: Track) -> Choice:
    known = f"{film.mood}, by its {'list' if film.mood_from == 'tag' else 'genre'}"
    return Choice(track=film, reason=known if film.mood else "its mood is not known", score=1.0)


def _record(library: LibraryStore) -> Record:
    return Record(heard=library.heard(), likes=library.likes(), taste=learned(library.lessons()))


def _nothing(request: Request) -> str:
    if request.kind == "film":
        return "There are no films here."
    return "There are no songs yet: name a folder in [library] paths, and let the box scan it."


def _now() -> Now:
    return Now(at=time.monotonic(), wall=time.time(), ahead_s=time.localtime().tm_gmtoff)
