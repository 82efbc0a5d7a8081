"""Tempo, onsets, loudness, brightness and key of a few pieces of sound; numpy is enough.

Everything is measured at the file's own rate: resampling a minute costs more than all of this.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from edge.library.keys import key_of, pitch_classes
from edge.library.sound import Pieces
from edge.library.tempo import beat_of, onsets_in
from edge.mind.hearing import Features
from edge.ports import Samples

Reals = NDArray[np.float64]

WINDOW_S = 0.045
_BANDS = 36
_LOWEST, _HIGHEST = 40.0, 11_000.0
_BLOCK_S, _SHORT_S = 0.4, 3.0
"""EBU R128: momentary and short-term loudness."""
_GAIN = 2.0
_AT_ONCE = 512
"""Windows transformed together: more would only leave the cache."""


def features(pieces: Pieces) -> Features:
    """All that is heard in them."""
    window = 1 << round(np.log2(WINDOW_S * pieces.rate))
    hop = window // 4
    pace = pieces.rate / hop
    curves, energies, centroids, weights = [], [], [], []
    spectrum = _Spectrum(pieces.rate, window)
    level = max(_rms(pieces.sounds), 1e-5)
    for sound in pieces.sounds:
        bands, energy, centroid, weight = spectrum.read(sound, hop, level)
        curves.append(_flux(bands))
        energies.append(energy)
        centroids.append(centroid)
        weights.append(weight)
    loud, wide = _loudness(energies, pace)
    onsets = onsets_in(curves, pace) / pieces.seconds
    tempo, pulse = beat_of(curves, pace, onsets)
    key, major, clarity = key_of(
        np.sum([pitch_classes(sound, pieces.rate) for sound in pieces.sounds], axis=0)
    )
    weight = np.concatenate(weights)
    peak = max(float(np.abs(sound).max()) for sound in pieces.sounds)
    return Features(
        seconds=round(pieces.seconds, 1),
        tempo=round(tempo, 1),
        pulse=round(pulse, 3),
        onsets=round(onsets, 2),
        loudness=round(loud, 2),
        loudness_range=round(wide, 1),
        peak_db=round(20 * float(np.log10(max(peak, 1e-5))), 2),
        brightness=round(float(np.average(np.concatenate(centroids), weights=weight)), 0),
        major=round(major, 3),
        clarity=round(clarity, 3),
        key=key,
    )


class _Spectrum:
    """What is read from each short window of a sound."""

    def __init__(self, rate: int, window: int) -> None:
        self._window = window
        self._shape = np.hanning(window + 1)[:-1].astype(np.float32)
        frequency = np.fft.rfftfreq(window, 1 / rate)
        self._frequency = frequency.astype(np.float32)
        self._bands = _triangles(frequency, min(_HIGHEST, rate / 2.2))
        self._heard = (_k_weight(frequency) * 2 / (window * (self._shape**2).sum())).astype(
            np.float32
        )

    def read(self, sound: Samples, hop: int, level: float) -> tuple[Any, Any, Any, Any]:
        """Per window: logarithmic bands, energy as the ear weighs it, centroid and its weight."""
        gain = np.float32(_GAIN / level)  # so that a quiet recording has as many onsets
        middle = sound.mean(axis=0)
        # One transform for both channels: what the sum of them loses is given back as a whole.
        lost = float((sound**2).sum()) / max(float((middle**2).sum()), 1e-12)
        windows = sliding_window_view(middle, self._window)[::hop]
        parts: list[list[Any]] = [[], [], [], []]
        for start in range(0, len(windows), _AT_ONCE):
            some = np.fft.rfft(windows[start : start + _AT_ONCE] * self._shape, axis=1)
            strength = np.abs(some).astype(np.float32)
            power = strength**2
            total = strength.sum(axis=1)
            parts[0].append(np.log1p(gain * (strength @ self._bands)))
            parts[1].append((power @ self._heard) * lost)
            parts[2].append((strength @ self._frequency) / np.maximum(total, 1e-9))
            parts[3].append(total)
        bands, energy, centroid, weight = (np.concatenate(part) for part in parts)
        return bands, energy, centroid, weight + 1e-9


def _rms(sounds: Sequence[Samples]) -> float:
    return float(np.sqrt(np.mean([np.mean(sound**2) for sound in sounds])))


def _triangles(frequency: Reals, highest: float) -> NDArray[np.float32]:
    """Overlapping bands, as wide as the ear's."""
    edges = np.geomspace(_LOWEST, highest, _BANDS + 2)
    shapes = np.zeros((len(frequency), _BANDS), np.float32)
    for band in range(_BANDS):
        low, top, high = edges[band : band + 3]
        rise, fall = (frequency - low) / (top - low), (high - frequency) / (high - top)
        shape = np.clip(np.minimum(rise, fall), 0, None)
        if shape.sum() == 0:  # narrower than one bin: take the nearest
            shape[int(np.abs(frequency - top).argmin())] = 1.0
        shapes[:, band] = shape / shape.sum()
    return shapes


def _k_weight(frequency: Reals) -> Reals:
    """The K weighting of BS.1770 as power: its two analogue filters (shelf, then high pass)."""
    s = 1j * frequency
    f0, gain, q = 1681.97, 10 ** (3.99984 / 20), 0.70718
    middle = gain**0.49967
    shelf = (gain * s**2 + middle * f0 / q * s + f0**2) / (s**2 + f0 / q * s + f0**2)
    low, q2 = 38.135, 0.50033
    high = s**2 / (s**2 + low / q2 * s + low**2)
    return np.asarray(np.abs(shelf * high) ** 2)


def _flux(bands: NDArray[np.float32]) -> Reals:
    """How much begins in each window."""
    rise = np.maximum(bands[2:] - bands[:-2], 0).sum(axis=1)
    return np.asarray(np.concatenate([[0.0, 0.0], rise]), np.float64)


def _loudness(energies: list[Any], pace: float) -> tuple[float, float]:
    """Gated as R128 does it, and the range between quiet and loud stretches."""
    blocks = np.concatenate([_means(energy, pace * _BLOCK_S) for energy in energies])
    loud = blocks[blocks > _power(-70.0)]
    if not len(loud):
        return -70.0, 0.0
    loud = loud[loud > 0.1 * loud.mean()]
    level = _lufs(loud.mean())
    stretches = np.concatenate([_means(energy, pace * _SHORT_S) for energy in energies])
    kept = stretches[stretches > _power(level - 20.0)]
    if len(kept) < 2:
        return level, 0.0
    quiet, top = np.quantile(kept, (0.1, 0.95))
    return level, _lufs(top) - _lufs(quiet)


def _means(energy: Any, length: float) -> Reals:
    """Means of blocks that overlap by three quarters."""
    size = max(1, min(round(length), len(energy)))
    sums = np.concatenate([[0.0], np.cumsum(energy, dtype=np.float64)])
    starts = np.arange(0, len(energy) - size + 1, max(1, size // 4))
    return np.asarray((sums[starts + size] - sums[starts]) / size)


def _lufs(power: float) -> float:
    return -0.691 + 10 * float(np.log10(max(power, 1e-9)))


def _power(lufs: float) -> float:
    return float(10 ** ((lufs + 0.691) / 10))
