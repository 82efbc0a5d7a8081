"""Turns the bytes of a picture into upright RGB pixels, or says in one sentence why it cannot."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from edge.errors import PictureError as PictureError  # noqa: PLC0414 - handed on with its reader
from edge.eye.opencv import cv2
from edge.eye.picture_header import Header, read_header
from edge.eye.silence import silence
from edge.ports import Image

_Pixels: TypeAlias = NDArray[Any]
"""Of any depth, as OpenCV has them."""
KINDS = "JPEG, PNG, WebP, BMP, GIF or TIFF"
MOST_PIXELS = 50_000_000
"""As OpenCV is told in opencv.py; 150 MB as RGB."""
LARGEST_BYTES = 100_000_000
"""Of the file."""
_NO_MEMORY = -4
"""OpenCV's number for it."""
_ROWS = 128
_BACKDROP = 255.0
"""Behind transparent pixels, as on a page."""
_NEWER = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypmsf1", b"ftyphevc", b"ftypavif", b"ftypavis")


def read_picture(source: Path | bytes) -> Image:
    """Upright RGB, of any kind that OpenCV reads: grey, palette, CMYK, 16-bit, with alpha …"""
    data = source if isinstance(source, bytes) else file_bytes(source)
    if not data:
        raise PictureError("not_a_picture", "The file is empty.")
    bounded(data)
    if data[4:12] in _NEWER:
        raise PictureError(
            "unreadable", "HEIC and AVIF pictures cannot be read here; save it as JPEG or PNG."
        )
    header = read_header(data)
    if header is not None:
        _check(header)
    picture = _decoded(data, header)
    if picture is None:
        raise _no_picture(header)
    # OpenCV turns every TIFF itself, whatever it is told; the others are left to us.
    if header is None or header.kind == "TIFF":
        return picture
    return _turned(picture, header.orientation)


def file_bytes(path: Path) -> bytes:
    """What a file holds, if that can be a picture."""
    try:
        # Not blocking: a pipe without a writer would be waited for.
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(number, "rb") as file:  # noqa: PTH123 - a number, not a path
            if not stat.S_ISREG(os.fstat(number).st_mode):
                raise PictureError("unreadable", "This is not a file.")
            return bounded(file.read(LARGEST_BYTES + 1))
    except FileNotFoundError as error:
        raise PictureError("unreadable", "There is no such file or folder.") from error
    except (OSError, ValueError) as error:  # ValueError: a name that can be none
        why = (getattr(error, "strerror", None) or str(error)).lower().rstrip(".")
        raise PictureError("unreadable", f"It cannot be read: {why}.") from error


def bounded(data: bytes) -> bytes:
    """The same, if it is not too much; whoever reads it stops one byte later."""
    if len(data) > LARGEST_BYTES:
        most = LARGEST_BYTES // 1_000_000
        raise PictureError("too_large", f"The file is larger than {most} MB; make it smaller.")
    return data


def _check(header: Header) -> None:
    """Before any memory is taken for the pixels."""
    size = f"{header.width} × {header.height}"
    if header.width * header.height > MOST_PIXELS:
        most = MOST_PIXELS // 1_000_000
        raise PictureError(
            "too_large",
            f"The picture says that it has {size} pixels; at most {most} million are read.",
        )
    if not header.whole:
        raise _cut_off(header)
    if header.floating:
        raise PictureError(
            "unreadable", "Its pixels are floating point numbers; save it with 8 or 16 bits."
        )


