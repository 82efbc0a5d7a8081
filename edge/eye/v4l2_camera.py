"""A camera that Linux shows as /dev/video…: USB ones, mostly. Runs in the capturing process."""

from __future__ import annotations

import contextlib
import errno
import mmap
import os
import select
from typing import NoReturn

from edge.errors import CameraError
from edge.eye import v4l2
from edge.eye.pixel_formats import READABLE

DRIVER = "edge.eye.v4l2_camera:V4l2Camera"
_BUFFERS = 4
"""One being filled, one held by us, and two for a moment in which we are late."""
_WAIT_MS = 2000
_DAMAGED_IN_A_ROW = 30

_SAID = {
    errno.ENOENT: "There is no camera at {}; plug one in, or name another in [camera] source.",
    errno.ENXIO: "There is no camera behind {}; plug it in again.",
    errno.ENODEV: "The camera {} was unplugged; plug it in again.",
    errno.EACCES: "The camera {} may not be opened; add this user to the group video.",
    errno.EPERM: "The camera {} may not be opened; add this user to the group video.",
    errno.EBUSY: "The camera {} is in use by another program; close that one.",
    errno.ENOTTY: "{} is no camera that gives pictures; name another in [camera] source.",
    errno.EINVAL: "{} is no camera that gives pictures; name another in [camera] source.",
    errno.ENOSPC: "There is too little room on the USB for the camera {}; use another socket for"
    " it, or a smaller width and height.",
    errno.EPROTO: "The camera {} answers wrongly over USB; use another cable or socket.",
    errno.EIO: "The camera {} fails; plug it in again.",
}


class V4l2Camera:
    """The newest picture of a device, straight from its driver's memory."""

    def __init__(self, device: str, width: int, height: int, rate: float) -> None:
        self._device = device
        self._maps: list[mmap.mmap] = []
        self._held: v4l2.Buffer | None = None
        self._fd = -1
        try:
            self._fd = os.open(device, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
            self._format = self._agree(width, height, rate)
            self._begin()
        except OSError as error:
            self.close()
            self._say(error)
        except CameraError:
            self.close()
            raise
        self._poll = select.poll()
        self._poll.register(self._fd, select.POLLIN)

    def grab(self) -> None:
        """Wait for the next picture; those that piled up meanwhile go back unseen."""
        for _ in range(_DAMAGED_IN_A_ROW):
            if not self._poll.poll(_WAIT_MS):
                raise CameraError(
                    f"The camera {self._device} gives no pictures; unplug it and plug it in again."
                )
            try:
                newest = self._newest()
            except OSError as error:
                self._say(error)
            if newest is not None and newest.used and not newest.flags & v4l2.BUFFER_ERROR:
                return
        raise CameraError(
            f"The camera {self._device} gives only damaged pictures; check its cable."
        )

    def picture(self) -> tuple[int, int, str, int, memoryview]:
        assert self._held is not None  # noqa: S101 - grab came before
        have, place = self._format, self._held
        content = memoryview(self._maps[place.number])[: place.used]
        return have.width, have.height, have.pixels, have.row_bytes, content

    def close(self) -> None:
        """Give everything back; the kernel does the same when this process ends."""
        if self._fd < 0:
            return
        fd, self._fd = self._fd, -1
        with contextlib.suppress(OSError):  # it never began, or was unplugged
            v4l2.stop_stream(fd)
        for one in self._maps:
            one.close()
        self._maps.clear()
        os.close(fd)

    def _agree(self, width: int, height: int, rate: float) -> v4l2.Format:
        """Negotiate size, layout and rate; the device has the last word."""
        if not v4l2.capability(self._fd).captures:
            raise CameraError(_SAID[errno.ENOTTY].format(self._device))
        offered = v4l2.pixel_formats(self._fd)
        readable = [pixels for pixels in READABLE if pixels in offered]
        if not readable:
            what = ", ".join(offered) or "nothing"
            raise CameraError(
                f"The camera {self._device} gives only {what}, which cannot be read here; name"
                " another in [camera] source."
            )
        sizes = {pixels: v4l2.sizes(self._fd, pixels) for pixels in readable}
        pixels, size = choose(sizes, (width, height))
        got = v4l2.set_format(self._fd, *size, pixels)
        if got.pixels not in READABLE:
            raise CameraError(
                f"The camera {self._device} gives {got.pixels}, which cannot be read here; name"
                " another in [camera] source."
            )
        v4l2.set_rate(self._fd, round(rate))
        return got

    def _begin(self) -> None:
        count = v4l2.request_buffers(self._fd, _BUFFERS)
        for number in range(count):
            place = v4l2.query_buffer(self._fd, number)
            self._maps.append(
                mmap.mmap(self._fd, place.length, prot=mmap.PROT_READ, offset=place.offset)
            )
            v4l2.queue(self._fd, number)
        v4l2.start_stream(self._fd)

    def _newest(self) -> v4l2.Buffer | None:
        """The last of those that wait, held until the next call; None when there was none."""
        newest = None
        while (place := v4l2.dequeue(self._fd)) is not None:
            if newest is not None:
                v4l2.queue(self._fd, newest.number)
            elif self._held is not None:
                v4l2.queue(self._fd, self._held.number)
                self._held = None
            newest = place
        if newest is not None:
            self._held = newest
        return newest

    def _say(self, error: OSError) -> NoReturn:
        sentence = _SAID.get(error.errno or 0, f"The camera {{}} cannot be used: {error.strerror}.")
        raise CameraError(sentence.format(self._device)) from error


def choose(
    sizes: dict[str, list[tuple[int, int]]], wanted: tuple[int, int]
) -> tuple[str, tuple[int, int]]:
    """Layout and size to ask for: the wanted size in the best layout that has it, else the next
    larger one, else the largest.

    Compressed, most USB cameras give 30 pictures a second at any size; raw, often 5.
    """
    for pixels, known in sizes.items():
        if wanted in known or not known:
            return pixels, wanted
    best = next(iter(sizes))
    enough = [one for one in sizes[best] if one[0] >= wanted[0] and one[1] >= wanted[1]]
    if enough:
        return best, min(enough, key=lambda one: one[0] * one[1])
    return best, max(sizes[best], key=lambda one: one[0] * one[1])
