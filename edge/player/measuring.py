"""Measures songs of which nobody knows how loud they are, while they already play."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from pathlib import Path

from edge.errors import TrackError
from edge.loudness_meter import LoudnessMeter
from edge.messages import Play
from edge.mind import level
from edge.player.song_file import SongFile

_SILENCE = -70.0
"""LUFS; the standard's own gate, below which nothing counts."""
_REST_S = 0.002
"""Between two pieces, for the interpreter is shared with what feeds the loudspeaker."""
_KEPT = 50
_WAITING = 4
_STUCK_S = 5.0
_MOST_LEFT = 2


class Worker:
    """A thread that measures one song after the other."""

    def __init__(
        self, asked: queue.Queue[Play], tell: Callable[[Play, float | None], None]
    ) -> None:
        self._asked = asked
        self._tell = tell
        self.stop = threading.Event()
        self._at_work_since: float | None = None
        self._thread = threading.Thread(target=self._run, name="measuring", daemon=True)
        self._thread.start()

    def stuck(self) -> bool:
        """It waits for a disk that does not answer."""
        since = self._at_work_since
        return since is not None and time.monotonic() - since > _STUCK_S

    def alive(self) -> bool:
        return self._thread.is_alive()

    def close(self) -> None:
        self.stop.set()
        if not self.stuck():
            self._thread.join(1.0)

    def _run(self) -> None:
        while not self.stop.is_set():
            try:
                play = self._asked.get(timeout=0.2)
            except queue.Empty:
                continue
            if play.level_to is None:
                continue
            self._progress()
            try:
                found = measure(play.path, self.stop, self._progress)
            except Exception:  # noqa: BLE001 - a thread begins here; the deck says what is wrong
                found = None
            self._at_work_since = None
            gain = None if found is None else level.gain_db(*found, target=play.level_to)
            self._tell(play, gain)

    def _progress(self) -> None:
        self._at_work_since = time.monotonic()


class Measuring:
    """One thread; one that a disk holds is replaced, twice. The latest songs' results are kept."""

    def __init__(self) -> None:
        self._gains: dict[tuple[str, float], float | None] = {}
        self._asked: queue.Queue[Play] = queue.Queue(_WAITING)
        self._worker: Worker | None = None
        self._left: list[Worker] = []

    def begin(self, play: Play) -> None:
        """Measure this song, where that is asked for; too many at once are not measured."""
        if play.level_to is None or (play.path, play.level_to) in self._gains:
            return
        if self._worker is not None and self._worker.stuck():
            self._left = [one for one in self._left if one.alive()]
            if len(self._left) < _MOST_LEFT:
                self._worker.stop.set()
                self._left.append(self._worker)
                self._worker = None
        if self._worker is None:
            self._worker = Worker(self._asked, self._keep)
        if not self._asked.full():
            self._asked.put_nowait(play)

    def gain_db(self, play: Play) -> float | None:
        """What brings it to where it shall be; None while nobody knows."""
        return None if play.level_to is None else self._gains.get((play.path, play.level_to))

    def close(self) -> None:
        if self._worker is not None:
            self._worker.close()

    def _keep(self, play: Play, gain: float | None) -> None:
        if play.level_to is not None:
            self._gains[play.path, play.level_to] = gain
        for old in list(self._gains)[:-_KEPT]:
            self._gains.pop(old, None)


def measure(
    path: Path | str, stop: threading.Event, progress: Callable[[], None] = lambda: None
) -> tuple[float, float] | None:
    """Integrated loudness in LUFS and sample peak in dB, by FFmpeg's `ebur128`; None if silent.

    `progress` is called with every piece of the song.
    """
    meter = LoudnessMeter()
    with SongFile(path) as source:
        for frame in source.frames():
            if stop.wait(_REST_S):
                raise TrackError("The measurement was given up.")
            progress()
            meter.push(frame)
    found = meter.read()
    if found is None or found.lufs <= _SILENCE:
        return None
    return found.lufs, found.peak_db
