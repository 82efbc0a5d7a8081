"""How right a model is, against both truths, and how far its confidence can be believed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from edge.eye.emotion import Network, RuntimeChoice, softmax
from edge.eye.face_image import normalise
from edge.eye.model_card import Head, Metric, Truth
from edge.messages import MOODS
from trainer.errors import RunError
from trainer.faces import Faces, majority
from trainer.targets import trust, votes_as_shares

HEADS: tuple[Head, ...] = ("perceived", "fer2013")
"""In the order of the outputs of every network made here."""
BINS = 15
"""Of the expected calibration error."""

Logits = dict[Head, NDArray[np.float32]]
Counts = NDArray[np.int64]


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """One head against one truth."""

    metric: Metric
    recall: tuple[float, ...]
    """Within each mood, in the order of MOODS."""
    counts: tuple[tuple[int, ...], ...]
    """Rows are the truth."""


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """All that `evaluate` tells."""

    model: str
    runtime: str
    split: str
    faces: int
    temperature: dict[Head, float]
    """Fitted on this split where none was given."""
    figures: tuple[Figures, ...]

    def of(self, head: Head, truth: Truth) -> Figures:
        """The figures of this head against this truth."""
        return next(
            part for part in self.figures if part.metric.head == head and part.metric.truth == truth
        )


def answers(model: Path, faces: Faces, runtime: RuntimeChoice = "auto") -> tuple[Logits, str]:
    """The logits of a .tflite file or a checkpoint for these faces, and what ran it."""
    if not model.exists():
        raise RunError(f"there is no model at {model}")
    if model.suffix == ".pt":
        from trainer.checkpoint import load_network, logits_of

        given = logits_of(load_network(model), faces.pixels)
        return dict(zip(HEADS, given, strict=True)), "torch"
    network = Network(model.read_bytes(), runtime)
    rows = [network.logits(normalise(face)) for face in faces.pixels]
    return {
        head: np.stack([row[place] for row in rows]) for place, head in enumerate(HEADS)
    }, network.runtime


def evaluate(
    model: Path,
    faces: Faces,
    split: str,
    runtime: RuntimeChoice = "auto",
    temperature: dict[Head, float] | None = None,
) -> Evaluation:
    """Every figure of one model on one split."""
    logits, ran = answers(model, faces, runtime)
    heat = temperature or fit_temperatures(logits, faces)
    truths: tuple[Truth, ...] = ("fer2013", "ferplus") if faces.votes.any() else ("fer2013",)
    figures = tuple(
        _figures(head, truth, split, softmax(logits[head], heat[head]), faces)
        for head in HEADS
        for truth in truths
    )
    return Evaluation(
        model=model.name,
        runtime=ran,
        split=split,
        faces=len(faces),
        temperature=heat,
        figures=figures,
    )


def fit_temperatures(logits: Logits, faces: Faces) -> dict[Head, float]:
    """For `perceived` against the shares of votes, for `fer2013` against the labels."""
    labels = np.eye(len(MOODS))[faces.labels]
    shares, weight = votes_as_shares(faces.votes), trust(faces.votes)
    if not weight.any():
        shares, weight = labels.astype(np.float32), np.ones(len(faces), dtype=np.float32)
    return {
        "perceived": _temperature(logits["perceived"], shares, weight),
        "fer2013": _temperature(logits["fer2013"], labels, np.ones(len(faces))),
    }


def _temperature(logits: NDArray[np.float32], target: NDArray[Any], weight: NDArray[Any]) -> float:
    """The one that gives the least cross entropy, by golden section on its logarithm."""

    def surprise(log_t: float) -> float:
        shares = softmax(logits, float(np.exp(log_t)))
        return float(-(weight * (target * np.log(shares + 1e-12)).sum(axis=1)).sum())

    low, high, golden = -2.0, 2.0, (5**0.5 - 1) / 2
    for _ in range(40):
        a, b = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, b) if surprise(a) < surprise(b) else (a, high)
    return round(float(np.exp((low + high) / 2)), 4)


def _figures(
    head: Head, truth: Truth, split: str, shares: NDArray[np.float64], faces: Faces
) -> Figures:
    true = faces.labels if truth == "fer2013" else majority(faces.votes)
    known = true >= 0
    counts = _confusion(true[known], shares[known].argmax(axis=1))
    total = counts.sum(axis=1)
    recall = counts.diagonal() / np.maximum(total, 1)
    metric = Metric(
        head=head,
        truth=truth,
        split=split,
        n=int(known.sum()),
        accuracy=round(float(counts.trace() / max(1, counts.sum())), 4),
        macro_f1=round(_macro_f1(counts), 4),
        ece=round(_ece(shares, _believed(shares, truth, faces)), 4),
    )
    return Figures(
        metric=metric,
        recall=tuple(round(float(value), 4) for value in recall),
        counts=tuple(tuple(int(cell) for cell in row) for row in counts),
    )


def _confusion(true: NDArray[np.int64], read: NDArray[np.int64]) -> Counts:
    side = len(MOODS)
    cells: Counts = np.bincount(true * side + read, minlength=side * side)
    return cells.reshape(side, side)


def _macro_f1(counts: Counts) -> float:
    """Mean of the moods' F1; one that neither truth nor model names counts as nothing."""
    right = counts.diagonal()
    named = counts.sum(axis=0) + counts.sum(axis=1)
    return float((2 * right / np.maximum(named, 1)).mean())


def _believed(shares: NDArray[np.float64], truth: Truth, faces: Faces) -> NDArray[np.float64]:
    """How right each answer was: 0 or 1 by the label, or the share of votes; NaN if unknown."""
    read = shares.argmax(axis=1)
    if truth == "fer2013":
        return np.asarray(read == faces.labels, dtype=np.float64)
    voted: NDArray[np.float64] = votes_as_shares(faces.votes).astype(np.float64)
    voted = voted[np.arange(len(read)), read]
    voted[trust(faces.votes) == 0] = np.nan
    return voted


def _ece(shares: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    """Expected calibration error: mean gap between confidence and being right, by confidence."""
    known = ~np.isnan(right)
    confidence, right = shares.max(axis=1)[known], right[known]
    place = np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
    gap = np.bincount(place, confidence - right, BINS)
    return float(np.abs(gap).sum() / max(1, len(right)))
