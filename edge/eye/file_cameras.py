"""Cameras that look at files: a video, over and over, and a folder of pictures."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from edge.errors import CameraError
from edge.eye.opencv import cv2
from edge.eye.pictures import PictureError, read_picture
from edge.ports import Image

PICTURE_S = 3.0
"""How long each picture of a folder is shown."""
_LONGEST_WAIT_S = 1.0
_USUAL_RATE = 25.0
_DAMAGED_IN_A_ROW = 100
"""A video with so many bad frames one after another is given up."""


class VideoCamera:
    """A video file at its own rate; when it ends it begins again."""

    kind = "file"

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._closed = threading.Event()
        self._capture = self._opened()
        rate = self._capture.get(cv2.CAP_PROP_FPS)
        self._rate = rate if 0 < rate <= 240 else _USUAL_RATE
        self._clock = clock
        self._began = clock()
        self._at = 0
        """The frame that is held, counted from `_began`."""
        self._given = -1

    def read(self) -> Image:
        """The frame that is due now; those passed over are not decoded to the end."""
        due = max(int((self._clock() - self._began) * self._rate), self._given + 1)
        early_s = self._began + due / self._rate - self._clock()
        self._closed.wait(min(max(early_s, 0.0), _LONGEST_WAIT_S))
        while self._at < due:
            self._step()
            if self._at == 0:
                break
        for _ in range(_DAMAGED_IN_A_ROW):
            taken, blue_first = self._capture.retrieve()
            if taken and blue_first is not None and blue_first.size:
                self._given = self._at
                picture: Image = cv2.cvtColor(blue_first, cv2.COLOR_BGR2RGB)
                return picture
            self._step()
        raise CameraError(f"The video {self._path} is damaged; name another in [camera] source.")

    def close(self) -> None:
        self._closed.set()
        self._capture.release()

    def _step(self) -> None:
        """To the next frame; after the last to the first, from where time is counted anew."""
        if self._closed.is_set():
            raise CameraError("The video is closed.")
        if self._capture.grab():
            self._at += 1
            return
        self._capture.release()
        self._capture = self._opened()
        self._began, self._at, self._given = self._clock(), 0, -1

    def _opened(self) -> Any:
        """At its first frame."""
        if not self._path.is_file():
            raise CameraError(f"There is no video {self._path}; name another in [camera] source.")
        capture = cv2.VideoCapture(str(self._path), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
        if not capture.grab():
            capture.release()
            raise CameraError(f"{self._path} is no video that can be read; name another.")
        return capture


class FolderCamera:
    """The pictures of a folder (or a single one), each for a while, over and over.

    What is put into the folder or taken from it is noticed when the next picture is due.
    """

    kind = "folder"

    def __init__(
        self,
        path: Path,
        suffixes: tuple[str, ...],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path = path
        self._suffixes = suffixes
        self._clock = clock
        self._due_at = clock()
        self._last = ""
        self._shown: Image | None = None
        self.read()

    def read(self) -> Image:
        """The picture whose turn it is; one that cannot be read gives way to the next."""
        now = self._clock()
        if self._shown is None or now >= self._due_at:
            self._shown = self._next()
            late = now - self._due_at >= PICTURE_S
            self._due_at = (now if late else self._due_at) + PICTURE_S
        return self._shown

    def close(self) -> None:
        self._shown = None

    def _next(self) -> Image:
        files = self._list()
        after = [one for one in files if one.name > self._last]
        for file in (*after, *files[: len(files) - len(after)]):
            with contextlib.suppress(PictureError):
                picture = read_picture(file)
                self._last = file.name
                return picture
        raise CameraError(f"There is no picture in {self._path} that can be read.")

    def _list(self) -> list[Path]:
        if self._path.is_file():
            return [self._path]
        try:
            found = list(self._path.iterdir())
        except OSError:
            raise CameraError(
                f"There is no {self._path}; name another in [camera] source."
            ) from None
        wanted = [one for one in found if one.suffix.lower() in self._suffixes]
        return sorted(wanted, key=lambda one: one.name)
