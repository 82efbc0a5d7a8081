"""Still pictures of every sort are read as a person sees them, and what is none is told apart."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from edge.eye.opencv import cv2
from edge.eye.pictures import PictureError, read_picture

RED = (200, 30, 20)


def scene() -> NDArray[np.uint8]:
    """Red, with a white stripe at the top; wider than high; blue first, as OpenCV writes."""
    picture = np.full((40, 60, 3), RED[::-1], np.uint8)
    picture[:8] = 255
    return picture


def encoded(suffix: str, picture: NDArray[np.generic] | None = None, *how: int) -> bytes:
    done, content = cv2.imencode(suffix, scene() if picture is None else picture, list(how))
    assert done
    return bytes(content)


def with_orientation(content: bytes, orientation: int) -> bytes:
    """The same JPEG with one EXIF entry in it."""
    entry = struct.pack("<HHII", 0x0112, 3, 1, orientation)
    tiff = b"II*\0\x08\0\0\0" + struct.pack("<H", 1) + entry + b"\0\0\0\0"
    body = b"Exif\0\0" + tiff
    return content[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + content[2:]


def is_red(picture: NDArray[np.uint8], tolerance: int = 12) -> bool:
    return bool(np.abs(picture[20:, 30].astype(int) - RED).max() <= tolerance)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".bmp", ".tif"])
def test_every_kind_is_read_red_first(suffix: str, tmp_path: Path) -> None:
    content = encoded(suffix)
    for source in (content, tmp_path / f"picture{suffix}"):
        if isinstance(source, Path):
            source.write_bytes(content)
        picture = read_picture(source)
        assert picture.shape == (40, 60, 3)
        assert picture.dtype == np.uint8
        assert is_red(picture)


@pytest.mark.parametrize(
    ("orientation", "shape", "white"),
    [
        (1, (40, 60), np.s_[:4]),
        (3, (40, 60), np.s_[-4:]),
        (6, (60, 40), np.s_[:, -4:]),
        (8, (60, 40), np.s_[:, :4]),
    ],
)
def test_it_is_turned_as_its_camera_was_held(
    orientation: int, shape: tuple[int, int], white: tuple[slice, ...]
) -> None:
    picture = read_picture(with_orientation(encoded(".jpg"), orientation))
    assert picture.shape[:2] == shape
    assert picture[white].min() > 240


def sixteen_bit() -> bytes:
    return encoded(".png", (scene().astype(np.uint16) * 257))


def grey() -> bytes:
    return encoded(".png", np.full((40, 60), 90, np.uint8))


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, kind: int, rows: bytes, *chunks: bytes, bits: int = 8) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + body + chunk(b"IEND", b"")


def palette() -> bytes:
    return png(60, 40, 3, (b"\0" + b"\1" * 60) * 40, chunk(b"PLTE", bytes([0, 0, 0, *RED])))


def test_sixteen_bits_grey_and_a_palette_are_read() -> None:
    assert is_red(read_picture(sixteen_bit()), 1)
    assert is_red(read_picture(palette()), 1)
    assert (read_picture(grey()) == 90).all()


def test_what_is_transparent_shows_white() -> None:
    picture = np.zeros((40, 60, 4), np.uint8)
    picture[..., :3] = scene()
    picture[:, :30, 3] = 255
    picture[:, 30:40, 3] = 128
    shown = read_picture(encoded(".png", picture))
    assert np.abs(shown[20, 10].astype(int) - RED).max() <= 1
    assert (shown[:, 45:] == 255).all()
    assert np.abs(shown[20, 35].astype(int) - (227, 142, 137)).max() <= 3


def test_cmyk_is_read(tmp_path: Path) -> None:
    pillow = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    path = tmp_path / "cmyk.jpg"
    rgb = pillow.fromarray(np.ascontiguousarray(scene()[..., ::-1]))
    rgb.convert("CMYK").save(path, quality=95)
    assert is_red(read_picture(path), 20)


def test_one_pixel_is_a_picture() -> None:
    assert read_picture(encoded(".png", np.full((1, 1, 3), 7, np.uint8))).shape == (1, 1, 3)


def test_a_phones_picture_with_a_film_after_it_is_whole() -> None:
    film = b"\0\0\0\x18ftypmp42" + bytes([0xFF, 0xDA, 0x11]) * 100
    assert is_red(read_picture(encoded(".jpg") + film))


def code_of(source: Path | bytes) -> str:
    with pytest.raises(PictureError) as failure:
        read_picture(source)
    assert "\n" not in str(failure.value)
    assert str(failure.value).endswith(".")
    return failure.value.code


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".bmp"])
@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
def test_one_without_its_end_is_truncated(suffix: str, kept: float) -> None:
    dice = np.random.default_rng(3)
    content = encoded(suffix, dice.integers(0, 255, (80, 80, 3), dtype=np.uint8))
    assert code_of(content[: int(len(content) * kept)]) == "truncated"


def test_a_truncated_one_with_a_whole_thumbnail_is_truncated() -> None:
    content, thumbnail = encoded(".jpg"), encoded(".jpg", scene()[:16, :16])
    body = b"Exif\0\0" + thumbnail
    marked = content[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + content[2:]
    assert is_red(read_picture(marked))
    assert code_of(marked[:-20]) == "truncated"


@pytest.mark.parametrize(
    "content", [b"", b"\xff", b"This is a letter.\n" * 50, b"%PDF-1.7", b"\0" * 1000]
)
def test_what_is_no_picture_is_called_so(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "holiday.jpg"
    path.write_bytes(content)
    assert code_of(path) == "not_a_picture"


def test_a_bomb_is_too_large_before_it_takes_memory() -> None:
    assert code_of(png(60_000, 60_000, 2, bytes(1000))) == "too_large"


def broken(content: bytes) -> bytes:
    """Whole to the end, with nonsense where the picture was."""
    at = content.index(b"IDAT") + 4
    return content[:at] + b"\x55" * 40 + content[at + 40 :]


def a_missing_one(folder: Path) -> Path:
    return folder / "none.png"


def a_folder(folder: Path) -> Path:
    return folder


def a_broken_one(folder: Path) -> Path:
    path = folder / "broken.png"
    path.write_bytes(broken(encoded(".png")))
    return path


@pytest.mark.parametrize("make", [a_missing_one, a_folder, a_broken_one])
def test_what_cannot_be_read_is_unreadable(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    assert code_of(make(tmp_path)) == "unreadable"
