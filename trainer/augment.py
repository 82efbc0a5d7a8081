"""Makes whole batches of faces look as a camera and a face finder might have given them.

Works on n × 1 × 48 × 48 grey levels 0…255, before `normalise`. Every random number comes from
the generator passed in, so a resumed run sees the same pictures.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

SIDE = 48

Change = Callable[[Tensor, Generator], Tensor]


def augment(faces: Tensor, rng: Generator) -> Tensor:
    """The batch, each face changed in its own way."""
    moved = _geometry(faces, rng)
    blurred = _on_some(moved, 0.15, _blur, rng)
    coarse = _on_some(blurred, 0.15, _coarser, rng)
    lit = _light(coarse, rng)
    noisy = _on_some(lit, 0.3, _noise, rng)
    packed = _on_some(noisy.clamp(0, 255), 0.2, _compress, rng)
    return _erase(packed, rng).clamp(0, 255)


def _uniform(count: int, low: float, high: float, rng: Generator) -> Tensor:
    return torch.rand(count, generator=rng) * (high - low) + low


def _on_some(faces: Tensor, share: float, change: Change, rng: Generator) -> Tensor:
    chosen = (torch.rand(len(faces), generator=rng) < share).nonzero().flatten()
    if len(chosen) == 0:
        return faces
    result = faces.clone()
    result[chosen] = change(faces[chosen], rng)
    return result


def _geometry(faces: Tensor, rng: Generator) -> Tensor:
    """Mirror, turn, scale, stretch and shift; a finder's box is never quite FER2013's."""
    count = len(faces)
    angle = torch.randn(count, generator=rng).clamp(-2.5, 2.5) * math.radians(9)
    scale = torch.exp(_uniform(count, math.log(0.82), math.log(1.18), rng))
    stretch = torch.exp(_uniform(count, -0.07, 0.07, rng))
    mirror = torch.where(torch.rand(count, generator=rng) < 0.5, -1.0, 1.0)
    shift = _uniform(2 * count, -0.16, 0.16, rng).view(2, count)
    cosine, sine = torch.cos(angle) / scale, torch.sin(angle) / scale
    across = torch.stack([cosine * mirror * stretch, -sine, shift[0]], dim=1)
    down = torch.stack([sine * mirror, cosine / stretch, shift[1]], dim=1)
    grid = F.affine_grid(torch.stack([across, down], dim=1), [count, 1, SIDE, SIDE], False)
    return F.grid_sample(faces, grid, padding_mode="border", align_corners=False)


def _blur(faces: Tensor, rng: Generator) -> Tensor:
    """Out of focus: a Gaussian, one width for the whole share of the batch."""
    sigma = float(_uniform(1, 0.5, 1.6, rng))
    steps = torch.arange(-4, 5, dtype=faces.dtype)
    kernel = torch.exp(-(steps**2) / (2 * sigma**2))
    kernel = (kernel / kernel.sum()).view(1, 1, 1, 9)
    padded = F.pad(faces, (4, 4, 4, 4), mode="replicate")
    return F.conv2d(F.conv2d(padded, kernel), kernel.transpose(2, 3))


def _coarser(faces: Tensor, rng: Generator) -> Tensor:
    """Far away: fewer pixels, scaled up again."""
    side = int(torch.randint(20, 40, (1,), generator=rng))
    small = F.interpolate(faces, size=(side, side), mode="bilinear", antialias=True)
    return F.interpolate(small, size=(SIDE, SIDE), mode="bilinear")


def _light(faces: Tensor, rng: Generator) -> Tensor:
    """Gamma, contrast, brightness and a slope of light over the face."""
    count = len(faces)
    gamma = torch.exp(_uniform(count, -0.4, 0.4, rng)).view(-1, 1, 1, 1)
    gain = torch.exp(_uniform(count, -0.7, 0.2, rng)).view(-1, 1, 1, 1)
    offset = _uniform(count, -20, 20, rng).view(-1, 1, 1, 1)
    ramp = torch.linspace(-1, 1, SIDE)
    slope = (torch.randn(2, count, 1, 1, 1, generator=rng) * 14).clamp(-40, 40)
    shade = slope[0] * ramp.view(1, 1, 1, SIDE) + slope[1] * ramp.view(1, 1, SIDE, 1)
    curved = 255 * (faces / 255).clamp(1e-4, 1) ** gamma
    return (curved + shade) * gain + offset


def _noise(faces: Tensor, rng: Generator) -> Tensor:
    """A dim sensor."""
    strength = _uniform(len(faces), 1, 14, rng).view(-1, 1, 1, 1)
    return faces + strength * torch.randn(faces.shape, generator=rng)


def _cosines() -> Tensor:
    k = torch.arange(8, dtype=torch.float32)
    basis = torch.cos((2 * k.view(1, 8) + 1) * k.view(8, 1) * math.pi / 16) / 2
    basis[0] /= math.sqrt(2)
    return basis


def _compress(faces: Tensor, rng: Generator) -> Tensor:
    """What a JPEG of low quality leaves: 8×8 cosine blocks, rounded coarsely."""
    basis = _cosines()
    blocks = faces.view(-1, 6, 8, 6, 8).transpose(2, 3)
    frequencies = basis @ blocks @ basis.T
    rank = torch.arange(8, dtype=torch.float32)
    coarseness = _uniform(len(faces), 2, 9, rng).view(-1, 1, 1, 1, 1)
    step = coarseness * (1 + rank.view(8, 1) + rank.view(1, 8))
    rounded = torch.round(frequencies / step) * step
    return (basis.T @ rounded @ basis).transpose(2, 3).reshape(faces.shape)


def _erase(faces: Tensor, rng: Generator) -> Tensor:
    """A hand, hair or glasses: one grey rectangle over a quarter of the faces."""
    count = len(faces)
    size = _uniform(2 * count, 6, 20, rng).view(2, count, 1)
    start = torch.rand(2, count, 1, generator=rng) * (SIDE - size)
    place = torch.arange(SIDE).view(1, 1, SIDE)
    inside = (place >= start) & (place < start + size)
    hole = inside[0].view(count, 1, SIDE) & inside[1].view(count, SIDE, 1)
    hole &= (torch.rand(count, generator=rng) < 0.25).view(count, 1, 1)
    level = _uniform(count, 0, 255, rng).view(count, 1, 1, 1)
    return torch.where(hole.unsqueeze(1), level, faces)
