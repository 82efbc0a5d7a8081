"""Opens whichever camera the configuration names."""

from __future__ import annotations

from pathlib import Path

from edge.errors import CameraError
from edge.eye import http_camera, picamera, v4l2_camera
from edge.eye.camera_kind import PICTURES, camera_kind
from edge.eye.capture_start import Starter
from edge.eye.demo_camera import DemoCamera
from edge.eye.file_cameras import FolderCamera, VideoCamera
from edge.eye.live_camera import LiveCamera
from edge.eye.view import View as View  # noqa: PLC0414 - handed on with what takes it
from edge.eye.view import ViewedCamera
from edge.ports import Camera


def open_camera(
    source: str,
    view: View,
    mean_faces: Path,
    face_s: float = 8.0,
    network: Starter | None = None,
) -> Camera:
    """The camera, being opened; CameraError in one plain sentence where it cannot be.

    Cameras with a driver do not wait for it: `read` raises NoPictureYet until the first picture.
    `mean_faces` is the folder that the demo camera shows, each face for `face_s`. `network` starts
    processes that have one, for a camera with an address.
    """
    camera = _open(source, view, mean_faces, face_s, network)
    return camera if view.plain else ViewedCamera(camera, view)


def _open(
    source: str, view: View, mean_faces: Path, face_s: float, network: Starter | None
) -> Camera:
    wanted: dict[str, object] = {"width": view.width, "height": view.height, "rate": view.rate}
    match camera_kind(source):
        case "demo":
            return DemoCamera(mean_faces, face_s, view.width, view.height)
        case "picamera":
            return LiveCamera("picamera", picamera.DRIVER, wanted)
        case "v4l2":
            device = f"/dev/video{int(source)}" if source.isdecimal() else source
            return LiveCamera("v4l2", v4l2_camera.DRIVER, {"device": device, **wanted})
        case "folder":
            return FolderCamera(Path(source), PICTURES)
        case "file":
            return VideoCamera(Path(source))
    if network is None:
        raise CameraError(
            "A network camera needs camera.allow_network = true, because eye has no network;"
            " set it, or use a camera of this machine."
        )
    return LiveCamera("network", http_camera.DRIVER, {"url": source, "rate": view.rate}, network)
