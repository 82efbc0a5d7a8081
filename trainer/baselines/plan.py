"""How long a network of others is trained here: as its authors did, or shorter and saying so."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from trainer.recipes import Recipe

JUDGED = 1 / 3
"""What a face costs that is only judged, beside one that is learnt."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided when a training began; it is gone on with, however fast the machine is."""

    recipe: Recipe
    epochs: int
    """That the recipe itself wants."""
    weights: str | None = None
    """SHA-256 of the file it began with."""
    weights_name: str | None = None

    def said(self, done: int, *, no_better: bool) -> tuple[str, bool]:
        """On how much it was trained by now, and whether that is less than the recipe wants.

        `no_better` is an end by the recipe's own patience.
        """
        if self.recipe.faces is not None:
            shown = self.recipe.faces * done
            return f"{shown:,} faces of {self.epochs} epochs", True
        if done >= self.epochs:
            return f"{done} epochs", False
        if no_better and self.recipe.epochs == self.epochs:
            return f"{done} epochs, the last {self.recipe.patience} of them no better", False
        return f"{done} of {self.epochs} epochs", True


def shortened(
    recipe: Recipe,
    learnt: int,
    judged: int,
    minutes: float | None,
    scale: float,
    pace: Callable[[], float],
) -> Recipe:
    """The recipe, with as many epochs as the scale and the minutes allow.

    `pace` measures the seconds that one learnt face takes; it is asked only where minutes are
    given. The rate falls to nothing at the shortened end. Where not even one epoch fits, it has
    fewer faces.
    """
    epochs = max(1, round(recipe.epochs * min(scale, 1.0)))
    if minutes is None:
        return msgspec.structs.replace(recipe, epochs=epochs)
    faces = minutes * 60 / pace()
    fitting = int(faces / (learnt + JUDGED * judged))
    if fitting >= 1:
        return msgspec.structs.replace(recipe, epochs=min(epochs, fitting))
    some = max(recipe.batch, int(faces - JUDGED * judged))
    return msgspec.structs.replace(recipe, epochs=1, faces=some)
