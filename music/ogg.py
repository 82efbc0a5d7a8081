"""Writes a rendered piece as an Ogg file with its tags."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

import av
import numpy as np
from mutagen.oggopus import OggOpus

from music.score import Piece
from music.sound import RATE, Samples

ALBUM = "Fourteen Weathers"
LICENSE = "https://creativecommons.org/publicdomain/zero/1.0/"
MADE_BY = "MOODBOX_COMPOSER"
"""The tag that holds the fingerprint of the code which made the file."""
BITS_PER_SECOND = 80_000
"""Asked for; Opus gives dense music about a fifth more."""


def encode(samples: Samples, file: IO[bytes]) -> None:
    """Opus in Ogg: the wheel of PyAV has no libvorbis, and FFmpeg's own Vorbis is experimental."""
    # "bitexact" leaves out the random serial number, so the same piece is the same file.
    with av.open(file, "w", format="ogg", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream(
            "libopus", rate=RATE, layout="stereo", options={"compression_level": "7"}
        )
        stream.bit_rate = BITS_PER_SECOND
        for start in range(0, samples.shape[1], RATE):
            second = np.ascontiguousarray(samples[:, start : start + RATE].T).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(second, format="flt", layout="stereo")
            frame.sample_rate = RATE
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def tags(piece: Piece, made_by: str) -> dict[str, str]:
    """Everything that is said about a piece."""
    return {
        "TITLE": piece.title,
        "ARTIST": "Moodbox",
        "ALBUM": ALBUM,
        "ALBUMARTIST": "Moodbox",
        "COMPOSER": "Moodbox",
        "GENRE": piece.genre,
        "DATE": "2026",
        "TRACKNUMBER": str(piece.number),
        "TRACKTOTAL": "14",
        "BPM": f"{piece.bpm:g}",
        "INITIALKEY": piece.key + ("" if piece.scale in {"major", "lydian", "mixolydian"} else "m"),
        "MOOD": piece.mood,
        "LANGUAGE": "zxx",  # the ISO code for "no words"
        "COMMENT": piece.about,
        "COPYRIGHT": "CC0 1.0: no rights reserved",
        "LICENSE": LICENSE,
        # To -23 LUFS, in 1/256 dB, as RFC 7845 asks; players that level music read it.
        "R128_TRACK_GAIN": str(round((-23 - piece.lufs) * 256)),
        MADE_BY: made_by,
    }


def write(piece: Piece, samples: Samples, target: Path, made_by: str) -> None:
    """Writes the file next to its place and moves it there when it is complete."""
    part = target.with_name(f".{target.stem}.{os.getpid()}.part.ogg")
    try:
        with part.open("wb") as file:
            encode(samples, file)
        described = OggOpus(part)
        described.update(tags(piece, made_by))
        described.save()
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def parts(target: Path) -> list[Path]:
    """What killed runs have left of a file."""
    return list(target.parent.glob(f".{target.stem}.*.part.ogg"))


def maker(path: Path) -> str | None:
    """The fingerprint in a file of ours; None for every other file."""
    try:
        found = OggOpus(path).get(MADE_BY)
    except Exception:  # noqa: BLE001  # mutagen raises whatever a foreign or broken file causes
        return None
    return str(found[0]) if found else None
