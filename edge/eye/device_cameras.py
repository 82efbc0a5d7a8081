"""Cameras of this machine: V4L2 through OpenCV, and the Raspberry Pi's through picamera2."""

from __future__ import annotations

import errno
import os
from typing import Any

from edge.errors import CameraError
from edge.eye.opencv import cv2
from edge.ports import Image

_SAID = {
    errno.ENOENT: "There is no camera at {}; plug one in, or name another in [camera] source.",
    errno.ENXIO: "There is no camera behind {}; plug it in again.",
    errno.ENODEV: "There is no camera behind {}; plug it in again.",
    errno.EACCES: "The camera {} may not be opened; add this user to the group video.",
    errno.EPERM: "The camera {} may not be opened; add this user to the group video.",
    errno.EBUSY: "The camera {} is in use by another program; close that one.",
}


class V4l2Camera:
    """A camera that Linux shows as /dev/video…: USB ones, mostly."""

    def __init__(self, device: str, width: int, height: int) -> None:
        self._device = device
        self._knock()
        self._capture = cv2.VideoCapture(device, cv2.CAP_V4L2)
        if not self._capture.isOpened():
            self._capture.release()
            raise CameraError(
                f"{device} is no camera that gives pictures; name another in [camera] source."
            )
        # Compressed, most USB cameras give 30 pictures a second at any size; raw, often 5.
        self._capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
        self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)

    def grab(self) -> None:
        if not self._capture.grab():
            self._knock()
            raise CameraError(
                f"The camera {self._device} gives no pictures; another program may be using it."
            )

    def picture(self) -> Image:
        taken, blue_first = self._capture.retrieve()
        if not taken:
            raise CameraError(f"The camera {self._device} gave a picture that cannot be read.")
        picture: Image = cv2.cvtColor(blue_first, cv2.COLOR_BGR2RGB)
        return picture

    def close(self) -> None:
        self._capture.release()

    def _knock(self) -> None:
        """Why the device cannot be opened, which OpenCV does not tell."""
        try:
            os.close(os.open(self._device, os.O_RDWR | os.O_NONBLOCK))
        except OSError as error:
            sentence = _SAID.get(error.errno or 0, f"{{}} cannot be opened: {error.strerror}.")
            raise CameraError(sentence.format(self._device)) from error


class Picamera:
    """The Raspberry Pi's own camera.

    Written from picamera2's manual and never run: no machine of ours had such a camera. What to
    look at first on a real one: the order of the colours, and whether `capture_request` comes back
    once the ribbon cable is loose (known to block; the frame-age watchdog then reports it).
    """

    def __init__(self, width: int, height: int) -> None:
        try:
            from picamera2 import Picamera2
        except ImportError as missing:
            raise CameraError(
                "The Raspberry Pi's camera needs the system package python3-picamera2;"
                ' without that camera choose another in [camera] source, such as "0".'
            ) from missing
        try:
            self._camera: Any = Picamera2()
        except (RuntimeError, IndexError) as error:
            raise CameraError(
                "No Raspberry Pi camera was found; check its cable and that no other program"
                " is using it."
            ) from error
        self._request: Any = None
        # picamera2 names formats in the order of bytes in a word: BGR888 is red first in memory.
        wanted = {"size": (width, height), "format": "BGR888"}
        self._camera.configure(self._camera.create_video_configuration(main=wanted))
        self._camera.start()

    def grab(self) -> None:
        self._release()
        self._request = self._camera.capture_request()

    def picture(self) -> Image:
        picture: Image = self._request.make_array("main")
        return picture

    def close(self) -> None:
        self._release()
        self._camera.stop()
        self._camera.close()

    def _release(self) -> None:
        if self._request is not None:
            self._request.release()
            self._request = None
