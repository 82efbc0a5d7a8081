"""Parts of a picture in which to look: around a face, and tiles in which far faces are large."""

from __future__ import annotations

import math

Box = tuple[int, int, int, int]
"""x, y, width, height in pixels of the picture."""

SMALLEST_TILE_PX = 213
"""The finder shrinks what it is given to 128 × 128: here a face of 40 px still has 24."""
_STEP = 0.62
"""From tile to tile, in sides of a tile: a face of 160 px is whole in one of those of 426."""
_SMALL_STEP = 0.75
"""The same for the smallest: a face of 53 px is whole in one of them."""
_BEYOND_PX = 24
"""The smallest tiles reach so far over the border: at the rim of a tile far faces are missed."""
_MOST_TILES = 200
"""Of one size. Huge still pictures have more: there the smallest faces are let go."""


def around(box: Box, factor: float, width: int, height: int) -> Box:
    """A square window about a face, that many times its size, as far as the picture goes."""
    side = factor * max(box[2], box[3])
    x, y = middle(box)
    left, top = max(0, round(x - side / 2)), max(0, round(y - side / 2))
    right, bottom = min(width, round(x + side / 2)), min(height, round(y + side / 2))
    return left, top, max(1, right - left), max(1, bottom - top)


def tiles(width: int, height: int) -> tuple[Box, ...]:
    """The whole picture first, then squares that overlap, the large ones before the small.

    The smallest begin and end a little outside of the picture.
    """
    every: list[Box] = [(0, 0, width, height)]
    side = SMALLEST_TILE_PX
    sizes = []
    while side < 0.9 * max(width, height):
        sizes.append(side)
        side *= 2
    for side in reversed(sizes):
        step, beyond = (_SMALL_STEP, _BEYOND_PX) if side == SMALLEST_TILE_PX else (_STEP, 0)
        level = [
            (x, y, across, down)
            for y, down in _stretches(height, side, step, beyond)
            for x, across in _stretches(width, side, step, beyond)
        ]
        if len(level) <= _MOST_TILES:
            every += level
    return tuple(every)


def overlap(one: Box, other: Box) -> float:
    """What both share, in parts of what they cover together."""
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    if across <= 0 or down <= 0:
        return 0.0
    shared = across * down
    return shared / (one[2] * one[3] + other[2] * other[3] - shared)


def middle(box: Box) -> tuple[float, float]:
    return box[0] + box[2] / 2, box[1] + box[3] / 2


def side(box: Box) -> int:
    """Of the square that the finder meant; at the border one side of the box is cut."""
    return max(box[2], box[3])


def _stretches(length: int, tile: int, step: float, beyond: int) -> list[tuple[int, int]]:
    """Where tiles begin on one axis, and how long they are."""
    if length <= tile:
        return [(0, length)]
    way = length + 2 * beyond - tile
    steps = math.ceil(way / (step * tile))
    return [(round(number * way / steps) - beyond, tile) for number in range(steps + 1)]
