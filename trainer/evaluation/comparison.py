"""Two models, or one model in two runtimes, on the same faces, side by side."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from edge.eye.emotion import softmax
from edge.eye.model_card import Head, Truth
from edge.messages import MOODS, Mood
from trainer.errors import RunError
from trainer.evaluation.figures import confusion, own_truth, truth_of
from trainer.evaluation.subject import Logits, Subject
from trainer.faces import Faces

Pair = tuple[float, float]
"""The first model's, the second one's."""


class MoodPair(msgspec.Struct, frozen=True, kw_only=True):
    """One mood, read by both."""

    mood: Mood
    n: int
    recall: Pair
    f1: Pair


class McNemar(msgspec.Struct, frozen=True, kw_only=True):
    """Is one of the two really better, or was it luck?"""

    only_first: int
    """Faces that the first alone read rightly."""
    only_second: int
    p: float
    """Exact, two-sided: how likely at least this difference is by luck."""


class HeadPair(msgspec.Struct, frozen=True, kw_only=True):
    """One head of both."""

    head: Head
    truth: Truth
    n: int
    same_answers: float
    """Share of all faces, also of those whose truth is not known."""
    probability_difference: dict[str, float]
    """`largest` and `mean` over all faces and moods, each model at its own temperature."""
    logit_difference: dict[str, float]
    accuracy: Pair
    macro_f1: Pair
    by_mood: tuple[MoodPair, ...]
    mcnemar: McNemar


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """The first model against the second."""

    first: str
    second: str
    bit_for_bit: bool
    """Whether all logits are the same to the last bit."""
    heads: tuple[HeadPair, ...]


def compare(
    names: tuple[str, str],
    first: Logits,
    second: Logits,
    faces: Faces,
    heats: tuple[dict[Head, float], dict[Head, float]],
) -> Comparison:
    """Side by side, for the heads that both have."""
    shared = [head for head in first if head in second]
    if not shared:
        raise RunError(f"{names[0]} and {names[1]} have no head in common")
    return Comparison(
        first=names[0],
        second=names[1],
        bit_for_bit=all(np.array_equal(first[head], second[head]) for head in shared),
        heads=tuple(
            _pair(head, first[head], second[head], faces, (heats[0][head], heats[1][head]))
            for head in shared
        ),
    )


def called(subject: Subject, other: Subject) -> tuple[str, str]:
    """What to call the two: by file, and by runtime where that is what differs."""
    if subject.file == other.file:
        return subject.runtime, other.runtime
    if subject.name == other.name:
        return str(subject.file), str(other.file)
    return subject.name, other.name


def mcnemar(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> McNemar:
    """From whether each read each face rightly."""
    b, c = int((first & ~second).sum()), int((~first & second).sum())
    tail = sum(math.comb(b + c, k) for k in range(min(b, c) + 1))
    return McNemar(only_first=b, only_second=c, p=min(1.0, 2 * tail / 2 ** (b + c)))


def _pair(
    head: Head,
    first: NDArray[np.float32],
    second: NDArray[np.float32],
    faces: Faces,
    heats: tuple[float, float],
) -> HeadPair:
    truth = own_truth(head, faces)
    true = truth_of(truth, faces)
    known = true >= 0
    read = first.argmax(axis=1), second.argmax(axis=1)
    counts = [confusion(true[known], answers[known]) for answers in read]
    f1 = [_f1(table) for table in counts]
    right = [table.diagonal() / np.maximum(1, table.sum(axis=1)) for table in counts]
    return HeadPair(
        head=head,
        truth=truth,
        n=int(known.sum()),
        same_answers=round(float((read[0] == read[1]).mean()), 4),
        probability_difference=_apart(softmax(first, heats[0]), softmax(second, heats[1])),
        logit_difference=_apart(first, second),
        accuracy=_rounded([table.trace() / max(1, table.sum()) for table in counts]),
        macro_f1=_rounded([each.mean() for each in f1]),
        by_mood=tuple(
            MoodPair(
                mood=mood,
                n=int((true == place).sum()),
                recall=_rounded([shares[place] for shares in right]),
                f1=_rounded([shares[place] for shares in f1]),
            )
            for place, mood in enumerate(MOODS)
        ),
        mcnemar=mcnemar(*((answers == true)[known] for answers in read)),
    )


def _apart(one: NDArray[Any], other: NDArray[Any]) -> dict[str, float]:
    gap = np.abs(one - other)
    return {"largest": round(float(gap.max()), 6), "mean": round(float(gap.mean()), 6)}


def _f1(table: NDArray[np.int64]) -> NDArray[np.float64]:
    shares: NDArray[np.float64] = (
        2 * table.diagonal() / np.maximum(1, table.sum(axis=0) + table.sum(axis=1))
    )
    return shares


def _rounded(both: list[float]) -> Pair:
    return round(float(both[0]), 4), round(float(both[1]), 4)
