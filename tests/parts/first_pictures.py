"""Reads a camera in a process that a test has started."""

from __future__ import annotations

import time

from edge.errors import CameraError, NoPictureYet
from edge.ports import Camera


def first_pictures(camera: Camera, wanted: int = 5, within_s: float = 20.0) -> int | str:
    """How many pictures came, or the sentence that the camera ended with; it is closed."""
    seen, begin = 0, time.monotonic()
    try:
        while seen < wanted and time.monotonic() < begin + within_s:
            try:
                camera.read()
                seen += 1
            except NoPictureYet:
                pass
    except CameraError as error:
        return str(error)
    finally:
        camera.close()
    return seen
