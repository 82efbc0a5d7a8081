"""What the trainer learns from: faces with two truths each, in splits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from edge.messages import MOODS
from trainer.errors import DataError

Split = Literal["Training", "PublicTest", "PrivateTest"]
SPLITS: tuple[Split, ...] = ("Training", "PublicTest", "PrivateTest")

VOTE_COLUMNS = (
    *("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral"),
    *("contempt", "unknown", "NF"),
)
"""FER+ columns in our order: the seven moods first, then what is none of them."""


@dataclass(frozen=True)
class Faces:
    """Faces with their two truths; row i of every array is the same face."""

    pixels: NDArray[np.uint8]
    """n × 48 × 48"""
    labels: NDArray[np.int64]
    """FER2013's own label, in the order of MOODS."""
    votes: NDArray[np.int64]
    """n × 10 in the order of VOTE_COLUMNS; all zero where FER+ is unknown."""
    rows: NDArray[np.int64]
    """Row in fer2013.csv, −1 where unknown."""

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, index: NDArray[np.int64] | NDArray[np.bool_]) -> Faces:
        """The same arrays at these places only."""
        return Faces(self.pixels[index], self.labels[index], self.votes[index], self.rows[index])


@dataclass(frozen=True)
class Broken:
    """A picture or row that could not be used and was left out."""

    name: str
    """The picture's path inside the data, or the table and its row (the first is row 0)."""
    reason: str


@dataclass(frozen=True)
class Reading:
    """How a dataset was found and read."""

    taken: str = ""
    """What was read, in words."""
    notes: tuple[str, ...] = ()
    """Sentences about what was left aside or not joined, and why."""
    broken: tuple[Broken, ...] = ()
    resized: int = 0
    """Pictures that were not 48 × 48."""
    coloured: int = 0
    """Pictures that were not stored as plain grey."""


@dataclass(frozen=True)
class Dataset:
    """All splits of one dataset."""

    splits: dict[Split, Faces]
    sha256: str
    """Over pixels, labels and votes, so that every layout of the same data has the same one."""
    reading: Reading = field(default_factory=Reading)

    def __getitem__(self, split: Split) -> Faces:
        if split not in self.splits:
            raise DataError(f"the data holds no split {split}; it has {', '.join(self.splits)}")
        return self.splits[split]


def majority(votes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The mood that more than half of all annotators named, −1 where there is none."""
    moods = votes[:, : len(MOODS)]
    winner = moods.argmax(axis=1)
    clear = 2 * moods.max(axis=1) > votes.sum(axis=1)
    return np.where(clear, winner, -1)


def without_copies_of(faces: Faces, others: Faces) -> Faces:
    """The faces whose pixels do not stand in `others`, so that training never sees a choice."""
    seen = {face.tobytes() for face in others.pixels}
    keep = np.array([face.tobytes() not in seen for face in faces.pixels], dtype=np.bool_)
    return faces.take(keep)
