"""`python -m tests.bench.peers [--json] [--rounds N] [--venv FOLDER]`

How many frames a second Moodbox's eye manages beside what others use: the `fer` package, Haar with
EfficientNet-B3, MTCNN with a Keras network. The same frames (640 × 480, one of the demo's faces,
swaying) go through all of them on the same core, one after the other, each timed by the clock.

The others are installed once, with TensorFlow and by the hashes of
deploy/locks/peers-py311-x86_64.txt, into a folder of their own (.venv-peers; 2 GB). Their networks
are untrained where only the time matters.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from edge.eye.looker import Looker
from edge.eye.opencv import cv2
from edge.ports import Image
from tests.bench.eye_costs import on_one_core
from tests.bench.figures import ROOT, VGA, opened
from tests.bench.streams import SwayingRoom

LOCK = ROOT / "deploy" / "locks" / "peers-py311-x86_64.txt"
RUN = ROOT / "tests" / "bench" / "peers_run.py"
OURS = "Moodbox"
FRAMES = 40
SIDE = 200
_RATE = 8.0
_MOODS = ("happy", "neutral", "sad", "surprise")


class Peer(msgspec.Struct, frozen=True, kw_only=True):
    """One way to read faces, and how long it takes."""

    name: str
    frames_per_s: float
    median_ms: float
    mean_ms: float
    times_slower: float
    """Than Moodbox, in frames a second."""
    found: int
    """Frames in which it saw the face; only those were timed."""
    tried: int


def install(venv: Path) -> Path:
    """The others' Python, with everything it needs."""
    python, done = venv / "bin" / "python", venv / "done.txt"
    if done.exists() and done.read_text(encoding="utf-8") == LOCK.read_text(encoding="utf-8"):
        return python
    uv = str(Path(sys.executable).with_name("uv"))
    print(f"Installing the others into {venv} …", file=sys.stderr)
    subprocess.run([uv, "venv", "-q", "--clear", "--python", "3.11", venv], check=True)
    packages = ["--no-deps", "--require-hashes", "-r", LOCK]
    subprocess.run([uv, "pip", "install", "-q", "--python", python, *packages], check=True)
    done.write_text(LOCK.read_text(encoding="utf-8"), encoding="utf-8")
    return python


def frames() -> list[Image]:
    """Some seconds of somebody who sits there, RGB."""
    pictures = []
    for number, mood in enumerate(_MOODS):
        face = cv2.imread(str(ROOT / "models" / "mean_faces" / f"{mood}.png"), cv2.IMREAD_GRAYSCALE)
        room = SwayingRoom(np.asarray(face), SIDE, VGA, number)
        pictures += [room.frame(at / _RATE) for at in range(FRAMES // len(_MOODS))]
    return pictures


def ours(pictures: Sequence[Image], rounds: int) -> dict[str, Any]:
    """As eye looks: with everything that it does between two pictures."""
    times, found, tried, at = [], 0, 0, 0.0
    with opened() as models:
        looker = Looker(models.finder, models.reader)
        for picture in pictures:
            at += 1 / _RATE
            looker.look(picture, at)
        for picture in [one for _ in range(rounds) for one in pictures]:
            at += 1 / _RATE
            began = time.perf_counter()
            seen = looker.look(picture, at)
            took = (time.perf_counter() - began) * 1000
            tried, found = tried + 1, found + bool(seen.faces)
            if seen.faces:
                times.append(took)
    return {"ms": times, "found": found, "tried": tried}


def theirs(pictures: Sequence[Image], rounds: int, python: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        stack = Path(folder) / "frames.npy"
        np.save(stack, np.stack(pictures)[..., ::-1])
        done = subprocess.run(
            [python, RUN, stack, str(rounds)],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": ""},
        )
    if done.returncode:
        sys.exit(f"The others do not run:\n{done.stderr[-2000:]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def compared(told: dict[str, Any]) -> list[Peer]:
    """The table, from times in milliseconds."""
    own_ms = statistics.mean(told[OURS]["ms"])
    peers = []
    for name, times in told.items():
        mean = statistics.mean(times["ms"]) if times["ms"] else float("nan")
        median = statistics.median(times["ms"]) if times["ms"] else float("nan")
        peers.append(
            Peer(
                name=name,
                frames_per_s=round(1000 / mean, 1),
                median_ms=round(median, 2),
                mean_ms=round(mean, 2),
                times_slower=round(mean / own_ms, 1),
                found=times["found"],
                tried=times["tried"],
            )
        )
    return peers


def main() -> None:
    """Print the table, or one JSON value."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.peers", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON value")
    parser.add_argument("--rounds", type=int, default=3, help=f"times through {FRAMES} frames")
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv-peers", help="the others' place")
    asked = parser.parse_args()
    python, pictures = install(asked.venv), frames()
    with on_one_core():
        told = {OURS: ours(pictures, asked.rounds), **theirs(pictures, asked.rounds, python)}
    peers = compared(told)
    if asked.json:
        machine = {"system": platform.platform(), "python": platform.python_version()}
        about = {"schema": 1, "bench": "peers", "machine": machine, "peers": peers}
        sys.stdout.write(msgspec.json.encode(about).decode() + "\n")
        return
    print(f"{'':42}{'frames/s':>9}{'median':>11}{'mean':>11}{'slower':>9}  found")
    for one in peers:
        print(
            f"{one.name:42}{one.frames_per_s:9.1f}{one.median_ms:8.2f} ms{one.mean_ms:8.2f} ms"
            f"{one.times_slower:8.1f}x  {one.found} of {one.tried}"
        )


if __name__ == "__main__":
    main()
