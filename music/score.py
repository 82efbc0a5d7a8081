"""How a piece is written down: players, sections, motifs and patterns as short text.

Chords: one token a bar, `1 5 6 4`; `1/5` changes at half of the bar; `.` is a bar of silence.
Motifs: `0:1 2:.5 r:.5` is degree:beats, counted from the root of the bar's chord; one that begins
with `=` counts from the tonic. `r` rests, `2#` and `2b` alter.
Patterns: one sign a step, `|` between bars; `-` holds, `.` is silent, everything else is a note.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Mood = Literal["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]
Role = Literal["melody", "chords", "arpeggio", "bass", "drone", "run", "drum"]


@dataclass(frozen=True)
class Player:
    """One instrument, where it stands and what it does."""

    name: str
    voice: str
    role: Role
    pattern: str = ""
    level: float = -12.0
    """dB."""
    pan: float = 0.0
    """-1 left, 1 right."""
    centre: int = 60
    """The MIDI note around which it plays."""
    shift: int = 0
    """Melody only: steps of the scale away from the tune, for a second voice."""
    room: float = 0.25
    """How much of it goes to the reverb."""
    drive: float = 0.0
    """Distortion, dB into the clipper; 0 is clean."""
    echo: float = 0.0
    """Beats between echoes; 0 is none."""
    loose: float = 0.006
    """Standard deviation of its timing in seconds."""
    strum: float = 0.0
    """Seconds between the notes of a chord."""


@dataclass(frozen=True)
class Section:
    """A stretch of music: which chords, how loud, who plays."""

    key: str
    """Into `harmony` and `tune`; with a ' the tune is ornamented."""
    loud: tuple[float, float]
    """Velocity at its beginning and at its end, 0 to 1."""
    players: str
    """Their names, or `all`."""


@dataclass(frozen=True)
class Piece:
    """All there is to know about a piece of the starter library."""

    mood: Mood
    number: int
    title: str
    genre: str
    seed: int
    key: str
    scale: str
    bpm: float
    harmony: dict[str, str]
    motifs: dict[str, str]
    tune: dict[str, str]
    form: tuple[Section, ...]
    players: tuple[Player, ...]
    beats: float = 4
    """Quarters in a bar; 3.5 is seven eighths."""
    grid: int = 4
    """Steps of a pattern in a beat."""
    swing: float = 0.5
    """Where the second half of a beat begins; 0.67 is a full shuffle."""
    slow_down: float = 1.0
    """How many times longer the last bar is."""
    lufs: float = -16.0
    reverb_s: float = 1.6
    """Until it has fallen by 60 dB."""
    about: str = field(default="")
    """One line for the comment tag."""

    @property
    def steps(self) -> int:
        """Steps of a pattern in a bar."""
        return round(self.beats * self.grid)

    @property
    def slug(self) -> str:
        """Its file name without the ending: `01-lemonade-steps`."""
        letters = "".join(c if c.isalnum() else "-" for c in self.title.lower() if c not in "'’")
        return f"{self.number:02d}-{letters}"

    def cast(self, section: Section) -> tuple[Player, ...]:
        """Who plays in a section."""
        if section.players == "all":
            return self.players
        wanted = section.players.split()
        known = {player.name for player in self.players}
        if unknown := set(wanted) - known:
            raise ValueError(f"{self.title}: nobody is called {', '.join(sorted(unknown))}")
        return tuple(player for player in self.players if player.name in wanted)


@dataclass(frozen=True)
class Tone:
    """One step of a motif."""

    degree: int | None
    """None rests."""
    sharp: int
    beats: float
    absolute: bool


def read_motif(text: str) -> tuple[Tone, ...]:
    """The tones of a motif."""
    absolute = text.startswith("=")
    tones = []
    for token in text.removeprefix("=").split():
        what, beats = token.split(":")
        sharp = what.count("#") - what.count("b")
        degree = None if what == "r" else int(what.rstrip("#b"))
        tones.append(Tone(degree, sharp, float(beats), absolute))
    return tuple(tones)


@dataclass(frozen=True)
class Hit:
    """One note of a pattern."""

    sign: str
    step: int
    steps: int


def read_pattern(text: str, bar: int, steps_in_bar: int) -> tuple[Hit, ...]:
    """The notes of a pattern in the given bar; a short one is repeated to fill the bar."""
    bars = text.split("|")
    signs = bars[bar % len(bars)]
    if steps_in_bar % len(signs):
        raise ValueError(f"“{signs}” does not fill a bar of {steps_in_bar} steps")
    signs *= steps_in_bar // len(signs)
    hits = []
    for step, sign in enumerate(signs):
        if sign in ".-":
            continue
        held = len(signs[step + 1 :]) - len(signs[step + 1 :].lstrip("-"))
        hits.append(Hit(sign, step, 1 + held))
    return tuple(hits)
