"""How pitched instruments sound: sustained and struck waves, plucked strings, bars and bells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from music.sound import (
    RATE,
    Reals,
    Samples,
    band,
    falling,
    levelled,
    moments,
    noise,
    positions,
    shaped,
    wave_table,
)

Voice = Callable[[float, float, float, np.random.Generator], Samples]
"""(hertz, seconds held, velocity 0–1, chance) → samples with a peak of one."""


@dataclass(frozen=True)
class Timbre:
    """A tone made of three bands of harmonics that fade each at its own pace."""

    slope: float
    """How fast harmonics get weaker: 1 is a saw, 3 nearly a sine."""
    fades: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Seconds to -60 dB at middle C of harmonics 1–3, 4–8 and the rest; 0 sustains."""
    attack_s: float = 0.004
    release_s: float = 0.12
    odd: float = 1.0
    """Strength of the even harmonics; 0 leaves a hollow, clarinet-like tone."""
    formants: tuple[tuple[float, float, float], ...] = ()
    """(hertz, width in hertz, gain): what the body of the instrument makes louder."""
    detune: tuple[float, ...] = (0.0,)
    """Cents of each copy; two or more sound in stereo."""
    vibrato: float = 0.0
    """Depth in cents."""
    wobble_hz: float = 5.3
    scoop: float = 0.0
    """Semitones below the note at which it begins, sliding up."""
    tremble: float = 0.0
    """Depth of the tremolo, 0 to 1."""
    tremble_hz: float = 11.0
    breath: float = 0.0
    """Noise of air or bow."""
    knock: float = 0.0
    """Noise of the hammer or key."""

    def __call__(
        self, hertz: float, held_s: float, velocity: float, chance: np.random.Generator
    ) -> Samples:
        longest = max(self.fades) * _register(hertz)
        ring = held_s + 4 * self.release_s
        count = int(RATE * (ring if not longest else min(ring, longest)))
        bend = self._bend(count)
        # One hammer strikes both strings; apart in phase they would cancel out on one loudspeaker.
        spread = 0.15 if longest else 1.0
        tones: list[Samples] = []
        for cents in self.detune:
            index = positions(hertz * 2 ** (cents / 1200), bend, count, spread * chance.random())
            tones.append(self._tone(hertz, velocity, index))
        if len(tones) == 1:
            tone = tones[0]
        else:
            tone = np.stack([np.sum(tones[0::2], axis=0), np.sum(tones[1::2], axis=0)])
        tone = levelled(tone)
        if self.tremble:
            wave = np.sin(2 * np.pi * self.tremble_hz * moments(count), dtype=np.float32)
            tone *= np.float32(1) - np.float32(self.tremble) * (wave * wave)
        if self.breath:
            tone = tone + self.breath * levelled(band(noise(count, chance), hertz, hertz * 4))
        if self.knock:
            thud = band(noise(1200, chance), 200, 3500) * falling(1200, 0.03)
            tone[..., : min(count, 1200)] += (self.knock * levelled(thud))[:count]
        return shaped(tone, self.attack_s, held_s, self.release_s)

    def _tone(self, hertz: float, velocity: float, index: np.ndarray) -> Samples:  # type: ignore[type-arg]  # integers of whatever width
        strengths = self._strengths(hertz, velocity)
        total = np.zeros(len(index), dtype=np.float32)
        for first, last, fade in zip((0, 3, 8), (3, 8, len(strengths)), self.fades, strict=True):
            harmonics = np.zeros(len(strengths))
            harmonics[first:last] = strengths[first:last]
            if not harmonics.any():
                continue
            part = wave_table(tuple(np.round(harmonics, 4)))[index]
            total += part * falling(len(index), fade * _register(hertz)) if fade else part
        return total

    def _strengths(self, hertz: float, velocity: float) -> Reals:
        """Of each harmonic below 16 kHz; a harder stroke is brighter."""
        number = np.arange(1, max(2, min(40, int(16_000 / hertz))) + 1, dtype=np.float64)
        slope = self.slope * (1.35 - 0.45 * velocity)
        strengths = number**-slope
        strengths[1::2] *= self.odd
        for centre, width, gain in self.formants:
            strengths *= 1 + gain * np.exp(-(((number * hertz - centre) / width) ** 2))
        result: Reals = strengths / strengths.max()
        return result

    def _bend(self, count: int) -> Samples | None:
        if not self.vibrato and not self.scoop:
            return None
        at = moments(count)
        sway = np.sin(2 * np.pi * self.wobble_hz * at) * np.minimum(1, at / 0.4)
        semitones = self.vibrato / 100 * sway - self.scoop * np.exp(-at / 0.07)
        bend: Samples = np.exp2(semitones / 12).astype(np.float32)
        return bend


