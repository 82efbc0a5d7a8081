"""How soon an answer settles after a change of mood, and how steady it stays.

*Settled* is the first moment of a spell from which the answer stays right for five seconds. A
*false switch* is any change of the answer after that within the spell.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from edge.bench.spells import SPELL_S

STAYS_S = 5.0
Answers = NDArray[np.int64]


class Steadiness(msgspec.Struct, frozen=True):
    """Of many spells; those that never settled count as a whole spell."""

    spells: int
    median_s: float
    p95_s: float
    never: float
    """Share of spells that never settled."""
    switches_per_h: float
    """False ones, in the time after settling."""
    right: float
    """Share of the time after settling."""


def steadiness(answers: Answers, moods: NDArray[np.int64], rate: float) -> Steadiness:
    """Of answers (spell × look) where each spell's mood is known."""
    right = answers == moods[:, None]
    looks = right.shape[1]
    stays = round(STAYS_S * rate)
    total = np.concatenate([np.zeros((len(right), 1), np.int64), right.cumsum(axis=1)], axis=1)
    holds = total[:, stays:] - total[:, :-stays] == stays
    settles = holds.any(axis=1)
    first = np.where(settles, holds.argmax(axis=1), looks)
    after = np.arange(looks)[None, :] >= first[:, None]
    changed = np.zeros_like(right)
    changed[:, 1:] = answers[:, 1:] != answers[:, :-1]
    switches = (changed & (np.arange(looks)[None, :] > first[:, None])).sum()
    settled_s = after.sum() / rate
    times = np.where(settles, first / rate, SPELL_S)
    return Steadiness(
        spells=len(right),
        median_s=float(np.median(times)),
        p95_s=float(np.quantile(times, 0.95, method="higher")),
        never=float(1.0 - settles.mean()),
        switches_per_h=float(3600.0 * switches / settled_s) if settled_s else float("nan"),
        right=float((right & after).sum() / after.sum()) if settled_s else float("nan"),
    )


def by_spell(answers: Sequence[Answers], spells: int) -> Answers:
    """Sessions' answers as one row a spell."""
    return np.concatenate([one.reshape(spells, -1) for one in answers])
