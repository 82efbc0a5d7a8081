"""The usual ID3v2.3 and 2.4 tag before an MP3, frame by frame, its pictures passed over."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from edge.library.fields import WANTED
from edge.library.mpeg import seconds_of
from edge.library.window import Window

_MOST: Final = 500
_NAME: Final = re.compile(rb"[A-Z][A-Z0-9]{3}")
_YEAR: Final = re.compile(r"\d{4}")
_STAMP: Final = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_STAMPS: Final = frozenset(("TDRC", "TDOR", "TDRL"))
_YEARS: Final = {"TYER": "TDRC", "TORY": "TDOR"}
"""Of version 2.3, and what they are called since."""
_IN_V1: Final = ("TIT2", "TPE1", "TALB", "TDRC", "TRCK", "TCON")
"""What an older tag at the end of the file adds where this one is silent."""
_ENCODINGS: Final = ("latin-1", "utf-16", "utf-16-be", "utf-8")

Raw = dict[str, list[str]]
Genres = Callable[[tuple[str, ...]], tuple[str, ...]]
"""Names of genres, which are written as numbers, too."""


def id3_said(window: Window, genres: Genres) -> tuple[Raw, float] | None:
    """None where there is more to it."""
    head = window.at(0, 10)
    version, flags = head[3], head[5]
    end = 10 + (head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9])
    # Extended headers, footers and escaped sync bytes are rare.
    if version not in (3, 4) or flags or max(head[6:]) > 0x7F or end > window.size:
        return None
    raw = _frames(window, end, version, genres)
    tail = window.at(max(end, window.size - 160), 160)
    if raw is None or b"APETAGEX" in tail:
        return None
    if b"TAG" in tail[-131:] and not all(name in raw for name in _IN_V1):
        return None
    seconds = seconds_of(window, end)
    return None if seconds is None else (raw, seconds)


def _frames(window: Window, end: int, version: int, genres: Genres) -> Raw | None:
    raw: Raw = {}
    place = 10
    for _ in range(_MOST):
        head = window.at(place, 10)
        if place + 10 >= end or head[:4] == b"\0\0\0\0":
            return raw
        count = int.from_bytes(head[4:8], "big")
        if version == 4 and count > 0x7F:
            if max(head[4:8]) > 0x7F:
                return None  # an old iTunes counts with eight bits
            count = head[4] << 21 | head[5] << 14 | head[6] << 7 | head[7]
        after = place + 10 + count
        # Compressed, encrypted and escaped frames have flags; the other ones do not matter.
        if not _NAME.fullmatch(head, 0, 4) or after > end or head[9] or head[:4] == b"RVA2":
            return None
        name = head[:4].decode("ascii")
        wanted = name in WANTED or name in _YEARS or name == "TXXX"
        if wanted and count and not _take(raw, name, window.at(place + 10, count), genres):
            return None
        place = after
    return None


def _take(raw: Raw, name: str, data: bytes, genres: Genres) -> bool:
    """False where mutagen would make more of it than is made here."""
    texts = _texts(data)
    if texts is None:
        return False
    if name == "TXXX":
        name, texts = f"TXXX:{texts[0].upper()}", texts[1:]
        if name not in WANTED:
            return True
    elif name in _YEARS:
        name = _YEARS[name]
        if len(texts) != 1 or not _YEAR.fullmatch(texts[0]):
            return False
    elif name in _STAMPS and not all(map(_STAMP.fullmatch, texts)):
        return False
    elif name == "TCON":
        texts = list(genres(tuple(texts)))
    if name in raw:
        return False
    raw[name] = texts
    return True


def _texts(data: bytes) -> list[str] | None:
    """All texts of a frame, of which the first byte tells the letters."""
    letters = data[0]
    if letters > 3 or (letters == 1 and data[1:3] not in (b"\xff\xfe", b"\xfe\xff")):
        return None
    text = data[1:].decode(_ENCODINGS[letters])
    texts = text.split("\0")
    if letters == 1:
        texts = [one.removeprefix("\ufeff") for one in texts]
        if "\ufffe" in text:
            return None  # the second text has its bytes the other way round
    if len(texts) > 1 and not texts[-1]:
        texts.pop()
    return texts
