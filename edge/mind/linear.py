"""A Bayesian linear model of few dimensions: what rewards make it believe, and draws from that.

Kept is the precision and what it is multiplied into (the information form), so that a reward is
added, taken back and forgotten by simple sums; the Cholesky factor is made when something changed.
Plain lists: at 56 dimensions a change takes some milliseconds and a draw less than one.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from edge.messages import Value
from edge.mind.chance import Chance
from edge.mind.features import SLOTS, Features

Vector = list[float]
Rows = list[list[float]]


class Prior(Value, frozen=True):
    """What is believed before the first reward; each slot for itself."""

    mean: Vector
    precision: Vector


class Gaussian(Value, frozen=True):
    """What is believed now."""

    prior: Prior
    seen: Rows
    """Precision that rewards have added: below and on the diagonal."""
    told: Vector
    """What they have added to precision × mean."""
    mean: Vector
    factor: Rows
    """The Cholesky factor of the precision, below and on the diagonal."""


def blank(prior: Prior) -> Gaussian:
    """Nothing but the prior."""
    return Gaussian(
        prior=prior,
        seen=[[0.0] * (row + 1) for row in range(SLOTS)],
        told=[0.0] * SLOTS,
        mean=list(prior.mean),
        factor=_cholesky([[0.0] * (row + 1) for row in range(SLOTS)], prior.precision),
    )


def add(
    rewards: Sequence[tuple[Features, float, float]], to: Gaussian, keep: float = 1.0
) -> Gaussian:
    """After these rewards (features, reward, precision of it), each making the old ones fade."""
    seen = [list(row) for row in to.seen]
    told = list(to.told)
    for features, reward, weight in rewards:
        if keep < 1.0:
            seen = [[value * keep for value in row] for row in seen]
            told = [value * keep for value in told]
        for slot, value in features:
            told[slot] += weight * value * reward
            row = seen[slot]
            for other, beside in features:
                if other <= slot:
                    row[other] += weight * value * beside
    factor = _cholesky(seen, to.prior.precision)
    prior = to.prior
    right = [told[i] + prior.precision[i] * prior.mean[i] for i in range(SLOTS)]
    mean = _solve_upper(factor, _solve_lower(factor, right))
    return Gaussian(prior=prior, seen=seen, told=told, mean=mean, factor=factor)


def draw(belief: Gaussian, chance: Chance, times: float = 1.0) -> Vector:
    """Weights as they may well be: Thompson's way to try what is not known yet."""
    noise = _solve_upper(belief.factor, [chance.normal() for _ in range(SLOTS)])
    return [mean + times * error for mean, error in zip(belief.mean, noise, strict=True)]


def value(weights: Vector, features: Features) -> float:
    """The reward that these weights expect."""
    expected = 0.0
    # For hundreds of songs a choice; a generator takes 1.7 times as long.
    for slot, size in features:
        expected += weights[slot] * size
    return expected


def spread(prior: Prior, features: Features) -> float:
    """Variance of the reward under the prior."""
    return sum(size * size / prior.precision[slot] for slot, size in features)


def _cholesky(seen: Rows, diagonal: Vector) -> Rows:
    factor: Rows = []
    for i, row in enumerate(seen):
        new: list[float] = []
        for j in range(i):
            above = factor[j]
            new.append((row[j] - sum(map(float.__mul__, new, above))) / above[j])
        new.append(sqrt(row[i] + diagonal[i] - sum(map(float.__mul__, new, new))))
        factor.append(new)
    return factor


def _solve_lower(factor: Rows, right: Sequence[float]) -> Vector:
    solution: Vector = []
    for row, wanted in zip(factor, right, strict=True):
        solution.append((wanted - sum(map(float.__mul__, solution, row))) / row[-1])
    return solution


def _solve_upper(factor: Rows, right: Sequence[float]) -> Vector:
    solution = list(right)
    for i in range(len(factor) - 1, -1, -1):
        row = factor[i]
        solution[i] /= row[i]
        last = solution[i]
        for j in range(i):
            solution[j] -= row[j] * last
    return solution
