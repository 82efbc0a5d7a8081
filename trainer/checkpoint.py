"""A trained network as it is kept, loaded again and asked."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from edge.eye.face_image import CLIP, STD_FLOOR, prepared
from trainer.catalogue import build
from trainer.errors import RunError
from trainer.networks import Network

Answers = tuple[NDArray[np.float32], ...]
"""One n × 7 array of logits per head, in the order of the network's heads."""


def normalised(faces: Tensor) -> Tensor:
    """`normalise` of the device for batches that stay on their processor; a test compares them."""
    faces = faces.float()
    mean = faces.mean(dim=(-2, -1), keepdim=True)
    deviation = faces.std(dim=(-2, -1), keepdim=True, correction=0)
    return ((faces - mean) / deviation.clamp(min=STD_FLOOR)).clamp(-CLIP, CLIP)


@torch.no_grad()
def logits_of(network: Network, pixels: NDArray[np.uint8], batch: int = 256) -> Answers:
    """The answers of all heads for faces as the device sees them, where the network stands."""
    network.eval()
    device = next(network.parameters()).device
    parts: list[tuple[Tensor, ...]] = []
    for start in range(0, len(pixels), batch):
        part = prepared(pixels[start : start + batch], network.before)
        faces = torch.from_numpy(part).to(device).unsqueeze(1).float()
        seen = faces if network.raw else normalised(faces)
        given = network(seen.contiguous(memory_format=torch.channels_last))
        parts.append(tuple(answer.float().cpu() for answer in given))
    return tuple(torch.cat(answers).numpy() for answers in zip(*parts, strict=True))


def load_network(checkpoint: Path) -> Network:
    """The averaged network that a run kept, ready to answer."""
    if not checkpoint.exists():
        raise RunError(f"there is no checkpoint {checkpoint}; train one with moodbox-train fit")
    try:
        kept = torch.load(checkpoint, weights_only=True, map_location="cpu")
        network = build(kept["about"]["recipe"]["network"])
        network.before = kept["about"]["recipe"].get("before", "nothing")
        network.load_state_dict(kept["average"])
    # torch reads what is no checkpoint as if it were one, until it stumbles somewhere.
    except (pickle.UnpicklingError, RuntimeError, LookupError, EOFError, ValueError) as broken:
        raise RunError(f"{checkpoint} is no checkpoint of this trainer") from broken
    return network.eval()


def save(path: Path, value: dict[str, Any]) -> None:
    """Write a checkpoint; a kill leaves the old one or the new one, never half."""
    part = path.with_suffix(".part")
    torch.save(value, part)
    part.replace(path)
