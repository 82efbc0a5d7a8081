"""The ways in which drivers lay out a picture, and how each becomes RGB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edge.eye.capture_link import Frame

if TYPE_CHECKING:
    # The process that captures reads the names below, and has no use for numpy and OpenCV.
    from edge.ports import Image

COMPRESSED = ("MJPG", "JPEG")
"""Each picture is a JPEG file."""
_CONVERSIONS = {
    "NV12": "COLOR_YUV2RGB_NV12",
    "YU12": "COLOR_YUV2RGB_I420",
    "YUYV": "COLOR_YUV2RGB_YUYV",
    "UYVY": "COLOR_YUV2RGB_UYVY",
    "YVYU": "COLOR_YUV2RGB_YVYU",
    "NV21": "COLOR_YUV2RGB_NV21",
    "YV12": "COLOR_YUV2RGB_YV12",
    "RGB3": "",
    "BGR3": "COLOR_BGR2RGB",
    "GREY": "COLOR_GRAY2RGB",
}
"""OpenCV's name for the way to RGB."""
_PLANAR = ("NV12", "NV21", "YU12", "YV12")
"""Brightness first, and half as much again for the colours after it."""
_PIXEL_BYTES = {"YUYV": 2, "UYVY": 2, "YVYU": 2, "RGB3": 3, "BGR3": 3}
READABLE = (*COMPRESSED, *_CONVERSIONS)
"""V4L2's four letters, the best to have first: compressed ones come at full rate over USB."""
_MOST_PIXELS = 3840 * 2160
"""The largest that can be asked of a camera; a bomb from the network is not even opened."""


class Damaged(Exception):  # noqa: N818 - a picture is; the camera may well go on
    """This picture cannot be read; the next one may be whole."""


def to_rgb(memory: memoryview, frame: Frame) -> Image:
    """The picture as an array of its own, which does not change when the memory does."""
    if frame.pixels in COMPRESSED:
        return _from_jpeg(memory[: frame.used])
    if frame.pixels not in _CONVERSIONS:
        raise Damaged
    return _from_rows(memory[: frame.used], frame)


def _from_jpeg(content: memoryview) -> Image:
    import numpy as np

    from edge.eye.opencv import cv2
    from edge.eye.picture_header import read_header

    header = read_header(bytes(content))
    if header is None or header.kind != "JPEG" or not header.whole:
        raise Damaged  # half a JPEG is read as half a grey picture
    if not 0 < header.width * header.height <= _MOST_PIXELS:
        raise Damaged
    flags = cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION
    try:
        picture: Image | None = cv2.imdecode(np.frombuffer(content, np.uint8), flags)
    except cv2.error as error:  # larger than OpenCV allows
        raise Damaged from error
    if picture is None or not picture.size:
        raise Damaged
    return picture


def _from_rows(content: memoryview, frame: Frame) -> Image:
    import numpy as np

    from edge.eye.opencv import cv2

    width, height, pixels = frame.width, frame.height, frame.pixels
    pixel_bytes = _PIXEL_BYTES.get(pixels, 1)
    row_bytes = max(frame.row_bytes, width * pixel_bytes)
    rows = height * 3 // 2 if pixels in _PLANAR else height
    if not width or not height or len(content) < rows * row_bytes:
        raise Damaged
    whole: Any = np.frombuffer(content, np.uint8, rows * row_bytes).reshape(rows, row_bytes)
    if pixel_bytes > 1:
        whole = whole[:, : width * pixel_bytes].reshape(rows, width, pixel_bytes)
    conversion = _CONVERSIONS[pixels]
    try:
        picture: Image = (
            cv2.cvtColor(whole, getattr(cv2, conversion)) if conversion else whole.copy()
        )
    except cv2.error as error:  # an odd width in a format that has none
        raise Damaged from error
    return np.ascontiguousarray(picture[:, :width])
