"""How far a confidence can be believed, and the temperature that makes it believable."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from edge.eye.emotion import softmax
from edge.eye.model_card import Head, Truth
from edge.messages import MOODS
from trainer.evaluation.subject import Logits
from trainer.faces import Faces
from trainer.targets import trust, votes_as_shares

BINS = 15
"""Of the expected calibration error."""

Shares = NDArray[np.float64]


class Bin(msgspec.Struct, frozen=True, kw_only=True):
    """The answers of about the same confidence."""

    low: float
    high: float
    n: int
    confidence: float | None
    """Mean; None where there is no answer in here."""
    right: float | None
    """Share that was right, or mean share of votes."""


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """One head's confidence against one truth."""

    compared_with: str
    """`label`: was the answer the label? `votes`: the share of votes that the answer got."""
    n: int
    ece_raw: float
    """Expected calibration error at temperature 1."""
    ece: float
    """The same at the temperature used."""
    bins: tuple[Bin, ...]
    """At the temperature used."""


def calibration(
    truth: Truth, logits: NDArray[np.float32], temperature: float, faces: Faces
) -> Calibration:
    """Compare a head's confidence with one truth, before and after its temperature."""
    shares = softmax(logits, temperature)
    right = believed(shares, truth, faces)
    return Calibration(
        compared_with="label" if truth == "fer2013" else "votes",
        n=int((~np.isnan(right)).sum()),
        ece_raw=round(ece(softmax(logits), right), 4),
        ece=round(ece(shares, right), 4),
        bins=reliability(shares, right),
    )


def fit_temperatures(logits: Logits, faces: Faces) -> dict[Head, float]:
    """For `perceived` against the shares of votes, for `fer2013` against the labels."""
    labels = np.eye(len(MOODS))[faces.labels]
    shares, weight = votes_as_shares(faces.votes), trust(faces.votes)
    if not weight.any():
        shares, weight = labels.astype(np.float32), np.ones(len(faces), dtype=np.float32)
    return {
        head: _temperature(answers, shares, weight)
        if head == "perceived"
        else _temperature(answers, labels, np.ones(len(faces)))
        for head, answers in logits.items()
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


def believed(shares: Shares, truth: Truth, faces: Faces) -> Shares:
    """How right each answer was: 0 or 1 by the label, or the share of votes; NaN if unknown."""
    read = shares.argmax(axis=1)
    if truth == "fer2013":
        return np.asarray(read == faces.labels, dtype=np.float64)
    voted: Shares = votes_as_shares(faces.votes).astype(np.float64)
    voted = voted[np.arange(len(read)), read]
    voted[trust(faces.votes) == 0] = np.nan
    return voted


def ece(shares: Shares, right: Shares) -> float:
    """Expected calibration error: mean gap between confidence and being right, by confidence."""
    confidence, right, place = _placed(shares, right)
    gap = np.bincount(place, confidence - right, BINS)
    return float(np.abs(gap).sum() / max(1, len(right)))


def reliability(shares: Shares, right: Shares) -> tuple[Bin, ...]:
    """The answers gathered by confidence."""
    confidence, right, place = _placed(shares, right)
    made = []
    for number in range(BINS):
        here = place == number
        some = bool(here.any())
        made.append(
            Bin(
                low=round(number / BINS, 4),
                high=round((number + 1) / BINS, 4),
                n=int(here.sum()),
                confidence=round(float(confidence[here].mean()), 4) if some else None,
                right=round(float(right[here].mean()), 4) if some else None,
            )
        )
    return tuple(made)


def _placed(shares: Shares, right: Shares) -> tuple[Shares, Shares, NDArray[np.int64]]:
    known = ~np.isnan(right)
    confidence = shares.max(axis=1)[known]
    return confidence, right[known], np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
