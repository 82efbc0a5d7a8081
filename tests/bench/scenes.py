"""Puts known faces into frames, so that where they are and what they show is known."""

from __future__ import annotations

import math

import msgspec
import numpy as np
from numpy.typing import NDArray

from edge.eye.opencv import cv2
from edge.ports import Image
from tests.bench.backdrops import Dice, Size, backdrop

FACE_PX = 48
_ROOM = 3
"""Sides of the square sprite on which a head is drawn, in sides of the face."""


class Damage(msgspec.Struct, frozen=True, kw_only=True):
    """What a camera, a dark room and a file format do to a picture."""

    light: float = 1.0
    """The share of the light that is left."""
    noise: float = 0.0
    """Deviation in grey levels, added after the light has gone."""
    jpeg: int = 0
    """Quality; 0 for none."""


CLEAN = Damage()
DAMAGES = {
    "clean": CLEAN,
    "noise": Damage(noise=8),
    "jpeg": Damage(jpeg=40),
    "dim": Damage(light=0.35, noise=3),
}


class Square(msgspec.Struct, frozen=True, kw_only=True):
    """Where FER2013's picture lies in the frame."""

    x: float
    """Its middle."""
    y: float
    side: float
    angle: float
    """Degrees clockwise."""

    def holds(self, box: tuple[int, int, int, int]) -> bool:
        """Whether a found box is this face: its middle within, its size about the same."""
        left, top, width, height = box
        far = max(abs(left + width / 2 - self.x), abs(top + height / 2 - self.y))
        # FER2013 frames some faces very loosely.
        return far < 0.4 * self.side and 0.35 < max(width, height) / self.side < 1.7


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """A frame, and who is in it."""

    frame: Image
    squares: tuple[Square, ...]


def scene(
    face: NDArray[np.uint8],
    side: int,
    size: Size,
    seed: int,
    angle: float = 0.0,
    damage: Damage = CLEAN,
    *,
    whole: bool = True,
) -> Scene:
    """One person with that face (48 × 48 grey) somewhere in a frame of width × height.

    `side` is that of the pasted FER2013 square. Without the `whole` person there is nothing but the
    square, its rim hard or soft. The same arguments bring the same frame.
    """
    dice = np.random.default_rng((seed, side, *size))
    frame = backdrop(size, dice).astype(np.float32)
    square = somewhere(side, size, angle, dice)
    put(frame, face, square, dice, whole=whole)
    return Scene(frame=damaged(frame, damage, dice), squares=(square,))


def bare(
    face: NDArray[np.uint8], side: int, seed: int, damage: Damage = CLEAN
) -> NDArray[np.uint8]:
    """The same face enlarged and damaged as in a frame, for the classifier directly."""
    dice = np.random.default_rng((seed, side))
    large = np.repeat(_enlarged(face, side)[..., None], 3, axis=2)
    grey = cv2.cvtColor(damaged(large, damage, dice), cv2.COLOR_RGB2GRAY)
    way = cv2.INTER_AREA if side > FACE_PX else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(grey, (FACE_PX, FACE_PX), interpolation=way), dtype=np.uint8)


def cut_where_it_is(one: Scene) -> NDArray[np.uint8]:
    """The first face's square out of the frame, set upright, as 48 × 48 grey pixels."""
    square, grey = one.squares[0], cv2.cvtColor(one.frame, cv2.COLOR_RGB2GRAY)
    side = round(square.side)
    turn = cv2.getRotationMatrix2D((square.x, square.y), square.angle, 1.0)
    turn[:, 2] += (side - 1) / 2 - square.x, (side - 1) / 2 - square.y
    cut = cv2.warpAffine(grey, turn, (side, side), flags=cv2.INTER_LINEAR)
    way = cv2.INTER_AREA if side > FACE_PX else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(cut, (FACE_PX, FACE_PX), interpolation=way), dtype=np.uint8)


def somewhere(side: int, size: Size, angle: float, dice: Dice) -> Square:
    """A place where the whole head is in the frame, or most of it where it is too large."""
    width, height = size
    aside, above, below = 0.75 * side, 0.85 * side, 0.65 * side
    x = dice.uniform(aside, width - aside) if width > 2 * aside else width / 2
    y = dice.uniform(above, height - below) if height > above + below else height / 2
    return Square(x=float(x), y=float(y), side=float(side), angle=angle)


def put(
    frame: NDArray[np.float32],
    face: NDArray[np.uint8],
    square: Square,
    dice: Dice,
    *,
    whole: bool = True,
) -> None:
    """Paint one person into the frame, head, neck and shoulders, the face as it is."""
    side = round(square.side)
    colour, cover = (_person if whole else _square)(face, side, dice)
    centre = (_ROOM * side - 1) / 2
    turn = cv2.getRotationMatrix2D((centre, centre), -square.angle, 1.0)
    turn[:, 2] += (square.x - centre, square.y - centre)
    left, top, right, bottom = _around(square, frame.shape)
    turn[:, 2] -= (left, top)
    room = (right - left, bottom - top)
    colour = cv2.warpAffine(colour, turn, room, flags=cv2.INTER_LINEAR)
    cover = cv2.warpAffine(cover, turn, room, flags=cv2.INTER_LINEAR)[..., None]
    place = frame[top:bottom, left:right]
    place *= 1.0 - cover
    place += colour


