"""Why a song was chosen, in plain words for a person."""

from __future__ import annotations

from edge.languages import NAMES
from edge.messages import Mood, Policy, Track
from edge.mind.circumplex import PLACES
from edge.mind.course import Course
from edge.mind.shelves import UNSPOKEN

_FEELING: dict[Mood, str] = {
    "angry": "angry",
    "disgust": "disgusted",
    "fear": "afraid",
    "happy": "happy",
    "sad": "sad",
    "surprise": "surprised",
    "neutral": "neutral",
}


def why(
    track: Track,
    mood: Mood | None,
    policy: Policy,
    *,
    course: Course | None,
    away: bool,
    tongue: str,
    nearest: bool,
    liked: bool | None,
    repeated: bool,
) -> str:
    """One line: the mood first, then what else speaks for the song, then what gave way."""
    parts = [_of_mood(track, mood, policy, course, nearest)]
    if away:
        parts = [f"{track.mood or 'dark'}, for you have nothing else"]
    if liked:
        parts.append("you like it")
    if tongue == UNSPOKEN and track.language is None:
        parts.append("without words, for nothing in your language fits")
    elif tongue == "other":
        parts.append(f"in {_spoken(track)}, for nothing in your language fits")
    if repeated:
        parts.append("again, for little else fits")
    return "; ".join(parts)


def _of_mood(
    track: Track, mood: Mood | None, policy: Policy, course: Course | None, nearest: bool
) -> str:
    if course is None:
        return "any, for how you feel is not known"
    if policy == "calm":
        return "calm, as you asked"
    if mood is None:
        return "any, for how you feel is not known"
    feeling = _FEELING[mood]
    if policy == "lift" and mood != "happy":
        return _lifting(track, mood, course)
    if track.mood == mood:
        return f"{mood}, like the mood"
    known = track.mood or "of no known mood"
    if nearest:
        return f"{known}, the nearest to {feeling} that you have"
    return f"{known}, the next best for {feeling}"


def _lifting(track: Track, mood: Mood, course: Course) -> str:
    if course.target.place == PLACES[mood]:
        return f"{track.mood or 'near'}, where you are: from here it goes up"
    if course.target.place == PLACES["happy"]:
        return f"{track.mood or 'bright'}, where the way up from {mood} leads"
    return f"{track.mood or 'a step'}, a step up from {mood}"


def _spoken(track: Track) -> str:
    if track.language is None:
        return "an unknown language"
    return NAMES.get(track.language, track.language)
