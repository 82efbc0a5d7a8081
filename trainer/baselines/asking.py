"""Makes a trained network answer one face at a time, as it would on a device where it can."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from edge.eye.emotion import Network as Tflite
from trainer.networks import Network

Answer = Callable[[NDArray[np.uint8]], Any]
"""48 × 48 grey levels in; what comes out is only waited for."""


def as_a_file(network: Network, path: Path) -> tuple[int, Answer, str]:
    """Write a float .tflite; its bytes, the way to ask it on one core, and what runs it."""
    from trainer.quantize import export_float

    export_float(network, path)
    content = path.read_bytes()
    runtime = Tflite(content)
    return (
        len(content),
        lambda face: runtime.logits(face.astype(np.float32)),
        runtime.runtime,
    )


def as_it_is(network: Network) -> tuple[int, Answer, str]:
    """The same in torch, where litert-torch is missing or shall not be waited for."""
    size = sum(value.nbytes for value in network.state_dict().values())
    network = network.cpu().eval()

    @torch.no_grad()
    def answer(face: NDArray[np.uint8]) -> Any:
        return network(torch.from_numpy(face).float().view(1, 1, *face.shape))

    return size, answer, f"torch {torch.__version__.partition('+')[0]}"
