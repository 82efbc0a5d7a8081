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
_GRAIN = 32
"""Samples across a face."""
_REACH = 0.4
"""How far it may have moved, in sides."""


class Grip:
    """One face's looks, as a few hundred grey samples."""

    def __init__(self, picture: Image, box: Box) -> None:
        self._step = max(1, side(box) // _GRAIN)
        left, top, width, height = _inside(box, picture)
        self._looks = _samples(picture, (left, top, width, height), self._step)
        self._place = (left, top)

    def shift(self, picture: Image) -> tuple[float, float] | None:
        """How far the face has moved since; None where it is not surely there."""
        down, across = self._looks.shape
        if min(down, across) < 8:
            return None
        reach = round(_REACH * max(down, across)) * self._step
        left, top = self._place
        begin_x, begin_y = (
            left - left_of(left, reach, self._step),
            top - left_of(top, reach, self._step),
        )
        area = _samples(
            picture,
            (
                begin_x,
                begin_y,
                left - begin_x + across * self._step + reach,
                top - begin_y + down * self._step + reach,
            ),
            self._step,
        )
        if area.shape[0] < down or area.shape[1] < across:
            return None
        likeness = cv2.matchTemplate(area, self._looks, cv2.TM_CCOEFF_NORMED)
        _, best, _, (x, y) = cv2.minMaxLoc(likeness)
        if not best >= LIKE:  # a flat picture gives NaN
            return None
        return (
            begin_x + (x + _peak(likeness[y], x)) * self._step - left,
            begin_y + (y + _peak(likeness[:, x], y)) * self._step - top,
        )


def left_of(begin: int, reach: int, step: int) -> int:
    """How far back the search can go, in whole steps, so that the samples fall on the same grid."""
    return min(reach, begin) // step * step


def _inside(box: Box, picture: Image) -> Box:
    height, width = picture.shape[:2]
    left, top = max(0, box[0]), max(0, box[1])
    return left, top, min(width, box[0] + box[2]) - left, min(height, box[1] + box[3]) - top


def _samples(picture: Image, box: Box, step: int) -> NDArray[np.uint8]:
    left, top, width, height = box
    green = picture if picture.ndim == 2 else picture[..., 1]
    return np.ascontiguousarray(green[top : top + height : step, left : left + width : step])


def _peak(row: NDArray[np.float32], at: int) -> float:
    """Where between the samples the top of a parabola through three of them lies."""
    if not 0 < at < len(row) - 1:
        return 0.0
    before, top, after = (float(value) for value in row[at - 1 : at + 2])
    bend = before - 2 * top + after
    return 0.5 * (before - after) / bend if bend < 0 else 0.0
