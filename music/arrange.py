"""Turns a written piece into notes: who plays what, when, how long and how loud."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from music.score import Hit, Piece, Player, Role, Section, Tone, read_motif, read_pattern
from music.theory import SCALES, Chord, chord, lead, semitones, tonic

STRESS = {"X": 1.0, "x": 0.78, "o": 0.5}
"""How hard the signs of a pattern are struck; everything else is played like an x."""


@dataclass(frozen=True)
class Note:
    """One sounding note."""

    player: int
    """Index into the piece's players."""
    start_s: float
    length_s: float
    pitch: int
    """MIDI; 0 for drums."""
    velocity: float


@dataclass(frozen=True)
class Bar:
    """One bar of the piece as it will sound."""

    section: Section
    index: int
    """Within its section."""
    chords: tuple[Chord, ...]
    """Empty where everyone is silent."""
    start_s: float
    beat_s: float
    loud: float
    last: bool
    """The last of the piece: everyone strikes once and lets it ring."""


def bars(piece: Piece) -> tuple[Bar, ...]:
    """Every bar of the piece, in order."""
    scale, found, at = SCALES[piece.scale], [], 0.0
    for place, section in enumerate(piece.form):
        written = piece.harmony[section.key.rstrip("'")].split()
        for index, text in enumerate(written):
            last = place == len(piece.form) - 1 and index == len(written) - 1
            beat_s = 60 / piece.bpm * (piece.slow_down if last else 1.0)
            chords = () if text == "." else tuple(chord(each, scale) for each in text.split("/"))
            way = index / max(1, len(written) - 1)
            loud = section.loud[0] + way * (section.loud[1] - section.loud[0])
            found.append(Bar(section, index, chords, at, beat_s, loud, last))
            at += piece.beats * beat_s
    return tuple(found)


def length_s(piece: Piece) -> float:
    """How long the piece is without its reverb."""
    last = bars(piece)[-1]
    return last.start_s + piece.beats * last.beat_s


def arrange(piece: Piece) -> tuple[Note, ...]:
    """All notes of a piece, by start; the same for the same piece, always."""
    notes: list[Note] = []
    for index, player in enumerate(piece.players):
        notes += _Part(piece, index, player).notes()
    return tuple(sorted(notes, key=lambda note: (note.start_s, note.player, note.pitch)))


