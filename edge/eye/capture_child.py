"""Holds one camera's driver in a process of its own, so that eye can end it when it hangs.

Started by eye as `python -m edge.eye.capture_child LINK MEMORY PARENT`. It empties the driver's
queue all the time and hands over only what eye asks for. It imports next to nothing, because every
megabyte here is one of eye's.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import socket
import sys
import time
from typing import Protocol

from edge.errors import CameraError
from edge.eye.capture_link import (
    LONGEST,
    MOST_BYTES,
    OPENED,
    STARTED,
    TROUBLE,
    Frame,
    isolation_signs,
    unpack_job,
)
from edge.eye.tied import die_with


class Driver(Protocol):
    """A camera as its driver gives it."""

    def grab(self) -> None:
        """Wait for the next picture and hold it; CameraError when there is none."""
        ...

    def picture(self) -> tuple[int, int, str, int, memoryview]:
        """The one that is held: width, height, pixels, row_bytes, and its bytes."""
        ...

    def close(self) -> None: ...


class _Over(Exception):  # noqa: N818 - no error: eye has closed its end
    """There is nobody left to capture for."""


def main() -> None:
    link, memory, parent = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    die_with(parent)
    with socket.socket(fileno=link) as end:
        try:
            _capture(end, memory)
        except _Over:
            return
        except CameraError as error:
            _complain(end, str(error))
        except Exception as error:  # noqa: BLE001 - a process begins here, and drivers raise anything
            _complain(end, f"The camera's driver failed: {type(error).__name__}: {error}.")


def _capture(link: socket.socket, memory: int) -> None:
    job = unpack_job(link.recv(LONGEST))
    if job.signs is not None and job.signs != isolation_signs():
        raise CameraError("The capturing process is not isolated as eye is; no camera is opened.")
    module, _, name = job.driver.partition(":")
    open_driver = getattr(importlib.import_module(module), name)
    link.send(STARTED)
    driver: Driver = open_driver(**job.arguments)
    try:
        link.send(OPENED)
        _serve(driver, link, memory)
    finally:
        driver.close()


def _serve(driver: Driver, link: socket.socket, memory: int) -> None:
    wanted = False
    while True:
        driver.grab()
        taken_at = time.monotonic()
        wanted = _asked(link) or wanted
        if wanted:
            _hand_over(driver, taken_at, link, memory)
            wanted = False


def _hand_over(driver: Driver, taken_at: float, link: socket.socket, memory: int) -> None:
    width, height, pixels, row_bytes, content = driver.picture()
    if content.nbytes > MOST_BYTES:
        raise CameraError("The camera's pictures are too large; choose a smaller width and height.")
    with content:
        done = 0
        while done < content.nbytes:
            done += os.pwrite(memory, content[done:], done)
    link.send(Frame(width, height, pixels, row_bytes, done, taken_at).packed())


def _asked(link: socket.socket) -> bool:
    """Whether eye wishes a picture; it ends this process by closing its end."""
    try:
        wish = link.recv(LONGEST, socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
    if not wish:
        raise _Over
    return True


def _complain(link: socket.socket, sentence: str) -> None:
    with contextlib.suppress(OSError):  # eye may be gone
        link.send(TROUBLE + " ".join(sentence.split()).encode()[: LONGEST - 1])


if __name__ == "__main__":
    main()
