"""Where the songs stand: what box keeps of listening and of the owner's word, and asks for."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from msgspec.structs import replace

from edge.library.heard_rows import Job
from edge.library.song_moods import Known, SongMoods
from edge.messages import HeardSongs, Mood, Now, Place, Track
from edge.mind.song_mood import standing

HEADROOM_LU = 1.5
"""A minute misjudges the whole song by 1.0 LU (one standard deviation over 69 songs; it takes one
in twenty for more than 1.3 LU too quiet). Until the whole is measured a song counts as so much
louder than estimated, and is played softer."""
_NOTHING = Known()


class Places:
    """The places of all songs of a library; see `edge.ears`."""

    def __init__(
        self,
        database: sqlite3.Connection,
        roots: Callable[[], str],
        tagged: Callable[[Sequence[str] | None], Sequence[Track]],
        writing: Callable[[], AbstractContextManager[None]],
    ) -> None:
        """`tagged` tells all songs that can be played now, or those of these ids, as their tags
        have them; `writing` is one transaction of the library."""
        self._moods = SongMoods(database, roots)
        self._tagged = tagged
        self._writing = writing

    def tracks(self, ids: Sequence[str] | None = None) -> tuple[Track, ...]:
        """All songs, or those of these ids, where all that is known of them puts them."""
        known = self._moods.known(ids)
        return tuple(settled(track, known.get(track.id, _NOTHING)) for track in self._tagged(ids))

    def explained(self, song: str) -> tuple[Track, Known] | None:
        """A song as its tags have it, and what else is known of it."""
        tracks = self._tagged([song])
        return (tracks[0], self._moods.known([song]).get(song, _NOTHING)) if tracks else None

    def unheard(self) -> tuple[Job, ...] | None:
        """What to listen to next; None: ask again."""
        return self._moods.unheard()

    def scanned(self) -> None:
        """Files that were away may be back."""
        self._moods.scanned()

    def hear(self, heard: HeardSongs) -> tuple[Track, ...]:
        """Keep what was heard; the songs that are better known now."""
        changed: set[str] = set()
        with self._writing():
            changed = self._moods.take(heard.rows)
        return self.tracks(sorted(changed)) if changed else ()

    def place(self, word: Place, now: Now) -> tuple[Track, ...]:
        """Keep the owner's word, or forget it; the song then, none where there is no such song."""
        with self._writing():
            self._moods.place(word, now.wall)
        return self.tracks([word.track_id])

    def feel(self, song: str, mood: Mood, *, liked: bool, times: int = 1) -> tuple[Track, ...]:
        """It was liked, or skipped or disliked, while this mood was wanted; the song then."""
        with self._writing():
            self._moods.feel(song, mood, liked=liked, times=times)
        return self.tracks([song])


def settled(track: Track, known: Known) -> Track:
    """The song as its tags have it, at the place where all that is known of it puts it."""
    stand = standing(track, known.evidence)
    heard = known.evidence.features
    return replace(
        track,
        mood=stand.mood,
        valence=stand.valence,
        arousal=stand.arousal,
        spread=stand.spread,
        mood_from=stand.mood_from,
        bpm=track.bpm if track.bpm or heard is None else heard.tempo,
        loudness=_loudness(track, known),
        peak_db=track.peak_db if track.peak_db is not None else known.peak_db,
    )


def _loudness(track: Track, known: Known) -> float | None:
    """Tags count as measured; a minute's estimate gets headroom."""
    if track.loudness is not None or known.lufs is not None:
        return known.lufs if track.loudness is None else track.loudness
    heard = known.evidence.features
    return None if heard is None else min(0.0, heard.loudness + HEADROOM_LU)
