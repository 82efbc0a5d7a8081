"""Which faces eye does not trust, and why."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from edge.eye.faces import FoundFace
from edge.eye.opencv import cv2
from edge.eye.quality import doubts
from edge.messages import MOODS

NEAR = (100, 100, 200, 200)
MEAN_FACES = Path(__file__).resolve().parents[2] / "models" / "mean_faces"


def face(dim: float = 1.0, blur_px: float = 0.0) -> NDArray[np.uint8]:
    """Blotches as fine as the features of a face."""
    dice = np.random.default_rng(5)
    coarse = dice.integers(40, 220, (16, 16)).astype(np.float32)
    fine = cv2.resize(coarse, (48, 48), interpolation=cv2.INTER_CUBIC)
    if blur_px:
        fine = cv2.GaussianBlur(fine, (0, 0), blur_px)
    return np.asarray(np.clip(fine * dim, 0, 255), dtype=np.uint8)


def test_a_clear_near_face_is_trusted() -> None:
    assert doubts(face(), FoundFace(NEAR, 0.9)) == ()


@pytest.mark.parametrize(
    ("picture", "box", "score", "why"),
    [
        (face(), (0, 0, 47, 60), 0.9, "small"),
        (face(), (0, 0, 60, 47), 0.9, "small"),
        (face(dim=0.15), NEAR, 0.9, "dark"),
        (np.full((48, 48), 128, np.uint8), NEAR, 0.9, "dark"),
        (face(blur_px=4), NEAR, 0.9, "blurred"),
        (face(), NEAR, 0.6, "low_score"),
    ],
)
def test_a_doubt_is_named(
    picture: NDArray[np.uint8], box: tuple[int, int, int, int], score: float, why: str
) -> None:
    assert why in doubts(picture, FoundFace(box, score))


def test_all_doubts_are_named() -> None:
    dark_and_blurred = face(dim=0.15, blur_px=4)
    assert set(doubts(dark_and_blurred, FoundFace((0, 0, 20, 20), 0.5))) == {
        "small",
        "dark",
        "blurred",
        "low_score",
    }


def looking(aside: float, tilt_deg: float = 0.0) -> FoundFace:
    """With the nose so many eye distances off the middle."""
    spin = complex(math.cos(math.radians(tilt_deg)), math.sin(math.radians(tilt_deg)))
    places = [spin * place for place in (-30 + 0j, 30 + 0j, 60 * aside + 25j, 0 + 55j)]
    points = tuple((place.real + 200, place.imag + 200) for place in places)
    return FoundFace(NEAR, 0.9, (points[0], points[1]), points)


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (looking(0.0), ()),
        (looking(-0.2, 30), ()),
        (looking(0.7), ("turned",)),
        (looking(-0.7, -30), ("turned",)),
        (looking(0.0, 60), ("tilted",)),
        (FoundFace(NEAR, 0.9, ((3.0, 3.0), (3.0, 3.0)), ((3.0, 3.0),) * 6), ()),
    ],
)
def test_heads_turned_or_tilted_too_far_are_not_trusted(
    found: FoundFace, why: tuple[str, ...]
) -> None:
    assert doubts(face(), found) == why


@pytest.mark.parametrize("mood", MOODS)
def test_the_demos_faces_are_trusted(mood: str) -> None:
    """They are means, and so softer than any one face."""
    picture = cv2.imread(str(MEAN_FACES / f"{mood}.png"), cv2.IMREAD_GRAYSCALE)
    assert doubts(np.asarray(picture), FoundFace(NEAR, 0.8)) == ()
