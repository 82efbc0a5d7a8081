"""Gives the newest picture of a camera whose driver may hang, and ends that driver when it does."""

from __future__ import annotations

import contextlib
import mmap
import os
import select
import socket
import time
from collections.abc import Callable

import msgspec

from edge.errors import CameraError, NoPictureYet
from edge.eye.capture_link import (
    FRAME,
    LONGEST,
    MOST_BYTES,
    OPENED,
    STARTED,
    TROUBLE,
    WISH,
    Frame,
    Job,
    make_link,
    make_memory,
    unpack_frame,
)
from edge.eye.capture_start import Capturer, OwnChildren, Starter
from edge.eye.pixel_formats import Damaged, to_rgb
from edge.ports import Image

READ_S = 0.5
"""The longest that one `read` waits."""
_OLD_S = 0.25
"""A picture that has waited for its reader this long is not what the camera sees now."""
_GRACE_S = 0.7
"""For a driver to close its camera in order."""
_KILL_S = 0.5
_stuck: list[Capturer] = []
"""Processes that even SIGKILL has not ended yet: their driver hangs inside the kernel."""


class Patience(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds until a driver is taken to hang, by what it is doing."""

    start: float = 15.0
    """A slow board takes seconds to start Python and import picamera2."""
    opening: float = 5.0
    first_picture: float = 4.0
    """USB cameras need up to three."""
    picture: float = 2.5
    """A slow rate in the dark and a weak wireless network stay below it."""


class LiveCamera:
    """Pictures of a capturing process, one for each wish.

    The process empties its driver's queue all the time, so that a picture is never older than the
    wish for it. Nothing in here waits for a driver: whatever takes too long is killed. Open it in
    a thread that outlives it: the kernel ends the process with the thread that started it.
    """

    def __init__(
        self,
        kind: str,
        driver: str,
        arguments: dict[str, object],
        starter: Starter | None = None,
        patience: Patience = Patience(),  # noqa: B008 - a frozen value
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.kind = kind
        self._patience = patience
        self._clock = clock
        _refuse_while_stuck()
        starter = starter or OwnChildren()
        self._link, theirs = make_link()
        memory = make_memory()
        try:
            self._process = starter.start(theirs.fileno(), memory)
            self._memory = mmap.mmap(memory, MOST_BYTES, prot=mmap.PROT_READ)
        except BaseException:
            self._link.close()
            raise
        finally:
            theirs.close()
            os.close(memory)
        self._closed = False
        self._lost = ""
        self._hangs = False
        self._wished_at: float | None = None
        self._well = False
        """Whether the last thing that came was a picture that could be read."""
        self._wait_for(
            patience.start, "The process that holds the camera did not start within {} s."
        )
        self._send(Job(driver, arguments, starter.signs).packed())

    def read(self) -> Image:
        """The first picture that the camera takes from now on.

        NoPictureYet after half a second without; CameraError when there will be none.
        """
        began = self._clock()
        while True:
            if self._closed:
                raise CameraError("The camera is closed.")
            if self._lost:
                raise CameraError(self._lost)
            self._wish()
            frame = self._next_message(began + READ_S)
            if frame is None or self._is_old(frame, began):
                continue
            try:
                picture = to_rgb(memoryview(self._memory), frame)
            except Damaged:
                self._excuse = "The camera has given only pictures that cannot be read for {} s."
                continue
            self._well = True
            return picture

    def close(self) -> None:
        """The device is closed when this returns, unless its driver hangs inside the kernel."""
        if self._closed:
            return
        self._closed = True
        self._link.close()
        with contextlib.suppress(BufferError):  # somebody still looks at it
            self._memory.close()
        if self._hangs or not self._process.gone(_GRACE_S):
            self._process.kill()
            if not self._process.gone(_KILL_S):
                _stuck.append(self._process)

    @property
    def released(self) -> bool:
        """Whether the process is gone, and with it every file of the device."""
        return self._closed and self._process.gone(0)

    def _wish(self) -> None:
        if self._wished_at is None:
            self._wished_at = self._clock()
            if self._well:
                self._wait_for(self._patience.picture, "The camera has given no picture for {} s.")
            self._send(WISH)

    def _is_old(self, frame: Frame, began: float) -> bool:
        """Whether it answers an earlier wish and has waited for its reader."""
        wished_at, self._wished_at = self._wished_at or began, None
        if wished_at >= began:
            return False
        # From a slow camera no newer one can be had by asking again.
        old = self._clock() - frame.taken_at > max(_OLD_S, 2 * (frame.taken_at - wished_at))
        self._well = self._well or old
        return old

    def _next_message(self, until: float) -> Frame | None:
        """The picture that came, if it was one; raises when the time is over."""
        now = self._clock()
        patient_until = self._waits_since + self._patience_s
        ready, _, _ = select.select([self._link], [], [], max(0.0, min(until, patient_until) - now))
        if ready:
            return self._hear(self._receive())
        if self._clock() < patient_until:
            raise NoPictureYet("The camera has given no picture yet.")
        self._hangs = True
        self._lost = self._excuse.format(f"{self._patience_s:g}")
        raise CameraError(self._lost)

    def _receive(self) -> bytes:
        """The next message; empty when the other end is gone and has left none."""
        try:
            return self._link.recv(LONGEST)
        except ConnectionResetError:
            # It went without reading our wish; what it said before comes after this error.
            return self._link.recv(LONGEST)

    def _hear(self, message: bytes) -> Frame | None:
        what = message[:1]
        if what == FRAME:
            return unpack_frame(message)
        if what == STARTED:
            self._wait_for(
                self._patience.opening,
                "The camera's driver hangs: it has not opened the camera within {} s.",
            )
        elif what == OPENED:
            self._wait_for(
                self._patience.first_picture,
                "The camera was opened, but has given no picture for {} s.",
            )
        elif what == TROUBLE:
            self._lost = message[1:].decode("utf-8", "replace")
        else:
            self._lost = "The process that held the camera has ended by itself."
        return None

    def _wait_for(self, seconds: float, excuse: str) -> None:
        self._waits_since, self._patience_s, self._excuse = self._clock(), seconds, excuse
        self._well = False

    def _send(self, message: bytes) -> None:
        with contextlib.suppress(OSError):  # its end is noticed when its answer is read
            self._link.send(message, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)


def _refuse_while_stuck() -> None:
    _stuck[:] = [process for process in _stuck if not process.gone(0)]
    if _stuck:
        raise CameraError(
            "The camera's driver hangs inside the kernel; unplug the camera and plug it in again."
        )
