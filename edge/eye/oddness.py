"""Says by how much something that was found as a face is not made like one.

The finder takes plates, knobs, the moon and galaxies for faces. They have no features between the
eyes and the chin, or harsher ones than a face, and their eyes and mouth lie oddly. The weights were
fitted on 217 such things in 983 face-free frames against 591 pasted training faces.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge.eye.face_image import face_from_frame
from edge.eye.opencv import cv2
from edge.eye.windows import side
from edge.ports import FoundFace, Image

_DETAIL = 0.55
"""Of features in a face's middle, in deviations of its greys: 0.33 to 0.82 in 96 of 100 faces."""
_EYES = 0.36
"""From eye to eye in sides of the box; 2 of 100 faces have less."""
_MOUTH = 0.454
"""From the eyes down to the mouth in sides of the box; off by less than 0.06 in 98 of 100 faces."""
_WEIGHTS = (0.35, 0.2, 0.2)
"""In points of the finder's score."""
_FINE, _COARSE = 1.2, 8.0
"""Features of a face are between these, in pixels of 48."""
_LEAST_CONTRAST = 4.0


def oddness(picture: Image, face: FoundFace) -> float:
    """What its looks take from a face's score; about 0.05 for a face."""
    by_detail, by_eyes, by_mouth = _WEIGHTS
    odd = by_detail * abs(_detail(face_from_frame(picture, face.box, face.eyes)) - _DETAIL)
    if len(face.points) < 4:
        return odd
    right, left, _, mouth = (np.asarray(point) for point in face.points[:4])
    between, size = float(np.hypot(*(left - right))), side(face.box)
    across = (left - right) / max(between, 1e-6)
    below = float((mouth - (left + right) / 2) @ (-across[1], across[0]))
    odd += by_eyes * max(0.0, _EYES - between / size)
    return odd + by_mouth * abs(below / size - _MOUTH)


def _detail(face: NDArray[np.uint8]) -> float:
    """How strong the features in the middle of a 48 × 48 face are."""
    grey = face.astype(np.float32)
    features = cv2.GaussianBlur(grey, (0, 0), _FINE) - cv2.GaussianBlur(grey, (0, 0), _COARSE)
    return float(features[12:42, 8:40].std()) / max(float(grey.std()), _LEAST_CONTRAST)
