"""Finds the faces of one still picture, with all the effort that a stream spreads over seconds."""

from __future__ import annotations

from edge.eye.faces import FoundFace
from edge.eye.second_look import SURE, confirmed, each_once, find_in
from edge.eye.windows import tiles
from edge.ports import FaceFinder, Image

MOST_FACES = 64
"""Of one picture; a crowd has more, but no box stands before it."""


def faces_of_still(finder: FaceFinder, picture: Image, sure: float = SURE) -> list[FoundFace]:
    """Every face of at least about 40 px in an upright RGB picture, the largest first."""
    height, width = picture.shape[:2]
    candidates = [
        face for window in tiles(width, height) for face in find_in(finder, picture, window)
    ]
    checked = (confirmed(finder, picture, one, sure) for one in each_once(candidates))
    return each_once(face for face in checked if face is not None)[:MOST_FACES]
