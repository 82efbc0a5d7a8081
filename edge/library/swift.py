"""Tags and length of the usual files, read without mutagen, which takes several times as long.

Only what is written as nearly everybody writes it is read here, and only the fields that a song
has. All that is rarer, or looks damaged, is None, and mutagen's business; where both read a file
they agree, which a test holds them to.
"""

from __future__ import annotations

from edge.library.swift_id3 import Genres, id3_said
from edge.library.swift_mp4 import mp4_said
from edge.library.swift_vorbis import flac_said, ogg_said
from edge.library.window import Window

Said = tuple[dict[str, list[str]], float]
"""Texts by the family's own names in capitals, and the length in seconds."""


def swift(window: Window, suffix: str, genres: Genres) -> Said | None:
    """What the file says; None where mutagen has to be asked. It may raise on damage."""
    mark = window.at(0, 8)
    if mark[:4] == b"OggS":
        return ogg_said(window)
    if mark[:4] == b"fLaC":
        return flac_said(window)
    if mark[4:] == b"ftyp":
        return mp4_said(window)
    if mark[:3] == b"ID3" and suffix == ".mp3":
        return id3_said(window, genres)
    return None
