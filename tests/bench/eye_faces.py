"""`python -m tests.bench.eye_faces [--json] [--n N] [cost load hour found wait false moods]`

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
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np

from edge.eye.looker import Looker
from edge.eye.still import faces_of_still
from tests.bench.backdrops import Size, face_free_frames
from tests.bench.eye_costs import cost, load, on_one_core
from tests.bench.eye_hour import an_hour
from tests.bench.eye_moods import read_in_frames
from tests.bench.figures import (
    HD,
    ROOT,
    VGA,
    Faces,
    Models,
    Result,
    one_of,
    opened,
    per_thousand,
    share,
)
from tests.bench.scenes import DAMAGES, Scene, scene
from tests.bench.streams import EmptyRoom, RoomToEnter, looked_at
from trainer.faces import Faces as Known

DATA = Path(os.environ.get("MOODBOX_DATA", ROOT.parent / "shared" / "data"))
SIDES = (40, 60, 100, 160, 200, 300)
WITHIN_S = 3.0
_TILT_DEG = 10.0
_MOST = 5
"""So many of ten voters are most of them."""
WHAT = ("cost", "load", "hour", "found", "wait", "false", "moods")


def faces() -> Known:
    """PublicTest's, which no shipped model was trained on, without the ten that are no face."""
    from trainer import data
    from trainer.faces import VOTE_COLUMNS

    known = data.load(DATA)["PublicTest"]
    return known.take(known.votes[:, VOTE_COLUMNS.index("NF")] < _MOST)


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
            results.append(share(name, hits, n))
    results.append(per_thousand("false faces beside a face, still", others, frames))
    return results


def false_faces(models: Models, n: int, seed: int = 1) -> list[Result]:
    """Face-free frames in which somebody is seen: by the bare finder, and by eye."""
    bare = still = 0
    for frame in face_free_frames(n, seed):
        bare += bool(models.finder.find(frame))
        still += bool(faces_of_still(models.finder, frame))
    return [
        per_thousand("frames with a false face, bare finder", bare, n),
        per_thousand("frames with a false face, still", still, n),
    ]


def false_faces_in_rooms(models: Models, n: int, seconds: float = 15.0) -> list[Result]:
    """Looks at which somebody is seen, in rooms where something moves and nobody is."""
    looks = seen_at = rooms = 0
    for number in range(n):
        looker, ever = Looker(models.finder, models.reader), False
        for _, seen in looked_at(EmptyRoom(VGA, number, restless=True), looker, seconds):
            looks, seen_at = looks + 1, seen_at + bool(seen.faces)
            ever = ever or bool(seen.faces)
        rooms += ever
    return [
        per_thousand("looks with a false face, empty rooms where something moves", seen_at, looks),
        share(f"empty rooms with a false face within {seconds:g} s", rooms, n),
    ]


def time_to_find(models: Models, known: Faces, n: int, side: int = 40) -> list[Result]:
    """Somebody far comes into an empty noisy room, looked at with eye's own pace."""
    waits = [_wait(models, RoomToEnter(one_of(known, i), side, HD, i)) for i in range(n)]
    hits = sorted(wait for wait in waits if wait is not None)
    name = f"{side} px in 1280x720, coming in"
    usual = statistics.median(hits) if hits else math.nan
    return [
        share(f"found within {WITHIN_S:g} s, {name}", len(hits), n),
        Result(name=f"time to be found, median, {name}", value=round(usual, 2), unit="s", n=n),
    ]


def measure(wanted: Collection[str], n: int) -> Iterator[Result]:
    """What is wanted, each figure as soon as it is there."""
    everybody = faces()
    known = everybody.pixels
    costs: dict[str, Callable[[Models], list[Result]]] = {
        "cost": lambda models: cost(models, known, 150),
        "load": lambda models: load(models, 20),
        "hour": lambda models: an_hour(models, known),
    }
    with on_one_core(), opened() as models:
        for name in [one for one in costs if one in wanted]:
            yield from costs[name](models)
    finds: dict[str, Callable[[Models], list[Result]]] = {
        "found": lambda models: found(models, known, n),
        "wait": lambda models: time_to_find(models, known, n),
        "false": lambda models: [
            *false_faces(models, 10 * n),
            *false_faces_in_rooms(models, n),
        ],
        "moods": lambda models: [
            *read_in_frames(models, everybody, 10 * n, whole=True),
            *read_in_frames(models, everybody, 10 * n, whole=False),
        ],
    }
    with opened() as models:
        for name in [one for one in finds if one in wanted]:
            yield from finds[name](models)


def main() -> None:
    """Print a line for each figure, or all as JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.eye_faces", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON value")
    parser.add_argument("--n", type=int, default=100, help="faces of each size")
    parser.add_argument("wanted", nargs="*", help="which figures; all")
    asked = parser.parse_args()
    results = []
    for one in measure(asked.wanted or WHAT, asked.n):
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
    return scene(one_of(known, 1000 * side + number), side, size, number, angle, damage)


def _wait(models: Models, room: RoomToEnter) -> float | None:
    """Seconds from when the face is in the picture until it is told; None if never in time."""
    looker = Looker(models.finder, models.reader)
    for at, seen in looked_at(room, looker, room.enters_at + WITHIN_S):
        square = room.square(at)
        if square is not None and any(square.holds(face.box) for face in seen.faces):
            return max(0.0, at - room.enters_at)
    return None


if __name__ == "__main__":
    main()
