"""A camera that needs no hardware: it walks through seven faces that are nobody's."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge.errors import CameraError
from edge.eye.opencv import cv2
from edge.messages import Mood
from edge.ports import Image

ORDER: tuple[Mood, ...] = ("happy", "sad", "angry", "surprise", "fear", "disgust", "neutral")
FADE_S = 0.3
"""From one face to the next, so that it is no flicker."""
_FACE_SHARE = 0.5
"""Of the picture's shorter side: 240 of 480 pixels, as at a metre from a camera."""
_BACKDROP = 118.0
_SWAY_PX = 4.0
_NOISE = 2.0
"""Grey levels; what a small sensor adds in a lit room."""
_NOISE_MARGIN = 64


class DemoCamera:
    """The mean faces of many people, one mood after another, swaying a little, slightly noisy."""

    kind = "demo"

    def __init__(
        self,
        folder: Path,
        face_s: float = 8.0,
        width: int = 640,
        height: int = 480,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._side = int(min(width, height) * _FACE_SHARE)
        self._faces = [_load(folder / f"{mood}.png", self._side) for mood in ORDER]
        self._face_s = face_s
        self._clock = clock
        self._began: float | None = None
        self._scene = _scene(width, height)
        self._mask = _mask(self._side)[..., None]
        self._dice = np.random.default_rng(7)
        shape = (height + _NOISE_MARGIN, width + _NOISE_MARGIN, 3)
        self._noise = self._dice.normal(0.0, _NOISE, shape).astype(np.float32)

    def read(self) -> Image:
        """What this camera sees now; the walk begins with the first look."""
        now = self._clock()
        if self._began is None:
            self._began = now
        since = now - self._began
        height, width = self._scene.shape[:2]
        x = (width - self._side) // 2 + round(_SWAY_PX * math.sin(since * 0.9))
        y = (height - self._side) // 2 + round(_SWAY_PX * math.sin(since * 0.7 + 1.0))
        picture = self._scene.copy()
        place = picture[y : y + self._side, x : x + self._side]
        place += self._mask * (self._face(since)[..., None] - place)
        picture += self._some_noise(height, width)
        return picture.clip(0, 255).astype(np.uint8)

    def close(self) -> None:
        """Nothing is open."""

    def _face(self, since: float) -> NDArray[np.float32]:
        turn, into_s = divmod(since, self._face_s)
        face = self._faces[int(turn) % len(self._faces)]
        fade_s = min(FADE_S, self._face_s / 4)
        if turn and into_s < fade_s:
            before = self._faces[(int(turn) - 1) % len(self._faces)]
            face = before + np.float32(into_s / fade_s) * (face - before)
        return face

    def _some_noise(self, height: int, width: int) -> NDArray[np.float32]:
        """A window of one field of noise at a random place: new noise costs 10 ms a picture."""
        y, x = self._dice.integers(0, _NOISE_MARGIN, 2)
        return self._noise[y : y + height, x : x + width]


def _load(path: Path, side: int) -> NDArray[np.float32]:
    grey = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        raise CameraError(f"The demo's face {path} is missing or no picture.")
    large = cv2.resize(grey, (side, side), interpolation=cv2.INTER_CUBIC)
    face: NDArray[np.float32] = large.astype(np.float32)
    return face


def _mask(side: int) -> NDArray[np.float32]:
    """Where the face shows: all of it, softened at the rim."""
    rim = max(1, side // 16)
    inner = np.zeros((side, side), np.float32)
    inner[rim:-rim, rim:-rim] = 1.0
    soft: NDArray[np.float32] = cv2.GaussianBlur(inner, (0, 0), rim / 2).astype(np.float32)
    return soft


def _scene(width: int, height: int) -> NDArray[np.float32]:
    """A wall in even light, a little brighter above, and nothing on it."""
    light = np.linspace(12.0, -12.0, height, dtype=np.float32)[:, None, None]
    return np.broadcast_to(_BACKDROP + light, (height, width, 3)).astype(np.float32)
