"""Seven mean faces for the demo camera: a statistic of real faces, and no person's picture.

The plain mean of all clear faces is too soft to be read for half of the moods. So the teachers'
answers name the clearest faces, those come first that are typical in shape, nobody comes twice,
and sixteen are averaged. The shipped model only checks the result.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from edge.eye.emotion import TfliteEmotionReader
from edge.eye.face_image import FACE_PX, normalise
from edge.messages import MOODS, Mood
from trainer.answers import read_answers
from trainer.errors import DataError
from trainer.evaluation.text import columns
from trainer.faces import Dataset, Faces

AVERAGED = 16
POOL = 200
"""The clearest faces of a mood, from which the typical ones are taken."""
AGREED = 0.6
"""Share of the annotators who must have named the mood …"""
AGREED_RARE = 0.4
"""… and for disgust and fear, which people seldom agree on."""
RARE = ("disgust", "fear")
ALIKE = 0.6
"""Correlation from which two pictures may show one person: FER2013 holds many people twice, a
little moved or mirrored. At 0.8 one woman came five times among sixteen fearful faces."""
CONTRAST = 52
"""Standard deviation of a finished picture in grey levels."""

_SHIFTS = range(-6, 7, 2)


class MeanFace(msgspec.Struct, frozen=True, kw_only=True):
    """One finished picture and how the shipped model reads it."""

    mood: Mood
    faces: int
    rows: tuple[int, ...]
    """Of fer2013.csv, so that anybody can see who was averaged."""
    read: Mood
    confidence: float
    """Of the right mood."""
    worst: float
    """The same where the picture is moved by a pixel in the worst direction."""


def make(dataset: Dataset, teachers: Sequence[Path], card: Path, out: Path) -> tuple[MeanFace, ...]:
    """Write `<mood>.png` for the seven moods into `out`, and read each with the shipped model."""
    training = dataset["Training"]
    if not training.votes.any():
        raise DataError("mean faces need the FER+ votes; name them with --ferplus")
    shares = read_answers(teachers, dataset)[0].perceived
    made = []
    with TfliteEmotionReader(card) as reader:
        for place, mood in enumerate(MOODS):
            chosen = choose(training, shares[:, place], mood)
            picture = mean_face(training.pixels[chosen])
            _write(picture, out / f"{mood}.png")
            made.append(_checked(reader, picture, mood, training.rows[chosen]))
    return tuple(made)


def choose(faces: Faces, clear: NDArray[np.float32], mood: Mood) -> NDArray[np.int64]:
    """Places of the clear and typical faces of this mood, no two of them alike."""
    total = np.maximum(faces.votes.sum(axis=1), 1)
    agreed = faces.votes[:, MOODS.index(mood)] / total
    sure = np.where(agreed > (AGREED_RARE if mood in RARE else AGREED), clear, 0.0)
    pool = np.argsort(-sure, kind="stable")[:POOL]
    pool = pool[sure[pool] > 0]
    shapes = _unit(normalise(faces.pixels[pool]))
    typical = (shapes * _unit(shapes.mean(axis=0))).sum(axis=(1, 2))
    order = np.argsort(-typical * sure[pool], kind="stable")
    chosen: list[int] = []
    for place in order:
        if all(_alike(shapes[place], shapes[other]) < ALIKE for other in chosen):
            chosen.append(int(place))
        if len(chosen) == AVERAGED:
            break
    return np.array([int(pool[place]) for place in chosen], dtype=np.int64)


def mean_face(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The mean of these faces, each at its own contrast, brought back to full contrast."""
    mean = normalise(pixels).mean(axis=0)
    even = (mean - mean.mean()) / max(float(mean.std()), 1e-6)
    levels: NDArray[np.uint8] = np.clip(128 + CONTRAST * even, 0, 255).astype(np.uint8)
    return levels


def _unit(faces: NDArray[np.float32]) -> NDArray[np.float32]:
    """Without mean, length one, so that a product is a correlation."""
    centred = faces - faces.mean(axis=(-2, -1), keepdims=True)
    length = np.sqrt((centred**2).sum(axis=(-2, -1), keepdims=True))
    unit: NDArray[np.float32] = centred / np.maximum(length, np.float32(1e-6))
    return unit


def _moved(face: NDArray[np.float32], down: int, across: int) -> NDArray[np.float32]:
    reach = max(abs(down), abs(across))
    padded = np.pad(face, reach, mode="edge")
    top, left = reach + down, reach + across
    return padded[top : top + FACE_PX, left : left + FACE_PX]


def _alike(face: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Highest correlation of two faces, one of them moved and mirrored in every way."""
    both = [
        _moved(side, down, across)
        for side in (face, face[:, ::-1])
        for down in _SHIFTS
        for across in _SHIFTS
    ]
    return float((_unit(np.stack(both)) * other).sum(axis=(1, 2)).max())


def _checked(
    reader: TfliteEmotionReader, picture: NDArray[np.uint8], mood: Mood, rows: NDArray[np.int64]
) -> MeanFace:
    """How the shipped model reads the picture, in its place and moved by a pixel."""
    floats = picture.astype(np.float32)
    seen = [
        reader.read(_moved(floats, down, across).astype(np.uint8))
        for down in (0, -1, 1)
        for across in (0, -1, 1)
    ]
    return MeanFace(
        mood=mood,
        faces=len(rows),
        rows=tuple(int(row) for row in rows),
        read=max(seen[0], key=lambda name: seen[0][name]),
        confidence=round(seen[0][mood], 3),
        worst=round(min(shares[mood] for shares in seen), 3),
    )


def _write(picture: NDArray[np.uint8], path: Path) -> None:
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(path, optimize=True)


def as_table(made: tuple[MeanFace, ...]) -> str:
    """One line per picture."""
    rows = [("mood", "faces", "read as", "confidence", "shifted")]
    rows += [
        (face.mood, f"{face.faces}", face.read, f"{face.confidence:.2f}", f"{face.worst:.2f}")
        for face in made
    ]
    return "\n".join(columns(rows))
