"""`python -m tests.bench.eye_faces [--json] [--n N] [cost load found wait false]`

How well eye finds faces and at what cost, on scenes whose truth is known (`scenes.py`), with the
shipped models. Costs are processor time on one core, and ratios are taken in one run.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from edge.eye.emotion import Network, TfliteEmotionReader
from edge.eye.faces import MediapipeFaceFinder
from edge.eye.looker import Looker
from edge.eye.still import faces_of_still
from edge.ports import Image
from tests.bench.backdrops import Size, face_free_frames
from tests.bench.scenes import DAMAGES, Scene, scene
from tests.bench.streams import EmptyRoom, RoomToEnter, SwayingRoom, looked_at

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("MOODBOX_DATA", ROOT.parent / "shared" / "data"))
VGA, HD = (640, 480), (1280, 720)
SIDES = (40, 60, 100, 160, 200, 300)
WITHIN_S = 3.0
_TILT_DEG = 10.0
_WARM_LOOKS = 20
_SETTLE_S = 5.0
"""In which a new room is searched through for the first time."""

Faces = NDArray[np.uint8]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One figure."""

    name: str
    value: float
    unit: str
    n: int


class Models(msgspec.Struct, frozen=True):
    """What finds and what reads."""

    finder: MediapipeFaceFinder
    reader: TfliteEmotionReader
    network: Network
    """The reader's, bare."""


def faces() -> Faces:
    """PublicTest's, which no shipped model was trained on."""
    from trainer import data

    return data.load(DATA)["PublicTest"].pixels


def found(models: Models, known: Faces, n: int, sides: Sequence[int] = SIDES) -> list[Result]:
    """Faces found in still pictures, by size of face and frame, and others beside them."""
    results, others, frames = [], 0, 0
    for size in (VGA, HD):
        for side in sides:
            hits = 0
            for number in range(n):
                one = _scene(known, side, size, number)
                boxes = [face.box for face in faces_of_still(models.finder, one.frame)]
                right = [box for box in boxes if one.squares[0].holds(box)]
                hits += bool(right)
                others, frames = others + len(boxes) - len(right), frames + 1
            name = f"found, still, {side} px in {size[0]}x{size[1]}"
            results.append(_share(name, hits, n))
    results.append(_per_thousand("false faces beside a face, still", others, frames))
    return results


def false_faces(models: Models, n: int, seed: int = 1) -> list[Result]:
    """Face-free frames in which somebody is seen: by the bare finder, and by eye."""
    bare = still = 0
    for frame in face_free_frames(n, seed):
        bare += bool(models.finder.find(frame))
        still += bool(faces_of_still(models.finder, frame))
    return [
        _per_thousand("frames with a false face, bare finder", bare, n),
        _per_thousand("frames with a false face, still", still, n),
    ]


def time_to_find(models: Models, known: Faces, n: int, side: int = 40) -> list[Result]:
    """Somebody far comes into an empty noisy room, looked at with eye's own pace."""
    waits = [_wait(models, RoomToEnter(_one(known, i), side, HD, i)) for i in range(n)]
    hits = sorted(wait for wait in waits if wait is not None)
    name = f"{side} px in 1280x720, coming in"
    usual = statistics.median(hits) if hits else math.nan
    return [
        _share(f"found within {WITHIN_S:g} s, {name}", len(hits), n),
        Result(name=f"time to be found, median, {name}", value=round(usual, 2), unit="s", n=n),
    ]


def cost(models: Models, known: Faces, n: int, side: int = 200) -> list[Result]:
    """Looks at a followed face, against bare detection and bare invocation in the same run."""
    room, looker = SwayingRoom(_one(known, 1), side, VGA, 1), Looker(models.finder, models.reader)
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
        _figure(f"{name}, median", statistics.median(ours) / usual, "x", n),
        _figure(f"{name}, mean", statistics.mean(ours) / statistics.mean(theirs), "x", n),
        _figure(f"{name}, 95 %", float(np.quantile(ours, 0.95)) / usual, "x", n),
        _figure("bare detect and invoke", usual, "ms", n),
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
        results.append(_figure(f"load, 1280x720, {name}", 100 * share, "% of a core", int(seconds)))
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