class _Part:
    """What one player plays from the first bar to the last."""

    def __init__(self, piece: Piece, index: int, player: Player) -> None:
        self._piece, self._index, self._player = piece, index, player
        self._chance = random.Random(f"{piece.seed} {player.name}")
        self._scale = SCALES[piece.scale]
        self._tonic = tonic(piece.key)
        self._voicing: tuple[int, ...] | None = None

    def notes(self) -> Iterator[Note]:
        roles: dict[Role, Callable[[Bar, Chord, Hit], Iterator[Note]]] = {
            "chords": self._chords,
            "arpeggio": self._arpeggio,
            "bass": self._bass,
            "run": self._run,
            "drum": self._drum,
        }
        piece, player = self._piece, self._player
        for bar in bars(piece):
            if not bar.chords or player not in piece.cast(bar.section):
                continue
            if player.role == "melody":
                yield from self._melody(bar)
            elif player.role == "drone":
                yield from self._drone(bar)
            else:
                for hit in self._hits(bar):
                    yield from roles[player.role](bar, self._chord_at(bar, hit), hit)

    def _hits(self, bar: Bar) -> tuple[Hit, ...]:
        steps = self._piece.steps
        hits = read_pattern(self._player.pattern, bar.index, steps)
        if not bar.last or not hits:
            return hits
        return (Hit("1" if self._player.role == "bass" else "X", 0, steps),)

    def _chord_at(self, bar: Bar, hit: Hit) -> Chord:
        steps = self._piece.steps
        return bar.chords[hit.step * len(bar.chords) // steps]

    # --- roles ---

    def _melody(self, bar: Bar) -> Iterator[Note]:
        key = bar.section.key
        names = self._piece.tune[key.rstrip("'")].split()
        name = names[bar.index % len(names)]
        if name == ".":
            return
        tones = read_motif(self._piece.motifs[name])
        if key.endswith("'"):
            tones = tuple(self._ornamented(tones))
        at = 0.0
        for tone in tones:
            if tone.degree is not None:
                arch = 0.9 + 0.1 * math.sin(math.pi * (bar.index % 4 + at / 4) / 4)
                stress = arch * (1.0 if at == int(at) else 0.88)
                pitch = self._tune_pitch(bar, tone, at) + 12 * self._octave()
                yield self._note(bar, at, tone.beats * 0.95, pitch, stress)
            at += tone.beats

    def _ornamented(self, tones: tuple[Tone, ...]) -> Iterator[Tone]:
        """Some long notes become a turn through their upper neighbour."""
        for tone in tones:
            if tone.degree is None or tone.beats < 1 or self._chance.random() > 0.35:
                yield tone
                continue
            quarter = tone.beats / 4
            yield Tone(tone.degree, tone.sharp, quarter, tone.absolute)
            yield Tone(tone.degree + 1, 0, quarter, tone.absolute)
            yield Tone(tone.degree, tone.sharp, 2 * quarter, tone.absolute)

    def _tune_pitch(self, bar: Bar, tone: Tone, at: float) -> int:
        degree = (tone.degree or 0) + self._player.shift
        if not tone.absolute:
            here = bar.chords[int(at * len(bar.chords) / self._piece.beats)].degree
            # Roots in the upper half of the scale are taken from below, so tunes stay in range.
            degree += here if here <= len(self._scale) // 2 else here - len(self._scale)
        return self._tonic + semitones(self._scale, degree) + tone.sharp

    def _octave(self) -> int:
        return round((self._player.centre - self._tonic) / 12)

    def _voiced(self, here: Chord) -> tuple[int, ...]:
        pitches = [self._tonic + tone for tone in here.tones]
        if here.tones[-1] - here.root == 12:  # a power chord keeps its root at the bottom
            octave = 12 * round((self._player.centre - pitches[1]) / 12)
            return tuple(pitch + octave for pitch in pitches)
        self._voicing = lead(pitches, self._voicing, self._player.centre)
        return self._voicing

    def _chords(self, bar: Bar, here: Chord, hit: Hit) -> Iterator[Note]:
        pitches = self._voiced(here)
        if self._player.strum and hit.step % 2 and not bar.last:
            pitches = pitches[::-1]  # an up-stroke
        for place, pitch in enumerate(pitches):
            yield self._struck(bar, hit, pitch, place * self._player.strum)

    def _arpeggio(self, bar: Bar, here: Chord, hit: Hit) -> Iterator[Note]:
        pitches = self._voiced(here)
        if bar.last:
            for place, pitch in enumerate((*pitches, pitches[0] + 12)):
                yield self._struck(bar, hit, pitch, place * 0.09)
            return
        octave, place = divmod(int(hit.sign), len(pitches))
        yield self._struck(bar, hit, pitches[place] + 12 * octave)

    def _bass(self, bar: Bar, here: Chord, hit: Hit) -> Iterator[Note]:
        root = self._tonic + here.root
        root += 12 * round((self._player.centre - root) / 12)
        steps = {"1": 0, "8": 12, "0": -12, "b": 1, "l": -1, "t": 6}
        if hit.sign in steps:
            above = steps[hit.sign]
        else:
            place = (int(hit.sign) - 1) // 2
            above = here.tones[min(place, len(here.tones) - 1)] - here.root
        yield self._struck(bar, hit, root + above)

    def _drone(self, bar: Bar) -> Iterator[Note]:
        if bar.index:
            return
        length = self._piece.harmony[bar.section.key.rstrip("'")].split()
        beats = float(self._piece.beats * len(length))
        for degree in self._player.pattern.split():
            root = self._player.centre + (self._tonic - self._player.centre) % 12
            pitch = root + semitones(self._scale, int(degree) - 1)
            yield self._note(bar, 0.0, beats, pitch, 0.9)

    def _run(self, bar: Bar, here: Chord, hit: Hit) -> Iterator[Note]:
        """A glissando through the scale: `^` up, `v` down, as long as it is held."""
        steps = min(hit.steps, 2 * self._piece.grid)
        count = 2 * steps
        each = steps / self._piece.grid / count
        for place in range(count):
            degree = here.degree + (place if hit.sign != "v" else count - place)
            pitch = self._tonic + semitones(self._scale, degree) + 12 * self._octave()
            beat = hit.step / self._piece.grid + place * each
            yield self._note(bar, beat, 1.0, pitch, 0.6 + 0.3 * place / count)

    def _drum(self, bar: Bar, _here: Chord, hit: Hit) -> Iterator[Note]:
        yield self._struck(bar, hit, 0)

    # --- time and touch ---

    def _struck(self, bar: Bar, hit: Hit, pitch: int, late_s: float = 0.0) -> Note:
        grid = self._piece.grid
        stress = STRESS.get(hit.sign, STRESS["x"]) * (1.0 if hit.step % grid == 0 else 0.92)
        return self._note(bar, hit.step / grid, hit.steps / grid * 0.97, pitch, stress, late_s)

    def _note(
        self, bar: Bar, beat: float, beats: float, pitch: int, stress: float, late_s: float = 0.0
    ) -> Note:
        whole, part = divmod(beat, 1.0)
        swing = self._piece.swing
        part = part * 2 * swing if part < 0.5 else swing + (part - 0.5) * 2 * (1 - swing)
        loose = min(2.0, max(-2.0, self._chance.gauss(0, 1))) * self._player.loose
        start = bar.start_s + (whole + part) * bar.beat_s + loose + late_s
        touch = stress * bar.loud * self._chance.uniform(0.92, 1.06)
        velocity = min(1.0, max(0.05, touch))
        return Note(self._index, max(0.0, start), beats * bar.beat_s, pitch, velocity)
