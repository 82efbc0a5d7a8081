"""Readings as eye would send them, for tests of the mind."""

from __future__ import annotations

from edge.messages import MOODS, Face, Mood, Reading


def face(
    mood: Mood, sure: float = 0.8, *, usable: bool = True, side: int = 200, score: float = 0.9
) -> Face:
    """One that reads as this mood."""
    rest = (1 - sure) / (len(MOODS) - 1)
    return Face(
        box=(0, 0, side, side),
        score=score,
        probabilities={name: sure if name == mood else rest for name in MOODS},
        mood=mood,
        confidence=sure,
        usable=usable,
    )


def reading(at: float, *faces: Face) -> Reading:
    """The first face is the listener's."""
    return Reading(at=at, faces=faces, listener=0 if faces else None)
