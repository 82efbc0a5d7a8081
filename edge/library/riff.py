"""The LIST INFO chunk of WAV files, which is read by no library for tags."""

from __future__ import annotations

from typing import BinaryIO

_INFO_MOST = 64 * 1024


def riff_info(file: BinaryIO, size: int) -> dict[str, list[str]]:
    """The LIST of a WAV file, whose letters are in whatever code page."""
    raw: dict[str, list[str]] = {}
    place = 12
    for _ in range(1000):
        file.seek(place)
        head = file.read(12)
        length = int.from_bytes(head[4:8], "little")
        if len(head) < 12 or place >= size:
            break
        if head[:4] == b"LIST" and head[8:] == b"INFO":
            data = file.read(min(length - 4, _INFO_MOST))
            at = 0
            while at + 8 <= len(data):
                count = int.from_bytes(data[at + 4 : at + 8], "little")
                text = data[at + 8 : at + 8 + count].partition(b"\0")[0]
                raw[data[at : at + 4].decode("latin-1").upper()] = [_info_text(text)]
                at += 8 + count + count % 2
        place += 8 + length + length % 2
    return raw


def _info_text(data: bytes) -> str:
    """As Latin-1 where it is no UTF-8: its neighbours help to tell the code page."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")
