"""A list of songs or films as everyone outside reads it: rank, facts, score and reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from edge.messages import Ranked
from edge.mind.dj import Choice

Kind = Literal["song", "film"]

_TOLD: Final = (
    *("id", "title", "artist", "album", "genre", "language", "duration_s"),
    *("mood", "valence", "arousal"),
)


def ranked(chosen: Sequence[Choice], kind: Kind) -> list[Ranked]:
    """As everyone outside reads them."""
    return [
        Ranked(
            rank=rank,
            kind=kind,
            score=one.score,
            reason=one.reason,
            **{name: getattr(one.track, name) for name in _TOLD},
        )
        for rank, one in enumerate(chosen, start=1)
    ]
