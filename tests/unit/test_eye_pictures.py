"""Every kind of picture is read upright in RGB; what is none is told by its code, in a sentence."""

from __future__ import annotations

import io
import os
import random
import resource
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edge.errors import PictureError
from edge.eye.opencv import cv2
from edge.eye.picture_header import read_header
from edge.eye.pictures import MOST_PIXELS, read_picture
from edge.ports import Image

ROOT = Path(__file__).resolve().parents[2]
WIDE, HIGH = 64, 48


def scene() -> Image:
    """Soft colours, another in each corner."""
    dice = np.random.default_rng(5)
    coarse = dice.integers(20, 235, (3, 4, 3), dtype=np.uint8)
    soft: Image = cv2.resize(coarse, (WIDE, HIGH), interpolation=cv2.INTER_CUBIC)
    return soft


def encoded(suffix: str, rgb: Any, *options: int) -> bytes:
    """By OpenCV."""
    pixels = np.asarray(rgb)
    if pixels.ndim == 3:
        order = [2, 1, 0, 3][: pixels.shape[2]]
        pixels = np.ascontiguousarray(pixels[..., order])
    done, data = cv2.imencode(suffix, pixels, list(options))
    assert done
    return bytes(data)


def pillow() -> Any:
    return pytest.importorskip(
        "PIL.Image", reason="pillow is not installed: its kinds are not made"
    )


def by_pillow(picture: Any, kind: str, **options: Any) -> bytes:
    kept = io.BytesIO()
    picture.save(kept, kind, **options)
    return kept.getvalue()


def refused(data: bytes) -> PictureError:
    with pytest.raises(PictureError) as caught:
        read_picture(data)
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(".")
    return caught.value


def far(one: Image, other: Image) -> float:
    assert one.shape == other.shape
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


# --- pictures ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("suffix", "loss"),
    [(".jpg", 3.0), (".png", 0), (".bmp", 0), (".tiff", 0), (".webp", 3.0), (".ppm", 0)],
)
def test_colours_are_read_red_first(suffix: str, loss: float) -> None:
    picture = read_picture(encoded(suffix, scene()))
    assert picture.dtype == np.uint8
    assert far(picture, scene()) <= loss


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".bmp", ".tiff"])
def test_grey_has_three_equal_channels(suffix: str) -> None:
    grey = scene()[..., 1]
    picture = read_picture(encoded(suffix, grey))
    assert far(picture, np.dstack([grey] * 3)) < 3
    assert (picture[..., 0] == picture[..., 2]).all()


@pytest.mark.parametrize("suffix", [".png", ".tiff"])
@pytest.mark.parametrize("grey", [False, True])
def test_sixteen_bits_become_eight(suffix: str, grey: bool) -> None:
    deep = scene().astype(np.uint16) * 257
    picture = read_picture(encoded(suffix, deep[..., 0] if grey else deep))
    wanted = np.dstack([scene()[..., 0]] * 3) if grey else scene()
    assert far(picture, wanted) == 0


