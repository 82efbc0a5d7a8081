"""Makes whole batches of faces look as a camera and a face finder might have given them.

Works on n × 1 × 48 × 48 grey levels 0…255, before `normalise`, on the processor that holds them.
Every random number comes from the generator passed in, so a resumed run sees the same pictures.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from trainer.cosine import compress

Change = Callable[[Tensor, Generator], Tensor]
Strength = Literal["strong", "camera", "mild", "none"]


@dataclass(frozen=True)
class Moves:
    """How far a face is moved about."""

    turn_deg: float
    """Standard deviation."""
    zoom: float
    """Largest change of scale, as a logarithm."""
    stretch: float
    """Largest change of width against height, as a logarithm."""
    shift: float
    """Largest shift, in half sides."""


@dataclass(frozen=True)
class Harm:
    """Which share of the faces suffers what."""

    blur: float
    coarse: float
    light: float
    noise: float
    packed: float


MOVES = {
    # a finder's box is never quite FER2013's
    "strong": Moves(turn_deg=10, zoom=0.2, stretch=0.07, shift=0.16),
    "camera": Moves(turn_deg=6, zoom=0.12, stretch=0.03, shift=0.12),
    # what the others' notebooks do
    "mild": Moves(turn_deg=5, zoom=0.1, stretch=0, shift=0.1),
}
HARMS = {
    "strong": Harm(blur=0.1, coarse=0.1, light=0.7, noise=0.2, packed=0.1),
    # less moving about, more of what a small lens in a dim room does
    "camera": Harm(blur=0.25, coarse=0.1, light=0.3, noise=0.25, packed=0.15),
}


def augment(
    faces: Tensor,
    rng: Generator,
    side: int = 48,
    strength: Strength = "strong",
    erase: float = 0.25,
) -> Tensor:
    """The batch, each face changed in its own way, `side` pixels wide."""
    if strength == "none":
        return _moved(faces, rng, side, Moves(0, 0, 0, 0), mirror=False)
    moved = _moved(faces, rng, side, MOVES[strength])
    if strength == "mild":
        return moved
    harm = HARMS[strength]
    blurred = _on_some(moved, harm.blur, _blur, rng)
    coarse = _on_some(blurred, harm.coarse, _coarser, rng)
    lit = _on_some(coarse, harm.light, _light, rng)
    noisy = _on_some(lit, harm.noise, _noise, rng)
    packed = _on_some(noisy.clamp(0, 255), harm.packed, compress, rng)
    return _erase(packed, rng, erase).clamp(0, 255)


def _uniform(count: int, low: float, high: float, rng: Generator) -> Tensor:
    return torch.rand(count, generator=rng, device=rng.device) * (high - low) + low


def _normal(count: int, rng: Generator) -> Tensor:
    return torch.randn(count, generator=rng, device=rng.device)


def _on_some(faces: Tensor, share: float, change: Change, rng: Generator) -> Tensor:
    """Those changed are a fixed number, so that nothing waits for the processor to count them."""
    count = round(share * len(faces))
    if count == 0:
        return faces
    chosen = torch.randperm(len(faces), generator=rng, device=rng.device)[:count]
    result = faces.clone()
    result[chosen] = change(faces[chosen], rng)
    return result


def _moved(
    faces: Tensor, rng: Generator, side: int, moves: Moves, *, mirror: bool = True
) -> Tensor:
    """Mirror, turn, scale, stretch, shift and resize in one sampling."""
    count = len(faces)
    angle = _normal(count, rng).clamp(-2.5, 2.5) * math.radians(moves.turn_deg)
    scale = torch.exp(_uniform(count, -moves.zoom, moves.zoom, rng))
    stretch = torch.exp(_uniform(count, -moves.stretch, moves.stretch, rng))
    mirrored = torch.where(_uniform(count, 0, 1, rng) < (0.5 if mirror else 0), -1.0, 1.0)
    shift = _uniform(2 * count, -moves.shift, moves.shift, rng).view(2, count)
    cosine, sine = torch.cos(angle) / scale, torch.sin(angle) / scale
    across = torch.stack([cosine * mirrored * stretch, -sine, shift[0]], dim=1)
    down = torch.stack([sine * mirrored, cosine / stretch, shift[1]], dim=1)
    grid = F.affine_grid(torch.stack([across, down], dim=1), [count, 1, side, side], False)
    return F.grid_sample(faces, grid, padding_mode="border", align_corners=False)


def _blur(faces: Tensor, rng: Generator) -> Tensor:
    """Out of focus: a Gaussian, one width for the whole share of the batch."""
    sigma = _uniform(1, 0.5, 1.6, rng)
    steps = torch.arange(-4, 5, dtype=faces.dtype, device=faces.device)
    kernel = torch.exp(-(steps**2) / (2 * sigma**2))
    kernel = (kernel / kernel.sum()).view(1, 1, 1, 9)
    padded = F.pad(faces, (4, 4, 4, 4), mode="replicate")
    return F.conv2d(F.conv2d(padded, kernel), kernel.transpose(2, 3))


def _coarser(faces: Tensor, rng: Generator) -> Tensor:
    """Far away: fewer pixels, scaled up again."""
    whole = faces.shape[-1]
    # Drawn on the host: a size is needed there.
    seed = int(torch.randint(2**31, (1,), generator=rng, device=rng.device))
    part = torch.rand(1, generator=torch.Generator().manual_seed(seed)).item() * 0.4 + 0.42
    side = round(part * whole)
    small = F.interpolate(faces, size=(side, side), mode="bilinear", antialias=True)
    return F.interpolate(small, size=(whole, whole), mode="bilinear")


def _light(faces: Tensor, rng: Generator) -> Tensor:
    """Gamma, contrast, brightness and a slope of light over the face."""
    count, side = len(faces), faces.shape[-1]
    gamma = torch.exp(_uniform(count, -0.4, 0.4, rng)).view(-1, 1, 1, 1)
    gain = torch.exp(_uniform(count, -0.7, 0.2, rng)).view(-1, 1, 1, 1)
    offset = _uniform(count, -20, 20, rng).view(-1, 1, 1, 1)
    ramp = torch.linspace(-1, 1, side, device=faces.device)
    slope = (_normal(2 * count, rng) * 14).clamp(-40, 40).view(2, count, 1, 1, 1)
    shade = slope[0] * ramp.view(1, 1, 1, side) + slope[1] * ramp.view(1, 1, side, 1)
    curved = 255 * (faces / 255).clamp(1e-4, 1) ** gamma
    return (curved + shade) * gain + offset


def _noise(faces: Tensor, rng: Generator) -> Tensor:
    """A dim sensor."""
    strength = _uniform(len(faces), 1, 14, rng).view(-1, 1, 1, 1)
    return faces + strength * _normal(faces.numel(), rng).view(faces.shape)


def _erase(faces: Tensor, rng: Generator, share: float) -> Tensor:
    """A hand, hair or glasses: one grey rectangle over some of the faces."""
    count, side = len(faces), faces.shape[-1]
    size = _uniform(2 * count, side / 8, side / 2.4, rng).view(2, count, 1)
    start = _uniform(2 * count, 0, 1, rng).view(2, count, 1) * (side - size)
    place = torch.arange(side, device=faces.device).view(1, 1, side)
    inside = (place >= start) & (place < start + size)
    hole = inside[0].view(count, 1, side) & inside[1].view(count, side, 1)
    hole &= (_uniform(count, 0, 1, rng) < share).view(count, 1, 1)
    level = _uniform(count, 0, 255, rng).view(count, 1, 1, 1)
    return torch.where(hole.unsqueeze(1), level, faces)
