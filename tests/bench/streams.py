"""Rooms that are looked at over time: somebody comes in, somebody sways, nobody is there."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from edge.eye.looker import Looker, Seen
from edge.eye.opencv import cv2
from edge.eye.pace import Pace, rate
from edge.ports import Image
from tests.bench.backdrops import Size, backdrop
from tests.bench.scenes import Square, put, somewhere

_MARGIN = 64
_NOISE = 3.0


class Room(Protocol):
    """What a camera would see."""

    def frame(self, at: float) -> Image:
        """The picture taken at that second."""
        ...


class EmptyRoom:
    """A still scene with a camera's noise; restless: something without a face moves in it."""

    def __init__(self, size: Size, seed: int, *, restless: bool = False) -> None:
        self.size = size
        self._dice = np.random.default_rng((seed, *size))
        self.scene = backdrop(size, self._dice).astype(np.float32)
        shape = (size[1] + _MARGIN, size[0] + _MARGIN, 3)
        self._noise = self._dice.normal(0, _NOISE, shape).astype(np.float32)
        self._restless = restless

    def frame(self, at: float) -> Image:
        picture = self.scene.copy()
        if self._restless:
            x = round((0.5 + 0.4 * math.sin(at)) * self.size[0])
            cv2.rectangle(picture, (x, 0), (x + 60, self.size[1] // 2), (90, 60, 40), -1)
        self.people(picture, at)
        x, y = self._dice.integers(0, _MARGIN, 2)
        picture += self._noise[y : y + self.size[1], x : x + self.size[0]]
        return np.asarray(picture.clip(0, 255), dtype=np.uint8)

    def people(self, picture: NDArray[np.float32], at: float) -> None:
        """Nobody."""


class SwayingRoom(EmptyRoom):
    """Somebody sits there and sways a little."""

    def __init__(self, face: NDArray[np.uint8], side: int, size: Size, seed: int) -> None:
        super().__init__(size, seed)
        self._face = face
        self._side = side

    def people(self, picture: NDArray[np.float32], at: float) -> None:
        square = Square(
            x=0.5 * self.size[0] + 0.1 * self._side * math.sin(2 * at),
            y=0.5 * self.size[1] + 0.05 * self._side * math.sin(1.7 * at),
            side=self._side,
            angle=4 * math.sin(at),
        )
        put(picture, self._face, square, np.random.default_rng(1))


class RoomToEnter(EmptyRoom):
    """Somebody comes in: through a door that is seen, or from beyond the left border."""

    def __init__(self, face: NDArray[np.uint8], side: int, size: Size, seed: int) -> None:
        super().__init__(size, seed)
        self._face = face
        self._goal = somewhere(side, size, float(self._dice.uniform(-8, 8)), self._dice)
        self._head = int(self._dice.integers(1 << 30))
        self._from_aside = bool(seed % 2)
        self.enters_at = float(self._dice.uniform(5.0, 6.0))
        """From then on the whole face is in the picture."""

    def square(self, at: float) -> Square | None:
        """Where the face is; None before it is in the picture."""
        since, goal = at - self.enters_at, self._goal
        if not self._from_aside:
            x = goal.x + 0.3 * goal.side * math.sin(since)
            return None if since < 0 else Square(x=x, y=goal.y, side=goal.side, angle=goal.angle)
        x = 0.5 * goal.side + 3 * goal.side * since
        if x < -goal.side:
            return None
        return Square(x=min(x, goal.x), y=goal.y, side=goal.side, angle=goal.angle)

    def people(self, picture: NDArray[np.float32], at: float) -> None:
        square = self.square(at)
        if square is not None:
            put(picture, self._face, square, np.random.default_rng(self._head))


def looked_at(
    room: Room,
    looker: Looker,
    until_s: float,
    pace: Pace = Pace(),  # noqa: B008 - a frozen value
) -> Iterator[tuple[float, Seen]]:
    """Each look's time and what it brought, as often as eye would look."""
    at, seen_at = 0.0, None
    while at < until_s:
        seen = looker.look(room.frame(at), at)
        seen_at = at if seen.faces else seen_at
        yield at, seen
        at += 1 / rate(pace, seen.doing, None if seen_at is None else at - seen_at, 0.0, None)
