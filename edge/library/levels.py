"""Loudness as tags tell it: ReplayGain in every family of tags, and R128 of Opus."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

_REPLAY_GAIN_LUFS = -18.0
"""What ReplayGain 2 brings a song to."""
_R128_LUFS = -23.0
"""What EBU R 128 brings it to."""
_QUIETEST_DB, _LOUDEST_DB = -51.0, 51.0
"""More than this no song needs; such a tag is a mistake."""
_NUMBER = re.compile(r"[-+]?(?:\d+[.,]?\d*|[.,]\d+)")

Look = Callable[[str], str | None]
"""A field by one of the names below."""


def levels(look: Look) -> tuple[float | None, float | None, float | None]:
    """Loudness of the song and of its album in LUFS, and the song's peak in dB of full scale."""
    lufs = _reference(look("rg_reference"))
    song = _loudness(look("rg_gain"), lufs, look("r128_gain"))
    album = _loudness(look("rg_album_gain"), lufs, look("r128_album_gain"))
    return song, album, _peak(look("rg_peak"))


def number(text: str | None) -> float | None:
    """The first number of a text, whatever its decimal sign."""
    found = _NUMBER.search(text or "")
    value = float(found[0].replace(",", ".")) if found else math.nan
    return value if math.isfinite(value) else None


def _reference(text: str | None) -> float:
    """Some bring songs to another level, and say so: `-23 LUFS`, or `84 dB` where 89 is usual."""
    value = number(text)
    lufs = value if value is None or value < 0 else value - 107
    return lufs if lufs is not None and -40 <= lufs <= -5 else _REPLAY_GAIN_LUFS


def _loudness(gain: str | None, reference: float, r128: str | None) -> float | None:
    db = number(gain)
    if db is not None and _QUIETEST_DB <= db <= _LOUDEST_DB:
        return round(reference - db, 2)
    steps = number(r128)
    if steps is not None and abs(steps) < 1 << 15:
        lufs = _R128_LUFS - steps / 256
        return round(lufs, 2) if abs(steps / 256) <= _LOUDEST_DB else None
    return None


def _peak(text: str | None) -> float | None:
    """From a share of full scale; decoded MP3 may well exceed it, but not a hundred times."""
    share = number(text)
    if share is None or not 1e-6 < share < 100:
        return None
    return round(20 * math.log10(share), 2)
