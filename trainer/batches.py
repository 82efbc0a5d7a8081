"""Draws, changes and blends the faces of each step, all on the processor that trains."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from lightning_fabric import Fabric
from numpy.typing import NDArray
from torch import Tensor

from edge.eye.face_image import prepared
from trainer.augment import augment
from trainer.blend import blend
from trainer.checkpoint import normalised
from trainer.faces import Faces
from trainer.recipes import Recipe
from trainer.targets import Targets, draw_weights, targets_of

Batch = tuple[Tensor, dict[str, Tensor]]
"""What the network sees, and the wanted shares of each head."""


class Batches:
    """All training faces, kept where they are needed."""

    def __init__(
        self,
        faces: Faces,
        learnt: NDArray[np.bool_],
        recipe: Recipe,
        seed: int,
        fabric: Fabric,
        raw: bool,
        taught: Targets | None = None,
    ) -> None:
        """Of `faces` only those `learnt`; `taught` belongs to all of them."""
        targets = targets_of(faces, recipe.smoothing, recipe.class_weights, taught, recipe.teachers)
        self._pixels = torch.from_numpy(faces.pixels[learnt]).unsqueeze(1).to(fabric.device)
        self._perceived = torch.from_numpy(targets.perceived[learnt]).to(fabric.device)
        self._fer2013 = torch.from_numpy(targets.fer2013[learnt]).to(fabric.device)
        self._chance = draw_weights(faces.take(learnt), recipe.balance)
        self._recipe, self._seed, self._fabric, self._raw = recipe, seed, fabric, raw
        self.steps = max(1, (recipe.faces or len(self._pixels)) // recipe.batch)

    def of(self, epoch: int) -> Iterator[Batch]:
        """The batches of this epoch; of each, every process of several takes its own part."""
        recipe, rank = self._recipe, self._fabric.global_rank
        side = [side for share, side in recipe.sides if epoch >= share * recipe.epochs][-1]
        dice = np.random.default_rng([self._seed, epoch])
        drawn = drawn_by(self._chance, self.steps * recipe.batch, dice)
        seed = (self._seed * 10_007 + epoch) * 1_009 + rank
        rng = torch.Generator(self._fabric.device).manual_seed(seed)
        host = torch.Generator().manual_seed(seed + 1)
        for chosen in np.split(drawn, self.steps):
            mine = torch.from_numpy(chosen[rank :: self._fabric.world_size])
            yield self._batch(mine.to(self._fabric.device), side, rng, host)

    def _batch(
        self, chosen: Tensor, side: int, rng: torch.Generator, host: torch.Generator
    ) -> Batch:
        recipe = self._recipe
        changed = augment(self._pixels[chosen].float(), rng, side, recipe.changes, recipe.erase)
        if recipe.before != "nothing":
            greys = changed.round().byte().squeeze(1).cpu().numpy()
            ready = torch.from_numpy(prepared(greys, recipe.before)).unsqueeze(1)
            changed = ready.to(changed.device)
        seen, (perceived, fer2013) = blend(
            changed if self._raw else normalised(changed),
            (self._perceived[chosen], self._fer2013[chosen]),
            recipe.mixup,
            recipe.cutmix,
            host,
        )
        seen = seen.contiguous(memory_format=torch.channels_last)
        return seen, {"perceived": perceived, "fer2013": fer2013}


def drawn_by(
    chance: NDArray[np.float64], count: int, dice: np.random.Generator
) -> NDArray[np.int64]:
    """As many of each face as its chance says, up to one more or less, in a new order.

    Drawn independently, a third of all faces would be missing from each epoch.
    """
    order = dice.permutation(len(chance))
    ends = np.cumsum(chance[order])
    at = (dice.random() + np.arange(count)) / count * ends[-1]
    places = np.minimum(np.searchsorted(ends, at, side="right"), len(chance) - 1)
    drawn: NDArray[np.int64] = dice.permutation(order[places])
    return drawn
