"""A list of songs or films as everyone outside reads it: rank, facts, score and reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from edge.messages import Ranked, Track

if TYPE_CHECKING:
    from edge.mind.dj import Choice

Kind = Literal["song", "film"]


def ranked(chosen: Sequence[Choice], kind: Kind) -> list[Ranked]:
    """Those choices, the best first."""
    return [
        line(one.track, rank, one.score, one.reason, kind)
        for rank, one in enumerate(chosen, start=1)
    ]


def line(track: Track, rank: int, score: float, reason: str, kind: Kind = "song") -> Ranked:
    """One of them."""
    return Ranked(
        rank=rank,
        kind=kind,
        id=track.id,
        title=track.title,
        artist=track.artist,
        album=track.album,
        genre=track.genre,
        language=track.language,
        duration_s=track.duration_s,
        mood=track.mood,
        valence=track.valence,
        arousal=track.arousal,
        score=score,
        reason=reason,
    )
