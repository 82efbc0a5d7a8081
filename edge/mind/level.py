"""How much each song is turned up or down, so that all sound equally loud."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from edge.messages import Track

TARGET = -18.0
"""LUFS; what ReplayGain 2 refers to. It leaves room for music with quiet and loud parts."""
GUESS = -11.0
"""LUFS of a song that nobody has measured: a loud one, for too soft disturbs less than too loud."""
MOST_DB = 15.0
"""A song is not turned up by more: its hiss would come up too."""
_CEILING_DB = -1.0
_INTO_LIMITER_DB = 6.0
"""So far above the ceiling the peaks of a soft song may go; the limiter keeps them in."""


def gain_db(loudness: float, peak_db: float | None = None, target: float = TARGET) -> float:
    """What brings this loudness to the target, as far as the peaks have room."""
    gain = min(target - loudness, MOST_DB)
    if peak_db is not None:
        gain = min(gain, max(0.0, _CEILING_DB + _INTO_LIMITER_DB - peak_db))
    return gain


def of_track(track: Track) -> float | None:
    """The gain of this song alone; None where nobody knows how loud it is."""
    return None if track.loudness is None else gain_db(track.loudness, track.peak_db)


def of_album(track: Track, tracks: Iterable[Track]) -> float | None:
    """The one gain of all songs of its album, so that its soft songs stay the soft ones."""
    loudness = track.album_loudness
    if loudness is None:
        loudness = _together([one for one in tracks if same_album(one, track)])
    return None if loudness is None else gain_db(loudness)


def of_guess() -> float:
    """The gain of a song until it is measured."""
    return gain_db(GUESS)


def same_album(one: Track, other: Track) -> bool:
    if one.album is None or one.album != other.album:
        return False
    if one.compilation and other.compilation:
        return True
    return (one.album_artist or one.artist) == (other.album_artist or other.artist)


def continues(one: Track, following: Track) -> bool:
    """The second stands right after the first on the same album."""
    if not same_album(one, following) or one.number is None or following.number is None:
        return False
    first, second = one.disc or 1, following.disc or 1
    if first == second:
        return following.number == one.number + 1
    return second == first + 1 and following.number == 1


def _together(tracks: Sequence[Track]) -> float | None:
    """Loudness of the songs one after the other: the mean of their powers over time."""
    power = seconds = 0.0
    for track in tracks:
        if track.loudness is None or not track.duration_s:
            return None
        power += track.duration_s * 10 ** (track.loudness / 10)
        seconds += track.duration_s
    return 10 * math.log10(power / seconds) if power > 0 else None
