"""Turns pixels into what the emotion network sees, the same way on the device and in training.

`face_from_frame` (device only) cuts a found face out of a frame as FER2013 frames its faces.
`normalise` (device and trainer) is everything after that.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

FACE_PX = 48
"""Side of the network's grey picture, FER2013's own size."""
FRAMING = (1.08, 0.125)
"""Side of FER2013's square in sides of the finder's box, and how much higher its middle sits.

On training faces pasted into frames the square is 1.13 boxes wide (one in three by 0.13 more or
less, for FER2013 frames its faces loosely) and 0.11 higher; a little closer is read as well and
holds less of what is behind the head. `python -m tests.bench.eye_faces moods` measures it.
"""
TILT_LEFT_DEG = 15.0
"""So much of a head's tilt is left as it is: FER2013's heads are tilted, too, and the eyes' places
err by six degrees."""

STD_FLOOR = 8.0
"""Grey levels; a nearly flat picture is not blown up into noise."""
CLIP = 3.0
"""Standard deviations; what lies beyond is glare or shadow, and would cost int8 resolution."""
Before = Literal["nothing", "equalised", "clahe", "denoised"]
"""Histogram equalisation, its local and limited form, and a bilateral filter.

`moodbox-train preprocessing` measures them; the shipped model was taught with nothing.
"""
NORMALISE: dict[str, str | float] = {
    "method": "per_picture",
    "std_floor": STD_FLOOR,
    "clip": CLIP,
}
"""How a model card names what `normalise` does; a card that names something else is refused.

A card may add `before`, one of `Before`.
"""


def normalise(face: NDArray[Any], before: Before = "nothing") -> NDArray[np.float32]:
    """One grey face (or a stack of them, … × 48 × 48) as float32 in −3…3, mean 0, deviation 1.

    Mean and deviation are the picture's own, so light and contrast of the room do not matter.
    What `before` does comes first; the network must have been taught with the same.
    """
    pixels = np.asarray(prepared(face, before), dtype=np.float32)
    mean = pixels.mean(axis=(-2, -1), keepdims=True)
    deviation = pixels.std(axis=(-2, -1), keepdims=True)
    spread = (pixels - mean) / np.maximum(deviation, np.float32(STD_FLOOR))
    bounded: NDArray[np.float32] = np.clip(spread, -CLIP, CLIP)
    return bounded


def prepared(face: NDArray[np.uint8], before: Before) -> NDArray[np.uint8]:
    """A grey face, or a stack of them, after what some other systems do to it first."""
    if before == "nothing":
        return face
    from edge.eye.opencv import cv2

    clahe = cv2.createCLAHE(clipLimit=2.0, tileGridSize=(4, 4))
    ways: dict[Before, Callable[[NDArray[np.uint8]], NDArray[np.uint8]]] = {
        "equalised": cv2.equalizeHist,
        "clahe": clahe.apply,
        "denoised": lambda one: cv2.bilateralFilter(one, 5, 25, 3),
    }
    stack = face.reshape(-1, *face.shape[-2:])
    return np.stack([ways[before](one) for one in stack]).reshape(face.shape)


def face_from_frame(
    frame_rgb: NDArray[np.uint8],
    box: tuple[int, int, int, int],
    eyes: tuple[tuple[float, float], tuple[float, float]] | None = None,
) -> NDArray[np.uint8]:
    """A found face as 48 × 48 grey pixels, framed as FER2013 frames its faces.

    What is too much of a tilt is taken back where the eyes (the left one in the picture first) are
    known. Beyond the frame's border its last pixels go on.
    """
    from edge.eye.opencv import cv2  # here, because box reads the model's card and needs no pixels

    left, top, width, height = box
    scale, raised = FRAMING
    size = max(width, height)  # the finder's boxes are square; at the border one side is cut
    side = max(1, round(scale * size))
    tilt = _tilt(eyes)
    # "Up" is where the top of the head is.
    x = left + width / 2 + raised * size * math.sin(tilt)
    y = top + height / 2 - raised * size * math.cos(tilt)
    if tilt:
        square = _tilted(frame_rgb, x, y, side, tilt)
    else:
        square = cut_out(frame_rgb, (round(x - side / 2), round(y - side / 2), side, side))
    grey = square if square.ndim == 2 else cv2.cvtColor(square, cv2.COLOR_RGB2GRAY)
    way = cv2.INTER_AREA if side > FACE_PX else cv2.INTER_LINEAR
    face: NDArray[np.uint8] = cv2.resize(grey, (FACE_PX, FACE_PX), interpolation=way)
    return face


def _tilt(eyes: tuple[tuple[float, float], tuple[float, float]] | None) -> float:
    """What is too much of it: clockwise, in radians."""
    if eyes is None:
        return 0.0
    (left_x, left_y), (right_x, right_y) = eyes
    tilt = math.atan2(right_y - left_y, right_x - left_x)
    return math.copysign(max(0.0, abs(tilt) - math.radians(TILT_LEFT_DEG)), tilt)


def cut_out(frame: NDArray[np.uint8], box: tuple[int, int, int, int]) -> NDArray[np.uint8]:
    """A part of a frame as it is; beyond the frame's border its last pixels go on."""
    left, top, across, down = box
    height, width = frame.shape[:2]
    inside = frame[
        min(max(top, 0), height - 1) : max(min(top + down, height), 1),
        min(max(left, 0), width - 1) : max(min(left + across, width), 1),
    ]
    missing = (
        max(0, -top),
        max(0, top + down - height),
        max(0, -left),
        max(0, left + across - width),
    )
    if not any(missing):
        return inside
    from edge.eye.opencv import cv2

    padded: NDArray[np.uint8] = cv2.copyMakeBorder(inside, *missing, cv2.BORDER_REPLICATE)
    return padded


def _tilted(
    frame: NDArray[np.uint8], x: float, y: float, side: int, tilt: float
) -> NDArray[np.uint8]:
    """A square turned back by the tilt about its middle, in the frame's resolution."""
    from edge.eye.opencv import cv2

    turn = cv2.getRotationMatrix2D((x, y), math.degrees(tilt), 1.0)
    turn[:, 2] += (side / 2 - x, side / 2 - y)
    level: NDArray[np.uint8] = cv2.warpAffine(
        frame, turn, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return level