def _register(hertz: float) -> float:
    """How much longer than middle C a string of this pitch rings."""
    return float(np.clip((261.6 / hertz) ** 0.55, 0.35, 2.2))


@dataclass(frozen=True)
class Plucked:
    """A plucked string (Karplus–Strong), computed as powers of its loop filter."""

    soft: float
    """How much of the highest harmonics is lost in each period, 0 to 1."""
    ring_s: float
    """Seconds to -60 dB at middle C."""
    dark: float = 0.4
    """How soft the finger is, 0 to 1."""
    release_s: float = 0.15

    def __call__(
        self, hertz: float, held_s: float, velocity: float, chance: np.random.Generator
    ) -> Samples:
        seconds = min(held_s + 4 * self.release_s, self.ring_s * _register(hertz))
        # A multiple of eight is quick to transform; the exact pitch comes from reading it slower.
        period = 8 * max(2, round(RATE / hertz / 8))
        rows = int(np.ceil(seconds * hertz)) + 3
        harmonic = np.arange(period // 2 + 1)
        pluck = np.fft.rfft(noise(period, chance))
        pluck /= np.maximum(np.abs(pluck), 1e-6)  # every harmonic equally, in random phase
        pluck *= np.abs(np.sin(np.pi * harmonic * 0.18)) / (
            1 + (harmonic * hertz / (1200 + 5000 * velocity * (1 - self.dark))) ** 2
        )
        lost = self.soft * 0.5 * (1 - np.cos(2 * np.pi * harmonic / period))
        loss = (1 - lost) * 10 ** (-3 / (self.ring_s * _register(hertz) * hertz))
        spectra = pluck * loss ** np.arange(rows)[:, None]
        sound = np.fft.irfft(spectra, period).reshape(-1)
        count = int(seconds * RATE)
        exact = np.arange(count) * (hertz * period / RATE)
        tone = levelled(np.interp(exact, np.arange(len(sound)), sound).astype(np.float32))
        return shaped(tone, 0.001, held_s, self.release_s)


@dataclass(frozen=True)
class Struck:
    """A bar or bell: a few partials, not in tune with each other, each with its own end."""

    partials: tuple[tuple[float, float, float], ...]
    """(times the pitch, strength, seconds to -60 dB)."""
    knock: float = 0.0

    def __call__(
        self, hertz: float, _held_s: float, velocity: float, chance: np.random.Generator
    ) -> Samples:
        register = _register(hertz)
        count = int(RATE * max(end for _, _, end in self.partials) * register)
        tone = np.zeros(count, dtype=np.float32)
        for times, strength, end_s in self.partials:
            if hertz * times > 18_000:
                continue
            n = min(count, int(end_s * register * RATE))
            wave = np.sin(2 * np.pi * hertz * times * np.arange(n) / RATE).astype(np.float32)
            tone[:n] += strength * (velocity if times > 1.5 else 1) * wave * falling(n, n / RATE)
        if self.knock:
            n = min(count, 900)
            tone[:n] += self.knock * levelled(band(noise(n, chance), 300, 5000) * falling(n, 0.02))
        return shaped(levelled(tone), 0.001, count / RATE - 0.02, 0.005)
