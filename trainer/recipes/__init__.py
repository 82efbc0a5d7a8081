"""The recipes: small TOML files, each with every number of a training run and its reason."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from edge.eye.face_image import Before
from trainer.errors import RunError

FOLDER = Path(__file__).resolve().parent

Share = Annotated[float, Meta(ge=0, le=1)]
Whole = Annotated[int, Meta(ge=1)]
Positive = Annotated[float, Meta(gt=0)]
NotNegative = Annotated[float, Meta(ge=0)]


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What `fit` does; saved in the run folder and in each checkpoint."""

    name: str
    network: str
    """A name that networks.build knows."""
    epochs: Whole
    faces: Whole | None = None
    """Faces drawn per epoch; as many as there are where None."""
    batch: Whole = 128
    sides: tuple[tuple[Share, Annotated[int, Meta(ge=24, le=96)]], ...] = ((0.0, 48),)
    """From which share of the epochs on the faces have how many pixels a side.

    Smaller faces first cost less; the end must be the size that the device sees.
    """

    optimizer: Literal["muon", "sgd", "adamw"] = "sgd"
    rate: Positive = 0.1
    """Highest learning rate; of the kernels for muon, of everything for the others."""
    warmup: Share = 0.05
    """Share of all steps on which the rate rises; after it, a cosine down to nothing."""
    decay: NotNegative = 5e-4
    ema_epochs: NotNegative = 1.0
    """Over how many epochs, about, the weights are averaged; the average is what is kept."""
    patience: Whole | None = None
    """Stop early after so many epochs without a better one on PublicTest."""

    balance: Share = 0.25
    """How strongly rare moods are drawn more often: 0 not at all, 1 all seven alike."""
    class_weights: Share = 0.0
    """The same by weight in the loss instead of by drawing."""
    smoothing: Share = 0.05
    """Of FER2013's own labels, about a third of which people would dispute."""
    perceived: NotNegative = 1.0
    """Weight of the FER+ votes' loss beside the labels' one; 0 leaves FER+ out."""
    teachers: Share = 0.7
    """How much of each target comes from the teachers, where there are any."""
    heat: Positive = 1.0
    """Temperature at which the teachers' answers are softened."""

    before: Before = "nothing"
    """What is done to each face before `normalise`'s own steps, here and on the device."""
    changes: Literal["strong", "camera", "mild", "none"] = "strong"
    """How much the faces are changed before they are shown; augment.py says how."""
    mixup: Share = 0.0
    """Share of the batches in which each face is blended with another one."""
    cutmix: Share = 0.0
    """Share of the batches in which a rectangle comes from another face."""
    erase: Share = 0.25
    """Share of the faces with a rectangle of one grey over them."""


def names() -> tuple[str, ...]:
    """Those that come with the trainer."""
    return tuple(sorted(path.stem for path in FOLDER.rglob("*.toml")))


def named(name: str) -> Recipe:
    """The recipe of this name, or in this file of one's own."""
    own = Path(name)
    found = [own] if own.suffix == ".toml" else sorted(FOLDER.rglob(f"{own.name}.toml"))
    if not found:
        raise RunError(f"there is no recipe {name}; there are {', '.join(names())}")
    try:
        given = msgspec.toml.decode(found[0].read_bytes())
    except OSError as missing:
        raise RunError(f"the recipe {name} cannot be read: {missing.strerror}") from missing
    except msgspec.DecodeError as broken:
        raise RunError(f"the recipe {name} is not TOML: {broken}") from broken
    try:
        return msgspec.convert({"name": found[0].stem} | given, Recipe)
    except msgspec.ValidationError as wrong:
        raise RunError(f"the recipe {name} is wrong: {wrong}") from wrong