def clear(depth: type[np.unsignedinteger[Any]]) -> Any:
    """Opaque above, half clear in the middle, clear below."""
    full = np.iinfo(depth).max
    alpha = np.zeros((HIGH, WIDE), depth)
    alpha[:16], alpha[16:32] = full, round(full / 2)
    return np.dstack([scene().astype(depth) * (full // 255), alpha])


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_what_is_transparent_shows_white(depth: type[np.unsignedinteger[Any]]) -> None:
    picture = read_picture(encoded(".png", clear(depth)))
    assert far(picture[:16], scene()[:16]) <= 1
    half = (scene()[16:32].astype(int) + 255) // 2
    assert far(picture[16:32], half.astype(np.uint8)) <= 1
    assert (picture[32:] == 255).all()


def test_transparency_in_webp_too() -> None:
    picture = read_picture(encoded(".webp", clear(np.uint8), cv2.IMWRITE_WEBP_QUALITY, 101))
    assert (picture[32:] == 255).all()
    assert far(picture[:16], scene()[:16]) <= 1


def test_cmyk_palette_and_one_bit_are_pictures() -> None:
    make = pillow()
    colour = make.fromarray(scene())
    palette, ink = colour.quantize(32), colour.convert("1")
    assert far(read_picture(by_pillow(colour.convert("CMYK"), "JPEG", quality=95)), scene()) < 4
    assert far(read_picture(by_pillow(colour.convert("CMYK"), "TIFF")), scene()) < 2
    told = np.asarray(palette.convert("RGB"))
    for kind in ("PNG", "GIF", "BMP", "TIFF"):
        assert far(read_picture(by_pillow(palette, kind)), told) == 0
    for kind in ("PNG", "BMP", "TIFF"):
        assert far(read_picture(by_pillow(ink, kind)), np.asarray(ink.convert("RGB"))) == 0


def test_a_palette_may_have_a_hole() -> None:
    palette = pillow().fromarray(scene()).quantize(8)
    indices = np.asarray(palette)
    picture = read_picture(by_pillow(palette, "PNG", transparency=3))
    assert (picture[indices == 3] == 255).all()
    assert far(picture[indices != 3], np.asarray(palette.convert("RGB"))[indices != 3]) == 0


def test_transparency_in_tiff_is_not_counted_twice() -> None:
    picture = read_picture(by_pillow(pillow().fromarray(clear(np.uint8)), "TIFF"))
    half = (scene()[16:32].astype(int) + 255) // 2
    assert far(picture[16:32], half.astype(np.uint8)) <= 1


def test_the_first_of_several_frames_is_read() -> None:
    make = pillow()
    first = make.fromarray(scene()).quantize(32)
    data = by_pillow(first, "GIF", save_all=True, append_images=[first.rotate(180)])
    assert far(read_picture(data), np.asarray(first.convert("RGB"))) == 0
    rgb = make.fromarray(scene())
    data = by_pillow(rgb, "WEBP", lossless=True, save_all=True, append_images=[rgb.rotate(180)])
    assert far(read_picture(data), scene()) == 0


# --- which way up ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_turned_as_their_exif_asks(kind: str, orientation: int) -> None:
    make = pillow()
    from PIL import ImageOps

    exif = make.Exif()
    exif[274] = orientation
    options: dict[str, Any] = {"WEBP": {"lossless": True}, "JPEG": {"quality": 95}}.get(kind, {})
    data = by_pillow(make.fromarray(scene()), kind, exif=exif, **options)
    upright = ImageOps.exif_transpose(make.open(io.BytesIO(data))).convert("RGB")
    assert far(read_picture(data), np.asarray(upright)) < 1


def with_exif(exif: bytes) -> bytes:
    """A JPEG with this after its first marker."""
    data = encoded(".jpg", scene())
    body = b"Exif\0\0" + exif
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + data[2:]


def tiff_tag(order: str, tag: int, value: int) -> bytes:
    magic = b"II" if order == "<" else b"MM"
    entry = struct.pack(f"{order}HHIHH", tag, 3, 1, value, 0)
    return magic + struct.pack(f"{order}HIH", 42, 8, 1) + entry + bytes(4)


@pytest.mark.parametrize("order", ["<", ">"])
def test_exif_is_read_in_both_byte_orders(order: str) -> None:
    picture = read_picture(with_exif(tiff_tag(order, 274, 6)))
    assert far(picture, np.rot90(scene(), -1)) < 3


@pytest.mark.parametrize(
    "exif",
    [b"", b"II*\0", b"MM\0*\xff\xff\xff\xff", tiff_tag("<", 274, 77), tiff_tag("<", 275, 6)],
)
def test_broken_exif_leaves_the_picture_as_it_is(exif: bytes) -> None:
    assert far(read_picture(with_exif(exif)), scene()) < 3


# --- what is none ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data", [b"", b"x", b"this is no picture, only text\n" * 99, bytes(4000), b"%PDF-1.7 and so on"]
)
def test_what_is_no_picture_is_told(data: bytes) -> None:
    assert refused(data).code == "not_a_picture"


def test_kinds_of_telephones_are_named() -> None:
    error = refused(struct.pack(">I", 24) + b"ftypheic" + bytes(400))
    assert error.code == "unreadable"
    assert "HEIC" in str(error)


WHOLE = {
    "jpeg": encoded(".jpg", np.random.default_rng(1).integers(0, 255, (90, 120, 3), np.uint8)),
    "progressive": encoded(".jpg", scene(), cv2.IMWRITE_JPEG_PROGRESSIVE, 1),
    "png": encoded(".png", scene()),
    "webp": encoded(".webp", scene()),
    "lossless webp": encoded(".webp", scene(), cv2.IMWRITE_WEBP_QUALITY, 101),
    "bmp": encoded(".bmp", scene()),
    "tiff": encoded(".tiff", scene()),
}


@pytest.mark.parametrize("kind", WHOLE)
def test_a_picture_that_was_cut_off_is_told(kind: str) -> None:
    data = WHOLE[kind]
    read_picture(data)
    for share in (0.12, 0.3, 0.5, 0.7, 0.9, 0.97):
        assert refused(data[: int(len(data) * share)]).code == "truncated", share


def test_a_gif_that_was_cut_off_is_told() -> None:
    data = by_pillow(pillow().fromarray(scene()).quantize(32), "GIF")
    for share in (0.12, 0.5, 0.9):
        assert refused(data[: int(len(data) * share)]).code == "truncated"


def test_a_thumbnail_inside_does_not_hide_that_the_picture_is_cut_off() -> None:
    inner = encoded(".jpg", scene()[::2, ::2])
    data = with_exif(tiff_tag("<", 275, 6) + inner)
    assert far(read_picture(data), scene()) < 3
    assert refused(data[: len(data) - 400]).code == "truncated"


@pytest.mark.parametrize("kind", WHOLE)
def test_whatever_is_damaged_is_read_or_refused_and_nothing_else(kind: str) -> None:
    dice, codes = random.Random(2), set()
    for _ in range(60):
        data = bytearray(WHOLE[kind])
        for _ in range(dice.choice((1, 3, 20))):
            data[dice.randrange(len(data))] = dice.randrange(256)
        try:
            picture = read_picture(bytes(data))
        except PictureError as error:
            codes.add(error.code)
        else:
            assert picture.ndim == 3
    assert codes <= {"not_a_picture", "truncated", "too_large", "unreadable"}


def test_one_pixel_is_a_picture() -> None:
    assert read_picture(encoded(".png", np.zeros((1, 1, 3), np.uint8))).shape == (1, 1, 3)


def test_files_are_read_as_their_bytes_are(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(encoded(".png", scene()))
    assert far(read_picture(path), scene()) == 0
    for strange in (tmp_path / "none.png", tmp_path, Path("a\0b.png"), Path("/dev/zero")):
        with pytest.raises(PictureError) as caught:
            read_picture(strange)
        assert caught.value.code == "unreadable"


# --- bombs -------------------------------------------------------------------------------------


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_of(width: int, height: int) -> bytes:
    """A true PNG of black pixels, one bit each, a thousandth of its size when packed."""
    packer = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    pixels = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*chunk) for chunk in chunks)


def bombs() -> dict[str, bytes]:
    jpeg = bytearray(encoded(".jpg", scene()))
    place = jpeg.index(b"\xff\xc0") + 5
    jpeg[place : place + 4] = b"\xff\xff\xff\xff"
    bmp = bytearray(encoded(".bmp", scene()))
    bmp[18:26] = struct.pack("<ii", 60_000, 60_000)
    gif = b"GIF89a" + struct.pack("<HHBBB", 65_535, 65_535, 0, 0, 0)
    gif += b"\x2c" + struct.pack("<HHHHB", 0, 0, 65_535, 65_535, 0) + b"\x02\x01\x00\x00;"
    webp = bytearray(encoded(".webp", clear(np.uint8), cv2.IMWRITE_WEBP_QUALITY, 90))
    webp[24:30] = b"\xff\xff\xff\xff\xff\xff"
    entries = [(256, 4, 1, 90_000), (257, 4, 1, 90_000), (273, 4, 1, 8), (279, 4, 1, 4)]
    folder = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    tiff = b"II*\0" + struct.pack("<IH", 8, len(entries)) + folder + bytes(4)
    ppm = b"P6 90000 90000 255\n"
    return {
        "png": png_of(20_000, 20_000),
        "jpeg": bytes(jpeg),
        "bmp": bytes(bmp),
        "gif": gif,
        "webp": bytes(webp),
        "tiff": tiff,
        "ppm": ppm,
    }


def test_a_bomb_is_refused_before_it_takes_memory() -> None:
    made = bombs()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for kind, data in made.items():
        assert refused(data).code == "too_large", kind
    grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown_kb < 20_000


def test_a_file_of_millions_of_pieces_takes_no_time() -> None:
    size = 20_000_000
    shredded = {
        "jpeg fill": b"\xff\xd8\xff" + b"\xff" * size,
        "jpeg": b"\xff\xd8" + b"\xff\xe0\0\2" * (size // 4),
        "png": b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 9, 9, 8, 0, 0, 0, 0))
        + png_chunk(b"tEXt", b"") * (size // 12),
        "gif": b"GIF89a"
        + struct.pack("<HHBBB", 9, 9, 0, 0, 0)
        + b"\x21\xfe"
        + b"\1x" * (size // 2),
        "webp": b"RIFF"
        + struct.pack("<I", size)
        + b"WEBPVP8X\x0a\0\0\0\x08"
        + bytes(9)
        + b"abcd\0\0\0\0" * (size // 8),
        "tiff": b"II*\0"
        + struct.pack("<IH", 8, 65_535)
        + struct.pack("<HHII", 273, 4, size // 8, 8) * 65_535
        + bytes(size),
    }
    for kind, data in shredded.items():
        began = time.process_time()
        read_header(data)
        assert time.process_time() - began < 2, kind


def test_the_largest_picture_is_read() -> None:
    side = int(MOST_PIXELS**0.5)
    header = read_header(png_of(side, 16))
    assert header is not None
    assert (header.width, header.height, header.whole) == (side, 16, True)
    assert read_picture(png_of(side, 16)).shape == (16, side, 3)


def test_nothing_is_told_on_standard_error_and_nothing_leaks() -> None:
    """A thousand good and bad pictures leave memory as it was."""
    code = """
import os, sys
sys.path.insert(0, "tests/..")
from tests.unit.test_eye_pictures import WHOLE, read_picture, PictureError
from pathlib import Path
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
def round():
    for data in WHOLE.values():
        for end in (len(data), len(data) // 2):
            try: read_picture(data[:end])
            except PictureError: pass
for _ in range(20): round()
before = resident()
for _ in range(80): round()
print(resident() - before, len(os.listdir("/proc/self/fd")))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    grown, files = map(int, done.stdout.split())
    assert done.stderr == ""
    assert grown < 3_000_000
    assert files < 12
