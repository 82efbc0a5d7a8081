"""Gives the newest picture of a camera that never waits, and notices when it stops giving any."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

from edge.errors import CameraError
from edge.ports import Image

FIRST_PICTURE_S = 3.5
"""USB cameras need up to three seconds for their first; a process has five to end."""
PATIENCE_S = 1.0
_JOIN_S = 0.8


class Device(Protocol):
    """A camera as its driver gives it; used by one thread only."""

    def grab(self) -> None:
        """Wait for the next picture and hold it; CameraError when there is none."""
        ...

    def picture(self) -> Image:
        """The one that is held, as RGB. Costs what decoding costs."""
        ...

    def close(self) -> None: ...


class LiveCamera:
    """A thread empties the driver's queue all the time; only what is asked for is decoded.

    A driver that blocks for ever keeps that thread, but neither `read` nor `close` waits for it.
    """

    def __init__(self, kind: str, open_device: Callable[[], Device]) -> None:
        self.kind = kind
        self._open_device = open_device
        self._stop = threading.Event()
        self._change = threading.Condition()
        self._wanted = False
        self._picture: Image | None = None
        self._lost: CameraError | None = None
        name = f"camera-{kind}"
        if any(thread.name == name for thread in threading.enumerate()):
            raise CameraError("The camera's driver hangs; unplug the camera and plug it in again.")
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()
        try:
            self._next_picture(FIRST_PICTURE_S)
        except CameraError:
            self.close()
            raise

    def read(self) -> Image:
        """The first picture that the camera takes from now on."""
        return self._next_picture(PATIENCE_S)

    def close(self) -> None:
        """The device is closed when this returns, unless its driver hangs."""
        self._stop.set()
        self._thread.join(_JOIN_S)

    def _next_picture(self, within_s: float) -> Image:
        deadline = time.monotonic() + within_s
        with self._change:
            self._picture, self._wanted = None, True
            while self._picture is None and self._lost is None:
                left = deadline - time.monotonic()
                if left <= 0 or self._stop.is_set():
                    raise CameraError(f"The camera has given no picture for {within_s:g} s.")
                self._change.wait(left)
            if self._picture is None:
                # A new one, so that no traceback grows from read to read.
                raise CameraError(str(self._lost))
            picture, self._picture = self._picture, None
            return picture

    def _run(self) -> None:
        try:
            device = self._open_device()
            try:
                while not self._stop.is_set():
                    device.grab()
                    if self._wanted:
                        self._hand_over(device.picture())
            finally:
                device.close()
        except CameraError as error:
            self._lose(error)
        except Exception as error:  # noqa: BLE001 - a thread begins here, and drivers raise anything
            self._lose(CameraError(f"The camera failed: {error}."))

    def _hand_over(self, picture: Image) -> None:
        if picture.ndim != 3 or picture.shape[2] != 3 or not picture.size:
            raise CameraError("The camera gives something that is no colour picture.")
        with self._change:
            self._picture, self._wanted = picture, False
            self._change.notify_all()

    def _lose(self, error: CameraError) -> None:
        with self._change:
            self._lost = error
            self._change.notify_all()
