"""How long an MP3 lasts, by its first frames: as its encoder noted it, else by its bit rate."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from edge.library.window import Window

_BITRATES: Final = (
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
)
_RATES: Final = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_ENOUGH: Final = 4
"""So many frames, one after the other, are no chance."""
_LAME: Final = re.compile(rb"L(?:AME)?3\.?(\d+)")
_MONO: Final = 3
_NOTE: Final = 8 + 4 + 4 + 100 + 4
"""The longest that stands before the encoder's name."""


class _Frame(NamedTuple):
    version: int
    mono: bool
    bitrate: int
    rate: int
    samples: int
    length: int
    """Bytes."""


def seconds_of(window: Window, place: int) -> float | None:
    """None where it is not the usual MPEG layer 3 that begins there."""
    frame = _frame(window.at(place, 4))
    if frame is None:
        return None
    side = (21 if frame.mono else 36) if frame.version == 3 else (13 if frame.mono else 21)
    note = window.at(place + side, _NOTE + 20 + 27)
    if note[:4] in (b"Xing", b"Info"):
        return _noted(note, frame)
    if window.at(place + 36, 4) == b"VBRI":
        return None
    then = place
    for _ in range(_ENOUGH - 1):
        following = _frame(window.at(then, 4))
        if following is None:
            return None
        then += following.length
    if _frame(window.at(then, 4)) is None:
        return None
    return 8 * (window.size - place) / frame.bitrate


def _frame(head: bytes) -> _Frame | None:
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return None  # not in step, or another layer
    version, bitrate, rate = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or rate == 3 or bitrate in (0, 15):
        return None
    bits = _BITRATES[version != 3][bitrate] * 1000
    hertz = _RATES[version][rate]
    samples = 1152 if version == 3 else 576
    length = samples // 8 * bits // hertz + (head[2] >> 1 & 1)
    return _Frame(version, head[3] >> 6 == _MONO, bits, hertz, samples, length)


def _noted(note: bytes, frame: _Frame) -> float | None:
    """Frames, less what the encoder put before and behind the sound."""
    flags = int.from_bytes(note[4:8], "big")
    if not flags & 1 or len(note) < _NOTE + 47:
        return None
    samples = frame.samples * int.from_bytes(note[8:12], "big")
    name = 12 + (4 if flags & 2 else 0) + (100 if flags & 4 else 0) + (4 if flags & 8 else 0)
    lame = note[name : name + 36]
    if lame.startswith((b"LAME", b"L3.99")):
        version = _LAME.match(lame)
        if version is None or len(version[1]) != 2 or int(version[1]) <= 90 or lame[9] >> 4:
            return None  # the oldest ones note less
        samples -= lame[21] << 4 | lame[22] >> 4
        samples -= (lame[22] & 0x0F) << 8 | lame[23]
    return max(0, samples) / frame.rate
