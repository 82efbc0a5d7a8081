"""Turns pixels into what the emotion network sees, the same way on the device and in training.

`face_from_frame` (device only) cuts a found face out of a frame as FER2013 frames its faces.
`normalise` (device and trainer) is everything after that.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

FACE_PX = 48
"""Side of the network's grey picture, FER2013's own size."""

STD_FLOOR = 8.0
"""Grey levels; a nearly flat picture is not blown up into noise."""
CLIP = 3.0
"""Standard deviations; what lies beyond is glare or shadow, and would cost int8 resolution."""
NORMALISE: dict[str, str | float] = {
    "method": "per_picture",
    "std_floor": STD_FLOOR,
    "clip": CLIP,
}
"""How a model card names what `normalise` does; a card that names something else is refused."""


def normalise(face: NDArray[Any]) -> NDArray[np.float32]:
    """One grey face (or a stack of them, … × 48 × 48) as float32 in −3…3, mean 0, deviation 1.

    Mean and deviation are the picture's own, so light and contrast of the room do not matter.
    """
    pixels = np.asarray(face, dtype=np.float32)
    mean = pixels.mean(axis=(-2, -1), keepdims=True)
    deviation = pixels.std(axis=(-2, -1), keepdims=True)
    spread = (pixels - mean) / np.maximum(deviation, np.float32(STD_FLOOR))
    bounded: NDArray[np.float32] = np.clip(spread, -CLIP, CLIP)
    return bounded