def measure(wanted: Collection[str], n: int) -> Iterator[Result]:
    """What is wanted, each figure as soon as it is there."""
    known = faces()
    costs: dict[str, Callable[[Models], list[Result]]] = {
        "cost": lambda models: cost(models, known, 150),
        "load": lambda models: load(models, 20),
    }
    with on_one_core(), opened() as models:
        for name in [one for one in costs if one in wanted]:
            yield from costs[name](models)
    finds: dict[str, Callable[[Models], list[Result]]] = {
        "found": lambda models: found(models, known, n),
        "wait": lambda models: time_to_find(models, known, n),
        "false": lambda models: false_faces(models, 10 * n),
    }
    with opened() as models:
        for name in [one for one in finds if one in wanted]:
            yield from finds[name](models)


@contextmanager
def opened() -> Iterator[Models]:
    """The shipped models."""
    with (
        MediapipeFaceFinder(ROOT / "models" / "face_detector_short_range.tflite") as finder,
        TfliteEmotionReader(ROOT / "models" / "emotion.json") as reader,
    ):
        network = Network((ROOT / "models" / "emotion.tflite").read_bytes())
        network.logits(np.zeros((48, 48), np.float32))
        yield Models(finder, reader, network)


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


def main() -> None:
    """Print a line for each figure, or all as JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.eye_faces", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON value")
    parser.add_argument("--n", type=int, default=100, help="faces of each size")
    parser.add_argument("wanted", nargs="*", help="which figures; all")
    asked = parser.parse_args()
    results = []
    for one in measure(asked.wanted or ("cost", "load", "found", "wait", "false"), asked.n):
        results.append(one)
        if not asked.json:
            print(f"{one.name}: {one.value:g} {one.unit} (n = {one.n})", flush=True)
    if asked.json:
        machine = {"system": platform.platform(), "python": platform.python_version()}
        about = {"schema": 1, "bench": "eye_faces", "machine": machine, "results": results}
        sys.stdout.write(msgspec.json.encode(about).decode() + "\n")


def _scene(known: Faces, side: int, size: Size, number: int) -> Scene:
    dice = np.random.default_rng((number, side))
    damage = list(DAMAGES.values())[number % len(DAMAGES)]
    angle = float(dice.uniform(-_TILT_DEG, _TILT_DEG))
    return scene(_one(known, 1000 * side + number), side, size, number, angle, damage)


def _one(known: Faces, number: int) -> NDArray[np.uint8]:
    return np.asarray(known[int(np.random.default_rng(number).integers(len(known)))])


def _wait(models: Models, room: RoomToEnter) -> float | None:
    """Seconds from when the face is in the picture until it is told; None if never in time."""
    looker = Looker(models.finder, models.reader)
    for at, seen in looked_at(room, looker, room.enters_at + WITHIN_S):
        square = room.square(at)
        if square is not None and any(square.holds(face.box) for face in seen.faces):
            return max(0.0, at - room.enters_at)
    return None


def _cpu_s() -> float:
    return time.process_time()


def _cpu_ms(call: Callable[[], object]) -> float:
    began = time.process_time_ns()
    call()
    return (time.process_time_ns() - began) / 1e6


def _figure(name: str, value: float, unit: str, n: int) -> Result:
    return Result(name=name, value=round(value, 3), unit=unit, n=n)


def _share(name: str, hits: int, n: int) -> Result:
    return _figure(name, 100 * hits / n, "%", n)


def _per_thousand(name: str, hits: int, n: int) -> Result:
    return _figure(name, 1000 * hits / n, "of 1000", n)


if __name__ == "__main__":
    main()
