"""How right one head is against one truth, in all and for each mood."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from edge.eye.model_card import Head, Metric, Truth
from edge.messages import MOODS, Mood
from trainer.evaluation.calibration import Calibration, calibration
from trainer.faces import Faces, majority

Counts = NDArray[np.int64]
Z = 1.959964
"""Standard deviations that hold 95 %."""


class MoodFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One mood."""

    mood: Mood
    n: int
    """Faces that are so in truth."""
    named: int
    """Faces that were read so."""
    precision: float
    recall: float
    f1: float


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """One head against one truth."""

    metric: Metric
    interval: tuple[float, float]
    """Of the accuracy: Wilson's, 95 %."""
    recall: tuple[float, ...]
    """Within each mood, in the order of MOODS."""
    by_mood: tuple[MoodFigures, ...]
    counts: tuple[tuple[int, ...], ...]
    """Rows are the truth."""
    calibration: Calibration


def figures(
    head: Head,
    truth: Truth,
    split: str,
    logits: NDArray[np.float32],
    temperature: float,
    faces: Faces,
) -> Figures:
    """All figures of one head against one truth; the temperature moves the calibration only."""
    true = truth_of(truth, faces)
    known = true >= 0
    counts = confusion(true[known], logits[known].argmax(axis=1))
    by_mood = _by_mood(counts)
    believed = calibration(truth, logits, temperature, faces)
    right, n = int(counts.trace()), int(counts.sum())
    metric = Metric(
        head=head,
        truth=truth,
        split=split,
        n=n,
        accuracy=round(right / max(1, n), 4),
        macro_f1=round(sum(row.f1 for row in by_mood) / len(MOODS), 4),
        ece=believed.ece,
    )
    return Figures(
        metric=metric,
        interval=wilson(right, n),
        recall=tuple(row.recall for row in by_mood),
        by_mood=by_mood,
        counts=tuple(tuple(int(cell) for cell in row) for row in counts),
        calibration=believed,
    )


def truth_of(truth: Truth, faces: Faces) -> NDArray[np.int64]:
    """The labels, or the mood that most annotators named; −1 where there is none."""
    return faces.labels if truth == "fer2013" else majority(faces.votes)


def own_truth(head: Head, faces: Faces) -> Truth:
    """The truth that a head was taught, as far as the data holds it."""
    return "ferplus" if head == "perceived" and faces.votes.any() else "fer2013"


def wilson(right: int, n: int) -> tuple[float, float]:
    """The interval that holds the true share with 95 %, given `right` of `n`."""
    if n == 0:
        return 0.0, 1.0
    share = right / n
    middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    reach = Z / (1 + Z**2 / n) * (share * (1 - share) / n + Z**2 / (4 * n**2)) ** 0.5
    return round(max(0.0, middle - reach), 4), round(min(1.0, middle + reach), 4)


def confusion(true: NDArray[np.int64], read: NDArray[np.int64]) -> Counts:
    """Rows are the truth."""
    side = len(MOODS)
    cells: Counts = np.bincount(true * side + read, minlength=side * side)
    return cells.reshape(side, side)


def _by_mood(counts: Counts) -> tuple[MoodFigures, ...]:
    """A mood that neither truth nor model names counts as nothing."""
    right, n, named = counts.diagonal(), counts.sum(axis=1), counts.sum(axis=0)
    return tuple(
        MoodFigures(
            mood=mood,
            n=int(n[i]),
            named=int(named[i]),
            precision=round(float(right[i] / max(1, named[i])), 4),
            recall=round(float(right[i] / max(1, n[i])), 4),
            f1=round(float(2 * right[i] / max(1, n[i] + named[i])), 4),
        )
        for i, mood in enumerate(MOODS)
    )
