"""A trained network as it is kept, loaded again and asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from edge.eye.face_image import normalise
from trainer.errors import RunError
from trainer.networks import TwoHeaded, build


@torch.no_grad()
def logits_of(
    network: nn.Module, pixels: NDArray[np.uint8]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Both heads' answers in full precision, in the order of HEADS."""
    network.eval()
    parts: list[tuple[Tensor, ...]] = []
    for start in range(0, len(pixels), 256):
        seen = torch.from_numpy(normalise(pixels[start : start + 256])).unsqueeze(1)
        parts.append(network(seen.contiguous(memory_format=torch.channels_last)))
    perceived, fer2013 = (torch.cat(answers).numpy() for answers in zip(*parts, strict=True))
    return perceived, fer2013


def load_network(checkpoint: Path) -> TwoHeaded:
    """The averaged network that a run kept, ready to answer."""
    if not checkpoint.exists():
        raise RunError(f"there is no checkpoint {checkpoint}; train one with moodbox-train fit")
    kept = torch.load(checkpoint, weights_only=True)
    network = build(kept["about"]["recipe"]["network"])
    network.load_state_dict(kept["average"])
    return network.eval()


def save(path: Path, value: dict[str, Any]) -> None:
    """Write a checkpoint; a kill leaves the old one or the new one, never half."""
    part = path.with_suffix(".part")
    torch.save(value, part)
    part.replace(path)
