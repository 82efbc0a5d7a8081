"""What is measured of every system alike: how right it is, and how long one face takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from edge.messages import MOODS

FACES = 40
LONGEST_S = 5.0
"""Slow systems are asked about fewer faces."""


def rightness(labels: NDArray[np.int64], read: NDArray[np.int64]) -> tuple[float, float]:
    """Accuracy, and the mean of the moods' F1; a mood that nobody names counts as nothing."""
    from sklearn.metrics import f1_score

    balanced = f1_score(labels, read, labels=range(len(MOODS)), average="macro", zero_division=0)
    return round(float((labels == read).mean()), 4), round(float(balanced), 4)


def ms_per_face(answer: Callable[[NDArray[np.uint8]], Any], faces: NDArray[np.uint8]) -> float:
    """Median over some faces, one at a time, on one core; after one that is not timed.

    Processor time: where a core is idle that is the wall's, and a busy one does not spoil it.
    """
    taken: list[float] = []
    with threadpool_limits(1):
        answer(faces[0])
        for face in faces[:FACES]:
            start = time.process_time()
            answer(face)
            taken.append(time.process_time() - start)
            if sum(taken) > LONGEST_S:
                break
    return round(float(np.median(taken)) * 1e3, 3)
