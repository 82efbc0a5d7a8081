"""Where eye looks for people who are not followed yet."""

from __future__ import annotations

import numpy as np

from edge.eye.motion import CELL_PX, Motion
from edge.eye.search import Search
from edge.eye.windows import Box, tiles

SIZE = (1280, 720)


def moved(*boxes: Box) -> Motion:
    cells = np.zeros((SIZE[1] // CELL_PX, SIZE[0] // CELL_PX), np.bool_)
    for x, y, width, height in boxes:
        cells[y // CELL_PX : (y + height) // CELL_PX, x // CELL_PX : (x + width) // CELL_PX] = True
    return Motion(same=False, cells=cells)


def searched() -> Search:
    """A plan that has seen everything once."""
    search = Search(*SIZE)
    for _ in range(len(search)):
        search.next()
    assert not search.stirred
    return search


def touches(tile: Box, box: Box) -> bool:
    return (
        tile[0] < box[0] + box[2]
        and box[0] < tile[0] + tile[2]
        and tile[1] < box[1] + box[3]
        and box[1] < tile[1] + tile[3]
    )


def test_at_first_everything_is_looked_into_once_the_whole_first() -> None:
    search = Search(*SIZE)
    assert search.stirred
    seen = [search.next() for _ in range(len(search))]
    assert seen[0] == (0, 0, *SIZE)
    assert sorted(seen) == sorted(tiles(*SIZE))


def test_where_it_moved_comes_first_and_nothing_starves() -> None:
    search, spot = searched(), (900, 400, 40, 40)
    concerned = sum(touches(tile, spot) for tile in tiles(*SIZE))
    search.note(moved(spot))
    assert search.stirred
    first = [search.next() for _ in range(concerned * 2)]
    assert sum(touches(tile, spot) for tile in first) >= concerned
    assert not search.stirred
    for _ in range(6 * len(search)):
        search.note(moved(spot))
        first.append(search.next())
    assert set(first) == set(tiles(*SIZE))


def test_a_face_of_40_px_that_comes_in_is_looked_at_within_a_look_or_two() -> None:
    for x in range(0, SIZE[0] - 40, 170):
        for y in range(0, SIZE[1] - 40, 110):
            search = searched()
            search.note(moved((x, y, 40, 40)))
            few = [search.next() for _ in range(16)]
            assert any(
                t[2] == 213
                and t[0] <= x
                and t[1] <= y
                and x + 40 <= t[0] + 213
                and y + 40 <= t[1] + 213
                for t in few
            ), (x, y)


def test_those_who_are_followed_stir_nothing() -> None:
    search = searched()
    search.note(moved((300, 200, 80, 80)), followed=[(280, 180, 200, 540)])
    assert not search.stirred


def test_the_first_picture_and_one_after_a_pause_stir_everything() -> None:
    search = searched()
    search.note(Motion(same=False, cells=None))
    assert search.stirred
