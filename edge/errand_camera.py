"""What `doctor` asks of the configured camera, in a child: one picture."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any, Final

import msgspec

from edge.config import Config
from edge.errors import CameraError
from edge.eye.isolation import give_up_network
from edge.ports import Camera, Image

FIRST_S: Final = 8.0
"""How long a camera may take for its first picture."""
_AGAIN_S: Final = 0.1


def camera(argument: dict[str, Any], _in_force: tuple[str, ...]) -> dict[str, Any]:
    """Its kind, the size of its picture, and how long that took. It gives up the network itself."""
    config = msgspec.convert(argument["config"], Config)
    models = Path(argument["models"])
    give_up_network()
    # Only now: OpenCV could open a connection when it is imported.
    from edge.eye.cameras import View, open_camera

    asked = config.camera
    view = View(width=asked.width, height=asked.height, rotate=asked.rotate, mirror=asked.mirror)
    began = time.monotonic()
    opened = open_camera(asked.source, view, models / "mean_faces")
    try:
        height, width = _first_picture(opened, began + FIRST_S).shape[:2]
        kind = opened.kind
    finally:
        opened.close()
    first_s = round(time.monotonic() - began, 2)
    return {"kind": kind, "width": width, "height": height, "first_s": first_s}


def _first_picture(opened: Camera, until: float) -> Image:
    """A camera that is still waking up says so, which is no fault yet."""
    rest = threading.Event()
    while True:
        try:
            return opened.read()
        except CameraError as error:
            if type(error).__name__ != "NoPictureYet" or time.monotonic() > until:
                raise
        rest.wait(_AGAIN_S)
