"""The usual MP4: its list of tags, and the length of its first sound track."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from edge.library.fields import WANTED
from edge.library.letters import decoded
from edge.library.window import Window

_MOST: Final = 500
_UTF8, _INTEGER = 1, (0, 21)
_PAIRS: Final = frozenset(("TRKN", "DISK"))
_NUMBERS: Final = frozenset(("TMPO", "RTNG"))

Raw = dict[str, list[str]]
Atom = tuple[bytes, int, int]
"""Name, and where its content begins and ends."""


def mp4_said(window: Window) -> tuple[Raw, float] | None:
    """None where there is more to it."""
    moov = _inside(window, b"moov", 0, window.size)
    if moov is None:
        return None
    window.fetch(moov[0], moov[1] - moov[0])
    seconds = _seconds(window, *moov)
    udta = _inside(window, b"udta", *moov)
    meta = udta and _inside(window, b"meta", *udta)
    ilst = meta and _inside(window, b"ilst", meta[0] + 4, meta[1])
    if seconds is None or ilst is None:
        return None
    raw: Raw = {}
    for name, inside, end in _atoms(window, *ilst):
        free = name == b"----"
        key, start = (
            _free(window, inside, end) if free else (name.decode("latin-1").upper(), inside)
        )
        if key not in WANTED:
            continue
        texts = _values(window, key, start, end)
        if texts is None:
            return None
        raw.setdefault(key, []).extend(texts)
    return raw, seconds


def _atoms(window: Window, place: int, end: int) -> Iterator[Atom]:
    """ValueError where they do not fit into each other, or are of more than 4 GB."""
    for _ in range(_MOST):
        if place + 8 > end:
            return
        head = window.at(place, 8)
        length = int.from_bytes(head[:4], "big")
        if length < 8 or place + length > end:
            raise ValueError("an atom that is larger than what holds it")
        yield head[4:], place + 8, place + length
        place += length
    raise ValueError("atoms without end")


def _inside(window: Window, wanted: bytes, start: int, end: int) -> tuple[int, int] | None:
    return next((atom[1:] for atom in _atoms(window, start, end) if atom[0] == wanted), None)


def _seconds(window: Window, start: int, end: int) -> float | None:
    """Of the first track that is sound."""
    for name, inside, after in _atoms(window, start, end):
        media = _inside(window, b"mdia", inside, after) if name == b"trak" else None
        if media is None:
            continue
        handler, header = _inside(window, b"hdlr", *media), _inside(window, b"mdhd", *media)
        if handler is None or header is None or window.at(handler[0] + 8, 4) != b"soun":
            continue
        data = window.at(header[0], 32)
        wide = data[0] == 1
        unit = int.from_bytes(data[20:24] if wide else data[12:16], "big")
        length = int.from_bytes(data[24:32] if wide else data[16:20], "big")
        return length / unit if unit and data[0] in (0, 1) else None
    return None


def _free(window: Window, start: int, end: int) -> tuple[str, int]:
    """The name of a field that has none of its own, and where its values begin."""
    said = []
    for name, inside, after in _atoms(window, start, end):
        if name not in (b"mean", b"name"):
            break
        said.append(window.at(inside + 4, after - inside - 4).decode())
        start = after
    return ":".join(("----", *said)).upper(), start


def _values(window: Window, key: str, start: int, end: int) -> list[str] | None:
    """As texts; None where they are of another kind than is usual."""
    texts = []
    for name, inside, after in _atoms(window, start, end):
        kind = int.from_bytes(window.at(inside, 4), "big")
        data = window.at(inside + 8, after - inside - 8)
        if name != b"data":
            return None
        if key in _PAIRS and len(data) >= 6:
            texts.append(str(int.from_bytes(data[2:4], "big")))
        elif key in _NUMBERS and kind in _INTEGER and len(data) in (1, 2, 4):
            texts.append(str(int.from_bytes(data, "big", signed=True)))
        elif key == "CPIL" and len(data) == 1:
            texts.append(str(int(bool(data[0]))))
        elif key.startswith("----"):
            texts.append(decoded(data))
        elif kind == _UTF8 or (kind == 0 and key != "GNRE"):
            texts.append(data.decode())
        else:
            return None
    return texts
