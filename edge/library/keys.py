"""The key: which pitches sound for how long, and which of the 24 keys that is most like."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from edge.ports import Samples

Reals = NDArray[np.float64]

_WINDOW_S = 0.18
_LOWEST, _HIGHEST = 55.0, 1800.0
_FINE = 3
"""Parts of a half-tone, for music that is not tuned to 440 Hz."""
# Albrecht & Shanahan 2013, counted in 982 pieces: how much of each pitch a key has.
_MAJOR = np.array(
    [0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081]
)
_MINOR = np.array(
    [0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052]
)


def pitch_classes(sound: Samples, rate: int) -> Reals:
    """How strong each third of a half-tone is, over all octaves: 36 numbers from A on."""
    window = 1 << round(np.log2(_WINDOW_S * rate))
    strong = np.zeros(12 * _FINE)
    middle = sound.mean(axis=0)
    if len(middle) < window:
        return strong
    frames = sliding_window_view(middle, window)[:: window // 2]
    shape = np.blackman(window).astype(np.float32)
    spectra = np.abs(np.fft.rfft(frames * shape, axis=1)).astype(np.float32)
    first, last = int(_LOWEST * window / rate), int(_HIGHEST * window / rate)
    here, left, right = (spectra[:, first + d : last + d] for d in (0, -1, 1))
    # Only peaks: between them lie drums, breath and the skirts of louder tones.
    frame, place = np.nonzero((here > left) & (here >= right) & (here > 0.02 * here.max()))
    a, b, c = (np.log(np.maximum(part[frame, place], 1e-9)) for part in (left, here, right))
    bend = 0.5 * (a - c) / np.minimum(a - 2 * b + c, -1e-6)
    frequency = (place + first + np.clip(bend, -0.5, 0.5)) * rate / window
    pitch = 12 * _FINE * np.log2(frequency / 440.0)
    np.add.at(strong, np.round(pitch).astype(int) % len(strong), np.sqrt(here[frame, place]))
    return strong


def key_of(strong: Reals) -> tuple[int, float, float]:
    """Tonic (0 is C), −1 minor … 1 major, and how clear the key is, 0–1."""
    if strong.sum() <= 0:
        return 0, 0.0, 0.0
    tuned = _tuned(strong)
    classes = np.roll(tuned, -3)  # from A to C
    major, minor = (
        np.array([np.corrcoef(classes, np.roll(profile, tonic))[0, 1] for tonic in range(12)])
        for profile in (_MAJOR, _MINOR)
    )
    tonic = int(np.argmax(np.maximum(major, minor)))
    clear = float(max(major.max(), minor.max()))
    apart = float(major.max() - minor.max())
    return tonic, float(np.clip(apart / 0.2, -1.0, 1.0)), float(np.clip(clear, 0.0, 1.0))


def _tuned(strong: Reals) -> Reals:
    """Twelve sums, divided where this music's own half-tones lie."""
    shifted = [np.roll(strong, shift).reshape(12, _FINE) for shift in (0, 1, 2)]
    inside = [part[:, _FINE // 2].sum() for part in shifted]
    best = shifted[int(np.argmax(inside))]
    return np.asarray(best.sum(axis=1))
