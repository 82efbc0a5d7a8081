"""`python -m tests.bench.mood_films [--json] [--spells N] [--held S]`

Films of people whose mood is known, played through `moodbox replay` as its user runs it:
PublicTest's faces with a clear majority, with drawn heads in a drawn room, each held for a second,
a minute of each mood; the same at 2, 8 and 30 frames a second. Told are the figures of
`moodbox bench mood`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from edge.bench.spells import SPELL_S
from edge.bench.steadiness import Answers, Steadiness, steadiness
from edge.eye.opencv import cv2
from edge.messages import MOODS
from tests.bench.eye_faces import faces as public_test
from tests.bench.figures import VGA, Result, figure
from tests.bench.scenes import scene
from trainer.faces import Faces, majority

RATES = (2, 8, 30)
_LOOKS_PER_S = 8
"""`replay` looks no more often, as the box does."""
_SIDE = 220


def write_film(path: Path, known: Faces, moods: list[int], held_s: float, rate: int) -> None:
    """A minute of each mood; the room stays, people come and go."""
    truth = majority(known.votes)
    dice = np.random.default_rng(len(moods))
    film = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), rate, VGA)
    for mood in moods:
        people = dice.choice(np.flatnonzero(truth == mood), size=round(SPELL_S / held_s))
        for person in people:
            shown = scene(known.pixels[person], _SIDE, VGA, seed=1).frame
            picture = cv2.cvtColor(shown, cv2.COLOR_RGB2BGR)
            for _ in range(round(held_s * rate)):
                film.write(picture)
    film.release()


def replayed(path: Path) -> list[dict[str, object]]:
    """What `moodbox replay` tells."""
    command = [sys.executable, "-m", "edge.cli", "replay", "--json", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def answers(told: list[dict[str, object]], spells: int, rate: float) -> Answers:
    """The box's mood at each moment (spell × look); -1 where it knows none."""
    changes = [line for line in told if line["type"] == "mood"]
    times = np.array([float(str(line["t"])) for line in changes])
    moods = [-1, *(-1 if line["to"] is None else MOODS.index(line["to"]) for line in changes)]  # type: ignore[arg-type]  # JSON's own type
    moments = np.arange(round(spells * SPELL_S * rate)) / rate
    places: NDArray[np.int64] = np.searchsorted(times, moments + 1e-6, side="right")
    return np.array(moods)[places].reshape(spells, -1)


def measure(spells: int, held_s: float) -> Iterator[Result]:
    """For each number of frames a second."""
    known = public_test()
    moods = [int(mood) for mood in np.random.default_rng(2).permutation(spells) % len(MOODS)]
    for rate in RATES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "people.avi"
            write_film(path, known, moods, held_s, rate)
            told = replayed(path)
        looks = min(rate, _LOOKS_PER_S)
        found = steadiness(answers(told, spells, looks), np.array(moods), looks)
        yield from _figures(f"{rate} frames a second, faces held {held_s:g} s", found)


def _figures(name: str, found: Steadiness) -> Iterator[Result]:
    n = found.spells
    yield figure(f"to settle, median, {name}", found.median_s, "s", n)
    yield figure(f"to settle, 95 %, {name}", found.p95_s, "s", n)
    yield figure(f"false switches, {name}", found.switches_per_h, "/h", n)
    yield figure(f"right after settling, {name}", 100 * found.right, "%", n)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--spells", type=int, default=21)
    parser.add_argument("--held", type=float, default=1.0)
    asked = parser.parse_args()
    results = []
    for one in measure(asked.spells, asked.held):
        results.append(one)
        if not asked.json:
            print(f"{one.name}: {one.value:g} {one.unit} (n = {one.n})", flush=True)
    if asked.json:
        about = {"schema": 1, "bench": "mood_films", "machine": {}, "results": results}
        sys.stdout.write(msgspec.json.encode(about).decode() + "\n")


if __name__ == "__main__":
    main()
