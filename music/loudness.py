"""How loud a piece is (ITU-R BS.1770, integrated), and a limiter that keeps its peaks down."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from music.sound import RATE, Reals, Samples

HOP = RATE // 10
GUARD = 240
"""Samples in a block of the limiter: 5 ms."""


@lru_cache(maxsize=1)
def _k_weight() -> Reals:
    """The power gain of the standard's two filters, whose coefficients are given for 48 kHz."""
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(HOP))
    shelf = (1.53512485958697 - 2.69169618940638 * z + 1.19839281085285 * z**2) / (
        1 - 1.69065929318241 * z + 0.73248077421585 * z**2
    )
    high_pass = (1 - z) ** 2 / (1 - 1.99004745483398 * z + 0.99007225036621 * z**2)
    gain: Reals = np.abs(shelf * high_pass) ** 2
    gain[1:-1] *= 2  # the negative frequencies
    return gain / HOP**2


def integrated(samples: Samples) -> float:
    """LUFS of a stereo piece, with the standard's two gates."""
    hops = samples[:, : samples.shape[1] // HOP * HOP].reshape(2, -1, HOP)
    energy = np.zeros(hops.shape[1])
    for first in range(0, len(energy), 64):  # in small pieces: the spectra are ten times as large
        some = slice(first, first + 64)
        energy[some] = (np.abs(np.fft.rfft(hops[:, some])) ** 2 @ _k_weight()).sum(axis=0)
    blocks = np.convolve(energy, np.full(4, 0.25), "valid")
    heard = blocks[blocks > 10 ** ((-70 + 0.691) / 10)]
    if not len(heard):
        return -70.0
    kept = heard[heard > heard.mean() * 0.1]
    return float(-0.691 + 10 * np.log10(kept.mean()))


def limited(samples: Samples, ceiling: float) -> Samples:
    """The same with no sample above `ceiling`, turned down smoothly around each peak."""
    starts = np.arange(0, samples.shape[1], GUARD)
    highest = np.maximum.reduceat(samples, starts, axis=1).max(axis=0)
    lowest = np.minimum.reduceat(samples, starts, axis=1).min(axis=0)
    peaks = np.maximum(highest, -lowest)
    wanted = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    # The lowest of nine blocks, then the mean of seven: never above what its own block wants,
    # nor its neighbours', between which the gain is drawn as a straight line.
    around = np.lib.stride_tricks.sliding_window_view(np.pad(wanted, 4, "edge"), 9)
    smooth = np.convolve(np.pad(around.min(axis=1), 3, "edge"), np.full(7, 1 / 7), "valid")
    result = samples.copy()
    for first in range(0, samples.shape[1], RATE):
        some = np.arange(first, min(first + RATE, samples.shape[1]))
        gain = np.interp(some, starts + GUARD / 2, smooth).astype(np.float32)
        result[:, first : first + RATE] *= gain
    return result


def mastered(samples: Samples, lufs: float, ceiling_db: float) -> Samples:
    """The piece at the wanted loudness with its peaks below the ceiling."""
    ceiling = 10 ** (ceiling_db / 20)
    loud = samples
    for _ in range(2):  # limiting takes a little loudness away again
        loud = limited(loud * np.float32(10 ** ((lufs - integrated(loud)) / 20)), ceiling)
    return loud
