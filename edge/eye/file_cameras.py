"""Cameras that look at files: a video, over and over, and a folder of pictures."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from edge.errors import CameraError
from edge.eye.opencv import cv2
from edge.ports import Image

PICTURE_S = 3.0
"""How long each picture of a folder is shown."""
_LONGEST_WAIT_S = 1.0
_USUAL_RATE = 25.0


class VideoCamera:
    """A video file at its own rate; when it ends it begins again."""

    kind = "file"

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._closed = threading.Event()
        if not path.is_file():
            raise CameraError(f"There is no video {path}; name another in [camera] source.")
        self._capture = cv2.VideoCapture(str(path))
        rate = self._capture.get(cv2.CAP_PROP_FPS)
        self._rate = rate if 0 < rate <= 240 else _USUAL_RATE
        if not self._capture.grab():
            self.close()
            raise CameraError(f"{path} is no video that can be read; name another.")
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
        taken, blue_first = self._capture.retrieve()
        if not taken:
            raise CameraError(f"The video {self._path} cannot be read any further.")
        self._given = self._at
        picture: Image = cv2.cvtColor(blue_first, cv2.COLOR_BGR2RGB)
        return picture

    def close(self) -> None:
        self._closed.set()
        self._capture.release()

    def _step(self) -> None:
        """To the next frame; after the last to the first, from where time is counted anew."""
        if self._capture.grab():
            self._at += 1
            return
        self._capture.release()
        self._capture = cv2.VideoCapture(str(self._path))
        if not self._capture.grab():
            raise CameraError(f"The video {self._path} is gone or damaged.")
        self._began, self._at = self._clock(), 0


class FolderCamera:
    """The pictures of a folder (or a single one), each for a while, over and over."""

    kind = "folder"

    def __init__(
        self,
        path: Path,
        suffixes: tuple[str, ...],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path = path
        self._files = self._list(suffixes)
        self._clock = clock
        self._began = clock()
        self._shown: tuple[int, Image] | None = None
        self.read()

    def read(self) -> Image:
        """The picture whose turn it is; one that cannot be read gives way to the next."""
        turn = int((self._clock() - self._began) / PICTURE_S)
        if self._shown is None or self._shown[0] != turn:
            self._shown = (turn, self._readable_from(turn))
        return self._shown[1]

    def close(self) -> None:
        self._shown = None

    def _list(self, suffixes: tuple[str, ...]) -> list[Path]:
        if self._path.is_file():
            return [self._path]
        if not self._path.is_dir():
            raise CameraError(f"There is no {self._path}; name another in [camera] source.")
        return sorted(one for one in self._path.iterdir() if one.suffix.lower() in suffixes)

    def _readable_from(self, turn: int) -> Image:
        for step in range(len(self._files)):
            picture = _load(self._files[(turn + step) % len(self._files)])
            if picture is not None:
                return picture
        raise CameraError(f"There is no picture in {self._path} that can be read.")


def _load(path: Path) -> Image | None:
    """As RGB, turned as its camera was held; None where it is none."""
    try:
        blue_first = cv2.imread(str(path), cv2.IMREAD_COLOR)
    except cv2.error:  # larger than OpenCV allows
        return None
    if blue_first is None:
        return None
    picture: Image = cv2.cvtColor(blue_first, cv2.COLOR_BGR2RGB)
    return picture
