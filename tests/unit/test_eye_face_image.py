"""Cutting a found face out of a frame: where, how large, how upright."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from edge.eye.face_image import (
    FACE_PX,
    FRAMING,
    TILT_LEFT_DEG,
    Before,
    face_from_frame,
    normalise,
    prepared,
)
from edge.eye.opencv import cv2

Box = tuple[int, int, int, int]


def frame_with_square(x: float, y: float, side: float) -> NDArray[np.uint8]:
    """White on black, where the cut should be."""
    frame = np.zeros((480, 640, 3), np.uint8)
    corner, far = (
        (round(x - side / 2), round(y - side / 2)),
        (
            round(x + side / 2) - 1,
            round(y + side / 2) - 1,
        ),
    )
    cv2.rectangle(frame, corner, far, (255, 255, 255), -1)
    return frame


def test_the_cut_is_larger_than_the_box_and_sits_higher() -> None:
    scale, raised = FRAMING
    frame = frame_with_square(320, 240 - raised * 200, scale * 200)
    face = face_from_frame(frame, (220, 140, 200, 200))
    assert face.shape == (FACE_PX, FACE_PX)
    assert face.dtype == np.uint8
    assert face.mean() > 250
    # A pixel of the cut is four and a half of the frame: shifted by three, black shows at an edge.
    assert face_from_frame(frame, (214, 140, 200, 200))[:, 0].mean() < 128
    assert face_from_frame(frame, (220, 134, 200, 200))[0].mean() < 128
    assert face_from_frame(frame, (214, 134, 212, 212))[0].mean() < 128


def test_colours_become_grey_as_the_eye_sees_them() -> None:
    frame = np.zeros((200, 200, 3), np.uint8)
    frame[...] = (255, 0, 0)
    red = face_from_frame(frame, (50, 50, 100, 100)).mean()
    frame[...] = (0, 255, 0)
    assert face_from_frame(frame, (50, 50, 100, 100)).mean() > red + 50
    assert 60 < red < 90


def test_a_grey_frame_will_do() -> None:
    frame = np.full((200, 200), 77, np.uint8)
    assert (face_from_frame(frame, (50, 50, 100, 100)) == 77).all()


@pytest.mark.parametrize(
    "box",
    [(0, 0, 200, 200), (560, 400, 80, 80), (600, 0, 40, 200), (0, 440, 300, 40), (639, 479, 1, 1)],
)
def test_beyond_the_border_the_last_pixels_go_on(box: Box) -> None:
    frame = np.full((480, 640, 3), 90, np.uint8)
    face = face_from_frame(frame, box)
    assert face.shape == (FACE_PX, FACE_PX)
    assert (face == 90).all()


@pytest.mark.parametrize("degrees", [-60.0, -40.0, 40.0, 60.0])
def test_too_much_of_a_tilt_is_taken_back(degrees: float) -> None:
    """The same drawn face, much and a little tilted, comes out nearly alike."""
    box = (220, 140, 200, 200)
    little = math.copysign(TILT_LEFT_DEG, degrees)
    expected = face_from_frame(turned(little), box)
    got = face_from_frame(turned(degrees), box, tilted_eyes(degrees))
    left_so = face_from_frame(turned(degrees), box)
    assert np.abs(got.astype(int) - expected).mean() < 5
    assert np.abs(left_so.astype(int) - expected).mean() > 10


def test_a_slight_tilt_is_left_alone() -> None:
    frame = drawn_face()
    box = (220, 140, 200, 200)
    assert (face_from_frame(frame, box, tilted_eyes(14)) == face_from_frame(frame, box)).all()


def drawn_face() -> NDArray[np.uint8]:
    """Two eyes and a mouth, light on dark, about the middle of the frame."""
    frame = np.full((480, 640, 3), 60, np.uint8)
    cv2.circle(frame, (320, 240), 95, (200, 200, 200), -1)
    for x, y, size in ((280, 215, 18), (360, 215, 18), (320, 290, 26)):
        cv2.circle(frame, (x, y), size, (20, 20, 20), -1)
    cv2.rectangle(frame, (300, 100), (340, 160), (250, 250, 250), -1)
    return frame


def turned(degrees: float) -> NDArray[np.uint8]:
    """The same, turned clockwise."""
    turn = cv2.getRotationMatrix2D((320.0, 240.0), -degrees, 1.0)
    frame = cv2.warpAffine(drawn_face(), turn, (640, 480), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(frame, dtype=np.uint8)


def tilted_eyes(degrees: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """The eyes' places when the head is turned clockwise about the box's middle."""
    angle = math.radians(degrees)

    def place(x: float, y: float) -> tuple[float, float]:
        return (
            320 + x * math.cos(angle) - y * math.sin(angle),
            240 + x * math.sin(angle) + y * math.cos(angle),
        )

    return place(-40, -25), place(40, -25)


def dim_noise() -> NDArray[np.uint8]:
    """Dark on the left, a little less dark on the right, with noise."""
    dice = np.random.default_rng(1)
    ramp = np.linspace(5, 60, FACE_PX)[None, :].repeat(FACE_PX, 0)
    return np.clip(ramp + dice.normal(0, 4, ramp.shape), 0, 255).astype(np.uint8)


def test_nothing_before_leaves_the_face_as_it_is() -> None:
    face = dim_noise()
    assert prepared(face, "nothing") is face
    assert np.array_equal(normalise(face), normalise(face, "nothing"))


def test_equalising_uses_every_grey_and_denoising_smooths() -> None:
    face = dim_noise()
    assert prepared(face, "equalised").max() == 255
    assert face.max() < prepared(face, "clahe").max() < 255
    rough = [
        np.abs(np.diff(one.astype(int), axis=0)).mean()
        for one in (face, prepared(face, "denoised"))
    ]
    assert rough[1] < 0.7 * rough[0]


@pytest.mark.parametrize("before", ["nothing", "equalised", "clahe", "denoised"])
def test_a_stack_is_prepared_face_by_face(before: Before) -> None:
    stack = np.stack([dim_noise(), 255 - dim_noise()])
    together = normalise(stack, before)
    assert together.shape == stack.shape
    for face, one in zip(stack, together, strict=True):
        assert np.allclose(normalise(face, before), one)
        assert abs(float(one.mean())) < 0.05
