"""The running average of a network's weights, which is better than any single step's."""

from __future__ import annotations

import torch
from torch import nn


@torch.no_grad()
def follow(average: nn.Module, network: nn.Module, keep: float) -> None:
    """Move the average towards the network by the share 1 − `keep`."""
    means, nows = [], []
    for mean, now in zip(
        (*average.parameters(), *average.buffers()),
        (*network.parameters(), *network.buffers()),
        strict=True,
    ):
        if mean.is_floating_point():
            means.append(mean)
            nows.append(now)
        else:
            mean.copy_(now)
    torch._foreach_lerp_(means, nows, 1 - keep)
