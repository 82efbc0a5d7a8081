"""The camera that the configuration names, with its light, and its one way to the network."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from pathlib import Path

from edge.config import CameraConfig, Config
from edge.config.crop import crop_of
from edge.eye.camera_kind import camera_kind
from edge.eye.light import CameraLight, LitCamera
from edge.eye.network_door import NETWORK_KEPT, NetworkDoor
from edge.eye.view import View
from edge.ports import Camera

LEAST_RATE = 15.0
"""Pictures a second asked of the camera: with fewer, the newest is too old when it is wanted; with
the usual thirty each has half the light, and the bus twice the work."""
_log = logging.getLogger("moodbox")


class ConfiguredCamera:
    """Made before the network is given up: a network camera's process must start while there is
    one. Opens the camera as often as it is asked to."""

    def __init__(self, config: Config, models: Path) -> None:
        camera = config.camera
        self.kind = camera_kind(camera.source)
        self.exceptions: tuple[str, ...] = ()
        """What to add to eye's protections, because it is none."""
        self.works: str | None = None
        """What is said of the camera while it works, where that is more than that it does."""
        self._camera = camera
        self._mean_faces = models / "mean_faces"
        self._face_s = config.demo.face_s
        self._stack = ExitStack()
        self._light: CameraLight | None = None
        self._door: NetworkDoor | None = None
        if camera.led_pin >= 0:
            self._light = CameraLight(camera.led_pin)
            self._stack.callback(self._light.close)
        if self.kind == "network" and camera.allow_network:
            self._open_door()

    def open(self) -> Camera:
        """CameraError in one sentence where it cannot be."""
        if self._light is None:
            return self._open()
        return LitCamera(self._open, self._light)

    def close(self) -> None:
        self._stack.close()

    def _open(self) -> Camera:
        # Only now: OpenCV could use a network when it is imported.
        from edge.eye.cameras import open_camera

        if self._door is not None and not self._door.alive:
            # Only a new eye can have another, and whoever watches over this one starts one.
            _log.error("the process that may use the network is gone: eye ends, to start anew")
            raise SystemExit(1)
        source, view = self._camera.source, view_of(self._camera)
        return open_camera(source, view, self._mean_faces, self._face_s, self._door)

    def _open_door(self) -> None:
        self._door = NetworkDoor()
        self._stack.callback(self._door.close)
        self.exceptions = (NETWORK_KEPT,)
        self.works = (
            "The camera works; it is on the network, which the process that fetches its pictures"
            " may use, and eye may not."
        )
        _log.warning("a process beside eye keeps the network, to fetch the camera's pictures")


def view_of(camera: CameraConfig) -> View:
    """How the configuration wants the picture."""
    return View(
        width=camera.width,
        height=camera.height,
        rate=max(camera.rate, LEAST_RATE),
        rotate=camera.rotate,
        mirror=camera.mirror,
        crop=crop_of(camera.crop),
    )
