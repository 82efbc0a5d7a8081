"""What sort of picture a file holds, and whether its end is there, without decoding it."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from edge.eye.opencv import cv2
from edge.eye.whole_file import is_whole, jpeg_size, kind_of

KINDS = {".jpg": "jpeg", ".png": "png", ".webp": "webp", ".bmp": "bmp", ".tif": "tiff"}


def encoded(suffix: str, side: int = 80, *how: int) -> bytes:
    noise = np.random.default_rng(3).integers(0, 255, (side, side + 10, 3), dtype=np.uint8)
    done, content = cv2.imencode(suffix, noise, list(how))
    assert done
    return bytes(content)


@pytest.mark.parametrize(("suffix", "kind"), KINDS.items())
def test_every_kind_is_known_and_whole(suffix: str, kind: str) -> None:
    content = encoded(suffix)
    assert kind_of(content) == kind
    assert is_whole(content, kind)
    assert is_whole(memoryview(content), kind)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".bmp"])
@pytest.mark.parametrize("kept", [0.01, 0.3, 0.6, 0.95, 0.999])
def test_one_without_its_end_is_not_whole(suffix: str, kept: float) -> None:
    content = encoded(suffix)
    assert not is_whole(content[: int(len(content) * kept)], KINDS[suffix])


def test_a_progressive_one_is_walked_to_its_end() -> None:
    content = encoded(".jpg", 80, cv2.IMWRITE_JPEG_PROGRESSIVE, 1, cv2.IMWRITE_JPEG_RST_INTERVAL, 2)
    assert is_whole(content, "jpeg")
    assert is_whole(content + b"\0" * 100, "jpeg")
    assert not is_whole(content[:-2], "jpeg")
    assert jpeg_size(content) == (90, 80)


def test_the_end_of_a_thumbnail_is_not_the_pictures() -> None:
    content, thumbnail = encoded(".jpg"), encoded(".jpg", 16)
    body = b"Exif\0\0" + thumbnail
    marked = content[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + content[2:]
    assert is_whole(marked, "jpeg")
    assert jpeg_size(marked) == (90, 80)
    assert not is_whole(marked[:-20], "jpeg")


def test_what_a_phone_appends_is_none_of_the_picture() -> None:
    film = b"\0\0\0\x18ftypmp42" + bytes([0xFF, 0xDA, 0x11]) * 100
    assert is_whole(encoded(".jpg") + film, "jpeg")


@pytest.mark.parametrize("content", [b"", b"\xff", b"A letter.\n" * 50, b"%PDF-1.7", b"\0" * 100])
def test_what_is_no_picture_has_no_kind(content: bytes) -> None:
    assert kind_of(content) is None
    assert jpeg_size(content) == (0, 0)


def test_nonsense_is_never_whole_and_always_comes_to_an_end() -> None:
    dice = np.random.default_rng(5)
    for _ in range(300):
        content = b"\xff\xd8\xff" + bytes(dice.integers(0, 256, 200, dtype=np.uint8))
        assert is_whole(content, "jpeg") in (True, False)
        assert len(jpeg_size(content)) == 2
