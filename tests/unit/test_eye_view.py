"""What is cut, turned and mirrored of a picture."""

from __future__ import annotations

import numpy as np
import pytest

from edge.config.crop import crop_of
from edge.eye.view import View
from edge.ports import Image


def scene() -> Image:
    """Every pixel says where it is: red its column, green its row."""
    picture = np.zeros((100, 200, 3), np.uint8)
    picture[..., 0] = np.arange(200)
    picture[..., 1] = np.arange(100)[:, None]
    return picture


def test_as_it_comes_it_is_not_copied() -> None:
    picture = scene()
    assert View().plain
    assert np.shares_memory(View().applied(picture), picture)


def test_the_crop_is_of_the_upright_picture() -> None:
    cut = View(crop=(0.5, 0.25, 0.5, 0.5)).applied(scene())
    assert cut.shape == (50, 100, 3)
    assert tuple(cut[0, 0, :2]) == (100, 25)
    turned = View(rotate=90, crop=(0, 0, 0.5, 1)).applied(scene())
    assert turned.shape == (200, 50, 3)
    assert tuple(turned[0, 0, :2]) == (0, 99)
    mirrored = View(mirror=True, crop=(0, 0, 0.25, 1)).applied(scene())
    assert tuple(mirrored[0, 0, :2]) == (199, 0)
    assert mirrored.flags.c_contiguous


@pytest.mark.parametrize("crop", [(0.99, 0.99, 0.01, 0.01), (0, 0, 0.001, 1), (0.999, 0, 1, 1)])
def test_what_is_cut_is_never_empty_and_never_outside(
    crop: tuple[float, float, float, float],
) -> None:
    for shape in ((100, 200, 3), (1, 1, 3), (17, 16, 3)):
        cut = View(crop=crop).applied(np.zeros(shape, np.uint8))
        assert cut.size
        assert cut.shape[0] <= shape[0]
        assert cut.shape[1] <= shape[1]


@pytest.mark.parametrize(
    ("text", "crop"),
    [
        ("", (0, 0, 1, 1)),
        ("  ", (0, 0, 1, 1)),
        ("0.25, 0, 0.5, 1", (0.25, 0, 0.5, 1)),
        ("0,0,1,1", (0, 0, 1, 1)),
    ],
)
def test_a_crop_is_four_shares(text: str, crop: tuple[float, ...]) -> None:
    assert crop_of(text) == crop


@pytest.mark.parametrize("text", ["1", "a,b,c,d", "0,0,0,1", "0,0,2,1", "-0.1,0,1,1", "0,0,nan,1"])
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"four numbers|leaves the picture"):
        crop_of(text)
