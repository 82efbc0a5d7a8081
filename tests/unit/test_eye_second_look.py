"""Strangers are looked at twice."""

from __future__ import annotations

import numpy as np

from edge import ports
from edge.eye.faces import FoundFace
from edge.eye.second_look import confirmed, each_once
from edge.eye.still import faces_of_still
from tests.painted_faces import PaintedFaces, painted

BOX = (300, 200, 60, 60)


class OnlyInOneWindow(PaintedFaces):
    """A knob: a face only where the window is this wide."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self._width = width

    def find(self, image: ports.Image) -> list[ports.FoundFace]:
        found = super().find(image)
        return found if image.shape[1] == self._width else []


def test_a_face_in_every_window_is_one() -> None:
    finder = PaintedFaces()
    face = confirmed(finder, painted([FoundFace(BOX, 0.9)]), FoundFace((295, 204, 63, 63), 0.6))
    assert face is not None
    assert face.box == BOX
    assert round(face.score, 2) == 0.9
    assert finder.asked == 5


def test_what_is_a_face_in_one_window_only_is_none() -> None:
    picture, candidate = painted([FoundFace(BOX, 0.95)]), FoundFace(BOX, 0.95)
    for width in (150, 96, 240):
        assert confirmed(OnlyInOneWindow(width), picture, candidate) is None


def test_unsure_in_every_window_is_not_enough_and_soon_known() -> None:
    finder = PaintedFaces()
    assert confirmed(finder, painted([FoundFace(BOX, 0.55)]), FoundFace(BOX, 0.9)) is None
    assert finder.asked <= 4
    assert confirmed(finder, painted([]), FoundFace(BOX, 0.9)) is None


def test_each_face_is_told_once_the_largest_first() -> None:
    faces = [
        FoundFace((10, 10, 50, 50), 0.8),
        FoundFace((12, 9, 52, 52), 0.9),
        FoundFace((200, 10, 90, 90), 0.6),
    ]
    assert each_once(faces) == [faces[2], faces[1]]


def test_a_still_picture_is_searched_to_the_end() -> None:
    boxes = [(900, 40, 200, 200), (300, 100, 90, 90), (40, 600, 40, 40)]
    picture = painted([FoundFace(box, 0.85) for box in boxes], (1280, 720))
    assert [face.box for face in faces_of_still(PaintedFaces(), picture)] == boxes


def test_a_tiny_still_picture_is_one_too() -> None:
    assert faces_of_still(PaintedFaces(), np.zeros((1, 1, 3), np.uint8)) == []
