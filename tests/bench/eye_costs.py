"""What eye's looks cost, in processor time of all threads on one core."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import numpy as np

from edge.eye.looker import Looker
from edge.ports import Image
from tests.bench.figures import HD, VGA, Faces, Models, Result, figure, one_of
from tests.bench.streams import EmptyRoom, SwayingRoom, looked_at

_WARM_LOOKS = 20
_SETTLE_S = 5.0
"""In which a new room is searched through for the first time."""


def cost(models: Models, known: Faces, n: int, side: int = 200) -> list[Result]:
    """Looks at a followed face, against bare detection and bare invocation in the same run."""
    room, looker = SwayingRoom(one_of(known, 1), side, VGA, 1), Looker(models.finder, models.reader)
    ours, theirs = [], []
    for number in range(n + _WARM_LOOKS):
        at = number / 8
        frame = room.frame(at)
        look = _cpu_ms(partial(looker.look, frame, at))
        bare = _cpu_ms(partial(models.finder.find, frame)) + _cpu_ms(models.network.invoke)
        if number >= _WARM_LOOKS:
            ours.append(look)
            theirs.append(bare)
    name = f"look at a followed face of {side} px / bare detect and invoke"
    usual = statistics.median(theirs)
    return [
        figure(f"{name}, median", statistics.median(ours) / usual, "x", n),
        figure(f"{name}, mean", statistics.mean(ours) / statistics.mean(theirs), "x", n),
        figure(f"{name}, 95 %", float(np.quantile(ours, 0.95)) / usual, "x", n),
        figure("bare detect and invoke", usual, "ms", n),
    ]


def load(models: Models, seconds: float) -> list[Result]:
    """The share of one core that looking takes in an empty room where something moves or not."""
    results = []
    for name, restless in (("motionless noisy room", False), ("something moves", True)):
        room = _Clocked(EmptyRoom(HD, 3, restless=restless))
        for at, _ in looked_at(room, Looker(models.finder, models.reader), _SETTLE_S + seconds):
            if at < _SETTLE_S:
                room.start()
        share = (_cpu_s() - room.began - room.spent) / seconds
        results.append(figure(f"load, 1280x720, {name}", 100 * share, "% of a core", int(seconds)))
    return results


class _Clocked:
    """A room whose own drawing is not counted."""

    def __init__(self, room: EmptyRoom) -> None:
        self._room = room
        self.began = self.spent = 0.0

    def start(self) -> None:
        """Count from here."""
        self.began, self.spent = _cpu_s(), 0.0

    def frame(self, at: float) -> Image:
        began = _cpu_s()
        picture = self._room.frame(at)
        self.spent += _cpu_s() - began
        return picture


@contextmanager
def on_one_core() -> Iterator[None]:
    """All threads that begin in here share one core; waiting for each other there takes long."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _cpu_s() -> float:
    return time.process_time()


def _cpu_ms(call: Callable[[], object]) -> float:
    began = time.process_time_ns()
    call()
    return (time.process_time_ns() - began) / 1e6
