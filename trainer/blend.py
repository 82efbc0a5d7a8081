"""Mixup and CutMix: two faces in one picture, and both their targets in proportion."""

from __future__ import annotations

import math

import torch
from torch import Generator, Tensor


def blend(
    seen: Tensor, targets: tuple[Tensor, ...], mixup: float, cutmix: float, rng: Generator
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """The batch, or in a share of all calls the batch blended with itself in another order.

    One draw decides for the whole batch; its numbers are drawn on the host, which needs them.
    """
    kind, share, x, y = (float(value) for value in torch.rand(4, generator=rng))
    if kind >= mixup + cutmix:
        return seen, targets
    other = torch.randperm(len(seen), generator=rng).to(seen.device)
    if kind < mixup:
        # Never less than half: the first face stays the main one.
        keep = 1 - share / 2
        mixed = keep * seen + (1 - keep) * seen[other]
    else:
        mixed, keep = _cut(seen, other, share / 2, x, y)
    return mixed, tuple(keep * target + (1 - keep) * target[other] for target in targets)


def _cut(seen: Tensor, other: Tensor, share: float, x: float, y: float) -> tuple[Tensor, float]:
    """A square of this share of the picture from the other face, and what is left of the first."""
    whole = seen.shape[-1]
    side = round(whole * math.sqrt(share))
    left, top = round(x * (whole - side)), round(y * (whole - side))
    mixed = seen.clone()
    patch = (..., slice(top, top + side), slice(left, left + side))
    mixed[patch] = seen[other][patch]
    return mixed, 1 - (side / whole) ** 2
