"""A camera driver that misbehaves as a test says; the capturing process loads it like any other."""

from __future__ import annotations

import errno
import os
import socket
import time
from pathlib import Path

from edge.errors import CameraError

FOREVER_S = 600.0
DRIVER = "tests.parts.camera_stub:StubDriver"


class StubDriver:
    """Counts its pictures and writes the number into each.

    `fault` is what goes wrong, `after` how many pictures come before it; `device` is a file that
    it holds open like a real driver its device; `once` a file that makes the fault happen only
    while it is not there.
    """

    def __init__(
        self,
        fault: str = "",
        after: int = 0,
        width: int = 64,
        height: int = 48,
        rate: float = 50.0,
        device: str = "",
        once: str = "",
        pixels: str = "RGB3",
    ) -> None:
        if once and Path(once).exists():
            fault = ""
        elif once:
            Path(once).touch()
        self._fault = fault
        self._after = after
        self._size = (width, height)
        self._interval_s = 1 / rate
        self._pixels = pixels
        self._grabbed = 0
        self._device = os.open(device, os.O_RDWR) if device else -1
        if fault == "hang in open":
            time.sleep(FOREVER_S)
        if fault == "busy":
            raise CameraError(
                "The camera /dev/video0 is in use by another program; close that one."
            )
        if fault == "network":
            self._try_network()
        if fault == "refuse":
            raise OSError(errno.EIO, "Input/output error")

    def _try_network(self) -> None:
        try:
            socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()
        except OSError as refused:
            raise CameraError(f"A network socket is refused: {refused.strerror}.") from refused

    def grab(self) -> None:
        time.sleep(self._interval_s)
        self._grabbed += 1
        if self._grabbed <= self._after:
            return
        match self._fault:
            case "hang in grab":
                time.sleep(FOREVER_S)
            case "stop":
                raise CameraError("The camera was unplugged.")
            case "end":
                os._exit(1)
            case "crash":
                os.kill(os.getpid(), 11)
            case "fail":
                raise RuntimeError("it broke")

    def picture(self) -> tuple[int, int, str, int, memoryview]:
        width, height = self._size
        if self._fault == "hang in picture" and self._grabbed > self._after:
            time.sleep(FOREVER_S)
        if self._fault == "change size" and self._grabbed > self._after:
            width, height = width * 20, height * 20
        if self._fault == "garbage" and self._grabbed > self._after:
            return width, height, "MJPG", 0, memoryview(b"\xff\xd8 no picture at all \xff\xd9")
        if self._fault == "unknown" and self._grabbed > self._after:
            return width, height, "H264", 0, memoryview(b"x" * 100)
        if self._fault == "short" and self._grabbed > self._after:
            return width, height, "RGB3", width * 3, memoryview(b"x" * 100)
        if self._fault == "huge" and self._grabbed > self._after:
            return width, height, "RGB3", width * 3, memoryview(bytes(40 * 1024 * 1024))
        level = 7 if self._fault == "identical" else self._grabbed % 256
        return (
            width,
            height,
            self._pixels,
            width * 3,
            memoryview(bytes([level]) * (width * height * 3)),
        )

    def close(self) -> None:
        if self._fault == "block in close":
            time.sleep(FOREVER_S)
        if self._device >= 0:
            os.close(self._device)
