"""What `doctor` asks of the configured camera, in a child: one picture."""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path
from typing import Any, Final

import msgspec

from edge.app_camera import ConfiguredCamera
from edge.config import Config
from edge.errors import NoPictureYet
from edge.eye.isolation import give_up_network
from edge.ports import Camera, Image

FIRST_S: Final = 8.0
"""How long a camera may take for its first picture."""
_AGAIN_S: Final = 0.1


def camera(argument: dict[str, Any], _in_force: tuple[str, ...]) -> dict[str, Any]:
    """Its kind, the size of its picture, and how long that took. It gives up the network itself."""
    config = msgspec.convert(argument["config"], Config)
    models = Path(argument["models"])
    began = time.monotonic()
    with contextlib.closing(ConfiguredCamera(config, models)) as configured:
        give_up_network()
        with contextlib.closing(configured.open()) as opened:
            height, width = _first_picture(opened, began + FIRST_S).shape[:2]
            kind = opened.kind
    first_s = round(time.monotonic() - began, 2)
    return {"kind": kind, "width": width, "height": height, "first_s": first_s}


def _first_picture(opened: Camera, until: float) -> Image:
    """A camera that is still waking up says so, which is no fault yet."""
    rest = threading.Event()
    while True:
        try:
            return opened.read()
        except NoPictureYet:
            if time.monotonic() > until:
                raise
        rest.wait(_AGAIN_S)
