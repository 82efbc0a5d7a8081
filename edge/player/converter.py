"""Sound of any rate, depth and channels as stereo at one rate, in one stream over several songs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from edge.ports import Samples


class Converter:
    """One resampler for as long as the form stays: one per frame costs 73 s for five minutes.

    Songs of one form that are pushed one after the other come out as one sound, with no edge
    where the resampler would have to invent what comes next.
    """

    def __init__(self, rate: int) -> None:
        import av  # heavy, so not before somebody plays

        self._av: Any = av
        self._rate = rate
        self._resampler: Any = None
        self._form: tuple[str, str, int] | None = None
        self._taken = 0
        """Frames of the present form."""
        self._base = 0
        """Frames given of the forms before it."""

    def push(self, frame: Any) -> Iterator[Samples]:
        """What can be told now."""
        form = (frame.format.name, frame.layout.name, frame.sample_rate)
        if form != self._form:  # the first, another song, or a stream that changes midway
            yield from self.flush()
            # Mono is doubled by ourselves: FFmpeg would make it 3 dB quieter.
            layout = "mono" if len(frame.layout.channels) == 1 else "stereo"
            self._resampler = self._av.AudioResampler("flt", layout, self._rate)
            self._form = form
        self._taken += frame.samples
        frame.pts = None  # a song after another begins at nought again
        yield from map(_stereo, self._resampler.resample(frame))

    def mark(self) -> int:
        """How many frames everything pushed so far makes: where what comes next begins."""
        if self._form is None:
            return self._base
        return self._base + round(self._taken * self._rate / self._form[2])

    def flush(self) -> Iterator[Samples]:
        """The rest, where nothing follows."""
        if self._resampler is not None:
            yield from map(_stereo, self._resampler.resample(None))
        self._base = self.mark()
        self._resampler, self._form, self._taken = None, None, 0


def _stereo(frame: Any) -> Samples:
    flat = frame.to_ndarray().reshape(-1)
    if len(frame.layout.channels) == 1:
        return np.repeat(flat, 2).reshape(-1, 2)
    pairs: Samples = flat.reshape(-1, 2)
    return pairs
