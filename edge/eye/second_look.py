"""Tells faces from what only looks like one: by looking again, in other windows around it.

A plate, a knob or a galaxy is a face in one window and none in another; a face is one in all.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from edge.eye.face_image import cut_out
from edge.eye.faces import FoundFace, Point
from edge.eye.oddness import oddness
from edge.eye.windows import Box, around, overlap, side
from edge.ports import FaceFinder, Image
from edge.ports import FoundFace as Found

CLOSE = 2.5
"""Sides of the face in the window from which boxes are taken: there they are most exact."""
_OTHERS = ((1.6, True), (4.0, False), (2.0, True), (3.2, True))
"""Sides of the face in the other windows, and whether they are mirrored."""
SURE = 0.66
"""The least mean score of the five looks, less what is odd about it. Of 3000 face-free frames 7
come to more (171 bare); of PublicTest's faces pasted at 160 to 300 px 97.6 % do, at 40 px 88."""
NEAR_PX = 140
NEAR_BENEFIT = 0.04
"""So much less sure must be what is large: few plates and galaxies are. Of 62 things that came to
0.6 in 4000 face-free frames (which also set these bounds) five were."""
_SAME = 0.3
"""Boxes that overlap more are of one face."""


def find_in(
    finder: FaceFinder, picture: Image, window: Box, *, mirrored: bool = False
) -> list[FoundFace]:
    """The faces in a part of a picture, in places of the whole.

    Beyond the border its last pixels go on.
    """
    left, top, width, _ = window
    part = cut_out(picture, window)
    if not mirrored:
        found = [moved(face, left, top) for face in finder.find(part)]
    else:
        turned = finder.find(np.ascontiguousarray(part[:, ::-1]))
        found = [moved(_mirrored(face, width), left, top) for face in turned]
    return [_inside(face, picture) for face in found]


def confirmed(
    finder: FaceFinder, picture: Image, candidate: Found, sure: float = SURE
) -> FoundFace | None:
    """The candidate as the close window shows it, with the mean score; None if it is no face."""
    height, width = picture.shape[:2]
    close = best_near(
        candidate.box, find_in(finder, picture, around(candidate.box, CLOSE, width, height))
    )
    if close is None:
        return None
    if side(close.box) >= NEAR_PX:
        sure -= NEAR_BENEFIT
    total = close.score
    for others, (factor, mirrored) in enumerate(_OTHERS, start=1):
        # Even with full marks for what is left it would not do: spare the looks.
        if total + len(_OTHERS) - others + 1 < sure * (len(_OTHERS) + 1):
            return None
        window = around(close.box, factor, width, height)
        again = best_near(close.box, find_in(finder, picture, window, mirrored=mirrored))
        total += again.score if again is not None else 0.0
    score = total / (len(_OTHERS) + 1)
    if score - oddness(picture, close) < sure:
        return None
    return FoundFace(close.box, score, close.eyes, close.points)


def best_near(box: Box, faces: Iterable[FoundFace]) -> FoundFace | None:
    """The surest face that lies where the box is."""
    near = [face for face in faces if overlap(face.box, box) > _SAME]
    return max(near, key=lambda face: face.score, default=None)


def each_once(faces: Iterable[FoundFace]) -> list[FoundFace]:
    """The surest of those that lie over each other, the largest first."""
    kept: list[FoundFace] = []
    for face in sorted(faces, key=lambda one: one.score, reverse=True):
        if all(overlap(face.box, other.box) <= _SAME for other in kept):
            kept.append(face)
    return sorted(kept, key=lambda one: side(one.box), reverse=True)


def moved(face: Found, x: float, y: float) -> FoundFace:
    """The same face elsewhere."""

    def there(point: Point) -> Point:
        return point[0] + x, point[1] + y

    left, top, width, height = face.box
    return FoundFace(
        box=(left + round(x), top + round(y), width, height),
        score=face.score,
        eyes=None if face.eyes is None else (there(face.eyes[0]), there(face.eyes[1])),
        points=tuple(there(point) for point in face.points),
    )


def _inside(face: FoundFace, picture: Image) -> FoundFace:
    """Without what of its box lies beyond the border."""
    left, top, across, down = face.box
    height, width = picture.shape[:2]
    x, y = min(max(left, 0), width - 1), min(max(top, 0), height - 1)
    right, bottom = min(left + across, width), min(top + down, height)
    return FoundFace(
        (x, y, max(1, right - x), max(1, bottom - y)), face.score, face.eyes, face.points
    )


def _mirrored(face: Found, width: int) -> FoundFace:
    """Back from a mirrored window; without the points, whose left and right are exchanged."""
    left, top, across, down = face.box
    return FoundFace(box=(width - left - across, top, across, down), score=face.score)
