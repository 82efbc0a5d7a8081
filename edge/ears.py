"""What box listens to next, and what becomes of it; the owner's word on a song's place, too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from edge.messages import Found, HeardSongs, Now, Place, PlaceKept, Track, TracksCame


class Listener(Protocol):
    """What listens, in a process of its own; see `edge.library.listener`."""

    def start(self, jobs: Sequence[Any]) -> bool: ...
    def pause(self) -> None: ...


class SongPlaces(Protocol):
    """What the library knows of where songs stand; see `edge.library.places`."""

    def unheard(self) -> Sequence[Any] | None: ...
    def scanned(self) -> None: ...
    def hear(self, heard: HeardSongs) -> tuple[Track, ...]: ...
    def place(self, word: Place, now: Now) -> tuple[Track, ...]: ...


class Ears:
    """One list of songs at a time, and never beside a scan."""

    def __init__(self, places: SongPlaces, listener: Listener) -> None:
        self._places = places
        self._listener = listener
        self._scanning = False
        self._looking = False

    def mind(self, found: Found) -> None:
        """A scan goes on, or is over: listen to what it brought."""
        self._scanning = not found.done
        if self._scanning:
            self._listener.pause()
        else:
            self._places.scanned()
            self._look()

    def take(self, heard: HeardSongs) -> TracksCame | None:
        """Keep what was heard, and go on."""
        tracks = self._places.hear(heard)
        if heard.done and not heard.failed and not self._scanning:
            self._look()
        return TracksCame(tracks=tracks) if tracks else None

    def tend(self) -> None:
        """Now and then: look further for songs that were not listened to."""
        if self._looking and not self._scanning:
            self._look()

    def _look(self) -> None:
        jobs = self._places.unheard()
        self._looking = jobs is None
        if jobs:
            self._listener.start(jobs)

    def place(self, word: Place, now: Now) -> tuple[PlaceKept, TracksCame | None]:
        """Keep the owner's word; the answer, and what the conductor is told."""
        tracks = self._places.place(word, now)
        if not tracks:
            return PlaceKept(problem=f"There is no song {word.track_id} to play here."), None
        return PlaceKept(track=tracks[0]), TracksCame(tracks=tracks)
