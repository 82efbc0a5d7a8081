"""Reads one still picture from a file, of whatever sort, as a person would see it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from edge.eye.opencv import cv2
from edge.eye.whole_file import is_whole, kind_of
from edge.ports import Image

Code = Literal["not_a_picture", "truncated", "too_large", "unreadable"]
MOST_BYTES = 100_000_000
MOST_PIXELS = 50_000_000
"""A phone's largest picture; decoded it is 150 MB. `edge/eye/opencv.py` has OpenCV hold to it."""
_SAID: dict[Code, str] = {
    "not_a_picture": "This is no picture of a kind that can be read.",
    "truncated": "The end of this picture is missing; copy it anew.",
    "too_large": f"This picture has more than {MOST_PIXELS // 1_000_000} million pixels.",
    "unreadable": "This picture is damaged and cannot be read.",
}


class PictureError(Exception):
    """A file that gives no picture; `code` is one of those that `classify` prints."""

    def __init__(self, code: Code, message: str = "") -> None:
        super().__init__(message or _SAID[code])
        self.code: Code = code


def read_picture(source: Path | bytes) -> Image:
    """The picture as RGB, turned as its camera was held, on white where it is transparent."""
    content = source if isinstance(source, bytes) else _content(source)
    kind = kind_of(content)
    if kind is None:
        raise PictureError("not_a_picture")
    if not is_whole(content, kind):
        raise PictureError("truncated")
    picture = _decoded(content, cv2.IMREAD_COLOR_RGB)
    if kind in ("png", "webp", "tiff"):
        return _on_white(content, picture)
    return picture


def _content(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise PictureError("unreadable", "There is no such file.")
        if path.stat().st_size > MOST_BYTES:
            raise PictureError("too_large", "This file has more than 100 MB.")
        return path.read_bytes()
    except OSError as error:
        raise PictureError("unreadable", f"It cannot be opened: {error.strerror}.") from error


def _decoded(content: bytes, flags: int) -> NDArray[np.uint8]:
    try:
        picture: NDArray[np.uint8] | None = cv2.imdecode(np.frombuffer(content, np.uint8), flags)
    except (cv2.error, MemoryError) as refused:
        # It refuses more pixels than it is told to allow before it takes memory for them.
        raise PictureError("too_large" if "PIXELS" in str(refused) else "unreadable") from refused
    if picture is None or not picture.size:
        raise PictureError("unreadable")
    return picture


def _on_white(content: bytes, opaque: Image) -> Image:
    """What is transparent shows white, as in a browser, and not the colour that lies beneath."""
    raw = _decoded(content, cv2.IMREAD_UNCHANGED)
    if raw.ndim != 3 or raw.shape[2] != 4 or raw.shape[:2] != opaque.shape[:2]:
        return opaque
    alpha = raw[..., 3].astype(np.float32)[..., None] / np.iinfo(raw.dtype).max
    if alpha.min() == 1.0:
        return opaque
    shown: Image = np.rint(opaque * alpha + 255.0 * (1.0 - alpha)).astype(np.uint8)
    return shown