def _decoded(data: bytes, header: Header | None) -> Image | None:
    """Red first, without alpha, not yet turned; None where it cannot."""
    try:
        with silence():  # libpng and libtiff tell standard error
            if header is not None and header.alpha:
                raw = _imdecode(data, cv2.IMREAD_UNCHANGED)
                return None if raw is None else _without_alpha(raw, header)
            picture = _imdecode(data, cv2.IMREAD_COLOR_RGB)
            if picture is None and header is not None and header.kind == "GIF":
                picture = _first_of_film(data)
    except (cv2.error, MemoryError) as refused:
        if "MAX_IMAGE_PIXELS" in str(refused):
            raise PictureError(
                "too_large",
                f"The picture has more than {MOST_PIXELS // 1_000_000} million pixels.",
            ) from refused
        if isinstance(refused, MemoryError) or refused.code == _NO_MEMORY:
            raise PictureError(
                "too_large", "There is no memory for so large a picture."
            ) from refused
        return None
    return picture


def _imdecode(data: bytes, flags: int) -> _Pixels | None:
    pixels: _Pixels | None = cv2.imdecode(
        np.frombuffer(data, np.uint8), flags | cv2.IMREAD_IGNORE_ORIENTATION
    )
    return pixels


def _first_of_film(data: bytes) -> Image | None:
    """OpenCV 4.11 knows GIF only as a film, and a film only as a file: one in memory."""
    memory = os.memfd_create("picture")
    try:
        with os.fdopen(os.dup(memory), "wb") as file:
            file.write(data)
        film = cv2.VideoCapture(f"/proc/self/fd/{memory}", cv2.CAP_FFMPEG)
        try:
            taken, blue_first = film.read()
        finally:
            film.release()
    finally:
        os.close(memory)
    if not taken:
        return None
    picture: Image = cv2.cvtColor(blue_first, cv2.COLOR_BGR2RGB)
    return picture


def _no_picture(header: Header | None) -> PictureError:
    if header is None:
        return PictureError("not_a_picture", f"This is not a picture ({KINDS}).")
    if not header.whole:
        return _cut_off(header)
    return PictureError(
        "unreadable", f"This {header.kind} picture is damaged, or of a kind that is not read here."
    )


def _cut_off(header: Header) -> PictureError:
    return PictureError(
        "truncated", f"This {header.kind} picture ends too early; copy or fetch it anew."
    )


def _without_alpha(raw: _Pixels, header: Header) -> Image:
    """What is transparent shows the backdrop. A few rows at a time: in floats they are large."""
    if raw.ndim == 2:
        raw = np.broadcast_to(raw[..., None], (*raw.shape, 3))
    picture: Image = np.empty((*raw.shape[:2], 3), np.uint8)
    # Of 8 bits, libtiff has multiplied the colours by their alpha already.
    multiplied = header.kind == "TIFF" and raw.dtype == np.uint8
    for top in range(0, len(raw), _ROWS):
        rows = raw[top : top + _ROWS]
        if rows.dtype == np.uint16:
            rows = (rows >> 8).astype(np.uint8)
        shown = rows[..., 2::-1]
        if rows.shape[2] == 4 and rows[..., 3].min() < 255:
            shown = _on_backdrop(shown, rows[..., 3:], multiplied=multiplied)
        picture[top : top + _ROWS] = shown
    return picture


def _on_backdrop(colours: _Pixels, alpha: _Pixels, *, multiplied: bool) -> _Pixels:
    share = alpha.astype(np.float32) / 255
    mixed = colours * (1.0 if multiplied else share) + _BACKDROP * (1 - share)
    rounded: _Pixels = np.rint(mixed.clip(0, 255))
    return rounded


_TURNS: dict[int, Callable[[Image], Image]] = {
    2: lambda picture: picture[:, ::-1],
    3: lambda picture: picture[::-1, ::-1],
    4: lambda picture: picture[::-1],
    5: lambda picture: picture.transpose(1, 0, 2),
    6: lambda picture: picture.transpose(1, 0, 2)[:, ::-1],
    7: lambda picture: picture.transpose(1, 0, 2)[::-1, ::-1],
    8: lambda picture: picture.transpose(1, 0, 2)[::-1],
}
"""What EXIF's numbers ask for."""


def _turned(picture: Image, orientation: int) -> Image:
    turn = _TURNS.get(orientation)
    return picture if turn is None else np.ascontiguousarray(turn(picture))
