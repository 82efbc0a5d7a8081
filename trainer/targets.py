"""What each face should be answered with, and how often it is shown."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge.messages import MOODS
from trainer.faces import VOTE_COLUMNS, Faces

_MOODS = len(MOODS)
_NOT_A_FACE = VOTE_COLUMNS.index("NF")


def votes_as_shares(votes: NDArray[np.int64]) -> NDArray[np.float32]:
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


def faces_to_learn(faces: Faces) -> Faces:
    """All but those in which most annotators saw no face."""
    total = faces.votes.sum(axis=1)
    return faces.take(~((total > 0) & (2 * faces.votes[:, _NOT_A_FACE] > total)))


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
