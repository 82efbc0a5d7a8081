"""How long one face takes on one core, beside a bare face detection in the same run.

The measuring is done in a process of its own, pinned to one core before any library starts its
threads; the rounds are interleaved, so that whatever else the machine does hits all alike. Not
quite alike: MediaPipe hands a frame from thread to thread and waits for the core each time, so on
a busy machine it took 28 ms by the clock where its processor time was 2.5. So both are told, and
the processor time (of all threads) is what the ratios are of: on one core that is what it costs.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from trainer.errors import RunError

if TYPE_CHECKING:  # numpy starts threads, so it waits until the process is pinned
    import numpy as np
    from numpy.typing import NDArray

ROUNDS = 300
DETECTOR = "face_detector_short_range.tflite"
FACE_PX_IN_FRAME = 240
FRAME = (480, 640)
GREY = 118
LIMIT_S = 600


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was timed."""

    what: str
    cpu_ms: float
    """Processor time of all threads, median; other programs do not count."""
    median_ms: float
    """By the clock."""
    p95_ms: float


class Speed(msgspec.Struct, frozen=True, kw_only=True):
    """Medians over interleaved rounds."""

    rounds: int
    one_core: bool
    """Whether the process could be pinned; else one thread only."""
    faces_found: int
    """By the detector in the frame it was timed on; it should be 1."""
    emotion: tuple[Timing, ...]
    """Bare invoke of the emotion model, in each runtime that is here."""
    detection: tuple[Timing, ...]
    """MediaPipe's detector on a 640×480 frame with one face, then its network's bare invoke."""
    ratios: dict[str, dict[str, float]]
    """Processor time of each emotion timing divided by that of each detection timing."""
    ratios_by_clock: dict[str, dict[str, float]]
    """The same of the medians by the clock."""


def speed(model: Path, models: Path, rounds: int = ROUNDS) -> Speed:
    """Time the .tflite file `model`; `models` holds the face detector and the mean faces."""
    detector = models / DETECTOR
    if not detector.exists():
        raise RunError(
            f"there is no face detector {detector} to compare with; deploy/setup fetches it"
        )
    asked = [sys.executable, "-m", "trainer.evaluation.speed", model, detector, models, rounds]
    told = subprocess.run(
        [str(part) for part in asked], capture_output=True, text=True, check=False, timeout=LIMIT_S
    )
    if told.returncode:
        last = (told.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise RunError(f"the speed could not be measured: {last}")
    return msgspec.json.decode(told.stdout, type=Speed)


def _measure(model: Path, detector: Path, models: Path, rounds: int) -> Speed:
    """In the child: everything that has threads is imported in here, on the one core."""
    import numpy as np

    from edge.eye.emotion import Network, installed
    from edge.eye.face_image import normalise
    from edge.eye.faces import MediapipeFaceFinder

    face, frame = _face_and_frame(models)
    emotion: dict[str, Callable[[], object]] = {}
    detection: dict[str, Callable[[], object]] = {}
    with MediapipeFaceFinder(detector) as finder:
        found = len(finder.find(frame))
        for runtime in installed():
            network = Network(model.read_bytes(), runtime)  # type: ignore[arg-type]  # installed() names RuntimeChoices
            network.logits(normalise(face))
            emotion[network.runtime] = network.invoke
        detection["MediaPipe short-range detection"] = lambda: finder.find(frame)
        bare = Network(detector.read_bytes())
        bare.logits(np.zeros(bare.inputs[0]["shape"], np.float32))
        detection[f"its network in {bare.runtime}"] = bare.invoke
        timings = {
            name: _timing(name, taken)
            for name, taken in _rounds(emotion | detection, rounds).items()
        }
    return Speed(
        rounds=rounds,
        one_core=_cores() == 1,
        faces_found=found,
        emotion=tuple(timings[name] for name in emotion),
        detection=tuple(timings[name] for name in detection),
        ratios={
            name: {of: round(timings[name].cpu_ms / timings[of].cpu_ms, 3) for of in detection}
            for name in emotion
        },
        ratios_by_clock={
            name: {
                of: round(timings[name].median_ms / timings[of].median_ms, 3) for of in detection
            }
            for name in emotion
        },
    )


Taken = list[tuple[float, float]]
"""Milliseconds by the clock, and of processor time."""


def _rounds(timed: dict[str, Callable[[], object]], rounds: int) -> dict[str, Taken]:
    taken: dict[str, Taken] = {name: [] for name in timed}
    for _ in range(rounds):
        for name, call in timed.items():
            clock, cpu = time.perf_counter_ns(), time.process_time_ns()
            call()
            cpu, clock = time.process_time_ns() - cpu, time.perf_counter_ns() - clock
            taken[name].append((clock / 1e6, cpu / 1e6))
    return taken


def _timing(what: str, taken: Taken) -> Timing:
    by_clock = sorted(clock for clock, _ in taken)
    return Timing(
        what=what,
        cpu_ms=round(statistics.median(cpu for _, cpu in taken), 4),
        median_ms=round(statistics.median(by_clock), 4),
        p95_ms=round(by_clock[round(0.95 * (len(taken) - 1))], 4),
    )


def _face_and_frame(models: Path) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """A mean face, and the same one 240 pixels wide in the middle of a grey frame."""
    import numpy as np
    from PIL import Image

    picture = Image.open(models / "mean_faces" / "happy.png").convert("L")
    large = np.asarray(
        picture.resize((FACE_PX_IN_FRAME, FACE_PX_IN_FRAME), Image.Resampling.BICUBIC)
    )
    frame = np.full((*FRAME, 3), GREY, np.uint8)
    top, left = ((side - FACE_PX_IN_FRAME) // 2 for side in FRAME)
    frame[top : top + FACE_PX_IN_FRAME, left : left + FACE_PX_IN_FRAME] = large[..., None]
    return np.asarray(picture), frame


def _pin() -> None:
    """To the last of the cores that this process may use; the first one serves interrupts."""
    if sys.platform == "linux":
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 0


if __name__ == "__main__":
    _pin()
    _, _model, _detector, _models, _rounds_asked = sys.argv
    _told = _measure(Path(_model), Path(_detector), Path(_models), int(_rounds_asked))
    sys.stdout.write(msgspec.json.encode(_told).decode())
