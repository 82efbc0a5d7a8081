"""What a JPEG of low quality leaves of a face: 8×8 cosine blocks, rounded coarsely."""

from __future__ import annotations

import math

import torch
from torch import Generator, Tensor


def compress(faces: Tensor, rng: Generator) -> Tensor:
    """The batch, each face rounded to its own coarseness; sides of a multiple of 8."""
    side = faces.shape[-1]
    if side % 8:
        return faces
    basis = _cosines(faces.device)
    blocks = faces.view(-1, side // 8, 8, side // 8, 8).transpose(2, 3)
    frequencies = basis @ blocks @ basis.T
    rank = torch.arange(8, dtype=torch.float32, device=faces.device)
    coarseness = torch.rand(len(faces), generator=rng, device=rng.device) * 7 + 2
    step = coarseness.view(-1, 1, 1, 1, 1) * (1 + rank.view(8, 1) + rank.view(1, 8))
    rounded = torch.round(frequencies / step) * step
    return (basis.T @ rounded @ basis).transpose(2, 3).reshape(faces.shape)


def _cosines(device: torch.device) -> Tensor:
    k = torch.arange(8, dtype=torch.float32, device=device)
    basis = torch.cos((2 * k.view(1, 8) + 1) * k.view(8, 1) * math.pi / 16) / 2
    basis[0] /= math.sqrt(2)
    return basis
