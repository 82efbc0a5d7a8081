"""Every network that a recipe may name: ours, and those of others."""

from __future__ import annotations

from trainer.baselines import networks as others
from trainer.errors import RunError
from trainer.networks import Network, TwoHeaded

OURS = ("compact", "plain", "large", "small", "tiny")


def build(kind: str) -> Network:
    """The network of this name, untaught."""
    if kind == "compact":  # what ships
        return TwoHeaded((24, 48, 96, 256), (1, 1, 1), dropout=0.1)
    if kind == "plain":
        return TwoHeaded((24, 48, 96, 256), (2, 2, 2), residual=False, dropout=0.1)
    if kind == "large":
        return TwoHeaded((64, 128, 256, 512), (2, 2, 2), dropout=0.2)
    if kind == "small":
        return TwoHeaded((16, 32, 64, 160), (1, 1, 1))
    if kind == "tiny":
        return TwoHeaded((8, 8, 8), (1, 1))
    if kind in others.NAMES:
        return others.build(kind)
    raise RunError(f"there is no network {kind}; there are {', '.join((*OURS, *others.NAMES))}")
