"""What a network says of a face after ten looks at it: moved a little, and mirrored."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

from edge.eye.emotion import softmax
from trainer.checkpoint import logits_of
from trainer.networks import Network

SHIFTS = ((0, 0), (-3, -3), (-3, 3), (3, -3), (3, 3))
"""In pixels, right and down; with the mirrored faces these are ten looks."""


def ten_looks(
    network: Network, pixels: NDArray[np.uint8], told: Callable[[int, int], None] | None = None
) -> tuple[NDArray[np.float32], ...]:
    """The logarithm of the mean probabilities over ten crops, for each head."""
    total: list[NDArray[np.float64]] = [np.zeros((len(pixels), 7)) for _ in network.heads]
    # Kept as float16, so nothing is lost by it; elsewhere bfloat16 is slower than float32.
    quick = bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
    looks = [(shift, mirror) for shift in SHIFTS for mirror in (False, True)]
    for number, (shift, mirror) in enumerate(looks):
        seen = _moved(pixels, *shift)
        seen = np.ascontiguousarray(seen[:, :, ::-1]) if mirror else seen
        with torch.autocast("cpu", torch.bfloat16, enabled=quick):
            given = logits_of(network, seen)
        for place, logits in enumerate(given):
            total[place] += softmax(logits, 1.0) / len(looks)
        if told is not None:
            told(number + 1, len(looks))
    return tuple(np.log(mean + 1e-7).astype(np.float32) for mean in total)


def _moved(pixels: NDArray[np.uint8], right: int, down: int) -> NDArray[np.uint8]:
    faces = torch.from_numpy(pixels).unsqueeze(1).float()
    padded = F.pad(faces, (3, 3, 3, 3), mode="replicate").squeeze(1)
    top, left = 3 - down, 3 - right
    moved: NDArray[np.uint8] = padded[:, top : top + 48, left : left + 48].byte().numpy()
    return moved