def damaged(picture: NDArray[np.float32], damage: Damage, dice: Dice) -> Image:
    """The picture as it comes out of the camera."""
    picture = picture * np.float32(damage.light)
    if damage.noise:
        picture = picture + dice.normal(0, damage.noise, picture.shape).astype(np.float32)
    taken = np.asarray(np.rint(picture).clip(0, 255), dtype=np.uint8)
    if not damage.jpeg:
        return taken
    _, packed = cv2.imencode(".jpg", taken[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, damage.jpeg])
    return np.ascontiguousarray(cv2.imdecode(packed, cv2.IMREAD_COLOR)[..., ::-1])


def _enlarged(face: NDArray[np.uint8], side: int) -> NDArray[np.float32]:
    way = cv2.INTER_CUBIC if side >= FACE_PX else cv2.INTER_AREA
    large = cv2.resize(face.astype(np.float32), (side, side), interpolation=way)
    return np.asarray(large.clip(0, 255), dtype=np.float32)


def _person(
    face: NDArray[np.uint8], side: int, dice: Dice
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Colours already weighted with the cover, and the cover (0…1), face in the middle."""
    room = _ROOM * side
    large = _enlarged(face, side)
    skin = float(np.median(large[side // 2 :, side // 4 : -side // 4]))
    hair, cloth = dice.uniform(10, 110), dice.uniform(20, 230)
    colour, cover = np.zeros((room, room), np.float32), np.zeros((room, room), np.float32)
    for grey, *ellipse in _outline(room / 2, side, skin * 0.85, hair, cloth, dice):
        middle, axes = (tuple(round(v) for v in pair) for pair in ellipse)
        for layer, value in ((colour, float(grey)), (cover, 1.0)):
            cv2.ellipse(layer, middle, axes, 0, 0, 360, value, -1, cv2.LINE_AA)
    soft = max(0.4, side * float(dice.uniform(0.01, 0.03)))
    colour, cover = (cv2.GaussianBlur(layer, (0, 0), soft) for layer in (colour, cover))
    begin = (room - side) // 2
    inner = np.s_[begin : begin + side, begin : begin + side]
    rim = _rim(side, dice)
    colour[inner] += rim * (large - colour[inner])
    cover[inner] += rim * (1.0 - cover[inner])
    tint = np.asarray(1.0 + dice.uniform(-0.05, 0.05, 3), np.float32)
    return np.asarray(colour[..., None] * tint, np.float32), cover


def _square(
    face: NDArray[np.uint8], side: int, dice: Dice
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The same for FER2013's picture alone."""
    room, begin = _ROOM * side, side  # a sprite is three sides wide
    grey, cover = np.zeros((room, room), np.float32), np.zeros((room, room), np.float32)
    inner = np.s_[begin : begin + side, begin : begin + side]
    soft = float(dice.choice((0.0, 0.025, 0.05))) * side
    edge = round(soft)
    cover[begin + edge : begin + side - edge, begin + edge : begin + side - edge] = 1.0
    if soft:
        cover = cv2.GaussianBlur(cover, (0, 0), soft / 2)
    grey[inner] = _enlarged(face, side)
    return np.repeat((grey * cover)[..., None], 3, axis=2), cover


def _outline(
    middle: float, side: int, skin: float, hair: float, cloth: float, dice: Dice
) -> list[tuple[float, tuple[float, float], tuple[float, float]]]:
    """Ellipses from back to front: grey level, middle, half axes."""
    wide, high = dice.uniform(0.56, 0.72), dice.uniform(0.7, 0.85)
    return [
        (cloth, (middle, middle + 1.45 * side), (1.05 * side, 0.65 * side)),
        (hair, (middle, middle - 0.12 * side), (wide * side, high * side)),
        (skin * 0.9, (middle, middle + 0.65 * side), (0.28 * side, 0.4 * side)),
        (skin, (middle, middle + 0.02 * side), (0.5 * side, 0.62 * side)),
    ]


def _rim(side: int, dice: Dice) -> NDArray[np.float32]:
    """Where the face's own pixels show: a square, its corners more or less round, soft outside."""
    line = np.abs(np.linspace(-1, 1, side, dtype=np.float32))
    power = float(dice.uniform(4, 12))
    reach = (line[None, :] ** power + line[:, None] ** power) ** (1 / power)
    soft = float(dice.uniform(0.06, 0.14))
    return np.asarray(((1.0 - reach) / soft).clip(0, 1), dtype=np.float32)


def _around(square: Square, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what the person can cover of the frame."""
    reach = math.ceil(square.side * _ROOM * 0.72)
    left, top = max(0, int(square.x) - reach), max(0, int(square.y) - reach)
    return left, top, min(shape[1], int(square.x) + reach), min(shape[0], int(square.y) + reach)
