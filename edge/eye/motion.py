"""Feels where a picture has changed since the last one, at a hundredth of a detection's cost."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from edge.eye.opencv import cv2
from edge.eye.windows import Box
from edge.ports import Image

CELL_PX = 8
"""Side of the cells in which change is felt: a face of 40 px is five of them wide."""
_SAMPLED = 4
"""Every fourth pixel of every fourth row is enough, and costs a thirtieth of a millisecond."""
_LEAST = 5.0
"""Grey levels by which a smoothed cell must change."""
_NOISES = 6.0
"""... and how many times as much as the picture's noise makes it change."""

Mask = NDArray[np.bool_]


class Motion(msgspec.Struct, frozen=True, kw_only=True):
    """What has changed."""

    same: bool
    """Nothing at all: the very same picture again, as no living camera gives."""
    cells: Mask | None
    """Which cells moved; None for the first picture, before which there was nothing."""

    @property
    def any(self) -> bool:
        return self.cells is None or bool(self.cells.any())


class MotionSense:
    """Compares each picture with the one before; keeps a few thousand grey cells, no picture."""

    def __init__(self) -> None:
        self._samples: NDArray[np.uint8] | None = None
        self._cells: NDArray[np.float32] | None = None

    def feel(self, picture: Image) -> Motion:
        """What has changed since the last picture."""
        green = picture if picture.ndim == 2 else picture[..., 1]
        samples = np.ascontiguousarray(green[::_SAMPLED, ::_SAMPLED])
        before, self._samples = self._samples, samples
        if before is not None and np.array_equal(before, samples):
            height, width = self._cells.shape if self._cells is not None else (1, 1)
            return Motion(same=True, cells=np.zeros((height, width), np.bool_))
        earlier, self._cells = self._cells, _smoothed(samples)
        if earlier is None or earlier.shape != self._cells.shape:
            return Motion(same=False, cells=None)
        return Motion(same=False, cells=changed(earlier, self._cells))


def changed(before: NDArray[np.float32], after: NDArray[np.float32]) -> Mask:
    """Cells that differ by more than noise and more than the light of the whole room does."""
    difference = after - before
    some = difference[::3, ::3]  # medians of all cells would cost more than all the rest
    difference = np.abs(difference - np.median(some))
    noise = 1.48 * float(np.median(difference[::3, ::3]))
    return np.asarray(difference > max(_LEAST, _NOISES * noise), dtype=np.bool_)


def _smoothed(samples: NDArray[np.uint8]) -> NDArray[np.float32]:
    height, width = samples.shape
    share = CELL_PX // _SAMPLED
    size = (max(1, width // share), max(1, height // share))
    cells = cv2.resize(samples, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    return np.asarray(cv2.blur(cells, (3, 3)), dtype=np.float32)


class Stir:
    """Remembers for a while where it moved: what came in is more likely somebody than a plate."""

    def __init__(self) -> None:
        self._moved_at: NDArray[np.float64] | None = None

    def note(self, cells: Mask | None, at: float) -> None:
        """What moved in the picture of that time; None begins anew."""
        if cells is None:
            self._moved_at = None
            return
        if self._moved_at is None or self._moved_at.shape != cells.shape:
            self._moved_at = np.full(cells.shape, -np.inf)
        self._moved_at[cells] = at

    def lately(self, box: Box, at: float, within_s: float = 3.0) -> bool:
        """Whether anything in this part of the picture moved."""
        if self._moved_at is None:
            return False
        return bool((part(self._moved_at, box) >= at - within_s).any())


def part(cells: NDArray[Any], box: Box) -> NDArray[Any]:
    """The cells that a box covers, if only in part."""
    left, top, width, height = box
    down = slice(max(0, top) // CELL_PX, -(-(top + height) // CELL_PX))
    across = slice(max(0, left) // CELL_PX, -(-(left + width) // CELL_PX))
    return cells[down, across]
