"""How loud a whole song is by EBU R128, through FFmpeg's `ebur128`, fed frame by frame.

Both the player, for songs that nobody has measured, and the listening child measure with it.
"""

from __future__ import annotations

import contextlib
from collections import deque
from math import log10
from typing import Any, NamedTuple

_DRAINED_EVERY = 50
"""Frames: asking the filter after each of them costs a sixth of the whole."""
_KEYS = "lavfi.r128."


class Measured(NamedTuple):
    """Of all that was heard."""

    lufs: float
    """-70 is the standard's own gate, below which nothing counts."""
    range_lu: float
    peak_db: float
    """Highest sample, in dB of full scale."""


class LoudnessMeter:
    """Of a chained stream of another form the first part stands for all."""

    def __init__(self) -> None:
        import av  # heavy, and not needed before something is measured

        self._av: Any = av
        self._graph: Any = None
        self._form: object = None
        self._pushed = 0
        self._latest: deque[Any] = deque(maxlen=3)

    def push(self, frame: Any) -> None:
        """The next AudioFrame; its time stamp is lost."""
        form = (frame.format.name, frame.layout.name, frame.sample_rate)
        if self._graph is None:
            self._graph, self._form = self._set_up(frame), form
        if form != self._form:
            return
        frame.pts = None
        self._graph.push(frame)
        self._pushed += 1
        if self._pushed % _DRAINED_EVERY == 0:
            self._drain()

    def read(self) -> Measured | None:
        """At the end; None where there was too little to measure."""
        if self._graph is None:
            return None
        self._graph.push(None)
        self._drain()
        for frame in reversed(self._latest):
            told = {key.removeprefix(_KEYS): value for key, value in frame.metadata.items()}
            if "I" in told:  # the rest at the end, shorter than a tenth of a second, has none
                peak_db = 20.0 * log10(max(float(told["sample_peak"]), 1e-5))
                return Measured(float(told["I"]), float(told["LRA"]), peak_db)
        return None

    def _set_up(self, frame: Any) -> Any:
        graph = self._av.filter.Graph()
        source = graph.add_abuffer(
            sample_rate=frame.sample_rate, format=frame.format.name, layout=frame.layout.name
        )
        ebur128 = graph.add("ebur128", "metadata=1:framelog=quiet:peak=sample")
        sink = graph.add("abuffersink")
        source.link_to(ebur128)
        ebur128.link_to(sink)
        graph.configure()
        return graph

    def _drain(self) -> None:
        """Take out what the filter has ready; each frame tells of all that came before it."""
        with contextlib.suppress(self._av.error.BlockingIOError, self._av.error.EOFError):
            while True:
                self._latest.append(self._graph.pull())
