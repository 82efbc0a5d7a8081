"""A stream over RTSP or HTTP that FFmpeg decodes. Runs in a capturing process with a network."""

from __future__ import annotations

import os

# Read when a stream is opened: the newest picture at once instead of an even flow.
os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] = (
    "rtsp_transport;tcp|fflags;nobuffer|flags;low_delay|max_delay;500000"
)

import socket
import time

from edge.errors import CameraError
from edge.eye.opencv import cv2
from edge.eye.stream_lag import StreamLag

_MOST_LATE_S = 4.0
_OPEN_MS = 4500
_READ_MS = 2300
"""Both shorter than eye's own patience, so that the sentence is ours."""


class StreamCamera:
    """Every picture is decoded, as the next ones build on it; only what is wanted is converted."""

    def __init__(self, url: str, name: str) -> None:
        self._name = name
        _try_network()
        limits = [
            cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
            _OPEN_MS,
            cv2.CAP_PROP_READ_TIMEOUT_MSEC,
            _READ_MS,
            cv2.CAP_PROP_N_THREADS,
            1,
        ]
        self._capture = cv2.VideoCapture(url, cv2.CAP_FFMPEG, limits)
        self._lag = StreamLag()
        self._began = time.monotonic()
        self._is_film = self._capture.get(cv2.CAP_PROP_FRAME_COUNT) > 0
        if not self._capture.isOpened():
            self._capture.release()
            raise CameraError(
                f"The camera at {name} gives no stream; check address, name and password in"
                " [camera] source."
            )

    def grab(self) -> None:
        if not self._capture.grab():
            raise CameraError(f"The camera at {self._name} has stopped sending.")
        position_s = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        if self._is_film:
            # It comes as fast as it is read; a camera's pictures come when they are taken.
            time.sleep(min(max(0.0, self._began + position_s - time.monotonic()), 1.0))
        elif self._lag.after(position_s, time.monotonic()) > _MOST_LATE_S:
            raise CameraError(
                f"The camera at {self._name} sends more than can be decoded here in time; name its"
                " smaller stream in [camera] source."
            )

    def picture(self) -> tuple[int, int, str, int, memoryview]:
        taken, blue_first = self._capture.retrieve()
        if not taken:
            raise CameraError(f"The camera at {self._name} sent a picture that cannot be read.")
        height, width = blue_first.shape[:2]
        return width, height, "BGR3", width * 3, memoryview(blue_first).cast("B")

    def close(self) -> None:
        self._capture.release()


def _try_network() -> None:
    """FFmpeg does not tell a closed network from a camera that is switched off."""
    try:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()
    except OSError as refused:
        raise CameraError(
            "The network is closed to the process that should reach the camera; open it in eye's"
            " unit, as the installer does on request."
        ) from refused
