"""Opens whichever camera the configuration names."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import numpy as np

from edge.errors import CameraError
from edge.eye.demo_camera import DemoCamera
from edge.eye.device_cameras import Picamera, V4l2Camera
from edge.eye.file_cameras import FolderCamera, VideoCamera
from edge.eye.live_camera import LiveCamera
from edge.ports import Camera, Image

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


class View(msgspec.Struct, frozen=True, kw_only=True):
    """How the picture is wanted."""

    width: int = 640
    """Asked of the camera; it may give another size."""
    height: int = 480
    rotate: int = 0
    """Degrees clockwise: 0, 90, 180 or 270."""
    mirror: bool = False


def open_camera(source: str, view: View, mean_faces: Path, face_s: float = 8.0) -> Camera:
    """The camera, giving pictures already; CameraError in one plain sentence where it is not.

    `mean_faces` is the folder that the demo camera shows, each face for `face_s`.
    """
    camera = _open(source, view, mean_faces, face_s)
    if view.rotate or view.mirror:
        return TurnedCamera(camera, view.rotate, view.mirror)
    return camera


def camera_kind(source: str) -> str:
    """What sort of camera a source names: demo, picamera, v4l2, folder, file or network."""
    if source in ("demo", "picamera"):
        return source
    if _URL.match(source):
        return "network"
    if source.isdecimal() or source.startswith("/dev/"):
        return "v4l2"
    path = Path(source)
    return "folder" if path.is_dir() or path.suffix.lower() in PICTURES else "file"


def _open(source: str, view: View, mean_faces: Path, face_s: float) -> Camera:
    match camera_kind(source):
        case "demo":
            return DemoCamera(mean_faces, face_s, view.width, view.height)
        case "picamera":
            return LiveCamera("picamera", lambda: Picamera(view.width, view.height))
        case "v4l2":
            device = f"/dev/video{int(source)}" if source.isdecimal() else source
            return LiveCamera("v4l2", lambda: V4l2Camera(device, view.width, view.height))
        case "folder":
            return FolderCamera(Path(source), PICTURES)
        case "file":
            return VideoCamera(Path(source))
    raise CameraError("Network cameras are not built yet; use a camera of this machine.")


class TurnedCamera:
    """Another camera's pictures, set upright."""

    def __init__(self, camera: Camera, rotate: int, mirror: bool) -> None:
        self._camera = camera
        self._quarters = rotate // 90
        self._mirror = mirror
        self.kind = camera.kind

    def read(self) -> Image:
        picture = np.rot90(self._camera.read(), -self._quarters)
        if self._mirror:
            picture = picture[:, ::-1]
        return np.ascontiguousarray(picture)

    def close(self) -> None:
        self._camera.close()
