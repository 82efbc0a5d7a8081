"""The unpitched voices: drums, hands, noises and a heart."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from music.sound import RATE, Samples, band, falling, levelled, moments, noise, shaped

Drum = Callable[[float, float, np.random.Generator], Samples]
"""(seconds held, velocity 0–1, chance) → samples with a peak of one."""


def thump(top: float, bottom: float, seconds: float, click: float = 0.0) -> Drum:
    """A skin whose pitch falls from `top` to `bottom` hertz."""

    def drum(_held_s: float, velocity: float, chance: np.random.Generator) -> Samples:
        count = int(seconds * RATE)
        at = moments(count)
        sweep = bottom + (top - bottom) * np.exp(-at / 0.028)
        tone = np.sin(2 * np.pi * np.cumsum(sweep, dtype=np.float64) / RATE).astype(np.float32)
        tone *= falling(count, seconds)
        tap = band(noise(600, chance), 1500, 9000) * falling(600, 0.012)
        tone[:600] += click * (0.5 + velocity) * levelled(tap)
        return shaped(levelled(tone), 0.0005, seconds * 0.7, seconds * 0.1)

    return drum


def hiss(low: float, high: float, seconds: float, attack_s: float = 0.0005) -> Drum:
    """A burst of noise: hats, shakers, cymbals, brushes."""

    def drum(_held_s: float, velocity: float, chance: np.random.Generator) -> Samples:
        count = int(seconds * RATE)
        burst = band(noise(count, chance), low, high * (0.6 + 0.4 * velocity))
        burst *= falling(count, seconds)
        return levelled(shaped(burst, attack_s, seconds * 0.8, seconds * 0.06))

    return drum


def snare(tone_hz: float, seconds: float, rattle: float) -> Drum:
    """A skin with wires under it."""
    skin, wires = thump(tone_hz * 1.7, tone_hz, 0.16), hiss(900, 11_000, seconds)

    def drum(held_s: float, velocity: float, chance: np.random.Generator) -> Samples:
        sound = wires(held_s, velocity, chance) * np.float32(rattle)
        body = skin(held_s, velocity, chance)
        length = max(len(sound), len(body))
        total = np.zeros(length, dtype=np.float32)
        total[: len(sound)] += sound
        total[: len(body)] += body
        return levelled(total)

    return drum


def clap(_held_s: float, velocity: float, chance: np.random.Generator) -> Samples:
    """Several hands, not quite together."""
    count = int(0.22 * RATE)
    total = np.zeros(count, dtype=np.float32)
    for late_s, strength in ((0.0, 0.7), (0.011, 0.8), (0.023, 1.0)):
        start = int((late_s + 0.003 * chance.random()) * RATE)
        n = count - start
        total[start:] += strength * noise(n, chance) * falling(n, 0.13)
    return shaped(levelled(band(total, 800, 3500 + 2500 * velocity)), 0.0005, 0.17, 0.02)


def heart(_held_s: float, velocity: float, chance: np.random.Generator) -> Samples:
    """One beat of a heart: two dull knocks."""
    knock = thump(75, 42, 0.3)
    first, second = knock(0, velocity, chance), knock(0, velocity, chance)
    total = np.zeros(int(0.65 * RATE), dtype=np.float32)
    total[: len(first)] += first
    gap = int(0.27 * RATE)
    total[gap : gap + len(second)] += np.float32(0.7) * second
    # The knock in the chest, without which small loudspeakers play nothing.
    total += np.float32(0.5) * levelled(band(total + 0.02 * noise(len(total), chance), 90, 260))
    return levelled(total)


def swell(held_s: float, velocity: float, chance: np.random.Generator) -> Samples:
    """Noise that rises for as long as it is held and stops at once."""
    count = max(RATE // 4, int(held_s * RATE))
    rise = (np.arange(count, dtype=np.float32) / count) ** 2.5
    sound = band(noise(count, chance), 400, 3000 + 5000 * velocity)
    return shaped(levelled(sound * rise), 0.01, count / RATE - 0.03, 0.01)


DRUMS: dict[str, Drum] = {
    "kick": thump(130, 52, 0.32, 0.25),
    "soft kick": thump(95, 50, 0.3, 0.05),
    "hard kick": thump(210, 50, 0.3, 0.8),
    "tom": thump(150, 85, 0.4, 0.1),
    "low tom": thump(110, 58, 0.55, 0.1),
    "snare": snare(190, 0.22, 0.8),
    "hard snare": snare(170, 0.32, 1.3),
    "brush": hiss(700, 6000, 0.16, 0.02),
    "rim": thump(1700, 820, 0.06, 0.5),
    "clap": clap,
    "hat": hiss(6500, 16_000, 0.07),
    "open hat": hiss(5500, 15_000, 0.38),
    "shaker": hiss(4500, 12_000, 0.09, 0.018),
    "tambourine": hiss(5000, 13_000, 0.17, 0.004),
    "crash": hiss(2200, 14_000, 1.9),
    "scrape": hiss(250, 2200, 0.3, 0.06),
    "heart": heart,
    "swell": swell,
}
"""All drums by name."""
