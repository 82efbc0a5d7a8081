"""Every layout that drivers give becomes the same RGB, and what is damaged none."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from edge.eye.capture_link import Frame, unpack_frame
from edge.eye.opencv import cv2
from edge.eye.pixel_formats import READABLE, Damaged, to_rgb

WIDTH, HEIGHT, PAD = 64, 48, 32
COLOUR = (180, 60, 110)


def plain() -> NDArray[np.uint8]:
    return np.full((HEIGHT, WIDTH, 3), COLOUR, np.uint8)


def planes(order: str) -> NDArray[np.uint8]:
    """Brightness, then the two colours: apart or by turns, with padded rows."""
    i420 = cv2.cvtColor(plain(), cv2.COLOR_RGB2YUV_I420)
    y, u, v = int(i420[0, 0]), int(i420[HEIGHT, 0]), int(i420[-1, 0])
    row = WIDTH + PAD
    rows = np.full((HEIGHT * 3 // 2, row), 255, np.uint8)
    rows[:HEIGHT, :WIDTH] = y
    if order in ("NV12", "NV21"):
        first, second = (u, v) if order == "NV12" else (v, u)
        rows[HEIGHT:, 0:WIDTH:2], rows[HEIGHT:, 1:WIDTH:2] = first, second
        return rows
    first, second = (u, v) if order == "YU12" else (v, u)
    chroma = np.full((2, HEIGHT // 2, row // 2), 255, np.uint8)
    chroma[0, :, : WIDTH // 2], chroma[1, :, : WIDTH // 2] = first, second
    rows[HEIGHT:] = chroma.reshape(-1, row)
    return rows


def packed(order: str) -> NDArray[np.uint8]:
    i420 = cv2.cvtColor(plain(), cv2.COLOR_RGB2YUV_I420)
    parts = {"Y": int(i420[0, 0]), "U": int(i420[HEIGHT, 0]), "V": int(i420[-1, 0])}
    rows = np.full((HEIGHT, WIDTH * 2 + PAD), 255, np.uint8)
    for place, part in enumerate(order):
        rows[:, place : WIDTH * 2 : 4] = parts[part]
    return rows


def laid_out(pixels: str) -> tuple[bytes, int]:
    """The picture in this layout, and from one row to the next."""
    if pixels in ("MJPG", "JPEG"):
        done, content = cv2.imencode(".jpg", cv2.cvtColor(plain(), cv2.COLOR_RGB2BGR))
        assert done
        return bytes(content), 0
    if pixels in ("NV12", "NV21", "YU12", "YV12"):
        rows = planes(pixels)
    elif pixels in ("YUYV", "UYVY", "YVYU"):
        rows = packed(pixels)
    elif pixels == "GREY":
        rows = np.full((HEIGHT, WIDTH + PAD), 255, np.uint8)
        rows[:, :WIDTH] = 77
    else:
        rows = np.full((HEIGHT, WIDTH * 3 + PAD), 255, np.uint8)
        rows[:, : WIDTH * 3] = np.tile(COLOUR if pixels == "RGB3" else COLOUR[::-1], WIDTH)
    return rows.tobytes(), rows.shape[1]


def framed(pixels: str, content: bytes, row_bytes: int) -> tuple[memoryview, Frame]:
    frame = Frame(WIDTH, HEIGHT, pixels, row_bytes, len(content), 1.5)
    return memoryview(content + bytes(1000)), unpack_frame(frame.packed())


@pytest.mark.parametrize("pixels", READABLE)
def test_the_colour_comes_through_without_the_padding(pixels: str) -> None:
    picture = to_rgb(*framed(pixels, *laid_out(pixels)))
    assert picture.shape == (HEIGHT, WIDTH, 3)
    assert picture.flags.c_contiguous
    wanted = (77, 77, 77) if pixels == "GREY" else COLOUR
    assert np.abs(picture.astype(int) - wanted).max() <= 6


@pytest.mark.parametrize("pixels", READABLE)
def test_half_a_picture_is_none(pixels: str) -> None:
    content, row_bytes = laid_out(pixels)
    with pytest.raises(Damaged):
        to_rgb(*framed(pixels, content[: len(content) // 2], row_bytes))
    with pytest.raises(Damaged):
        to_rgb(*framed(pixels, b"", row_bytes))


def test_a_layout_that_is_not_known_is_none() -> None:
    with pytest.raises(Damaged):
        to_rgb(*framed("H264", b"x" * 1000, 0))


def test_a_bomb_is_none() -> None:
    content, _ = laid_out("MJPG")
    at = content.index(b"\xff\xc0") + 5
    for size in (b"\xff\xff\xff\xff", b"\0\0\0\0"):
        with pytest.raises(Damaged):
            to_rgb(*framed("MJPG", content[:at] + size + content[at + 4 :], 0))


def test_a_camera_may_leave_out_the_usual_tables_and_pad_with_zeros() -> None:
    """Many USB cameras send JPEG without Huffman tables, as motion JPEG has always had it."""
    content, _ = laid_out("MJPG")
    begin = content.index(b"\xff\xc4")
    end = begin
    while content[end : end + 2] == b"\xff\xc4":
        end += 2 + int.from_bytes(content[end + 2 : end + 4], "big")
    bare = content[:begin] + content[end:] + bytes(5000)
    picture = to_rgb(*framed("MJPG", bare, 0))
    assert np.abs(picture.astype(int) - COLOUR).max() <= 6
