"""What the older systems see in a face: HOG, LBP, or the pixels themselves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from edge.eye.face_image import FACE_PX

CELL = 8
"""Pixels a side of the cells over which both features count."""
DIRECTIONS = 9
_PATTERNS = 59
"""Of eight neighbours: 58 uniform ones and all the others."""

Feature = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


def hog(face: NDArray[np.uint8]) -> NDArray[np.float32]:
    """900 numbers: nine directions in 6 × 6 cells, levelled over blocks of 2 × 2."""
    from skimage.feature import hog as directions

    counted = directions(
        face,
        orientations=DIRECTIONS,
        pixels_per_cell=(CELL, CELL),
        cells_per_block=(2, 2),
        block_norm="L2-Hys",
    )
    return np.asarray(counted, dtype=np.float32)


def lbp(face: NDArray[np.uint8]) -> NDArray[np.float32]:
    """2,124 numbers: the roots of the shares of 59 patterns in 6 × 6 cells."""
    from skimage.feature import local_binary_pattern

    patterns = local_binary_pattern(face, P=8, R=1, method="nri_uniform")
    across = FACE_PX // CELL
    place = np.arange(FACE_PX) // CELL
    numbers = (place[:, None] * across + place) * _PATTERNS + patterns.astype(np.int64)
    counts = np.bincount(numbers.ravel(), minlength=across**2 * _PATTERNS)
    shares: NDArray[np.float32] = np.sqrt(counts / CELL**2).astype(np.float32)
    return shares


def hog_lbp(face: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Both, one after the other."""
    return np.concatenate([hog(face), lbp(face)])


def pixels(face: NDArray[np.uint8]) -> NDArray[np.float32]:
    """2,304 grey levels 0…1."""
    return face.astype(np.float32).ravel() / 255


def of_all(feature: Feature, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
    """One row a face."""
    return np.stack([feature(face) for face in faces])
