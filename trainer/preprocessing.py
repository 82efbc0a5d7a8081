"""Whether what other systems do to a face first makes it easier to read, in good light and bad.

The same small network is trained once for each preparation, from the same seed on the same
draws, and judged on clean, dim and noisy faces, prepared in its own way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import get_args

import msgspec
import numpy as np

from edge.eye.face_image import Before
from edge.eye.model_card import Head
from trainer.checkpoint import load_network, logits_of
from trainer.evaluation.damage import Damage, every_damage
from trainer.evaluation.figures import own_truth, truth_of
from trainer.faces import Dataset, Faces
from trainer.fit import Run
from trainer.progress import Screen
from trainer.recipes import Recipe

WAYS: tuple[Before, ...] = get_args(Before)
KINDS = ("dim light", "noise")


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """All faces under one damage, or none."""

    damage: str
    accuracy: dict[Head, float]
    """Of each head against the truth that it was taught."""


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """One preparation, judged."""

    before: Before
    conditions: tuple[Condition, ...]


def compare(
    dataset: Dataset,
    folder: Path,
    recipe: Recipe,
    seed: int,
    screen: Callable[[Before], Screen],
    ways: Sequence[Before] = WAYS,
) -> tuple[Prepared, ...]:
    """Train for each preparation what is not trained yet, and judge all."""
    results = []
    for before in ways:
        run = folder / before
        wanted = msgspec.structs.replace(recipe, before=before)
        watching = screen(before)
        Run(run, wanted, seed, dataset).fit(watching.step, watching.epoch)
        results.append(judge(before, run / "best.pt", dataset["PublicTest"]))
    return tuple(results)


def judge(before: Before, checkpoint: Path, faces: Faces) -> Prepared:
    """Clean, dim and noisy faces through one network."""
    network = load_network(checkpoint)
    damages: list[Damage | None] = [None]
    damages += [damage for damage in every_damage() if damage.kind in KINDS]
    conditions = []
    for damage in damages:
        pixels = faces.pixels if damage is None else damage.to(faces.pixels)
        accuracy = {}
        for head, logits in zip(network.heads, logits_of(network, pixels), strict=True):
            true = truth_of(own_truth(head, faces), faces)
            known = true >= 0
            right = np.count_nonzero(logits[known].argmax(axis=1) == true[known])
            accuracy[head] = round(right / max(1, int(known.sum())), 4)
        name = "clean" if damage is None else f"{damage.kind}, {damage.strength}"
        conditions.append(Condition(damage=name, accuracy=accuracy))
    return Prepared(before=before, conditions=tuple(conditions))


def as_table(results: Sequence[Prepared]) -> str:
    """One line per condition, one column per preparation and head."""
    heads = list(results[0].conditions[0].accuracy)
    titles = [f"{result.before} {head}" for head in heads for result in results]
    lines = [f"{'':<26}" + "".join(f" {title:>20}" for title in titles)]
    for place, condition in enumerate(results[0].conditions):
        cells = [
            f" {result.conditions[place].accuracy[head]:>20.1%}"
            for head in heads
            for result in results
        ]
        lines.append(f"{condition.damage:<26}" + "".join(cells))
    return "\n".join(lines)
