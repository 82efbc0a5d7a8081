"""What a bench tells: figures, the models it measures, and what they were measured on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from edge.bench.report import Result
from edge.eye.emotion import Network, TfliteEmotionReader
from edge.eye.faces import MediapipeFaceFinder

ROOT = Path(__file__).resolve().parents[2]
VGA, HD = (640, 480), (1280, 720)

Faces = NDArray[np.uint8]


class Models(msgspec.Struct, frozen=True):
    """What finds and what reads."""

    finder: MediapipeFaceFinder
    reader: TfliteEmotionReader
    network: Network
    """The reader's, bare."""


def one_of(known: Faces, number: int) -> NDArray[np.uint8]:
    return np.asarray(known[int(np.random.default_rng(number).integers(len(known)))])


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


def figure(name: str, value: float, unit: str, n: int) -> Result:
    return Result(name=name, value=round(value, 3), unit=unit, n=n)


def share(name: str, hits: int, n: int) -> Result:
    return figure(name, 100 * hits / n, "%", n)


def per_thousand(name: str, hits: int, n: int) -> Result:
    return figure(name, 1000 * hits / n, "of 1000", n)
