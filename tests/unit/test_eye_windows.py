"""Where eye looks closer."""

from __future__ import annotations

import pytest

from edge.eye.windows import SMALLEST_TILE_PX, around, overlap, side, tiles


@pytest.mark.parametrize("size", [(640, 480), (1280, 720), (720, 1280), (1920, 1080)])
@pytest.mark.parametrize("face_px", [40, 53])
def test_every_far_face_is_whole_in_one_of_the_small_tiles(
    size: tuple[int, int], face_px: int
) -> None:
    width, height = size
    small = [tile for tile in tiles(*size) if side(tile) == SMALLEST_TILE_PX]
    for x in range(0, width - face_px + 1, 37):
        for y in range(0, height - face_px + 1, 37):
            assert any(
                left <= x
                and top <= y
                and x + face_px <= left + across
                and y + face_px <= top + down
                for left, top, across, down in small
            ), (x, y)


@pytest.mark.parametrize(
    "size", [(1, 1), (100, 3), (213, 213), (640, 480), (1000, 50), (8000, 6000)]
)
def test_tiles_hardly_leave_the_picture_the_whole_of_it_first(size: tuple[int, int]) -> None:
    every = tiles(*size)
    assert every[0] == (0, 0, *size)
    assert len(set(every)) == len(every) < 400
    for left, top, across, down in every:
        beyond = 24 if max(across, down) == SMALLEST_TILE_PX else 0
        assert left >= -beyond
        assert top >= -beyond
        assert across > 0
        assert down > 0
        assert left + across <= size[0] + beyond
        assert top + down <= size[1] + beyond


def test_a_window_is_centred_and_cut_at_the_border() -> None:
    assert around((100, 100, 40, 40), 2.5, 640, 480) == (70, 70, 100, 100)
    assert around((0, 0, 40, 40), 2.5, 640, 480) == (0, 0, 70, 70)
    assert around((630, 470, 10, 10), 4.0, 640, 480) == (615, 455, 25, 25)


def test_overlap_is_what_both_share() -> None:
    assert overlap((0, 0, 10, 10), (0, 0, 10, 10)) == 1
    assert overlap((0, 0, 10, 10), (10, 0, 10, 10)) == 0
    assert overlap((0, 0, 10, 10), (5, 0, 10, 10)) == pytest.approx(1 / 3)
