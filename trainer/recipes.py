"""The recipes: every number of a training run, together with its reason."""

from __future__ import annotations

import msgspec

from trainer.errors import RunError


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What `fit` does; saved in the run folder and in each checkpoint."""

    name: str
    network: str
    """A name that networks.build knows."""
    epochs: int
    batch: int = 128
    rate: float = 0.1
    """Highest learning rate, for plain SGD with momentum at this batch size."""
    warmup: float = 0.05
    """Share of all steps on which the rate rises."""
    decay: float = 5e-4
    ema: float = 0.998
    """About the last 500 steps are averaged; the average is what is kept."""
    smoothing: float = 0.05
    """Of FER2013's own labels, about a third of which people would dispute."""
    balance: float = 0.5
    """How strongly rare moods are drawn more often: 0 not at all, 1 all seven alike.

    The square root: disgust is 1 in 66 faces, and with 1 the network sees the same 436 pictures
    so often that it learns them by heart.
    """
    faces: int | None = None
    """Faces drawn per epoch; as many as there are where None."""


RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe(name="compact", network="compact", epochs=32),
        # another architecture and seed; it chooses the faces of the mean faces
        Recipe(name="second", network="plain", epochs=8, faces=20_000),
        # for the tests
        Recipe(name="tiny", network="tiny", epochs=2, batch=16, rate=0.02),
    )
}


def named(name: str) -> Recipe:
    """The recipe of this name."""
    if name not in RECIPES:
        raise RunError(f"there is no recipe {name}; there are {', '.join(RECIPES)}")
    return RECIPES[name]
