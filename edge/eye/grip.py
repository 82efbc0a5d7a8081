"""Holds on to a face between two detections by its looks, and says when it slips."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge.eye.opencv import cv2
from edge.eye.windows import Box, side
from edge.ports import Image

LIKE = 0.85
"""Correlation with how it looked when it was detected. A hand before the face, a turned head or
another face come to less; so do noise and dim light, and then it is detected anew each time."""
_GRAIN = 64
"""Samples across a face; large faces are sampled so and then halved, against aliasing."""
_REACH = 0.4
"""How far it may have moved, in sides."""
_LEAST_SAMPLES = 8
_MOST = 1.001
"""A flat picture brings infinity or nothing that is a number."""


class Grip:
    """One face's looks, as a few hundred grey samples."""

    def __init__(self, picture: Image, box: Box) -> None:
        self._step = max(1, side(box) // _GRAIN)
        self._halved = side(box) >= _GRAIN
        self._grain = self._step * (2 if self._halved else 1)
        """Pixels from sample to sample."""
        left, top, width, height = _inside(box, picture)
        self._looks = self._samples(picture, (left, top, width, height))
        self._place = (left, top)

    def shift(self, picture: Image) -> tuple[float, float] | None:
        """How far the face has moved since; None where it is not surely there."""
        down, across = self._looks.shape
        if min(down, across) < _LEAST_SAMPLES:
            return None
        left, top = self._place
        reach = round(_REACH * max(down, across))
        # Whole samples back, so that they fall on the same grid as before.
        back_x, back_y = min(reach, left // self._grain), min(reach, top // self._grain)
        begin_x, begin_y = left - back_x * self._grain, top - back_y * self._grain
        wide, high = back_x + across + reach, back_y + down + reach
        area = self._samples(picture, (begin_x, begin_y, wide * self._grain, high * self._grain))
        if area.shape[0] < down or area.shape[1] < across:
            return None
        likeness = cv2.matchTemplate(area, self._looks, cv2.TM_CCOEFF_NORMED)
        _, best, _, (x, y) = cv2.minMaxLoc(likeness)
        if not LIKE <= best <= _MOST:
            return None
        return (
            (x + _peak(likeness[y], x) - back_x) * self._grain,
            (y + _peak(likeness[:, x], y) - back_y) * self._grain,
        )

    def _samples(self, picture: Image, box: Box) -> NDArray[np.uint8]:
        left, top, width, height = box
        green = picture if picture.ndim == 2 else picture[..., 1]
        step = self._step
        some = np.ascontiguousarray(green[top : top + height : step, left : left + width : step])
        if not self._halved or min(some.shape) < 2:
            return some
        size = (some.shape[1] // 2, some.shape[0] // 2)
        even = some[: 2 * size[1], : 2 * size[0]]
        return np.asarray(cv2.resize(even, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _inside(box: Box, picture: Image) -> Box:
    height, width = picture.shape[:2]
    left, top = max(0, box[0]), max(0, box[1])
    return left, top, min(width, box[0] + box[2]) - left, min(height, box[1] + box[3]) - top


def _peak(row: NDArray[np.float32], at: int) -> float:
    """Where between the samples the top of a parabola through three of them lies."""
    if not 0 < at < len(row) - 1:
        return 0.0
    before, top, after = (float(value) for value in row[at - 1 : at + 2])
    bend = before - 2 * top + after
    return 0.5 * (before - after) / bend if bend < 0 else 0.0
