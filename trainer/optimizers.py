"""The optimizers of a recipe: which weights each moves, and how fast."""

from __future__ import annotations

import torch
from torch import nn

from trainer.muon import Muon
from trainer.recipes import Recipe

SLOW = 0.05
"""Rate of scales, offsets and heads beside Muon, which moves the kernels only."""


def optimizers_of(network: nn.Module, recipe: Recipe) -> list[torch.optim.Optimizer]:
    """One or two optimizers that together move every weight."""
    kernels = [weight for weight in network.parameters() if weight.ndim > 1]
    others = [weight for weight in network.parameters() if weight.ndim <= 1]
    # Scales and offsets of batch norm do not shrink.
    groups = [
        {"params": kernels, "weight_decay": recipe.decay},
        {"params": others, "weight_decay": 0.0},
    ]
    if recipe.optimizer == "sgd":
        return [torch.optim.SGD(groups, lr=recipe.rate, momentum=0.9, nesterov=True)]
    if recipe.optimizer == "adamw":
        return [torch.optim.AdamW(groups, lr=recipe.rate)]
    turned = [weight for weight in kernels if weight.ndim == 4 and weight.shape[2] > 1]
    ids = {id(weight) for weight in turned}
    groups[0]["params"] = [weight for weight in kernels if id(weight) not in ids]
    return [
        Muon(turned, lr=recipe.rate),
        torch.optim.SGD(groups, lr=SLOW, momentum=0.9, nesterov=True),
    ]
