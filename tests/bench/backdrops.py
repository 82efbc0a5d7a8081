"""Pictures in which nobody is: scikit-image's own without people, and drawn textures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from edge.eye.opencv import cv2
from edge.ports import Image

PHOTOS = (
    *("brick", "cell", "chelsea", "clock", "coffee", "colorwheel", "grass", "gravel", "horse"),
    *("hubble_deep_field", "immunohistochemistry", "logo", "microaneurysms", "moon", "page"),
    *("retina", "rocket", "stereo_motorcycle", "text", "checkerboard"),
)
"""Those in scikit-image's wheel; `astronaut` and `camera` show people, `coins` their portraits."""
SIZES = ((640, 480), (1280, 720))
"""Width and height."""
Size = tuple[int, int]
Dice = np.random.Generator


def face_free_frames(n: int, seed: int, size: Size | None = None) -> Iterator[Image]:
    """That many frames without a face: two in three cut from pictures, the rest drawn."""
    for number in range(n):
        dice = np.random.default_rng((seed, number))
        wanted = size or SIZES[int(dice.integers(len(SIZES)))]
        yield photo(wanted, dice) if number % 3 else texture(wanted, dice)


def backdrop(size: Size, dice: Dice) -> Image:
    """What may stand behind somebody: a picture, a texture or a plain wall in uneven light."""
    kind = dice.random()
    if kind < 0.4:
        return photo(size, dice)
    return texture(size, dice) if kind < 0.7 else _wall(size, dice)


def photo(size: Size, dice: Dice, name: str | None = None) -> Image:
    """A part of one of scikit-image's pictures, scaled, flipped and lit by chance."""
    picture = _photo(name or PHOTOS[int(dice.integers(len(PHOTOS)))])
    height, width = picture.shape[:2]
    share = float(dice.uniform(0.35, 1.0))
    across = max(16, min(round(width * share), width))
    down = max(16, min(round(across * size[1] / size[0]), height))
    across = max(16, min(across, round(down * size[0] / size[1])))
    left = int(dice.integers(width - across + 1))
    top = int(dice.integers(height - down + 1))
    part = cv2.resize(
        picture[top : top + down, left : left + across], size, interpolation=cv2.INTER_CUBIC
    )
    if dice.random() < 0.5:
        part = part[:, ::-1]
    if dice.random() < 0.2:
        part = part[::-1]
    return _lit(part.astype(np.float32), dice)


def texture(size: Size, dice: Dice) -> Image:
    """Drawn: blotches, stripes, a chequered cloth, round things, leaves or lines of writing."""
    draw = _DRAWN[int(dice.integers(len(_DRAWN)))]
    return _lit(draw(size, dice), dice)


@cache
def _photo(name: str) -> Image:
    from skimage import data

    picture = getattr(data, name)()
    if isinstance(picture, tuple):  # both eyes of the stereo picture, and its depth
        picture = picture[0]
    if picture.dtype == np.bool_:
        picture = picture * np.uint8(255)
    if picture.ndim == 2:
        picture = np.repeat(picture[..., None], 3, axis=2)
    return np.ascontiguousarray(picture[..., :3], dtype=np.uint8)


def _lit(picture: NDArray[np.float32], dice: Dice) -> Image:
    """In another light, with a little noise."""
    picture = picture * dice.uniform(0.5, 1.15) + dice.uniform(-10, 20)
    picture += dice.normal(0, dice.uniform(0.5, 4), picture.shape).astype(np.float32)
    return np.asarray(picture.clip(0, 255), dtype=np.uint8)


def _wall(size: Size, dice: Dice) -> Image:
    width, height = size
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :, None]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None, None]
    light = dice.uniform(-30, 30) * x + dice.uniform(-30, 30) * y
    return _lit((_colour(dice) + light).astype(np.float32), dice)


def _colour(dice: Dice) -> NDArray[np.float32]:
    return np.asarray(dice.uniform(40, 215, 3), dtype=np.float32)


