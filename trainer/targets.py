"""What each face should be answered with, and how often it is shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge.eye.model_card import Head
from edge.messages import MOODS
from trainer.faces import VOTE_COLUMNS, Faces

HEADS: tuple[Head, ...] = ("perceived", "fer2013")
"""In the order of a network's outputs."""

_MOODS = len(MOODS)
_NOT_A_FACE = VOTE_COLUMNS.index("NF")

Shares = NDArray[np.float32]
"""n × 7, not negative."""


@dataclass(frozen=True)
class Targets:
    """What to learn: for each head the wanted shares, whose sum is the face's weight."""

    perceived: Shares
    fer2013: Shares


def votes_as_shares(votes: NDArray[np.int64]) -> Shares:
    """Share of each mood among the votes for moods; a lone vote is a slip and does not count."""
    moods = votes[:, :_MOODS].astype(np.float32)
    steady = np.where(moods > 1, moods, 0)
    moods = np.where(steady.sum(axis=1, keepdims=True) > 0, steady, moods)
    total = moods.sum(axis=1, keepdims=True)
    return np.divide(moods, total, out=np.zeros_like(moods), where=total > 0)


def trust(votes: NDArray[np.int64]) -> NDArray[np.float32]:
    """Weight of the perceived target: the share of annotators who saw one of the seven moods.

    Zero where they saw no face, or FER+ is not known.
    """
    total = votes.sum(axis=1)
    moods = votes[:, :_MOODS].sum(axis=1)
    share = np.divide(moods, total, out=np.zeros(len(votes)), where=total > 0)
    no_face = 2 * votes[:, _NOT_A_FACE] > total
    return np.where(no_face, 0, share).astype(np.float32)


def worth_learning(training: Faces, choosing: Faces) -> NDArray[np.bool_]:
    """All but those in which most annotators saw no face, and copies of what chooses."""
    total = training.votes.sum(axis=1)
    faces = (total == 0) | (2 * training.votes[:, _NOT_A_FACE] <= total)
    seen = {face.tobytes() for face in choosing.pixels}
    new = np.array([face.tobytes() not in seen for face in training.pixels], dtype=np.bool_)
    learnt: NDArray[np.bool_] = faces & new
    return learnt


def targets_of(
    faces: Faces,
    smoothing: float = 0.0,
    class_weights: float = 0.0,
    taught: Targets | None = None,
    teachers: float = 0.0,
) -> Targets:
    """Both truths, blended with the teachers' answers by the share `teachers`."""
    labelled = np.eye(_MOODS, dtype=np.float32)[faces.labels] * (1 - smoothing) + smoothing / _MOODS
    voted, weight = votes_as_shares(faces.votes), trust(faces.votes)[:, None]
    if taught is not None:
        labelled = (1 - teachers) * labelled + teachers * taught.fer2013
        voted = (1 - teachers) * voted + teachers * taught.perceived
    frequency = np.maximum(np.bincount(faces.labels, minlength=_MOODS) / len(faces), 1e-3)
    rarity = frequency**-class_weights
    rarity /= (rarity * frequency).sum()
    return Targets(
        perceived=(voted * weight).astype(np.float32),
        fer2013=(labelled * rarity[faces.labels, None]).astype(np.float32),
    )


def draw_weights(faces: Faces, balance: float) -> NDArray[np.float64]:
    """How likely each face is drawn, from how rare its moods are under both truths."""
    label = np.eye(_MOODS, dtype=np.float32)[faces.labels]
    shares = votes_as_shares(faces.votes)
    known = shares.sum(axis=1, keepdims=True) > 0
    both = (label + np.where(known, shares, label)) / 2
    frequency = np.maximum(both.mean(axis=0), 1e-3)
    weight = (both * frequency**-balance).sum(axis=1).astype(np.float64)
    chance: NDArray[np.float64] = weight / weight.sum()
    return chance
