"""Says honestly when a face cannot be read: the bounds are measured, in lost accuracy."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from edge.ports import FoundFace

SMALLEST_PX = 48
"""Below the network's own size there is nothing left to read (at 40 px half is lost)."""
DARKEST = 25.0
"""Mean grey level. At 12 a tenth of the accuracy is gone, and real pictures have more noise."""
FLATTEST = 4.0
"""Deviation of the grey levels; at 3 a third of the accuracy is gone."""
BLURRIEST = 0.008
"""Sharpness of 48 × 48 pixels. A blur of 2 pixels comes to 0.012 and costs a sixth of the
accuracy, one of 3 pixels to 0.005 and costs two fifths; clear faces are above 0.2."""
_ROUNDING = 20 / 12
"""What rounding to whole grey levels by itself adds to the variance of a Laplacian."""
UNSUREST = 0.65
"""The finder's score: below it a face may well be none."""
MOST_TURNED = 0.6
"""From between the eyes to the nose, across, in eye distances. Of 980 faces 45 came to between 0.3
and 0.6 and were read as rightly as the others (89 % and 92 % as most people see them), with
probabilities that said so; beyond it there were nine, too few to tell."""
MOST_TILTED_DEG = 45.0
"""Up to there nothing is lost, since tilted heads are set upright; beyond it was not measured."""


def doubts(face: NDArray[np.uint8], found: FoundFace) -> tuple[str, ...]:
    """Why this face should not be believed, none if it should.

    `small`, `dark`, `blurred`, `low_score`, `turned` or `tilted`, each by the bound above.
    `face` is the grey picture cut from the frame for the network, where it was `found`.
    """
    reasons = {
        "small": min(found.box[2:]) < SMALLEST_PX,
        "dark": bool(face.mean() < DARKEST or face.std() < FLATTEST),
        "blurred": sharpness(face) < BLURRIEST,
        "low_score": found.score < UNSUREST,
        "turned": turned(found) > MOST_TURNED,
        "tilted": tilt_deg(found) > MOST_TILTED_DEG,
    }
    return tuple(name for name, true in reasons.items() if true)


def sharpness(face: NDArray[np.uint8]) -> float:
    """Variance of the Laplacian in variances of the picture, so that contrast does not matter."""
    from edge.eye.opencv import cv2

    edges = cv2.Laplacian(face, cv2.CV_32F)
    return max(float(edges.var()) - _ROUNDING, 0.0) / max(float(face.var()), 1.0)


def turned(found: FoundFace) -> float:
    """How far the nose has left the middle between the eyes, in eye distances; 0 if unknown."""
    if len(found.points) < 3:
        return 0.0
    right, left, nose = (complex(*point) for point in found.points[:3])
    if right == left:
        return 0.0
    return abs(((nose - (right + left) / 2) / (left - right)).real)


def tilt_deg(found: FoundFace) -> float:
    """How far the line of the eyes is from level, in degrees; 0 if unknown."""
    if found.eyes is None:
        return 0.0
    (left_x, left_y), (right_x, right_y) = found.eyes
    return abs(math.degrees(math.atan2(right_y - left_y, right_x - left_x)))
