"""Measures songs of which nobody knows how loud they are, while they already play."""

from __future__ import annotations

import math
import queue
import threading
from pathlib import Path
from typing import Any

from edge.errors import TrackError
from edge.messages import Play
from edge.mind import level
from edge.player.song_file import SongFile

_SILENCE = -70.0
"""LUFS; the standard's own gate, below which nothing counts."""
_REST_S = 0.002
"""Between two pieces, for the interpreter is shared with what feeds the loudspeaker."""
_KEPT = 50
_WAITING = 4


class Measuring:
    """One thread at most; the results of the latest songs are kept."""

    def __init__(self) -> None:
        self._gains: dict[tuple[str, float], float | None] = {}
        self._asked: queue.Queue[Play] = queue.Queue(_WAITING)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self, play: Play) -> None:
        """Measure this song, where that is asked for; too many at once are not measured."""
        if play.level_to is None or (play.path, play.level_to) in self._gains:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="measuring", daemon=True)
            self._thread.start()
        if not self._asked.full():
            self._asked.put_nowait(play)

    def gain_db(self, play: Play) -> float | None:
        """What brings it to where it shall be; None while nobody knows."""
        return None if play.level_to is None else self._gains.get((play.path, play.level_to))

    def close(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(1.0)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                play = self._asked.get(timeout=0.2)
            except queue.Empty:
                continue
            if play.level_to is None:
                continue
            try:
                found = measure(play.path, self._stop)
            except Exception:  # noqa: BLE001 - a thread begins here; the deck says what is wrong
                found = None
            gain = None if found is None else level.gain_db(*found, target=play.level_to)
            self._gains[play.path, play.level_to] = gain
            for old in list(self._gains)[:-_KEPT]:
                del self._gains[old]


def measure(path: Path | str, stop: threading.Event) -> tuple[float, float] | None:
    """Integrated loudness in LUFS and sample peak in dB, by FFmpeg's `ebur128`; None if silent."""
    import av

    meter: Any = None
    last: Any = None
    form: object = None
    with SongFile(path) as source:
        for frame in source.frames():
            if stop.wait(_REST_S):
                raise TrackError("The measurement was given up.")
            now = (frame.format.name, frame.layout.name, frame.sample_rate)
            if meter is None:
                meter, form = _meter(av, frame), now
            if now == form:
                frame.pts = None
                meter.push(frame)
                last = _drained(av, meter) or last
        if meter is not None:
            meter.push(None)
            last = _drained(av, meter) or last
    if last is None or float(last["lavfi.r128.I"]) <= _SILENCE:
        return None
    peak = max(float(last[key]) for key in last if key.startswith("lavfi.r128.sample_peaks_ch"))
    return float(last["lavfi.r128.I"]), 20.0 * math.log10(max(peak, 1e-6))


def _meter(av: Any, frame: Any) -> Any:
    graph = av.filter.Graph()
    source = graph.add_abuffer(
        sample_rate=frame.sample_rate, format=frame.format.name, layout=frame.layout.name
    )
    meter = graph.add("ebur128", "metadata=1:framelog=quiet:peak=sample")
    sink = graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    return graph


def _drained(av: Any, graph: Any) -> dict[str, str] | None:
    """The metadata of the last frame that is through."""
    last = None
    while True:
        try:
            last = dict(graph.pull().metadata)
        except (av.BlockingIOError, av.EOFError):
            return last
