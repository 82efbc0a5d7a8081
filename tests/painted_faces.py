"""Faces that anybody finds: rectangles in a colour that nothing else has."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from edge import ports
from edge.eye.faces import FoundFace
from edge.eye.opencv import cv2

_RED = 255
"""No other pixel has so much of it."""


def painted(
    faces: Iterable[ports.FoundFace], size: tuple[int, int] = (640, 480), seed: int = 1
) -> ports.Image:
    """Noise with these rectangles in it; the blue says with what score each shall be found."""
    dice = np.random.default_rng(seed)
    picture = dice.integers(100, 110, (size[1], size[0], 3), dtype=np.uint8)
    for face in faces:
        left, top, width, height = face.box
        colour = (_RED, 0, round(face.score * 255))
        picture[top : top + height, left : left + width] = colour
        x, y = np.linspace(0, 1, width), np.linspace(0, 1, height)[:, None]
        looks = 110 + 60 * np.sin(7 * x + 3 * y) * np.cos(9 * y * y) + 30 * np.sin(17 * x * y)
        picture[top : top + height, left : left + width, 1] = looks
    return picture


class PaintedFaces:
    """Finds them in any window, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def find(self, image: ports.Image) -> list[ports.FoundFace]:
        self.asked += 1
        red = np.ascontiguousarray(image[..., 0] == _RED).astype(np.uint8)
        count, _, about, _ = cv2.connectedComponentsWithStats(red)
        boxes = [tuple(int(value) for value in row[:4]) for row in about[1:count]]
        return [
            FoundFace((x, y, width, height), float(image[y, x, 2]) / 255)
            for x, y, width, height in boxes
        ]

    def close(self) -> None: ...