def _blotches(size: Size, dice: Dice) -> NDArray[np.float32]:
    width, height = size
    field = np.zeros((height, width, 3), np.float32)
    weight = 1.0
    for cells in 2 ** np.arange(2, 8):
        rough = dice.normal(0, 1, (max(2, cells * height // width), cells, 3)).astype(np.float32)
        rough = rough.mean(axis=2, keepdims=True) * 0.8 + rough * 0.2
        field += weight * cv2.resize(rough, size, interpolation=cv2.INTER_CUBIC)
        weight *= float(dice.uniform(0.45, 0.85))
    return np.asarray(_colour(dice) + field * dice.uniform(15, 40), dtype=np.float32)


def _stripes(size: Size, dice: Dice) -> NDArray[np.float32]:
    width, height = size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = dice.uniform(0, np.pi)
    along = x * np.cos(angle) + y * np.sin(angle) + 12 * np.sin(y / dice.uniform(20, 90))
    wave = np.sin(along * 2 * np.pi / dice.uniform(8, 120))
    if dice.random() < 0.5:
        wave = np.sign(wave)
    return np.asarray(_colour(dice) + wave[..., None] * dice.uniform(10, 60, 3), dtype=np.float32)


def _cloth(size: Size, dice: Dice) -> NDArray[np.float32]:
    width, height = size
    y, x = np.mgrid[0:height, 0:width]
    cell = int(dice.integers(12, 90))
    squares = (x // cell % 2).astype(np.float32) + (y // cell % 2)
    return np.asarray(_colour(dice) + squares[..., None] * (_colour(dice) - 128) * 0.5, np.float32)


def _round_things(size: Size, dice: Dice) -> NDArray[np.float32]:
    """Plates, knobs, plugs and buttons, some of them with two holes."""
    picture = _blotches(size, dice)
    for _ in range(int(dice.integers(5, 40))):
        middle = (int(dice.integers(size[0])), int(dice.integers(size[1])))
        radius = int(dice.integers(8, size[1] // 5))
        cv2.circle(picture, middle, radius, _colour(dice).tolist(), -1, cv2.LINE_AA)
        if dice.random() < 0.4:
            hole, colour = max(1, radius // 8), _colour(dice).tolist()
            for side in (-1, 1):
                at = (middle[0] + side * radius // 3, middle[1] - radius // 10)
                cv2.circle(picture, at, hole, colour, -1, cv2.LINE_AA)
    return picture


def _leaves(size: Size, dice: Dice) -> NDArray[np.float32]:
    picture = _blotches(size, dice)
    hue = _colour(dice)
    for _ in range(int(dice.integers(60, 400))):
        middle = (int(dice.integers(size[0])), int(dice.integers(size[1])))
        long = int(dice.integers(6, 70))
        axes = (long, max(2, int(long * dice.uniform(0.15, 0.6))))
        colour = (hue + dice.normal(0, 25)).clip(0, 255).tolist()
        cv2.ellipse(picture, middle, axes, dice.uniform(0, 360), 0, 360, colour, -1, cv2.LINE_AA)
    return picture


def _writing(size: Size, dice: Dice) -> NDArray[np.float32]:
    picture = np.empty((size[1], size[0], 3), np.float32)
    picture[:] = _colour(dice)
    colour, scale = _colour(dice).tolist(), float(dice.uniform(0.4, 2.5))
    letters = "oO08@ee(..)ovo:-)aQCGD="
    for y in range(10, size[1], max(12, int(34 * scale))):
        line = "".join(letters[i] for i in dice.integers(len(letters), size=60))
        cv2.putText(picture, line, (int(dice.integers(-40, 20)), y), 0, scale, colour, 2, 16)
    return picture


_DRAWN: tuple[Callable[[Size, Dice], NDArray[np.float32]], ...] = (
    *(_blotches, _stripes, _cloth, _round_things, _leaves, _writing),
)
