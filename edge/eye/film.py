"""A video file from its beginning to its end, each frame with the second it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Self

from edge.errors import PictureError
from edge.eye.opencv import cv2
from edge.eye.silence import silence
from edge.ports import Image

_USUAL_RATE = 25.0
_WHOLE = 0.9
"""Share of what is promised: it is an estimate where a format does not tell the frames' number."""


class Film:
    """One reading of the file; PictureError where it is no video."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise PictureError("unreadable", f"There is no video {path}.")
        with silence():
            # FFmpeg alone: OpenCV would take a picture named 001.jpg for the first of many.
            self._capture = cv2.VideoCapture(str(path.absolute()), cv2.CAP_FFMPEG)
        self._path = path
        rate = self._capture.get(cv2.CAP_PROP_FPS)
        self.rate = rate if 0 < rate <= 240 else _USUAL_RATE
        self.promised = max(0, int(self._capture.get(cv2.CAP_PROP_FRAME_COUNT)))
        """How many frames the file says it has; 0 where it does not say."""
        self.frames = 0
        self._at = 0.0
        if not self._capture.isOpened():
            raise PictureError("unreadable", f"{path} is no video that can be read.")

    @property
    def duration_s(self) -> float:
        """Of what was read so far."""
        return self._at + 1 / self.rate if self.frames else 0.0

    @property
    def cut_off(self) -> bool:
        """Whether it ended well before its time; to be asked at the end.

        Of a film whose rate varies, the number of frames alone says nothing.
        """
        least = self.promised * _WHOLE
        return self.frames < least and self.duration_s < least / self.rate

    def times(self) -> Iterator[float]:
        """The seconds of its frames, growing; `picture` gives the one it stands at."""
        while self._capture.grab():
            told = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
            # Some files name no times, or all the same: then the rate is all there is.
            self._at = told if told > self._at or not self.frames else self._at + 1 / self.rate
            self.frames += 1
            yield self._at
        if not self.frames:
            raise PictureError("unreadable", f"{self._path} is no video that can be read.")

    def picture(self) -> Image:
        """As RGB, upright; costs what decoding costs."""
        taken, blue_first = self._capture.retrieve()
        if not taken:
            raise PictureError("unreadable", f"{self._path} is damaged at {self._at:.2f} s.")
        picture: Image = cv2.cvtColor(blue_first, cv2.COLOR_BGR2RGB)
        return picture

    def close(self) -> None:
        """May be called twice."""
        self._capture.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
