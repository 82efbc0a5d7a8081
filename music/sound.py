"""What all instruments are made of: samples, envelopes, wave tables and bands of noise."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

RATE = 48_000
"""Samples a second: the rate Opus works at, so nothing is resampled."""

Samples = npt.NDArray[np.float32]
"""Mono: (n,). Stereo: (2, n)."""
Reals = npt.NDArray[np.float64]

TABLE = 1 << 14


def moments(count: int) -> Samples:
    """0, 1, 2 … samples, in seconds."""
    return np.arange(count, dtype=np.float32) / np.float32(RATE)


def falling(count: int, t60_s: float) -> Samples:
    """An exponential that has lost 60 dB after `t60_s`."""
    curve: Samples = np.exp(moments(count) * np.float32(-6.9078 / t60_s))
    return curve


def shaped(samples: Samples, attack_s: float, hold_s: float, release_s: float) -> Samples:
    """Fades a tone in, and out after `hold_s`; changes it in place and returns it."""
    count = samples.shape[-1]
    rise = min(count, max(8, int(attack_s * RATE)))
    ramp = np.linspace(0, np.pi, rise, dtype=np.float32)
    samples[..., :rise] *= 0.5 - 0.5 * np.cos(ramp)
    start = min(count, int(hold_s * RATE))
    if start < count:
        fall = falling(count - start, 3 * release_s)
        # The exponential is bent so that it truly ends at zero.
        samples[..., start:] *= fall * np.linspace(1, 0, count - start, dtype=np.float32)
    return samples


def levelled(samples: Samples) -> Samples:
    """The same with a peak of one."""
    peak = float(np.abs(samples).max(initial=0.0))
    return samples / np.float32(peak) if peak > 0 else samples


@lru_cache(maxsize=512)
def wave_table(harmonics: tuple[float, ...]) -> Samples:
    """One period of a wave with the given strengths of its harmonics."""
    spectrum = np.zeros(TABLE // 2 + 1, dtype=np.complex128)
    spectrum[1 : len(harmonics) + 1] = -1j * np.array(harmonics) * (TABLE / 2)
    return np.fft.irfft(spectrum, TABLE).astype(np.float32)


def positions(
    frequency: float, bend: Samples | None, count: int, start: float
) -> npt.NDArray[np.int64]:
    """Where in a wave table each sample lies; `bend` multiplies the frequency sample by sample."""
    step = frequency * TABLE / RATE
    if bend is None:
        phase = np.arange(count, dtype=np.float64) * step
    else:
        phase = np.cumsum(bend, dtype=np.float64) * step
    return (phase + start * TABLE).astype(np.int64) & (TABLE - 1)


def band(samples: Samples, low: float, high: float) -> Samples:
    """Only what lies between two frequencies, with soft edges of an octave or so."""
    count = samples.shape[-1]
    size = quick(count)
    spectrum = np.fft.rfft(samples, size) * _band_gain(size, low, high)
    return np.fft.irfft(spectrum, size)[..., :count].astype(np.float32)


@lru_cache(maxsize=64)
def _band_gain(size: int, low: float, high: float) -> Reals:
    hertz = np.fft.rfftfreq(size, 1 / RATE) + 1e-3
    gain: Reals = 1 / np.sqrt((1 + (low / hertz) ** 6) * (1 + (hertz / high) ** 6))
    return gain


def quick(count: int) -> int:
    """The next length that the FFT likes; at lengths like a large prime it takes ten times."""
    power = 1 << max(6, (count - 1).bit_length())
    return next(size for size in (power * 5 // 8, power * 3 // 4, power) if size >= count)


def noise(count: int, chance: np.random.Generator) -> Samples:
    """White noise."""
    return chance.standard_normal(count, dtype=np.float32)


def hertz(pitch: float) -> float:
    """The frequency of a MIDI note."""
    return float(440.0 * 2 ** ((pitch - 69) / 12))
