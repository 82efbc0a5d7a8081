"""Why a song stands where it stands, in words for a person."""

from __future__ import annotations

from edge.messages import MoodFrom, Track, Value
from edge.mind.hearing import Features
from edge.mind.song_mood import Evidence, Witness, standing, witnesses

_KEYS = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
_CLEAR = 0.6
_SURE_MODE = 0.3
_WORDS: dict[MoodFrom, str] = {
    "owner": "it stands in your folder for {mood} songs",
    "tag": "its tag says {mood}",
    "playlist": "it stands in a playlist that is named for {mood} songs",
    "folder": "it stands in a folder that is named for {mood} songs",
}


class Reason(Value, frozen=True):
    """What one witness said, and what it counted."""

    who: MoodFrom
    says: str
    valence: float | None
    """None where it says nothing of it."""
    arousal: float
    weight: float
    """Its share in the song's place, 0–1."""


def reasons(track: Track, evidence: Evidence) -> tuple[Reason, ...]:
    """One for each witness, the weightiest word first; `track` as its tags have it."""
    said, stand = witnesses(track, evidence), standing(track, evidence)
    nothing = (0.0,) * (len(said) - len(stand.weights))  # beside an exact word of the owner
    return tuple(
        Reason(
            who=one.who,
            says=_says(one, track, evidence),
            valence=None if one.about == "tempo" else round(one.place[0], 2),
            arousal=round(one.place[1], 2),
            weight=weight,
        )
        for one, weight in zip(said, (*stand.weights, *nothing), strict=True)
    )


def felt_words(evidence: Evidence, moved: tuple[float, float]) -> str | None:
    """What likes and skips did to it; None where there are none."""
    if not evidence.felt:
        return None
    parts = []
    for one in evidence.felt:
        counts = [(one.likes, "like"), (one.skips, "skip")]
        some = " and ".join(f"{n} {word}{'s' * (n != 1)}" for n, word in counts if n)
        if some:
            parts.append(f"{some} while {one.mood} was wanted")
    return f"{', '.join(parts)} moved it by {moved[0]:+.2f}, {moved[1]:+.2f}"


def _says(one: Witness, track: Track, evidence: Evidence) -> str:
    match one.about:
        case "placed" if evidence.placed is not None and evidence.placed.valence is None:
            return f"you said that it is {one.mood}"
        case "placed":
            return "you gave it this place"
        case "genre":
            return f"songs of the genre {track.genre} mostly lie about here, some far away"
        case "tempo":
            return f"its tag gives {track.bpm:.0f} beats a minute; faster songs mostly excite more"
        case "listening" if evidence.features is not None:
            return _sound(evidence.features)
        case _:
            return _WORDS.get(one.who, "{mood}").format(mood=one.mood)


def _sound(heard: Features) -> str:
    mode = "major" if heard.major > 0 else "minor"
    key = "no clear key"
    if heard.clarity >= _CLEAR:
        key = f"{'clearly' if abs(heard.major) >= _SURE_MODE else 'perhaps'} {_KEYS[heard.key]} "
        key += mode
    return (
        f"it sounds like {heard.tempo:.0f} beats a minute (or half, or twice), {heard.onsets:.1f} "
        f"onsets a second, {key}, {heard.loudness:.0f} LUFS; of its valence that is a hint only"
    )
