"""Looks at the demo's faces for a while and takes the time of every stage; runs in a child."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from edge.config import EyeConfig
from edge.eye.demo_camera import DemoCamera
from edge.eye.emotion import Network
from edge.eye.face_image import face_from_frame, normalise
from edge.eye.model_card import load_model
from edge.seeing import CARD, Sight

_WARM_UP = 15
_FEWEST = 30
_FACE_S = 2.0
"""Of the demo's own time, in which its faces change; its pictures come as fast as they are read."""
_FRAME_S = 1 / 8
_MB = 1_000_000
_WALL_PX = 60
"""So many rows above the demo's face are bare, and noisy."""


def bench_eye(argument: dict[str, Any], in_force: tuple[str, ...]) -> dict[str, Any]:
    """Milliseconds of each stage, look by look, and the memory that was needed."""
    core = _stay_on_one_core()
    models = Path(argument["models"])
    eye = msgspec.convert(argument["eye"], EyeConfig)
    with Sight(models, eye) as sight:
        opened_mb = _opened_mb(sight, models)
        bench = Bench(sight, models, eye)
        for _ in range(_WARM_UP):
            bench.turn()
        bench.times.clear()
        until = time.perf_counter() + argument["seconds"]
        while time.perf_counter() < until or len(bench.times["look"]) < _FEWEST:
            bench.turn()
        return {
            "runtime": sight.reader.runtime,
            "times_ms": bench.times,
            "core": core,
            "isolation": list(in_force),
            "memory_mb": opened_mb,
        }


class Bench:
    """One turn is one picture, looked at by us and by the bare libraries, in one go."""

    def __init__(self, sight: Sight, models: Path, eye: EyeConfig) -> None:
        assert sight.finder is not None  # noqa: S101 - it was not left out
        self._sight, self._finder = sight, sight.finder
        self._follow, self._search = sight.film(), sight.film()
        card, content = load_model(models / CARD)
        self._before = card.input.before
        self._network = Network(content, eye.runtime)
        self._now = 0.0
        self._turns = 0
        self._camera = DemoCamera(models / "mean_faces", _FACE_S, clock=lambda: self._now)
        self.times: dict[str, list[float]] = {}

    def turn(self) -> None:
        """The next picture, and one of the same wall without a face."""
        self._now += _FRAME_S
        picture = self._time("capture", self._camera.read)
        wall = picture[:_WALL_PX].repeat(len(picture) // _WALL_PX, axis=0)
        self._time("empty look", lambda: self._search(wall, self._now))
        found = self._finder.find(picture)  # the first to see a picture waits for its memory
        if not found:
            return
        first, bare = found[0], self._finder.bare(picture)
        ways: list[Callable[[], Any]] = [
            lambda: self._time("look", lambda: self._follow(picture, self._now)),
            lambda: self._time("detect", lambda: self._finder.find(picture)),
            lambda: self._time("bare detect", bare),
        ]
        # Each is the first as often as the others: a busy system favours who comes after a rest.
        self._turns += 1
        for way in ways[self._turns % 3 :] + ways[: self._turns % 3]:
            way()
        face = self._time("cut", lambda: face_from_frame(picture, first.box, first.eyes))
        self._time("normalise", lambda: normalise(face, self._before))
        self._time("read", lambda: self._sight.reader.read(face))
        self._time("bare invoke", self._network.invoke)

    def _time(self, stage: str, call: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        answer = call()
        took_ms = (time.perf_counter() - began) * 1000
        self.times.setdefault(stage, []).append(took_ms)
        return answer


def _opened_mb(sight: Sight, models: Path) -> float:
    """What eye itself needs: everything open, and some looks taken."""
    camera, look = DemoCamera(models / "mean_faces"), sight.film()
    for number in range(_WARM_UP):
        look(camera.read(), number * _FRAME_S)
    return resident_mb()


def _stay_on_one_core() -> int | None:
    """Ours and every thread that is started from now on; which one, None where it may not be."""
    try:
        core = min(os.sched_getaffinity(0))
        for task in os.listdir("/proc/self/task"):  # noqa: PTH208 - numbers only
            os.sched_setaffinity(int(task), {core})
    except OSError:
        return None
    return core


def resident_mb() -> float:
    """What this process holds in memory now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / _MB, 1)
