"""Plays the notes, puts every player in the room and makes one stereo piece of it."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from music.arrange import Note, arrange, length_s
from music.drums import DRUMS
from music.loudness import mastered
from music.score import Piece, Player
from music.sound import RATE, Samples, band, falling, hertz, noise
from music.voices import VOICES

CEILING_DB = -2.0
"""Encoding moves peaks by up to a decibel; the finished file stays below -1 dBTP."""
SILENT_DB = -48.0
TAKES = 3
"""Different recordings of each drum and string, so that repeats do not sound like a machine."""
BLOCK = 1 << 17


def render(piece: Piece) -> Samples:
    """The finished piece: stereo, at 48 kHz; the same samples every time."""
    count = int((length_s(piece) + 0.6 * piece.reverb_s + 1.2) * RATE)
    dry = np.zeros((2, count), dtype=np.float32)
    wet = np.zeros((2, count), dtype=np.float32)
    by_player: defaultdict[int, list[Note]] = defaultdict(list)
    for note in arrange(piece):
        by_player[note.player].append(note)
    for index, notes in by_player.items():
        player = piece.players[index]
        bus = _played(piece, player, notes, count)
        dry += bus
        wet += np.float32(player.room) * bus
    dry += reverberated(wet, piece.reverb_s, piece.seed)
    return _ends(mastered(_glued(dry), piece.lufs, CEILING_DB))


def _played(piece: Piece, player: Player, notes: list[Note], count: int) -> Samples:
    """All that one player plays, at their place between left and right."""
    bus = np.zeros((2, count), dtype=np.float32)
    angle = (player.pan + 1) * np.pi / 4
    sides = np.array([np.cos(angle), np.sin(angle)], dtype=np.float32) * np.float32(np.sqrt(2))
    takes = _Takes(piece, player)
    for number, note in enumerate(notes):
        sound = takes.sound(note, number)
        start = int(note.start_s * RATE)
        sound = sound[..., : count - start]
        gain = np.float32(note.velocity**1.5) * sides
        for side in (0, 1):
            heard = sound if sound.ndim == 1 else sound[side]
            bus[side, start : start + len(heard)] += gain[side] * heard
    if player.drive:
        bus = _distorted(bus, player.drive)
    if player.echo:
        _echoed(bus, round(player.echo * 60 / piece.bpm * RATE))
    bus *= np.float32(10 ** (player.level / 20))
    return bus


class _Takes:
    """The sounds of one player, each made once."""

    def __init__(self, piece: Piece, player: Player) -> None:
        self._piece, self._player = piece, player
        self._made: dict[tuple[int, int, int, int], Samples] = {}

    def sound(self, note: Note, number: int) -> Samples:
        layer = min(3, int(note.velocity * 4))
        length = max(1, round(note.length_s * 16))
        take = number % TAKES
        key = (note.pitch, length, layer, take)
        if key not in self._made:
            chance = np.random.default_rng([self._piece.seed, len(self._player.name), *key])
            velocity = (layer + 0.6) / 4
            if self._player.role == "drum":
                made = DRUMS[self._player.voice](length / 16, velocity, chance)
            else:
                pitch = hertz(note.pitch)
                made = VOICES[self._player.voice](pitch, length / 16, velocity, chance)
            self._made[key] = made
        return self._made[key]


def _distorted(bus: Samples, drive_db: float) -> Samples:
    """An overdriven amplifier and its cabinet."""
    hot: Samples = np.tanh(bus * np.float32(10 ** (drive_db / 20)))
    for start in range(0, hot.shape[1], BLOCK):
        # Blocks overlap nowhere: at their borders a filter this mild is not heard under drive.
        hot[:, start : start + BLOCK] = band(hot[:, start : start + BLOCK], 70, 4800)
    return hot


def _echoed(bus: Samples, delay: int) -> None:
    """Three echoes, each weaker, changing sides."""
    original = bus.copy()
    for times in (1, 2, 3):
        away = times * delay
        if away < bus.shape[1]:
            echo = original[::-1] if times % 2 else original
            bus[:, away:] += np.float32(0.38**times) * echo[:, :-away]


def impulse(seconds: float, seed: int) -> Samples:
    """The answer of a room that loses its treble first, different on each side."""
    chance = np.random.default_rng([seed, 48])
    count = int(seconds * RATE)
    sides = []
    for _ in range(2):
        low = band(noise(count, chance), 120, 900) * falling(count, seconds)
        high = band(noise(count, chance), 900, 7500) * falling(count, seconds * 0.55)
        sides.append(np.concatenate([np.zeros(int(0.018 * RATE), np.float32), low + 0.8 * high]))
    answer: Samples = np.stack(sides)
    answer /= np.float32(np.sqrt((answer**2).sum(axis=1).mean()))
    return answer


def reverberated(samples: Samples, seconds: float, seed: int) -> Samples:
    """The room alone, by overlapping blocks."""
    answer = impulse(seconds, seed)
    size = 2 * BLOCK
    if answer.shape[1] > size - BLOCK:
        raise ValueError(f"a reverberation of {seconds} s is longer than {BLOCK / RATE:.1f} s")
    spectrum = np.fft.rfft(answer, size)
    count = samples.shape[1]
    total = np.zeros((2, count + size), dtype=np.float32)
    for start in range(0, count, BLOCK):
        piece = np.fft.irfft(np.fft.rfft(samples[:, start : start + BLOCK], size) * spectrum, size)
        total[:, start : start + size] += piece.astype(np.float32)
    return total[:, :count]


def _glued(samples: Samples) -> Samples:
    """A gentle bend of the loudest moments, as tape does it."""
    level = np.float32(4.5 * np.sqrt(np.mean(samples**2)) + 1e-9)
    glued: Samples = level * np.tanh(samples / level)
    return glued


def _ends(samples: Samples) -> Samples:
    """Starts without a click, ends where nothing is heard any more, fades its last moments out."""
    fade, out, block = RATE // 50, int(1.2 * RATE), RATE // 20
    peaks = np.abs(samples[:, : samples.shape[1] // block * block]).reshape(2, -1, block)
    heard = np.flatnonzero(peaks.max(axis=(0, 2)) > 10 ** (SILENT_DB / 20))
    samples = samples[:, : (int(heard[-1]) + 2) * block]
    samples[:, :fade] *= np.linspace(0, 1, fade, dtype=np.float32)
    samples[:, -out:] *= np.linspace(1, 0, out, dtype=np.float32) ** 1.5
    return samples
