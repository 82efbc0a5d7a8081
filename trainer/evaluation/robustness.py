"""How much of its rightness a model keeps when its faces are blurred, dim, tilted …"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from edge.eye.model_card import Head, Truth
from trainer.evaluation.damage import Damage, every_damage
from trainer.evaluation.figures import own_truth, truth_of
from trainer.evaluation.subject import Logits, Subject, Told
from trainer.faces import Faces

UNDAMAGED = "none"


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """All faces under one damage."""

    damage: str
    strength: str
    accuracy: dict[Head, float]
    """Of each head against the truth that it was taught."""
    drop: dict[Head, float]
    """How much less that is than on undamaged faces."""


class Robustness(msgspec.Struct, frozen=True, kw_only=True):
    """Every condition, the undamaged faces first."""

    truths: dict[Head, Truth]
    conditions: tuple[Condition, ...]


def robustness(
    subject: Subject,
    faces: Faces,
    clean: Logits,
    told: Told = lambda *_: None,
    damages: Sequence[Damage] | None = None,
) -> Robustness:
    """Ask about all faces under each damage; `clean` is what was said of them undamaged."""
    chosen = every_damage() if damages is None else damages
    truths = {head: own_truth(head, faces) for head in subject.heads}
    whole = _accuracy(clean, truths, faces)
    none = dict.fromkeys(subject.heads, 0.0)
    conditions = [Condition(damage=UNDAMAGED, strength="", accuracy=whole, drop=none)]
    n = len(faces)
    for number, damage in enumerate(chosen):

        def inner(done: int, _: int, before: int = number * n) -> None:
            told(before + done, len(chosen) * n)

        reached = _accuracy(subject.logits(damage.to(faces.pixels), inner), truths, faces)
        lost = {head: round(whole[head] - reached[head], 4) for head in reached}
        conditions.append(
            Condition(damage=damage.kind, strength=damage.strength, accuracy=reached, drop=lost)
        )
    told(len(chosen) * n, len(chosen) * n)
    return Robustness(truths=truths, conditions=tuple(conditions))


def _accuracy(logits: Logits, truths: dict[Head, Truth], faces: Faces) -> dict[Head, float]:
    reached = {}
    for head, answers in logits.items():
        true = truth_of(truths[head], faces)
        known = true >= 0
        right = np.count_nonzero(answers[known].argmax(axis=1) == true[known])
        reached[head] = round(right / max(1, int(known.sum())), 4)
    return reached
