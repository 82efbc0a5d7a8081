"""What can happen to a face before the network sees it: the same damage every time.

All of it is done to the 48 × 48 grey levels, before `normalise`, so it is what a camera, a room
or a box that is a little off would have done.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge.eye.face_image import FACE_PX

Face = NDArray[np.uint8]
Done = Callable[[Face, np.random.Generator], Face]

SEED = 48
READ_NOISE = 2.0
"""Grey levels; a sensor's own noise does not get less with the light."""


@dataclass(frozen=True)
class Damage:
    """One kind of damage at one strength."""

    kind: str
    strength: str
    """In words and numbers, as the table shows it."""
    done: Done

    def to(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The faces, each damaged; the same faces are damaged in the same way."""
        rng = np.random.default_rng([SEED, *f"{self.kind} {self.strength}".encode()])
        return np.stack([self.done(face, rng) for face in pixels])


def every_damage() -> tuple[Damage, ...]:
    """Seven kinds at three strengths each, the mildest first."""
    return (
        *(Damage("blur", f"sigma {sigma} px", _blur(sigma)) for sigma in (0.8, 1.4, 2.0)),
        *(Damage("dim light", f"{part:.0%} of it", _dim(part)) for part in (0.5, 0.25, 0.1)),
        *(Damage("noise", f"sigma {sigma} of 255", _noise(sigma)) for sigma in (5, 10, 20)),
        *(Damage("rotation", f"{degrees} degrees", _turn(degrees)) for degrees in (10, 20, 30)),
        *(Damage("shift", f"{reach} of 48 px", _shift(reach)) for reach in (2, 4, 6)),
        *(Damage("low resolution", f"{side} px wide", _coarse(side)) for side in (24, 16, 12)),
        *(Damage("JPEG", f"quality {quality}", _jpeg(quality)) for quality in (50, 25, 10)),
    )


def _levels(face: NDArray[Any]) -> Face:
    levels: Face = np.clip(np.rint(face), 0, 255).astype(np.uint8)
    return levels


def _blur(sigma: float) -> Done:
    import cv2

    return lambda face, _: cv2.GaussianBlur(face, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)


def _dim(part: float) -> Done:
    def done(face: Face, rng: np.random.Generator) -> Face:
        return _levels(face * part + rng.normal(0, READ_NOISE, face.shape))

    return done


def _noise(sigma: float) -> Done:
    return lambda face, rng: _levels(face + rng.normal(0, sigma, face.shape))


def _turn(degrees: float) -> Done:
    """Half of the faces this way, half of them the other."""
    import cv2

    middle = ((FACE_PX - 1) / 2, (FACE_PX - 1) / 2)

    def done(face: Face, rng: np.random.Generator) -> Face:
        turn = cv2.getRotationMatrix2D(middle, degrees * rng.choice((-1, 1)), 1.0)
        turned: Face = cv2.warpAffine(face, turn, face.shape, borderMode=cv2.BORDER_REPLICATE)
        return turned

    return done


def _shift(reach: int) -> Done:
    """In one of eight directions; the border's last pixels go on."""
    ways = [way for way in itertools.product((-reach, 0, reach), repeat=2) if any(way)]

    def done(face: Face, rng: np.random.Generator) -> Face:
        down, right = ways[rng.integers(len(ways))]
        padded = np.pad(face, reach, mode="edge")
        top, left = reach - down, reach - right
        return padded[top : top + FACE_PX, left : left + FACE_PX]

    return done


def _coarse(side: int) -> Done:
    """A face far away, scaled up as `face_from_frame` does it."""
    import cv2

    def done(face: Face, _: np.random.Generator) -> Face:
        small = cv2.resize(face, (side, side), interpolation=cv2.INTER_AREA)
        large: Face = cv2.resize(small, face.shape, interpolation=cv2.INTER_LINEAR)
        return large

    return done


def _jpeg(quality: int) -> Done:
    import cv2

    def done(face: Face, _: np.random.Generator) -> Face:
        packed = cv2.imencode(".jpg", face, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        unpacked: Face = cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)
        return unpacked

    return done
