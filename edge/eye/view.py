"""How the picture is wanted: its size and rate, and what is cut, turned and mirrored of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from edge.ports import Camera, Image

Crop = tuple[float, float, float, float]
"""x, y, width and height as shares of the upright picture."""
WHOLE: Crop = (0.0, 0.0, 1.0, 1.0)
_LEAST_PX = 16


class View(msgspec.Struct, frozen=True, kw_only=True):
    """How the picture is wanted, whichever camera it comes from."""

    width: int = 640
    """Asked of the camera; it may give another size."""
    height: int = 480
    rate: float = 15.0
    """Pictures a second, asked of the camera; it may have another rate."""
    rotate: int = 0
    """Degrees clockwise: 0, 90, 180 or 270."""
    mirror: bool = False
    """Left and right swapped, after turning."""
    crop: Crop = WHOLE
    """What is kept of the upright picture."""

    @property
    def plain(self) -> bool:
        """Whether pictures are taken as they come."""
        return not self.rotate and not self.mirror and self.crop == WHOLE

    def applied(self, picture: Image) -> Image:
        """Turned, mirrored and cut, with one copy at most."""
        import numpy as np

        upright = np.rot90(picture, -(self.rotate // 90))
        if self.mirror:
            upright = upright[:, ::-1]
        rows, columns = self._cut(*upright.shape[:2])
        return np.ascontiguousarray(upright[rows, columns])

    def _cut(self, height: int, width: int) -> tuple[slice, slice]:
        x, y, across, down = self.crop
        return _share(y, down, height), _share(x, across, width)


def _share(begin: float, length: float, whole: int) -> slice:
    """Never less than a few pixels, and never outside."""
    first = min(round(begin * whole), max(whole - _LEAST_PX, 0))
    last = max(round((begin + length) * whole), first + _LEAST_PX)
    return slice(first, min(last, whole))


class ViewedCamera:
    """Another camera's pictures, as they are wanted."""

    def __init__(self, camera: Camera, view: View) -> None:
        self._camera = camera
        self._view = view
        self.kind = camera.kind

    def read(self) -> Image:
        return self._view.applied(self._camera.read())

    @property
    def released(self) -> bool:
        """Whether its device is closed; a camera that does not say has none."""
        return bool(getattr(self._camera, "released", True))

    def close(self) -> None:
        self._camera.close()
